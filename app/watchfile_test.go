package app

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
)

func noEnv(string) string { return "" }

func TestWhatIsWrongWithAWatchFileIsNamedByLine(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"an unknown key":      {"targets:\n  - page: https://shop.example/\n    intervall: 15m\n", []string{`line 3: unknown key "intervall"; did you mean "interval"?`}},
		"an unknown top key":  {"shpo: a\ntargets:\n  - files: .\n", []string{`line 1: unknown key "shpo"; did you mean "shop"?`}},
		"an unknown kind":     {"targets:\n  - databse: mysql://h/d\n", []string{`line 2: unknown key "databse"; did you mean "database"?`}},
		"no kind":             {"targets:\n  - interval: 1h\n", []string{"line 2: the target has no kind", "database"}},
		"two kinds":           {"targets:\n  - files: .\n    git: .\n", []string{"line 3: a target is one thing"}},
		"two targets alike":   {"targets:\n  - files: shop\n  - files: shop\n", []string{"line 3: files is named twice, first on line 2"}},
		"an option elsewhere": {"targets:\n  - files: .\n    profiles: [ja]\n", []string{"line 3: profiles is not for files"}},
		"a bad interval":      {"targets:\n  - files: .\n    interval: soon\n", []string{`line 3: interval cannot be "soon": write it as`}},
		"too short":           {"targets:\n  - page: https://shop.example/\n    interval: 1s\n", []string{"line 2: interval of page is at least 1m"}},
		"a test order hourly": {"targets:\n  - page: https://shop.example/\n    place_test_order: true\n", []string{"line 2: place_test_order places an order at each look"}},
		"a bad yes":           {"targets:\n  - files: .\n    follow: maybe\n", []string{"line 3: follow is true or false"}},
		"no variable":         {"targets:\n  - page: ${SHOP}\n", []string{"line 2: page names ${SHOP}, which is not set"}},
		"an open variable":    {"targets:\n  - page: ${SHOP\n", []string{"line 2: page has a ${ without its }"}},
		"a bad language":      {"language: jp\ntargets:\n  - files: .\n", []string{`line 1: language cannot be "jp"; did you mean "ja"?`}},
		"a bad format":        {"format: jsno\ntargets:\n  - files: .\n", []string{`line 1: format cannot be "jsno"; did you mean "json"?`}},
		"a bad address":       {"targets:\n  - page: shop.example\n", []string{"line 2: page: shop.example is no address"}},
		"a list where none":   {"shop: [a]\ntargets:\n  - files: .\n", []string{"line 1: shop needs a text"}},
		"no list":             {"targets: https://shop.example/\n", []string{"line 1: targets is a list"}},
		"nothing":             {"# nothing yet\n", []string{"line 1: nothing to watch"}},
		"only a list":         {"- page: https://shop.example/\n", []string{"line 1: want keys with values"}},
		"no YAML":             {"targets:\n  - page: \"open\n", []string{"line 2:"}},
		"no file of a secret": {"targets:\n  - git: https://h/r.git\n    token_file: nowhere\n", []string{"line 3: token_file cannot be read"}},
		"an endpoint without": {"verify:\n  listen: 127.0.0.1:1\n  jwsk: a\ntargets:\n  - files: .\n", []string{`line 3: unknown key "jwsk"; did you mean "jwks"?`, "verify needs the issuer's public keys", "which tokens were issued"}},
		"several at once": {
			"shpo: a\ntargets:\n  - page: https://shop.example/\n    intervall: 1h\n  - fils: .\n",
			[]string{"has 3 mistakes", "line 1: unknown key \"shpo\"", "line 4: unknown key \"intervall\"", "line 5: unknown key \"fils\"; did you mean \"files\"?"},
		},
	} {
		_, err := parseWatchFile("tillwatch.yaml", []byte(c.text), noEnv)
		if _, usage := IsUsage(err); !usage {
			t.Errorf("%s: got %v", name, err)
			continue
		}
		for _, want := range append(c.want, "tillwatch.yaml") {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %q does not say %q", name, err, want)
			}
		}
	}
}

