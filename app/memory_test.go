package app

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/app/report"
	"github.com/tillwatch/tillwatch/store"
)

const scope = "page https://shop.example/"

func library(digest, source string, can ...tillwatch.Capability) tillwatch.Item {
	return tillwatch.Item{
		Kind: "script", Place: "https://shop.example/slick.js", Scope: scope, Digest: "sha256:" + digest, Stages: []string{"payment"},
		Capabilities: can, Content: tillwatch.NewBody([]byte(source)),
	}
}

func pass() tillwatch.Pass { return tillwatch.Pass{Scope: scope} }

func openInventory(t *testing.T, dir string) *Inventory {
	t.Helper()
	i, err := OpenInventory(t.Context(), dir, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { i.Close() })
	return i
}

func decide(t *testing.T, dir string, d Decision) {
	t.Helper()
	d.Who, d.Why = "tanaka", "reviewed"
	if _, err := openInventory(t, dir).Decide(t.Context(), d); err != nil {
		t.Fatal(err)
	}
}

func TestWhatChangedSinceTheBaselineIsAFinding(t *testing.T) {
	t.Parallel()
	c := shopConfig
	c.StateDir = t.TempDir()
	status := func(r *report.Report) report.Status { return r.Items[0].Status }

	if r := mustCheck(t, c, reports(library("1", "a()", "reads card"), pass())); status(r) != report.New || len(r.Findings) > 0 {
		t.Errorf("at first: %s, %+v", status(r), r.Findings)
	}
	decide(t, c.StateDir, Decision{All: true})
	if r := mustCheck(t, c, reports(library("1", "a()", "reads card"), pass())); status(r) != report.Approved || len(r.Findings) > 0 {
		t.Errorf("approved: %s, %+v", status(r), r.Findings)
	}
	skimmed := library("2", "a();steal()", "joins card and evil.example", "reads card", "sends evil.example")
	first := mustCheck(t, c, reports(skimmed, pass()))
	if status(first) != report.Changed || len(first.Findings) != 1 || first.Findings[0].Rule != "page/capability-new" || len(first.Findings[0].Next) == 0 || first.Findings[0].Incident == "" {
		t.Fatalf("skimmed: %s, %+v", status(first), first.Findings)
	}
	again := mustCheck(t, c, reports(skimmed, pass()))
	if len(again.Findings) != 1 || !again.Findings[0].Since.Equal(first.Findings[0].Since) {
		t.Errorf("the second time: %+v", again.Findings)
	}
	if r := mustCheck(t, c, reports(pass())); status(r) != report.Gone {
		t.Errorf("taken away: %+v", r.Items)
	}
	c.Shopper.Authorised = []string{"*.evil.example"}
	if r := mustCheck(t, c, reports(skimmed, pass())); r.Worst() != tillwatch.Low {
		t.Errorf("authorised: %+v", r.Findings)
	}
}

func TestAPlaceWhereNothingWasSeenMakesNoShop(t *testing.T) {
	t.Parallel()
	c := shopConfig
	c.StateDir = t.TempDir()
	runs := func() int {
		t.Helper()
		s, err := store.Open(t.Context(), c.StateDir)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		found, err := s.Runs(t.Context(), "shop.example")
		if err != nil {
			t.Fatal(err)
		}
		return len(found)
	}
	unreachable := reports(tillwatch.Gap{Place: "https://shop.example/", Why: "nobody answers"})

	mustCheck(t, c, unreachable)
	if n := runs(); n > 0 {
		t.Errorf("a mistyped place has %d runs", n)
	}
	mustCheck(t, c, reports(pass()))
	mustCheck(t, c, unreachable)
	if n := runs(); n != 2 {
		t.Errorf("a shop that is known has %d runs, want 2: that it could not be seen is worth writing down", n)
	}
}

