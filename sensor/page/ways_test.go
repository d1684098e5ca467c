package page

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
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
	names := []string{"unload", "later", "hidden"}
	for _, m := range regexp.MustCompile(`(?m)^ {4}(\w+): (?:async )?\(?to\b`).FindAllStringSubmatch(string(source), -1) {
		names = append(names, m[1])
	}
	if len(names) < 54 {
		t.Fatalf("only %d ways are read from the script", len(names))
	}
	if i := slices.Index(names, "munged"); i >= 0 {
		names[i] = "127" // the address that the connection goes to
	}
	// Some are sent whenever the browser sees fit: on a busy machine after the walk.
	for range 3 {
		signs, _, _ := observe(t, Config{Authorised: []string{"pay.localhost"}}, shop.URL("shop.localhost"))
		found := waysFound(signs)
		names = slices.DeleteFunc(names, func(name string) bool { return found[name] })
		if len(names) == 0 {
			return
		}
	}
	t.Errorf("what goes by %q is not seen", names)
}

// waysFound are the first labels of the hosts that the card number was seen to reach.
func waysFound(signs []tillwatch.Sign) map[string]bool {
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
	return found
}
