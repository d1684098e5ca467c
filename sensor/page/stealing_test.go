package page

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/demoshop"
)

// tamperedShop is a shop with one more script on each page. In it THIEF is the origin of a host that nobody
// authorised, and that answers everybody.
func tamperedShop(t *testing.T, lines string, c demoshop.Checkout) *demoshop.Shop {
	t.Helper()
	answer := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Access-Control-Allow-Headers", "*")
		w.WriteHeader(http.StatusNoContent)
	})
	docroot := t.TempDir()
	shop := openShop(t, demoshop.Config{Docroot: docroot, Checkout: c, Hosts: map[string]http.Handler{"stats.localhost": answer}})
	layout := filepath.Join(docroot, "templates", "_layout.html")
	page, err := os.ReadFile(layout)
	if err != nil {
		t.Fatal(err)
	}
	page = []byte(strings.Replace(string(page), "</body>", `<script src="/assets/js/menu.js"></script></body>`, 1))
	lines = strings.ReplaceAll(lines, "THIEF", strings.TrimSuffix(shop.URL("stats.localhost"), "/"))
	for name, text := range map[string]string{layout: string(page), filepath.Join(docroot, "assets", "js", "menu.js"): lines} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return shop
}

// shortly is what signs come to, for comparison and for whoever reads why a test failed.
func shortly(signs []tillwatch.Sign) string {
	var lines []string
	for _, s := range signs {
		lines = append(lines, fmt.Sprintf("%s %s %s: %s", s.Severity, s.Rule, s.Place, s.Summary))
		for _, e := range s.Evidence {
			lines = append(lines, fmt.Sprintf("    %s (%s:%d) %s", e.What, e.Where, e.Line, e.Destination))
		}
	}
	return strings.Join(lines, "\n")
}
