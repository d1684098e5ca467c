(function () {
  var f = document.createElement('iframe');
  f.src = 'https://hosted-fields.provider.example/v3/frame.html?key=' + encodeURIComponent(document.body.dataset.key);
  f.allow = 'payment'; f.style.cssText = 'border:0;width:100%';
  document.querySelector('#payment-frame').appendChild(f);
  window.addEventListener('message', function (e) {
    if (e.origin !== 'https://hosted-fields.provider.example') return;
    if (e.data.type === 'token') { document.querySelector('#token').value = e.data.token; document.querySelector('#checkout-form').submit(); }
    if (e.data.type === 'height') f.style.height = e.data.height + 'px';
  });
})();
