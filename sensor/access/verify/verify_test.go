package verify

import (
	"bytes"
	"compress/flate"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/access/ledger"
)

// gate is a handler with an issuer whose keys lie in a file.
type gate struct {
	*Handler
	t      *testing.T
	file   string
	keys   map[string]any
	algs   map[string]jose.SignatureAlgorithm
	now    time.Time
	ledger *ledger.Asker
	hasher ledger.Hasher
	n      int

	mu    sync.Mutex
	heard []tillwatch.Observation
}

var rsaKey = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

func newGate(t testing.TB, change func(*Config)) *gate {
	t.Helper()
	g := &gate{
		file: filepath.Join(t.TempDir(), "jwks.json"), now: time.Unix(1_780_000_000, 0), keys: map[string]any{},
		algs: map[string]jose.SignatureAlgorithm{}, ledger: ledger.New(ledger.Config{}).Ask(ledger.AskerConfig{ArmAfter: 500}),
	}
	g.t, _ = t.(*testing.T)
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	check(t, err)
	g.key("es", jose.ES256, ec)
	g.key("rs", jose.RS256, rsaKey())
	g.key("ed", jose.EdDSA, ed)
	g.key("hs", jose.HS256, []byte("0123456789abcdef0123456789abcdef"))
	g.write(t)
	g.hasher, err = ledger.NewHasher(bytes.Repeat([]byte("k"), 32))
	check(t, err)
	set, err := OpenKeySet(g.file)
	check(t, err)
	c := Config{Keys: set, Ledger: g.ledger, Hasher: g.hasher, Now: func() time.Time { return g.now }, Report: func(o tillwatch.Observation) {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.heard = append(g.heard, o)
	}}
	if change != nil {
		change(&c)
	}
	g.Handler, err = New(c)
	check(t, err)
	g.ledger.Heard(g.now.Unix() - 2*86400)
	return g
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (g *gate) key(id string, alg jose.SignatureAlgorithm, key any) {
	g.keys[id], g.algs[id] = key, alg
}

// write writes the public halves.
func (g *gate) write(t testing.TB) {
	t.Helper()
	var set jose.JSONWebKeySet
	for id, key := range g.keys {
		k := jose.JSONWebKey{Key: key, KeyID: id, Algorithm: string(g.algs[id]), Use: "sig"}
		if signer, ok := key.(crypto.Signer); ok {
			k.Key = signer.Public()
		}
		set.Keys = append(set.Keys, k)
	}
	text, err := json.Marshal(set)
	check(t, err)
	check(t, os.WriteFile(g.file, text, 0o600))
}

func sign(t testing.TB, kid string, alg jose.SignatureAlgorithm, key any, claims map[string]any, header map[jose.HeaderKey]any) string {
	t.Helper()
	o := &jose.SignerOptions{ExtraHeaders: header}
	if kid != "" {
		o = o.WithHeader("kid", kid)
	}
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, o)
	check(t, err)
	text, err := json.Marshal(claims)
	check(t, err)
	jws, err := s.Sign(text)
	check(t, err)
	token, err := jws.CompactSerialize()
	check(t, err)
	return token
}

// token makes one that nobody has recorded; the claims given go before the usual ones.
func (g *gate) token(kid string, more map[string]any) string {
	g.t.Helper()
	g.n++
	claims := map[string]any{"jti": fmt.Sprint("t", g.n), "sub": fmt.Sprint(1000 + g.n), "iat": g.now.Unix(), "exp": g.now.Unix() + 3600}
	for k, v := range more {
		claims[k] = v
	}
	return sign(g.t, kid, g.algs[kid], g.keys[kid], claims, nil)
}

func (g *gate) record(token string) {
	g.t.Helper()
	h, err := readHeader(token)
	check(g.t, err)
	text, v, err := g.config.Keys.current.Load().check(token, h)
	check(g.t, err)
	c, _ := readClaims(text, []string{"jti"}, []string{"sub"})
	check(g.t, g.ledger.Record(g.now.Unix(), ledger.Entry{
		Token: g.hasher.Token([]byte(c.id)).Fingerprint(), Member: g.hasher.Member([]byte(c.member)).Fingerprint(), Kid: v.id, Issued: c.issued, Expires: c.expires,
	}))
}

// arm lets as many honest tokens through as arm a key id.
func (g *gate) arm(kid string) {
	g.t.Helper()
	for range 500 {
		token := g.token(kid, nil)
		g.record(token)
		if got := g.ask(token); got.Header().Get(HeaderVerdict) != "issued" {
			g.t.Fatal(got.Header())
		}
	}
}

