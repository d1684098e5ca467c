package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestNoKeyIsInAnyOutput goes through all that can be done with keys, and looks for their values, raw and encoded, in
// whatever was printed and in every file that was written.
func TestNoKeyIsInAnyOutput(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TILLWATCH_SITE_KEY_FILE", filepath.Join(dir, "site", "key"))
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	for _, who := range []string{"AUTHOR", "COMMITTER"} {
		t.Setenv("GIT_"+who+"_NAME", "Sato")
		t.Setenv("GIT_"+who+"_EMAIL", "sato@contractor.example")
	}
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	secret := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	pemLine := strings.Split(string(secret), "\n")[1]
	values := []string{"api_" + rand.Text(), "Pa$$ word&" + rand.Text(), "tok/" + rand.Text() + "+x=", pemLine, "next" + rand.Text()}
	write := func(name, text string) string {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	state, repository := filepath.Join(dir, "state"), filepath.Join(dir, "repository")
	env := write("in/.env", "API_KEY="+values[0]+"\nDB_PASSWORD='"+values[1]+"'\nAUTH_TOKEN=\""+values[2]+"\"\n")
	pemFile := write("in/deploy.pem", string(secret))
	for _, name := range []string{"config/.env", "src/" + values[0] + ".txt"} {
		write("repository/"+name, "x\nAPI_KEY="+values[0]+"\ndb: '"+values[1]+"'\n"+values[2]+"\n")
	}
	write("repository/deploy.pem", string(secret))
	git := func(args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "git", args...)
		cmd.Dir = repository
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v: %s", args, err, out)
		}
	}
	git("init", "--quiet", "--initial-branch=main")
	git("add", ".")
	git("commit", "--quiet", "-m", "a message with "+values[2])
	git("tag", "-a", "v1", "-m", values[0])
	t.Chdir(repository)
	head, err := os.ReadFile(filepath.Join(repository, ".git", "refs", "heads", "main"))
	if err != nil {
		t.Fatal(err)
	}
	push := "refs/heads/main " + strings.TrimSpace(string(head)) + " refs/heads/main " + strings.Repeat("0", 40) + "\n"

	var said bytes.Buffer
	for _, step := range []struct {
		want  int
		stdin string
		args  []string
	}{
		{3, "", []string{"key", "add", values[0]}},
		{3, "", []string{"key", "add", "--id", values[0], "--value", values[0]}},
		{0, "", []string{"key", "add", "--from", env}},
		{3, "", []string{"key", "add", "--from", env, "--name", values[0]}},
		{0, "", []string{"key", "add", "--from", env, "--all", "--owner", "sato"}},
		{3, values[0], []string{"key", "add", "--id", "again"}},
		{3, values[4], []string{"key", "add", "--id", values[4]}},
		{0, "", []string{"key", "add", "--file", pemFile, "--id", "deploy"}},
		{3, "", []string{"key", "retire", values[0]}},
		{3, "", []string{"key", "rotate", values[0], "--file", pemFile}},
		{0, "", []string{"key", "list"}},
		{0, "", []string{"key", "list", "--format", "json"}},
		{1, "", []string{"check", "git:" + repository, "--quiet"}},
		{1, "", []string{"check", "git:" + repository, "--quiet", "--format", "json"}},
		{1, "", []string{"check", "git:" + repository, "--quiet", "--format", "sarif"}},
		{1, "", []string{"check", "git:" + repository, "--quiet", "--format", "html", "--lang", "ja"}},
		{1, push, []string{"hook", "run", "pre-push", "origin", "x"}},
		{1, "", []string{"key", "offboard", "sato@contractor.example"}},
		{0, "", []string{"key", "filter", "--out", filepath.Join(dir, "out.filter")}},
		{1, push, []string{"hook", "run", "pre-push", "origin", "x", "--filter", filepath.Join(dir, "out.filter")}},
		{0, values[4], []string{"key", "rotate", "env-api-key"}},
		{0, "", []string{"key", "retire", "deploy"}},
		{1, "", []string{"check", "git:" + repository, "--quiet", "--lang", "ko"}},
	} {
		if step.args[0] != "hook" || !strings.Contains(strings.Join(step.args, " "), "--filter") {
			step.args = append(step.args, "--state", state)
		}
		var out bytes.Buffer
		if code := run(step.args, strings.NewReader(step.stdin), &out, &out); code != step.want {
			t.Errorf("%q ends with %d, want %d: %s", step.args[:2], code, step.want, withoutValues(out.String(), values))
		}
		said.WriteString("\n" + strings.Join(step.args[:2], " ") + ":\n")
		said.Write(out.Bytes())
	}
	look := func(where, text string) {
		for i, v := range values {
			for form, encoded := range map[string]string{
				"raw": v, "base64": strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(v)), "="), "hex": hex.EncodeToString([]byte(v)),
				"percent": url.QueryEscape(v), "JSON": strings.ReplaceAll(v, "&", `\u0026`), "HTML": strings.ReplaceAll(v, "&", "&amp;"),
			} {
				if at := strings.Index(text, encoded); at >= 0 {
					t.Errorf("value %d is in %s (%s), behind %q", i, where, form, withoutValues(text[max(0, at-80):at], values))
				}
			}
		}
	}
	look("the output", said.String())
	for _, root := range []string{state, filepath.Join(dir, "site"), filepath.Join(dir, "out.filter")} {
		err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := os.ReadFile(name)
			look(filepath.Base(name), string(text))
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func withoutValues(text string, values []string) string {
	for _, v := range values {
		text = strings.ReplaceAll(text, v, "VALUE")
	}
	return text
}
