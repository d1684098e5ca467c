package app

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/app/report"
	"github.com/tillwatch/tillwatch/canary"
	"github.com/tillwatch/tillwatch/remote/sshtest"
)

// rented is a shop on a rented server, and the state of somebody who looks at it.
type rented struct {
	*sshtest.Server
	t     *testing.T
	dir   string // there
	state string // here
}

func rent(t *testing.T) rented {
	r := rented{sshtest.Start(t), t, t.TempDir(), t.TempDir()}
	return r
}

func (r rented) put(name, text string) {
	r.t.Helper()
	file := filepath.Join(r.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

func (r rented) place() string { return fmt.Sprintf("sftp://%s@127.0.0.1:%d%s", r.User, r.Port, r.dir) }

func (r rented) ssh() SSH {
	return SSH{KeyFile: r.Key, KnownHosts: r.KnownHosts, pauses: []time.Duration{time.Millisecond, 50 * time.Millisecond}}
}

func (r rented) config() CheckConfig {
	return CheckConfig{Targets: []string{r.place()}, StateDir: r.state, SSH: r.ssh(), Shopper: Shopper{Env: func(string) string { return "" }}}
}

func (r rented) check(c CheckConfig) *report.Report {
	r.t.Helper()
	result, err := Check(r.t.Context(), c)
	if err != nil {
		r.t.Fatal(err)
	}
	return result
}

// linesOf is what a report has, a line for each.
func linesOf(r *report.Report) string {
	var b strings.Builder
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "%s %s %s\n", f.Rule, f.Severity, f.Place)
	}
	for _, g := range r.NotSeen {
		fmt.Fprintf(&b, "not seen: %s: %s\n", g.Place, g.Why)
	}
	return b.String()
}

const shell = `<?php if (isset($_POST['k'])) { system($_POST['k']); }`