func (g *gate) ask(token string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, Path, nil)
	r.Header.Set("X-Original-URI", "/api/members/1017/address?key=secret-value")
	r.Header.Set("X-Real-IP", "192.0.2.9")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	g.ServeHTTP(w, r)
	return w
}

// signs gives what was reported since, with the rules alone as text.
func (g *gate) reports() (rules string, signs []tillwatch.Sign, gaps []tillwatch.Gap) {
	g.Tick()
	g.mu.Lock()
	defer g.mu.Unlock()
	var names []string
	for _, o := range g.heard {
		switch o := o.(type) {
		case tillwatch.Sign:
			names = append(names, o.Rule)
			signs = append(signs, o)
		case tillwatch.Gap:
			gaps = append(gaps, o)
		}
	}
	g.heard = nil
	return strings.Join(names, " "), signs, gaps
}

func TestEveryKindOfSignature(t *testing.T) {
	t.Parallel()
	g := newGate(t, nil)
	for kid := range g.keys {
		token := g.token(kid, nil)
		g.record(token)
		for range 2 { // verified, and from the cache
			got := g.ask(token)
			if got.Code != 200 || got.Header().Get(HeaderVerdict) != "issued" || got.Header().Get(HeaderKid) != kid ||
				len(got.Header().Get(HeaderToken)) != 35 || len(got.Header().Get(HeaderMember)) != 35 || got.Body.Len() != 0 {
				t.Errorf("%s: %d %v", kid, got.Code, got.Header())
			}
		}
		broken := token[:len(token)-8] + "AAAAAAAA"
		if got := g.ask(broken); got.Code != 200 || got.Header().Get(HeaderVerdict) != "invalid" || got.Header().Get(HeaderToken) != "" {
			t.Errorf("%s, broken: %d %v", kid, got.Code, got.Header())
		}
	}
	nameless := sign(t, "", jose.EdDSA, g.keys["ed"], map[string]any{"jti": "x", "exp": g.now.Unix() + 60}, nil)
	if got := g.ask(nameless); got.Header().Get(HeaderVerdict) != "pending" {
		t.Errorf("without a key id: %v", got.Header())
	}
	if got := g.ask(""); got.Code != 200 || got.Header().Get(HeaderVerdict) != "none" {
		t.Errorf("no token: %v", got.Header())
	}
}

func TestAForgedTokenIsToldAndNotRefused(t *testing.T) {
	t.Parallel()
	g := newGate(t, func(c *Config) {
		c.Exposed = func(route string) []string {
			if route == "/api/members/{}/address" {
				return []string{"address", "name"}
			}
			return nil
		}
	})
	g.arm("es")
	forged := g.token("es", map[string]any{"sub": "4711"})
	if got := g.ask(forged); got.Code != 200 || got.Header().Get(HeaderVerdict) != "pending" {
		t.Fatalf("%d %v", got.Code, got.Header())
	}
	if rules, _, _ := g.reports(); rules != "" {
		t.Fatalf("at once: %s", rules)
	}
	g.now = g.now.Add(61 * time.Second)
	g.ledger.Heard(g.now.Unix())
	rules, signs, _ := g.reports()
	if rules != "access/token-unissued" || signs[0].Certainty != tillwatch.Certain || signs[0].Severity != tillwatch.Critical ||
		signs[0].Place != "key id es" || fmt.Sprint(signs[0].Data) != "[address name]" {
		t.Fatalf("%s %+v", rules, signs)
	}
	if all := fmt.Sprintf("%+v", signs); strings.Contains(all, "4711") || strings.Contains(all, "secret-value") || strings.Contains(all, "1017") {
		t.Errorf("the sign holds a customer: %s", all)
	}
	if got := g.ask(forged); got.Code != 200 || got.Header().Get(HeaderVerdict) != "unissued" {
		t.Errorf("afterwards: %d %v", got.Code, got.Header())
	}
}

