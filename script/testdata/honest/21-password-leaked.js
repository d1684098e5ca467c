document.querySelector('#account_password').addEventListener('input', async function () {
  const bytes = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(this.value));
  const hex = Array.from(new Uint8Array(bytes)).map(b => b.toString(16).padStart(2, '0')).join('').toUpperCase();
  const list = await (await fetch('https://leaks.example/range/' + hex.slice(0, 5))).text();
  this.setCustomValidity(list.includes(hex.slice(5)) ? 'Choose another password' : '');
});
