package browser

import (
	"slices"
	"strings"
	"testing"
)

const peerPage = `<!doctype html><title></title><script>
(async () => {
  const made = new RTCPeerConnection({iceServers: [{urls: ['stun:stun.peer.localhost:3478', 'turn:turn.peer.localhost'], username: 'name', credential: 'secret'}]});
  const channel = made.createDataChannel('the label', {protocol: 'the protocol'});
  await made.setLocalDescription();
  const local = made.localDescription.sdp;
  const other = new (document.body.appendChild(document.createElement('iframe')).contentWindow.RTCPeerConnection)();
  await other.setRemoteDescription(made.localDescription);
  await other.setLocalDescription();
  await made.setRemoteDescription(other.localDescription);
  await made.addIceCandidate({candidate: 'candidate:1 1 udp 2122260223 203.0.113.9 3479 typ host', sdpMid: '0', sdpMLineIndex: 0});
  const refused = [];
  for (const what of ['a text', new Uint8Array([7, 200, 255]).buffer, new DataView(new Uint8Array([1, 8, 128, 9]).buffer, 1, 2), new Blob(['of a blob']), {toString: () => 'of itself'}]) {
    try { channel.send(what); } catch (e) { refused.push(e.name + /<anonymous>|apply/.test(e.stack)); }
  }
  window.result = [refused.join(), RTCPeerConnection === webkitRTCPeerConnection, RTCPeerConnection === made.constructor,
    String(channel.send), RTCPeerConnection.prototype.send === undefined];
  try { new RTCPeerConnection({iceServers: [{urls: 'nonsense'}]}); } catch (e) { window.result.push(/<anonymous>|Reflect|apply/.test(e.stack)); }
  try { await made.setRemoteDescription({type: 'offer', sdp: 'nonsense'}); } catch (e) { window.result.push(/apply/.test(e.stack)); }
  document.title = 'done';
})().catch(e => { window.result = [String(e.stack)]; document.title = 'done'; });
</script><body>`

func TestWhatGoesOverPeerConnectionsIsSeenByItsCalls(t *testing.T) {
	s := newSite(t)
	s.serve("/", peerPage)
	b := launch1(t, Options{})
	tab := newTab(t, b)
	show(t, tab, s.at("peer", "/"))
	var result []any
	if err := mainFrame(t, tab).EvalMain(limit(t), "result", &result); err != nil {
		t.Fatal(err)
	}
	refused := strings.TrimSuffix(strings.Repeat("InvalidStateErrorfalse,", 5), ",")
	if want := []any{refused, true, true, "function send() { [native code] }", true, false, false}; !slices.Equal(result, want) {
		t.Errorf("the page sees %v", result)
	}
	want := map[PeerAct][]string{
		PeerOpen:    {"stun:stun.peer.localhost:3478 turn:turn.peer.localhost \nname\nsecret\n"},
		PeerChannel: {"the label\nthe protocol"},
		PeerLocal:   {"a=fingerprint:sha-256"},
		PeerRemote:  {"a=fingerprint:sha-256", "203.0.113.9 3479"},
		PeerText:    {"a text", "of itself"},
		PeerBytes:   {"\x07\xc8\xff", "\x08\x80", "of a blob"},
	}
	waitFor(t, "the last message", func() bool {
		return slices.ContainsFunc(b.Recording().Peers(), func(p Peer) bool { return string(p.Content.Bytes()) == "of a blob" })
	})
	peers := b.Recording().Peers()
	for act, contents := range want {
		for _, content := range contents {
			i := slices.IndexFunc(peers, func(p Peer) bool { return p.Act == act && strings.Contains(string(p.Content.Bytes()), content) })
			if i < 0 {
				t.Errorf("no %s with %q", act, content)
				continue
			}
			if p := peers[i]; len(p.Stack) == 0 || p.Stack[0].URL != s.at("peer", "/") || p.Stack[0].Line == 0 || p.Stack[0].ScriptID == "" || p.Connection == "" {
				t.Errorf("%s: in connection %q, by %+v", act, p.Connection, p.Stack)
			}
		}
	}
}

func TestNamesThatAreLookedUpWithoutARequest(t *testing.T) {
	s := newSite(t)
	s.serve("/", `<!doctype html><title></title><link rel=dns-prefetch href=//static.localhost><script>
const add = (tag, set, into = document.head) => { const e = document.createElement(tag); Object.assign(e, set); into.append(e); return e; };
add('link', {rel: 'dns-prefetch', href: 'http://added.localhost/x?y'}).remove();
const changed = add('link', {rel: 'preconnect', href: '//first.localhost'});
changed.href = '//second.localhost';
changed.href = '//third.localhost';
add('div', {innerHTML: '<p><link rel="preconnect" href="//nested.localhost"><a href="http://shown.localhost/">x</a></p>'}, document.documentElement);
add('link', {rel: 'canonical', href: '//harmless.localhost/'});
document.title = 'done';
</script>`)
	b := launch1(t, Options{})
	show(t, newTab(t, b), s.at("hints", "/"))
	want := []string{
		"dns-prefetch added.localhost", "dns-prefetch static.localhost", "link shown.localhost", "preconnect first.localhost",
		"preconnect nested.localhost", "preconnect second.localhost", "preconnect third.localhost",
	}
	var got []string
	waitFor(t, "the hints", func() bool {
		got = nil
		for _, h := range b.Recording().Hints() {
			got = append(got, h.Kind+" "+h.Host)
		}
		slices.Sort(got)
		return len(got) >= len(want)
	})
	if !slices.Equal(got, want) {
		t.Errorf("hints %q", got)
	}
}

func TestConnectionsThatAreAskedForAreRecordedWithTheirAddress(t *testing.T) {
	s := newSite(t)
	s.serve("/", `<!doctype html><title></title><script>
new WebSocket('ws://socket.localhostPORT/socket?x');
try { new WebTransport('https://transport.localhostPORT/transport?x').ready.catch(() => {}); } catch {}
document.title = 'done';
</script>`)
	b := launch1(t, Options{})
	show(t, newTab(t, b), "http://localhost"+s.port+"/")
	for kind, path := range map[string]string{"WebSocket": "/socket", "WebTransport": "/transport"} {
		waitFor(t, kind, func() bool {
			r := slices.IndexFunc(b.Recording().Requests(), func(r Request) bool { return r.Type == kind && strings.Contains(r.URL, path+"?x") })
			if r < 0 {
				return false
			}
			if q := b.Recording().Requests()[r]; len(q.Stack) == 0 || q.DocumentURL == "" {
				t.Errorf("%s: %+v", kind, q)
			}
			return true
		})
	}
}
