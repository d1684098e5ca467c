package app

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch"
)

func TestTargetsAreRecognisedByTheirShape(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, name := range []string{"app.js", "index.php", "page.html", "access.log", "access.log.gz", "access.log.1", "access_log-20261129", ".env", "dump.sql.gz", "odd.bin"} {
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile("members", []byte("SQLite format 3\x00and pages"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"docroot", filepath.Join("repository", ".git"), "logs"} {
		if err := os.MkdirAll(name, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for word, want := range map[string]string{
		"https://Shop.example":              "page https://Shop.example/",
		"HTTP://shop.example:8080/x?y=1#z":  "page http://shop.example:8080/x?y=1",
		"page:https://shop.example/a":       "page https://shop.example/a",
		"http://127.0.0.1:8700/":            "page http://127.0.0.1:8700/",
		"docroot":                           "files docroot, keys docroot",
		"repository":                        "files repository, git repository",
		"app.js":                            "files app.js, keys app.js",
		"index.php":                         "files index.php, keys index.php",
		"page.html":                         "files page.html, keys page.html",
		"access.log":                        "log access.log",
		"access.log.gz":                     "log access.log.gz",
		"access.log.1":                      "log access.log.1",
		"access_log-20261129":               "log access_log-20261129",
		".env":                              "keys .env",
		"dump.sql.gz":                       "keys dump.sql.gz",
		"members":                           "db sqlite:members",
		"-":                                 "log -",
		"log:logs":                          "log logs",
		"files:odd.bin":                     "files odd.bin",
		"mysql://u:geheim@db/shop":          "db mysql://db/shop",
		"postgres://u:ge@heim@db/shop?a=b":  "db postgres://db/shop",
		"sqlite:shop.db":                    "db sqlite:shop.db",
		"https://git.example/shop.git":      "git https://git.example/shop.git",
		"git@git.example:shop.git":          "git git@git.example:shop.git",
		"git:repository":                    "git repository",
		"issued:issuer.log":                 "issued issuer.log",
		"members:postgres://u:geheim@db/db": "members postgres://db/db",
	} {
		targets, err := ParseTargets([]string{word})
		if err != nil {
			t.Errorf("%s: %v", word, err)
			continue
		}
		var got []string
		for _, target := range targets {
			got = append(got, string(target.Kind)+" "+target.Place)
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s is %q, want %q", word, got, want)
		}
	}
}

func TestTargetsTogetherAreOneShop(t *testing.T) {
	t.Parallel()
	targets, err := ParseTargets([]string{"log:-", "https://Shop.Example:8443/x", "https://shop.example/y", "log:-"})
	if err != nil {
		t.Fatal(err)
	}
	if len(targets) != 3 {
		t.Errorf("%d targets, want 3: the same one twice is one", len(targets))
	}
	for _, target := range targets {
		if target.Shop != "shop.example" {
			t.Errorf("%s belongs to %q", target.Place, target.Shop)
		}
	}
}

func TestWrongTargetsSayWhatToWriteAndNoSecret(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("odd.bin", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for word, hint := range map[string]string{
		"":                                  "tillwatch check https://",
		"shop.example":                      "did you mean https://shop.example?",
		"shop.example/checkout":             "did you mean https://shop.example/checkout?",
		"localhost:8700":                    "did you mean https://localhost:8700?",
		"nothing":                           "begins with http://",
		"ftp://u:geheim@shop.example/":      "begins with http://",
		"http://":                           "write it as in a browser",
		"https://u:geheim@shop.example/":    "TILLWATCH_BASIC_AUTH",
		"https://u:gehe%zzim@shop.example/": "write it as in a browser",
		"page:shop.example":                 "write it as in a browser",
		"page:":                             "put it after the colon",
		"odd.bin":                           "files:odd.bin",
	} {
		_, err := ParseTargets([]string{word})
		var wrong *UsageError
		if !errors.As(err, &wrong) {
			t.Errorf("%q: got %v", word, err)
			continue
		}
		if !strings.Contains(wrong.Hint, hint) {
			t.Errorf("%q: the hint %q does not hold %q", word, wrong.Hint, hint)
		}
		if strings.Contains(wrong.Problem+wrong.Hint, "geheim") || strings.Contains(wrong.Problem+wrong.Hint, "gehe%") {
			t.Errorf("%q: a password in %q", word, wrong)
		}
	}
}

func FuzzParseTargets(f *testing.F) {
	for _, seed := range []string{"https://u:p@h/", "page:http://[::1]:80/", "mysql://a@b@c", "git:", "-", "a://b", "log:x", "http://h:99999/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, word string) {
		targets, err := ParseTargets([]string{word})
		if err != nil {
			if wrong := (*UsageError)(nil); !errors.As(err, &wrong) {
				t.Errorf("%q: %T", word, err)
			}
			return
		}
		for _, target := range targets {
			if target.Kind == tillwatch.KindPage && (target.Place == "" || strings.Contains(target.Place, "@") && !strings.Contains(word, "/")) {
				t.Errorf("%q became %+v", word, target)
			}
		}
	})
}
