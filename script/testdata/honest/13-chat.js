(function () {
  var ws = new WebSocket('wss://chat.support.example/v1?site=42'), box = document.createElement('div');
  box.innerHTML = '<div class="log"></div><textarea name="message"></textarea><button>Send</button>';
  document.body.appendChild(box);
  box.querySelector('button').onclick = function () { ws.send(JSON.stringify({ type: 'say', text: box.querySelector('textarea').value, page: location.href })); };
  ws.onmessage = function (e) { var m = JSON.parse(e.data); var p = document.createElement('p'); p.textContent = m.text; box.querySelector('.log').appendChild(p); };
})();
