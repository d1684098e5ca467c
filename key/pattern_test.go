package key

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch"
)

// random makes bodies that were never anybody's, anew in each run of the tests, so that no file here holds one.
func random(rng *rand.Rand) func(*alphabet, int) string {
	return func(a *alphabet, n int) string {
		for {
			b := make([]byte, n)
			for i := range b {
				b[i] = a.signs[rng.IntN(len(a.signs))]
			}
			if !placeholder(string(b)) && varied(b) && (n < 30 || !mixed([]byte(a.signs)) || mixed(b)) && isWord[b[0]] && isWord[b[n-1]] &&
				(a == decimal || digitsAndLetters(string(b)) && Strength(b) >= min(45, 3.2*float64(n))) {
				return string(b)
			}
		}
	}
}

// sampleOf makes what a rule is for.
func sampleOf(r rule, body func(*alphabet, int) string) string {
	switch {
	case r.sample != nil:
		return r.sample(body)
	case strings.HasSuffix(r.id, "-key") && r.grade != nil && r.body == upperNum:
		return r.heads[0] + body(upperNum, 16) + "\nsecret = " + body(base64s, 40)
	case r.id == "alibaba-key":
		return r.heads[0] + body(r.body, r.least) + ",\"" + body(alnum, 30) + "\""
	case r.id == "tencent-key":
		return r.heads[0] + body(r.body, r.least) + ",\"" + body(alnum, 32) + "\""
	}
	return r.heads[0] + body(r.body, r.least)
}

func contexts(r rule, sample string) []string {
	near := ""
	if len(r.near) > 0 {
		near = "// for " + r.near[0] + "\n"
	}
	all := []string{near + sample + "\n", near + strings.Repeat("some other text\n", 10) + sample + "\nend"}
	if len(r.heads) > 0 && r.id != "private-key" && r.id != "putty-key" {
		all = append(all, near+"k = \""+sample+"\";", near+"<k>"+sample+"</k>", near+"K="+sample+"\r\n", near+"{\"k\":\""+sample+"\"}")
	}
	return all
}

func TestEachShapeIsKnown(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	body := random(rng)
	for _, r := range slices.Concat(tokenRules, namedRules, valueRules[:2]) {
		for range 10 {
			sample := sampleOf(r, body)
			for _, text := range contexts(r, sample) {
				hits := Find([]byte(text))
				if len(hits) == 0 || hits[0].Rule != r.id || hits[0].Severity != r.severity {
					t.Fatalf("%s: %q gives %+v", r.id, text, hits)
				}
				for _, h := range hits {
					if strings.Contains(fmt.Sprintf("%v %+v %#v", h, h, &h), string(h.Value.Bytes())) {
						t.Fatalf("%s shows the value", r.id)
					}
				}
			}
		}
		// What is nearly one: a row of one sign, a placeholder, one sign too few, the middle of a longer word.
		flat := func(_ *alphabet, n int) string { return strings.Repeat("x", n) }
		named := func(_ *alphabet, n int) string { return "your-key-here" + strings.Repeat("x", n) }
		misses := []string{sampleOf(r, flat), sampleOf(r, named)}
		if r.body != nil {
			misses = append(misses, r.heads[0]+body(r.body, r.least-1)+"\n", "abc"+r.heads[0]+body(r.body, r.least))
		}
		for _, miss := range misses {
			for _, text := range contexts(r, miss) {
				for _, h := range Find([]byte(text)) {
					if h.Rule == r.id && h.Severity >= tillwatch.Medium {
						t.Errorf("%s: %q gives %+v", r.id, text, h)
					}
				}
			}
		}
	}
}

func TestValuesAreFoundByTheirNames(t *testing.T) {
	v := made(5)
	for _, text := range []string{
		"DB_PASSWORD=" + v, "export DB_PASSWORD='" + v + "'", "  db_password: " + v + " # old", "- DB_PASSWORD=" + v, "ENV DB_PASSWORD=" + v,
		"define('DB_PASSWORD', '" + v + "');", "'db_password' => '" + v + "',", "{\"db_password\":\"" + v + "\"}", "x = '{\\\"db_password\\\": \\\"" + v + "\\\"}'", "$c['db_password'] = \"" + v + "\";",
		"run --db-password=" + v + " --next", "run --db-password " + v + " --next", "/login?a=1&db_password=" + v + "&b=2", "<db_password>" + v + "</db_password>", "db_password := `" + v + "`",
		"const dbCfg = { db_password: \"" + v + "\", x: 1 }", "\xff\xfe" + wide(false)("DB_PASSWORD="+v+"\r\n"),
	} {
		hits := Find([]byte(text))
		if len(hits) != 1 || string(hits[0].Value.Bytes()) != v || hits[0].Rule != "database-password" {
			t.Errorf("%q: %+v", text, hits)
			for _, h := range hits {
				t.Logf("%q", h.Value.Bytes())
			}
		}
	}
}

