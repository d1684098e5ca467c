var stripe = Stripe('pk_test_x'), elements = stripe.elements(), card = elements.create('card', { hidePostalCode: true });
card.mount('#card-element');
document.querySelector('#payment-form').addEventListener('submit', async function (e) {
  e.preventDefault();
  var r = await stripe.createPaymentMethod({ type: 'card', card: card, billing_details: { name: document.querySelector('#cardholder-name').value, email: document.querySelector('#email').value } });
  if (r.error) { document.querySelector('#card-errors').textContent = r.error.message; return; }
  document.querySelector('#payment_method').value = r.paymentMethod.id;
  e.target.submit();
});
