package verify

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/tillwatch/tillwatch/sensor/access/ledger"
)

const secret = "a secret that issuers show"

// office is the handler behind a real server.
type office struct {
	*httptest.Server
	t       *testing.T
	ledger  *ledger.Ledger
	hasher  ledger.Hasher
	dir     string
	trouble func() []string
}

func newOffice(t *testing.T, change func(*IssuedConfig)) *office {
	t.Helper()
	o := &office{t: t, dir: t.TempDir()}
	var err error
	o.ledger, _, err = ledger.Open(ledger.Config{Dir: o.dir}, time.Now().Unix())
	check(t, err)
	o.hasher, err = ledger.NewHasher(bytes.Repeat([]byte("k"), 32))
	check(t, err)
	var mu sync.Mutex
	var heard []string
	o.trouble = func() []string {
		mu.Lock()
		defer mu.Unlock()
		return heard
	}
	c := IssuedConfig{Ledger: o.ledger, Hasher: o.hasher, Secret: []byte(secret), Trouble: func(s string) {
		mu.Lock()
		defer mu.Unlock()
		heard = append(heard, s)
	}}
	if change != nil {
		change(&c)
	}
	h, err := NewIssued(c)
	check(t, err)
	o.Server = httptest.NewServer(h)
	t.Cleanup(func() {
		o.Close()
		_ = o.ledger.Close(time.Now().Unix())
	})
	return o
}

func (o *office) post(body string, header ...string) (int, string) {
	o.t.Helper()
	r, err := http.NewRequest(http.MethodPost, o.URL+IssuedPath, strings.NewReader(body))
	check(o.t, err)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	got, err := http.DefaultClient.Do(r)
	check(o.t, err)
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	check(o.t, err)
	return got.StatusCode, string(text)
}

func (o *office) knows(id, member string) bool {
	u := ledger.Use{Token: o.hasher.Token([]byte(id)).Fingerprint(), At: time.Now().Unix()}
	if member != "" {
		u.Member = o.hasher.Member([]byte(member)).Fingerprint()
	}
	return o.ledger.Ask(ledger.AskerConfig{}).Judge(u) == ledger.Issued
}

var bearer = []string{"Authorization", "Bearer " + secret}

func TestIssuedTokensAreOnDiskWhenItAnswers(t *testing.T) {
	t.Parallel()
	o := newOffice(t, nil)
	now := time.Now().Unix()
	line := func(id string) string {
		return fmt.Sprintf(`{"jti":%q,"sub":"17","kid":"K1","iat":%d,"exp":%d}`, id, now, now+3600)
	}
	if code, text := o.post(line("a")+"\n"+line("b"), bearer...); code != 200 || text != `{"recorded":2}`+"\n" {
		t.Fatal(code, text)
	}
	if code, text := o.post("["+line("a")+","+line("c")+"]", bearer...); code != 200 {
		t.Fatal(code, text)
	}
	for range 5 { // sent again
		o.post(line("a"), bearer...)
	}
	if n := o.ledger.Stats().Tokens; n != 3 {
		t.Errorf("%d tokens", n)
	}
	if code, _ := o.post("", bearer...); code != 200 {
		t.Errorf("a sign of life: %d", code)
	}
	if _, _, err := ledger.Open(ledger.Config{Dir: o.dir}, now); !errors.Is(err, ledger.ErrInUse) {
		t.Errorf("opened twice: %v", err)
	}
	// Nobody closes it: what is on disk is what was acknowledged.
	dir := t.TempDir()
	check(t, os.CopyFS(dir, os.DirFS(o.dir)))
	again, r, err := ledger.Open(ledger.Config{Dir: dir}, now)
	check(t, err)
	if r.Tokens != 3 {
		t.Errorf("on disk: %+v", r)
	}
	o.ledger, _ = again, o.ledger.Close(now)
	if !o.knows("a", "17") || !o.knows("c", "17") || o.knows("a", "18") || o.knows("d", "17") {
		t.Error("what is known")
	}
}

