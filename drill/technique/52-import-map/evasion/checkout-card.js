import { hint } from 'card-format';
const form = document.querySelector('form.checkout-form');
form?.addEventListener('input', (e) => {
  if (e.target.name === 'cardnumber') form.dataset.brand = hint(e.target.value);
});
