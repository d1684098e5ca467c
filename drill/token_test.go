package drill

import (
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch/app"
	"github.com/tillwatch/tillwatch/drill/traffic"
)

// TestTheFirstForgedRequestIsTheAlarm holds the short parts of the drill: a thief at the beginning of the case, and one who
// walks into a canary.
func TestTheFirstForgedRequestIsTheAlarm(t *testing.T) {
	t.Parallel()
	var said []string
	out := Outcome{Drill: "token"}
	d := &tokenDrill{dir: t.TempDir(), members: 20_000, out: &out, seed: 7, options: Options{Tell: func(line string) { said = append(said, line) }}}
	if err := d.prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, f := range d.forgers() {
		switch f.name {
		case "as in the case":
			f.lines, f.rate, f.attack.From, f.attack.Share, f.whole = 120_000, 20, 100_000, 0.002, true
			f.alarms = f.alarms[:3]
		case "numbers in turn":
			f.lines, f.attack.From, f.attack.Share = 30_000, 1_000, 0.2
			f.alarms = f.alarms[:1]
		case "with the decoy key":
			f.lines, f.attack.From, f.attack.Share = 20_000, 10_000, 0.002
		default:
			continue
		}
		if err := d.against(t.Context(), f); err != nil {
			t.Fatal(err)
		}
	}
	if out.Failure != "" {
		t.Fatal(out.Failure)
	}
	if len(d.rows) != 5 || len(out.Alarms) != 5 || len(out.Incidents) != 1 {
		t.Fatalf("%d rows, %d alarms, %d incidents", len(d.rows), len(out.Alarms), len(out.Incidents))
	}
	for _, r := range d.rows {
		if !r.told || r.cause == 0 || r.before > 62*thiefRate+r.cause {
			t.Errorf("%+v", r)
		}
	}
	d.table()
	if text := said[len(said)-2]; !strings.Contains(text, "access/canary-read") || !strings.Contains(text, "33673817 accounts") {
		t.Errorf("the table says\n%s", text)
	}
}

// TestTheDrillIsNotPassedBySilence tries alarms that cannot come.
func TestTheDrillIsNotPassedBySilence(t *testing.T) {
	t.Parallel()
	out := Outcome{Drill: "token"}
	d := &tokenDrill{dir: t.TempDir(), members: 20_000, out: &out, seed: 9}
	if err := d.prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	f := forger{
		name: "an honest one", lines: 30_000, attack: traffic.Attack{From: 29_999, Share: 0.0000001},
		alarms: []expected{{rule: "access/token-unissued", must: true}},
	}
	if err := d.against(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.Failure, "did not notice") {
		t.Errorf("failure: %q", out.Failure)
	}
}

// TestCanariesAreKnownByTheirHash asks the list for each, and for its neighbour.
func TestCanariesAreKnownByTheirHash(t *testing.T) {
	t.Parallel()
	d := &tokenDrill{dir: t.TempDir(), members: 20_000, out: &Outcome{}}
	if err := d.prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	list, err := app.OpenCanaries(t.Context(), d.state(), d.env)
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	set, err := list.Set(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range d.plan.IDs {
		if !set.Is(id) || set.Is(id+1) {
			t.Fatal("a canary is not known, or its neighbour is")
		}
	}
}
