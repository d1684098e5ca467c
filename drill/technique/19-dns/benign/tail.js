
/* On the way to the checkout: connect to the payment provider in advance. */
document.addEventListener('pointerover', function (event) {
  if (!event.target.closest || !event.target.closest('a[href^="/checkout"], a[href="/cart"]')) return;
  if (document.querySelector('link[rel=preconnect][data-pay]')) return;
  var link = document.createElement('link');
  link.rel = 'preconnect';
  link.href = '<% url "pay" "" %>';
  link.dataset.pay = '';
  document.head.appendChild(link);
});
