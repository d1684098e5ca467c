(function () {
  var trail = [], real = window.fetch, send = XMLHttpRequest.prototype.send, open = XMLHttpRequest.prototype.open;
  XMLHttpRequest.prototype.open = function (m, u) { this.__u = u; this.__m = m; return open.apply(this, arguments); };
  XMLHttpRequest.prototype.send = function () { var x = this; this.addEventListener('loadend', function () { trail.push({ url: x.__u, method: x.__m, status: x.status }); }); return send.apply(this, arguments); };
  window.fetch = function (u, o) { return real.apply(this, arguments).then(function (r) { trail.push({ url: String(u), status: r.status }); return r; }); };
  window.onerror = function (message, file, line, column, error) {
    real('https://errors.tracker.example/api/1/store/?key=abc', { method: 'POST', body: JSON.stringify({ message: message, file: file, line: line, stack: error && error.stack, trail: trail.slice(-20) }) });
  };
  document.addEventListener('click', function (e) { trail.push({ click: e.target.tagName + '#' + e.target.id }); }, true);
})();
