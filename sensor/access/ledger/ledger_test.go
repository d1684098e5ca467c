package ledger

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
)

const noon = int64(1_780_000_000)

// shop is a ledger with an issuer that issues and customers who use.
type shop struct {
	*Asker
	t    *testing.T
	rand *rand.Rand
	n    uint64
}

func newShop(t *testing.T, c Config) *shop {
	t.Helper()
	s := &shop{Asker: New(c).Ask(AskerConfig{}), t: t, rand: rand.New(rand.NewPCG(7, 7))}
	s.Heard(noon - 2*86400) // the log is known since long ago
	return s
}

// token gives an entry that nobody has recorded.
func (s *shop) token(at int64) Entry {
	s.n++
	f := func() Fingerprint { return Fingerprint(mix(s.n<<8+s.rand.Uint64N(1<<8)) | 1) }
	return Entry{Token: f(), Member: f(), Kid: "K1", Issued: at, Expires: at + 3600}
}

func (s *shop) issue(at int64) Entry {
	s.t.Helper()
	e := s.token(at)
	if err := s.Record(at, e); err != nil {
		s.t.Fatal(err)
	}
	return e
}

func (s *shop) use(e Entry, at int64) Verdict {
	return s.Judge(Use{Token: e.Token, Member: e.Member, Kid: e.Kid, Issued: e.Issued, Expires: e.Expires, At: at, Where: "/api/address", From: "192.0.2.7"})
}

func (s *shop) advance(now int64) []Settled {
	s.t.Helper()
	settled, err := s.Advance(now, false)
	if err != nil {
		s.t.Fatal(err)
	}
	return settled
}

// arm lets so many honest tokens be used that the key id is armed.
func (s *shop) arm() *shop {
	s.t.Helper()
	for range 10_000 {
		if v := s.use(s.issue(noon-600), noon-500); v != Issued {
			s.t.Fatalf("an issued token is %v", v)
		}
	}
	s.advance(noon - 100)
	if c := s.Coverage(); !c[0].Armed || c[0].Share != 1 {
		s.t.Fatalf("not armed: %+v", c)
	}
	return s
}

