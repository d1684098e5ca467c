package demoshop_test

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/tillwatch/tillwatch/demoshop"
)

// signIn gets a token from the log-in API.
func signIn(t *testing.T, shop *demoshop.Shop, member int) string {
	t.Helper()
	body, _ := json.Marshal(map[string]string{"email": seededEmail(t, shop, member), "password": shop.SeededPassword(int64(member))})
	r := request(t, "POST", shop.URL("shop.localhost")+"api/login", string(body))
	r.Header.Set("Content-Type", "application/json")
	response, answer := fetch(t, shop.Client(), r)
	var got struct {
		Token string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(answer), &got); err != nil || response.StatusCode != http.StatusOK || got.Token == "" {
		t.Fatalf("log-in: %d %s", response.StatusCode, answer)
	}
	return got.Token
}

func withToken(t *testing.T, shop *demoshop.Shop, token, path string) (int, string) {
	t.Helper()
	r := request(t, "GET", shop.URL("shop.localhost")+strings.TrimPrefix(path, "/"), "")
	r.Header.Set("Authorization", "Bearer "+token)
	response, body := fetch(t, shop.Client(), r)
	return response.StatusCode, body
}

// lines reads a log of JSON lines.
func lines(t *testing.T, shop *demoshop.Shop, name string) []map[string]any {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(shop.State(), "log", name))
	if err != nil {
		t.Fatal(err)
	}
	var all []map[string]any
	for s := bufio.NewScanner(bytes.NewReader(b)); s.Scan(); {
		line := map[string]any{}
		if err := json.Unmarshal(s.Bytes(), &line); err != nil {
			t.Fatalf("%s: %v: %s", name, err, s.Text())
		}
		all = append(all, line)
	}
	return all
}

