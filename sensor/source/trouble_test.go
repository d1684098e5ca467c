//go:build unix

package source

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"unicode/utf16"
)

// objectFile is a file of the object store that a pattern names.
func objectFile(r *repository, pattern string) string {
	r.Helper()
	names, err := filepath.Glob(filepath.Join(r.folder, ".git", "objects", pattern))
	if err != nil || len(names) == 0 {
		r.Fatalf("no %s: %v", pattern, err)
	}
	if err := os.Chmod(names[0], 0o644); err != nil {
		r.Fatal(err)
	}
	return names[0]
}

func TestWhatIsNotThereIsNotClean(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, gap string
		spoil     func(r *repository) (folder string)
	}{
		{"a shallow clone", "shallow clone", func(r *repository) string {
			to := r.TempDir()
			r.git("clone", "-q", "--depth=1", "file://"+r.folder, to)
			return to
		}},
		{"a partial clone", "partial clone", func(r *repository) string {
			to := r.TempDir()
			r.git("config", "uploadpack.allowFilter", "true")
			r.git("clone", "-q", "--filter=blob:none", "--no-checkout", "file://"+r.folder, to)
			return to
		}},
		{"objects left out of a partial clone", "objects that it refers to are not there", func(r *repository) string {
			to := r.TempDir()
			r.git("config", "uploadpack.allowFilter", "true")
			r.git("clone", "-q", "--filter=blob:none", "--no-checkout", "file://"+r.folder, to)
			return to
		}},
		{"a pack cut short", "damaged", func(r *repository) string {
			r.git("gc", "-q")
			name := objectFile(r, "pack/*.pack")
			info, err := os.Stat(name)
			if err == nil {
				err = os.Truncate(name, info.Size()/2)
			}
			if err != nil {
				r.Fatal(err)
			}
			return r.folder
		}},
		{"a pack with other bytes in it", "damaged", func(r *repository) string {
			r.git("gc", "-q")
			name := objectFile(r, "pack/*.pack")
			data, err := os.ReadFile(name)
			if err == nil {
				for i := len(data) / 3; i < len(data)/2; i++ {
					data[i] ^= 0x5a
				}
				err = os.WriteFile(name, data, 0o644)
			}
			if err != nil {
				r.Fatal(err)
			}
			return r.folder
		}},
		{"a pack without its index", "no index", func(r *repository) string {
			r.git("gc", "-q")
			if err := os.Remove(objectFile(r, "pack/*.idx")); err != nil {
				r.Fatal(err)
			}
			return r.folder
		}},
		{"a loose object that is garbage", "damaged", func(r *repository) string {
			if err := os.WriteFile(objectFile(r, "??/*"), []byte("garbage"), 0o644); err != nil {
				r.Fatal(err)
			}
			return r.folder
		}},
		{"a loose object that is gone", "not there", func(r *repository) string {
			id := r.git("rev-parse", "HEAD:plain")
			if err := os.Remove(objectFile(r, id[:2]+"/"+id[2:])); err != nil {
				r.Fatal(err)
			}
			return r.folder
		}},
		{"alternates that are gone", "borrows objects", func(r *repository) string {
			r.write(".git/objects/info/alternates", r.folder+"/nowhere/objects\n")
			return r.folder
		}},
		{"a submodule", "submodules", func(r *repository) string {
			r.git("update-index", "--add", "--cacheinfo", "160000,"+r.git("rev-parse", "HEAD")+",vendor/lib")
			r.git("commit", "-q", "-m", "module")
			return r.folder
		}},
		{"a repository in the tree", "submodules", func(r *repository) string {
			r.git("init", "-q", "inner")
			return r.folder
		}},
		{"a large file kept elsewhere", "Git LFS", func(r *repository) string {
			r.commit("large.sql", "version https://git-lfs.github.com/spec/v1\noid sha256:"+strings.Repeat("ab", 32)+"\nsize 12345\n")
			return r.folder
		}},
		{"an archive in a form that is not opened", "form that is not opened", func(r *repository) string {
			r.commit("a.7z", "7z\xbc\xaf\x27\x1c and so on")
			return r.folder
		}},
		{"an archive cut short", "not looked through to the end", func(r *repository) string {
			r.commit("a.tgz", string(tarGz(r.T, "x", strings.Repeat("text ", 20_000))[:200]))
			return r.folder
		}},
		{"a link out of the tree", "lead out of the working tree", func(r *repository) string {
			if err := os.Symlink("/etc", filepath.Join(r.folder, "out")); err != nil {
				r.Fatal(err)
			}
			return r.folder
		}},
		{"a pipe among the objects", "no file", func(r *repository) string {
			pipe(r.T, filepath.Join(r.folder, ".git", "objects", "pack", "pack-0.idx"))
			return r.folder
		}},
		{"no repository", "no git repository", func(r *repository) string { return r.TempDir() }},
		{"nothing", "cannot be opened", func(r *repository) string { return filepath.Join(r.folder, "nothing") }},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, r := newShop(t), newRepository(t)
			for i := range 30 {
				r.commit("plain", fmt.Sprintf("some text %d %x", i, random(t, 400)))
			}
			c := s.config()
			c.State = &memoryState{}
			folder := test.spoil(r)
			for range 2 { // nor the second time
				observe(t, c, folder).gap(test.gap)
			}
		})
	}
}

