package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/inventory"
	"github.com/tillwatch/tillwatch/store"
)

// bench is a desk with its store, as a watch has them.
type bench struct {
	t      *testing.T
	dir    string
	config DeskConfig
	desk   *Desk
	over   chan struct{}
	done   chan error
}

func openBench(t *testing.T, dir string) *bench {
	t.Helper()
	s, err := store.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, dir: dir, over: make(chan struct{}), done: make(chan error, 1), config: DeskConfig{
		Shop: "shop.example", Store: s, Own: func(h string) bool { return h == "shop.example" },
		Judgement: func(Job) inventory.Look { return inventory.Look{} },
	}}
	return b
}

func (b *bench) start() *bench {
	b.t.Helper()
	var err error
	if b.desk, err = NewDesk(b.t.Context(), b.config); err != nil {
		b.t.Fatal(err)
	}
	go func() { b.done <- b.desk.Run(b.t.Context(), b.over) }()
	return b
}

func (b *bench) stop() {
	b.t.Helper()
	close(b.over)
	if err := errors.Join(<-b.done, b.config.Store.Close()); err != nil {
		b.t.Fatal(err)
	}
}

var job = Job{Name: "files shop", Waits: true, Target: tillwatch.Target{Kind: tillwatch.KindFiles, Place: "shop", Shop: "shop.example"}, Every: time.Hour}

// look hands one whole look over.
func (b *bench) look(j Job, failed error, all ...tillwatch.Observation) {
	b.t.Helper()
	err := b.desk.Began(b.t.Context(), j)
	for _, o := range all {
		err = errors.Join(err, b.desk.Observed(b.t.Context(), j, o))
	}
	if err = errors.Join(err, b.desk.Ended(b.t.Context(), j, failed, false)); err != nil {
		b.t.Fatal(err)
	}
}

// told is everything that was ever to be told of findings, as "why rule place".
func (b *bench) told() []string {
	b.t.Helper()
	var out []string
	teller := Teller{Shop: "shop.example", Store: b.config.Store, Write: func(e Event) error {
		if e.Finding != nil {
			out = append(out, fmt.Sprintf("%s %s %s", e.Why, e.Finding.Rule, e.Finding.Place))
		}
		return nil
	}}
	lines, err := b.config.Store.Lines(b.t.Context(), "shop.example", 0)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, line := range lines {
		e, err := event(line)
		if err != nil {
			b.t.Fatal(err)
		}
		if err := teller.Write(e); err != nil {
			b.t.Fatal(err)
		}
	}
	return out
}

func (b *bench) expect(what string, want ...string) {
	b.t.Helper()
	if got := b.told(); !slices.Equal(got, want) {
		b.t.Errorf("%s: told\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func skimmer(severity tillwatch.Severity, count int) tillwatch.Sign {
	return tillwatch.Sign{Rule: "files/skimmer", Place: "a.js", Severity: severity, Certainty: tillwatch.Likely, Summary: "a skimmer", Count: count}
}

func TestEachFindingIsToldOnceAndAgainOnlyWhereItMatters(t *testing.T) {
	t.Parallel()
	b := openBench(t, t.TempDir()).start()
	b.look(job, nil, skimmer(tillwatch.Medium, 1))
	b.look(job, nil, skimmer(tillwatch.Medium, 1), skimmer(tillwatch.Medium, 1))
	b.expect("seen three times", "new files/skimmer a.js")
	b.look(job, nil, skimmer(tillwatch.High, 1))
	b.look(job, nil, skimmer(tillwatch.High, 2))
	b.look(job, nil, skimmer(tillwatch.High, 3))
	want := []string{"new files/skimmer a.js", "worse files/skimmer a.js", "more files/skimmer a.js"}
	b.expect("worse, and twice as often", want...)
	b.look(job, nil)
	b.look(job, nil)
	b.look(job, nil, skimmer(tillwatch.High, 1))
	b.expect("gone, and back", append(want, "gone files/skimmer a.js", "back files/skimmer a.js")...)
	b.stop()
}

func TestNothingIsCalledGoneOverAGap(t *testing.T) {
	t.Parallel()
	b := openBench(t, t.TempDir()).start()
	b.look(job, nil, skimmer(tillwatch.High, 1))
	b.look(job, errors.New("the disk is gone"))
	b.look(job, nil, tillwatch.Gap{Place: "shop/secret", Why: "permission denied"})
	other := job
	other.Name = "git shop"
	b.look(other, nil)
	b.expect("after looks that saw nothing",
		"new files/skimmer a.js", "new watch/not-looked shop", "new watch/not-looked shop/secret", "gone watch/not-looked shop")
	b.stop()
}

func TestFailuresAreToldWhenTheirNumberDoubles(t *testing.T) {
	t.Parallel()
	b := openBench(t, t.TempDir()).start()
	for range 9 {
		b.look(job, errors.New("the server does not answer"))
	}
	got := b.told()
	if len(got) != 4 { // 1, 2, 4 and 8
		t.Errorf("told %q", got)
	}
	b.stop()
}

func TestAfterARestartNothingIsToldAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	b := openBench(t, dir).start()
	b.look(job, nil, skimmer(tillwatch.High, 1))
	first := b.desk.cases
	b.stop()
	b = openBench(t, dir).start()
	b.look(job, nil, skimmer(tillwatch.High, 1))
	b.expect("after a restart", "new files/skimmer a.js")
	b.look(job, nil)
	b.expect("and gone", "new files/skimmer a.js", "gone files/skimmer a.js")
	if len(b.desk.cases) != 1 || len(first) != 1 || b.desk.cases[0].ID != first[0].ID {
		t.Errorf("incidents %+v, before %+v", b.desk.cases, first)
	}
	b.stop()
}

func TestATimeInWhichNobodyLookedIsNamed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	b := openBench(t, dir)
	long := time.Now().Add(-5 * time.Hour)
	if _, err := b.config.Store.Watch(t.Context(), "shop.example", store.Watching{Looked: map[string]time.Time{job.Name: long}}); err != nil {
		t.Fatal(err)
	}
	b.start()
	b.look(job, nil)
	b.expect("after five hours", "new watch/not-looked shop", "gone watch/not-looked shop")
	b.stop()
	b = openBench(t, dir).start()
	b.look(job, nil)
	b.expect("at once again", "new watch/not-looked shop", "gone watch/not-looked shop")
	b.stop()
}

