package demoshop_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch/demoshop"
)

// textKey is the name of a text where the text itself should be.
var textKey = regexp.MustCompile(`>\s*(shop|nav|home|product|products|cart|form|field|checkout|delivery|payment|card|order|status|login|register|member|admin|error|mail)\.[a-z_0-9]+\s*<`)

func TestEveryPageIsShownInBothLanguages(t *testing.T) {
	t.Parallel()
	shop := open(t, demoshop.Config{Seed: 1, Customers: 20, Orders: 60, AdminPassword: "open sesame", Holes: demoshop.Holes{TemplateEditor: true}})
	c := visitor(t, shop)
	c.fillCart()
	c.get("/login")
	if c.post("/login", "email", seededEmail(t, shop, 1), "password", shop.SeededPassword(1)); c.at != "/member" {
		t.Fatalf("log-in led to %s", c.at)
	}
	c.get("/admin/login")
	if c.post("/admin/login", "login_id", "admin", "password", "open sesame"); c.at != "/admin" {
		t.Fatalf("operator's log-in led to %s", c.at)
	}
	for _, lang := range []string{"ja", "en"} {
		for _, path := range []string{
			"/", "/products", "/products?category=teaware", "/products?q=cup", "/products?q=nothing%25", "/products/kyusu-tokoname", "/products/matcha-uji",
			"/guide", "/legal", "/cart", "/checkout", "/checkout/start", "/captcha", "/login", "/register", "/member", "/member/profile",
			"/member/addresses", "/member/addresses/1", "/member/addresses/new", "/member/orders",
			"/admin", "/admin/orders", "/admin/orders?page=2", "/admin/orders/K0000001", "/admin/orders/K0000001/mail", "/admin/customers",
			"/admin/files", "/admin/files?file=templates/home.html",
		} {
			status, body := c.get(path + map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")] + "lang=" + lang)
			if status != http.StatusOK || !strings.HasSuffix(strings.TrimSpace(body), "</html>") {
				t.Errorf("%s in %s: status %d, %d bytes", path, lang, status, len(body))
			}
			if key := textKey.FindString(body); key != "" && !strings.Contains(path, "files") {
				t.Errorf("%s in %s shows a text's name: %s", path, lang, key)
			}
		}
	}
	if status, _ := c.get("/no/such/page"); status != http.StatusNotFound {
		t.Errorf("a page that is not there: %d", status)
	}
	if log, err := os.ReadFile(filepath.Join(shop.State(), "log", "error.log")); err != nil || len(log) > 0 {
		t.Errorf("error log: %v\n%s", err, log)
	}
}

func TestChangedFileChangesTheShopAtOnce(t *testing.T) {
	t.Parallel()
	shop := open(t, demoshop.Config{})
	c := visitor(t, shop)
	for _, file := range []struct{ name, page string }{{"templates/guide.html", "/guide"}, {"assets/js/checkout.js", "/assets/js/checkout.js"}} {
		name := filepath.Join(shop.Docroot(), file.name)
		original, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		c.get(file.page)
		for _, mark := range []string{"first change", "other change"} { // of one length, within one tick of the clock
			content := strings.Replace(string(original), "{{end}}", "<p>"+mark+"</p>{{end}}", 1) + "\n//" + mark
			if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
				t.Fatal(err)
			}
			if _, body := c.get(file.page); !strings.Contains(body, mark) {
				t.Errorf("%s does not show the %s of %s", file.page, mark, file.name)
			}
		}
	}
	if err := os.WriteFile(filepath.Join(shop.Docroot(), "templates", "guide.html"), []byte("{{if}}"), 0o644); err != nil {
		t.Fatal(err)
	}
	if status, _ := c.get("/guide"); status != http.StatusInternalServerError {
		t.Errorf("a broken template: status %d", status)
	}
	if status, _ := c.get("/legal"); status != http.StatusOK {
		t.Errorf("the pages beside a broken template: status %d", status)
	}
}

