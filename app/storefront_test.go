package app

import (
	"encoding/pem"
	"errors"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch/sensor/page/journey"
)

func put(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWrongShopperSettingsAreFoundBeforeTheWalk(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		shopper       Shopper
		problem, hint string
	}{
		"profile":          {Shopper{Profiles: []string{"desktop-jp"}}, `no profile "desktop-jp"`, `"desktop-ja"`},
		"browser":          {Shopper{Chromium: "/nowhere/chrome"}, "--chromium", "tillwatch doctor"},
		"an address":       {Shopper{Authorised: []string{"https://pay.example/"}}, "is no host", "pay.example"},
		"a star inside":    {Shopper{Authorised: []string{"pay.*.example"}}, "is no host", ""},
		"no authorities":   {Shopper{CAFile: put(t, "ca.pem", "hello")}, "holds no certificate", "BEGIN CERTIFICATE"},
		"a bad authority":  {Shopper{CAFile: put(t, "ca.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")}, "certificate 1", ""},
		"no journey":       {Shopper{Journey: "/nowhere/journey.yaml"}, "--journey", ""},
		"a bad journey":    {Shopper{Journey: put(t, "journey.yaml", "steps: [{clik: x}]")}, "--journey", "--record"},
		"nowhere to write": {Shopper{Record: "/nowhere/journey.yaml"}, "--record", "a folder that exists"},
		"a bad cookie":     {Shopper{CookieFile: put(t, "cookies", "ge heim")}, "cookie line 1", ""},
	} {
		_, err := Check(t.Context(), CheckConfig{Targets: []string{"https://shop.example/"}, Shopper: c.shopper})
		var wrong *UsageError
		if !errors.As(err, &wrong) || !strings.Contains(wrong.Problem, c.problem) || !strings.Contains(wrong.Hint, c.hint) {
			t.Errorf("%s: got %v (%+v)", name, err, wrong)
		}
	}
}

func TestHostPatterns(t *testing.T) {
	t.Parallel()
	got, err := hostPatterns([]string{"Pay.Example.", "*.cdn.example"})
	if want := []string{"pay.example", "*.cdn.example"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestAuthoritiesAreRead(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(nil)
	defer server.Close()
	block := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	roots, err := readRoots(put(t, "ca.pem", "the shop's own\n"+block+block))
	if err != nil || len(roots) != 2 {
		t.Errorf("%d, %v", len(roots), err)
	}
}

func TestARecordedJourneyCanBeRead(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "journey.yaml")
	record, err := recorder(name, observers{progress: func(p Progress) { t.Error(p.Text) }})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(name); err == nil {
		t.Error("there is a file before there is a journey")
	}
	record(&journey.File{Start: "/", Steps: []journey.FileStep{{Click: "カートに入れる"}}})
	found, err := readJourney(name)
	if err != nil || len(found.Steps) != 1 || found.Steps[0].Click != "カートに入れる" {
		t.Errorf("got %+v, %v", found, err)
	}
}
