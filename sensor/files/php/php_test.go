package php

import (
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch"
)

// severity is the worst of what is said of a source.
func severity(a *Analysis) tillwatch.Severity {
	worst := tillwatch.Info
	for _, v := range a.Verdicts {
		worst = max(worst, v.Severity)
	}
	return worst
}

func TestAVerdictNamesThePlaces(t *testing.T) {
	t.Parallel()
	src := "<?php\n// ページ\n$code = strrev('tressa');\n/* 注文 */ $code($_POST['q']);\n"
	a := Analyse([]byte(src), Options{})
	if len(a.Verdicts) != 1 || a.Verdicts[0].Kind != Webshell || a.Verdicts[0].Severity != tillwatch.High {
		t.Fatalf("got %v", a.Verdicts)
	}
	r := a.Verdicts[0].Reasons[0]
	if r.Line != 4 || r.Column != 10 || !strings.Contains(r.What, "assert") {
		t.Errorf("reason %+v", r)
	}
}
