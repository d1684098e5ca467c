/* Site statistics plug-in: links that lead away, and downloads. */
(function () {
  'use strict';
  document.addEventListener('click', function (event) {
    var link = event.target.closest('a[href]');
    if (!link || link.host === location.host) return;
    window.siteStats = window.siteStats || [];
    window.siteStats.push(['event', { outbound: link.host + link.pathname }]);
  });
  window.siteStats = window.siteStats || [];
  window.siteStats.push(['event', { plugin: 'outbound', version: '1.1' }]);
})();
