package app

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// checkout is a repository with one remote, in a folder of the test's.
type checkout struct {
	t   *testing.T
	dir string
}

func newCheckout(t *testing.T) checkout {
	t.Helper()
	c := checkout{t, filepath.Join(t.TempDir(), "work")}
	if err := os.Mkdir(c.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	c.git("init", "--quiet", "--initial-branch=main", ".")
	c.commit("README", "a shop\n")
	return c
}

func (c checkout) git(args ...string) string {
	c.t.Helper()
	cmd := exec.CommandContext(c.t.Context(), "git", append([]string{"-c", "user.name=A", "-c", "user.email=a@agency.example"}, args...)...)
	cmd.Dir = c.dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		c.t.Fatalf("git %v: %v: %s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func (c checkout) commit(name, text string) (id string) {
	c.t.Helper()
	if err := os.WriteFile(filepath.Join(c.dir, name), []byte(text), 0o600); err != nil {
		c.t.Fatal(err)
	}
	c.git("add", "--all")
	c.git("commit", "--quiet", "-m", "change "+filepath.Ext(name))
	return c.git("rev-parse", "HEAD")
}

func (c checkout) gate(keys *Keys) *Gate {
	c.t.Helper()
	g, err := OpenGate(c.t.Context(), keys.dir, "", keys.env, time.Now())
	if err != nil {
		c.t.Fatal(err)
	}
	return g
}

const nothing = "0000000000000000000000000000000000000000"

func TestAPushIsRefusedForWhatItBringsAndForNothingElse(t *testing.T) {
	t.Parallel()
	keys, _ := openKeys(t)
	if err := register(t, keys, randomValue, KeyDetails{ID: "live", Owner: "tanaka"}); err != nil {
		t.Fatal(err)
	}
	if err := register(t, keys, "old-"+randomValue[4:], KeyDetails{ID: "old"}); err != nil {
		t.Fatal(err)
	}
	if err := keys.Retire(t.Context(), "old", keyDay); err != nil {
		t.Fatal(err)
	}
	c := newCheckout(t)
	first := c.git("rev-parse", "HEAD")
	harmless := c.commit("a.txt", "nothing, and a retired key: old-"+randomValue[4:]+"\n")
	// over the edge of a piece, behind many lines, and taken out again
	large := strings.Repeat("0123456789\n", piece/11) + "x: " + randomValue + "\n"
	bad := c.commit("large.txt", large)
	clean := c.commit("large.txt", "gone\n")
	c.git("tag", "-a", "v1", "-m", "the key is "+randomValue, first)
	tag := c.git("rev-parse", "v1")
	named := c.commit(randomValue+".txt", "x\n")

	g := c.gate(keys)
	for _, one := range []struct {
		name, new, old string
		file           string // of the one refusal; "" for none, "text" for a tag's own
		line           int
	}{
		{"a retired key", harmless, first, "", 0},
		{"removed in the same push", clean, first, "large.txt", piece/11 + 1},
		{"what the remote has", clean, bad, "", 0},
		{"a new branch", clean, nothing, "large.txt", piece/11 + 1},
		{"a branch that is deleted", nothing, clean, "", 0},
		{"a tag's message", tag, first, "text", 6},
		{"an id that is not here", clean, strings.Repeat("1", 40), "large.txt", piece/11 + 1},
		{"a file's name", named, clean, "masked", 0},
	} {
		found, err := g.Pushed(t.Context(), c.dir, "", strings.NewReader("refs/heads/x "+one.new+" refs/heads/x "+one.old+"\n"))
		if err != nil {
			t.Errorf("%s: %v", one.name, err)
			continue
		}
		if one.file == "" {
			if len(found) > 0 {
				t.Errorf("%s: refused for %+v", one.name, found)
			}
			continue
		}
		if len(found) != 1 || found[0].Key != "live" || found[0].Owner != "tanaka" {
			t.Errorf("%s: %+v", one.name, found)
			continue
		}
		r := found[0]
		switch one.file {
		case "text":
			if r.File != "" || r.Line != one.line {
				t.Errorf("%s: %+v", one.name, r)
			}
		case "masked":
			if strings.Contains(r.File, randomValue) {
				t.Errorf("%s: the name is shown", one.name)
			}
		default:
			if r.File != one.file || r.Line != one.line || !strings.HasPrefix(bad, r.Commit) || r.Commit == "" {
				t.Errorf("%s: %+v, brought by %s", one.name, r, bad)
			}
		}
	}
	for _, wrong := range []string{"x " + strings.Repeat("2", 40) + " x " + nothing, "one two", "x -x x -y"} {
		if found, err := g.Pushed(t.Context(), c.dir, "", strings.NewReader(wrong+"\n")); err == nil {
			t.Errorf("%q passes: %+v", wrong, found)
		}
	}
}

func TestAGateThatKnowsNoKeyIsAnError(t *testing.T) {
	t.Parallel()
	keys, site := openKeys(t)
	if _, err := OpenGate(t.Context(), keys.dir, "", keys.env, keyDay); err == nil || !strings.Contains(err.Error(), "no active key") {
		t.Errorf("an empty register: %v", err)
	}
	if _, err := OpenGate(t.Context(), filepath.Join(keys.dir, "none"), "", keys.env, keyDay); err == nil {
		t.Error("no register")
	}
	if err := register(t, keys, randomValue, KeyDetails{ID: "live"}); err != nil {
		t.Fatal(err)
	}
	filter, err := keys.Filter(t.Context(), keyDay)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "filter")
	for _, text := range []string{"", "x", string(filter.Text[:len(filter.Text)-4])} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenGate(t.Context(), "", name, keys.env, keyDay); err == nil {
			t.Errorf("a filter of %d bytes is taken", len(text))
		}
	}
	if err := os.Remove(site); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenGate(t.Context(), keys.dir, "", keys.env, keyDay); err == nil {
		t.Error("without the site key")
	}
}