func TestWhatIsNoKey(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	body := random(rng)
	for _, text := range []string{
		"DB_PASSWORD=changeme", "define('DB_PASSWORD', 'password_here');", "password = os.Getenv(\"DB_PASSWORD\")", "token := parser.NextToken()",
		"postgres://user:password@localhost/db", "https://user:pass@example.com/", "mysql://root:${DB_PASSWORD}@db/shop", "https://a.example/x:y@z",
		"const apiKey = process.env.STRIPE_API_KEY", "integrity sha512-" + body(base64s, 86) + "==", "\"commit\": \"" + body(lowHex, 40) + "\"",
		"AKIA" + "IOSFODNN7EXAMPLE", "-----BEGIN CERTIFICATE-----\n" + body(base64s, 64) + "\n", "-----BEGIN " + "PRIVATE KEY-----\n...\n-----END",
		"-----BEGIN " + "PUBLIC KEY-----\n" + body(base64s, 64), "data:image/png;base64," + body(base64s, 400), "keyboardShortcut: 'ctrl+shift+alt+k'", "secret: {{ .Values.secret }}",
		"conf.mysql_password = options.mysql_password\n", "https://user:he%2F%2Fo@pypi.shop-host.net/", "the \"key\": see below", "Basic authentication", "Basic " + "QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
		"return \"define('AUTH_KEY', '\" + body(alphabet(signs+\"!#%*+,-:;?@^|~\"), 64) + \"');\"", "-----BEGIN " + "OPENSSH PRIVATE KEY-----\n" + body(base64s, 68) + "\n-----END",
		"SB-" + "Mid-server-" + body(alnum, 24), "passwordPlaceholder: 'Enter your new password'", "cacheKey = 'user.profile.page1'", "uuid key: '123e4567-e89b-12d3-a456-426614174000'",
	} {
		for _, h := range Find([]byte(text)) {
			if h.Severity >= tillwatch.Medium {
				t.Errorf("%q is taken for %s", text, h.Rule)
			}
		}
	}
}

func TestExamplesAreKnownByTheirPath(t *testing.T) {
	for path, want := range map[string]bool{"lib/a_test.go": true, "src/testdata/key.pem": true, "app/Tests/Unit/x.php": true, "docs/install.md": true, "src/contest/key.pem": false, "app/latest.php": false, "config/.env": false, "data/config/config.php": false} {
		if IsExample(path) != want {
			t.Errorf("%s: %v", path, !want)
		}
	}
}

func TestRulesAreToldApart(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Rules() {
		if seen[r.ID] || r.ID == "" || r.What == "" || r.Severity < tillwatch.Low {
			t.Errorf("%+v", r)
		}
		seen[r.ID] = true
	}
	for _, r := range tokenRules {
		for _, h := range r.heads {
			if len(h) < headSize {
				t.Errorf("%s: %q is too short to be looked up", r.id, h)
			}
		}
	}
	for _, w := range nameHeads {
		if len(w) != headSize {
			t.Errorf("%q", w)
		}
	}
}

func FuzzPatterns(f *testing.F) {
	body := random(rand.New(rand.NewPCG(7, 8)))
	for _, r := range append(slices.Clone(tokenRules), namedRules...) {
		f.Add([]byte(sampleOf(r, body)))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		_, wide := fromUTF16(text)
		for _, h := range Find(text) {
			if wide && h.Offset >= 0 && h.Offset < len(text) {
				continue
			}
			if h.Offset < 0 || h.Offset+h.Value.Len() > len(text) || h.Value.Len() == 0 || !bytes.Equal(h.Value.Bytes(), text[h.Offset:h.Offset+h.Value.Len()]) {
				t.Errorf("%+v of %d bytes", h, len(text))
			}
		}
	})
}

func BenchmarkPatterns(b *testing.B) {
	text := bytes.Repeat([]byte("\tif err := store.Update(ctx, run.Shop, func(token []Record) (Saved, error) { return pass, \"a text\" }); err != nil {\n"), 10000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Find(text)
	}
}
