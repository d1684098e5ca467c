package access

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
)

// shelf is a state that is kept in the test; what full says fails.
type shelf struct {
	mu   sync.Mutex
	held map[string][]byte
	full error
}

func (m *shelf) Load(key string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.held[key], nil
}

func (m *shelf) Save(key string, value []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.full != nil {
		return m.full
	}
	if m.held == nil {
		m.held = map[string][]byte{}
	}
	m.held[key] = value
	return nil
}

// following is a follower in a test, and what it has reported.
type following struct {
	t     *testing.T
	dir   string
	state *shelf
	with  []string
	set   func(*Config)

	mu    sync.Mutex
	seen  []tillwatch.Observation
	stops context.CancelFunc
	ended chan error
}

func newFollowing(t *testing.T) *following {
	t.Helper()
	return &following{t: t, dir: t.TempDir(), state: &shelf{}}
}

func (f *following) name(name string) string { return filepath.Join(f.dir, name) }

func (f *following) start() {
	f.t.Helper()
	c := Config{
		Follow: true, State: f.state, Secret: []byte("0123456789abcdef"), Poll: time.Millisecond, SaveEvery: time.Millisecond, With: f.with,
		LedgerDir: f.name("ledger"), Key: func(kid string) KeyStanding {
			if name, decoy := strings.CutPrefix(kid, "decoy"); decoy {
				return KeyStanding{Rule: "access/key-decoy", Key: "bait" + name, Decoy: "a laptop"}
			}
			return KeyStanding{}
		},
	}
	if f.set != nil {
		f.set(&c)
	}
	s, err := New(c)
	if err != nil {
		f.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(f.t.Context())
	f.stops, f.ended = stop, make(chan error, 1)
	go func() {
		f.ended <- s.Observe(ctx, tillwatch.Target{Kind: tillwatch.KindLog, Place: f.name("access.log")}, func(o tillwatch.Observation) error {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.seen = append(f.seen, o)
			return nil
		})
	}()
}

func (f *following) stop() {
	f.t.Helper()
	f.stops()
	if err := <-f.ended; err != nil {
		f.t.Fatal(err)
	}
}

// signs gives how often a rule was told of, by place.
func (f *following) signs(rule string) map[string]int {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := map[string]int{}
	for _, o := range f.seen {
		if s, is := o.(tillwatch.Sign); is && s.Rule == rule {
			out[s.Place]++
		}
	}
	return out
}

func (f *following) gaps() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out strings.Builder
	for _, o := range f.seen {
		if g, is := o.(tillwatch.Gap); is {
			fmt.Fprintf(&out, "%s: %s\n", filepath.Base(g.Place), g.Why)
		}
	}
	return out.String()
}

// until waits for a condition.
func (f *following) until(what string, is func() bool) {
	f.t.Helper()
	for deadline := time.Now().Add(time.Minute); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			f.t.Fatalf("never: %s; gaps:\n%s", what, f.gaps())
		}
	}
}

// alarm waits until the line with a number was judged.
func (f *following) alarm(n int) {
	f.t.Helper()
	f.until(fmt.Sprintf("line %d is judged", n), func() bool { return f.signs("access/key-decoy")[fmt.Sprintf("tokens of the key bait%d", n)] > 0 })
}

func (f *following) write(name, text string) {
	f.t.Helper()
	w, err := os.OpenFile(f.name(name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = w.WriteString(text)
	}
	if err != nil {
		f.t.Fatal(err)
	}
	_ = w.Close()
}

// bait writes the line with a number, which raises an alarm of its own.
func (f *following) bait(n int) { f.write("access.log", baitLine(n)) }

func baitLine(n int) string {
	at := time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC).Add(time.Duration(n) * time.Second)
	return fmt.Sprintf(`{"time":"%s","remote_addr":"203.0.113.9","method":"GET","uri":"/member/profile","status":200,"sub":"%d","jti":"j%d","kid":"decoy%d","sid":"s%d"}`+"\n",
		at.Format("2006-01-02T15:04:05.000Z"), n+1, n, n, n)
}

func (f *following) rename(from, to string) {
	f.t.Helper()
	if err := os.Rename(f.name(from), f.name(to)); err != nil {
		f.t.Fatal(err)
	}
}

