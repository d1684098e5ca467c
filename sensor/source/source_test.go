package source

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/key"
)

// repository is a real one that a test works on.
type repository struct {
	*testing.T
	folder string
	day    int
}

func newRepository(t *testing.T, args ...string) *repository {
	t.Helper()
	r := &repository{T: t, folder: t.TempDir()}
	r.git(append([]string{"init", "-q", "-b", "main"}, args...)...)
	return r
}

func (r *repository) git(args ...string) string {
	r.Helper()
	cmd := exec.CommandContext(r.Context(), "git", args...)
	cmd.Dir = r.folder
	r.day++
	at := time.Date(2020, 1, 1, 12, 0, 0, 0, time.UTC).AddDate(0, 0, r.day).Format(time.RFC3339)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "HOME="+r.folder,
		"GIT_AUTHOR_NAME=Sora", "GIT_AUTHOR_EMAIL=sora@contractor.example", "GIT_COMMITTER_NAME=Sora", "GIT_COMMITTER_EMAIL=sora@contractor.example",
		"GIT_AUTHOR_DATE="+at, "GIT_COMMITTER_DATE="+at, "GIT_ALLOW_PROTOCOL=file:http")
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func (r *repository) write(name, text string) {
	r.Helper()
	full := filepath.Join(r.folder, name)
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		r.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(text), 0o644); err != nil {
		r.Fatal(err)
	}
}

func (r *repository) commit(name, text string) string {
	r.Helper()
	r.write(name, text)
	r.git("add", "-f", name)
	r.git("commit", "-q", "-m", "change "+name)
	return r.git("rev-parse", "HEAD")
}

// forget makes the objects that nothing leads to lie there alone: no reflog leads to them either.
func (r *repository) forget() { r.git("reflog", "expire", "--expire=now", "--all") }

// shop is a register with one active key, made anew for each test.
type shop struct {
	site     key.Site
	register key.Register
	value    string
}

func newShop(t *testing.T) *shop {
	t.Helper()
	site, err := key.NewSite(random(t, key.MinSecret))
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{site: site, value: "sk_" + hex.EncodeToString(random(t, 20))}
	s.add(t, key.Key{
		ID: "data-server", Kind: "api", Owner: "Sora", Contractor: "Nanohana Works",
		Opens: []key.Opening{{What: "members", Data: []string{"e-mail"}, About: 296_019}},
	}, s.value)
	return s
}

func (s *shop) add(t *testing.T, k key.Key, value string) {
	t.Helper()
	print, err := s.site.Print([]byte(value))
	if err != nil {
		t.Fatal(err)
	}
	k.Print, k.Added = print, time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC)
	if err := s.register.Add(k); err != nil {
		t.Fatal(err)
	}
}

func random(t *testing.T, n int) []byte {
	t.Helper()
	b := make([]byte, n)
	if _, err := rand.Read(b); err != nil {
		t.Fatal(err)
	}
	return b
}

var today = time.Date(2022, 9, 15, 0, 0, 0, 0, time.UTC)

func (s *shop) config() Config {
	return Config{Site: s.site, Register: &s.register, Now: func() time.Time { return today }}
}

// seen is what a look reported.
type seen struct {
	*testing.T
	signs []tillwatch.Sign
	gaps  []tillwatch.Gap
}

