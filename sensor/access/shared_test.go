package access

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch/sensor/access/ledger"
)

// gatewayed is a log that shares its ledger with a gateway, which hears of every token that is issued.
type gatewayed struct {
	*following
	ledger *ledger.Ledger
	hasher ledger.Hasher
	day    *shopDay
	made   []ledger.Entry
	n      int
}

func newGatewayed(t *testing.T) *gatewayed {
	t.Helper()
	g := &gatewayed{following: newFollowing(t), day: newDay()}
	var err error
	if g.ledger, _, err = ledger.Open(ledger.Config{Dir: g.name("shared"), Linger: Linger}, g.day.now.Unix()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.ledger.Close(g.day.now.Unix()) })
	if g.hasher, err = ledger.NewHasher(bytes.Repeat([]byte("s"), 32)); err != nil {
		t.Fatal(err)
	}
	g.ledger.Heard(g.day.now.Unix() - 86400)
	g.set = g.sharing
	return g
}

func (g *gatewayed) sharing(c *Config) {
	c.Hasher, c.Ledger = &g.hasher, func() (*ledger.Ledger, error) { return g.ledger, nil }
}

// issue makes a token whose id has the form of a print, and post tells the gateway of all that were made.
func (g *gatewayed) issue(member string) string {
	g.n++
	id, now := fmt.Sprintf("%032x", g.n), g.day.now.Unix()
	g.made = append(g.made, ledger.Entry{
		Token: g.hasher.Token([]byte(id)).Fingerprint(), Member: g.hasher.Member([]byte(member)).Fingerprint(), Kid: "k1", Issued: now, Expires: now + 3600,
	})
	return id
}

func (g *gatewayed) post() {
	g.t.Helper()
	if err := g.ledger.Record(g.day.now.Unix(), g.made...); err != nil {
		g.t.Fatal(err)
	}
	g.made = nil
}

func (g *gatewayed) read(member, token string) {
	g.day.now = g.day.now.Add(100 * time.Millisecond)
	g.write("access.log", fmt.Sprintf(`{"time":"%s","remote_addr":"198.51.100.7","method":"GET","uri":"/member/profile","status":200,"sub":"%s","jti":"%s","kid":"k1"}`+"\n",
		g.day.stamp(), member, token))
}

func TestWhatTheGatewayIsToldTheLogKnows(t *testing.T) {
	t.Parallel()
	g := newGatewayed(t)
	for i := range armAfterTokens + 50 {
		member := fmt.Sprint(i + 1)
		token := g.issue(member)
		if i%2 == 0 { // as the gateway writes it into the log
			member, token = g.hasher.Member([]byte(member)).String(), g.hasher.Token([]byte(token)).String()
		}
		g.read(member, token)
	}
	g.post()
	gate := g.ledger.Ask(ledger.AskerConfig{Name: "gate"})
	atGate := ledger.Use{Token: 77, Member: 78, Kid: "k1", At: g.day.now.Unix()}
	gate.Judge(atGate)
	g.read("7", "f0000000000000000000000000000001")
	g.start()
	logs := g.ledger.Ask(asking)
	g.until("all is read", func() bool {
		c := logs.Coverage()
		return len(c) == 1 && c[0].Covered == armAfterTokens+50
	})
	g.stop()
	g.start() // it waits on
	g.day.now = g.day.now.Add(2 * time.Minute)
	token := g.issue("8")
	g.post()
	g.read("8", token)
	g.until("the forged token is told", func() bool { return len(g.signs("access/token-unissued")) > 0 })
	g.stop()
	for place, n := range g.signs("access/token-unissued") {
		if n != 1 {
			t.Errorf("%s was told %d times", place, n)
		}
	}
	settled, err := gate.Advance(g.day.now.Unix(), false)
	if err != nil || len(settled) != 1 || settled[0].Token != atGate.Token {
		t.Errorf("the gateway's own: %+v, %v", settled, err)
	}
	if got := g.gaps(); got != "" {
		t.Errorf("gaps:\n%s", got)
	}
}

// TestWhatAnEarlierVersionKeptMakesNobodyAThief goes from a ledger of the log's own, with hashes of no secret, to one that is
// shared: what waited then, and what was issued then, is known by another hash now.
func TestWhatAnEarlierVersionKeptMakesNobodyAThief(t *testing.T) {
	t.Parallel()
	g := newGatewayed(t)
	g.set = func(c *Config) { c.LedgerDir = g.name("log-ledger") }
	g.with = []string{g.name("issuer.log")}
	g.day.honest(1200)
	late := g.day.issue(9, "late")
	g.day.read(9, "early-use", "s", "/member/profile", "203.0.113.9") // its record would come later
	g.write("issuer.log", g.day.issuer.String())
	g.write("access.log", g.day.access.String()+baitLine(int(g.day.now.Sub(newDay().now)/time.Second)))
	g.start()
	g.until("all is read", func() bool {
		g.state.mu.Lock()
		defer g.state.mu.Unlock()
		for _, b := range g.state.held {
			return bytes.Contains(b, []byte("access.log")) && bytes.Contains(b, []byte("issuer.log")) && len(g.signs("access/key-decoy")) == 1
		}
		return false
	})
	g.stop()
	for key, b := range g.state.held {
		b = bytes.Clone(b)
		b[3] = stateUnkeyed
		g.state.held[key] = b
	}
	g.seen = nil
	g.set = func(c *Config) {
		g.sharing(c)
		if err := g.ledger.TakeOver(g.name("log-ledger"), AskerName, false, g.day.now.Unix()); err != nil {
			t.Fatal(err)
		}
	}
	g.start()
	g.day.access.Reset()
	g.day.issuer.Reset()
	g.day.now = g.day.now.Add(time.Second)
	g.day.read(9, late, "late", "/member/profile", "203.0.113.9") // issued before
	g.day.now = g.day.now.Add(2 * time.Minute)
	fresh := g.day.issue(8, "s10")
	g.day.read(8, fresh, "s10", "/member/profile", "203.0.113.9")
	g.write("issuer.log", g.day.issuer.String())
	g.write("access.log", g.day.access.String()+baitLine(7200))
	g.alarm(7200)
	g.stop()
	if got := g.signs("access/token-unissued"); len(got) != 0 {
		t.Errorf("told: %v %+v", got, g.ledger.Gaps())
	}
	for _, c := range g.ledger.Ask(asking).Coverage() {
		if c.Kid == "k1" && (!c.Armed || c.Missing != 0) {
			t.Errorf("what was learned is lost: %+v", c)
		}
	}
	if got := g.gaps(); strings.Contains(got, "beginning") {
		t.Errorf("gaps:\n%s", got)
	}
}
