const socket = new WebSocket('ws://localhost:35729/livereload');
socket.onmessage = e => { const m = JSON.parse(e.data); if (m.command === 'reload') location.reload(); };
