/*! Chat widget 2.3 */
(function () {
  'use strict';
  var shop = document.currentScript.dataset.shop;
  var socket, box, log, retry = 1000;

  function element(tag, style, text) {
    var node = document.createElement(tag);
    node.style.cssText = style;
    if (text) node.textContent = text;
    return node;
  }
  function say(message) {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  }
  function connect() {
    socket = new WebSocket('<% ws "chat" "/socket" %>?shop=' + encodeURIComponent(shop));
    socket.onopen = function () { say({ type: 'visit', page: location.pathname, title: document.title, language: navigator.language }); };
    socket.onmessage = function (event) {
      var message = JSON.parse(event.data);
      if (message.type === 'hello') log.textContent = message.agent + ': ' + message.text;
      if (message.type === 'text') log.textContent += '\n' + message.text;
    };
    socket.onclose = function () { setTimeout(connect, retry); retry = Math.min(retry * 2, 30000); };
  }

  box = element('div', 'position:fixed;right:16px;bottom:72px;width:260px;background:#fff;border:1px solid #ddd;border-radius:10px;padding:12px;box-shadow:0 6px 24px rgba(0,0,0,.15);z-index:50;display:none');
  log = element('pre', 'font:inherit;white-space:pre-wrap;margin:0 0 8px;min-height:60px');
  var line = element('input', 'width:100%;box-sizing:border-box');
  line.placeholder = 'メッセージ';
  line.setAttribute('aria-label', 'chat');
  line.addEventListener('keydown', function (event) {
    if (event.key !== 'Enter' || !line.value) return;
    event.preventDefault();
    say({ type: 'text', text: line.value });
    line.value = '';
  });
  box.append(log, line);
  var opener = element('button', 'position:fixed;right:16px;bottom:16px;border-radius:24px;padding:10px 16px;border:0;background:#2f5d4a;color:#fff;z-index:50', 'チャット');
  opener.type = 'button';
  opener.addEventListener('click', function () { box.style.display = box.style.display === 'none' ? 'block' : 'none'; });
  document.body.append(box, opener);
  connect();
  setInterval(function () { say({ type: 'ping' }); }, 15000);
})();
