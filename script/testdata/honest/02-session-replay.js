// Records what happens on a page, but not what is typed into card and password fields.
(function () {
  var queue = [], host = 'https://replay.example';
  var sensitive = /^(cc-|card|cvc|cvv|password)/i;
  function mask(el) { return el.type === 'password' || sensitive.test(el.autocomplete || el.name) ? '***' : el.value.replace(/./g, '*'); }
  document.addEventListener('input', function (e) { queue.push({ t: Date.now(), k: 'input', p: path(e.target), v: mask(e.target) }); }, true);
  document.addEventListener('click', function (e) { queue.push({ t: Date.now(), k: 'click', x: e.clientX, y: e.clientY, p: path(e.target) }); }, true);
  document.addEventListener('keydown', function (e) { queue.push({ t: Date.now(), k: 'key' }); }, true);
  new MutationObserver(function (list) { list.forEach(function (m) { queue.push({ t: Date.now(), k: 'dom', n: m.addedNodes.length }); }); }).observe(document, { childList: true, subtree: true });
  function path(n) { var p = []; while (n && n.parentNode) { p.unshift([].indexOf.call(n.parentNode.childNodes, n)); n = n.parentNode; } return p.join('.'); }
  setInterval(function () { if (queue.length) navigator.sendBeacon(host + '/events', JSON.stringify(queue.splice(0))); }, 5000);
})();
