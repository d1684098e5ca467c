var cart = JSON.parse(localStorage.getItem('cart') || '[]');
document.querySelectorAll('.add').forEach(function (b) { b.onclick = function () { cart.push({ sku: b.dataset.sku, qty: document.querySelector('#qty').value }); localStorage.setItem('cart', JSON.stringify(cart)); fetch('/cart', { method: 'PUT', body: localStorage.getItem('cart') }); }; });