func TestKeycloakPostsItsEvents(t *testing.T) {
	t.Parallel()
	o := newOffice(t, nil)
	sub := "8a6c0f52-0c5a-4f3f-9d55-6f1a2b3c4d5e"
	event := func(id string) string {
		return fmt.Sprintf(`{"uid":"5c6b","time":%d,"realmId":"shop","organizationId":null,"type":"access.CODE_TO_TOKEN","representation":null,"operationType":null,"resourcePath":null,"resourceType":null,"error":null,`+
			`"authDetails":{"realmId":"shop","clientId":"web","userId":%q,"ipAddress":"192.0.2.1","username":"u","sessionId":"s"},"details":{"token_id":%q,"grant_type":"authorization_code","refresh_token_type":"Refresh","access_token_expiration_time":"300"}}`,
			time.Now().UnixMilli(), sub, id)
	}
	signed := func(body, key string) []string {
		mac := hmac.New(sha256.New, []byte(key))
		mac.Write([]byte(body))
		return []string{"Content-Type", "application/json", "X-Keycloak-Signature", hex(mac.Sum(nil))}
	}
	body := event("onrtac:1")
	if code, text := o.post(body, signed(body, secret)...); code != 200 || !o.knows("onrtac:1", sub) {
		t.Error(code, text)
	}
	body = event("onrtac:2")
	if code, _ := o.post(body, signed(body, "another secret of somebody's")...); code != 401 || o.knows("onrtac:2", sub) {
		t.Error("a wrong signature: ", code)
	}
	if code, _ := o.post(event("onrtac:3"), signed(body, secret)...); code != 401 {
		t.Error("the signature of another body: ", code)
	}
	if code, _ := o.post(event("onrtac:4"), bearer...); code != 200 || !o.knows("onrtac:4", sub) {
		t.Error("with a bearer token: ", code)
	}
	lookup := strings.Replace(event("forged"), "CODE_TO_TOKEN", "INTROSPECT_TOKEN", 1)
	if code, _ := o.post(lookup, bearer...); code != 200 || o.knows("forged", sub) {
		t.Error("a token that was only looked up is taken for issued")
	}
}

func hookCall(extra string) string {
	return `{"session":{"id_token":{"id_token_claims":{"jti":"","iss":"http://127.0.0.1:4444/","sub":"17","aud":["web"],"nonce":"","at_hash":"","acr":"0","amr":[],"c_hash":"","ext":{"mail":"m"}},` +
		`"headers":{"extra":{"kid":"e5"}},"username":"","subject":"17"},"extra":` + extra + `,"client_id":"web","consent_challenge":"c","exclude_not_before_claim":false,"allowed_top_level_claims":[]},` +
		`"request":{"client_id":"web","granted_scopes":["openid"],"granted_audience":[],"grant_types":["authorization_code"],"payload":{}}}`
}

func TestHydraGetsAnIDForItsToken(t *testing.T) {
	t.Parallel()
	o := newOffice(t, nil)
	code, text := o.post(hookCall(`{"role":"customer"}`), append(bearer, "Content-Type", "application/json; charset=UTF-8")...)
	var answer struct {
		Session struct {
			AccessToken map[string]any `json:"access_token"`
			IDToken     map[string]any `json:"id_token"`
		} `json:"session"`
	}
	check(t, json.Unmarshal([]byte(text), &answer))
	id, _ := answer.Session.AccessToken["audit_id"].(string)
	if code != 200 || len(id) < 20 || answer.Session.AccessToken["role"] != "customer" || answer.Session.IDToken["mail"] != "m" {
		t.Fatal(code, text)
	}
	// Hydra puts the claims of a session below "ext"; the gateway's handler finds the id there.
	g := newGate(t, func(c *Config) {
		c.Ledger, c.Hasher, c.IDs = o.ledger.Ask(ledger.AskerConfig{}), o.hasher, []string{"audit_id", "ext.audit_id"}
	})
	claims := map[string]any{"jti": "hydras-own", "sub": "17", "iat": g.now.Unix(), "exp": g.now.Unix() + 3600, "ext": answer.Session.AccessToken}
	if v := g.ask(sign(t, "es", jose.ES256, g.keys["es"], claims, nil)).Header().Get(HeaderVerdict); v != "issued" {
		t.Errorf("issued: %s", v)
	}
	claims["sub"] = "18"
	if v := g.ask(sign(t, "es", jose.ES256, g.keys["es"], claims, nil)).Header().Get(HeaderVerdict); v != "pending" {
		t.Errorf("with another's id: %s", v)
	}
}

