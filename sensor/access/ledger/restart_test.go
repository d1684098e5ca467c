package ledger

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"testing"
)

const childEnv = "TILLWATCH_TEST_LEDGER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childEnv); dir != "" {
		child(dir)
		return
	}
	os.Exit(m.Run())
}

// child records tokens without end, and says of each when it is acknowledged.
func child(dir string) {
	whole, _, err := Open(Config{Dir: dir, MaxExact: 500}, noon)
	if err != nil {
		panic(err)
	}
	l := whole.Ask(AskerConfig{})
	for i := uint64(1); ; i += 3 {
		at := noon + int64(i/100)
		var batch []Entry
		for j := range uint64(3) {
			batch = append(batch, Entry{Token: Fingerprint(mix(i + j)), Kid: fmt.Sprint("K", j), Issued: at, Expires: at + 3600 + int64(j)*100_000})
		}
		if err := l.Record(at, batch...); err != nil {
			panic(err)
		}
		if _, err := l.Advance(at, false); err != nil {
			panic(err)
		}
		fmt.Println(i + 2)
	}
}

func TestKilledAtAnyTimeItLosesNothingThatWasAcknowledged(t *testing.T) {
	t.Parallel()
	for round := range 3 {
		dir := t.TempDir()
		cmd := exec.Command(os.Args[0], "-test.run=^$")
		cmd.Env = append(os.Environ(), childEnv+"="+dir)
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		var last uint64
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if last, err = strconv.ParseUint(lines.Text(), 10, 64); err != nil {
				t.Fatal(lines.Text())
			}
			if last > uint64(300+200*round) {
				break
			}
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() { // what it still said
			if n, err := strconv.ParseUint(lines.Text(), 10, 64); err == nil {
				last = n
			}
		}
		_ = cmd.Wait()
		if last < 300 {
			t.Fatalf("the child said %d", last)
		}
		l, r, err := Open(Config{Dir: dir}, noon+100)
		if err != nil {
			t.Fatal(err)
		}
		for i := uint64(1); i <= last; i++ {
			if l.Ask(AskerConfig{}).Judge(Use{Token: Fingerprint(mix(i)), At: noon + 100}) != Issued {
				t.Fatalf("round %d: token %d of %d is lost", round, i, last)
			}
		}
		if r.Lost != 0 || r.Last < noon || r.Tokens < int(last) {
			t.Errorf("%+v", r)
		}
		if err := l.Close(noon + 100); err != nil {
			t.Error(err)
		}
	}
}

func openAt(t *testing.T, dir string, at int64) (*Asker, Restart) {
	t.Helper()
	l, r, err := Open(Config{Dir: dir}, at)
	if err != nil {
		t.Fatal(err)
	}
	return l.Ask(AskerConfig{}), r
}

func recorded(t *testing.T, dir string, n int64) {
	t.Helper()
	l, _ := openAt(t, dir, noon)
	for i := range n {
		if err := l.Record(noon+i, Entry{Token: Fingerprint(i + 1), Issued: noon + i, Expires: noon + i + 300}); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Close(noon + n); err != nil {
		t.Fatal(err)
	}
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "issued-*"))
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	return names
}

