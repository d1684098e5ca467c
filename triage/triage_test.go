package triage

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
)

var (
	shop = tillwatch.Target{Kind: tillwatch.KindPage, Place: "https://shop.example/", Shop: "shop.example"}
	noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
)

func sign(rule, place string, severity tillwatch.Severity, at time.Time, evidence ...tillwatch.Evidence) tillwatch.Sign {
	return tillwatch.Sign{
		Rule: rule, Place: place, Severity: severity, Certainty: tillwatch.Likely, Since: at,
		Summary: rule + " at " + place, Evidence: evidence, Count: 1,
	}
}

func sent(to, by string) tillwatch.Evidence {
	return tillwatch.Evidence{What: "sent", Where: by, Line: 3, Column: 9, Destination: to, Fields: []string{"card.number"}}
}

func triaged(observations ...tillwatch.Observation) Result {
	var tr Triage
	for _, o := range observations {
		tr.Add(shop, o)
	}
	return tr.Result()
}

func TestTheSameSignTwiceIsOneFinding(t *testing.T) {
	first := sign("page/canary-sent", "https://shop.example/pay", tillwatch.High, noon, sent("https://evil.example/a", "https://shop.example/a.js"))
	first.Data = []string{"card"}
	again := sign("page/canary-sent", "https://shop.example/pay", tillwatch.Critical, noon.Add(-time.Hour),
		sent("https://evil.example/a", "https://shop.example/a.js"), sent("https://evil.example/b", "https://shop.example/a.js"))
	again.Data, again.Certainty, again.Summary = []string{"address", "card"}, tillwatch.Certain, "worse"
	again.Evidence[0].Fields = []string{"address"}
	again.Subjects = tillwatch.Subjects{Min: 1, Max: 9}

	r := triaged(first, again)
	if len(r.Findings) != 1 {
		t.Fatalf("%d findings, want 1", len(r.Findings))
	}
	f := r.Findings[0]
	if f.Severity != tillwatch.Critical || f.Certainty != tillwatch.Certain || !f.Since.Equal(noon.Add(-time.Hour)) ||
		f.Summary != "worse" || f.Subjects.Max != 9 {
		t.Errorf("merged badly: %+v", f)
	}
	if !reflect.DeepEqual(f.Data, []string{"address", "card"}) {
		t.Errorf("data %v", f.Data)
	}
	if len(f.Evidence) != 2 || !reflect.DeepEqual(f.Evidence[0].Fields, []string{"address", "card.number"}) {
		t.Errorf("evidence %+v", f.Evidence)
	}
	if len(f.Next) == 0 {
		t.Error("says nothing of what to do")
	}
}

func TestALowFindingIsNoEmergency(t *testing.T) {
	low := triaged(sign("page/canary-sent", "p", tillwatch.Low, noon)).Findings[0]
	high := triaged(sign("page/canary-sent", "p", tillwatch.High, noon)).Findings[0]
	if len(low.Next) == 0 || reflect.DeepEqual(low.Next, high.Next) {
		t.Errorf("both are told %q", low.Next)
	}
}

func TestEvidenceIsBounded(t *testing.T) {
	var tr Triage
	for i := range 10 * maxEvidence {
		tr.Add(shop, sign("page/canary-sent", "p", tillwatch.Critical, noon, sent(fmt.Sprintf("https://e/%d", i), "")))
	}
	if got := len(tr.Result().Findings[0].Evidence); got != maxEvidence {
		t.Errorf("%d pieces of evidence, want %d", got, maxEvidence)
	}
}

func TestWhatBelongsTogetherIsOneIncident(t *testing.T) {
	later := noon.Add(48 * time.Hour)
	cases := map[string]struct {
		a, b tillwatch.Sign
		one  bool
	}{
		"same destination host": {
			sign("page/canary-sent", "p1", tillwatch.Critical, noon, sent("https://evil.example/a", "s1")),
			sign("page/host-new", "p2", tillwatch.Low, later, sent("wss://EVIL.example/b", "s2")), true,
		},
		"same script": {
			sign("page/canary-sent", "p1", tillwatch.Critical, noon, sent("https://evil.example/a", "s1")),
			sign("page/fake-form", "p2", tillwatch.High, later, sent("https://other.example/b", "s1")), true,
		},
		"same place": {
			sign("page/canary-sent", "p1", tillwatch.Critical, noon, sent("https://evil.example/a", "s1")),
			sign("page/fake-form", "p1", tillwatch.High, later), true,
		},
		"near in time": {
			sign("page/canary-sent", "p1", tillwatch.Critical, noon, sent("https://evil.example/a", "s1")),
			sign("page/fake-form", "p2", tillwatch.High, noon.Add(Window)), true,
		},
		"nothing in common": {
			sign("page/canary-sent", "p1", tillwatch.Critical, noon, sent("https://evil.example/a", "s1")),
			sign("page/fake-form", "p2", tillwatch.High, later, sent("https://other.example/b", "s2")), false,
		},
		"the shop's own host ties nothing": {
			sign("page/canary-sent", "p1", tillwatch.Critical, noon, sent("https://shop.example/relay", "s1")),
			sign("page/fake-form", "p2", tillwatch.High, later, sent("https://shop.example/form", "s2")), false,
		},
		"a harmless one in the same file is apart": {
			sign("page/canary-sent", "p1", tillwatch.Critical, noon, sent("https://evil.example/a", "s1")),
			sign("page/typing-dependent", "p1", tillwatch.Low, noon, sent("https://replay.example/b", "s1")), false,
		},
	}
	for name, c := range cases {
		r := triaged(c.a, c.b)
		joined := r.Findings[0].Incident == r.Findings[1].Incident
		if joined != c.one || r.Findings[0].Incident == "" {
			t.Errorf("%s: joined %v, want %v: %v", name, joined, c.one, r.Incidents)
		}
	}
}

