package report

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

// keys are those of a JSON object, sorted.
func keys(t *testing.T, object json.RawMessage) []string {
	t.Helper()
	var m map[string]json.RawMessage
	if err := json.Unmarshal(object, &m); err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(m))
}

func TestJSONIsTheContract(t *testing.T) {
	t.Parallel()
	r := leaking(t, "en")
	r.Hidden = 0
	text := []byte(written(t, "json", r, Options{}))
	var out struct {
		Schema   int
		Targets  []json.RawMessage
		Findings []json.RawMessage
		Items    []json.RawMessage
		NotSeen  []json.RawMessage `json:"not_seen"`
	}
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	if out.Schema != 1 {
		t.Errorf("schema %d", out.Schema)
	}
	var finding struct {
		Evidence []json.RawMessage
		Subjects json.RawMessage
	}
	var target struct{ Steps []json.RawMessage }
	if err := json.Unmarshal(out.Findings[0], &finding); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out.Targets[0], &target); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		object json.RawMessage
		want   string
	}{
		"report":   {text, "findings items not_seen schema targets"},
		"target":   {out.Targets[0], "kind place seconds steps"},
		"step":     {target.Steps[0], "name place screenshot"},
		"finding":  {out.Findings[0], "certainty data evidence incident next place rule severity since subjects summary"},
		"evidence": {finding.Evidence[0], "column destination fields line what where"},
		"subjects": {finding.Subjects, "max min"},
		"item":     {out.Items[0], "capabilities digest kind place status"},
		"gap":      {out.NotSeen[0], "place why"},
	} {
		if got := strings.Join(keys(t, c.object), " "); got != c.want {
			t.Errorf("%s has the keys %s, want %s", name, got, c.want)
		}
	}
}

func TestJSONHasNoNull(t *testing.T) {
	t.Parallel()
	r := leaking(t, "en")
	r.Findings[0].Evidence, r.Findings[0].Data, r.Findings[0].Next = nil, nil, nil
	r.Items[0].Capabilities, r.Targets[0].Steps = nil, nil
	for _, r := range []*Report{r, {}} {
		if text := written(t, "json", r, Options{}); strings.Contains(text, "null") {
			t.Errorf("null in %s", text)
		}
	}
}

func TestJSONCountsWhatIsHidden(t *testing.T) {
	t.Parallel()
	var out struct {
		Suppressed  int
		Interrupted bool
	}
	r := &Report{Hidden: 3, Interrupted: true}
	if err := json.Unmarshal([]byte(written(t, "json", r, Options{})), &out); err != nil {
		t.Fatal(err)
	}
	if out.Suppressed != 3 || !out.Interrupted {
		t.Errorf("got %+v", out)
	}
}

func TestJSONKeepsEveryCharacter(t *testing.T) {
	t.Parallel()
	var out struct {
		NotSeen []struct{ Why string } `json:"not_seen"`
	}
	if err := json.Unmarshal([]byte(written(t, "json", attacked(t), Options{})), &out); err != nil {
		t.Fatal(err)
	}
	if got := out.NotSeen[len(out.NotSeen)-1].Why; got != hostile {
		t.Errorf("got %q, want %q", got, hostile)
	}
}
