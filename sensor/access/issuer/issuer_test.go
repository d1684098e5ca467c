package issuer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func parser() *Parser { return NewParser(Fields{}, time.UTC) }

const may = 1_777_627_800 // 2026-05-01T09:30:00Z

func TestParse(t *testing.T) {
	t.Parallel()
	uuid, sub := "onltrt:3f0c2f0e-7a1e-4d66-9a3b-0c1d7f0a9a11", "8a6c0f52-0c5a-4f3f-9d55-6f1a2b3c4d5e"
	event := `"realmId":"r","clientId":"shop","userId":"` + sub + `","sessionId":"s","ipAddress":"192.0.2.1"`
	for name, c := range map[string]struct {
		line string
		want Token
		err  error
	}{
		"plain":        {`{"jti":"a1","sub":"17","kid":"K1","iat":1777627800,"exp":1777631400}`, Token{"a1", "17", "K1", may, may + 3600}, nil},
		"numbers":      {`{"token_id":77,"user_id":17,"issued_at":1777627800123,"expires_in":"600"}`, Token{"77", "17", "", may, may + 600}, nil},
		"times":        {`{"event":"token.issued","jti":"a","time":"2026-05-01T18:30:00+09:00","expires_at":"2026-05-01T10:30:00Z"}`, Token{"a", "", "", may, may + 3600}, nil},
		"for good":     {`{"jti":"a","iat":1777627800,"exp":-1}`, Token{"a", "", "", may, -1}, nil},
		"session only": {`{"sid":"s9","exp":1777631400}`, Token{ID: "s9", Expires: may + 3600}, nil},
		"other events": {`{"event":"token_introspected","jti":"forged","exp":1777631400}`, Token{}, ErrNoToken},
		"used":         {`{"event":"token_used","jti":"forged","exp":1777631400}`, Token{}, ErrNoToken},
		"failed":       {`{"event":"login_failed","jti":"forged"}`, Token{}, ErrNoToken},
		"no token":     {`{"msg":"started","port":8080}`, Token{}, ErrNoToken},
		"no id":        {`{"event":"token_issued","sub":"17"}`, Token{}, ErrNoID},
		"empty":        {"  \r\n", Token{}, ErrNoToken},
		"garbage":      {"\x00\xff{", Token{}, ErrNoToken},
		"other text":   {"2026-05-01 09:30:00,123 INFO  [io.quarkus] (main) Keycloak 26 on JVM started", Token{}, ErrNoToken},
		"half":         {`{"jti":"a1","su`, Token{}, ErrBad},
		"two":          {`{"jti":"a1"}{"jti":"a2"}`, Token{}, ErrBad},

		"keycloak line": {
			`2026-05-01 09:30:00,123 INFO  [org.keycloak.events] (executor-thread-12) type="CODE_TO_TOKEN", realmId="r", clientId="shop", userId="` + sub +
				`", sessionId="s", ipAddress="192.0.2.1", token_id="` + uuid + `", grant_type="authorization_code", scope="openid email, profile", access_token_expiration_time="300"`,
			Token{uuid, sub, "", may, may + 300},
			nil,
		},
		"keycloak old line": {`09:30:00,123 INFO  [org.keycloak.events] (default task-3) type=REFRESH_TOKEN, realmId=r, clientId=shop, userId=` + sub +
			`, ipAddress=192.0.2.1, token_id=` + uuid + `, scope='openid email'`, Token{uuid, sub, "", 0, 0}, nil},
		"keycloak looked up": {`2026-05-01 09:30:00,123 INFO  [org.keycloak.events] (x) type="INTROSPECT_TOKEN", realmId="r", clientId="shop", userId="null", ipAddress="192.0.2.1", token_id="forged"`, Token{}, ErrNoToken},
		"keycloak failed":    {`2026-05-01 09:30:00,123 WARN  [org.keycloak.events] (x) type="REFRESH_TOKEN_ERROR", realmId="r", clientId="shop", userId="null", ipAddress="192.0.2.1", error="invalid_token", token_id="forged"`, Token{}, ErrNoToken},
		"keycloak json log": {
			`{"timestamp":"2026-05-01T09:30:00.5Z","sequence":9,"loggerName":"org.keycloak.events","level":"INFO","message":"type=\"REFRESH_TOKEN\", realmId=\"r\", userId=\"` + sub + `\", token_id=\"` + uuid + `\", access_token_expiration_time=\"60\"","threadName":"e","ndc":""}`,
			Token{uuid, sub, "", may, may + 60},
			nil,
		},
		"keycloak ecs log": {
			`{"@timestamp":"2026-05-01T09:30:00Z","log.logger":"org.keycloak.events","log.level":"INFO","message":"type=\"CLIENT_LOGIN\", userId=\"` + sub + `\", token_id=\"` + uuid + `\""}`,
			Token{uuid, sub, "", may, 0},
			nil,
		},
		"keycloak event": {
			`{"id":"e","time":1777627800250,"type":"REFRESH_TOKEN",` + event + `,"error":null,"details":{"token_id":"` + uuid + `","access_token_expiration_time":"60","refresh_token_id":"x"}}`,
			Token{uuid, sub, "", may, may + 60},
			nil,
		},
		"keycloak webhook": {
			`{"uid":"e","time":1777627800250,"realmId":"r","type":"access.CODE_TO_TOKEN","authDetails":{"realmId":"r","clientId":"shop","userId":"` + sub + `","sessionId":"s"},"details":{"token_id":"` + uuid + `"}}`,
			Token{uuid, sub, "", may, 0},
			nil,
		},
		"keycloak log-in in the browser": {`{"id":"e","time":1777627800250,"type":"LOGIN",` + event + `,"details":{"username":"u"}}`, Token{}, ErrNoToken},
		"keycloak user info":             {`{"id":"e","time":1777627800250,"type":"USER_INFO_REQUEST",` + event + `,"details":{"token_id":"forged"}}`, Token{}, ErrNoToken},
		"keycloak admin event":           {`{"type":"admin.USER-CREATE","realmId":"r","details":{}}`, Token{}, ErrNoToken},
	} {
		got, err := parser().Parse([]byte(c.line))
		if !errors.Is(err, c.err) || err == nil && got != c.want {
			t.Errorf("%s: %q %q %q %d %d, %v", name, got.ID, got.Member, got.Kid, got.Issued, got.Expires, err)
		}
	}
}

