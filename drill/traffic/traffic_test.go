package traffic_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/app"
	"github.com/tillwatch/tillwatch/app/report"
	"github.com/tillwatch/tillwatch/drill/traffic"
)

// checked writes logs and looks at them.
func checked(t *testing.T, c traffic.Config, also ...string) (*report.Report, traffic.Written, string) {
	t.Helper()
	return checkedWith(t, c, app.Logs{}, also...)
}

// declared is what the operator of a shop with an export says of it.
func declared(f traffic.Format) app.Logs {
	if f == traffic.JSON {
		return app.Logs{Exempt: []string{"newsletter,network=" + traffic.ExportAddress + ",subject=" + traffic.ExportSubject}}
	}
	return app.Logs{Exempt: []string{"newsletter,network=" + traffic.ExportAddress}}
}

func checkedWith(t *testing.T, c traffic.Config, logs app.Logs, also ...string) (*report.Report, traffic.Written, string) {
	t.Helper()
	dir := t.TempDir()
	access, err := os.Create(filepath.Join(dir, "access.log"))
	if err != nil {
		t.Fatal(err)
	}
	issuer, err := os.Create(filepath.Join(dir, "issuer.log"))
	if err != nil {
		t.Fatal(err)
	}
	w, err := traffic.Write(c, access, issuer)
	if err != nil {
		t.Fatal(err)
	}
	access.Close()
	issuer.Close()
	targets := append([]string{"log:" + access.Name()}, also...)
	if c.Format == traffic.JSON {
		targets = append(targets, "issued:"+issuer.Name())
	}
	r, err := app.Check(t.Context(), app.CheckConfig{Targets: targets, Logs: logs})
	if err != nil {
		t.Fatal(err)
	}
	return r, w, access.Name()
}

func TestTheSameSeedGivesTheSameLogs(t *testing.T) {
	t.Parallel()
	var a, b bytes.Buffer
	for _, out := range []*bytes.Buffer{&a, &b} {
		if _, err := traffic.Write(traffic.Config{Seed: 7, Members: 1000, Lines: 5000}, out, nil); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) || bytes.Count(a.Bytes(), []byte("\n")) != 5000 {
		t.Error("they differ")
	}
}

func TestHonestTrafficIsQuiet(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]traffic.Config{
		"combined": {Seed: 3, Members: 50_000, Lines: 200_000, Rate: 20},
		"JSON":     {Seed: 4, Members: 50_000, Lines: 200_000, Rate: 20, Format: traffic.JSON},
		"small":    {Seed: 5, Members: 300, Lines: 60_000, Rate: 2, Format: traffic.JSON},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, w, _ := checked(t, c, "members:1-"+strconv.Itoa(c.Members+1000))
			for _, f := range r.Findings {
				t.Errorf("%s at %s: %s", f.Rule, f.Place, f.Summary)
			}
			for _, g := range r.NotSeen {
				t.Errorf("not seen: %s", g.Why)
			}
			if w.Lines != c.Lines {
				t.Errorf("%d lines", w.Lines)
			}
		})
	}
}

func TestTheThiefIsFoundAtTheFirstRequest(t *testing.T) {
	t.Parallel()
	c := traffic.Config{
		Seed: 6, Members: 50_000, Lines: 200_000, Rate: 20, Format: traffic.JSON,
		Attack: &traffic.Attack{From: 150_000, Share: 0.0005, Addresses: 10_000, Unknown: 0.57},
	}
	firstUnknown := int64(0)
	c.Each = func(a traffic.Attempt) {
		if firstUnknown == 0 && a.Member > 60_000 {
			firstUnknown = a.Line
		}
	}
	r, w, name := checked(t, c, "members:1-51000")
	lines := map[string]int64{"access/token-unissued": w.FirstAttack, "access/member-unknown": firstUnknown, "access/read-without-login": w.FirstAttack}
	for _, f := range r.Findings {
		want, ok := lines[f.Rule]
		if !ok {
			t.Errorf("%s was not expected: %s", f.Rule, f.Summary)
			continue
		}
		delete(lines, f.Rule)
		if f.Certainty != tillwatch.Certain || int64(f.Evidence[0].Line) != want || f.Evidence[0].Where != name {
			t.Errorf("%s, %s, at %s line %d, want line %d", f.Rule, f.Certainty, f.Evidence[0].Where, f.Evidence[0].Line, want)
		}
	}
	if len(lines) > 0 {
		t.Errorf("not found: %v", lines)
	}
	if len(r.Incidents) != 1 {
		t.Errorf("%d incidents, want one", len(r.Incidents))
	}
}

func TestADeclaredExportIsQuietAndAnotherIsTold(t *testing.T) {
	t.Parallel()
	for name, format := range map[string]traffic.Format{"combined": traffic.Combined, "JSON": traffic.JSON} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := traffic.Config{Seed: 8, Members: 40_000, Lines: 120_000, Rate: 10, Format: format, Export: &traffic.Export{Members: 40_000}}
			r, w, _ := checkedWith(t, c, declared(format), "members:1-41000")
			if w.Exported != 40_000 {
				t.Fatalf("%d members were exported", w.Exported)
			}
			noted := false
			for _, f := range r.Findings {
				noted = noted || f.Rule == "access/exempt" && f.Severity == tillwatch.Info
				if f.Severity >= tillwatch.High {
					t.Errorf("%s at %s: %s", f.Rule, f.Place, f.Summary)
				}
			}
			if !noted {
				t.Error("that it was excused is not said")
			}
			r, _, _ = checkedWith(t, c, app.Logs{}, "members:1-41000")
			for _, f := range r.Findings {
				if f.Rule == "access/scan" && f.Severity >= tillwatch.High {
					return
				}
				t.Logf("%s %s at %s: %s", f.Severity, f.Rule, f.Place, f.Summary)
			}
			t.Error("an export that nobody declared is not told")
		})
	}
}