func TestAWatchFileIsReadWhole(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "token"), []byte("bot:geheim\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	text := `
shop: shop.example
language: ja
state: state
suppress: /etc/suppress.yaml
format: json
targets:
  - page: https://${HOST}/
    interval: 1d
    profiles: [ja, ko]
    authorise: pay.example
    allow_registration: true
    place_test_order: true
    timeout: 90s
    auth_file: auth
  - files: docroot
    follow: false
  - git: https://git.example/shop.git
    token_file: token
`
	f, err := parseWatchFile(filepath.Join(dir, "w.yaml"), []byte(text), func(name string) string { return map[string]string{"HOST": "shop.example"}[name] })
	if err != nil {
		t.Fatal(err)
	}
	if f.Shop != "shop.example" || f.Language != "ja" || f.State != filepath.Join(dir, "state") || f.Suppress != "/etc/suppress.yaml" || f.Format != "json" || len(f.Targets) != 3 {
		t.Errorf("got %+v", f)
	}
	want := Shopper{
		Profiles: []string{"ja", "ko"}, Authorised: []string{"pay.example"}, AllowRegistration: true, PlaceTestOrder: true,
		Timeout: 90 * time.Second, AuthFile: filepath.Join(dir, "auth"),
	}
	page := f.Targets[0]
	if page.Word != "page:https://shop.example/" || page.Every != 24*time.Hour || page.Follow || !reflect.DeepEqual(page.Shopper, want) {
		t.Errorf("page %+v", page)
	}
	if files := f.Targets[1]; files.Word != "files:"+filepath.Join(dir, "docroot") || files.Follow || files.Kind != tillwatch.KindFiles {
		t.Errorf("files %+v", files)
	}
	if git := f.Targets[2]; git.secrets["TILLWATCH_GIT_AUTH"] != "bot:geheim" {
		t.Errorf("git %+v", git)
	}
}

// TestTheExampleInTheDocumentIsRight reads the example of docs/watch.md, and every key there is stands in that document.
func TestTheExampleInTheDocumentIsRight(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/watch.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(text), "```yaml\n")
	example, _, found := strings.Cut(after, "```")
	if !found {
		t.Fatal("there is no example")
	}
	dir := t.TempDir()
	for _, name := range []string{"database.password", "git.token"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	f, err := parseWatchFile(filepath.Join(dir, "tillwatch.yaml"), []byte(example), func(string) string { return "value" })
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Targets) < 4 {
		t.Errorf("%d targets", len(f.Targets))
	}
	words := append([]string{}, watchKeys...)
	for _, o := range watchOptions() {
		words = append(words, o.key)
	}
	for _, k := range watchKinds {
		words = append(words, k.word)
	}
	for _, word := range words {
		if !strings.Contains(string(text), "`"+word+"`") {
			t.Errorf("docs/watch.md says nothing of %s", word)
		}
	}
}

func FuzzParseWatchFile(f *testing.F) {
	f.Add("targets:\n  - page: https://shop.example/\n    interval: 15m\n")
	f.Add("shop: ${A}\ntargets: [{files: ., authorise: [a, b]}]")
	f.Add("a: &a [*a]\n---\n- !!binary x\n? {}\n: |\n  x")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := parseWatchFile("w.yaml", []byte(text), func(string) string { return "v" })
		if _, usage := IsUsage(err); err != nil && !usage {
			t.Errorf("%v", err)
		}
		if err == nil && len(file.Targets) == 0 {
			t.Error("nothing to watch, and no error")
		}
	})
}

func TestWhatMayBeSaidOfLogs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "t"), []byte("a-secret-for-senders\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := parseWatchFile(filepath.Join(dir, "w.yaml"), []byte(`targets:
  - log: http://127.0.0.1:5580
    token_file: t
    exempt: ["backup,network=192.0.2.7", "index,key=k9"]
    routes: "/c/{member}=name"
    session_life: 1h
  - members: mysql://reader@localhost/shop
    table: customer
    column: id
    interval: 5m
`), noEnv)
	if err != nil {
		t.Fatal(err)
	}
	w := &watcher{config: WatchConfig{File: file}}
	got := w.logs()
	if len(got.Exempt) != 2 || len(got.Routes) != 1 || got.SessionLife != time.Hour || got.secrets["http://127.0.0.1:5580"] != "a-secret-for-senders" {
		t.Errorf("%+v", got)
	}
	if query, err := got.Members.query(); err != nil || query != "SELECT id FROM customer" || got.Members.Every != 5*time.Minute {
		t.Errorf("%q every %s, %v", query, got.Members.Every, err)
	}
	for _, q := range []MembersQuery{{Table: "a"}, {Table: "a; DROP TABLE b", Column: "c"}, {Table: "a", Column: "b", Query: "SELECT 1"}} {
		if _, err := q.query(); err == nil {
			t.Errorf("%+v is taken", q)
		}
	}
	for _, place := range []string{"udp://127.0.0.1", "tcp://127.0.0.1:5514/elsewhere", "http://127.0.0.1:5580"} {
		if _, err := newReceiver(CheckConfig{follow: true, StateDir: dir}, place); err == nil {
			t.Errorf("%s is taken", place)
		}
	}
	if r, err := newReceiver(CheckConfig{follow: true, StateDir: dir}, "udp://:5514"); err != nil || r.address != "127.0.0.1:5514" {
		t.Errorf("%+v, %v", r, err)
	}
}
