package demoshop_test

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch/demoshop"
)

func TestTroubles(t *testing.T) {
	t.Parallel()
	for kind, check := range map[demoshop.TroubleKind]func(*testing.T, *http.Response){
		demoshop.Maintenance: func(t *testing.T, r *http.Response) {
			if r.StatusCode != http.StatusServiceUnavailable || r.Header.Get("Retry-After") == "" {
				t.Errorf("%d %v", r.StatusCode, r.Header)
			}
		},
		demoshop.RedirectLoop: func(t *testing.T, r *http.Response) {
			if r.StatusCode != http.StatusFound || !strings.HasPrefix(r.Header.Get("Location"), "/?n=") {
				t.Errorf("%d %v", r.StatusCode, r.Header)
			}
		},
		demoshop.AlertLoop: contains("alert("),
		demoshop.BusyLoop:  contains("for ("),
		demoshop.Crash:     contains("appendChild"),
		demoshop.Download: func(t *testing.T, r *http.Response) {
			if !strings.HasPrefix(r.Header.Get("Content-Disposition"), "attachment") {
				t.Errorf("%v", r.Header)
			}
		},
		demoshop.Huge: func(t *testing.T, r *http.Response) {
			if n, err := io.CopyN(io.Discard, r.Body, 32<<20); r.ContentLength != 2<<30 || err != nil {
				t.Errorf("length %d, read %d, %v", r.ContentLength, n, err)
			}
		},
		demoshop.NeverEnds: func(t *testing.T, r *http.Response) {
			if n, err := io.CopyN(io.Discard, r.Body, 80); r.ContentLength != -1 || err != nil {
				t.Errorf("length %d, read %d, %v", r.ContentLength, n, err)
			}
		},
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			shop := open(t, demoshop.Config{Trouble: demoshop.Trouble{Kind: kind}})
			client := shop.Client()
			client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
			response, err := client.Do(request(t, "GET", shop.URL("shop.localhost"), ""))
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			check(t, response)
			if kind == demoshop.Maintenance {
				operator(t, shop)
			} else if status, _ := visitor(t, shop).get("/products"); status != http.StatusOK {
				t.Errorf("beside the trouble: %d", status)
			}
		})
	}
}

func contains(text string) func(*testing.T, *http.Response) {
	return func(t *testing.T, r *http.Response) {
		if b, err := io.ReadAll(r.Body); err != nil || !strings.Contains(string(b), text) {
			t.Errorf("%v: %.200s", err, b)
		}
	}
}

func TestObstacles(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		checkout demoshop.Checkout
		want     string
	}{
		"log-in wall":      {demoshop.Checkout{LoginWall: true}, "/login"},
		"captcha":          {demoshop.Checkout{Captcha: true}, "/captcha"},
		"steps":            {demoshop.Checkout{Flow: demoshop.Steps}, "/checkout/start"},
		"accordion":        {demoshop.Checkout{Flow: demoshop.Accordion}, "/checkout"},
		"single page":      {demoshop.Checkout{Flow: demoshop.SinglePage}, "/checkout"},
		"robots forgotten": {demoshop.Checkout{RefuseRobots: true}, "/checkout"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := visitor(t, open(t, demoshop.Config{Checkout: test.checkout}))
			c.fillCart()
			if c.get("/checkout"); c.at != test.want {
				t.Errorf("the checkout led to %s, want %s", c.at, test.want)
			}
		})
	}
}

func TestRobotsGetNoSession(t *testing.T) {
	t.Parallel()
	c := visitor(t, open(t, demoshop.Config{Checkout: demoshop.Checkout{RefuseRobots: true}}))
	r := request(t, "GET", c.base+"/cart", "")
	r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/156.0.0.0")
	if response, _ := fetch(t, c.client, r); len(response.Cookies()) != 0 {
		t.Errorf("a robot got %v", response.Cookies())
	}
}

func TestSwitchesOfTheCheckoutPage(t *testing.T) {
	t.Parallel()
	shop := open(t, demoshop.Config{Checkout: demoshop.Checkout{AjaxCard: true, LinkButtons: true}})
	c := visitor(t, shop)
	c.fillCart()
	_, body := c.get("/checkout")
	if strings.Contains(body, "cc-number") || strings.Contains(body, `type="submit" class="btn btn-primary`) || !strings.Contains(body, "data-submit") {
		t.Error("card fields or submit buttons are in the page from the start")
	}
	folded := visitor(t, open(t, demoshop.Config{Checkout: demoshop.Checkout{Flow: demoshop.Accordion}}))
	folded.fillCart()
	if _, body := folded.get("/checkout"); strings.Contains(body, `name="delivery"`) || strings.Contains(body, "cc-number") {
		t.Error("the accordion is open from the start")
	}
	if _, section := folded.get("/checkout/section/payment"); !strings.Contains(section, "cc-number") {
		t.Errorf("the section is %.100s", section)
	}
	if _, fragment := c.get("/checkout/card-form"); !strings.Contains(fragment, "cc-number") || strings.Contains(fragment, "<html") {
		t.Errorf("the fragment is %.100s", fragment)
	}
	out := visitor(t, open(t, demoshop.Config{Checkout: demoshop.Checkout{SoldOut: true}}))
	if _, body := out.get("/products"); strings.Count(body, "売り切れ") != 12 {
		t.Error("not everything is sold out")
	}
}

func TestStagingDoor(t *testing.T) {
	t.Parallel()
	shop := open(t, demoshop.Config{Staging: demoshop.Staging{User: "agency", Password: "let me in", Header: "X-Door", Value: "open"}})
	r := request(t, "GET", shop.URL("shop.localhost"), "")
	if response, _ := fetch(t, shop.Client(), r); response.StatusCode != http.StatusForbidden {
		t.Errorf("without the header: %d", response.StatusCode)
	}
	r.Header.Set("X-Door", "open")
	if response, _ := fetch(t, shop.Client(), r); response.StatusCode != http.StatusUnauthorized {
		t.Errorf("without a password: %d", response.StatusCode)
	}
	r.SetBasicAuth("agency", "let me in")
	if response, _ := fetch(t, shop.Client(), r); response.StatusCode != http.StatusOK {
		t.Errorf("with both: %d", response.StatusCode)
	}
}

func TestCombinedLogIsNginxs(t *testing.T) {
	t.Parallel()
	shop := open(t, demoshop.Config{TrustForwardedFor: true})
	r := request(t, "GET", shop.URL("shop.localhost")+`guide?q="`, "")
	r.Header.Set("X-Forwarded-For", "203.0.113.9, 10.0.0.1")
	r.Header.Set("User-Agent", `Mozilla "5.0" \ é`)
	fetch(t, shop.Client(), r)
	line := regexp.MustCompile(`^203\.0\.113\.9 - - \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "GET /guide\?q=\\x22 HTTP/1\.1" 200 \d+ "-" "Mozilla \\x225\.0\\x22 \\x5C \\xC3\\xA9"\n$`)
	var got []byte
	eventually(t, func() bool {
		got, _ = os.ReadFile(filepath.Join(shop.State(), "log", "access.log"))
		return len(got) > 0
	})
	if !line.Match(got) {
		t.Errorf("logged %s", got)
	}
}
