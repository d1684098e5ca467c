package ledger

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// both are two who ask one ledger, each by a clock of its own: a gateway, and a log that is read an hour late.
type both struct {
	gate, log *shop
}

func newBoth(t *testing.T, c Config) both {
	t.Helper()
	gate := newShop(t, c)
	log := *gate
	log.Asker = gate.Ask(AskerConfig{Name: "log", ArmAfter: 1000})
	log.n = 1 << 40
	return both{gate, &log}
}

func TestEachAskerGetsItsOwnVerdicts(t *testing.T) {
	t.Parallel()
	b := newBoth(t, Config{})
	b.gate.arm()
	for range 1000 {
		b.log.use(b.log.issue(noon-600), noon-500)
	}
	b.log.advance(noon - 100)
	shared, atGate, inLog := b.gate.token(noon), b.gate.token(noon), b.log.token(noon)
	b.gate.use(shared, noon)
	b.gate.use(atGate, noon)
	b.log.use(shared, noon)
	b.log.use(inLog, noon+1)
	b.gate.Heard(noon + 100)
	one, two := b.log.advance(noon+61), b.gate.advance(noon+61)
	if verdicts(one) != "unissued unissued" || verdicts(two) != "unissued unissued" {
		t.Fatalf("log %q, gate %q", verdicts(one), verdicts(two))
	}
	for i, s := range [][]Settled{one, two} {
		for _, e := range s {
			if mine := []Fingerprint{inLog.Token, atGate.Token}[i]; e.Token != mine && e.Token != shared.Token {
				t.Errorf("asker %d is told of a token that it never asked about", i)
			}
		}
	}
	if again := b.gate.advance(noon + 62); len(again) != 0 {
		t.Errorf("told twice: %v", verdicts(again))
	}
	if err := b.gate.Record(noon+70, shared); err != nil { // late: both take it back
		t.Fatal(err)
	}
	if one, two := verdicts(b.log.advance(noon+71)), verdicts(b.gate.advance(noon+71)); one != "issued" || two != "issued" {
		t.Errorf("taken back: log %q, gate %q", one, two)
	}
}

// TestWhoSeesOtherNamesIsNotArmedByOthers has a log that names members in its own way: of its tokens none has a record, and
// that the gateway's have must not make thieves of its customers.
func TestWhoSeesOtherNamesIsNotArmedByOthers(t *testing.T) {
	t.Parallel()
	b := newBoth(t, Config{})
	b.gate.arm()
	for range 2000 {
		e := b.gate.issue(noon)
		e.Member ^= 1 << 20
		b.log.use(e, noon)
	}
	b.gate.Heard(noon + 100)
	for _, s := range b.log.advance(noon + 61) {
		if s.Verdict == Unissued {
			t.Fatal("called forged")
		}
	}
	if c := b.log.Coverage()[0]; c.Armed || c.Missing != 2000 {
		t.Errorf("%+v", c)
	}
	if !b.gate.Coverage()[0].Armed {
		t.Error("the gateway is disarmed by what a log says")
	}
}

func TestWhatSomebodyMayStillAskAboutIsKept(t *testing.T) {
	t.Parallel()
	b := newBoth(t, Config{})
	b.log.Present(noon)
	e := b.gate.issue(noon)
	b.gate.advance(noon + 6*3600)
	if v := b.log.use(e, noon+10); v != Issued {
		t.Errorf("for one who is six hours behind it is %v", v)
	}
	b.log.advance(noon + 5*3600)
	b.gate.advance(noon + 6*3600 + 1)
	if n := b.gate.Stats().Tokens; n != 0 {
		t.Errorf("%d tokens are kept for nobody", n)
	}
	if b.log.use(b.log.token(noon+20), noon+20); verdicts(b.log.advance(noon+5*3600+100)) != "unknown" {
		t.Error("a use from before what was forgotten must be unknown")
	}
	// One whose clock stands still holds nothing up for ever.
	b.gate.issue(noon + 6*3600)
	b.gate.advance(noon + 6*3600 + 9*86400)
	if n := b.gate.Stats().Tokens; n != 0 {
		t.Errorf("%d tokens", n)
	}
}

func TestAskersOutliveARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	one, _ := openAt(t, dir, noon)
	gate, log := &shop{Asker: one, t: t, rand: newShop(t, Config{}).rand}, *new(shop)
	log = *gate
	log.Asker = one.Ask(AskerConfig{Name: "log", ArmAfter: 1000})
	gate.Heard(noon - 86400)
	var all []Entry
	for range 1000 {
		all = append(all, gate.token(noon-600))
	}
	if err := gate.Record(noon-600, all...); err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		log.use(e, noon-500)
	}
	last := all[999]
	log.advance(noon - 400)
	log.use(gate.token(noon), noon-300)
	gate.advance(noon + 5)
	if err := one.Close(noon + 5); err != nil {
		t.Fatal(err)
	}
	again, r := openAt(t, dir, noon+4*3600) // all has expired, but not for the log
	if r.Clocks["log"] != noon-400 || r.Clocks[""] != noon+5 || !again.Knows("log") || again.Knows("nobody") {
		t.Errorf("%+v", r)
	}
	back := log
	back.Asker = again.Ask(AskerConfig{Name: "log", ArmAfter: 1000})
	again.Heard(noon + 4*3600)
	if got := verdicts(again.Ask(AskerConfig{}).mustAdvance(t, noon+4*3600)); got != "" {
		t.Errorf("the gateway is told %q", got)
	}
	if c := back.Coverage(); len(c) != 1 || !c[0].Armed || c[0].Covered != 1000 {
		t.Errorf("%+v", c)
	}
	if v := back.use(last, noon+30); v != Issued {
		t.Errorf("what was issued before is %v", v)
	}
	if got := verdicts(back.advance(noon + 61)); got != "unissued" {
		t.Errorf("what was held for the log: %q", got)
	}
}

