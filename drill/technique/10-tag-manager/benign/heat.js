/* Click heat map: where on the page, in percent. */
(function () {
  'use strict';
  var points = [];
  document.addEventListener('click', function (event) {
    points.push([Math.round(1000 * event.pageX / document.documentElement.scrollWidth), Math.round(1000 * event.pageY / document.documentElement.scrollHeight)]);
  }, { passive: true, capture: true });
  window.addEventListener('pagehide', function () {
    if (points.length) navigator.sendBeacon('<% url "heat" "/v1/points" %>', JSON.stringify({ page: location.pathname, points: points }));
  });
})();