func TestWhatWasSeenOnceIsKept(t *testing.T) {
	t.Parallel()
	c := shopConfig
	c.StateDir = t.TempDir()
	mustCheck(t, c, reports(library("1", "the skimmer, seen once"), pass()))
	mustCheck(t, c, reports(pass()))
	entries, err := openInventory(t, c.StateDir).Entries(t.Context())
	if err != nil || len(entries) != 1 || entries[0].Status != report.Gone {
		t.Fatalf("%+v, %v", entries, err)
	}
	s, err := store.Open(t.Context(), c.StateDir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if text, err := s.Copies().Open(entries[0].Versions[0].Evidence); string(text) != "the skimmer, seen once" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
}

func TestAnInventoryThatCannotBeWrittenIsNotSeen(t *testing.T) {
	t.Parallel()
	c := shopConfig
	c.StateDir = t.TempDir()
	r := mustCheck(t, c, func(_ context.Context, _ tillwatch.Target, report func(tillwatch.Observation) error) error {
		name := filepath.Join(c.StateDir, store.FileName)
		return errors.Join(report(library("1", "a()")), os.WriteFile(name, []byte(strings.Repeat("no database ", 1000)), 0o600))
	})
	if len(r.NotSeen) != 1 || !strings.Contains(r.NotSeen[0].Why, "is damaged") || len(r.Items) != 1 || ExitCode(r, Threshold(tillwatch.Medium)) != ExitNotSeen {
		t.Errorf("not seen %+v, items %+v", r.NotSeen, r.Items)
	}
}

func TestInterruptedChecksAreWrittenDownAsThat(t *testing.T) {
	t.Parallel()
	c := shopConfig
	c.StateDir = t.TempDir()
	mustCheck(t, c, reports(library("1", "a()"), pass()))
	ctx, interrupt := context.WithCancel(t.Context())
	_, err := check(ctx, c, pages(func(ctx context.Context, _ tillwatch.Target, _ func(tillwatch.Observation) error) error {
		interrupt()
		<-ctx.Done()
		return ctx.Err()
	}))
	if err != nil {
		t.Fatal(err)
	}
	i := openInventory(t, c.StateDir)
	entries, err := i.Entries(t.Context())
	if err != nil || len(i.runs) != 2 || !i.runs[0].Complete || i.runs[1].Complete || entries[0].Status != report.New {
		t.Errorf("runs %+v, entries %+v, %v", i.runs, entries, err)
	}
}

func TestDecisionsMustBeWhole(t *testing.T) {
	t.Parallel()
	c := shopConfig
	c.StateDir = t.TempDir()
	mustCheck(t, c, reports(library("1", "a()"), pass()))
	i := openInventory(t, c.StateDir)
	for name, d := range map[string]Decision{
		"nothing named":     {Who: "a", Why: "b"},
		"no reason":         {Who: "a", All: true, Why: " "},
		"nobody":            {Why: "b", All: true},
		"two ways":          {Who: "a", Why: "b", All: true, Places: []string{"*"}},
		"may without rule":  {Who: "a", Why: "b", All: true, May: []string{"nothing"}},
		"no such place":     {Who: "a", Why: "b", Places: []string{"https://shop.example/slick.jp"}},
		"no such approval":  {Who: "a", Why: "b", Withdraw: 7},
		"a rule for all":    {Who: "a", Why: "b", Rule: "*", May: []string{"nothing"}},
		"a rule for no end": {Who: "a", Why: "b", Rule: "https://a.example/*"},
		"a book":            {Who: "a", Why: strings.Repeat("x", maxWords+1), All: true},
	} {
		_, err := i.Decide(t.Context(), d)
		if _, usage := IsUsage(err); !usage {
			t.Errorf("%s: %v", name, err)
		}
	}
	if all, err := i.Approvals(t.Context()); len(all) != 0 || err != nil {
		t.Errorf("%+v, %v", all, err)
	}
	if _, err := OpenInventory(t.Context(), c.StateDir, "shop.exampel"); err == nil || !strings.Contains(err.Error(), "no shop") {
		t.Errorf("another shop: %v", err)
	}
}

func TestTheEvidenceIsWrittenWholeOrNot(t *testing.T) {
	t.Parallel()
	c := shopConfig
	c.StateDir = t.TempDir()
	mustCheck(t, c, reports(library("1", "a()", "reads card"), pass()))
	i := openInventory(t, c.StateDir)
	dir := filepath.Join(t.TempDir(), "new", "pci")
	names, err := i.Export(t.Context(), dir, "ko", 7*24*time.Hour, time.Now())
	if err != nil || len(names) != 6 {
		t.Fatalf("%q, %v", names, err)
	}
	for _, name := range names {
		if info, err := os.Stat(name); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := i.Export(t.Context(), filepath.Join(blocked, "pci"), "en", 0, time.Now()); err == nil {
		t.Error("a folder inside a file was written to")
	}
}