func verdicts(all []Settled) string {
	var out []string
	for _, s := range all {
		out = append(out, s.Verdict.String())
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func TestATokenThatWasNeverIssuedIsToldAfterTheGrace(t *testing.T) {
	t.Parallel()
	s := newShop(t, Config{}).arm()
	forged := s.token(noon)
	for range 3 {
		if v := s.use(forged, noon); v != Pending {
			t.Fatalf("at once: %v", v)
		}
	}
	s.issue(noon + 5) // the issuer's log moves past
	if early := s.advance(noon + 59); len(early) != 0 {
		t.Fatalf("within the grace: %v", verdicts(early))
	}
	got := s.advance(noon + 60)
	if verdicts(got) != "unissued" || got[0].Count != 3 || got[0].Where != "/api/address" {
		t.Fatalf("%+v", got)
	}
	if v := s.use(forged, noon+70); v != Unissued {
		t.Errorf("used again: %v", v)
	}
	var alarms Alarms
	sign, tell := alarms.Add(got[0])
	if !tell || sign.Certainty != tillwatch.Certain || sign.Severity != tillwatch.Critical || sign.Subjects.Min != 1 {
		t.Errorf("%v %+v", tell, sign)
	}
	for i := range 7 {
		_, tell := alarms.Add(got[0])
		if want := i == 0 || i == 2 || i == 6; tell != want { // 2, 4, 8
			t.Errorf("token %d: told %v", i+2, tell)
		}
	}
}

func TestARecordMayComeAfterTheUse(t *testing.T) {
	t.Parallel()
	s := newShop(t, Config{}).arm()
	early := s.token(noon)
	s.use(early, noon)
	if err := s.Record(noon+30, early); err != nil {
		t.Fatal(err)
	}
	if got := s.advance(noon + 61); len(got) != 0 {
		t.Fatalf("%+v", got)
	}
	// and much too late, after it was called unissued: then that is taken back, and the key id is disarmed if many are so
	for n := range 5 {
		late := s.token(noon + 100)
		s.use(late, noon+100)
		s.Heard(noon + 170)
		if got := s.advance(noon + 170); verdicts(got) != "unissued" {
			t.Fatalf("%d: %v", n, verdicts(got))
		}
		if err := s.Record(noon+4000, late); err != nil {
			t.Fatal(err)
		}
		if got := s.advance(noon + 171); verdicts(got) != "issued" {
			t.Fatalf("%d: %v", n, verdicts(got))
		}
		if s.Coverage()[0].Armed == false {
			return
		}
	}
	t.Error("a log that comes an hour late still arms")
}

func TestWithoutTheIssuersLogNothingIsCalledForged(t *testing.T) {
	t.Parallel()
	s := newShop(t, Config{Linger: time.Hour}).arm()
	s.use(s.token(noon), noon)
	if got := s.advance(noon + 3599); len(got) != 0 { // it may be on its way
		t.Fatalf("%v", verdicts(got))
	}
	if got := verdicts(s.advance(noon + 3600)); got != "unknown" {
		t.Errorf("a silent log: %v", got)
	}

	s.Gap(Stretch{From: noon + 4000, To: noon + 5000})
	s.Heard(noon + 9000)
	in, after, claims := s.token(noon+4500), s.token(noon+5200), s.token(noon+4500)
	s.use(in, noon+5300)
	s.use(after, noon+5300)
	claims.Issued, claims.Expires = noon+4500, noon+4500+86400 // it says a life that no token has
	s.use(claims, noon+5300)
	got := s.advance(noon + 9000)
	if verdicts(got) != "unissued unissued unknown" {
		t.Errorf("around a gap: %+v", got)
	}
	// without what the token says of itself, it may have been issued in the gap for as long as tokens live
	for at, want := range map[int64]string{noon + 5300: "unknown", noon + 8500: "unknown", noon + 8700: "unissued"} {
		e := s.token(0)
		e.Issued, e.Expires = 0, 0
		s.use(e, at)
		s.Heard(noon + 9500)
		if got := verdicts(s.advance(noon + 9600)); got != want {
			t.Errorf("used at +%d: %v, want %v", at-noon, got, want)
		}
	}
}

func TestANewLedgerKnowsNothingOfWhatWasIssuedBefore(t *testing.T) {
	t.Parallel()
	s := &shop{Asker: New(Config{}).Ask(AskerConfig{}), t: t, rand: rand.New(rand.NewPCG(1, 1))}
	s.issue(noon)
	s.use(s.token(noon-100), noon+1)
	s.Heard(noon + 100)
	if got := verdicts(s.advance(noon + 100)); got != "unknown" {
		t.Errorf("%v", got)
	}
	if g := s.Gaps(); g[0].To != noon {
		t.Errorf("%+v", g)
	}
	if u := fmt.Sprint(s.Unjudged("issuer.log")); !strings.Contains(u, "1 tokens of key id K1 could not be judged") {
		t.Errorf("%s", u)
	}
}

func TestAKeyIDIsArmedByItsTokens(t *testing.T) {
	t.Parallel()
	s := newShop(t, Config{})
	s.Asker = s.Ask(AskerConfig{Name: "soon", ArmAfter: 1000})
	honest := func(n int) {
		for range n {
			s.use(s.issue(noon), noon+1)
		}
	}
	forged := func(n int) string {
		for range n {
			s.use(s.token(noon), noon+2)
		}
		s.Heard(noon + 3)
		return verdicts(s.advance(noon + 100))
	}
	honest(299)
	if got := forged(1); got != "unproven" {
		t.Errorf("after 299: %v", got)
	}
	honest(699)
	if c := s.Coverage()[0]; c.Armed || c.Covered != 998 || c.Missing != 1 {
		t.Errorf("%+v", c)
	}
	honest(5)
	if c := s.Coverage()[0]; c.Armed { // 1 of 1,004 is more than 1 of 10,000
		t.Errorf("%+v", c)
	}
	honest(9000)
	if c := s.Coverage()[0]; !c.Armed {
		t.Errorf("%+v", c)
	}
	if got := forged(2); got != "unissued unissued" {
		t.Errorf("armed: %v", got)
	}
	if c := s.Coverage()[0]; !c.Armed { // a thief cannot disarm it
		t.Errorf("%+v", c)
	}
}

func TestLikelyBeforeItIsCertain(t *testing.T) {
	t.Parallel()
	s := newShop(t, Config{})
	var alarms Alarms
	for range 400 {
		s.use(s.issue(noon), noon+1)
	}
	s.use(s.token(noon), noon+2)
	s.Heard(noon + 3)
	got := s.advance(noon + 100)
	sign, tell := alarms.Add(got[0])
	if !tell || sign.Certainty != tillwatch.Likely || sign.Severity != tillwatch.High {
		t.Errorf("%v %+v", tell, sign)
	}
	got[0].Coverage.Covered = 20
	if _, tell := new(Alarms).Add(got[0]); tell {
		t.Error("20 tokens prove nothing")
	}
}

func TestAPartOfTheIssuersLogThatIsMissingIsNoThief(t *testing.T) {
	t.Parallel()
	s := newShop(t, Config{}).arm()
	for i := range int64(600) { // one of three nodes that issue no longer sends its log
		e := s.token(noon + i/10)
		if i%3 != 0 {
			if err := s.Record(noon+i/10, e); err != nil {
				t.Fatal(err)
			}
		}
		s.use(e, noon+i/10)
	}
	s.Heard(noon + 200)
	if got := s.advance(noon + 125); len(got) != 200 || strings.Contains(verdicts(got), "unissued") {
		t.Errorf("%d: %.100s", len(got), verdicts(got))
	}
}

func TestOneTokensIDIsNotGoodForAllMembers(t *testing.T) {
	t.Parallel()
	s := newShop(t, Config{}).arm()
	own := s.issue(noon)
	stolen := own
	stolen.Member ^= 2
	if s.use(own, noon+1) != Issued || s.use(stolen, noon+1) != Pending {
		t.Error("the id of a token that was issued to somebody else is taken")
	}
	// A record that does not say whose the token is holds for all; so does one in a ledger of logs that do not say it.
	e := s.token(noon)
	bare := e
	bare.Member = 0
	if err := s.Record(noon, bare); err != nil {
		t.Fatal(err)
	}
	if s.use(e, noon+1) != Issued {
		t.Error("a record without a member")
	}
	u := newShop(t, Config{Unbound: true})
	if v := u.use(u.issue(noon), noon); v != Issued {
		t.Errorf("unbound: %v", v)
	}
}

func TestATokenMayLiveLongerThanItsRecordSays(t *testing.T) {
	t.Parallel()
	s := newShop(t, Config{})
	issue := func(at int64) Entry { // as Keycloak's events: without an expiry
		e := s.token(at)
		e.Expires = 0
		if err := s.Record(at, e); err != nil {
			t.Fatal(err)
		}
		e.Expires = at + 8*3600
		return e
	}
	s.use(issue(noon), noon+1) // it says that it lives for eight hours
	e := issue(noon + 2)
	s.advance(noon + 7*3600)
	if v := s.use(e, noon+7*3600); v != Issued {
		t.Errorf("%v", v)
	}
}

func TestWhatHasExpiredIsForgotten(t *testing.T) {
	t.Parallel()
	s := newShop(t, Config{})
	for i := range int64(1000) {
		s.issue(noon + i*60)
		s.advance(noon + i*60)
	}
	if st := s.Stats(); st.Tokens > 90 || st.Tokens < 60 || st.Buckets > 12 {
		t.Errorf("of an hour's 60 tokens: %+v", st)
	}
	k := newShop(t, Config{Keep: true})
	for i := range int64(100) {
		k.issue(noon + i*3600)
		k.advance(noon + i*3600)
	}
	if st := k.Stats(); st.Tokens != 100 {
		t.Errorf("kept: %+v", st)
	}
	n := newShop(t, Config{})
	e := n.token(noon)
	e.Expires = Never
	if err := n.Record(noon, e); err != nil {
		t.Fatal(err)
	}
	n.advance(noon + 20*366*86400)
	if n.Stats().Tokens != 1 {
		t.Error("what does not expire is forgotten")
	}
}

// Whatever is recorded is found, before, while and after it becomes filters; what is not is found as seldom as it says.
func TestNothingRecordedIsEverMissed(t *testing.T) {
	t.Parallel()
	s := newShop(t, Config{MaxExact: 20_000})
	var all []Entry
	for i := range int64(200_000) {
		e := s.token(noon + i/100)
		e.Expires = e.Issued + []int64{300, 3600, 86400 * 14}[i%3] + 4000
		all = append(all, e)
		if len(all)%500 == 0 {
			if err := s.Record(noon+i/100, all[len(all)-500:]...); err != nil {
				t.Fatal(err)
			}
		}
	}
	s.sealed.Wait()
	st := s.Stats()
	if st.Exact > 60_000 || st.Miss == 0 || st.MissExp > st.Miss {
		t.Errorf("%+v", st)
	}
	for i, e := range all {
		if i%2 == 0 {
			e.Issued, e.Expires = 0, 0
		}
		if v := s.use(e, noon+2000); v != Issued {
			t.Fatalf("%d: %v", i, v)
		}
	}
	wrong := 0
	for range 100_000 {
		e := s.token(noon)
		if l := s.Ledger; l.has(l.print(e.Token, e.Member), 0, 0) {
			wrong++
		}
	}
	if want := st.Miss * 100_000; float64(wrong) > 3*want+10 {
		t.Errorf("%d of 100,000 are taken for issued, about %.0f expected", wrong, want)
	}
}

func TestASampleCountsWhatIsDifferent(t *testing.T) {
	t.Parallel()
	var k kid
	for range 3 {
		for i := range uint64(300_000) {
			k.cover(Fingerprint(mix(i + 1)))
		}
	}
	if c := k.covered(); c < 290_000 || c > 310_000 {
		t.Errorf("%d", c)
	}
}

func TestAFloodOfUnknownTokensIsBounded(t *testing.T) {
	t.Parallel()
	s := newShop(t, Config{})
	for i := range maxHeld + 10 {
		e := s.token(noon)
		e.Kid = fmt.Sprint("kid", i)
		s.use(e, noon)
	}
	if s.Lost() == 0 || s.Stats().Held > maxHeld || len(s.Coverage()) > maxKids+1 {
		t.Errorf("%d lost, %d held, %d key ids", s.Lost(), s.Stats().Held, len(s.Coverage()))
	}
	s.Heard(noon + 100)
	if n := len(s.advance(noon + 100)); n != maxHeld {
		t.Errorf("%d settled", n)
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	whole, _, err := Open(Config{Dir: t.TempDir(), MaxExact: 1000}, noon)
	if err != nil {
		t.Fatal(err)
	}
	l := whole.Ask(AskerConfig{})
	done := make(chan error)
	for w := range uint64(8) {
		go func() {
			for i := range uint64(50) {
				f := Fingerprint(mix(w<<32 + i + 1))
				err := l.Record(noon, Entry{Token: f, Issued: noon, Expires: noon + 3600})
				if v := l.Judge(Use{Token: f, At: noon + 1}); err == nil && v != Issued {
					err = fmt.Errorf("%v", v)
				}
				l.Judge(Use{Token: f ^ 2, At: noon + 1})
				if _, err2 := l.Advance(noon+int64(i), false); err == nil {
					err = err2
				}
				if err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range 8 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if err := l.Close(noon + 60); err != nil {
		t.Error(err)
	}
	if err := l.Record(noon, Entry{Token: 1}); err == nil {
		t.Error("recorded in a closed ledger")
	}
}

func BenchmarkJudge(b *testing.B) {
	for _, c := range []struct {
		name  string
		exact int
	}{{"exact", 1 << 30}, {"filters", 1}} {
		b.Run(c.name, func(b *testing.B) {
			l := New(Config{MaxExact: c.exact}).Ask(AskerConfig{})
			const n = 4 << 20
			batch := make([]Entry, 0, 1<<16)
			for i := range uint64(n) {
				at := noon + int64(i/1200)
				batch = append(batch, Entry{Token: Fingerprint(mix(i + 1)), Issued: at, Expires: at + 3600})
				if len(batch) == cap(batch) {
					if err := l.Record(at, batch...); err != nil {
						b.Fatal(err)
					}
					batch = batch[:0]
				}
			}
			l.sealed.Wait()
			r := rand.New(rand.NewPCG(1, 2))
			b.ResetTimer()
			for b.Loop() {
				if l.Judge(Use{Token: Fingerprint(mix(r.Uint64N(n) + 1)), At: noon + 3600}) != Issued {
					b.Fatal("missed")
				}
			}
			b.ReportMetric(float64(l.Stats().Bytes)/n, "B/token")
		})
	}
}
