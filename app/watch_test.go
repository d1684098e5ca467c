package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/pipeline"
)

// heard is a writer that tells when something was written.
type heard struct {
	mu   sync.Mutex
	text bytes.Buffer
	more chan struct{}
}

func newHeard() *heard { return &heard{more: make(chan struct{}, 1)} }

func (h *heard) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	defer func() {
		select {
		case h.more <- struct{}{}:
		default:
		}
	}()
	return h.text.Write(p)
}

func (h *heard) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.String()
}

// until waits until a text was written.
func (h *heard) until(t *testing.T, text string) {
	t.Helper()
	for !strings.Contains(h.String(), text) {
		select {
		case <-h.more:
		case <-time.After(2 * time.Minute):
			t.Fatalf("never told %q, but\n%s", text, h)
		}
	}
}

// watchPages watches one storefront with a sensor until do returns, and gives what was told.
func watchPages(t *testing.T, dir string, s scripted, do func(out, log *heard)) []pipeline.Event {
	t.Helper()
	return watchWith(t, dir, pages(s), do)
}

func watchWith(t *testing.T, dir string, known sensors, do func(out, log *heard)) []pipeline.Event {
	t.Helper()
	file, err := parseWatchFile(filepath.Join(dir, "w.yaml"), []byte("state: state\nformat: json\ntargets:\n  - page: https://shop.example/\n"), noEnv)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	out, log, ended := newHeard(), newHeard(), make(chan error, 1)
	go func() {
		ended <- watch(ctx, WatchConfig{File: file, Language: "en", Out: out, Log: func(l WatchLog) {
			_, _ = log.Write([]byte(l.Target + " " + l.Text + "\n"))
		}}, known)
	}()
	do(out, log)
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	var events []pipeline.Event
	for line := range strings.Lines(out.String()) {
		if line == "\n" {
			continue
		}
		var e pipeline.Event
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		events = append(events, e)
	}
	return events
}

func TestAWatchTellsAndRemembers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	events := watchPages(t, dir, reports(signOf(tillwatch.Critical)), func(out, _ *heard) { out.until(t, `"event":"incident"`) })
	if len(events) != 2 || events[0].Finding.Rule != "page/canary-sent" || len(events[0].Finding.Next) == 0 || events[0].Finding.Incident != events[1].Incident.ID || events[1].Shop != "shop.example" {
		t.Errorf("told %+v", events)
	}
	events = watchPages(t, dir, reports(signOf(tillwatch.Critical)), func(_, log *heard) { log.until(t, " looked") })
	if len(events) != 0 {
		t.Errorf("told again: %+v", events)
	}
	all, err := Incidents(t.Context(), filepath.Join(dir, "state"), "", "en")
	if err != nil || len(all) != 1 || len(all[0].Findings) != 1 {
		t.Errorf("incidents %+v, %v", all, err)
	}
}

func TestAWatchKeepsTheInventoryThatCheckKeeps(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	watchPages(t, dir, reports(library("1", "a()", "reads card"), pass()), func(_, log *heard) { log.until(t, " looked") })
	state := filepath.Join(dir, "state")
	decide(t, state, Decision{All: true})
	skimmed := library("2", "a();steal()", "joins card and evil.example", "reads card", "sends evil.example")
	events := watchPages(t, dir, reports(skimmed, pass()), func(out, _ *heard) { out.until(t, `"event":"incident"`) })
	if events[0].Finding.Rule != "page/capability-new" {
		t.Errorf("told %+v", events[0])
	}
	entries, err := openInventory(t, state).Entries(t.Context())
	if err != nil || len(entries) != 1 {
		t.Errorf("%+v, %v", entries, err)
	}
}

func TestOneWatchAShop(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, err := parseWatchFile(filepath.Join(dir, "w.yaml"), []byte("state: state\ntargets:\n  - page: https://shop.example/\n"), noEnv)
	if err != nil {
		t.Fatal(err)
	}
	watchPages(t, dir, reports(), func(_, log *heard) {
		log.until(t, "watching")
		err := watch(t.Context(), WatchConfig{File: file, Out: newHeard()}, pages(reports()))
		if hint, wrong := IsUsage(err); !wrong || !strings.Contains(hint, "stop that one") {
			t.Errorf("a second watch: %v", err)
		}
	})
}

// TestNobodyListens ends a watch whose output is closed, and tells the next one what was not told.
func TestNobodyListens(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, err := parseWatchFile(filepath.Join(dir, "w.yaml"), []byte("state: state\nformat: json\ntargets:\n  - page: https://shop.example/\n"), noEnv)
	if err != nil {
		t.Fatal(err)
	}
	closed, err := os.Create(filepath.Join(dir, "out"))
	if err != nil {
		t.Fatal(err)
	}
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	if err := watch(t.Context(), WatchConfig{File: file, Out: closed}, pages(reports(signOf(tillwatch.Critical)))); !errors.Is(err, os.ErrClosed) {
		t.Errorf("ended with %v", err)
	}
	events := watchPages(t, dir, reports(signOf(tillwatch.Critical)), func(out, _ *heard) { out.until(t, `"event":"incident"`) })
	if len(events) != 2 || !events[0].Again || events[0].Why != pipeline.New {
		t.Errorf("told %+v", events)
	}
}

// TestASensorRemembersOnlyWhatIsStored lets a sensor report and save: when Save returns, what it reported is stored.
func TestASensorRemembersOnlyWhatIsStored(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	saved := make(chan error, 1)
	known := sensors{tillwatch.KindPage: func(c CheckConfig, _ observers) (tillwatch.Sensor, error) {
		state, err := c.state("page")
		return scripted(func(ctx context.Context, _ tillwatch.Target, report func(tillwatch.Observation) error) error {
			err := errors.Join(report(signOf(tillwatch.Critical)), state.Save("told", []byte("x")))
			if err == nil {
				var all []IncidentFile
				if all, err = Incidents(ctx, c.StateDir, "", "en"); err == nil && len(all) != 1 {
					err = errors.New("it remembers what is not stored")
				}
			}
			select {
			case saved <- err:
			default:
			}
			return nil
		}), err
	}}
	watchWith(t, dir, known, func(_, _ *heard) {
		if err := <-saved; err != nil {
			t.Error(err)
		}
	})
}

func TestAWatchThatIsStoppedAtOnceEndsWell(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, err := parseWatchFile(filepath.Join(dir, "w.yaml"), []byte("state: state\ntargets:\n  - page: https://shop.example/\n"), noEnv)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := watch(ctx, WatchConfig{File: file, Out: newHeard()}, pages(reports())); err != nil {
		t.Errorf("ended with %v", err)
	}
}