func TestNobodyIsKeptFromLoggingInByADiskThatIsFull(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no /dev/full")
	}
	o := newOffice(t, nil)
	check(t, o.ledger.Close(time.Now().Unix()))
	if code, text := o.post(hookCall("null"), bearer...); code != 204 || text != "" {
		t.Error("Hydra is told ", code, text)
	}
	if code, _ := o.post(`{"jti":"a"}`, bearer...); code != 503 {
		t.Error("an issuer that can send again is told ", code)
	}
	if len(o.trouble()) == 0 || len(o.ledger.Gaps()) < 2 {
		t.Error("nobody is told, or there is no gap")
	}
}

func TestStrangersAreNotRead(t *testing.T) {
	t.Parallel()
	o := newOffice(t, nil)
	for name, header := range map[string][]string{
		"nothing": nil, "wrong": {"Authorization", "Bearer " + secret + "x"}, "empty": {"Authorization", "Bearer "}, "basic": {"Authorization", "Basic " + secret},
		"no hex": {"X-Keycloak-Signature", "zz"},
	} {
		if code, text := o.post(`{"jti":"a"}`, header...); code != 401 || strings.Contains(text, secret) {
			t.Errorf("%s: %d %s", name, code, text)
		}
	}
	// A flood: each announces a gigabyte and sends nothing; each is answered at once, and an issuer still gets through.
	var flood sync.WaitGroup
	for range 300 {
		flood.Go(func() {
			c, err := net.Dial("tcp", strings.TrimPrefix(o.URL, "http://"))
			if err != nil {
				return
			}
			defer c.Close()
			fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n", IssuedPath)
			answer, err := io.ReadAll(io.LimitReader(c, 12))
			if !errors.Is(err, nil) || string(answer) != "HTTP/1.1 401" {
				t.Errorf("%s %v", answer, err)
			}
		})
	}
	if code, text := o.post(`{"jti":"a","sub":"1"}`, bearer...); code != 200 || !o.knows("a", "1") {
		t.Error(code, text)
	}
	flood.Wait()
	if n := len(o.trouble()); n == 0 || n > 12 {
		t.Errorf("told %d times", n)
	}
}

func TestBadBodies(t *testing.T) {
	t.Parallel()
	o := newOffice(t, nil)
	for name, c := range map[string]struct {
		body string
		code int
	}{
		"long":      {strings.Repeat(" ", maxBody+1), 413},
		"half":      {`{"jti":"a"`, 400},
		"one wrong": {"{\"jti\":\"ok\"}\nrubbish", 400},
		"deep":      {strings.Repeat("[", 100_000), 400},
		"no id":     {`{"event":"issued","sub":"17"}`, 400},
	} {
		if code, text := o.post(c.body, bearer...); code != c.code || len(text) > 300 || strings.Contains(text, "rubbish") {
			t.Errorf("%s: %d %s", name, code, text)
		}
	}
	if o.knows("ok", "") {
		t.Error("half a batch was taken")
	}
	got, err := http.Get(o.URL + IssuedPath)
	check(t, err)
	got.Body.Close()
	if got.StatusCode != 405 {
		t.Error(got.Status)
	}
}

func TestTrusted(t *testing.T) {
	t.Parallel()
	o := newOffice(t, func(c *IssuedConfig) {
		c.Secret, c.Trusted = nil, func(r *http.Request) bool { return r.Header.Get("X-Test") == "socket" }
	})
	if code, _ := o.post(`{"jti":"a"}`, "X-Test", "socket"); code != 200 {
		t.Error(code)
	}
	for _, header := range [][]string{nil, {"Authorization", "Bearer "}, {"Authorization", "Bearer"}} {
		if code, _ := o.post(`{"jti":"b"}`, header...); code != 401 {
			t.Error("without a secret an empty one is good: ", code)
		}
	}
	if _, err := NewIssued(IssuedConfig{Ledger: o.ledger, Secret: []byte("short")}); err == nil {
		t.Error("a short secret")
	}
	if _, err := NewIssued(IssuedConfig{Ledger: o.ledger}); err == nil {
		t.Error("nobody may")
	}
}