func TestWhatIsDamagedDoesNotHideTheRest(t *testing.T) {
	t.Parallel()
	s, r := newShop(t), newRepository(t)
	first := r.commit("a", "one "+s.value)
	for i := range 20 {
		r.commit(fmt.Sprint("file", i), fmt.Sprintf("%x", random(t, 100)))
	}
	for i := range 5 {
		id := r.git("rev-parse", fmt.Sprintf("HEAD:file%d", i))
		if err := os.WriteFile(objectFile(r, id[:2]+"/"+id[2:]), []byte("garbage"), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(filepath.Join(r.folder, fmt.Sprint("file", i))); err != nil {
			t.Fatal(err)
		}
	}
	got := observe(t, s.config(), r.folder)
	says(t, got.one(ruleActive, "a"), first)
	got.gap("number: 5")
}

// hostile is a configuration in which every program that git could be made to run makes a file.
const hostile = `[core]
	fsmonitor = touch %[1]s
	hooksPath = %[2]s
	pager = touch %[1]s
	editor = touch %[1]s
	sshCommand = touch %[1]s
	gitProxy = touch %[1]s
	askPass = touch %[1]s
	attributesFile = %[2]s/attributes
	alternateRefsCommand = touch %[1]s
[alias]
	cat-file = !touch %[1]s
	log = !touch %[1]s
[diff]
	external = touch %[1]s
[diff "x"]
	textconv = touch %[1]s
	command = touch %[1]s
[filter "x"]
	clean = touch %[1]s
	smudge = touch %[1]s
	process = touch %[1]s
[gpg]
	program = touch %[1]s
[log]
	showSignature = true
[credential]
	helper = !touch %[1]s
[remote "origin"]
	url = ext::touch %[1]s
	promisor = true
	partialclonefilter = blob:none
	uploadpack = touch %[1]s
	vcs = x
[extensions]
	partialClone = origin
[include]
	path = %[2]s/more
[protocol]
	allow = always
`

func TestNoProgramThatARepositoryNamesIsRun(t *testing.T) {
	t.Parallel()
	s, r := newShop(t), newRepository(t)
	r.commit("k", s.value)
	r.commit("b", "x")
	missing := r.git("rev-parse", "HEAD:b")
	trap, hooks := filepath.Join(t.TempDir(), "trap"), t.TempDir()
	for _, folder := range []string{hooks, filepath.Join(r.folder, ".git", "hooks")} {
		for _, name := range []string{"post-checkout", "post-index-change", "reference-transaction", "pre-auto-gc", "post-rewrite", "fsmonitor-watchman"} {
			if err := os.WriteFile(filepath.Join(folder, name), []byte("#!/bin/sh\ntouch "+trap+"\n"), 0o755); err != nil {
				t.Fatal(err)
			}
		}
	}
	r.write(".gitattributes", "* diff=x filter=x\n")
	r.write(".git/info/attributes", "* diff=x filter=x\n")
	r.write(".git/config", fmt.Sprintf(hostile, trap, hooks))
	if err := os.Remove(objectFile(r, missing[:2]+"/"+missing[2:])); err != nil {
		t.Fatal(err)
	}
	got := observe(t, s.config(), r.folder)
	got.one(ruleActive, "k")
	got.gap("partial clone")
	if _, err := os.Stat(trap); err == nil {
		t.Error("a program that the repository names was run")
	}
}

func TestNothingIsWrittenToTheRepository(t *testing.T) {
	t.Parallel()
	s, r := newShop(t), newRepository(t)
	r.commit("k", s.value)
	list := func() string {
		var all strings.Builder
		err := filepath.WalkDir(r.folder, func(name string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := d.Info()
			fmt.Fprintln(&all, name, info.Size(), info.ModTime())
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return all.String()
	}
	before := list()
	observe(t, s.config(), r.folder)
	if after := list(); before != after {
		t.Errorf("before\n%s\nafter\n%s", before, after)
	}
}

// endless gives n bytes of text, with something at a place in them.
func endless(n, at int64, something string) io.Reader {
	line := bytes.Repeat([]byte("a line of a dump, with nothing in it ----------------------------------------\n"), 1000)
	var parts []io.Reader
	fill := func(n int64) {
		for ; n > int64(len(line)); n -= int64(len(line)) {
			parts = append(parts, bytes.NewReader(line))
		}
		parts = append(parts, bytes.NewReader(line[:n]))
	}
	fill(at)
	parts = append(parts, strings.NewReader(something))
	fill(n - at - int64(len(something)))
	return io.MultiReader(parts...)
}

func TestALargeFileIsReadInPieces(t *testing.T) {
	t.Parallel()
	s, r := newShop(t), newRepository(t)
	const at = 290 << 20
	f, err := os.Create(filepath.Join(r.folder, "dump.sql"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(f, endless(300<<20, at, s.value)); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	r.git("-c", "core.compression=1", "add", "dump.sql")
	r.git("commit", "-q", "-m", "dump")
	if err := os.Remove(f.Name()); err != nil {
		t.Fatal(err)
	}
	got := observe(t, s.config(), r.folder)
	got.whole()
	e := got.one(ruleActive, "dump.sql").Evidence[0]
	if line := at/78 + 1; e.Line != line || e.Column != at%78+1 {
		t.Errorf("line %d, column %d, want %d and %d", e.Line, e.Column, line, at%78+1)
	}
}

func TestAKeyAtTheEdgeOfTwoPieces(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	scan := scanner{matcher: s.matcher()}
	for _, at := range []int64{0, pieceSize - 10, pieceSize - pieceLap - 5, pieceSize - 1, 2*pieceSize - 2*pieceLap - 20, 3*pieceSize - 44} {
		got, err := scan.stream(endless(3*pieceSize, at, s.value))
		if err != nil || len(got.found) != 1 || got.found[0].offset != at {
			t.Errorf("at %d: %+v, %v", at, got.found, err)
		}
	}
	wide := []byte{0xff, 0xfe}
	text, err := io.ReadAll(endless(4<<20, 3<<20, s.value))
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range utf16.Encode([]rune(string(text))) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	got, err := scan.stream(bytes.NewReader(wide))
	if err != nil || len(got.found) != 1 || got.found[0].encoding != "UTF-16" {
		t.Errorf("in UTF-16: %+v, %v", got.found, err)
	}
}

func tarGz(t *testing.T, pairs ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	packer := gzip.NewWriter(&out)
	archive := tar.NewWriter(packer)
	for i := 0; i+1 < len(pairs); i += 2 {
		if err := archive.WriteHeader(&tar.Header{Name: pairs[i], Mode: 0o644, Size: int64(len(pairs[i+1]))}); err != nil {
			t.Fatal(err)
		}
		if _, err := archive.Write([]byte(pairs[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if err := packer.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func zipped(t *testing.T, name string, text []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	w, err := archive.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestArchivesAreOpened(t *testing.T) {
	t.Parallel()
	s, r := newShop(t), newRepository(t)
	layer := tarGz(t, "app/.env", "A=1\nKEY="+s.value+"\n")
	image := tarGz(t, "manifest.json", "[]", "blobs/sha256/00", string(layer))
	r.commit("image.tar.gz", string(image))
	r.commit("backup.zip", string(zipped(t, "site/db.sql", []byte("INSERT INTO c VALUES ('"+s.value+"');"))))
	r.commit("nested.zip", string(zipped(t, "inner.tgz", layer)))
	r.write("not-committed.zip", string(zipped(t, "a/b", []byte(s.value))))
	got := observe(t, s.config(), r.folder)
	got.whole()
	got.silent(s.value)
	for _, path := range []string{"image.tar.gz!/blobs/sha256/00!/app/.env", "backup.zip!/site/db.sql", "nested.zip!/inner.tgz!/app/.env", "not-committed.zip!/a/b"} {
		got.one(ruleActive, path)
	}
	if e := got.one(ruleActive, "image.tar.gz!/blobs/sha256/00!/app/.env").Evidence[0]; e.Line != 2 || e.Column != 5 {
		t.Errorf("got %+v", e)
	}
}

func TestABombIsLeftAlone(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	var bomb bytes.Buffer
	w := gzip.NewWriter(&bomb)
	if _, err := w.Write([]byte(s.value)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(w, io.LimitReader(zeros{}, 64<<20)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	c := &carton{scanner: scanner{matcher: s.matcher()}, left: 1 << 20}
	if err := c.stream(&bomb, "", 0); err != nil {
		t.Fatal(err)
	}
	if got := c.result(); len(got.found) != 1 || fmt.Sprint(got.unseen) != "["+whyBomb+"]" {
		t.Errorf("got %+v", got)
	}
	deep := []byte(s.value)
	for range maxNested + 2 {
		deep = zipped(t, "in", deep)
	}
	if got := c.content(deep); fmt.Sprint(got.unseen) != "["+whyBomb+"]" {
		t.Errorf("got %+v", got)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestEncodedKeysAreFound(t *testing.T) {
	t.Parallel()
	s, r := newShop(t), newRepository(t)
	r.commit("secret.yaml", "data:\n  key: "+base64.StdEncoding.EncodeToString([]byte(s.value))+"\n")
	r.commit("hex", hex.EncodeToString([]byte(s.value)))
	got := observe(t, s.config(), r.folder)
	says(t, got.one(ruleActive, "secret.yaml"), "written as base64")
	says(t, got.one(ruleActive, "hex"), "written as hex")
	got.silent(s.value)
}

func TestAKeyInANameIsFoundAndNotShown(t *testing.T) {
	t.Parallel()
	s, r := newShop(t), newRepository(t)
	r.commit("keys/"+s.value+".pem", "x")
	r.commit(s.value, "y")
	got := observe(t, s.config(), r.folder)
	got.silent(s.value)
	if len(got.signs) == 0 {
		t.Error(got.places())
	}
}

func TestRoundAndRoundLinksEnd(t *testing.T) {
	t.Parallel()
	s, r := newShop(t), newRepository(t)
	r.commit("d/a", s.value)
	for name, to := range map[string]string{"self": "self", "d/up": "..", "x": "y", "y": "x"} {
		if err := os.Symlink(to, filepath.Join(r.folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	got := observe(t, s.config(), r.folder)
	got.whole()
	got.one(ruleActive, "d/a")
}

func TestARepositoryThatChangesWhileItIsRead(t *testing.T) {
	t.Parallel()
	s, r := newShop(t), newRepository(t)
	r.commit("k", s.value)
	for i := range 20 {
		r.commit("other", fmt.Sprintf("%d %x", i, random(t, 2000)))
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 4 {
			cmd := exec.CommandContext(t.Context(), "git", "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "--allow-empty", "-m", fmt.Sprint(i))
			cmd.Dir = r.folder
			_ = cmd.Run() // whatever comes of it: it is what goes on at the same time
			cmd = exec.CommandContext(t.Context(), "git", "repack", "-q", "-a", "-d", "-f")
			cmd.Dir = r.folder
			_ = cmd.Run()
		}
	}()
	for range 4 {
		observe(t, s.config(), r.folder).one(ruleActive, "k")
	}
	<-done
}

// served is a bare repository behind git's own HTTP server, for a user with a password.
func served(t *testing.T, r *repository, user, password string) string {
	t.Helper()
	root := t.TempDir()
	r.git("clone", "-q", "--mirror", r.folder, filepath.Join(root, "shop.git"))
	program, err := exec.Command("git", "--exec-path").Output()
	if err != nil {
		t.Fatal(err)
	}
	backend := &cgi.Handler{
		Path: filepath.Join(strings.TrimSpace(string(program)), "git-http-backend"),
		Env:  []string{"GIT_PROJECT_ROOT=" + root, "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*"},
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if u, p, _ := q.BasicAuth(); u != user || p != password {
			w.Header().Set("WWW-Authenticate", `Basic realm="git"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		backend.ServeHTTP(w, q)
	}))
	t.Cleanup(server.Close)
	return server.URL + "/shop.git"
}

func TestARemoteRepositoryIsFetched(t *testing.T) {
	t.Parallel()
	s, r := newShop(t), newRepository(t)
	r.commit("k", s.value)
	r.commit("k", "gone")
	password := hex.EncodeToString(random(t, 12))
	address := served(t, r, "reader", password)
	c := s.config()
	observe(t, c, address).gap("without logging in")
	c.Auth = func(string) (string, string) { return "reader", "wrong" }
	got := observe(t, c, address)
	if len(got.gaps) != 1 {
		t.Error(got.places())
	}
	c.Auth = func(string) (string, string) { return "reader", password }
	got = observe(t, c, address)
	got.whole()
	got.silent(password)
	says(t, got.one(ruleActive, "k"), "Whoever can read this address", "no longer in HEAD")
	c.Auth = nil
	named := strings.Replace(address, "://", "://reader:"+password+"@", 1)
	got = observe(t, c, named)
	got.whole()
	got.silent(password)
	got.one(ruleActive, "k")
	c.Limits.CloneTime = 1
	observe(t, c, address).gap("within the time allowed")
	observe(t, s.config(), strings.TrimSuffix(address, "/shop.git")+":1/none.git").gap("cannot be fetched")
}

// BenchmarkScan reads a repository that TILLWATCH_BENCH_REPOSITORY names, or else this one. Beside it stands the time of
// git's own stream of all objects.
func BenchmarkScan(b *testing.B) {
	place := os.Getenv("TILLWATCH_BENCH_REPOSITORY")
	if place == "" {
		place = "../.."
	}
	s := benchShop(b)
	work := b.TempDir()
	v, err := openVault(place, work)
	if err != nil {
		b.Skip(err)
	}
	var size int64
	b.Run("stream", func(b *testing.B) {
		for b.Loop() {
			cmd := v.git(b.Context(), "cat-file", "--batch-all-objects", "--unordered", "--batch", "--buffer")
			out, err := cmd.StdoutPipe()
			if err != nil {
				b.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				b.Fatal(err)
			}
			size, err = io.Copy(io.Discard, bufio.NewReaderSize(out, 1<<20))
			if err != nil || cmd.Wait() != nil {
				b.Fatal("the stream broke")
			}
			b.SetBytes(size)
		}
	})
	c := s.config()
	for _, test := range []struct {
		name  string
		state *memoryState
	}{{"first", nil}, {"again", &memoryState{}}} {
		b.Run(test.name, func(b *testing.B) {
			if test.state != nil {
				c.State = test.state
				benchLook(b, c, v.common)
			}
			for b.Loop() {
				benchLook(b, c, v.common)
				b.SetBytes(size)
			}
		})
	}
}

func pipe(t *testing.T, name string) {
	t.Helper()
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		t.Fatal(err)
	}
}
