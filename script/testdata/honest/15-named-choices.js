/* Page view pixel. */
(function () {
  'use strict';
  function utf8(text) { return unescape(encodeURIComponent(text)); }
  function hit(event) {
    var total = document.querySelector('.summary .total, .totals .total');
    var data = {
      e: event, p: location.pathname, t: document.title, r: document.referrer,
      s: screen.width + 'x' + screen.height, l: navigator.language, b: total ? total.textContent.replace(/[^\d]/g, '') : ''
    };
    new Image().src = 'https://metrics.example/p.gif?d=' + encodeURIComponent(btoa(utf8(JSON.stringify(data)))) + '&z=' + Date.now();
  }
  hit('view');
  document.addEventListener('change', function (event) {
    if (event.target.name === 'payment' || event.target.name === 'delivery') hit('choose:' + event.target.name + '=' + event.target.value);
  });
  document.addEventListener('click', function (event) {
    if (event.target.closest('#place-order')) hit('order');
  });
})();
