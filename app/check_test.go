package app

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/app/report"
)

// scripted is a sensor that reports what it is told to.
type scripted func(ctx context.Context, t tillwatch.Target, report func(tillwatch.Observation) error) error

func (s scripted) Observe(ctx context.Context, t tillwatch.Target, report func(tillwatch.Observation) error) error {
	return s(ctx, t, report)
}

func pages(s scripted) sensors {
	return sensors{tillwatch.KindPage: func(CheckConfig, observers) (tillwatch.Sensor, error) { return s, nil }}
}

func reports(all ...tillwatch.Observation) scripted {
	return func(_ context.Context, _ tillwatch.Target, report func(tillwatch.Observation) error) error {
		for _, o := range all {
			if err := report(o); err != nil {
				return err
			}
		}
		return nil
	}
}

func signOf(severity tillwatch.Severity) tillwatch.Sign {
	return tillwatch.Sign{
		Rule: "page/canary-sent", Severity: severity, Certainty: tillwatch.Certain, Place: "https://shop.example/pay",
		Summary: "cards leave", Since: time.Now(), Count: 1,
	}
}

var shopConfig = CheckConfig{Targets: []string{"https://shop.example/"}, Language: "en"}

func mustCheck(t *testing.T, c CheckConfig, s scripted) *report.Report {
	t.Helper()
	r, err := check(t.Context(), c, pages(s))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestExitCodes(t *testing.T) {
	t.Parallel()
	gap := tillwatch.Gap{Place: "p", Why: "captcha"}
	for name, c := range map[string]struct {
		seen   []tillwatch.Observation
		failOn string
		want   int
	}{
		"nothing":                   {nil, "medium", ExitFine},
		"a low finding":             {[]tillwatch.Observation{signOf(tillwatch.Low)}, "medium", ExitFine},
		"a low finding, low counts": {[]tillwatch.Observation{signOf(tillwatch.Low)}, "low", ExitFindings},
		"a critical finding":        {[]tillwatch.Observation{signOf(tillwatch.Critical)}, "medium", ExitFindings},
		"as high as wanted":         {[]tillwatch.Observation{signOf(tillwatch.High)}, "high", ExitFindings},
		"not as high as wanted":     {[]tillwatch.Observation{signOf(tillwatch.High)}, "critical", ExitFine},
		"never":                     {[]tillwatch.Observation{signOf(tillwatch.Critical)}, "never", ExitFine},
		"a gap":                     {[]tillwatch.Observation{gap}, "medium", ExitNotSeen},
		"a gap and a low finding":   {[]tillwatch.Observation{gap, signOf(tillwatch.Low)}, "medium", ExitNotSeen},
		"a gap and a leak":          {[]tillwatch.Observation{gap, signOf(tillwatch.Critical)}, "medium", ExitFindings},
		"a gap, never":              {[]tillwatch.Observation{gap}, "never", ExitNotSeen},
	} {
		failOn, err := ParseThreshold(c.failOn)
		if err != nil {
			t.Fatal(err)
		}
		if got := ExitCode(mustCheck(t, shopConfig, reports(c.seen...)), failOn); got != c.want {
			t.Errorf("%s: exit %d, want %d", name, got, c.want)
		}
	}
	if got := ExitCode(&report.Report{Interrupted: true, Findings: []tillwatch.Finding{{Severity: tillwatch.Critical}}}, 1); got != ExitInterrupted {
		t.Errorf("interrupted: exit %d", got)
	}
}

func TestWhatASensorCouldNotDoIsAGap(t *testing.T) {
	t.Parallel()
	r := mustCheck(t, shopConfig, func(context.Context, tillwatch.Target, func(tillwatch.Observation) error) error {
		return errors.New("the browser went away")
	})
	if len(r.NotSeen) != 1 || r.NotSeen[0].Why != "the browser went away" || r.NotSeen[0].Place != "https://shop.example/" {
		t.Errorf("got %+v", r.NotSeen)
	}
}

func TestInterruptedChecksTellWhatTheySaw(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	r, err := check(ctx, CheckConfig{Targets: []string{"https://shop.example/", "https://shop.example/second"}},
		pages(func(ctx context.Context, _ tillwatch.Target, report func(tillwatch.Observation) error) error {
			if err := report(signOf(tillwatch.Critical)); err != nil {
				return err
			}
			interrupt()
			<-ctx.Done()
			return ctx.Err()
		}))
	if err != nil {
		t.Fatal(err)
	}
	if !r.Interrupted || len(r.Findings) != 1 || len(r.NotSeen) != 2 {
		t.Errorf("interrupted %v, %d findings, not seen %+v", r.Interrupted, len(r.Findings), r.NotSeen)
	}
}

func TestFindingsSayWhatToDoInTheLanguageAsked(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, language := range Languages() {
		c := shopConfig
		c.Language = language
		next := mustCheck(t, c, reports(signOf(tillwatch.Critical))).Findings[0].Next
		if len(next) < 3 || seen[next[0]] {
			t.Errorf("%s: %q", language, next)
		}
		seen[next[0]] = true
	}
}

func TestSinceIsRememberedUntilTheLeakIsGone(t *testing.T) {
	t.Parallel()
	c := shopConfig
	c.StateDir = filepath.Join(t.TempDir(), "new", "state")
	since := func(r *report.Report) time.Time { return r.Findings[0].Since }

	first := since(mustCheck(t, c, reports(signOf(tillwatch.Critical))))
	if again := since(mustCheck(t, c, reports(signOf(tillwatch.Critical)))); !again.Equal(first) {
		t.Errorf("seen first at %v, then said %v", first, again)
	}
	mustCheck(t, c, reports(tillwatch.Gap{Place: "p", Why: "down for maintenance"}))
	if again := since(mustCheck(t, c, reports(signOf(tillwatch.Critical)))); !again.Equal(first) {
		t.Errorf("a look that saw nothing made it forget: %v, then %v", first, again)
	}
	mustCheck(t, c, reports())
	if later := since(mustCheck(t, c, reports(signOf(tillwatch.Critical)))); !later.After(first) {
		t.Errorf("a leak that came back is dated %v, the first was %v", later, first)
	}
	other := c
	other.Targets = []string{"https://other.example/"}
	if later := since(mustCheck(t, other, reports(signOf(tillwatch.Critical)))); !later.After(first) {
		t.Error("one shop's memory served another")
	}
}

func TestADamagedMemoryIsNoSilentForgetting(t *testing.T) {
	t.Parallel()
	c := shopConfig
	c.StateDir = t.TempDir()
	mustCheck(t, c, reports(signOf(tillwatch.Critical)))
	files, err := filepath.Glob(filepath.Join(c.StateDir, "*.json"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	if err := os.WriteFile(files[0], []byte("[{"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = check(t.Context(), c, pages(reports()))
	if hint, wrong := IsUsage(err); !wrong || !strings.Contains(hint, c.StateDir) {
		t.Errorf("got %v", err)
	}
}

func TestHiddenFindingsAreCounted(t *testing.T) {
	t.Parallel()
	c := shopConfig
	c.Suppress = filepath.Join(t.TempDir(), "suppress.yaml")
	text := "- {rule: page/canary-sent, place: 'https://shop.example/*', reason: r, who: w, expiry: 2999-01-01}\n" +
		"- {rule: page/host-new, place: p, reason: r, who: w, expiry: 2020-01-01}\n"
	if err := os.WriteFile(c.Suppress, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	r := mustCheck(t, c, reports(signOf(tillwatch.Critical)))
	if len(r.Findings) != 0 || r.Hidden != 1 || r.Expired != 1 || len(r.Incidents) != 0 {
		t.Errorf("%d findings, %d hidden, %d expired", len(r.Findings), r.Hidden, r.Expired)
	}
}

func TestWhatCannotBeLookedAtAloneIsWrongUsage(t *testing.T) {
	t.Parallel()
	_, err := Check(t.Context(), CheckConfig{Targets: []string{"issued:mqtt://u:geheim@host/x"}})
	var wrong *UsageError
	if !errors.As(err, &wrong) || !strings.Contains(wrong.Problem, "together with an access log") || strings.Contains(wrong.Problem, "geheim") {
		t.Errorf("got %v", err)
	}
	if _, err := Check(t.Context(), CheckConfig{}); !errors.As(err, &wrong) {
		t.Errorf("no target: got %v", err)
	}
}

func TestSensorsMayReportFromManyGoroutines(t *testing.T) {
	t.Parallel()
	var told int
	c := shopConfig
	c.Progress = func(Progress) { told++ }
	known := sensors{tillwatch.KindPage: func(_ CheckConfig, o observers) (tillwatch.Sensor, error) {
		return scripted(func(_ context.Context, _ tillwatch.Target, tell func(tillwatch.Observation) error) error {
			var group sync.WaitGroup
			for i := range 16 {
				group.Go(func() {
					o.progress(Progress{Text: "looking"})
					o.step(report.Step{Name: strconv.Itoa(i)})
					_ = tell(signOf(tillwatch.Low))
				})
			}
			group.Wait()
			return nil
		}), nil
	}}
	r, err := check(t.Context(), c, known)
	if err != nil {
		t.Fatal(err)
	}
	if told != 16 || len(r.Targets[0].Steps) != 16 || len(r.Findings) != 1 {
		t.Errorf("told %d, %d steps, %d findings", told, len(r.Targets[0].Steps), len(r.Findings))
	}
}

func TestStepsStandByProfileInTheirOrder(t *testing.T) {
	t.Parallel()
	at := time.Now()
	known := sensors{tillwatch.KindPage: func(_ CheckConfig, o observers) (tillwatch.Sensor, error) {
		o.step(report.Step{Profile: "b", Name: "2", At: at.Add(2)})
		o.step(report.Step{Profile: "a", Name: "3", At: at.Add(3)})
		o.step(report.Step{Profile: "b", Name: "1", At: at.Add(1)})
		o.step(report.Step{Profile: "b", Name: "1", At: at.Add(4)}) // of a walk for comparison
		return reports(), nil
	}}
	r, err := check(t.Context(), shopConfig, known)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range r.Targets[0].Steps {
		got = append(got, s.Profile+s.Name)
	}
	if want := []string{"a3", "b1", "b2"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestLanguageOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		env  map[string]string
		want string
	}{
		{nil, "en"},
		{map[string]string{"LANG": "ja_JP.UTF-8"}, "ja"},
		{map[string]string{"LANG": "ja_JP.UTF-8", "LC_ALL": "ko_KR.UTF-8"}, "ko"},
		{map[string]string{"LANG": "ja_JP.UTF-8", "LC_ALL": "C"}, "en"},
		{map[string]string{"LC_MESSAGES": "id", "LANG": "ja"}, "id"},
		{map[string]string{"LANG": "jap"}, "en"},
		{map[string]string{"LANG": "de_DE"}, "en"},
	} {
		if got := LanguageOf(func(name string) string { return c.env[name] }); got != c.want {
			t.Errorf("%v: %s, want %s", c.env, got, c.want)
		}
	}
}