func TestRefusingWhereItIsTold(t *testing.T) {
	t.Parallel()
	g := newGate(t, func(c *Config) { c.Deny = []string{"/api/members/*"} })
	g.arm("es")
	forged, honest := g.token("es", nil), g.token("es", nil)
	g.record(honest)
	if got := g.ask(forged); got.Code != 200 {
		t.Errorf("within the grace: %d", got.Code)
	}
	g.now = g.now.Add(61 * time.Second)
	g.ledger.Heard(g.now.Unix())
	g.Tick()
	for uri, want := range map[string]int{
		"/api/members/17/address": 403, "/API//members/../members/17": 403, "/api/%6dembers/17": 403, "/api/members/17;a=b": 403, "/products": 200, "/api/membership": 200,
	} {
		if got := g.ask(forged, "X-Original-URI", uri); got.Code != want {
			t.Errorf("%s: %d, want %d", uri, got.Code, want)
		}
	}
	if got := g.ask(honest); got.Code != 200 {
		t.Errorf("an honest token: %d", got.Code)
	}
	if got := g.ask(""); got.Code != 200 {
		t.Errorf("no token is the shop's own business: %d", got.Code)
	}
	if got := g.ask("garbage"); got.Code != 401 {
		t.Errorf("garbage: %d", got.Code)
	}
	strict := newGate(t, func(c *Config) { c.Deny, c.DenyPending = []string{"/*"}, true })
	if got := strict.ask(strict.token("es", nil)); got.Code != 403 {
		t.Errorf("pending: %d", got.Code)
	}
}