func TestAnIncidentTellsItsStory(t *testing.T) {
	r := triaged(
		sign("page/fake-form", "p2", tillwatch.High, noon.Add(time.Minute)),
		sign("page/canary-sent", "p1", tillwatch.Critical, noon.Add(2*time.Minute)),
		sign("page/host-new", "p3", tillwatch.Medium, noon),
	)
	if len(r.Incidents) != 1 {
		t.Fatalf("%d incidents, want 1", len(r.Incidents))
	}
	i := r.Incidents[0]
	if !i.Opened.Equal(noon) || i.Severity != tillwatch.Critical || i.Shop != "shop.example" {
		t.Errorf("got %+v", i)
	}
	var told []string
	for _, e := range i.Timeline {
		told = append(told, e.Rule)
	}
	if want := []string{"page/host-new", "page/fake-form", "page/canary-sent"}; !slices.Equal(told, want) {
		t.Errorf("timeline %v, want %v", told, want)
	}
}

func TestHarmlessFindingsOpenNoIncident(t *testing.T) {
	r := triaged(sign("page/typing-dependent", "p", tillwatch.Low, noon, sent("https://replay.example/", "s")))
	if len(r.Incidents) != 0 || r.Findings[0].Incident != "" {
		t.Errorf("got %v", r.Incidents)
	}
}

func TestTwoShopsAreNeverOneIncident(t *testing.T) {
	var tr Triage
	other := tillwatch.Target{Kind: tillwatch.KindPage, Place: "https://other.example/", Shop: "other.example"}
	s := sign("page/canary-sent", "p", tillwatch.Critical, noon, sent("https://evil.example/", "s"))
	tr.Add(shop, s)
	tr.Add(other, s)
	if r := tr.Result(); len(r.Findings) != 2 || len(r.Incidents) != 2 || r.Incidents[0].ID == r.Incidents[1].ID {
		t.Errorf("got %v", r.Incidents)
	}
}

func TestTheOrderOfObservationsDoesNotMatter(t *testing.T) {
	var all []tillwatch.Observation
	for i := range 40 {
		all = append(all,
			sign("page/canary-sent", fmt.Sprint("p", i%7), tillwatch.Severity(1+i%5), noon.Add(time.Duration(i)*3*time.Hour),
				sent(fmt.Sprintf("https://e%d.example/", i%9), fmt.Sprint("s", i%11))),
			tillwatch.Item{Kind: "script", Place: fmt.Sprint("s", i%5), Capabilities: []tillwatch.Capability{tillwatch.Reads(fmt.Sprint(i % 3))}},
			tillwatch.Gap{Place: fmt.Sprint("g", i%4), Why: "captcha"})
	}
	want := triaged(all...)
	random := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		got := triaged(all...)
		for i := range got.Findings {
			sortEvidence(got.Findings[i].Evidence)
			sortEvidence(want.Findings[i].Evidence)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("another order gave another result:\n%+v\n%+v", got, want)
		}
	}
}

func sortEvidence(e []tillwatch.Evidence) {
	slices.SortFunc(e, func(a, b tillwatch.Evidence) int {
		return strings.Compare(a.Destination+a.Where, b.Destination+b.Where)
	})
}

func TestItemsAndGapsCountOnce(t *testing.T) {
	r := triaged(
		tillwatch.Item{Kind: "script", Place: "a.js", Digest: "sha256:1", Capabilities: []tillwatch.Capability{"sends h"}},
		tillwatch.Item{Kind: "script", Place: "a.js", Digest: "sha256:1", Capabilities: []tillwatch.Capability{"reads card"}},
		tillwatch.Item{Kind: "script", Place: "a.js", Digest: "sha256:2"},
		tillwatch.Gap{Place: "p", Why: "captcha"},
		tillwatch.Gap{Place: "p", Why: "captcha", Picture: []byte("png")},
		tillwatch.Pass{Scope: "x"},
	)
	if len(r.Items) != 2 || len(r.Items[0].Capabilities) != 2 {
		t.Errorf("items %+v", r.Items)
	}
	if len(r.Gaps) != 1 || r.Gaps[0].Picture == nil {
		t.Errorf("gaps %+v", r.Gaps)
	}
}

func TestHiddenFindingsAreCountedAndOpenNothing(t *testing.T) {
	tr := Triage{Hidden: func(f tillwatch.Finding) bool { return f.Place == "p1" }}
	tr.Add(shop, sign("page/canary-sent", "p1", tillwatch.Critical, noon))
	tr.Add(shop, sign("page/canary-sent", "p2", tillwatch.Critical, noon.Add(90*time.Hour)))
	r := tr.Result()
	if len(r.Hidden) != 1 || len(r.Findings) != 1 || len(r.Incidents) != 1 || len(r.Incidents[0].Timeline) != 1 {
		t.Errorf("got %+v", r)
	}
}

func TestIncidentIDIsShortAndStable(t *testing.T) {
	s := sign("page/canary-sent", "https://shop.example/pay", tillwatch.Critical, noon)
	first := triaged(s).Incidents[0].ID
	s.Since = noon.Add(300 * time.Hour)
	if again := triaged(s).Incidents[0].ID; again != first || len(first) != 10 || !strings.HasPrefix(first, "I-") {
		t.Errorf("%q, then %q", first, again)
	}
}