func TestSecondStartKeepsWhatIsThere(t *testing.T) {
	t.Parallel()
	config := demoshop.Config{State: t.TempDir(), Customers: 5, Orders: 3, Holes: demoshop.Holes{KeyFile: true}}
	shop, err := demoshop.Start(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	edited := filepath.Join(shop.Docroot(), "templates", "guide.html")
	if err := os.WriteFile(edited, []byte(`{{define "content"}}mine{{end}}`), 0o644); err != nil {
		t.Fatal(err)
	}
	kid := shop.KeyID()
	if err := shop.Close(); err != nil {
		t.Fatal(err)
	}
	if shop, err = demoshop.Start(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	defer shop.Close()
	if n := placed(t, shop); n != 3 || shop.KeyID() != kid {
		t.Errorf("%d orders and key %s, want 3 and %s", n, shop.KeyID(), kid)
	}
	if _, body := visitor(t, shop).get("/guide"); !strings.Contains(body, "mine") {
		t.Error("the document root was overwritten")
	}
}

// The libraries are only of use to their tests if they are the published bytes.
func TestLibrariesAreAsPublished(t *testing.T) {
	t.Parallel()
	shop := open(t, demoshop.Config{})
	for path, want := range map[string]string{
		"jquery/jquery.min.js":       "fc9a93dd241f6b045cbff0481cf4e1901becd0e12fb45166a8f17f95823f0b1a",
		"js-cookie/js.cookie.min.js": "582cc085dd8fea044917d1efde838e77e845262fd025bbfe0339f808607c81f6",
		"lodash/lodash.min.js":       "a9705dfc47c0763380d851ab1801be6f76019f6b67e40e9b873f8b4a0603f7a9",
		"slick/slick.min.js":         "0c7178cc6ca34fb18e30f070a5e7a1c287b2d7ccfcba2cfdf06e0f46eda55740",
		"slick/slick.css":            "de1e399b07289f3b0a8d35142e363e128124a1185770e214e25e58030dad48e5",
	} {
		_, body := visitor(t, shop).get("/assets/vendor/" + path)
		if sum := sha256.Sum256([]byte(body)); hex.EncodeToString(sum[:]) != want {
			t.Errorf("%s has digest %x", path, sum)
		}
	}
}

func TestAssetsStayInsideTheDocumentRoot(t *testing.T) {
	t.Parallel()
	shop := open(t, demoshop.Config{})
	if err := os.Symlink(shop.Database(), filepath.Join(shop.Docroot(), "assets", "db")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/assets/db", "/assets/", "/assets/js", "/assets/%2e%2e/templates/home.html", "/assets/..%2ftemplates/home.html", "/media/..%2f..%2fcss-123456.svg", "/media/cup-zzz.svg"} {
		if status, body := visitor(t, shop).get(path); status != http.StatusNotFound {
			t.Errorf("%s: status %d, %d bytes", path, status, len(body))
		}
	}
}

func TestWrongConfigurationIsExplained(t *testing.T) {
	t.Parallel()
	for want, config := range map[string]demoshop.Config{
		"listens on loopback only":            {Listen: "0.0.0.0:0"},
		"want HOST:PORT":                      {ListenTLS: "8700"},
		`checkout flow "two-page" is unknown`: {Checkout: demoshop.Checkout{Flow: "two-page"}},
		`payment "paypay" is unknown`:         {Checkout: demoshop.Checkout{Payment: "paypay"}},
		`trouble "flood" is unknown`:          {Trouble: demoshop.Trouble{Kind: "flood"}},
		"need customers to belong to":         {Orders: 1},
		"neither can be negative":             {Customers: -1},
		"must end in .localhost":              {Hosts: map[string]http.Handler{"shop.example": nil}},
	} {
		if _, err := demoshop.Start(t.Context(), config); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	shop := open(t, demoshop.Config{})
	if _, err := demoshop.Start(t.Context(), demoshop.Config{Listen: shop.Addr()}); err == nil || !strings.Contains(err.Error(), "choose another port") {
		t.Errorf("a port in use: %v", err)
	}
}
