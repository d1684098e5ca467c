package browser

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
)

// Peer is one thing that a page did with a WebRTC connection. What goes over one is no request: it leaves by UDP, past the
// network stack, the proxy and the page's policies, so that the calls are watched themselves.
type Peer struct {
	At         time.Time
	Step       string
	Session    string // where the ScriptIDs of Stack are known
	FrameURL   string
	Connection string // the same for all that was done with one connection
	Act        PeerAct
	Content    tillwatch.Body // what the act says, see PeerAct
	Stack      []Call         // innermost first
}

// PeerAct says what was done with a connection, and what Content then is.
type PeerAct string

// The acts. A channel that opens carries its label, a server gets its user name, and both can hold what was typed.
const (
	PeerOpen    PeerAct = "open"    // made or given other servers; three lines for each: addresses, user name, credential
	PeerLocal   PeerAct = "local"   // this end described itself; the description (SDP) with the candidates so far
	PeerRemote  PeerAct = "remote"  // the other end was described; its description
	PeerChannel PeerAct = "channel" // a data channel was made; its label and its protocol
	PeerText    PeerAct = "text"    // a message was handed to a channel, whether or not that was open
	PeerBytes   PeerAct = "bytes"   // the same, of bytes
)

// Hint is a host named in a part of a page that makes the browser look the name up, or connect to it, without a request. The
// line's proxy never learns of it, nor does the resolver: the browser is not allowed to look names up.
type Hint struct {
	At       time.Time
	Step     string
	Session  string
	FrameURL string
	Kind     string // "dns-prefetch", "preconnect", or "link" for an ordinary one, whose name is looked up in advance; "speculation"
	Host     string // for "speculation", a rule for loading pages in advance, the address that stands there
}

// The bounds of what a recording keeps of these, and of one of them.
const (
	maxPeers    = 4_000
	maxHints    = 4_000
	maxPeerText = 640 << 10 // 64 Ki characters of at most nine bytes each
	maxHintText = 8 << 10
)

// Peers are the acts on WebRTC connections so far.
func (r *Recording) Peers() []Peer {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.peers)
}

// Hints are the hosts that pages hinted at so far.
func (r *Recording) Hints() []Hint {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.hints)
}

func (r *Recording) addPeer(p Peer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.peers) >= maxPeers || !take(&r.room.sockets, p.Content.Len()) {
		r.lost.Peers++
		return
	}
	p.At, p.Step, p.Stack = time.Now(), r.step, r.share(p.Stack)
	r.peers = append(r.peers, p)
}

func (r *Recording) addHint(h Hint) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.hints) >= maxHints || !take(&r.room.addresses, len(h.Host)) {
		r.lost.Hints++
		return
	}
	h.At, h.Step = time.Now(), r.step
	r.hints = append(r.hints, h)
}

// parsePeer reads what disguise.js tells of a connection: its number within the document, the act, and the content as
// encodeURIComponent writes it. Bytes are characters from U+F780 on where they are above 127.
func parsePeer(text string) (Peer, bool) {
	number, rest, _ := strings.Cut(text, "\t")
	act, content, ok := strings.Cut(rest, "\t")
	if !ok || len(number) > 9 || !slices.Contains([]PeerAct{PeerOpen, PeerLocal, PeerRemote, PeerChannel, PeerText, PeerBytes}, PeerAct(act)) {
		return Peer{}, false
	}
	for { // cut off within an escape
		plain, err := url.PathUnescape(content)
		if err == nil {
			content = plain
			break
		}
		i := strings.LastIndexByte(content, '%')
		if i < 0 {
			return Peer{}, false
		}
		content = content[:i]
	}
	p := Peer{Connection: number, Act: PeerAct(act)}
	if p.Act != PeerBytes {
		p.Content = tillwatch.NewBody([]byte(content))
		return p, true
	}
	raw := make([]byte, 0, len(content))
	for _, r := range content {
		raw = append(raw, byte(r))
	}
	p.Content = tillwatch.NewBody(raw)
	return p, true
}
