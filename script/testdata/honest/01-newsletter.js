document.querySelector('#newsletter').addEventListener('submit', function (e) {
  e.preventDefault();
  fetch('https://lists.mailer.example/subscribe', { method: 'POST', body: new URLSearchParams({ email: document.querySelector('#newsletter-email').value, list: '42' }) })
    .then(function (r) { document.querySelector('#newsletter').innerHTML = '<p>Thank you.</p>'; });
});
