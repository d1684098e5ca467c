package demoshop_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch/demoshop"
)

// moduleShop takes cards in its PHP payment module.
func moduleShop(t *testing.T, face demoshop.Face) *demoshop.Shop {
	t.Helper()
	if _, err := exec.LookPath("php"); err != nil {
		t.Fatal("these tests need PHP: .ci/setup php")
	}
	return open(t, demoshop.Config{Face: face, Checkout: demoshop.Checkout{Payment: demoshop.ModulePage}})
}

var oldCard = []string{"card_no", "4111 1111 1111 1111", "card_month", "12", "card_year", "2031", "card_name", "H YAMADA", "security_code", "123"}

// orderInModule orders and pays on the module's page, and gives the last page.
func orderInModule(t *testing.T, shop *demoshop.Shop, fields ...string) (c *customer, body string) {
	t.Helper()
	c = visitor(t, shop)
	c.fillCart()
	c.get("/checkout")
	c.post("/checkout/place", join(person, delivery, []string{"payment", "card", "terms", "1"})...)
	if c.at != "/shopping/load_payment_module.php" {
		t.Fatalf("the order led to %s", c.at)
	}
	_, body = c.post(c.whole, fields...)
	return c, body
}

func TestPaymentModule(t *testing.T) {
	t.Parallel()
	shop := moduleShop(t, "")
	if n, _ := shop.PlacedOrders(t.Context()); n != 0 {
		t.Fatalf("%d orders to begin with", n)
	}
	c, body := orderInModule(t, shop, "card_no", "4111 1111 1111 1112", "card_month", "12", "card_year", "2031", "security_code", "123")
	if c.at != "/shopping/load_payment_module.php" || !strings.Contains(body, "カード情報をご確認ください") {
		t.Errorf("a card that cannot be led to %s", c.at)
	}
	if c, _ = orderInModule(t, shop, oldCard...); c.at != "/checkout/complete" {
		t.Errorf("payment led to %s", c.at)
	}
	if n, _ := shop.PlacedOrders(t.Context()); n != 1 {
		t.Errorf("%d orders are placed", n)
	}
	err := filepath.WalkDir(shop.State(), func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.Contains(filepath.Base(name), "received") { // the provider may know it
			return err
		}
		if b, err := os.ReadFile(name); err != nil || strings.Contains(string(b), "4111111111111111") {
			t.Errorf("%s holds the card, or cannot be read: %v", name, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// What a thief changes in the module runs at the next payment.
func TestPaymentModuleIsWhatItsFilesSay(t *testing.T) {
	t.Parallel()
	shop := moduleShop(t, "")
	file := filepath.Join(shop.Docroot(), "data", "module", "mdl_komorebi", "LC_Page_Mdl_Komorebi_Credit.php")
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const line = "public function lfDoCredit(array $arrForm)\n    {\n"
	changed := strings.Replace(string(b), line, line+"        file_put_contents(DATA_DIR . 'taken.txt', json_encode($arrForm), FILE_APPEND);\n", 1)
	if changed == string(b) {
		t.Fatal("the module has another form")
	}
	if err := os.WriteFile(file, []byte(changed), 0o644); err != nil {
		t.Fatal(err)
	}
	if c, _ := orderInModule(t, shop, oldCard...); c.at != "/checkout/complete" {
		t.Errorf("payment led to %s", c.at)
	}
	if taken, err := os.ReadFile(filepath.Join(shop.Docroot(), "data", "taken.txt")); err != nil || !strings.Contains(string(taken), "H YAMADA") {
		t.Errorf("nothing was taken: %v", err)
	}
}

func TestModuleWithoutPHP(t *testing.T) {
	_, err := demoshop.Start(t.Context(), demoshop.Config{State: t.TempDir(), PHP: "no-such-php", Checkout: demoshop.Checkout{Payment: demoshop.ModulePage}})
	if err == nil || !strings.Contains(err.Error(), "apt-get install php-cli") {
		t.Errorf("without PHP: %v", err)
	}
}

func TestFaceOfEccubeTwo(t *testing.T) {
	t.Parallel()
	shop := open(t, demoshop.Config{Face: demoshop.EccubeTwo})
	c := visitor(t, shop)
	status, body := c.get("/products/list.php")
	for _, mark := range []string{"<!-- #2342 次期メジャーバージョン(2.14)にてeccube.legacy.jsは削除予定 -->", "/js/eccube.legacy.js", `class="LC_Page_Products_List"`} {
		if status != http.StatusOK || !strings.Contains(body, mark) {
			t.Errorf("status %d; the page lacks %s", status, mark)
		}
	}
	if status, _ := c.get("/js/eccube.legacy.js"); status != http.StatusOK {
		t.Errorf("the legacy script: %d", status)
	}
	if status, _ := c.get("/data/class/SC_Initial.php"); status != http.StatusNotFound {
		t.Errorf("the data folder is open: %d", status)
	}
	cookies := c.client.Jar.Cookies(request(t, "GET", c.base+"/", "").URL)
	if len(cookies) == 0 || cookies[0].Name != "ECSESSID" {
		t.Errorf("cookies: %v", cookies)
	}
	if b, err := os.ReadFile(filepath.Join(shop.Docroot(), "data", "class", "SC_Initial.php")); err != nil || !strings.Contains(string(b), "2.13") {
		t.Errorf("no version inside: %v", err)
	}
	plain := visitor(t, open(t, demoshop.Config{}))
	if _, body := plain.get("/"); strings.Contains(strings.ToLower(body), "eccube") {
		t.Error("a shop without a face has one")
	}
}