func (f *following) pack(from string) {
	f.t.Helper()
	text, err := os.ReadFile(f.name(from))
	if err != nil {
		f.t.Fatal(err)
	}
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = z.Write(text)
	_ = z.Close()
	write(f.t, f.name(from+".gz"), out.Bytes())
	if err := os.Remove(f.name(from)); err != nil {
		f.t.Fatal(err)
	}
}

// exactly says that the alarms of all lines up to a number were told, each once.
func (f *following) exactly(n int) {
	f.t.Helper()
	told := f.signs("access/key-decoy")
	for i := range n {
		if got := told[fmt.Sprintf("tokens of the key bait%d", i)]; got != 1 {
			f.t.Errorf("line %d was told %d times", i, got)
		}
	}
	if len(told) != n {
		f.t.Errorf("%d alarms, want %d", len(told), n)
	}
}

func TestLogsAreFollowedThroughEverythingThatHappensToThem(t *testing.T) {
	t.Parallel()
	f := newFollowing(t)
	f.start()
	f.until("the missing log is said", func() bool { return strings.Contains(f.gaps(), "there is no log yet") })
	f.bait(0)
	f.alarm(0)
	half := baitLine(1)
	f.write("access.log", half[:40])
	f.write("access.log", half[40:])
	f.alarm(1)

	f.rename("access.log", "access.log.1") // and the server writes on for a moment
	f.write("access.log.1", baitLine(2))
	f.bait(3)
	f.alarm(2)
	f.alarm(3)

	f.rename("access.log.1", "access.log.2")
	f.rename("access.log", "access.log.1")
	f.bait(4)
	f.pack("access.log.2")
	f.alarm(4)

	text, err := os.ReadFile(f.name("access.log")) // copytruncate, with a line that nobody has read yet
	if err != nil {
		t.Fatal(err)
	}
	write(t, f.name("access.log.3"), append(text, baitLine(5)...))
	if err := os.Truncate(f.name("access.log"), 0); err != nil {
		t.Fatal(err)
	}
	f.alarm(5)
	f.bait(6)
	f.alarm(6)
	if got := f.gaps(); strings.Count(got, "\n") != 1 {
		t.Errorf("gaps:\n%s", got)
	}
	if err := os.Truncate(f.name("access.log"), 0); err != nil { // without a copy
		t.Fatal(err)
	}
	f.until("the cut is said", func() bool { return strings.Contains(f.gaps(), "there is no copy of it") })
	f.bait(7)
	f.alarm(7)

	f.write("access.log", strings.Repeat("x", 3<<20)) // a line without end
	f.write("access.log", strings.Repeat("x", 1<<20)+"\n\x00\xff\xfe garbage\n"+strings.Repeat("\x00", 5000)+"\n")
	f.bait(8)
	f.alarm(8)
	f.stop()
	f.exactly(9)
}

func TestAfterARestartReadingGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	f := newFollowing(t)
	f.bait(0)
	f.start()
	f.alarm(0)
	f.stop()

	f.bait(1)
	f.rename("access.log", "access.log.1")
	f.write("access.log", baitLine(2))
	f.rename("access.log.1", "access.log.2")
	f.rename("access.log", "access.log.1")
	f.write("access.log", baitLine(3))
	f.pack("access.log.2")
	f.start()
	f.alarm(1)
	f.alarm(2)
	f.alarm(3)
	f.stop()
	if got := f.gaps(); got != "" {
		t.Errorf("gaps:\n%s", got)
	}
	f.exactly(4)

	f.bait(4) // and rotated away before anybody comes back
	if err := os.Remove(f.name("access.log")); err != nil {
		t.Fatal(err)
	}
	f.write("access.log", baitLine(5))
	f.start()
	f.alarm(5)
	f.stop()
	if got := f.gaps(); !strings.Contains(got, "is gone") || !strings.Contains(got, "2026-11-03 09:00:03") {
		t.Errorf("gaps:\n%s", got)
	}
}

func TestAStateThatCannotBeReadIsSaidAndNothingIsLost(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func([]byte) []byte{
		"flipped": func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		"cut":     func(b []byte) []byte { return b[:len(b)/2] },
		"empty":   func([]byte) []byte { return []byte{} },
		"newer":   func(b []byte) []byte { b[3]++; return b },
	} {
		f := newFollowing(t)
		f.bait(0)
		f.start()
		f.alarm(0)
		f.stop()
		for key, b := range f.state.held {
			f.state.held[key] = damage(bytes.Clone(b))
		}
		f.bait(1)
		f.start()
		f.alarm(1)
		f.stop()
		if got := f.gaps(); !strings.Contains(got, "read from their beginning") {
			t.Errorf("%s: gaps:\n%s", name, got)
		}
	}
}

