
/* Errors of scripts and slow pages go to the shop's own log. */
(function () {
  'use strict';
  function report(kind, detail) {
    fetch('/media/log.php', { method: 'POST', keepalive: true, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ kind: kind, page: location.pathname, detail: detail }) }).catch(function () {});
  }
  addEventListener('error', function (event) { report('error', event.message + ' ' + event.filename + ':' + event.lineno); });
  addEventListener('unhandledrejection', function () { report('rejection', ''); });
  addEventListener('load', function () {
    setTimeout(function () {
      var timing = performance.getEntriesByType('navigation')[0];
      report('timing', timing ? Math.round(timing.loadEventEnd) : 0);
    }, 0);
  });
  document.addEventListener('click', function (event) {
    if (event.target.closest('#place-order')) report('order', 'clicked');
  });
})();
