package platform_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/known"
	"github.com/tillwatch/tillwatch/sensor/platform"
)

// seen is what a look reported.
type seen struct {
	signs []tillwatch.Sign
	items []tillwatch.Item
	gaps  []tillwatch.Gap
	pass  bool
}

func look(t *testing.T, c platform.Config, target tillwatch.Target) seen {
	t.Helper()
	var out seen
	if c.Pause == 0 {
		c.Pause = time.Nanosecond
	}
	err := platform.New(c).Observe(t.Context(), target, func(o tillwatch.Observation) error {
		switch o := o.(type) {
		case tillwatch.Sign:
			out.signs = append(out.signs, o)
		case tillwatch.Item:
			out.items = append(out.items, o)
		case tillwatch.Gap:
			out.gaps = append(out.gaps, o)
		case tillwatch.Pass:
			out.pass = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// sign gives the sign of a rule whose place or summary holds a text.
func (s seen) sign(rule, text string) (tillwatch.Sign, bool) {
	i := slices.IndexFunc(s.signs, func(one tillwatch.Sign) bool {
		return one.Rule == rule && strings.Contains(one.Place+" "+one.Summary, text)
	})
	if i < 0 {
		return tillwatch.Sign{}, false
	}
	return s.signs[i], true
}

func (s seen) software() string {
	var out []string
	for _, i := range s.items {
		if i.Kind == "software" {
			out = append(out, i.Value)
		}
	}
	slices.Sort(out)
	return strings.Join(out, "; ")
}

// shop is a web server that has some pages and files, and says 404 to everything else.
type shop map[string]func(w http.ResponseWriter, r *http.Request)

func serve(t *testing.T, s shop) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			t.Errorf("%s %s: nothing is ever sent to the shop", r.Method, r.URL.Path)
		}
		if answer, ok := s[r.URL.Path]; ok {
			answer(w, r)
			return
		}
		http.NotFound(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL + "/"
}

func text(kind, body string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		fmt.Fprint(w, body)
	}
}

func html(body string) func(http.ResponseWriter, *http.Request) {
	return text("text/html; charset=utf-8", "<!doctype html><html><head><title>Shop</title></head>"+body+"</html>")
}

func page(place string) tillwatch.Target {
	return tillwatch.Target{Kind: tillwatch.KindPage, Place: place, Shop: "shop.example"}
}

func TestSoftwareIsKnownByWhatItsPagesShow(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cookie, header, page, want string
	}{
		"EC-CUBE 2.13": {
			cookie: "ECSESSID", page: "<!-- #2342 next major (2.14) drops eccube.legacy.js. --><script src=/js/eccube.legacy.js></script><script src=/js/jquery.colorbox/x.js></script><body class=LC_Page_Index>",
			want: "EC-CUBE 2.13.1-2.17.0 (cannot tell apart)",
		},
		"EC-CUBE 3":     {page: "<link rel=stylesheet href='/template/default/css/style.css?v=3.0.16'><body>", want: "EC-CUBE 3.0.16"},
		"EC-CUBE 4":     {page: "<meta name=eccube-csrf-token content=x><body id=page_homepage>", want: "EC-CUBE 4.0.0-4.2.3 or newer (cannot tell apart)"},
		"EC-CUBE 4.2":   {page: "<meta name=eccube-csrf-token content=x><script src=/html/bundle/front.bundle.js></script><body id=page_homepage>", want: "EC-CUBE 4.2.0-4.2.3 or newer (cannot tell apart)"},
		"WooCommerce":   {page: "<meta name=generator content='WooCommerce 3.3.4'><meta name=generator content='WordPress 5.2.1'><body>", want: "WooCommerce 3.3.4; WordPress 5.2.1"},
		"Welcart":       {page: "<!-- Welcart version : v2.2.7 --><body>", want: "Welcart 2.2.7; WordPress"},
		"Magento 2":     {header: "X-Magento-Tags", page: "<script type='text/x-magento-init'>{}</script><body>", want: "Magento / Adobe Commerce"},
		"OpenCart":      {cookie: "OCSESSID", page: "<body>", want: "OpenCart 2.1.0.0-4.1.0.4 or newer (cannot tell apart)"},
		"Zen Cart":      {page: "<meta name=generator content='shopping cart program by Zen Cart&reg;, http://www.zen-cart.com eCommerce'><body>", want: "Zen Cart"},
		"Shopware 6":    {header: "sw-context-token", page: "<body>", want: "Shopware"},
		"no software":   {cookie: "session", page: "<script src=/assets/js/site.js></script><body>EC-CUBE, Magento, WooCommerce</body>", want: ""},
		"a hint alone":  {cookie: "eccube", page: "<body>", want: ""},
		"words in text": {page: "<body><p>&lt;meta name=generator content='WooCommerce 3.3.4'&gt;</body>", want: ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			place := serve(t, shop{"/": func(w http.ResponseWriter, r *http.Request) {
				if c.cookie != "" {
					http.SetCookie(w, &http.Cookie{Name: c.cookie, Value: "x"})
				}
				if c.header != "" {
					w.Header().Set(c.header, "x")
				}
				html(c.page)(w, r)
			}})
			got := look(t, platform.Config{}, page(place))
			if got.software() != c.want || len(got.gaps) > 0 || !got.pass {
				t.Errorf("got %q, gaps %v, want %q", got.software(), got.gaps, c.want)
			}
		})
	}
}

