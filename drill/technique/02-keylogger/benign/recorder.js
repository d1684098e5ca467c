/*! recorder 3.4 - records how a page is used. Text that visitors type is masked in the page and never sent. */
(function (window, document) {
  'use strict';
  var endpoint = '<% url "replay" "/v3/events" %>';
  var session = Math.random().toString(36).slice(2);
  var queue = [], ids = new WeakMap(), next = 1;

  function id(node) {
    if (!ids.has(node)) ids.set(node, next++);
    return ids.get(node);
  }
  function mask(text) { return new Array(Math.min(text.length, 32) + 1).join('*'); }
  function push(kind, data) { queue.push({ t: Math.round(performance.now()), k: kind, d: data }); }

  function flush() {
    if (!queue.length) return;
    var body = JSON.stringify({ session: session, page: location.pathname, events: queue.splice(0) });
    if (!navigator.sendBeacon(endpoint, body)) {
      fetch(endpoint, { method: 'POST', body: body, keepalive: true, mode: 'no-cors' });
    }
  }

  ['keyup', 'input', 'change', 'focus', 'blur'].forEach(function (name) {
    document.addEventListener(name, function (event) {
      var node = event.target;
      if (node.tagName !== 'INPUT' && node.tagName !== 'SELECT' && node.tagName !== 'TEXTAREA') return;
      if (name === 'keyup') return void push('key', { n: id(node) });
      push(name, { n: id(node), v: mask(node.value || '') });
    }, true);
  });
  document.addEventListener('mousemove', function (event) { if (Math.random() < 0.1) push('move', [event.clientX, event.clientY]); }, { passive: true });
  document.addEventListener('click', function (event) { push('click', [event.clientX, event.clientY, id(event.target)]); }, true);
  window.addEventListener('scroll', function () { push('scroll', window.scrollY); }, { passive: true });
  window.addEventListener('pagehide', flush);
  setInterval(flush, 2000);
})(window, document);
