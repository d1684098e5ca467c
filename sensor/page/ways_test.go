package page

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/demoshop"
)

// Each way out of a browser that we know of is seen: the card number that a script sends on it is found at its host.
func TestEveryWayOutOfTheBrowserIsSeen(t *testing.T) {
	source, err := os.ReadFile("testdata/ways.js")
	if err != nil {
		t.Fatal(err)
	}
	shop := openShop(t, demoshop.Config{})
	assets := filepath.Join(shop.Docroot(), "assets", "js")
	honest, err := os.ReadFile(filepath.Join(assets, "checkout.js"))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"checkout.js":    string(honest) + "\n" + string(source),
		"ways-worker.js": "onmessage = e => fetch(e.data, {mode: 'no-cors'})",
	} {
		if err := os.WriteFile(filepath.Join(assets, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	signs, _, _ := observe(t, Config{Authorised: []string{"pay.localhost"}}, shop.URL("shop.localhost"))

	found := map[string]bool{}
	for _, s := range signs {
		if s.Rule != "page/canary-sent" || s.Severity != tillwatch.Critical {
			continue
		}
		_, to, _ := strings.Cut(s.Place, " → ")
		_, to, _ = strings.Cut(to, "://")
		name, _, _ := strings.Cut(to, ".")
		found[name] = true
	}
	names := []string{"unload", "later", "hidden"}
	for _, m := range regexp.MustCompile(`(?m)^ {4}(\w+): (?:async )?\(?to\b`).FindAllStringSubmatch(string(source), -1) {
		names = append(names, m[1])
	}
	if len(names) < 54 {
		t.Fatalf("only %d ways are read from the script", len(names))
	}
	for _, name := range names {
		if name == "munged" {
			name = "127" // the address that the connection goes to
		}
		if !found[name] {
			t.Errorf("what goes by %q is not seen", name)
		}
	}
}