func (a *Asker) mustAdvance(t *testing.T, now int64) []Settled {
	t.Helper()
	out, err := a.Advance(now, false)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAnotherLedgerIsTakenOver(t *testing.T) {
	t.Parallel()
	for _, records := range []bool{true, false} {
		old, dir := filepath.Join(t.TempDir(), "old"), t.TempDir()
		from, _ := openAt(t, old, noon)
		s := &shop{Asker: from, t: t, rand: newShop(t, Config{}).rand}
		s.Heard(noon - 86400)
		var entries []Entry
		for range 10_000 {
			entries = append(entries, s.token(noon-60))
		}
		if err := from.Record(noon-60, entries...); err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			s.use(e, noon-50)
		}
		if err := from.Close(noon); err != nil {
			t.Fatal(err)
		}
		// one that only one could ask is written as before there were several
		rewrite(t, filepath.Join(old, memoryName))

		to, _, err := Open(Config{Dir: dir}, noon+10)
		if err != nil {
			t.Fatal(err)
		}
		to.Heard(noon - 3600)
		if err := os.WriteFile(filepath.Join(old, "a note of the operator's"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := to.TakeOver(old, "log", records, noon+10); err != nil {
			t.Fatal(err)
		}
		gaps := len(to.Gaps())
		if err := to.TakeOver(old, "log", records, noon+11); err != nil || len(to.Gaps()) != gaps {
			t.Error("taken over twice", err)
		}
		if left, err := os.ReadDir(old); err != nil || len(left) != 1 {
			t.Errorf("%v %v", left, err)
		}
		if err := to.Close(noon + 11); err != nil {
			t.Fatal(err)
		}
		again, _, err := Open(Config{Dir: dir}, noon+12)
		if err != nil {
			t.Fatal(err)
		}
		log := &shop{Asker: again.Ask(AskerConfig{Name: "log"}), t: t, rand: s.rand, n: 1 << 30}
		if c := log.Coverage(); len(c) != 1 || !c[0].Armed {
			t.Errorf("records %v: %+v", records, c)
		}
		want := map[bool]Verdict{true: Issued, false: Pending}[records]
		if v := log.use(entries[77], noon+20); v != want {
			t.Errorf("records %v: %v", records, v)
		}
		log.use(log.token(noon-30), noon+21) // forged, or from the time that is unknown now
		again.Heard(noon + 100)
		got := verdicts(log.advance(noon + 90))
		if want := map[bool]string{true: "unissued", false: "unknown unknown"}[records]; got != want {
			t.Errorf("records %v: %q, want %q", records, got, want)
		}
	}
}

// rewrite makes the memory of a ledger one of before.
func rewrite(t *testing.T, name string) {
	t.Helper()
	text := fmt.Sprintf(`{"schema":1,"saved":%d,"since":%d,"reached":%d,"lives":{"":3600,"K1":3600},"bound":true,"kids":[{"kid":"K1","covered":10000,"share":1,"armed":true}]}`,
		noon, noon-86400, noon)
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestALedgerOfBeforeBelongsToWhoAskedIt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	recorded(t, dir, 1)
	rewrite(t, filepath.Join(dir, memoryName))
	l, r, err := Open(Config{Dir: dir, Sole: "gate", Linger: time.Hour}, noon+10)
	if err != nil {
		t.Fatal(err)
	}
	if log := l.Ask(AskerConfig{Name: "log"}); len(log.Coverage()) != 0 {
		t.Error("somebody else is armed by it")
	}
	gate := l.Ask(AskerConfig{Name: "gate"})
	if c := gate.Coverage(); len(c) != 1 || !c[0].Armed || gate.Clock() != noon || r.Clocks["gate"] != noon {
		t.Errorf("%+v", c)
	}
}

// TestOfALongLogEachTokenIsHeldAgainstFewFilters keeps a month of tokens for good, nearly all of them in filters.
func TestOfALongLogEachTokenIsHeldAgainstFewFilters(t *testing.T) {
	t.Parallel()
	s := newShop(t, Config{Keep: true, MaxExact: 500, Linger: 6 * time.Hour})
	const tokens = 20_000
	all := make([]Entry, 0, tokens)
	for i := range int64(tokens) {
		all = append(all, s.issue(noon+i*30*86400/tokens))
		s.sealed.Wait()
	}
	for _, e := range all {
		if v := s.use(e, e.Issued+3000); v != Issued {
			t.Fatalf("%v", v)
		}
		e.Expires = 0
		if v := s.use(e, e.Issued+3000); v != Issued {
			t.Fatalf("without its expiry: %v", v)
		}
	}
	st := s.Stats()
	if st.Tokens != tokens || st.Exact > 600 || st.Buckets > 400 || st.Miss == 0 || st.Miss > 20*fuseMiss || st.MissExp > st.Miss {
		t.Errorf("%+v, %.1f filters a token", st, st.Miss/fuseMiss)
	}
}