func TestATornEndIsCutOff(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	recorded(t, dir, 3)
	name := files(t, dir)[0]
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	frame := len(whole) / 3
	for cut := 2 * frame; cut < len(whole); cut += 5 {
		if err := os.WriteFile(name, whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		l, r := openAt(t, dir, noon+10)
		if r.Lost != 0 || r.Tokens != 2 || (r.Torn == 1) != (cut > 2*frame) {
			t.Fatalf("cut at %d: %+v", cut, r)
		}
		if err := l.Record(noon+10, Entry{Token: 99, Issued: noon + 10, Expires: noon + 305}); err != nil {
			t.Fatal(err)
		}
		if err := l.Close(noon + 10); err != nil {
			t.Fatal(err)
		}
		l, r = openAt(t, dir, noon+11)
		if r.Torn != 0 || l.Judge(Use{Token: 99, At: noon + 11}) != Issued {
			t.Fatalf("cut at %d: after the cut %+v", cut, r)
		}
		if err := l.Close(noon + 11); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAHoleInTheMidstIsAGap(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	recorded(t, dir, 3)
	name := files(t, dir)[0]
	whole, _ := os.ReadFile(name)
	whole[len(whole)/3+25] ^= 1
	if err := os.WriteFile(name, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	l, r := openAt(t, dir, noon+10)
	if r.Lost != 1 || r.Tokens != 2 || len(l.Gaps()) != 2 {
		t.Errorf("%+v %+v", r, l.Gaps())
	}
	if l.Judge(Use{Token: 3, At: noon + 11}) != Issued {
		t.Error("what follows the hole is lost too")
	}
}

func TestWhatIsKnownOutlivesARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l, _ := openAt(t, dir, noon)
	s := &shop{Asker: l, t: t}
	s.rand = newShop(t, Config{}).rand
	l.Heard(noon - 2*86400)
	var entries []Entry
	for range 10_000 {
		entries = append(entries, s.token(noon-600))
	}
	if err := l.Record(noon-600, entries...); err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		s.use(e, noon-500)
	}
	forged := s.token(noon)
	s.use(forged, noon)
	l.Gap(Stretch{From: noon - 9000, To: noon - 8000, Why: "a test"})
	if err := l.Close(noon + 1); err != nil {
		t.Fatal(err)
	}
	again, r := openAt(t, dir, noon+20)
	if r.Last != noon+1 || r.Tokens != 10_000 {
		t.Errorf("%+v", r)
	}
	c := again.Coverage()
	if len(c) != 1 || !c[0].Armed || c[0].Covered != 10_000 || len(again.Gaps()) != 2 || again.Gaps()[0].To != noon-2*86400 {
		t.Errorf("%+v %+v", c, again.Gaps())
	}
	again.Heard(noon + 60)
	settled, err := again.Advance(noon+61, false)
	if err != nil || verdicts(settled) != "unissued" {
		t.Errorf("what was held: %v %v", verdicts(settled), err)
	}
}

func TestExpiredFilesAreRemoved(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	recorded(t, dir, 3)
	l, _ := openAt(t, dir, noon+10)
	if _, err := l.Advance(noon+3600, false); err != nil {
		t.Fatal(err)
	}
	if names, _ := filepath.Glob(filepath.Join(dir, "issued-*")); len(names) != 0 {
		t.Errorf("%v", names)
	}
	if err := l.Close(noon + 3600); err != nil {
		t.Fatal(err)
	}
	recorded(t, dir, 3)
	if _, r := openAt(t, dir, noon+3600); r.Tokens != 0 {
		t.Errorf("%+v", r)
	}
}

func TestADiskThatIsFull(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no /dev/full")
	}
	dir := t.TempDir()
	l, _ := openAt(t, dir, noon)
	e := Entry{Token: 5, Issued: noon, Expires: noon + 300}
	if err := os.Symlink("/dev/full", l.journal.name(bucketOf(e.Expires, e.Issued))); err != nil {
		t.Fatal(err)
	}
	if err := l.Record(noon, e); err == nil {
		t.Fatal("acknowledged")
	}
	if l.Judge(Use{Token: 5, At: noon}) == Issued {
		t.Error("what is not on disk is taken for recorded")
	}
}

func TestADamagedMemoryIsSaid(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	recorded(t, dir, 1)
	if err := os.WriteFile(filepath.Join(dir, memoryName), []byte(`{"schema":1,"gaps":[{`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Open(Config{Dir: dir}, noon); err == nil {
		t.Error("opened")
	}
}

// What was written is read back, and whatever else stands in a file is passed over.
func FuzzFrames(f *testing.F) {
	two := appendFrame(appendFrame(nil, noon, "K1", []placed{{print: 7, issued: noon - 5, expires: noon + 100}}), noon+1, "", []placed{{print: 9, issued: noon, expires: noon + 50}})
	f.Add(two, 3)
	f.Add(two[:40], 40)
	f.Add([]byte("TWL1TWL1\xff\xff\xff\xff"), 0)
	f.Fuzz(func(t *testing.T, junk []byte, at int) {
		id := bucketID{narrowest, 1}
		read := func(b []byte) (all []frame, good int64) {
			good, _, err := readFrames(bytes.NewReader(b), id, func(f frame) { all = append(all, f) })
			if err != nil || good > int64(len(b)) {
				t.Fatal(good, err)
			}
			return all, good
		}
		read(junk)
		at = min(max(at, 0), len(junk))
		after, good := read(append(append([]byte{}, junk[:at]...), two...))
		if len(after) < 2 || good != int64(at+len(two)) {
			t.Fatalf("%d frames, good %d", len(after), good)
		}
		last := after[len(after)-2:]
		if last[0].kid != "K1" || last[0].at != noon || !reflect.DeepEqual(last[0].records, []placed{{id, 7, "", noon - 5, noon + 100}}) {
			t.Fatalf("%+v", last)
		}
	})
}

func FuzzMemory(f *testing.F) {
	l := New(Config{}).Ask(AskerConfig{})
	l.Judge(Use{Token: 5, At: noon, Kid: "K"})
	l.Gap(Stretch{From: 1, To: 2})
	text, _ := json.Marshal(l.memory(noon))
	f.Add(text)
	f.Add([]byte(`{"schema":1,"kids":[{"kid":"a","covered":-5}],"held":[{"count":-1}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		whole := New(Config{})
		var r Restart
		if whole.remember(text, &r) != nil {
			return
		}
		l := whole.Ask(AskerConfig{})
		l.Judge(Use{Token: 5, At: noon})
		if _, err := l.Advance(noon+4000, true); err != nil {
			t.Fatal(err)
		}
		l.Unjudged("x")
		if _, err := json.Marshal(l.memory(noon)); err != nil {
			t.Fatal(err)
		}
	})
}
