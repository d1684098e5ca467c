package app

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSecretsComeFromFilesOrTheEnvironment(t *testing.T) {
	t.Parallel()
	env := map[string]string{
		"TILLWATCH_BASIC_AUTH": "staging:pass:word\n",
		"TILLWATCH_HEADER":     "X-Let-Me-In: abc\n# comment\n\nX-Second:  d e \n",
		"TILLWATCH_COOKIES":    "a=1; b=2",
	}
	s := Shopper{Env: func(name string) string { return env[name] }}
	got, err := s.secrets()
	if err != nil {
		t.Fatal(err)
	}
	if got.user != "staging" || got.password != "pass:word" {
		t.Errorf("basic authentication %q %q", got.user, got.password)
	}
	if got.headers.Get("X-Let-Me-In") != "abc" || got.headers.Get("X-Second") != "d e" || len(got.headers) != 2 {
		t.Errorf("headers %v", got.headers)
	}
	if len(got.cookies) != 2 || got.cookies[1].Name != "b" || got.cookies[1].Value != "2" {
		t.Errorf("cookies %v", got.cookies)
	}

	s.AuthFile = filepath.Join(t.TempDir(), "auth")
	if err := os.WriteFile(s.AuthFile, []byte("other:secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err = s.secrets(); err != nil || got.user != "other" {
		t.Errorf("the file does not go before the environment: %q, %v", got.user, err)
	}
}

func TestNoSecretsIsFine(t *testing.T) {
	t.Parallel()
	got, err := Shopper{}.secrets()
	if err != nil || got.user != "" || len(got.headers) != 0 || len(got.cookies) != 0 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestCookiesTxt(t *testing.T) {
	t.Parallel()
	cookies, err := parseCookies([]byte("# Netscape HTTP Cookie File\r\n.shop.example\tTRUE\t/\tTRUE\t0\tsid\tabc\r\n#HttpOnly_shop.example\tFALSE\t/cart\tFALSE\t0\tcart\tx=y\r\n"))
	if err != nil || len(cookies) != 2 {
		t.Fatal(cookies, err)
	}
	if c := cookies[0]; c.Domain != "shop.example" || c.Name != "sid" || c.Value != "abc" || !c.Secure || c.Path != "/" {
		t.Errorf("got %+v", c)
	}
	if c := cookies[1]; c.Name != "cart" || c.Value != "x=y" || c.Path != "/cart" {
		t.Errorf("got %+v", c)
	}
}

func TestWrongSecretsAreNotRepeated(t *testing.T) {
	t.Parallel()
	for variable, value := range map[string]string{
		"TILLWATCH_BASIC_AUTH": "geheim",
		"TILLWATCH_HEADER":     "geheim",
		"TILLWATCH_COOKIES":    "ge heim",
	} {
		s := Shopper{Env: func(name string) string {
			if name == variable {
				return value
			}
			return ""
		}}
		_, err := s.secrets()
		var wrong *UsageError
		if !errors.As(err, &wrong) || wrong.Hint == "" || strings.Contains(wrong.Problem+wrong.Hint, "heim") {
			t.Errorf("%s: got %v", variable, err)
		}
	}
	large := filepath.Join(t.TempDir(), "large")
	if err := os.WriteFile(large, make([]byte, maxSecretFile+1), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, s := range []Shopper{{HeaderFile: large}, {CookieFile: filepath.Join(large, "none")}} {
		if _, err := s.secrets(); err == nil {
			t.Error("accepted")
		}
	}
}

func FuzzParseHeaders(f *testing.F) {
	f.Add([]byte("A: b\nC:d\r\n"))
	f.Add([]byte("A : b\n:x\n\x00: y"))
	f.Fuzz(func(t *testing.T, text []byte) {
		headers, err := parseHeaders(text)
		if err != nil {
			return
		}
		for name, values := range headers {
			for _, value := range values {
				if !isToken(name) || strings.ContainsAny(value, "\r\n\x00") {
					t.Errorf("%q: %q", name, value)
				}
			}
		}
	})
}

func FuzzParseCookies(f *testing.F) {
	f.Add([]byte("a=1; b=2\n.h\tTRUE\t/\tFALSE\t0\tn\tv\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		cookies, err := parseCookies(text)
		for _, c := range cookies {
			if err == nil && c == nil {
				t.Error("a nil cookie")
			}
		}
	})
}