// releases are three releases of a software whose files we wrote ourselves.
func releases(t *testing.T, files map[string][3]string) *known.Data {
	t.Helper()
	var lines []string
	for name, contents := range files {
		versions := map[string][]string{}
		for i, v := range []string{"4.0.5", "4.0.5-p1", "4.0.6"} {
			if contents[i] != "" {
				versions[contents[i]] = append(versions[contents[i]], v)
			}
		}
		for content, list := range versions {
			lines = append(lines, fmt.Sprintf("ec-cube\t%s\t%s\t%d\t%s\n", name, known.BlobOf([]byte(content)), len(content), strings.Join(list, ",")))
		}
	}
	slices.SortFunc(lines, func(a, b string) int {
		x, y := strings.Split(a, "\t"), strings.Split(b, "\t")
		return strings.Compare(x[1]+"\x00"+x[2], y[1]+"\x00"+y[2])
	})
	file, err := known.Encode(known.Sources{
		Libraries: strings.NewReader("#tillwatch-libraries\t1\n#date\t2026-01-01\n"), Trimmed: strings.NewReader("#tillwatch-trimmed\t1\n"),
		Statements: strings.NewReader("#tillwatch-statements\t1\n#date\t2026-01-01\n"),
		Releases: strings.NewReader("#tillwatch-release-files\t1\n#date\t2026-01-01\n" +
			fmt.Sprintf("#platform\tec-cube\tofficial\t-\t-\t3\t%d\n", len(lines)) +
			"#extensions\tec-cube\tjs,css,php,twig\n#versions\tec-cube\t4.0.5 4.0.5-p1 4.0.6\n" + strings.Join(lines, "")),
	})
	if err != nil {
		t.Fatal(err)
	}
	data, err := known.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestVersionsAreToldApartByTheFilesThatEverybodyCanFetch(t *testing.T) {
	t.Parallel()
	data := releases(t, map[string][3]string{
		"html/template/default/assets/js/shop.js":   {"one\n", "one\n", "two\n"},
		"html/template/default/assets/css/shop.css": {"same\n", "same\n", "same\n"},
		"html/template/admin/assets/js/admin.js":    {"a", "b", "c"},
	})
	front := html("<meta name=eccube-csrf-token content=x><script src=/sub/html/template/default/assets/js/shop.js></script><body id=page_homepage>")
	for content, want := range map[string]string{
		"one\n":        "EC-CUBE 4.0.5-4.0.5-p1 (cannot tell apart)",
		"one\r\n":      "EC-CUBE 4.0.5-4.0.5-p1 (cannot tell apart)",
		"two\n":        "EC-CUBE 4.0.6 or newer (cannot tell apart)",
		"customised\n": "EC-CUBE 4.0.5-4.0.6 or newer (cannot tell apart)",
	} {
		place := serve(t, shop{"/sub/": front, "/sub/html/template/default/assets/js/shop.js": text("text/javascript", content)})
		got := look(t, platform.Config{Data: data}, page(place+"sub/"))
		if got.software() != want {
			t.Errorf("%q: got %q, want %q", content, got.software(), want)
		}
		hole, found := got.sign("platform/vulnerable", "CVE-2021-20717")
		switch {
		case strings.HasPrefix(content, "two"):
			if found {
				t.Error("4.0.6 has the fix")
			}
		case !found || hole.Certainty != tillwatch.Possible:
			t.Errorf("%q: the hole is possible, got %+v", content, hole)
		}
	}
}

func TestAnOldShopIsToldOfWithItsHolesAndItsEnd(t *testing.T) {
	t.Parallel()
	place := serve(t, shop{"/": func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "ECSESSID", Value: "x"})
		html("<!-- #2342 2.14: eccube.legacy.js --><script src=/js/eccube.js></script><script src=/js/eccube.legacy.js></script><body class=LC_Page_Index>")(w, r)
	}})
	got := look(t, platform.Config{}, page(place))
	end, ended := got.sign("platform/end-of-life", "2.13.0")
	hole, open := got.sign("platform/vulnerable", "CVE-2023-40281")
	if !ended || !open {
		t.Fatalf("got %+v", got.signs)
	}
	if end.Certainty == tillwatch.Certain || end.Severity < tillwatch.Low || hole.Severity != tillwatch.High || hole.Certainty != tillwatch.Likely {
		t.Errorf("got %+v and %+v", end, hole)
	}
	for _, s := range got.signs {
		if s.Count != 1 || s.Summary == "" || len(s.Evidence) == 0 {
			t.Errorf("half a sign: %+v", s)
		}
	}
}

func TestTheOperatorsPassGoesToTheShopOnly(t *testing.T) {
	t.Parallel()
	stranger := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("another host was asked") }))
	t.Cleanup(stranger.Close)
	denied := 0
	place := serve(t, shop{
		"/": func(w http.ResponseWriter, r *http.Request) {
			user, password, _ := r.BasicAuth()
			cookie, err := r.Cookie("gate")
			if user != "u" || password != "p" || err != nil || cookie.Value != "open" || r.Header.Get("X-Pass") != "let me in" {
				denied++
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			html("<meta name=eccube-csrf-token content=x><body><a href='"+stranger.URL+"/news'>news</a><a href=/news>news</a>")(w, r)
		},
		"/news": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, stranger.URL, http.StatusFound) },
		"/.env": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, stranger.URL, http.StatusFound) },
	})
	got := look(t, platform.Config{
		Username: "u", Password: "p", Headers: http.Header{"X-Pass": {"let me in"}}, Cookies: []*http.Cookie{{Name: "gate", Value: "open", Domain: "x"}},
	}, page(place))
	if denied > 0 || got.software() == "" || len(got.gaps) > 0 {
		t.Errorf("denied %d times, got %q, %v", denied, got.software(), got.gaps)
	}
	got = look(t, platform.Config{}, page(place))
	if len(got.gaps) != 1 || !strings.Contains(got.gaps[0].Why, "401") || got.pass {
		t.Errorf("without a pass: %+v", got)
	}
}

func serveAll(t *testing.T, answer http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return server.URL + "/"
}