func TestFieldsCanBeNamed(t *testing.T) {
	t.Parallel()
	p := NewParser(Fields{ID: []string{"tok.id"}, Member: []string{"who"}, Issued: []string{"when"}}, time.UTC)
	got, err := p.Parse([]byte(`{"tok":{"id":"x"},"who":"m","when":"2026-05-01 09:30:00","jti":"other"}`))
	if err != nil || got != (Token{ID: "x", Member: "m", Issued: may}) {
		t.Error(got.ID, got.Member, got.Issued, err)
	}
}

func TestBatch(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body string
		n    int
		err  string
	}{
		"lines":        {"{\"jti\":\"a\"}\n\n{\"jti\":\"b\"}\r\n{\"event\":\"logout\",\"jti\":\"c\"}\n", 2, ""},
		"array":        {`[{"jti":"a"},{"jti":"b"},{"jti":"a"}]`, 3, ""},
		"pretty":       {"{\n  \"jti\": \"a\"\n}", 1, ""},
		"empty":        {"", 0, ""},
		"empty array":  {"[]", 0, ""},
		"one is wrong": {"{\"jti\":\"a\"}\n{\"jti\":\n", 0, "line 2"},
		"no JSON":      {`[{"jti":"a"},`, 0, "no JSON"},
		"in the array": {`[{"jti":"a"},5]`, 0, "entry 2"},
	} {
		got, err := parser().Batch([]byte(c.body))
		if len(got) != c.n || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: %d, %v", name, len(got), err)
		}
	}
}

func TestReadHook(t *testing.T) {
	t.Parallel()
	body := `{"session":{"id_token":{"id_token_claims":{"jti":"","iss":"https://id.example","sub":"17","aud":[],"ext":{"mail":"m"}},"headers":{"extra":{}},"username":"","subject":"17"},
		"extra":{"role":"customer"},"client_id":"shop","consent_challenge":"c","exclude_not_before_claim":false,"allowed_top_level_claims":[]},
		"request":{"client_id":"shop","granted_scopes":["openid"],"granted_audience":[],"grant_types":["authorization_code"],"payload":{}}}`
	h, ok := ReadHook([]byte(body))
	if !ok || h.Member != "17" || h.Access["role"] != "customer" || h.IDs["mail"] != "m" {
		t.Errorf("%v %+v", ok, h)
	}
	if _, err := parser().Parse([]byte(body)); !errors.Is(err, ErrNoToken) {
		t.Error(err)
	}
	client, ok := ReadHook([]byte(`{"session":{"id_token":{"id_token_claims":{},"subject":""},"extra":null},"request":{"client_id":"batch","grant_types":["client_credentials"]}}`))
	if !ok || client.Member != "batch" || client.Access == nil {
		t.Errorf("%v %+v", ok, client)
	}
	for _, no := range []string{`{"session":{},"request":{}}`, `{"jti":"a"}`, `[]`, ``, `null`} {
		if _, ok := ReadHook([]byte(no)); ok {
			t.Errorf("%s is taken for a hook", no)
		}
	}
}

func TestATokenIsNotPrinted(t *testing.T) {
	t.Parallel()
	tok := Token{ID: "secret-id", Member: "secret-member"}
	var out bytes.Buffer
	fmt.Fprintf(&out, "%v %+v %#v %s %x", tok, tok, tok, tok, tok)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "t", tok)
	_ = json.NewEncoder(&out).Encode(tok)
	if strings.Contains(out.String(), "secret") || strings.Contains(out.String(), "736563") {
		t.Error(out.String())
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"jti":"a1","sub":"17","iat":1e400,"exp":-5}`))
	f.Add([]byte(`x type="CODE_TO_TOKEN", token_id="a", userId='b`))
	f.Add([]byte(`{"loggerName":"org.keycloak.events","message":"type=LOGIN, token_id=a","timestamp":99999999999999999999}`))
	f.Add([]byte(`[{"type":"LOGIN","realmId":"r","details":{"token_id":[]}}]`))
	f.Fuzz(func(t *testing.T, line []byte) {
		p := parser()
		if got, err := p.Parse(line); err == nil && (got.ID == "" || got.Issued < 0) {
			t.Fatalf("%q", line)
		} else if err != nil && len(line) > 0 && len(err.Error()) > 120 {
			t.Fatal(err)
		}
		_, _ = p.Batch(line)
		_, _ = ReadHook(line)
	})
}