func TestCausesThatComeLaterKeepTheIncident(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	b := openBench(t, dir).start()
	page := Job{Name: "page", Target: tillwatch.Target{Kind: tillwatch.KindPage, Place: "https://shop.example/", Shop: "shop.example"}, Every: time.Hour}
	db := Job{Name: "database", Target: tillwatch.Target{Kind: tillwatch.KindDatabase, Place: "mysql://h/shop", Shop: "shop.example"}, Every: time.Hour}
	b.look(page, nil, tillwatch.Sign{Rule: "page/canary-sent", Place: "https://shop.example/pay", Severity: tillwatch.Critical, Certainty: tillwatch.Certain, Summary: "cards leave", Count: 1})
	id := b.desk.cases[0].ID
	b.stop()
	b = openBench(t, dir).start()
	b.look(db, nil, tillwatch.Sign{
		Rule: "database/active-content", Place: "dtb_order 4711", Severity: tillwatch.Critical, Certainty: tillwatch.Likely, Summary: "a script in an order",
		Since: time.Now().Add(-3 * 24 * time.Hour), Count: 1,
	})
	cases := b.desk.cases
	if len(cases) != 1 || cases[0].ID != id || len(cases[0].Timeline) != 2 || cases[0].Timeline[0].Rule != "database/active-content" || cases[0].Timeline[1].Cause == "" {
		t.Errorf("incident %s became %+v", id, cases)
	}
	b.stop()
}

func TestHiddenFindingsAreToldWhenTheyNoLongerAre(t *testing.T) {
	t.Parallel()
	b := openBench(t, t.TempDir())
	hidden := true
	b.config.Hidden = func(tillwatch.Finding, time.Time) bool { return hidden }
	b.start()
	b.look(job, nil, skimmer(tillwatch.High, 1))
	b.expect("hidden")
	if len(b.desk.cases) > 0 {
		t.Error("what is hidden opened an incident")
	}
	hidden = false
	b.look(job, nil, skimmer(tillwatch.High, 1))
	b.expect("no longer", "new files/skimmer a.js")
	b.stop()
}

