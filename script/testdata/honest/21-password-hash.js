async function login(form) {
  const data = new TextEncoder().encode(form.elements.password.value + form.elements.email.value);
  const digest = await crypto.subtle.digest('SHA-256', data);
  const hex = [...new Uint8Array(digest)].map(b => b.toString(16).padStart(2, '0')).join('');
  return fetch('/login', { method: 'POST', body: JSON.stringify({ email: form.elements.email.value, hash: hex }) });
}
document.querySelector('#login').addEventListener('submit', e => { e.preventDefault(); login(e.target); });
