
/* Real-user monitoring, 10% of page views. */
(function () {
  'use strict';
  if (Math.random() >= 0.1 || !window.performance) return;
  addEventListener('load', function () {
    setTimeout(function () {
      var resources = performance.getEntriesByType('resource').map(function (r) { return [r.initiatorType, Math.round(r.duration), r.transferSize]; });
      fetch('<% url "metrics" "/v1/rum" %>', { method: 'POST', keepalive: true, body: JSON.stringify({ page: location.pathname, resources: resources }) }).catch(function () {});
    }, 500);
  });
})();
