package page

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/hex"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/canary"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// typedVisit is a visit on which a card was typed a minute ago.
func typedVisit(t *testing.T) (*visit, destinations) {
	t.Helper()
	set := canary.Mint(strings.NewReader(strings.Repeat("some randomness ", 4096)), "en", time.Now())
	return &visit{start: "https://shop.example/", set: set, typed: time.Now().Add(-time.Minute)}, sensor(t).destinations("shop.example")
}

func sensor(t *testing.T) *Sensor {
	t.Helper()
	s, err := New(Config{Authorised: []string{"chat.example"}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func card(t *testing.T, set canary.Set) string {
	t.Helper()
	number := set.Card.Number
	if len(number) < 13 {
		t.Fatal("no card number")
	}
	return number
}

func rules(signs []tillwatch.Sign) []string {
	var out []string
	for _, s := range signs {
		out = append(out, s.Rule+" "+s.Severity.String()+" "+s.Place)
	}
	return out
}

func TestACardNumberInNamesThatAreLookedUp(t *testing.T) {
	lower := func(s string) string { return strings.ToLower(strings.TrimRight(s, "=")) }
	for name, labels := range map[string]func(card string) []string{
		"hex":    func(c string) []string { return []string{hex.EncodeToString([]byte(c))} },
		"base32": func(c string) []string { return []string{lower(base32.StdEncoding.EncodeToString([]byte("n=" + c)))} },
		"plain":  func(c string) []string { return []string{c} },
		"several labels": func(c string) []string {
			h := hex.EncodeToString([]byte(c))
			return []string{h[:10] + "." + h[10:20] + "." + h[20:]}
		},
		"several names": func(c string) []string { h := hex.EncodeToString([]byte(c)); return []string{h[:10], h[10:20], h[20:]} },
		"numbered names": func(c string) []string {
			h := hex.EncodeToString([]byte(c))
			return []string{"0-" + h[:16], "1-" + h[16:]}
		},
		"numbered by host": func(c string) []string {
			h := hex.EncodeToString([]byte(c))
			return []string{h[:16] + ".0", h[16:] + ".1"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			v, d := typedVisit(t)
			for _, l := range labels(card(t, v.set)) {
				v.hints = append(v.hints, browser.Hint{At: time.Now(), FrameURL: "https://shop.example/checkout", Kind: "dns-prefetch", Host: l + ".names.example"})
			}
			got := rules(pastLeaks(v, d))
			if want := []string{"page/canary-sent critical https://shop.example/checkout → dns://names.example"}; !slices.Equal(got, want) {
				t.Errorf("%q", got)
			}
			if all := rules(judge(v, d)); !slices.Equal(all, got) {
				t.Errorf("with everything: %q", all)
			}
		})
	}
	v, d := typedVisit(t)
	for _, host := range []string{"fonts.gstatic.com", "d1f8f9xcsvx3ha.cloudfront.net", "www.google-analytics.com", "cdn7.example", "4111.cdn.example"} {
		v.hints = append(v.hints, browser.Hint{At: time.Now(), FrameURL: "https://shop.example/checkout", Kind: "preconnect", Host: host})
	}
	if got := rules(pastLeaks(v, d)); len(got) > 0 {
		t.Errorf("honest hints: %q", got)
	}
}

const (
	localDescription  = "v=0\r\na=ice-ufrag:ab1C\r\na=ice-pwd:local/password+of24characters\r\na=fingerprint:sha-256 AA:BB:CC:DD:EE:FF:00:11:22:33:44:55\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n"
	remoteDescription = "v=0\r\na=ice-ufrag:zz9Y\r\na=ice-pwd:remotepasswordof24charact\r\na=fingerprint:sha-256 99:88:77:66:55:44:33:22:11:00:AA:BB\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n" +
		"a=candidate:1 1 udp 2122260223 203.0.113.9 3479 typ host\r\n"
)

// connection is what a page does to open a data channel to 203.0.113.9.
func connection(v *visit, script string) {
	act := func(act browser.PeerAct, content string) {
		v.peers = append(v.peers, browser.Peer{
			At: time.Now(), Session: "s", FrameURL: "https://shop.example/checkout", Connection: "1", Act: act,
			Content: tillwatch.NewBody([]byte(content)), Stack: []browser.Call{{ScriptID: script, URL: "https://shop.example/" + script + ".js", Line: 7, Column: 3}},
		})
	}
	act(browser.PeerOpen, "stun:stun.example:3478 \n\n\n")
	act(browser.PeerChannel, "x\n")
	act(browser.PeerLocal, localDescription)
	act(browser.PeerRemote, remoteDescription)
}

func TestAPeerConnectionIsGradedByWhoOpensItAndWhetherTheOtherEndIsTold(t *testing.T) {
	told := browser.Request{At: time.Now(), Method: "POST", URL: "https://signal.example/", InitiatorKind: "script", Body: tillwatch.NewBody([]byte(localDescription))}
	read := browser.Read{At: time.Now(), Session: "s", FrameURL: "https://shop.example/checkout", Field: "card_number", How: "value", Count: 1, Stack: []browser.Call{{ScriptID: "pay"}}}
	high := []string{"page/udp-channel high https://shop.example/checkout → webrtc://203.0.113.9:3479"}
	low := []string{"page/udp-channel low https://shop.example/checkout → webrtc://203.0.113.9:3479"}
	for name, c := range map[string]struct {
		change func(v *visit)
		want   []string
	}{
		"nobody told the other end":   {func(*visit) {}, high},
		"told":                        {func(v *visit) { v.requests = append(v.requests, told) }, low},
		"told, by who reads the card": {func(v *visit) { v.requests, v.reads = append(v.requests, told), append(v.reads, read) }, high},
		"told, by who reads the card, from the start": {func(v *visit) {
			v.requests, v.reads, v.typed = append(v.requests, told), append(v.reads, read), time.Now().Add(time.Minute)
		}, low},
		"both ends are the page's own": {func(v *visit) {
			for _, p := range v.peers {
				if p.Act == browser.PeerRemote {
					p.Act, p.Connection = browser.PeerLocal, "2"
					v.peers = append(v.peers, p)
					return
				}
			}
		}, nil},
		"no other end yet": {func(v *visit) { v.peers = v.peers[:3] }, nil},
		"an authorised host": {func(v *visit) {
			v.peers[3].Content = tillwatch.NewBody([]byte(strings.ReplaceAll(remoteDescription, "203.0.113.9", "peer.chat.example")))
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			v, d := typedVisit(t)
			d.authorised = []string{"*.chat.example", "chat.example"}
			connection(v, "pay")
			c.change(v)
			if got := rules(channels(v, d)); !slices.Equal(got, c.want) {
				t.Errorf("%q", got)
			}
		})
	}
}

func TestACardNumberInAPeerConnection(t *testing.T) {
	for name, act := range map[string]browser.PeerAct{"message": browser.PeerText, "user name": browser.PeerOpen, "label": browser.PeerChannel} {
		t.Run(name, func(t *testing.T) {
			v, d := typedVisit(t)
			connection(v, "pay")
			said := v.peers[0]
			said.Act, said.Content = act, tillwatch.NewBody([]byte("turn:turn.example\n"+hex.EncodeToString([]byte(card(t, v.set)))+"\n\n"))
			v.peers = append(v.peers, said)
			got := rules(pastLeaks(v, d))
			if len(got) != 1 || !strings.HasPrefix(got[0], "page/canary-sent critical https://shop.example/checkout → webrtc://") {
				t.Errorf("%q", got)
			}
		})
	}
}

func TestANameThatHoldsTheCardIsReadAsAName(t *testing.T) {
	set := canary.Mint(rand.Reader, "en", time.Now())
	hidden := hex.EncodeToString([]byte(set.Card.Number))
	finder := canary.NewMatcher(set)
	for host, want := range map[string]bool{
		hidden + ".t.probe.example":                        true,
		hidden[:20] + "." + hidden[20:] + ".probe.example": true,
		"www.probe.example":                                false,
		"probe.example":                                    false,
	} {
		if inName(finder, host) != want {
			t.Errorf("%s: %v, want %v", host, !want, want)
		}
	}
}
