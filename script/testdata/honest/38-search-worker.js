const w = new Worker(URL.createObjectURL(new Blob(['onmessage = e => { const q = e.data.q.toLowerCase(); postMessage(e.data.items.filter(i => i.name.toLowerCase().includes(q))); }'])));
document.querySelector('#filter').addEventListener('input', e => w.postMessage({ q: e.target.value, items: window.items }));
w.onmessage = e => { document.querySelector('#count').textContent = e.data.length; };
