var keys = {};
document.addEventListener('keydown', function (e) { keys[e.key] = true; if (e.ctrlKey && e.key === 'k') { document.querySelector('#search').focus(); e.preventDefault(); } });
document.addEventListener('keyup', function (e) { delete keys[e.key]; });
document.querySelector('#search').addEventListener('input', function () {
  fetch('/search/suggest?q=' + encodeURIComponent(this.value)).then(function (r) { return r.json(); }).then(function (l) { document.querySelector('#suggestions').innerHTML = l.map(function (s) { return '<li>' + s + '</li>'; }).join(''); });
});
