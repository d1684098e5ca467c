fetch('/api/orders', { method: 'POST', body: new FormData(document.querySelector('#order')) }).then(r => r.json()).then(o => { location.href = o.payment_url; });
