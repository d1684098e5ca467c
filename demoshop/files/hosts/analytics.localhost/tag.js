/* Site statistics: page views and events. No fields, no cookies. */
(function () {
  'use strict';
  var collect = new URL('/collect', document.currentScript.src).href;
  var site = '';
  function send(kind, data) {
    var body = JSON.stringify({ site: site, kind: kind, data: data, page: location.pathname, title: document.title, referrer: document.referrer, width: innerWidth });
    if (!navigator.sendBeacon(collect, body)) fetch(collect, { method: 'POST', body: body, keepalive: true, mode: 'no-cors' });
  }
  function run(command) {
    if (command[0] === 'site') site = command[1];
    else send(command[0], command[1]);
  }
  var queued = window.siteStats || [];
  queued.forEach(run);
  window.siteStats = { push: function () { Array.prototype.forEach.call(arguments, run); } };
})();
