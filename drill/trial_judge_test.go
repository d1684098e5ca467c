package drill

import (
	"testing"

	"github.com/tillwatch/tillwatch"
)

func TestOnlyWhatWasNotThereBeforeCounts(t *testing.T) {
	before := []tillwatch.Finding{
		{Rule: "page/canary-sent", Place: "http://shop.test/pay", Severity: tillwatch.Medium},
		{Rule: "page/host-new", Place: "a.test", Severity: tillwatch.Medium},
	}
	for _, c := range []struct {
		name string
		now  tillwatch.Finding
		want bool
	}{
		{"the same", before[0], false},
		{"less grave", tillwatch.Finding{Rule: "page/canary-sent", Place: "http://shop.test/pay", Severity: tillwatch.Low}, false},
		{"graver", tillwatch.Finding{Rule: "page/canary-sent", Place: "http://shop.test/pay", Severity: tillwatch.Critical}, true},
		{"elsewhere", tillwatch.Finding{Rule: "page/host-new", Place: "b.test", Severity: tillwatch.Medium}, true},
		{"of another rule", tillwatch.Finding{Rule: "page/fake-form", Place: "a.test", Severity: tillwatch.Medium}, true},
	} {
		if got := len(fresh([]tillwatch.Finding{c.now}, before)) == 1; got != c.want {
			t.Errorf("%s: fresh %v, want %v", c.name, got, c.want)
		}
	}
	gap := tillwatch.Gap{Place: "http://shop.test/", Why: "a captcha"}
	other := tillwatch.Gap{Place: "http://shop.test/", Why: "a crash"}
	if left := unknown([]tillwatch.Gap{gap, other}, []tillwatch.Gap{gap}); len(left) != 1 || left[0].Why != other.Why {
		t.Errorf("of two gaps, one of them known, %v is left", left)
	}
}

func TestNoveltyAloneIsNoEvidence(t *testing.T) {
	novel := tillwatch.Finding{Rule: "page/host-new", Severity: tillwatch.Medium}
	more := tillwatch.Finding{Rule: "page/capability-new", Severity: tillwatch.Medium}
	if telling := (Trial{Alarms: []tillwatch.Finding{novel}}).Telling(); len(telling) != 0 {
		t.Errorf("%v tells of an attack", telling)
	}
	trial := Trial{Alarms: []tillwatch.Finding{novel, more}}
	if telling := trial.Telling(); len(telling) != 1 || telling[0].Rule != more.Rule || len(trial.Alarms) != 2 {
		t.Errorf("%v tells of an attack, of %v", telling, trial.Alarms)
	}
}

func TestAPlaceIsNamedOnlyWithALine(t *testing.T) {
	at := func(where string, line int) []tillwatch.Finding {
		return []tillwatch.Finding{{Evidence: []tillwatch.Evidence{{Where: where, Line: line}}}}
	}
	places := []string{"assets/js/checkout.js"}
	if !names(at("http://shop.test/assets/js/checkout.js", 3), places) {
		t.Error("the place and a line are named")
	}
	if names(at("http://shop.test/assets/js/checkout.js", 0), places) || names(at("http://shop.test/assets/js/cart.js", 3), places) {
		t.Error("no line, or another place")
	}
}