func TestAShopOnARentedServerIsLookedAtLikeOneHere(t *testing.T) {
	t.Parallel()
	r := rent(t)
	r.put("index.php", "<?php require 'lib/cart.php'; echo 'shop';")
	r.put("lib/cart.php", "<?php function total($lines) { return array_sum($lines); }")
	r.put("img/logo\x1b[31m\xff.txt", "a name of any bytes")
	if err := os.Symlink("..", filepath.Join(r.dir, "lib/loop")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(t.TempDir(), filepath.Join(r.dir, "out")); err != nil {
		t.Fatal(err)
	}
	first := linesOf(r.check(r.config()))
	if !strings.Contains(first, "/out: this link leads out of the folder") || strings.Count(first, "\n") != 1 {
		t.Fatalf("the first look: %s", first)
	}
	os.Remove(filepath.Join(r.dir, "out"))

	r.put("upload/a.php", shell)
	r.put("lib/cart.php", "<?php function total($lines) { return array_sum($lines) * 2; }")
	second := linesOf(r.check(r.config()))
	for _, want := range []string{"files/webshell high " + r.place() + "/upload/a.php", "files/changed high " + r.place() + "/lib/cart.php"} {
		if !strings.Contains(second, want) {
			t.Errorf("the second look does not tell %q: %s", want, second)
		}
	}
	if strings.Contains(second, "not seen") || strings.Contains(second, "index.php") {
		t.Errorf("the second look: %s", second)
	}
}

func TestWhatIsDeployedThereIsTheNewBaseline(t *testing.T) {
	t.Parallel()
	r := rent(t)
	r.put("lib/cart.php", "<?php function total($lines) { return array_sum($lines); }")
	r.put("lib/pay.php", "<?php function pay() { return 1; }")
	if got := linesOf(r.check(r.config())); got != "" {
		t.Fatal(got)
	}
	d, err := OpenDeployments(t.Context(), r.state, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	d.SSH = r.ssh()
	r.put("lib/pay.php", "<?php function pay() { return 2; }") // before anybody said that something is deployed
	if _, gaps, err := d.Begin(t.Context(), "sato", "release", 1e12); err != nil || len(gaps) > 0 {
		t.Fatal(err, gaps)
	}
	r.put("lib/cart.php", "<?php function total($lines) { return array_sum($lines) * 2; }")
	long := filepath.Join(r.dir, "lib/cart.php") // as tools do that keep the time of the original
	if err := os.Chtimes(long, time.Unix(1577836800, 0), time.Unix(1577836800, 0)); err != nil {
		t.Fatal(err)
	}
	one, gaps, err := d.End(t.Context(), false)
	if err != nil || len(gaps) > 0 || one.Changed != 1 {
		t.Fatalf("%v %v, files approved: %d", err, gaps, one.Changed)
	}
	if got := linesOf(r.check(r.config())); strings.Contains(got, "cart.php") || !strings.Contains(got, "lib/pay.php") {
		t.Error(got)
	}
}

func TestALineThatBreaksIsMadeAgain(t *testing.T) {
	t.Parallel()
	r := rent(t)
	r.many(250)
	broken := atomic.Bool{}
	c := r.config()
	c.Progress = func(Progress) {
		if !broken.Swap(true) {
			r.Break()
		}
	}
	if got := linesOf(r.check(c)); got != "" || !broken.Load() {
		t.Fatalf("broken: %v; %s", broken.Load(), got)
	}
}

func TestALineThatCannotBeMadeAgainIsAGapAndLosesNothing(t *testing.T) {
	t.Parallel()
	r := rent(t)
	r.many(250)
	if got := linesOf(r.check(r.config())); got != "" {
		t.Fatal(got)
	}
	r.put("f/d7/a.php", "<?php function a() { return 'other'; }")
	c := r.config()
	c.Full = true
	dead := atomic.Bool{}
	c.Progress = func(Progress) {
		if !dead.Swap(true) {
			r.Kill()
		}
	}
	got := r.check(c)
	if text := linesOf(got); !dead.Load() || !strings.Contains(text, "the connection to the server was lost") || strings.Contains(text, "files/missing") {
		t.Fatalf("dead: %v; %s", dead.Load(), text)
	}
	if ExitCode(got, 0) != ExitNotSeen {
		t.Error("a look that was cut off counts as clean")
	}
	r.Run()
	text := linesOf(r.check(r.config()))
	if strings.Count(text, "\n") != 1 || !strings.Contains(text, "files/changed") || !strings.Contains(text, "f/d7/a.php") {
		t.Errorf("afterwards: %s", text)
	}
}

func (r rented) many(n int) {
	for i := range n {
		r.put(fmt.Sprintf("f/d%d/a.php", i), fmt.Sprintf("<?php function a() { return %d; }", i))
	}
}

func TestWhatIsHiddenBehindItsTimesIsFoundByReadingAll(t *testing.T) {
	t.Parallel()
	r := rent(t)
	old := time.Unix(1577836800, 0)
	put := func(text string) {
		r.put("lib/cart.php", text)
		if err := os.Chtimes(filepath.Join(r.dir, "lib/cart.php"), old, old); err != nil {
			t.Fatal(err)
		}
	}
	put("<?php function total() { return 1; }")
	r.check(r.config())
	put("<?php function total() { return 2; }")
	if got := linesOf(r.check(r.config())); got != "" {
		t.Fatalf("everything was read although nothing said that it changed: %s", got)
	}
	c := r.config()
	c.Full = true
	if got := linesOf(r.check(c)); !strings.Contains(got, "files/changed") {
		t.Errorf("all was read: %s", got)
	}
}

func TestAStrangerIsNotTalkedTo(t *testing.T) {
	t.Parallel()
	r := rent(t)
	r.put("index.php", "<?php echo 1;")
	empty := filepath.Join(t.TempDir(), "known_hosts")
	c := r.config()
	c.SSH.KnownHosts = empty
	got := linesOf(r.check(c))
	if want := fmt.Sprintf("ssh-keyscan -p %d -t ed25519 127.0.0.1 >> %s", r.Port, empty); !strings.Contains(got, want) || !strings.Contains(got, "SHA256:") {
		t.Errorf("not known: %s", got)
	}
	other := filepath.Join(t.TempDir(), "known_hosts")
	key := sshtest.NewKey(t, filepath.Join(t.TempDir(), "other"), "")
	if err := os.WriteFile(other, fmt.Appendf(nil, "[127.0.0.1]:%d %s", r.Port, ssh.MarshalAuthorizedKey(key)), 0o600); err != nil {
		t.Fatal(err)
	}
	c.SSH.KnownHosts = other
	if got := linesOf(r.check(c)); !strings.Contains(got, "the server's key has changed") || !strings.Contains(got, "ssh-keygen -R '[127.0.0.1]:") {
		t.Errorf("changed: %s", got)
	}
}

func TestTheCardOfATestOrderIsFoundThere(t *testing.T) {
	t.Parallel()
	r := rent(t)
	guests := &guests{}
	guest := canary.Mint(rand.Reader, "en", time.Now())
	guests.add(guest)
	matcher, since := guests.matcher()
	r.put("docroot/img/stock.jpg", "\xff\xd8\xff\xe0 ... "+guest.Card.Number)
	r.put("logs/debug.log", "paid with "+guest.Card.Number)
	c := r.config()
	c.Targets = []string{r.place() + "/docroot"}
	targets, err := ParseTargets(c.Targets)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]tillwatch.Severity{}
	err = traces[tillwatch.KindFiles](context.Background(), c, targets[0], matcher, since, func(o tillwatch.Observation) error {
		if sign, is := o.(tillwatch.Sign); is {
			found[sign.Place] = sign.Severity
		} else {
			t.Errorf("%+v", o)
		}
		return nil
	})
	if err != nil || found[r.place()+"/docroot/img/stock.jpg"] != tillwatch.Critical || found[r.place()+"/logs/debug.log"] != tillwatch.High {
		t.Errorf("%v, found %v", err, found)
	}
}
