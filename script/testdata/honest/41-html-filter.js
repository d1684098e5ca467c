function clean(s) { var d = document.createElement('div'); d.textContent = s; return d.innerHTML; }
function unescapeHtml(s) { return unescape(s).replace(/&lt;/g, '<').replace(/&gt;/g, '>'); }
document.querySelectorAll('.review').forEach(function (r) { r.innerHTML = clean(r.dataset.text); });