func TestTokenIsIssuedLoggedAndUsed(t *testing.T) {
	t.Parallel()
	shop := open(t, demoshop.Config{Seed: 2, Customers: 30, Orders: 30})
	token := signIn(t, shop, 11)

	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil || parsed.Headers[0].KeyID != shop.KeyID() {
		t.Fatalf("token: %v", err)
	}
	_, keys := fetch(t, shop.Client(), request(t, "GET", shop.URL("shop.localhost")+".well-known/jwks.json", ""))
	var set jose.JSONWebKeySet
	var claims jwt.Claims
	if err := json.Unmarshal([]byte(keys), &set); err != nil {
		t.Fatal(err)
	}
	if err := parsed.Claims(set.Key(shop.KeyID())[0], &claims); err != nil || claims.Subject != "11" || claims.ID == "" || time.Until(claims.Expiry.Time()) > time.Hour {
		t.Errorf("claims %+v, %v", claims, err)
	}
	for _, path := range []string{"/api/me", "/api/me/addresses", "/api/me/orders", "/member/addresses"} {
		if status, body := withToken(t, shop, token, path); status != http.StatusOK || len(body) < 3 {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	if status, _ := withToken(t, shop, token[:len(token)-4]+"AAAA", "/api/me"); status != http.StatusUnauthorized {
		t.Errorf("a token with another signature: %d", status)
	}

	issued := lines(t, shop, "issuer.json.log")
	eventually(t, func() bool { return len(lines(t, shop, "access.json.log")) >= 7 })
	var used map[string]any
	for _, line := range lines(t, shop, "access.json.log") {
		if line["route"] == "GET /api/me/addresses" {
			used = line
		}
	}
	if len(issued) != 1 || issued[0]["jti"] != used["jti"] || issued[0]["sub"] != used["sub"] || issued[0]["sid"] != used["sid"] || used["kid"] != shop.KeyID() {
		t.Errorf("issued %v\nused %v", issued, used)
	}
	if issued[0]["jti"] == claims.ID || issued[0]["sub"] == "11" {
		t.Error("the logs name token and subject in clear")
	}
	if records, _ := used["records"].(float64); records < 1 {
		t.Errorf("records %v", used["records"])
	}
	if login := lines(t, shop, "login.json.log"); len(login) != 1 || login[0]["success"] != true || login[0]["sub"] != used["sub"] {
		t.Errorf("log-in log %v", login)
	}
}

func TestStolenKeyMakesGoodTokens(t *testing.T) {
	t.Parallel()
	shop := open(t, demoshop.Config{Customers: 3, PlainTokenIDs: true, Holes: demoshop.Holes{KeyFile: true}})
	text, err := os.ReadFile(shop.SigningKeyFile())
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	stolen, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: stolen.(*ecdsa.PrivateKey), KeyID: shop.KeyID()}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	forge := func(subject string) string {
		token, err := jwt.Signed(signer).Claims(jwt.Claims{Issuer: "https://login.shop.localhost", Subject: subject, ID: "never issued", Expiry: jwt.NewNumericDate(time.Now().Add(time.Hour))}).Serialize()
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	for subject, want := range map[string]int{"2": http.StatusOK, "4000000": http.StatusNotFound, "nobody": http.StatusUnauthorized} {
		if status, _ := withToken(t, shop, forge(subject), "/api/me"); status != want {
			t.Errorf("a forged token for member %s: %d, want %d", subject, status, want)
		}
	}
	if issued := lines(t, shop, "issuer.json.log"); len(issued) != 0 {
		t.Errorf("the issuer's log knows of %v", issued)
	}
	eventually(t, func() bool {
		for _, line := range lines(t, shop, "access.json.log") {
			if line["jti"] == "never issued" && line["sub"] == "4000000" {
				return true
			}
		}
		return false
	})
	if closed := open(t, demoshop.Config{}); closed.SigningKeyFile() != "" {
		t.Error("the key lies about without the hole")
	}
}

func TestExpiredTokenOfALoggedInMemberIsRenewed(t *testing.T) {
	t.Parallel()
	shop := open(t, demoshop.Config{Customers: 1, TokenLife: -2 * time.Minute}) // past the leeway for skewed clocks
	c := visitor(t, shop)
	c.get("/login")
	if c.post("/login", "email", seededEmail(t, shop, 1), "password", shop.SeededPassword(1)); c.at != "/member" {
		t.Fatalf("log-in led to %s", c.at)
	}
	issued := lines(t, shop, "issuer.json.log")
	if len(issued) != 2 || issued[0]["event"] != "issue" || issued[1]["event"] != "refresh" || issued[0]["sid"] != issued[1]["sid"] {
		t.Errorf("issued %v", issued)
	}
	c.post("/logout")
	if c.get("/member"); c.at != "/login" {
		t.Errorf("after logging out, /member led to %s", c.at)
	}
}

func TestRegisterAndKeepAnAddressBook(t *testing.T) {
	t.Parallel()
	shop := open(t, demoshop.Config{})
	c := visitor(t, shop)
	c.get("/register")
	if _, body := c.post("/register", join(person, []string{"password", "short"})...); !strings.Contains(body, "8文字以上で") {
		t.Error("a short password was accepted")
	}
	account := join(person, []string{"password", "correct horse", "terms", "1"})
	if c.post("/register", account...); c.at != "/member" {
		t.Fatalf("registration led to %s", c.at)
	}
	c.get("/member/addresses/new")
	c.post("/member/addresses/new", join(person, []string{"label", "実家", "door_code", "#4711"})...)
	_, list := c.get("/member/addresses")
	if strings.Contains(list, "#4711") || !strings.Contains(list, "•••••") || !strings.Contains(list, "実家") {
		t.Error("the list shows the door code, or not the address")
	}
	if _, body := c.get("/member/addresses/2"); !strings.Contains(body, "#4711") {
		t.Error("the edit page does not show the door code")
	}
	other := visitor(t, shop)
	other.get("/register")
	if _, body := other.post("/register", account...); !strings.Contains(body, "登録済み") {
		t.Error("an e-mail address was registered twice")
	}
	other.post("/register", join(account, []string{"email", "taro@example.jp"})...)
	if status, _ := other.get("/member/addresses/2"); status != http.StatusNotFound {
		t.Errorf("another member's address: %d", status)
	}
	if c.fillCart(); true {
		if _, body := c.get("/checkout"); !strings.Contains(body, `value="hanako@example.jp"`) {
			t.Error("the checkout does not know the member")
		}
	}
	c.get("/login")
	if status, _ := c.post("/login", "email", "hanako@example.jp", "password", "wrong"); status != http.StatusUnauthorized {
		t.Errorf("a wrong password: %d", status)
	}
}