func TestAFullDiskIsSaidAndTheReadingGoesOn(t *testing.T) {
	t.Parallel()
	f := newFollowing(t)
	f.state.full = io.ErrShortWrite
	f.bait(0)
	f.start()
	f.alarm(0)
	f.until("it is said", func() bool { return strings.Contains(f.gaps(), "cannot be saved") })
	f.bait(1)
	f.alarm(1)
	f.stop()
	f.exactly(2)
}

// TestAForgedTokenIsToldAfterTheTimeOfGraceWithoutAFurtherLine has the clock of the log go on by itself.
func TestAForgedTokenIsToldAfterTheGraceAlsoOverARestart(t *testing.T) {
	t.Parallel()
	d := newDay()
	d.honest(2000)
	f := newFollowing(t)
	f.with = []string{f.name("issuer.log")}
	f.write("access.log", d.access.String())
	f.start()
	f.until("the late log is said", func() bool { return strings.Contains(f.gaps(), "issuer.log: there is no log yet") })
	f.stop()
	f.seen = nil
	f.state = &shelf{}
	f.write("issuer.log", d.issuer.String())
	f.start()
	d.access.Reset()
	d.issuer.Reset()
	d.now = d.now.Add(time.Second)
	d.readKey(7, "forged", "s9", "/member/profile", "203.0.113.9", "k1", 200)
	f.write("access.log", d.access.String())
	f.until("all is read", func() bool {
		f.state.mu.Lock()
		defer f.state.mu.Unlock()
		for _, b := range f.state.held {
			if bytes.Contains(b, []byte("issuer.log")) {
				return true
			}
		}
		return false
	})
	f.stop()
	if got := f.signs("access/token-unissued"); len(got) != 0 {
		t.Fatalf("told before the grace is over: %v", got)
	}
	f.start() // what waits has waited on
	d.access.Reset()
	d.now = d.now.Add(2 * time.Minute)
	d.issue(8, "s10")
	d.read(8, "t000001", "s10", "/member/profile", "203.0.113.9")
	f.write("issuer.log", d.issuer.String())
	f.write("access.log", d.access.String())
	f.until("the forged token is told", func() bool { return len(f.signs("access/token-unissued")) == 1 })
	f.stop()
	for place, n := range f.signs("access/token-unissued") {
		if n != 1 {
			t.Errorf("%s was told %d times", place, n)
		}
	}
}

// TestWhatIsRememberedIsWhatWasKnown reads a whole state back and compares it with what it was written from.
func TestWhatIsRememberedIsWhatWasKnown(t *testing.T) {
	t.Parallel()
	d := newDay()
	d.honest(400)
	for n := range 300 {
		d.now = d.now.Add(100 * time.Millisecond)
		d.read(n+1, fmt.Sprintf("x%d", n), "scan", "/member/profile", "203.0.113.9")
	}
	f := newFollowing(t)
	c := Config{Secret: []byte("0123456789abcdef")}
	l := &look{config: c, pages: newPages(), keys: newTexts(), hash: newHasher([16]byte(c.Secret)), report: func(tillwatch.Observation) error { return nil }}
	access, issuer := d.files(t)
	l.target.Place, l.config.With = access, []string{issuer}
	if err := l.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	out := &codec{writes: true}
	l.judge.state(out)
	again := newJudge(&l.config, newPages(), newTexts(), nil)
	in := &codec{in: out.out}
	if again.state(in); in.bad || len(in.in) != 0 {
		t.Fatalf("bad %v, %d bytes left", in.bad, len(in.in))
	}
	twice := &codec{writes: true}
	again.state(twice)
	if len(twice.out) != len(out.out) {
		t.Errorf("%d bytes became %d", len(out.out), len(twice.out))
	}
	for _, name := range []string{"now", "from", "order", "scans", "ratios", "sessions", "stuffing", "admin", "strange", "canaries"} {
		was, is := reflect.ValueOf(*l.judge).FieldByName(name), reflect.ValueOf(*again).FieldByName(name)
		compareState(t, name, was, is)
	}
	_ = f
}

