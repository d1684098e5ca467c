//go:build linux

package files

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
)

// following is a look that goes on.
type following struct {
	t      *testing.T
	dir    string
	mu     sync.Mutex
	seen   map[string]bool // "rule place"
	all    []string
	change chan struct{}
	ready  chan struct{}
	stop   func()
}

func follow(t *testing.T, c Config, dir string) *following {
	t.Helper()
	f := &following{t: t, dir: dir, seen: map[string]bool{}, change: make(chan struct{}, 1), ready: make(chan struct{})}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	c.Follow = true
	once := sync.OnceFunc(func() { close(f.ready) })
	go func() {
		done <- New(c).Observe(ctx, tillwatch.Target{Kind: tillwatch.KindFiles, Place: dir, Shop: dir}, func(o tillwatch.Observation) error {
			f.mu.Lock()
			defer f.mu.Unlock()
			switch o := o.(type) {
			case tillwatch.Pass:
				once()
			case tillwatch.Sign:
				rel, _ := filepath.Rel(dir, o.Place)
				f.seen[o.Rule+" "+rel] = true
				f.all = append(f.all, o.Severity.String()+" "+o.Rule+" "+rel)
			}
			select {
			case f.change <- struct{}{}:
			default:
			}
			return nil
		})
	}()
	f.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("it ended with %v", err)
		}
	})
	t.Cleanup(f.stop)
	<-f.ready
	return f
}

// await waits until all signs of want were seen.
func (f *following) await(want map[string]bool) {
	f.t.Helper()
	limit := time.NewTimer(2 * time.Minute) // only so that a failure has an end
	defer limit.Stop()
	for {
		f.mu.Lock()
		left := maps.Clone(want)
		for s := range f.seen {
			delete(left, s)
		}
		f.mu.Unlock()
		if len(left) == 0 {
			return
		}
		select {
		case <-f.change:
		case <-limit.C:
			f.t.Fatalf("%d never told, among them %q", len(left), slices.Sorted(maps.Keys(left))[:min(len(left), 5)])
		}
	}
}

func TestNoChangeIsLost(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]Config{
		"told by the system":      {},
		"going through it always": {noHints: true, Every: 20 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := map[string]string{}
			for i := range 60 {
				files[fmt.Sprintf("a%d/b/old%d.js", i%6, i)] = "var old;"
			}
			dir := folder(t, files)
			c.State = newState()
			f := follow(t, c, dir)
			want := map[string]bool{}
			for i := range 400 {
				text := fmt.Sprintf("var a = %d;", i)
				switch i % 5 {
				case 0: // a new folder in a new folder
					name := fmt.Sprintf("new%d/x/y/f.js", i)
					put(t, dir, name, text)
					want["files/extra "+name] = true
				case 1: // a file beside others
					name := fmt.Sprintf("a%d/f%d.js", i%6, i)
					put(t, dir, name, text)
					want["files/extra "+name] = true
				case 2: // another content
					name := fmt.Sprintf("a%d/b/old%d.js", i%60%6, i%60)
					put(t, dir, name, text)
					want["files/changed "+name] = true
				case 3: // renamed into its place
					put(t, dir, "tmp.part", text)
					name := fmt.Sprintf("moved%d.js", i)
					if err := os.Rename(filepath.Join(dir, "tmp.part"), filepath.Join(dir, name)); err != nil {
						t.Fatal(err)
					}
					want["files/extra "+name] = true
				case 4: // a whole folder moved into place
					put(t, dir, fmt.Sprintf("stage%d/in/f.js", i), text)
					if err := os.Rename(filepath.Join(dir, fmt.Sprintf("stage%d", i)), filepath.Join(dir, fmt.Sprintf("final%d", i))); err != nil {
						t.Fatal(err)
					}
					want[fmt.Sprintf("files/extra final%d/in/f.js", i)] = true
				}
			}
			f.await(want)
			if err := os.RemoveAll(filepath.Join(dir, "a1")); err != nil {
				t.Fatal(err)
			}
			put(t, dir, "thief.js", thief)
			f.await(map[string]bool{"files/missing a1/b/old1.js": true, "files/skimmer thief.js": true})
			f.stop()
			c.Follow = false
			if got := observe(t, c, dir); !slices.Contains(got.lines(), "high files/skimmer thief.js") || len(got.gaps) > 0 {
				t.Errorf("a look afterwards: %q", got.gaps)
			}
		})
	}
}