func observe(t *testing.T, c Config, place string) seen {
	t.Helper()
	s := seen{T: t}
	err := New(c).Observe(t.Context(), tillwatch.Target{Kind: tillwatch.KindSource, Place: place, Shop: "shop.example"}, func(o tillwatch.Observation) error {
		switch o := o.(type) {
		case tillwatch.Sign:
			s.signs = append(s.signs, o)
		case tillwatch.Gap:
			s.gaps = append(s.gaps, o)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// silent fails the test where the value, in whatever writing, is in what was reported.
func (s seen) silent(value string) {
	s.Helper()
	all, err := json.Marshal([]any{s.signs, s.gaps})
	if err != nil {
		s.Fatal(err)
	}
	all = fmt.Appendf(all, "%+v%#v", s.signs, s.gaps)
	for _, form := range []string{value, base64.StdEncoding.EncodeToString([]byte(value)), hex.EncodeToString([]byte(value)), value[:len(value)-4]} {
		if bytes.Contains(all, []byte(form)) {
			s.Errorf("the key's value was reported")
		}
	}
}

// one is the only sign of a rule at a path.
func (s seen) one(rule, path string) tillwatch.Sign {
	s.Helper()
	var found []tillwatch.Sign
	for _, sign := range s.signs {
		if sign.Rule == rule && strings.Contains(sign.Place, ": "+path+" (") {
			found = append(found, sign)
		}
	}
	if len(found) != 1 {
		s.Fatalf("%d signs of %s at %s, want one; all: %s", len(found), rule, path, s.places())
	}
	return found[0]
}

func (s seen) places() string {
	var list []string
	for _, sign := range s.signs {
		list = append(list, sign.Rule+" "+sign.Place+": "+sign.Summary)
	}
	for _, gap := range s.gaps {
		list = append(list, "gap "+gap.Why)
	}
	return strings.Join(list, "\n")
}

func (s seen) gap(part string) {
	s.Helper()
	for _, g := range s.gaps {
		if strings.Contains(g.Why, part) {
			return
		}
	}
	s.Errorf("no gap says %q; all: %s", part, s.places())
}

func (s seen) whole() {
	s.Helper()
	if len(s.gaps) > 0 {
		s.Errorf("gaps: %v", s.gaps)
	}
}

func says(t *testing.T, sign tillwatch.Sign, parts ...string) {
	t.Helper()
	text := sign.Summary + fmt.Sprintf("%+v", sign.Evidence)
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("%q is not said: %s", p, text)
		}
	}
}

func TestAKeyInTheHistoryIsFoundWithCommitOwnerAndWhatItOpens(t *testing.T) {
	t.Parallel()
	for _, packed := range []bool{false, true} {
		s, r := newShop(t), newRepository(t)
		r.commit("readme", "a shop")
		commit := r.commit("app/config.php", "<?php\n$a = 1;\n  $key = '"+s.value+"';\n")
		gone := r.commit("app/config.php", "<?php\n")
		if packed {
			r.git("gc", "-q", "--prune=now", "--aggressive")
		}
		got := observe(t, s.config(), r.folder)
		got.whole()
		got.silent(s.value)
		sign := got.one(ruleActive, "app/config.php")
		if sign.Severity != tillwatch.Critical || sign.Certainty != tillwatch.Certain || sign.Subjects.Min != 296_019 || len(sign.Data) != 1 {
			t.Errorf("got %+v", sign)
		}
		says(t, sign, "since 2020-01-", "Sora (Nanohana Works)", "members (people: 296019)", "no longer in HEAD", "committed on 2020-01-", "by Sora", "taken out again by "+gone[:12])
		e := sign.Evidence[0]
		if e.Where != commit+":app/config.php" || e.Line != 3 || e.Column != 11 || !strings.Contains(e.What, "refs/heads/main") {
			t.Errorf("evidence %+v", e)
		}
		if strings.Contains(fmt.Sprint(got.signs), "@contractor") {
			t.Error("an author's address is shown")
		}
	}
}

func TestWhereverGitKeepsIt(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, path, say string
		hide            func(r *repository, value string)
	}{
		{"in HEAD", ".env", "still in HEAD", func(r *repository, v string) { r.commit(".env", "K="+v+"\n") }},
		{"amended, in the reflog", "a", "reached by the reflog of", func(r *repository, v string) {
			r.commit("a", v)
			r.write("a", "b")
			r.git("commit", "-q", "-a", "--amend", "-m", "b")
		}},
		{"amended and forgotten", "a", "No branch or tag leads to it any more", func(r *repository, v string) {
			r.commit("a", v)
			r.write("a", "b")
			r.git("commit", "-q", "-a", "--amend", "-m", "b")
			r.forget()
			_ = os.Remove(filepath.Join(r.folder, ".git", "ORIG_HEAD"))
		}},
		{"in a stash", "readme", "refs/stash", func(r *repository, v string) {
			r.write("readme", v)
			r.git("stash", "-q")
		}},
		{"in an older stash", "readme", "reflog of refs/stash", func(r *repository, v string) {
			r.write("readme", v)
			r.git("stash", "-q")
			r.write("readme", "other")
			r.git("stash", "-q")
		}},
		{"made by a merge", "readme", "on refs/heads/main", func(r *repository, v string) {
			r.git("switch", "-q", "-c", "side")
			r.commit("other", "1")
			r.git("switch", "-q", "main")
			r.commit("more", "1")
			r.git("merge", "-q", "--no-commit", "--no-ff", "side")
			r.write("readme", v)
			r.git("commit", "-q", "-a", "-m", "merge")
		}},
		{"renamed", "new/name", "elsewhere in this repository since 2020-", func(r *repository, v string) {
			r.commit("name", v)
			if err := os.Mkdir(filepath.Join(r.folder, "new"), 0o755); err != nil {
				r.Fatal(err)
			}
			r.git("mv", "name", "new/name")
			r.git("commit", "-q", "-m", "rename")
		}},
		{"in a commit's message", "commit ", "in the message of a commit", func(r *repository, v string) {
			r.git("commit", "-q", "--allow-empty", "-m", "deploy with "+v)
		}},
		{"in a tag's message", "refs/tags/v1", "in a tag made on", func(r *repository, v string) { r.git("tag", "-a", "v1", "-m", "key "+v) }},
		{"in a tagged blob", "refs/tags/blob", "No commit", func(r *repository, v string) {
			r.write("x", v)
			id := r.git("hash-object", "-w", "x")
			r.git("tag", "blob", id)
			_ = os.Remove(filepath.Join(r.folder, "x"))
		}},
		{"in a note", "", "on refs/notes/commits", func(r *repository, v string) { r.git("notes", "add", "-m", "see "+v) }},
		{"staged", "staged", "not committed", func(r *repository, v string) {
			r.write("staged", v)
			r.git("add", "staged")
			_ = os.Remove(filepath.Join(r.folder, "staged"))
		}},
		{"not added", "b/untracked", "not committed", func(r *repository, v string) { r.write("b/untracked", v) }},
		{"ignored", ".env", "not committed", func(r *repository, v string) {
			r.write(".gitignore", ".env\n")
			r.write(".env", "A=1\nKEY="+v+"\n")
		}},
		{"in the address of a remote", ".git/config", "not committed", func(r *repository, v string) {
			r.git("remote", "add", "x", "https://u:"+v+"@host.example/x.git")
		}},
		{"on another branch", "a", "no longer in HEAD", func(r *repository, v string) {
			r.git("switch", "-q", "-c", "side")
			r.commit("a", v)
			r.git("switch", "-q", "main")
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, r := newShop(t), newRepository(t)
			r.commit("readme", "a shop")
			test.hide(r, s.value)
			got := observe(t, s.config(), r.folder)
			got.whole()
			got.silent(s.value)
			for _, sign := range got.signs {
				if strings.Contains(sign.Place, ": "+test.path) {
					says(t, sign, test.say)
					return
				}
			}
			t.Errorf("nothing at %q: %s", test.path, got.places())
		})
	}
}

func TestEveryKindOfRepositoryIsRead(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, say string
		make      func(t *testing.T, value string) (folder string)
	}{
		{"bare", "no longer in HEAD", func(t *testing.T, v string) string {
			r := newRepository(t)
			r.commit("k", v)
			r.commit("k", "gone")
			to := t.TempDir()
			r.git("clone", "-q", "--bare", r.folder, to)
			return to
		}},
		{"with ids of SHA-256", "still in HEAD", func(t *testing.T, v string) string {
			r := newRepository(t, "--object-format=sha256")
			r.commit("k", v)
			return r.folder
		}},
		{"a linked working tree", "still in HEAD", func(t *testing.T, v string) string {
			r := newRepository(t)
			r.commit("k", v)
			to := filepath.Join(t.TempDir(), "linked")
			r.git("worktree", "add", "-q", to)
			return to
		}},
		{"with objects elsewhere", "still in HEAD", func(t *testing.T, v string) string {
			r := newRepository(t)
			r.commit("k", v)
			to := filepath.Join(t.TempDir(), "shared")
			r.git("clone", "-q", "--shared", r.folder, to)
			return to
		}},
		{"without a commit", "not committed", func(t *testing.T, v string) string {
			r := newRepository(t)
			r.write("k", v)
			r.git("add", "k")
			return r.folder
		}},
		{"the folder of git itself", "still in HEAD", func(t *testing.T, v string) string {
			r := newRepository(t)
			r.commit("k", v)
			return filepath.Join(r.folder, ".git")
		}},
		{"with a strange name", "still in HEAD", func(t *testing.T, v string) string {
			r := newRepository(t)
			r.commit("k", v)
			to := filepath.Join(t.TempDir(), "a b[c]*'\"鍵")
			if err := os.Rename(r.folder, to); err != nil {
				t.Fatal(err)
			}
			return to
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			got := observe(t, s.config(), test.make(t, s.value))
			got.whole()
			got.silent(s.value)
			says(t, got.one(ruleActive, "k"), test.say)
		})
	}
	t.Run("empty", func(t *testing.T) {
		t.Parallel()
		got := observe(t, newShop(t).config(), newRepository(t).folder)
		got.whole()
		if len(got.signs) > 0 {
			t.Error(got.places())
		}
	})
}

