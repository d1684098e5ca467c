//go:build corpus

package script_test

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/script"
)

// The corpus is what honest scripts look like: the browser scripts of the packages listed in testdata/corpus.txt, and
// builds of some of them made unreadable with an obfuscator. It is fetched once into the user's cache directory with
// npm: exact versions, no package's own scripts run. "make corpus" runs this.
const (
	obfuscator     = "javascript-obfuscator@5.8.0"
	obfuscated     = 40     // sources made unreadable, each with every preset
	obfuscatedSize = 40_000 // and none larger
	falseAlarms    = 0.001  // of all scripts
	leastScripts   = 5_000
)

// alarm is an honest script that was judged medium or worse.
type alarm struct {
	name    string
	verdict script.Verdict
}

type tally struct {
	scripts, bytes int
	spent          time.Duration
	slowest        time.Duration
	slowestName    string
	parsed         map[script.Parsed]int
	severities     map[tillwatch.Severity]int
	partial        int
	alarms         []alarm
	seen           map[[32]byte]bool
}

func TestCorpus(t *testing.T) {
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(cache, "tillwatch", "corpus")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	plain := newTally()
	var candidates []string
	for _, name := range packages(t) {
		archive, err := fetched(folder, name)
		if err != nil {
			t.Logf("not to be had: %s: %v", name, err)
			continue
		}
		err = eachScript(archive, func(file string, source []byte) {
			if plain.judge(name+"/"+file, source) && len(source) > 2000 && len(source) < obfuscatedSize && strings.HasSuffix(file, ".js") {
				candidates = append(candidates, save(t, folder, source))
			}
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	plain.report(t, "published scripts")
	if plain.scripts < leastScripts {
		t.Errorf("only %d scripts; want at least %d", plain.scripts, leastScripts)
	}
	unreadable := newTally()
	for _, file := range obfuscate(t, folder, candidates) {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		unreadable.judge(filepath.Base(file), source)
	}
	unreadable.report(t, "obfuscated builds")
	all := len(plain.alarms) + len(unreadable.alarms)
	if rate := float64(all) / float64(plain.scripts+unreadable.scripts); rate > falseAlarms {
		t.Errorf("%d false alarms in %d scripts: %.3f %%; want at most %.1f %%", all, plain.scripts+unreadable.scripts, 100*rate, 100*falseAlarms)
	}
}

func newTally() *tally {
	return &tally{parsed: map[script.Parsed]int{}, severities: map[tillwatch.Severity]int{}, seen: map[[32]byte]bool{}}
}

// judge analyses a script unless the same has been before.
func (y *tally) judge(name string, source []byte) bool {
	sum := sha256.Sum256(source)
	if y.seen[sum] {
		return false
	}
	y.seen[sum] = true
	start := time.Now()
	a := script.Analyse(source, script.Options{})
	spent := time.Since(start)
	y.scripts++
	y.bytes += len(source)
	y.spent += spent
	if spent > y.slowest {
		y.slowest, y.slowestName = spent, name
	}
	y.parsed[a.Parsed]++
	y.severities[a.Verdict.Severity]++
	if a.Partial != "" {
		y.partial++
	}
	if a.Verdict.Severity >= tillwatch.Medium {
		y.alarms = append(y.alarms, alarm{name, a.Verdict})
	}
	return true
}

func (y *tally) report(t *testing.T, what string) {
	t.Logf("%s: %d, %.1f MB, %.1f MB/s, slowest %v (%s)", what, y.scripts, float64(y.bytes)/1e6, float64(y.bytes)/1e6/y.spent.Seconds(), y.slowest.Round(time.Millisecond), y.slowestName)
	t.Logf("  read %v, in part only %d; severities %v", y.parsed, y.partial, y.severities)
	t.Logf("  false alarms: %d of %d, %.3f %%", len(y.alarms), y.scripts, 100*float64(len(y.alarms))/float64(max(y.scripts, 1)))
	for _, a := range y.alarms {
		t.Logf("  %s %d %s", a.verdict.Severity, a.verdict.Score, a.name)
		for _, r := range a.verdict.Reasons {
			t.Logf("      %d:%d %s", r.Line, r.Column, r.What)
		}
	}
}

func packages(t *testing.T) []string {
	f, err := os.Open("testdata/corpus.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var list []string
	for s := bufio.NewScanner(f); s.Scan(); {
		if line := strings.TrimSpace(s.Text()); line != "" && !strings.HasPrefix(line, "#") {
			list = append(list, line)
		}
	}
	return list
}

// fetched is the archive of a package, from the cache or fetched into it.
func fetched(folder, name string) (string, error) {
	file := filepath.Join(folder, strings.NewReplacer("/", "-", "@", "-").Replace(strings.TrimPrefix(name, "@"))+".tgz")
	if _, err := os.Stat(file); err == nil {
		return file, nil
	}
	c := exec.Command("npm", "pack", "--silent", "--ignore-scripts", name)
	c.Dir = folder
	if out, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, strings.TrimSpace(string(out)))
	}
	_, err := os.Stat(file)
	return file, err
}

func eachScript(archive string, do func(file string, source []byte)) error {
	f, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch path.Ext(h.Name) {
		case ".js", ".mjs", ".cjs":
		default:
			continue
		}
		if h.Size > 40<<20 {
			continue
		}
		source, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		do(strings.TrimPrefix(h.Name, "package/"), source)
	}
}

// save keeps a source in the cache under the name of its content.
func save(t *testing.T, folder string, source []byte) string {
	dir := filepath.Join(folder, "plain")
	file := filepath.Join(dir, fmt.Sprintf("%x.js", sha256.Sum256(source))[:20]+".js")
	if err := errors.Join(os.MkdirAll(dir, 0o755), os.WriteFile(file, source, 0o644)); err != nil {
		t.Fatal(err)
	}
	return file
}

// obfuscate makes builds of some sources that cannot be read, and gives the files.
func obfuscate(t *testing.T, folder string, sources []string) []string {
	sort.Strings(sources) // by content: a sample of all packages
	sources = sources[:min(len(sources), obfuscated)]
	tool := filepath.Join(folder, "node_modules", ".bin", "javascript-obfuscator")
	if _, err := os.Stat(tool); err != nil {
		c := exec.Command("npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder, obfuscator)
		if out, err := c.CombinedOutput(); err != nil {
			t.Logf("no obfuscator: %v: %s", err, out)
			return nil
		}
	}
	var made []string
	for _, source := range sources {
		for _, preset := range []string{"default", "low-obfuscation", "medium-obfuscation", "high-obfuscation"} {
			out := strings.TrimSuffix(source, ".js") + "." + preset + ".obfuscated"
			if _, err := os.Stat(out); err != nil {
				c := exec.Command(tool, source, "--output", out+".js", "--options-preset", preset, "--seed", "7")
				if _, err := c.CombinedOutput(); err != nil || os.Rename(out+".js", out) != nil {
					continue // modules and syntax that it does not know
				}
			}
			made = append(made, out)
		}
	}
	return made
}
