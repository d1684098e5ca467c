package app

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/tillwatch/tillwatch"
)

// counter is a verify endpoint that runs, and an issuer that has a key.
type counter struct {
	*Verify
	t     *testing.T
	dir   string
	key   *ecdsa.PrivateKey
	stop  func() error
	mu    sync.Mutex
	heard []tillwatch.Observation
}

func openCounter(t *testing.T, change func(*VerifyConfig, string)) *counter {
	t.Helper()
	c := &counter{t: t, dir: t.TempDir()}
	var err error
	c.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	text, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: c.key.Public(), KeyID: "K1", Algorithm: "ES256"}}})
	must(t, err)
	must(t, os.WriteFile(filepath.Join(c.dir, "jwks.json"), text, 0o600))
	must(t, os.WriteFile(filepath.Join(c.dir, "issued.secret"), []byte("a secret that issuers show\n"), 0o600))
	c.open(change)
	return c
}

func (c *counter) open(change func(*VerifyConfig, string)) {
	c.t.Helper()
	config := VerifyConfig{
		Listen: "127.0.0.1:0", Keys: filepath.Join(c.dir, "jwks.json"), IssuedTokenFile: filepath.Join(c.dir, "issued.secret"), StateDir: filepath.Join(c.dir, "state"),
		Env: func(name string) string {
			return map[string]string{"TILLWATCH_SITE_KEY_FILE": filepath.Join(c.dir, "site.key")}[name]
		},
		Report: func(o tillwatch.Observation) {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.heard = append(c.heard, o)
		},
	}
	if change != nil {
		change(&config, c.dir)
	}
	v, err := OpenVerify(c.t.Context(), config)
	must(c.t, err)
	c.Verify = v
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- v.Serve(ctx) }()
	var once sync.Once
	c.stop = func() (err error) {
		once.Do(func() {
			cancel()
			if err = <-ended; err == nil {
				err = v.Close()
			}
		})
		return err
	}
	c.t.Cleanup(func() { _ = c.stop() })
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (c *counter) token(id string) string {
	c.t.Helper()
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: c.key}, (&jose.SignerOptions{}).WithHeader("kid", "K1"))
	must(c.t, err)
	now := time.Now().Unix()
	jws, err := s.Sign(fmt.Appendf(nil, `{"jti":%q,"sub":"17","iat":%d,"exp":%d}`, id, now, now+3600))
	must(c.t, err)
	token, err := jws.CompactSerialize()
	must(c.t, err)
	return token
}

// ask asks as a gateway does, and gives the verdict.
func (c *counter) ask(path, token string) (int, string) {
	c.t.Helper()
	r, err := http.NewRequest(http.MethodGet, c.Addresses()[0]+path, nil)
	must(c.t, err)
	r.Header.Set("Authorization", "Bearer "+token)
	got, err := http.DefaultTransport.RoundTrip(r) // a redirect would be an answer
	must(c.t, err)
	got.Body.Close()
	return got.StatusCode, got.Header.Get("X-Audit-Verdict")
}

func (c *counter) post(client *http.Client, url, body string, secret string) int {
	c.t.Helper()
	r, err := http.NewRequest(http.MethodPost, url+"/v1/issued", strings.NewReader(body))
	must(c.t, err)
	if secret != "" {
		r.Header.Set("Authorization", "Bearer "+secret)
	}
	got, err := client.Do(r)
	must(c.t, err)
	got.Body.Close()
	return got.StatusCode
}

// until waits for something to become true.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	deadline := time.After(time.Minute)
	for !is() {
		select {
		case <-deadline:
			t.Fatal("not " + what)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func TestVerifyEndpoint(t *testing.T) {
	t.Parallel()
	c := openCounter(t, func(v *VerifyConfig, dir string) { v.Socket = filepath.Join(dir, "s") })
	if code := c.post(http.DefaultClient, c.Addresses()[0], `{"jti":"a","sub":"17"}`, "a secret that issuers show"); code != 200 {
		t.Fatal(code)
	}
	if code := c.post(http.DefaultClient, c.Addresses()[0], `{"jti":"b","sub":"17"}`, ""); code != 401 {
		t.Error("over TCP without the secret: ", code)
	}
	socket := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", filepath.Join(c.dir, "s"))
	}}}
	if code := c.post(socket, "http://issuer", `{"jti":"c","sub":"17"}`, ""); code != 200 {
		t.Error("over the socket: ", code)
	}
	for id, want := range map[string]string{"a": "issued", "c": "issued", "b": "pending"} {
		if code, verdict := c.ask("/v1/verify", c.token(id)); code != 200 || verdict != want {
			t.Errorf("%s: %d %s", id, code, verdict)
		}
	}
	for _, path := range []string{"/v1/verify/", "/v1/verify//a/../b", "/v1/verify/%2e%2e/x"} { // as Envoy asks
		if code, _ := c.ask(path, c.token("a")); code != 200 {
			t.Errorf("%s: %d", path, code)
		}
	}
	for _, path := range []string{"/", "/v1/verifyx", "/console"} {
		if code, _ := c.ask(path, ""); code != 404 {
			t.Errorf("%s: %d", path, code)
		}
	}
	got, err := http.Get(c.Addresses()[0] + "/v1/status")
	must(t, err)
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	must(t, err)
	if !strings.Contains(string(text), `"kid":"K1","covered":2`) || strings.Contains(string(text), `"17"`) {
		t.Errorf("%s", text)
	}

	must(t, c.stop())
	c.open(nil)
	if !strings.Contains(c.Restart(), "2 issued tokens are known") || !strings.Contains(c.Restart(), "not seen: what was issued between") {
		t.Errorf("%q", c.Restart())
	}
	if _, verdict := c.ask("/v1/verify", c.token("a")); verdict != "issued" {
		t.Errorf("after a restart: %s", verdict)
	}
	if _, err := OpenVerify(t.Context(), c.Verify.config); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("twice at once: %v", err)
	}
}

