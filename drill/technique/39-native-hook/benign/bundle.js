/*! errors-watch 6.2.0: errors and request timings. Bodies and field contents are never read. */
(function (w, d) {
  'use strict';
  var home = '<% url "in.errors-watch" "/api/envelope" %>', options = {}, crumbs = [], errors = [];

  function crumb(kind, data) {
    crumbs.push({ kind: kind, at: Math.round(performance.now()), data: data });
    if (crumbs.length > 60) crumbs.shift();
  }
  function path(address) {
    try { var u = new URL(address, location.href); return u.host + u.pathname; } catch (e) { return '?'; }
  }
  function fill(object, name, make) {
    var original = object[name];
    if (typeof original !== 'function') return;
    var wrapped = make(original);
    Object.defineProperty(wrapped, '__ew_original__', { value: original });
    wrapped.prototype = original.prototype;
    object[name] = wrapped;
  }

  fill(w, 'fetch', function (original) {
    return function (input, init) {
      var method = init && init.method || input && input.method || 'GET', at = path(input && input.url || String(input)), start = performance.now();
      return original.apply(w, arguments).then(function (answer) {
        crumb('fetch', { method: method, at: at, status: answer.status, ms: Math.round(performance.now() - start) });
        return answer;
      }, function (error) {
        crumb('fetch', { method: method, at: at, status: 0 });
        throw error;
      });
    };
  });
  fill(XMLHttpRequest.prototype, 'open', function (original) {
    return function (method, address) {
      this.__ew__ = { method: method, at: path(address) };
      return original.apply(this, arguments);
    };
  });
  fill(XMLHttpRequest.prototype, 'send', function (original) {
    return function () {
      var info = this.__ew__, request = this, start = performance.now();
      if (info) this.addEventListener('loadend', function () { crumb('xhr', { method: info.method, at: info.at, status: request.status, ms: Math.round(performance.now() - start) }); });
      return original.apply(this, arguments);
    };
  });
  fill(EventTarget.prototype, 'addEventListener', function (original) {
    var known = new WeakMap();
    return function (name, listener, how) {
      if (typeof listener !== 'function') return original.apply(this, arguments);
      if (!known.has(listener)) {
        known.set(listener, function () {
          try { return listener.apply(this, arguments); } catch (error) { capture(error, name); throw error; }
        });
      }
      return original.call(this, name, known.get(listener), how);
    };
  });
  fill(EventTarget.prototype, 'removeEventListener', function (original) { return function () { return original.apply(this, arguments); }; });
  ['warn', 'error'].forEach(function (level) {
    fill(console, level, function (original) { return function () { crumb('console', { level: level }); return original.apply(console, arguments); }; });
  });

  function capture(error, where) {
    errors.push({ message: String(error && error.message).slice(0, 200), stack: String(error && error.stack).slice(0, 1500), where: where });
  }
  w.addEventListener('error', function (event) { capture(event.error || event, 'window'); });
  w.addEventListener('unhandledrejection', function (event) { capture(event.reason, 'promise'); });
  d.addEventListener('visibilitychange', function () {
    if (d.visibilityState !== 'hidden') return;
    navigator.sendBeacon(home, JSON.stringify({ project: options.project, release: options.release, page: location.pathname, errors: errors.splice(0), crumbs: crumbs.splice(0) }));
  });
  w.errorsWatch = { init: function (o) { options = o; }, captureException: capture };
})(window, document);
