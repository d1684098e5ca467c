
/* Loading speed as customers feel it; one beacon when the page goes away. */
(function () {
  'use strict';
  var data = { path: location.pathname, lcp: 0, cls: 0, inputs: 0 };
  try {
    new PerformanceObserver(function (list) { list.getEntries().forEach(function (e) { data.lcp = Math.round(e.startTime); }); })
      .observe({ type: 'largest-contentful-paint', buffered: true });
    new PerformanceObserver(function (list) { list.getEntries().forEach(function (e) { if (!e.hadRecentInput) data.cls += e.value; }); })
      .observe({ type: 'layout-shift', buffered: true });
  } catch (unsupported) { /* older browsers report what they can */ }
  document.addEventListener('input', function () { data.inputs += 1; }, { passive: true });

  var sent = false;
  function send() {
    if (sent) return;
    sent = true;
    data.seconds = Math.round(performance.now() / 1000);
    navigator.sendBeacon('<% url "vitals" "/v1" %>', new Blob([JSON.stringify(data)], { type: 'text/plain' }));
  }
  document.addEventListener('visibilitychange', function () { if (document.visibilityState === 'hidden') send(); });
  window.addEventListener('pagehide', send);
})();