func TestAHookOfSomebodyElseStays(t *testing.T) {
	t.Parallel()
	c := newCheckout(t)
	name := filepath.Join(c.dir, ".git", "hooks", PrePush)
	const other = "#!/bin/sh\nexit 0\n"
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(other), 0o700); err != nil {
		t.Fatal(err)
	}
	plan := HookPlan{Repository: c.dir, Hooks: []string{PrePush}}
	_, err := InstallHooks(t.Context(), plan)
	if hint, usage := IsUsage(err); !usage || !strings.Contains(hint, "hook run pre-push") {
		t.Errorf("%v, %q", err, hint)
	}
	if text, _ := os.ReadFile(name); string(text) != other {
		t.Errorf("it became %q", text)
	}
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	for range 2 { // ours is replaced by ours
		if done, err := InstallHooks(t.Context(), plan); err != nil || len(done) != 1 {
			t.Errorf("%v, %v", done, err)
		}
	}
	if info, err := os.Stat(name); err != nil || info.Mode().Perm()&0o100 == 0 {
		t.Errorf("%v, %v", info, err)
	}
}

// BenchmarkPush is an ordinary push: one commit, a register of a few keys.
func BenchmarkPush(b *testing.B) {
	dir := b.TempDir()
	site := filepath.Join(dir, "site")
	env := func(name string) string {
		if name == "TILLWATCH_SITE_KEY_FILE" {
			return site
		}
		return ""
	}
	keys, err := OpenKeys(b.Context(), filepath.Join(dir, "state"), env)
	if err != nil {
		b.Fatal(err)
	}
	defer keys.Close()
	one, err := KeyValue("live", []byte(randomValue))
	if err != nil {
		b.Fatal(err)
	}
	if _, err := keys.Add(b.Context(), []KeyCandidate{one}, KeyDetails{ID: "live"}, keyDay); err != nil {
		b.Fatal(err)
	}
	run := func(args ...string) string {
		cmd := exec.CommandContext(b.Context(), "git", append([]string{"-c", "user.name=A", "-c", "user.email=a@b.example"}, args...)...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err != nil {
			b.Fatalf("%v: %s", err, out)
		}
		return strings.TrimSpace(string(out))
	}
	run("init", "--quiet", "r")
	dir = filepath.Join(dir, "r")
	run("commit", "--quiet", "--allow-empty", "-m", "x")
	old := run("rev-parse", "HEAD")
	if err := os.WriteFile(filepath.Join(dir, "a.js"), []byte(strings.Repeat("export const a = 'a';\n", 2000)), 0o600); err != nil {
		b.Fatal(err)
	}
	run("add", ".")
	run("commit", "--quiet", "-m", "y")
	update := "x " + run("rev-parse", "HEAD") + " x " + old + "\n"
	for b.Loop() {
		g, err := OpenGate(b.Context(), filepath.Join(filepath.Dir(dir), "state"), "", env, keyDay)
		if err != nil {
			b.Fatal(err)
		}
		if found, err := g.Pushed(b.Context(), dir, "", strings.NewReader(update)); err != nil || len(found) > 0 {
			b.Fatal(found, err)
		}
	}
}
