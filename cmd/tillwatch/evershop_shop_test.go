//go:build evershop

package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// everShop is an EverShop 2.2 on a port of its own, with a PostgreSQL of its own, its demonstration goods, one way to
// ship and cash on delivery.
type everShop struct {
	dir      string // where it runs: links to the installed packages, and its own copy of what was built from them
	port     int
	database *postgres
	env      []string
}

// openEverShop opens the shop until the test ends. ctx should end on Ctrl-C: then the test fails, and so cleans up.
func openEverShop(ctx context.Context, t *testing.T) *everShop {
	installed := installEverShop(ctx, t)
	s := &everShop{dir: t.TempDir(), port: freePort(t), database: startPostgres(ctx, t)}
	for _, name := range []string{"node_modules", "package.json", "config", "bind.cjs"} {
		if err := os.Symlink(filepath.Join(installed, name), filepath.Join(s.dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"media", "public"} {
		if err := os.Mkdir(filepath.Join(s.dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.CopyFS(filepath.Join(s.dir, ".evershop"), os.DirFS(filepath.Join(installed, ".evershop"))); err != nil {
		t.Fatal(err)
	}
	secret := func(use string) string { return use + strings.Repeat("-", 36-len(use)) }
	s.env = append(os.Environ(),
		"NODE_ENV=production", "NODE_OPTIONS=--require "+filepath.Join(s.dir, "bind.cjs"), "PORT="+strconv.Itoa(s.port),
		// The default is localhost. With another name in the address bar, a click on "Add to cart" does nothing.
		"NODE_CONFIG="+fmt.Sprintf(`{"shop":{"homeUrl":"http://127.0.0.1:%d"}}`, s.port),
		"DB_HOST=127.0.0.1", "DB_PORT="+strconv.Itoa(s.database.port), "DB_NAME=postgres", "DB_USER=postgres", "DB_PASSWORD=unused", "DB_SSLMODE=disable",
		"JWT_ADMIN_SECRET="+secret("admin"), "JWT_ADMIN_REFRESH_SECRET="+secret("admin again"),
		"JWT_CUSTOMER_SECRET="+secret("customer"), "JWT_CUSTOMER_REFRESH_SECRET="+secret("customer again"))

	started := time.Now()
	server := s.command(context.Background(), "start")
	ended := runUntilCleanup(t, server)
	await(ctx, t, "EverShop", ended, func() bool {
		response, err := http.Get(s.url("/"))
		if err != nil {
			return false
		}
		response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
	const email, password = "admin@shop.example", "admin of a test"
	for _, args := range [][]string{
		{"seed", "--all"}, {"user:create", "--email", email, "--password", password, "--name", "Admin"},
	} {
		outputOf(t, s.command(ctx, args...))
	}
	s.sellWithCashOnDelivery(ctx, t, email, password)
	t.Logf("EverShop is ready at %s after %.1f s", s.url("/"), time.Since(started).Seconds())
	return s
}

func (s *everShop) command(ctx context.Context, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, "node", append([]string{"node_modules/.bin/evershop"}, args...)...)
	c.Dir, c.Env = s.dir, s.env
	return c
}

func (s *everShop) url(path string) string { return fmt.Sprintf("http://127.0.0.1:%d%s", s.port, path) }

// sellWithCashOnDelivery makes the shop able to take orders from the United States and Japan.
func (s *everShop) sellWithCashOnDelivery(ctx context.Context, t *testing.T, email, password string) {
	type object = map[string]any
	token := ""
	post := func(path string, body object) object {
		t.Helper()
		content, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url("/api/"+path), bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Authorization", "Bearer "+token)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		content, err = io.ReadAll(response.Body)
		var answer struct{ Data object }
		if err != nil || response.StatusCode != http.StatusOK || json.Unmarshal(content, &answer) != nil {
			t.Fatalf("POST %s: %s, %v: %s", path, response.Status, err, content)
		}
		return answer.Data
	}
	token, _ = post("user/tokens", object{"email": email, "password": password})["accessToken"].(string)
	zone := post("shippingZones", object{"name": "All", "countries": []string{"US", "JP"}})
	method := post("shippingProviders/core/methods", object{"name": "Standard", "is_enabled": true})
	post("shippingProviders/core/rates", object{"method_id": method["uuid"], "zone_id": zone["uuid"], "is_enabled": true, "cost": 5})
	post("settings", object{"codPaymentStatus": "1", "codDisplayName": "Cash on Delivery"})
}

// infect appends source to the script of the checkout until the test ends, and returns the script's file name.
func (s *everShop) infect(t *testing.T, source string) string {
	scripts, err := filepath.Glob(filepath.Join(s.dir, ".evershop/build/frontStore/checkout/client/*.js"))
	scripts = slices.DeleteFunc(scripts, func(path string) bool { return filepath.Base(path) == "entry.js" })
	if err != nil || len(scripts) != 1 {
		t.Fatalf("the built checkout has the scripts %v, %v", scripts, err)
	}
	clean, err := os.ReadFile(scripts[0])
	if err == nil {
		err = os.WriteFile(scripts[0], slices.Concat(clean, []byte("\n"), []byte(source)), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.WriteFile(scripts[0], clean, 0o644); err != nil {
			t.Error(err)
		}
	})
	return filepath.Base(scripts[0])
}

// orders is the number of orders in the database.
func (s *everShop) orders(t *testing.T) string {
	return strings.TrimSpace(outputOf(t, s.database.command(t.Context(), "psql", "-AtX", "-h", "127.0.0.1", "-p", strconv.Itoa(s.database.port), "-c", `select count(*) from "order"`)))
}

// installEverShop returns a folder with the installed packages and what EverShop builds from them. It is kept in the
// user's cache; a marker, written last, says that it is whole.
func installEverShop(ctx context.Context, t *testing.T) string {
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Fatalf("%v: run .ci/setup evershop", err)
		}
	}
	recipe := os.DirFS(filepath.Join("testdata", "evershop"))
	digest := sha256.New()
	for _, name := range []string{"package.json", "package-lock.json", "config/default.json", "bind.cjs"} {
		file, err := recipe.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.Copy(digest, file)
		file.Close()
		if err != nil {
			t.Fatal(err)
		}
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(cache, "tillwatch-test", "evershop-"+hex.EncodeToString(digest.Sum(nil))[:16])
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	lock, err := os.OpenFile(dir+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close() // and so unlocks it
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	marker := filepath.Join(dir, "complete")
	if _, err := os.Stat(marker); err == nil {
		return dir
	}
	started := time.Now()
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(dir, recipe); err != nil {
		t.Fatal(err)
	}
	// Not "npm ci": npm 11 refuses with it the lock file that it has just written.
	install := func() *exec.Cmd {
		c := exec.CommandContext(ctx, "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--omit-lockfile-registry-resolved")
		c.Dir = dir
		return c
	}
	if out, err := install().CombinedOutput(); err != nil {
		t.Logf("npm install failed, trying once more: %v\n%s", err, out)
		outputOf(t, install())
	}
	build := exec.CommandContext(ctx, "node", "node_modules/.bin/evershop", "build")
	build.Dir, build.Env = dir, append(os.Environ(), "NODE_ENV=production")
	for _, name := range []string{"media", "public"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	outputOf(t, build)
	if err := os.WriteFile(marker, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	t.Logf("EverShop was installed and built in %.0f s", time.Since(started).Seconds())
	return dir
}

// postgres is a PostgreSQL server of the test's own.
type postgres struct {
	bin, dir string
	port     int
	as       *syscall.Credential // it refuses to run as root
}

func startPostgres(ctx context.Context, t *testing.T) *postgres {
	p := &postgres{bin: postgresPrograms(t), port: freePort(t)}
	var err error
	if p.dir, err = os.MkdirTemp("", "tillwatch-postgres-"); err != nil { // not t.TempDir: only this user can enter that
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(p.dir) })
	if os.Getuid() == 0 {
		p.as = unprivileged(t)
		if err := os.Chown(p.dir, int(p.as.Uid), int(p.as.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	data := filepath.Join(p.dir, "data")
	outputOf(t, p.command(ctx, "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"))
	server := p.command(context.Background(), "postgres", "-D", data, "-k", p.dir, "-p", strconv.Itoa(p.port),
		"-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "full_page_writes=off")
	ended := runUntilCleanup(t, server)
	await(ctx, t, "PostgreSQL", ended, func() bool {
		return p.command(ctx, "pg_isready", "-q", "-h", "127.0.0.1", "-p", strconv.Itoa(p.port)).Run() == nil
	})
	return p
}

func (p *postgres) command(ctx context.Context, program string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, filepath.Join(p.bin, program), args...)
	c.Dir = p.dir
	c.Env = append(os.Environ(), "PGUSER=postgres", "PGDATABASE=postgres", "HOME="+p.dir)
	c.SysProcAttr = &syscall.SysProcAttr{Credential: p.as}
	return c
}

// postgresPrograms is the folder of the server's programs, which Debian keeps out of PATH.
func postgresPrograms(t *testing.T) string {
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			if _, err := os.Stat(filepath.Join(filepath.Dir(path), "postgres")); err == nil {
				return filepath.Dir(path)
			}
		}
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if len(found) == 0 {
		t.Fatal("no PostgreSQL server on this machine: run .ci/setup evershop")
	}
	return filepath.Dir(found[len(found)-1])
}

func unprivileged(t *testing.T) *syscall.Credential {
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			continue
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			continue
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	t.Fatal("PostgreSQL does not run as root, and this machine has neither a user postgres nor a user nobody")
	return nil
}

// outputOf returns what the command writes, and fails the test with it where the command fails.
func outputOf(t *testing.T, c *exec.Cmd) string {
	t.Helper()
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(c.Args, " "), err, out)
	}
	return string(out)
}

// runUntilCleanup starts c and, when the test is over, ends it with all its children: EverShop leaves two behind.
func runUntilCleanup(t *testing.T, c *exec.Cmd) (ended <-chan struct{}) {
	t.Helper()
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	if c.SysProcAttr == nil {
		c.SysProcAttr = &syscall.SysProcAttr{}
	}
	c.SysProcAttr.Setpgid = true
	c.WaitDelay = 10 * time.Second
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = c.Wait()
	}()
	t.Cleanup(func() {
		_ = syscall.Kill(-c.Process.Pid, syscall.SIGINT)
		select {
		case <-done:
		case <-time.After(10 * time.Second):
		}
		_ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL)
		<-done
		if t.Failed() {
			t.Logf("%s wrote:\n%s", strings.Join(c.Args, " "), out.Bytes()[max(0, out.Len()-4000):])
		}
	})
	return done
}

// await waits until a server that was started answers.
func await(ctx context.Context, t *testing.T, what string, ended <-chan struct{}, ready func() bool) {
	t.Helper()
	limit := time.After(3 * time.Minute)
	for !ready() {
		select {
		case <-ended:
			t.Fatalf("%s ended instead of starting", what)
		case <-ctx.Done():
			t.Fatal(ctx.Err())
		case <-limit:
			t.Fatalf("%s does not answer", what)
		case <-time.After(200 * time.Millisecond):
		}
	}
}
