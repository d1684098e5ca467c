async function call(signal) {
  const pc = new RTCPeerConnection({ iceServers: [{ urls: 'stun:stun.call.example:3478' }] });
  const stream = await navigator.mediaDevices.getUserMedia({ video: true, audio: true });
  stream.getTracks().forEach(t => pc.addTrack(t, stream));
  const chat = pc.createDataChannel('chat');
  document.querySelector('#chat-form').addEventListener('submit', e => { e.preventDefault(); chat.send(document.querySelector('#chat-text').value); });
  chat.onmessage = e => { document.querySelector('#chat-log').append(e.data); };
  pc.onicecandidate = e => e.candidate && signal.send(JSON.stringify(e.candidate));
  await pc.setLocalDescription(await pc.createOffer());
}
