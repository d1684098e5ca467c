package page

import (
	"cmp"
	"encoding/base64"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// past lists what goes by ways on which there are no requests, as sendings: WebRTC, to which "webrtc://" and the other end's
// address stand for a destination, and names that are looked up, with "dns://" and the domain whose server learns of them.
func (v *visit) past() []sending {
	var all []sending
	for _, c := range v.peerings() {
		for _, p := range c.acts {
			all = append(all, sending{
				at: p.At, step: p.Step, method: "WebRTC", kind: string(p.Act), url: c.url(), document: p.FrameURL,
				body: p.Content, session: p.Session, stack: p.Stack,
			})
		}
	}
	return append(append(all, v.names()...), v.packets()...)
}

// pastAccount tells the sendings that the browser's account of requests lacks, or may lack, or that a page makes when it
// goes away.
func pastAccount(s *sending) bool {
	return s.witness || s.kind == datagram || s.method == "WebRTC" || s.method == "DNS" || s.kind == "WebTransport" || s.kind == "Ping" || s.unreported
}

// names are the hosts whose names were looked up and that no request went to. Loot in them is in the labels, cut up to fit,
// over several where it must be, so that what stands in a row is one sending more.
func (v *visit) names() []sending {
	asked := map[string]bool{}
	for _, r := range v.requests {
		asked[hostOf(r.URL)] = true
	}
	var out []sending
	type row struct {
		last            sending
		all, long, bare []string
	}
	rows := map[string]*row{}
	for _, h := range append(slices.Clone(v.hints), v.resolved()...) {
		if h.Kind == "speculation" {
			if !asked[hostOf(h.Host)] {
				out = append(out, sending{at: h.At, step: h.Step, method: "GET", kind: "Prefetch", url: h.Host, document: h.FrameURL, session: h.Session, unreported: true})
			}
			continue
		}
		host := hostOnly(h.Host)
		domain := cmp.Or(site(host), host)
		labels := strings.TrimSuffix(strings.TrimSuffix(host, domain), ".")
		if labels == "" || asked[host] {
			continue
		}
		s := sending{at: h.At, step: h.Step, method: "DNS", kind: h.Kind, url: "dns://" + domain + "/", document: h.FrameURL, session: h.Session}
		joined := strings.ReplaceAll(labels, ".", "")
		s.body = tillwatch.NewBody([]byte(labels + "\n" + joined))
		out = append(out, s)

		r := rows[domain]
		if r == nil {
			r = &row{}
			rows[domain] = r
		}
		long := slices.MaxFunc(strings.Split(labels, "."), func(a, b string) int { return len(a) - len(b) })
		r.last, r.all, r.long, r.bare = s, append(r.all, joined), append(r.long, long), append(r.bare, counted().ReplaceAllString(long, ""))
	}
	for _, r := range rows {
		if len(r.all) > 1 {
			r.last.body = tillwatch.NewBody([]byte(strings.Join([]string{strings.Join(r.all, ""), strings.Join(r.long, ""), strings.Join(r.bare, "")}, "\n")))
			out = append(out, r.last)
		}
	}
	return out
}

// linkHint is the kind of an ordinary link. Pages are full of them; only what a name says counts.
const linkHint = "link"

// unreadableName counts the characters of a name's longest run that looks encrypted or encoded, since a name has neither
// upper case nor signs: letters and digits mixed, longer than what content networks call their servers.
func unreadableName(name []byte) int {
	longest := 0
	for _, label := range strings.FieldsFunc(string(name), func(r rune) bool { return r == '.' || r == '\n' }) {
		digits := len(strings.Map(onlyDigits, label))
		if len(label) >= 24 && digits >= 3 && len(label)-digits >= 3 && strings.Count(label, "-") < 3 {
			longest = max(longest, len(label))
		}
	}
	return longest
}

// counted is the number of a piece that begins its label.
var counted = lazily(`^[0-9a-z]{1,2}[-_]`)

// peering is one WebRTC connection with all that was done with it.
type peering struct {
	acts    []browser.Peer
	servers []string // host:port or host, of STUN and TURN
	remotes []string // address:port of the other end
	secrets []string // user names and credentials for the servers
	channel bool
}

func (v *visit) peerings() []*peering {
	byID := map[string]*peering{}
	var out []*peering
	for _, p := range v.peers {
		c := byID[p.Connection]
		if c == nil {
			c = &peering{}
			byID[p.Connection], out = c, append(out, c)
		}
		c.add(p)
	}
	return out
}

func (c *peering) add(p browser.Peer) {
	c.acts = append(c.acts, p)
	text := string(p.Content.Bytes())
	switch p.Act {
	case browser.PeerOpen:
		for i, line := range strings.Split(text, "\n") {
			if i%3 != 0 {
				if line != "" {
					c.secrets = append(c.secrets, line)
				}
				continue
			}
			for _, address := range strings.Fields(line) {
				if _, rest, ok := strings.Cut(address, ":"); ok {
					rest, _, _ = strings.Cut(rest, "?")
					c.servers = append(c.servers, rest)
				}
			}
		}
	case browser.PeerRemote:
		for line := range strings.Lines(text) {
			fields := strings.Fields(line)
			if len(fields) > 5 && strings.HasPrefix(fields[0], "a=candidate:") && !strings.HasSuffix(fields[4], ".local") {
				if at := net.JoinHostPort(fields[4], fields[5]); !slices.Contains(c.remotes, at) {
					c.remotes = append(c.remotes, at)
				}
			}
		}
	case browser.PeerChannel:
		c.channel = true
	}
}

// url is where the connection goes: the other end or, until that is known, the first server. Of a name only the domain
// stands there, since its labels can be loot.
func (c *peering) url() string {
	at := "peer"
	switch {
	case len(c.remotes) > 0:
		at = c.remotes[0]
	case len(c.servers) > 0:
		at = c.servers[0]
	}
	host, port, err := net.SplitHostPort(at)
	if err != nil {
		host = at
	}
	host = hostOnly(host)
	if net.ParseIP(host) == nil {
		host = cmp.Or(site(host), host)
	}
	if port != "" {
		return (&url.URL{Scheme: "webrtc", Host: net.JoinHostPort(host, port), Path: "/"}).String()
	}
	return (&url.URL{Scheme: "webrtc", Host: host, Path: "/"}).String()
}

// within says that the other end is a connection of the same visit: pages try what the browser can do in this way.
func (c *peering) within(others []*peering) bool {
	theirs := c.secretsOf(browser.PeerRemote)
	for _, other := range others {
		if other != c && slices.ContainsFunc(other.secretsOf(browser.PeerLocal), func(s string) bool { return slices.Contains(theirs, s) }) {
			return true
		}
	}
	return false
}

// secretsOf are the passwords and the fingerprints in the descriptions of one end. Each is made anew for a connection.
func (c *peering) secretsOf(act browser.PeerAct) []string {
	var out []string
	for _, p := range c.acts {
		if p.Act != act {
			continue
		}
		for line := range strings.Lines(string(p.Content.Bytes())) {
			line = strings.TrimSpace(line)
			if s, ok := strings.CutPrefix(line, "a=ice-pwd:"); ok {
				out = append(out, s)
			} else if s, ok := strings.CutPrefix(line, "a=fingerprint:"); ok {
				_, s, _ = strings.Cut(s, " ")
				out = append(out, s)
			}
		}
	}
	return out
}

// signalled says that this end's description was sent to somebody: two browsers cannot talk unless each is told of the
// other. A description that stays here means that the other end takes whoever comes, which is what a thief's does.
func (c *peering) signalled(sent []sending) bool {
	var needles []string
	for _, s := range c.secretsOf(browser.PeerLocal) {
		needles = append(needles, s, url.QueryEscape(s), strings.ReplaceAll(s, ":", ""), strings.ReplaceAll(s, "/", `\/`))
		for skip := range 3 {
			inner := s[:len(s)-(len(s)+skip)%3]
			encoded := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("x", skip) + inner))
			needles = append(needles, encoded[(skip*4+2)/3:])
		}
	}
	for i := range sent {
		if sent[i].method == "WebRTC" || sent[i].method == "DNS" {
			continue
		}
		content := string(sent[i].content())
		if slices.ContainsFunc(needles, func(n string) bool { return strings.Contains(content, n) }) {
			return true
		}
	}
	return false
}

// cameOfTyping says that a connection was made only once something was typed.
func (v *visit) cameOfTyping(c *peering) bool {
	return !v.typed.IsZero() && !c.acts[0].At.Before(v.typed)
}
