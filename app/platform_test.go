package app

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/app/report"
)

func mustWrite(t *testing.T, name, content string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func ofRule(r *report.Report, rule string) []tillwatch.Finding {
	var out []tillwatch.Finding
	for _, f := range r.Findings {
		if f.Rule == rule {
			out = append(out, f)
		}
	}
	return out
}

func TestTheSoftwareOfAShopIsLookedAtBesideItsFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	mustWrite(t, filepath.Join(dir, "data/class/SC_Initial.php"), "<?php define('ECCUBE_VERSION', '2.13.5');")
	mustWrite(t, filepath.Join(dir, "html/index.html"), "<p>shop</p>")
	for layers, want := range map[string]struct{ files, software bool }{"": {true, true}, "V": {false, true}, "H": {true, false}, "DS": {false, false}} {
		c := CheckConfig{Targets: []string{dir}, Language: "en", StateDir: t.TempDir(), Shopper: Shopper{Layers: layers}}
		r, err := Check(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		kinds := map[string]bool{}
		for _, i := range r.Items {
			kinds[i.Kind] = true
		}
		if kinds["file"] != want.files || kinds["software"] != want.software || len(ofRule(r, "platform/end-of-life")) > 0 != want.software {
			t.Errorf("layers %q: items %v, findings %+v", layers, kinds, r.Findings)
		}
	}
}

func TestWhatWasImportedCounts(t *testing.T) {
	t.Parallel()
	dir, state := t.TempDir(), t.TempDir()
	mustWrite(t, filepath.Join(dir, "src/Eccube/Common/Constant.php"), "<?php class Constant { const VERSION = '4.3.1'; }")
	mustWrite(t, filepath.Join(dir, "index.html"), "<p>shop</p>")
	c := CheckConfig{Targets: []string{dir}, Language: "en", StateDir: state}
	look := func() []tillwatch.Finding {
		t.Helper()
		r, err := Check(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		return ofRule(r, "platform/vulnerable")
	}
	if found := look(); len(found) > 0 {
		t.Fatalf("nothing is known of this version yet: %+v", found)
	}
	const record = `{"id":"GHSA-x","modified":"2026-12-0%dT00:00:00Z","aliases":["CVE-2031-1"],"affected":[{"package":{"ecosystem":"Packagist","name":"ec-cube/ec-cube"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"4.3.0"},{"fixed":"4.3.2"}]}]}],"database_specific":{"severity":"MODERATE","cwe_ids":[]}}`
	update := func(text, want string, changed bool) {
		t.Helper()
		set, did, err := UpdateData(state, mustWrite(t, filepath.Join(t.TempDir(), "list"), text))
		switch {
		case err != nil && (want == "" || !strings.Contains(err.Error(), want)):
			t.Errorf("got %v, want %q", err, want)
		case err == nil && (want != set.Name+" "+set.Date || did != changed):
			t.Errorf("got %+v, changed %v, want %q", set, did, want)
		}
	}
	update(fmt.Sprintf(record, 2), "osv 2026-12-02", true)
	update(fmt.Sprintf(record, 2), "osv 2026-12-02", false)
	update(fmt.Sprintf(record, 1), "what is used is newer", false)
	found := look()
	if len(found) != 1 || found[0].Severity != tillwatch.Medium || !strings.Contains(found[0].Summary, "CVE-2031-1") || !strings.Contains(found[0].Summary, "fixed in 4.3.2") {
		t.Fatalf("got %+v", found)
	}
	update(`{"catalogVersion":"1","dateReleased":"2026-12-03T00:00:00Z","vulnerabilities":[{"cveID":"CVE-2031-1","dateAdded":"2026-12-03"}]}`, "kev 2026-12-03", true)
	if found = look(); len(found) != 1 || found[0].Severity != tillwatch.High || !strings.Contains(found[0].Summary, "known to use it") {
		t.Fatalf("got %+v", found)
	}
	update(`{"catalogVersion":"1"}`, "no catalogue", false)
	update("#tillwatch-end-of-life\t1\n#date\t2099-01-01\nec-cube\t4.3.0..4.3.9\t2026-01-01\tended\tours\n", "end-of-life 2099-01-01", true)
	update("#tillwatch-vulnerabilities\t1\n#date\t2099-01-01\nCVE-2032-1\tec-cube\t4.3.1\t-\tcode\tnobody\t-\t-\tours\n", "vulnerabilities 2099-01-01", true)
	r, err := Check(t.Context(), c)
	if err != nil || len(ofRule(r, "platform/vulnerable")) != 2 || len(ofRule(r, "platform/end-of-life")) != 1 {
		t.Errorf("%v: got %+v", err, r.Findings)
	}
	sets, err := Data(state)
	if err != nil || len(sets) != 6 {
		t.Errorf("%v: got %+v", err, sets)
	}
	mustWrite(t, filepath.Join(state, "osv.json"), "{")
	if _, err := Check(t.Context(), c); err == nil || !strings.Contains(err.Error(), "cannot be used") {
		t.Errorf("a damaged list: got %v", err)
	}
	if _, err := Data(state); err == nil {
		t.Error("a damaged list is listed")
	}
}

func TestTheSoftwareOfAStorefrontIsLookedAtAlone(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, _, _ := r.BasicAuth()
		if user != "u" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, "<!-- Welcart version : v2.2.7 --><body>shop")
	}))
	t.Cleanup(server.Close)
	c := CheckConfig{Targets: []string{server.URL}, Language: "ja", Shopper: Shopper{Layers: "v", Env: func(name string) string {
		return map[string]string{"TILLWATCH_BASIC_AUTH": "u:p"}[name]
	}}}
	r, err := Check(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.NotSeen) > 0 || len(ofRule(r, "platform/vulnerable")) < 3 || len(r.Findings[0].Next) == 0 {
		t.Errorf("got %+v, not seen %+v", r.Findings, r.NotSeen)
	}
}

func TestWhatOneSensorCannotDoKeepsNoOtherFromLooking(t *testing.T) {
	t.Parallel()
	part := func(s scripted) newSensor {
		return func(CheckConfig, observers) (tillwatch.Sensor, error) { return s, nil }
	}
	broken := scripted(func(context.Context, tillwatch.Target, func(tillwatch.Observation) error) error {
		return fmt.Errorf("broken")
	})
	known := sensors{tillwatch.KindPage: beside(walks, part(broken), part(reports(signOf(tillwatch.High))))}
	r, err := check(t.Context(), shopConfig, known)
	if err != nil || len(r.Findings) != 1 || len(r.NotSeen) != 1 || r.NotSeen[0].Why != "broken" {
		t.Errorf("%v: got %+v", err, r)
	}
}