func TestWhatIsToldOnceIsNotToldAgain(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"a.js": "var a;", "b.js": "var b;"})
	f := follow(t, Config{State: newState(), Every: 10 * time.Millisecond}, dir)
	put(t, dir, "a.js", "var a = 2;")
	f.await(map[string]bool{"files/changed a.js": true})
	put(t, dir, "b.js", "var b = 2;")
	f.await(map[string]bool{"files/changed b.js": true})
	f.stop()
	if len(f.all) != 2 {
		t.Errorf("told %q", f.all)
	}
}

func TestWhatTheSystemLostIsFound(t *testing.T) {
	t.Parallel()
	n := &inotify{folders: map[int32]string{1: "a/b"}, watches: map[string]int32{"a/b": 1}, changed: map[string]bool{}, signal: make(chan struct{}, 1)}
	event := func(watch int32, mask, length uint32, name string) []byte {
		b := binary.NativeEndian.AppendUint32(nil, uint32(watch))
		b = binary.NativeEndian.AppendUint32(b, mask)
		b = binary.NativeEndian.AppendUint32(b, 0)
		b = binary.NativeEndian.AppendUint32(b, length)
		return append(b, name...)
	}
	n.heard(event(1, 0x100, 4, "f\x00\x00\x00"))
	if got, lost := n.take(); !slices.Equal(got, []string{"a/b"}) || lost {
		t.Errorf("got %q, lost %v", got, lost)
	}
	for name, events := range map[string][]byte{
		"the queue ran over": event(-1, 0x4000, 0, ""),
		"an event is cut":    event(1, 0x100, 64, "f"),
	} {
		n.heard(events)
		if _, lost := n.take(); !lost {
			t.Errorf("%s, and nobody noticed", name)
		}
	}
	n.heard(event(1, 0x400, 0, ""))
	if got, _ := n.take(); !slices.Contains(got, "a") {
		t.Errorf("a folder went: %q", got)
	}
	n.heard(event(1, 0x8000, 0, ""))
	if len(n.folders)+len(n.watches) > 0 {
		t.Error("a watch that ended is still known")
	}
}

func TestAFileThatIsWrittenWhileItIsRead(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"grow.log": "x", "a.js": "var a;"})
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		file, err := os.OpenFile(filepath.Join(dir, "grow.log"), os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			return
		}
		defer file.Close()
		for {
			select {
			case <-stop:
				return
			default:
				_, _ = file.WriteString(strings.Repeat("line\n", 100))
				_ = os.WriteFile(filepath.Join(dir, "comes.js"), []byte("var c;"), 0o600)
				_ = os.Remove(filepath.Join(dir, "comes.js"))
			}
		}
	}()
	for range 5 {
		if got := observe(t, Config{}, dir); len(got.gaps) > 0 {
			t.Errorf("got %q", got.all)
		}
	}
	close(stop)
	<-done
}

func TestAfterARestartEachFileIsToldOfByItself(t *testing.T) {
	t.Parallel()
	dir := folder(t, map[string]string{"a.js": "var a;"})
	c := Config{State: newState()}
	follow(t, c, dir).stop()
	want := map[string]bool{}
	for i := range 2 * maxSingle { // as it would have been without the restart
		name := fmt.Sprintf("part/f%d.js", i)
		put(t, dir, name, "var f;")
		want["files/extra "+name] = true
	}
	follow(t, c, dir).await(want)
}
