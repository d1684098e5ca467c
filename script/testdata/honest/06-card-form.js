// A card form that formats what is typed and tells the brand.
(function () {
  var root = document.getElementById('card');
  root.innerHTML = '<input name="cardnumber" autocomplete="cc-number" placeholder="Card number"><input name="exp-date" autocomplete="cc-exp"><input name="cvc" autocomplete="cc-csc">';
  var brands = { visa: /^4[0-9]{0,15}/, mastercard: /^5[1-5]/, amex: /^3[47]/, jcb: /^35/ };
  var number = root.querySelector('[name=cardnumber]');
  number.addEventListener('input', function () {
    var digits = number.value.replace(/\D/g, '').slice(0, 16);
    number.value = digits.replace(/(\d{4})(?=\d)/g, '$1 ');
    root.className = Object.keys(brands).filter(function (b) { return brands[b].test(digits); })[0] || '';
    var sum = 0; digits.split('').reverse().forEach(function (d, i) { d = +d; if (i % 2) { d *= 2; if (d > 9) d -= 9; } sum += d; });
    number.setCustomValidity(digits.length > 12 && sum % 10 ? 'Check the number' : '');
  });
})();