func TestEachGatewaySaysWhatWasAskedForInItsOwnWay(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		url    string
		header []string
		want   string
	}{
		"nginx":             {Path, []string{"X-Original-URI", "/orders/17?x"}, "/orders/{}"},
		"Traefik and Caddy": {Path, []string{"X-Forwarded-Uri", "/orders/17"}, "/orders/{}"},
		"Envoy":             {Path + "/orders/17", nil, "/orders/{}"},
		"names":             {Path, []string{"X-Original-URI", "/v2/user/hanako@example.com/3f0c2f0e-7a1e-4d66/list.php"}, "/v2/user/{}/{}/list.php"},
		"escapes":           {Path, []string{"X-Original-URI", "/a/%e5%b1%b1/\"><script>"}, "/a/{}/{}"},
	} {
		r := httptest.NewRequest(http.MethodGet, c.url, nil)
		for i := 0; i < len(c.header); i += 2 {
			r.Header.Set(c.header[i], c.header[i+1])
		}
		if got := routeOf(r); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestTokensThatAreMadeToDoHarm(t *testing.T) {
	t.Parallel()
	g := newGate(t, nil)
	b64 := base64.RawURLEncoding.EncodeToString
	var zipped bytes.Buffer
	z, _ := flate.NewWriter(&zipped, 9)
	_, _ = z.Write(make([]byte, 8<<20))
	_ = z.Close()
	good := strings.SplitN(g.token("es", nil), ".", 3)
	rest := good[1] + "." + good[2]
	// the public key of RS256 as the secret of HS256
	confused := sign(t, "rs", jose.HS256, rsaKey().N.Bytes(), map[string]any{"jti": "x"}, nil)
	for name, c := range map[string]struct {
		token string
		told  bool
	}{
		"none":            {b64([]byte(`{"alg":"none"}`)) + "." + good[1] + ".", true},
		"none, signed":    {b64([]byte(`{"alg":"NonE","kid":"es"}`)) + "." + rest, true},
		"no signature":    {good[0] + "." + good[1] + ".", true},
		"a megabyte":      {strings.Repeat("A", 1<<20) + "." + rest, true},
		"a long header":   {b64([]byte(`{"alg":"ES256","kid":"es","x":"`+strings.Repeat("x", 5000)+`"}`)) + "." + rest, true},
		"nested":          {b64([]byte(`{"alg":"ES256","kid":"es","cty":"JWT"}`)) + "." + rest, true},
		"encrypted":       {b64([]byte(`{"alg":"dir","enc":"A128GCM","zip":"DEF"}`)) + "...a.b", true},
		"packed":          {b64([]byte(`{"alg":"ES256","kid":"es","zip":"DEF"}`)) + "." + b64(zipped.Bytes()) + "." + good[2], true},
		"own key":         {b64([]byte(`{"alg":"ES256","jwk":{"kty":"EC"}}`)) + "." + rest, true},
		"key elsewhere":   {b64([]byte(`{"alg":"ES256","kid":"es","jku":"https://evil.example/"}`)) + "." + rest, true},
		"extension":       {b64([]byte(`{"alg":"ES256","kid":"es","crit":["b64"],"b64":false}`)) + "." + rest, true},
		"kid as path":     {b64([]byte(`{"alg":"HS256","kid":"../../../../dev/null"}`)) + "." + rest, true},
		"kid as command":  {b64([]byte(`{"alg":"HS256","kid":"a'; cat /etc/passwd|"}`)) + "." + rest, true},
		"other algorithm": {confused, true},
		"two algs":        {b64([]byte(`{"alg":"ES256","kid":"es","alg":"none"}`)) + "." + rest, false},
		"deep":            {b64([]byte(`{"alg":"ES256","kid":"es","x":`+strings.Repeat("[", 3000))) + "." + rest, false},
		"opaque":          {"ory_at_Zm9v.YmFy", false},
		"dots":            {strings.Repeat(".", 10_000), false},
		"not base64":      {"###." + rest, false},
	} {
		got := g.ask(c.token)
		if got.Code != 200 || got.Header().Get(HeaderVerdict) != "invalid" {
			t.Errorf("%s: %d %v", name, got.Code, got.Header())
		}
		rules, signs, _ := g.reports()
		if (rules == "access/token-malformed") != c.told && !(c.told && rules == "") {
			t.Errorf("%s: reported %q", name, rules)
		}
		for _, s := range signs {
			if s.Severity > tillwatch.Low || len(s.Summary) > 300 {
				t.Errorf("%s: %+v", name, s)
			}
		}
	}
	if n := g.cache.len(); n != 0 {
		t.Errorf("%d bad tokens are remembered", n)
	}
	if got := g.ask(g.token("es", map[string]any{"exp": g.now.Unix() - 120})); got.Header().Get(HeaderVerdict) != "expired" {
		t.Errorf("expired: %v", got.Header())
	}
	if rules, _, _ := g.reports(); rules != "" {
		t.Errorf("an expired token is nothing to tell: %s", rules)
	}
}

// register knows one decoy and one retired key.
type register map[string]Standing

func (r register) Standing(kid string) Standing { return r[kid] }

type members map[string]bool

func (m members) Exists(member string) (bool, bool) { return m[member], member != "unknown" }

func TestKeysThatNobodyShouldUse(t *testing.T) {
	t.Parallel()
	reg := register{
		"ed":  {Key: "bait-ci", Decoy: "ci:deploy"},
		"hs":  {Key: "old-signer", Retired: true, Data: []string{"address"}},
		"out": {Key: "bait-laptop", Decoy: "laptop of the agency"},
	}
	g := newGate(t, func(c *Config) { c.Register = reg; c.Deny = []string{"/*"} })
	for name, c := range map[string]struct {
		token     string
		rule      string
		certainty tillwatch.Certainty
		severity  tillwatch.Severity
		code      int
	}{
		"decoy":         {g.token("ed", nil), "access/key-decoy", tillwatch.Certain, tillwatch.Critical, 403},
		"retired":       {g.token("hs", nil), "access/key-retired", tillwatch.Certain, tillwatch.Critical, 403},
		"decoy by name": {sign(t, "out", jose.HS256, []byte("another secret of 32 bytes or so"), map[string]any{}, nil), "access/key-decoy", tillwatch.Likely, tillwatch.Critical, 401},
		"nobody's":      {sign(t, "nowhere", jose.HS256, []byte("another secret of 32 bytes or so"), map[string]any{}, nil), "access/key-retired", tillwatch.Possible, tillwatch.Low, 401},
	} {
		got := g.ask(c.token)
		rules, signs, _ := g.reports()
		if rules != c.rule || got.Code != c.code || signs[0].Certainty != c.certainty || signs[0].Severity != c.severity {
			t.Errorf("%s: %d %s %+v", name, got.Code, rules, signs)
		}
	}
	for range 7 {
		g.ask(g.token("hs", nil))
	}
	if rules, signs, _ := g.reports(); strings.Count(rules, "key-retired") != 3 || signs[2].Count != 8 { // 2, 4, 8
		t.Errorf("%s", rules)
	}
}

func TestMembersWhoDoNotExist(t *testing.T) {
	t.Parallel()
	g := newGate(t, func(c *Config) { c.Members = members{"17": true} })
	for member, want := range map[string]string{"17": "", "unknown": "", "99": "access/member-unknown"} {
		token := g.token("es", map[string]any{"sub": member})
		g.record(token)
		g.ask(token)
		if rules, _, _ := g.reports(); rules != want {
			t.Errorf("%s: %q", member, rules)
		}
	}
}

func TestKeysAreRotated(t *testing.T) {
	t.Parallel()
	g := newGate(t, nil)
	g.arm("es")
	old := g.token("es", nil)
	g.record(old)
	oldKey := g.keys["es"]
	delete(g.keys, "es")
	next, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	g.key("es2", jose.ES256, next)
	g.write(t)
	g.Tick()
	if ids := fmt.Sprint(g.config.Keys.IDs()); ids != "[ed es2 hs rs]" {
		t.Error(ids)
	}
	if got := g.ask(g.token("es2", nil)); got.Header().Get(HeaderVerdict) != "pending" {
		t.Errorf("the new key: %v", got.Header())
	}
	if got := g.ask(old); got.Header().Get(HeaderVerdict) != "issued" {
		t.Errorf("a token from before: %v", got.Header())
	}
	g.now = g.now.Add(10 * time.Minute)
	g.keys["es"] = oldKey // in the hands of whoever left
	late := g.token("es", nil)
	if got := g.ask(late); got.Header().Get(HeaderVerdict) != "retired" {
		t.Errorf("made after the key was withdrawn: %v", got.Header())
	}
	if rules, _, _ := g.reports(); rules != "access/key-retired" {
		t.Errorf("%s", rules)
	}

	check(t, os.WriteFile(g.file, []byte(`{"keys":[{"kty":"oct"`), 0o600))
	if _, _, gaps := g.reports(); len(gaps) != 1 || !strings.Contains(gaps[0].Why, "the old one is used") {
		t.Errorf("%+v", gaps)
	}
	if got := g.ask(g.token("es2", nil)); got.Header().Get(HeaderVerdict) != "pending" {
		t.Errorf("with a broken file: %v", got.Header())
	}
}

func TestTheCacheIsBounded(t *testing.T) {
	t.Parallel()
	c := newCache(128)
	for i := range 10_000 {
		c.put([16]byte{byte(i), byte(i >> 8), byte(i >> 16)}, &seen{kid: fmt.Sprint(i)})
		c.get([16]byte{0, 0})
	}
	if n := c.len(); n > 128 {
		t.Errorf("%d", n)
	}
	if c.get([16]byte{0, 0}) == nil {
		t.Error("what is asked for again and again is forgotten")
	}
}

func TestKeySetsThatAreWrong(t *testing.T) {
	t.Parallel()
	for _, text := range []string{``, `[]`, `{}`, `{"keys":[]}`, `{"keys":[{"kty":"OKP","crv":"X25519","x":"AAAA"}]}`, strings.Repeat(" ", maxKeyFile+1), `{"keys":[{"kty":"oct","k":"c2hvcnQ"}]}`} {
		file := filepath.Join(t.TempDir(), "k")
		check(t, os.WriteFile(file, []byte(text), 0o600))
		if _, err := OpenKeySet(file); err == nil || len(err.Error()) > 400 {
			t.Errorf("%.40q: %v", text, err)
		}
	}
}

func TestMatches(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, path string
		want          bool
	}{
		{"/a", "/a", true},
		{"/a", "/ab", false},
		{"/a*", "/ab", true},
		{"/a/*/c", "/a/b/c", true},
		{"/a/*/c", "/a/c", false},
		{"*", "/x", true},
		{"/a*b*c", "/aXbYc", true},
		{"/a*b*c", "/aXcYb", false},
		{"", "/", false},
	} {
		if matches(c.pattern, c.path) != c.want {
			t.Errorf("%s %s", c.pattern, c.path)
		}
	}
}