func TestAnHonestRepositoryIsSilent(t *testing.T) {
	t.Parallel()
	s, r := newShop(t), newRepository(t)
	for i := range 5 {
		r.commit(fmt.Sprintf("d/%d.js", i), strings.Repeat("let a = 'b';\n", 100*i))
	}
	got := observe(t, s.config(), r.folder)
	got.whole()
	if len(got.signs) > 0 {
		t.Error(got.places())
	}
}

// memoryState is a state that lives as long as the test.
type memoryState struct {
	mu   sync.Mutex
	kept map[string][]byte
}

func (m *memoryState) Load(name string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.kept[name], nil
}

func (m *memoryState) Save(name string, value []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kept == nil {
		m.kept = map[string][]byte{}
	}
	m.kept[name] = bytes.Clone(value)
	return nil
}

// newObjects is how many objects a look had to read.
func newObjects(t *testing.T, c Config, place string) (all int) {
	t.Helper()
	l := &Sensor{config: c}
	l = New(c)
	look := &look{Sensor: l, target: tillwatch.Target{Kind: tillwatch.KindSource, Place: place, Shop: "shop.example"}, report: func(tillwatch.Observation) error { return nil }, now: today}
	v, err := openVault(place, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	look.vault = v
	look.memory = remembered(c, look.target, v.width)
	if err := look.list(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i := range look.all.len() {
		if id := look.all.at(i); !look.memory.objects.has(id[:]) {
			all++
		}
	}
	return all
}

func TestASecondLookReadsOnlyWhatIsNew(t *testing.T) {
	t.Parallel()
	s, r := newShop(t), newRepository(t)
	for i := range 20 {
		r.commit("f", fmt.Sprint("text ", i))
	}
	c := s.config()
	state := &memoryState{}
	c.State, c.Edition = state, "1"
	observe(t, c, r.folder).whole()
	if n := newObjects(t, c, r.folder); n != 0 {
		t.Errorf("%d objects would be read again", n)
	}
	r.commit("key", s.value)
	if n := newObjects(t, c, r.folder); n != 3 {
		t.Errorf("%d objects are new, want 3", n)
	}
	for range 2 { // what was found is found again
		got := observe(t, c, r.folder)
		got.whole()
		got.one(ruleActive, "key")
	}
	for _, value := range state.kept {
		if bytes.Contains(value, []byte(s.value)) {
			t.Error("the key is in the state")
		}
	}
	other := "tok_" + hex.EncodeToString(random(t, 16))
	s.add(t, key.Key{ID: "other"}, other)
	if n := newObjects(t, c, r.folder); n < 60 {
		t.Errorf("%d objects are read for a new key, want all", n)
	}
}

func TestTheStandingDecides(t *testing.T) {
	t.Parallel()
	s, r := newShop(t), newRepository(t)
	values := map[string]string{}
	for _, k := range []key.Key{
		{ID: "old", Retired: today.AddDate(-1, 0, 0), Opens: []key.Opening{{What: "orders", Data: []string{"address"}, About: 3}}},
		{ID: "old-before", Retired: time.Date(2019, 6, 1, 0, 0, 0, 0, time.UTC)},
		{ID: "bait", Decoy: "laptop of Sora"},
		{ID: "bait-here", Decoy: "git:" + r.folder},
		{ID: "at-home", Lives: []string{r.folder + "/.env"}},
		{ID: "away", Lives: []string{"/elsewhere/.env"}},
		{ID: "of-leaver", Readers: []string{"Mei"}},
	} {
		values[k.ID] = k.ID + hex.EncodeToString(random(t, 12))
		s.add(t, k, values[k.ID])
	}
	s.register.Offboard("Mei", nil, today.AddDate(0, -1, 0))
	r.commit("old", values["old"])
	r.commit("old-before", values["old-before"])
	r.commit("bait", values["bait"])
	r.commit("here", values["bait-here"])
	r.write(".env", "A="+values["at-home"]+"\nB="+values["away"]+"\n")
	got := observe(t, s.config(), r.folder)
	got.whole()
	if sign := got.one(ruleRevoked, "old"); sign.Severity != tillwatch.Medium || sign.Subjects.Max != 3 {
		t.Errorf("retired later: %+v", sign)
	}
	if sign := got.one(ruleRevoked, "old-before"); sign.Severity != tillwatch.Low {
		t.Errorf("retired before: %+v", sign)
	}
	if sign := got.one(ruleDecoy, "bait"); sign.Severity != tillwatch.High || !strings.Contains(sign.Summary, "laptop of Sora") {
		t.Errorf("decoy: %+v", sign)
	}
	if sign := got.one(ruleActive, ".env"); sign.Severity != tillwatch.High || !strings.Contains(sign.Place, "(away)") {
		t.Errorf("away: %+v", sign)
	}
	open := 0
	for _, sign := range got.signs {
		if sign.Rule == ruleOffboarding {
			open++
			says(t, sign, "Mei left on 2022-08-15", "of-leaver")
		}
	}
	if len(got.signs) != 5 || open != 1 {
		t.Error(got.places())
	}
	for _, v := range values {
		got.silent(v)
	}
}

// shouting finds the word KEYLIKE.
func shouting(text []byte) []key.Hit {
	var hits []key.Hit
	for at := 0; ; at++ {
		i := bytes.Index(text[at:], []byte("KEYLIKE"))
		if i < 0 {
			return hits
		}
		at += i
		h := key.Hit{Rule: "shouted", Severity: tillwatch.Medium, Offset: at, Value: tillwatch.NewBody(text[at:])}
		if bytes.HasPrefix(text[at:], []byte("KEYLIKE?")) {
			h.Severity = tillwatch.Low
		}
		hits = append(hits, h)
	}
}

func TestPatternsAreToldBelowOwnKeys(t *testing.T) {
	t.Parallel()
	s, r := newShop(t), newRepository(t)
	r.commit("one", "x KEYLIKE")
	r.commit("two", "x KEYLIKE?")
	r.commit("own", "KEYLIKE "+s.value)
	r.commit("docs/example", "a KEYLIKE")
	c := s.config()
	c.Patterns = shouting
	got := observe(t, c, r.folder)
	if sign := got.one(rulePattern, "one"); sign.Severity != tillwatch.Medium || sign.Certainty != tillwatch.Likely {
		t.Errorf("%+v", sign)
	}
	if sign := got.one(rulePattern, "two"); sign.Severity != tillwatch.Low {
		t.Errorf("%+v", sign)
	}
	if sign := got.one(rulePattern, "docs/example"); sign.Severity != tillwatch.Low {
		t.Errorf("%+v", sign)
	}
	got.one(ruleActive, "own")
	if len(got.signs) != 4 {
		t.Error(got.places())
	}
}

func TestWhoCouldReadAKeyIsTold(t *testing.T) {
	t.Parallel()
	s, r := newShop(t), newRepository(t)
	r.commit("k", s.value)
	var held []Holding
	c := s.config()
	c.Held = func(h Holding) { held = append(held, h) }
	observe(t, c, r.folder)
	if len(held) != 1 || held[0].Key != "data-server" || fmt.Sprint(held[0].Authors) != "[Sora sora@contractor.example]" {
		t.Errorf("got %+v", held)
	}
}

func TestALookThatIsInterruptedEnds(t *testing.T) {
	t.Parallel()
	s, r := newShop(t), newRepository(t)
	r.commit("k", s.value)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := New(s.config()).Observe(ctx, tillwatch.Target{Place: r.folder}, func(tillwatch.Observation) error { return nil })
	if err == nil {
		t.Error("no error")
	}
}

func (s *shop) matcher() *key.Matcher { return key.NewMatcher(s.site, s.register.Prints()) }

// benchShop has as many keys as a shop has.
func benchShop(b *testing.B) *shop {
	b.Helper()
	site, err := key.NewSite(bytes.Repeat([]byte{7}, key.MinSecret))
	if err != nil {
		b.Fatal(err)
	}
	s := &shop{site: site}
	for i := range 20 {
		print, err := site.Print(fmt.Appendf(nil, "bench-%d-%s", i, strings.Repeat("x", i)))
		if err != nil {
			b.Fatal(err)
		}
		if err := s.register.Add(key.Key{ID: fmt.Sprint("k", i), Print: print}); err != nil {
			b.Fatal(err)
		}
	}
	return s
}

func benchLook(b *testing.B, c Config, place string) {
	b.Helper()
	err := New(c).Observe(b.Context(), tillwatch.Target{Place: place}, func(tillwatch.Observation) error { return nil })
	if err != nil {
		b.Fatal(err)
	}
}