// TestWhatAStreamSeesIsToldAtOnce never ends the look.
func TestWhatAStreamSeesIsToldAtOnce(t *testing.T) {
	t.Parallel()
	b := openBench(t, t.TempDir()).start()
	stream := job
	stream.Stream = true
	ctx := t.Context()
	item := func(name, digest string, can ...tillwatch.Capability) tillwatch.Item {
		return tillwatch.Item{Kind: "script", Place: "https://shop.example/" + name, Scope: "s", Digest: "sha256:" + digest, Capabilities: can}
	}
	err := errors.Join(b.desk.Began(ctx, stream), b.desk.Observed(ctx, stream, item("a.js", "1")), b.desk.Observed(ctx, stream, tillwatch.Pass{Scope: "s"}))
	if err != nil {
		t.Fatal(err)
	}
	err = b.config.Store.Update(ctx, "shop.example", func(r []tillwatch.Record, _ []tillwatch.Approval) (store.Saved, error) {
		return store.Saved{Approvals: inventory.Book{Records: r}.Approve(r, func(string) bool { return false })}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.desk.Observed(ctx, stream, skimmer(tillwatch.High, 1)); err != nil {
		t.Fatal(err)
	}
	b.expect("a sign, when Observed has returned", "new files/skimmer a.js")
	if err := b.desk.Observed(ctx, stream, item("a.js", "2", "reads card", "sends evil.example", "joins card and evil.example")); err != nil {
		t.Fatal(err)
	}
	for len(b.told()) < 2 { // no pass follows: it is compared all the same
		if t.Context().Err() != nil {
			t.Fatal("an item of a stream was never compared")
		}
	}
	if got := b.told()[1]; !strings.Contains(got, "new page/capability-new") {
		t.Errorf("told %s", got)
	}
	if err := b.desk.Ended(ctx, stream, ctx.Err(), true); err != nil {
		t.Fatal(err)
	}
	b.stop()
}

// TestAStreamThatRepeatsItselfCallsGoneWhatItNoLongerSees: each pass says that all was reported.
func TestAStreamThatRepeatsItselfCallsGoneWhatItNoLongerSees(t *testing.T) {
	t.Parallel()
	b := openBench(t, t.TempDir()).start()
	stream := job
	stream.Stream, stream.Repeats = true, true
	ctx := t.Context()
	pass := tillwatch.Pass{Scope: "s"}
	err := b.desk.Began(ctx, stream)
	for _, o := range []tillwatch.Observation{
		skimmer(tillwatch.High, 1), pass, skimmer(tillwatch.High, 1), pass,
		tillwatch.Gap{Place: "shop/x", Why: "locked"},
		pass, // it may be behind that
		pass, skimmer(tillwatch.High, 1),
	} {
		err = errors.Join(err, b.desk.Observed(ctx, stream, o))
	}
	if err := errors.Join(err, b.desk.Flush(ctx)); err != nil {
		t.Fatal(err)
	}
	b.expect("after five passes", "new files/skimmer a.js", "new watch/not-looked shop/x",
		"gone files/skimmer a.js", "gone watch/not-looked shop/x", "back files/skimmer a.js")
	if err := b.desk.Ended(ctx, stream, ctx.Err(), true); err != nil {
		t.Fatal(err)
	}
	b.stop()
}

// TestASensorThatWasAskedToFollowAndCannotIsLikeAnyOther passes and ends.
func TestASensorThatWasAskedToFollowAndCannotIsLikeAnyOther(t *testing.T) {
	t.Parallel()
	b := openBench(t, t.TempDir()).start()
	stream := job
	stream.Stream, stream.Repeats = true, true
	for range 3 {
		b.look(stream, nil, skimmer(tillwatch.High, 1), tillwatch.Pass{Scope: "s"})
	}
	b.expect("after three looks", "new files/skimmer a.js")
	b.look(stream, nil, tillwatch.Pass{Scope: "s"})
	b.expect("and gone", "new files/skimmer a.js", "gone files/skimmer a.js")
	b.stop()
}

func TestManySensorsAtOnce(t *testing.T) {
	t.Parallel()
	b := openBench(t, t.TempDir()).start()
	var group sync.WaitGroup
	for n := range 8 {
		group.Go(func() {
			j := job
			j.Name = fmt.Sprint("job ", n)
			err := b.desk.Began(t.Context(), j)
			for i := range 50 {
				s := skimmer(tillwatch.High, 1)
				s.Place = fmt.Sprint(n, " ", i)
				err = errors.Join(err, b.desk.Observed(t.Context(), j, s))
			}
			if err := errors.Join(err, b.desk.Ended(t.Context(), j, nil, false)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if got := b.told(); len(got) != 400 {
		t.Errorf("%d findings told, want 400", len(got))
	}
	b.stop()
}

func TestALineThatWasBeingToldIsToldAgainAndSaysSo(t *testing.T) {
	t.Parallel()
	b := openBench(t, t.TempDir()).start()
	b.look(job, nil, skimmer(tillwatch.High, 1))
	mark, err := b.config.Store.Mark("shop.example")
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("nobody listens")
	wake := make(chan struct{})
	close(wake)
	teller := Teller{Shop: "shop.example", Store: b.config.Store, Mark: mark, Write: func(Event) error { return broken }}
	if err := teller.Run(context.Background(), wake); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if err := mark.Close(); err != nil {
		t.Fatal(err)
	}
	if mark, err = b.config.Store.Mark("shop.example"); err != nil {
		t.Fatal(err)
	}
	var told []Event
	teller.Mark, teller.Write = mark, func(e Event) error { told = append(told, e); return nil }
	if err := teller.Run(context.Background(), wake); err != nil {
		t.Fatal(err)
	}
	if len(told) != 2 || !told[0].Again || told[1].Again || told[0].Number == 0 || told[0].Number >= told[1].Number {
		t.Errorf("told %+v", told)
	}
	if err := teller.Run(context.Background(), wake); err != nil || len(told) != 2 {
		t.Errorf("told %d, %v", len(told), err)
	}
	if err := mark.Close(); err != nil {
		t.Error(err)
	}
	b.stop()
}
