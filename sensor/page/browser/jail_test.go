package browser

import (
	"net"
	"slices"
	"strings"
	"testing"
)

func newJail(t *testing.T) *Jail {
	t.Helper()
	jail, err := NewJail()
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { _ = jail.Close() }) // after the browser's
	return jail
}

const reachOut = `(async () => {
  const ends = [new RTCPeerConnection(), new RTCPeerConnection()];
  ends[0].createDataChannel('x');
  const candidates = new Promise(done => {
    let count = 0;
    ends[0].onicecandidate = e => e.candidate ? count++ : done(count);
  });
  await ends[0].setLocalDescription();
  await ends[1].setRemoteDescription(ends[0].localDescription);
  await ends[1].setLocalDescription();
  const there = ends[1].localDescription.sdp.replace(/a=ice-ufrag:.*/g, 'a=ice-ufrag:thatIsNotHere');
  await ends[0].setRemoteDescription({type: 'answer', sdp: there.replace(/a=candidate.*\r\n/g, '')});
  await ends[0].addIceCandidate({candidate: 'candidate:1 1 udp 2122260223 203.0.113.9 3479 typ host', sdpMid: '0', sdpMLineIndex: 0});
  return {candidates: await candidates, online: navigator.onLine};
})()`

func TestNothingLeavesAJailUnseen(t *testing.T) {
	jail := newJail(t)
	b := launch1(t, Options{Jail: jail})
	tab := newTab(t, b)
	var told struct {
		Candidates int
		Online     bool
	}
	if err := mainFrame(t, tab).EvalMain(limit(t), reachOut, &told); err != nil {
		t.Fatal(err)
	}
	if told.Candidates == 0 || !told.Online {
		t.Errorf("a page sees that it is shut up: %+v", told)
	}
	waitFor(t, "a datagram to the other end", func() bool {
		sent, _ := jail.Datagrams()
		return slices.ContainsFunc(sent, func(d Datagram) bool {
			return d.Protocol == "udp" && d.To == "203.0.113.9:3479" && strings.Contains(string(d.Content.Bytes()), "thatIsNotHere")
		})
	})

	accepted := make(chan string, 1)
	go func() {
		c, err := jail.Listener.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		accepted <- c.LocalAddr().String()
	}()
	if c, err := net.Dial("tcp", jail.Listener.Addr().String()); err == nil {
		_ = c.Close()
		t.Error("the jail's listener is reached from outside")
	}
	_ = tab.Navigate(limit(t), "http://"+jail.Listener.Addr().String()+"/")
	if got := <-accepted; got != jail.Listener.Addr().String() {
		t.Errorf("the browser came in at %s", got)
	}
}

func TestJailsStandBesideEachOther(t *testing.T) {
	one, other := newJail(t), newJail(t)
	_ = launch1(t, Options{Jail: one})
	b := launch1(t, Options{Jail: other})
	if err := mainFrame(t, newTab(t, b)).EvalMain(limit(t), reachOut, nil); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "a datagram", func() bool { sent, _ := other.Datagrams(); return len(sent) > 0 })
	if sent, _ := one.Datagrams(); slices.ContainsFunc(sent, func(d Datagram) bool { return strings.HasPrefix(d.To, "203.0.113.9") }) {
		t.Error("one jail saw what left the other's browser")
	}
}

func FuzzPacket(f *testing.F) {
	f.Add([]byte("\x45\x00\x00\x20\x00\x00\x00\x00\x40\x11\x00\x00\xc0\xa8\x01\x17\xcb\x00\x71\x09\x12\x34\x0d\x97\x00\x0c\x00\x00card"))
	f.Fuzz(func(t *testing.T, packet []byte) {
		if d, ok := parsePacket(packet); ok && d.To == "" {
			t.Errorf("%x went nowhere", packet)
		}
	})
}
