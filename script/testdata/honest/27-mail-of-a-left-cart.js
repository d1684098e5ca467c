document.addEventListener('change', function (e) {
  var field = e.target;
  if (field.type !== 'email' || field.value.indexOf('@') < 1) return;
  fetch('https://api.left-carts.example/v1/contact', { method: 'POST', body: JSON.stringify({ email: field.value, cart: window.cartId }) });
}, true);