// compareWalks compares them one by one, in whatever order they lie.
func compareWalks(t *testing.T, path string, was, is reflect.Value) {
	t.Helper()
	key := func(w reflect.Value) walkKey {
		k := w.Elem().FieldByName("key")
		return walkKey{k.Field(0).Uint(), uint16(k.Field(1).Uint()), whose(k.Field(2).Uint())}
	}
	all := map[walkKey]reflect.Value{}
	for i := range is.Len() {
		if w := is.Index(i); !w.IsNil() {
			all[key(w)] = w
		}
	}
	for i := range was.Len() {
		w := was.Index(i)
		if w.IsNil() {
			continue
		}
		other, there := all[key(w)]
		if !there {
			t.Errorf("%s: a walk is lost", path)
			return
		}
		compareState(t, path+"[]", w, other)
		delete(all, key(w))
	}
	if len(all) > 0 {
		t.Errorf("%s: %d walks came from nowhere", path, len(all))
	}
}

// compareState compares numbers, texts and sizes, however deep: a field that was forgotten is one that is zero again.
func compareState(t *testing.T, path string, was, is reflect.Value) {
	t.Helper()
	switch was.Kind() {
	case reflect.Struct:
		if was.Type() == reflect.TypeFor[set]() {
			if a, b := was.FieldByName("count").Int(), is.FieldByName("count").Int(); a != b {
				t.Errorf("%s: %d members became %d", path, a, b)
			}
			return
		}
		if was.Type() == reflect.TypeFor[hashSet]() || was.Type() == reflect.TypeFor[ageTable]() {
			if a, b := was.FieldByName("used").Int(), is.FieldByName("used").Int(); a != b {
				t.Errorf("%s: %d entries became %d", path, a, b)
			}
			return
		}
		if was.Type() == reflect.TypeFor[walks]() {
			compareWalks(t, path, was.FieldByName("slots"), is.FieldByName("slots"))
			return
		}
		for i := range was.NumField() {
			compareState(t, path+"."+was.Type().Field(i).Name, was.Field(i), is.Field(i))
		}
	case reflect.Pointer:
		if was.IsNil() != is.IsNil() {
			t.Errorf("%s: one is nil", path)
		} else if !was.IsNil() {
			compareState(t, path, was.Elem(), is.Elem())
		}
	case reflect.Map:
		if was.Len() != is.Len() {
			t.Errorf("%s: %d entries became %d", path, was.Len(), is.Len())
			return
		}
		for _, key := range was.MapKeys() {
			other := is.MapIndex(key)
			if !other.IsValid() {
				t.Errorf("%s: an entry is lost", path)
				return
			}
			compareState(t, path+"[]", was.MapIndex(key), other)
		}
	case reflect.Slice, reflect.Array:
		if was.Len() != is.Len() {
			t.Errorf("%s: %d entries became %d", path, was.Len(), is.Len())
			return
		}
		for i := range was.Len() {
			compareState(t, path+"[]", was.Index(i), is.Index(i))
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if was.Int() != is.Int() {
			t.Errorf("%s: %d became %d", path, was.Int(), is.Int())
		}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if was.Uint() != is.Uint() {
			t.Errorf("%s: %d became %d", path, was.Uint(), is.Uint())
		}
	case reflect.Float64:
		if was.Float() != is.Float() {
			t.Errorf("%s: %g became %g", path, was.Float(), is.Float())
		}
	case reflect.Bool:
		if was.Bool() != is.Bool() {
			t.Errorf("%s: %v became %v", path, was.Bool(), is.Bool())
		}
	case reflect.String:
		if was.String() != is.String() {
			t.Errorf("%s: %q became %q", path, was, is)
		}
	}
}

func FuzzState(f *testing.F) {
	l := &look{pages: newPages(), keys: newTexts(), hash: newHasher([16]byte{1})}
	whole := &codec{writes: true}
	(&follower{look: l, chains: map[string]*chain{"a": {key: "a", files: []*tailed{{name: "a"}}}}}).with(newJudge(&l.config, l.pages, l.keys, nil)).state(whole)
	f.Add(whole.out)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, text []byte) {
		l := &look{pages: newPages(), keys: newTexts(), hash: newHasher([16]byte{1})}
		one := (&follower{look: l, chains: map[string]*chain{}}).with(newJudge(&l.config, l.pages, l.keys, nil))
		_ = one.restore(seal(text))
		_ = one.restore(text)
	})
}

func (f *follower) with(j *judge) *follower {
	f.judge = j
	return f
}
