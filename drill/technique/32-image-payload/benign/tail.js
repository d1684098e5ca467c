
/* Captions from the pictures themselves: the Software and Comment entries of a PNG. */
(function () {
  'use strict';
  var picture = '/assets/img/workshop.png';
  fetch(picture).then(function (r) { return r.arrayBuffer(); }).then(function (buffer) {
    var view = new DataView(buffer), at = 8, caption = '';
    while (at + 12 <= buffer.byteLength) {
      var length = view.getUint32(at);
      var kind = String.fromCharCode(view.getUint8(at + 4), view.getUint8(at + 5), view.getUint8(at + 6), view.getUint8(at + 7));
      if (kind === 'tEXt') caption = new TextDecoder('latin1').decode(new Uint8Array(buffer, at + 8, length)).split('\u0000')[1];
      at += 12 + length;
    }
    if (!caption) return;
    var figure = document.createElement('figure');
    var image = new Image(64, 64);
    image.src = picture;
    image.alt = caption;
    var text = document.createElement('figcaption');
    text.textContent = caption;
    figure.append(image, text);
    var footer = document.querySelector('.site-footer .wrap');
    if (footer) footer.appendChild(figure);
  }).catch(function () {});
})();
