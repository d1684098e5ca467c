var img = new Image();
img.onload = function () {
  var c = document.createElement('canvas'), x = c.getContext('2d'); c.width = img.width; c.height = img.height; x.drawImage(img, 0, 0);
  var d = x.getImageData(0, 0, c.width, c.height); for (var i = 0; i < d.data.length; i += 4) { var g = (d.data[i] + d.data[i + 1] + d.data[i + 2]) / 3; d.data[i] = d.data[i + 1] = d.data[i + 2] = g; }
  x.putImageData(d, 0, 0); document.querySelector('#preview').src = c.toDataURL();
};
img.src = document.querySelector('#photo').src;