func FuzzToken(f *testing.F) {
	g := newGate(f, func(c *Config) { c.Deny = []string{"/*"} })
	f.Add("eyJhbGciOiJub25lIn0.e30.", "/a")
	f.Add("eyJhbGciOiJFUzI1NiIsImtpZCI6ImVzIn0.e30.AAAA", "/%zz/../x")
	f.Add(strings.Repeat("eyJ.", 4), "")
	f.Fuzz(func(t *testing.T, token, uri string) {
		got := g.ask(token, "X-Original-URI", uri)
		if v := got.Header().Get(HeaderVerdict); v != "none" && v != "invalid" {
			t.Fatalf("%s", v)
		}
		g.drain()
	})
}

func BenchmarkVerify(b *testing.B) {
	g := newGate(b, nil)
	key := g.keys["es"]
	token := func(i int) string {
		return sign(b, "es", jose.ES256, key, map[string]any{"jti": fmt.Sprint(i), "sub": fmt.Sprint(i), "exp": g.now.Unix() + 3600}, nil)
	}
	b.Run("seen", func(b *testing.B) {
		t := token(0)
		for b.Loop() {
			g.ask(t)
		}
	})
	b.Run("new", func(b *testing.B) {
		all := make([]string, 2000)
		for i := range all {
			all[i] = token(i)
		}
		i := 0
		for b.Loop() {
			if i%len(all) == 0 {
				g.cache.clear()
			}
			g.ask(all[i%len(all)])
			i++
		}
	})
}