func TestVerifyFollowsTheIssuersLog(t *testing.T) {
	t.Parallel()
	c := openCounter(t, func(v *VerifyConfig, dir string) {
		v.IssuedTokenFile, v.IssuedLog = "", filepath.Join(dir, "issuer.log")
	})
	log, err := os.Create(filepath.Join(c.dir, "issuer.log"))
	must(t, err)
	defer log.Close()
	fmt.Fprintf(log, "2026-01-01 00:00:00,000 INFO  [org.keycloak.events] (x) type=\"CODE_TO_TOKEN\", userId=\"17\", token_id=\"old\"\n{\"jti\":\"a\",\"sub\":\"17\",\"iat\":%d}\n", time.Now().Unix())
	until(t, "read", func() bool { return c.Status().Tokens > 0 })
	if _, verdict := c.ask("/v1/verify", c.token("a")); verdict != "issued" {
		t.Errorf("%s", verdict)
	}
	if code := c.post(http.DefaultClient, c.Addresses()[0], `{}`, "a secret that issuers show"); code != 404 {
		t.Error("nobody may post here: ", code)
	}
	must(t, c.stop())
	fmt.Fprintf(log, "{\"jti\":\"b\",\"sub\":\"17\",\"iat\":%d}\n", time.Now().Unix())
	c.open(func(v *VerifyConfig, dir string) {
		v.IssuedTokenFile, v.IssuedLog = "", filepath.Join(dir, "issuer.log")
	})
	until(t, "read on", func() bool { return c.Status().Tokens > 1 })
	if strings.Contains(c.Restart(), "not seen") || len(c.Status().Gaps) != 1 {
		t.Errorf("a log that is read on has no gap: %q %+v", c.Restart(), c.Status().Gaps)
	}
}

func TestVerifyKnowsTheRegister(t *testing.T) {
	t.Parallel()
	c := openCounter(t, nil)
	keys, err := OpenKeys(t.Context(), filepath.Join(c.dir, "state"), c.Verify.config.Env)
	must(t, err)
	_, err = keys.Decoy(t.Context(), DecoyPlan{Kind: "signing", Place: "ci:deploy"}, time.Now())
	must(t, err)
	must(t, keys.Close())
	must(t, c.refresh(t.Context()))
	found := false
	for _, s := range *c.register.byKid.Load() {
		found = found || s.Decoy == "ci:deploy"
	}
	if !found {
		t.Error("the decoy is not known")
	}
}

func TestVerifySaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	short := filepath.Join(dir, "short")
	must(t, os.WriteFile(short, []byte("short"), 0o600))
	jwks := filepath.Join(dir, "jwks.json")
	must(t, os.WriteFile(jwks, []byte(`{"keys":[{"kty":"oct","kid":"h","k":"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"}]}`), 0o600))
	env := func(string) string { return filepath.Join(dir, "site.key") }
	for name, c := range map[string]VerifyConfig{
		"no keys":      {Listen: "127.0.0.1:0", Keys: filepath.Join(dir, "none"), StateDir: dir, Env: env},
		"short secret": {Listen: "127.0.0.1:0", Keys: jwks, StateDir: dir, IssuedTokenFile: short, Env: env},
		"no secret":    {Listen: "127.0.0.1:0", Keys: jwks, StateDir: dir, IssuedTokenFile: filepath.Join(dir, "none"), Env: env},
		"no address":   {Keys: jwks, StateDir: dir, Env: env},
		"bad address":  {Listen: "256.0.0.1:x", Keys: jwks, StateDir: dir, Env: env, IssuedLog: "x"},
	} {
		c.Report = func(tillwatch.Observation) {}
		_, err := OpenVerify(t.Context(), c)
		if wrong := (*UsageError)(nil); err == nil || !errors.As(err, &wrong) || wrong.Hint == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRecipes(t *testing.T) {
	t.Parallel()
	if all := strings.Join(Recipes(), " "); all != "apache caddy envoy hydra keycloak nginx traefik" {
		t.Error(all)
	}
	for _, name := range Recipes() {
		text, err := LogRecipe(strings.ToUpper(name))
		if err != nil || len(text) < 200 || strings.Contains(text, "$http_authorization") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := LogRecipe("ngnix"); err == nil {
		t.Error("ngnix")
	}
}

// TestIssuersAreAnsweredThoughNothingCanBeReported has a store that takes nothing, as on a full disk.
func TestIssuersAreAnsweredThoughNothingCanBeReported(t *testing.T) {
	t.Parallel()
	full := make(chan struct{})
	c := openCounter(t, func(v *VerifyConfig, _ string) {
		v.Report = func(tillwatch.Observation) { <-full }
	})
	t.Cleanup(func() { close(full) })
	url := c.Addresses()[0]
	for range 5 {
		if got := c.post(http.DefaultClient, url, `{"jti":"a"}`, "not the secret at all"); got != http.StatusUnauthorized {
			t.Fatalf("a stranger: %d", got)
		}
		if got := c.post(http.DefaultClient, url, `{"jti":"a","sub":"7"}`, "a secret that issuers show"); got != http.StatusOK {
			t.Fatalf("an issuer: %d", got)
		}
	}
	if status, verdict := c.ask("/v1/verify", strings.Repeat("a", 200_000)); status != http.StatusOK || verdict != "invalid" {
		t.Errorf("a very long token: %d %s", status, verdict)
	}
	if status, verdict := c.ask("/v1/verify", c.token("a")); status != http.StatusOK || verdict == "" {
		t.Errorf("afterwards: %d %s", status, verdict)
	}
}
