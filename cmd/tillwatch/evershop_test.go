//go:build evershop

package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
)

var keepEverShop = flag.Bool("evershop-keep", false, "leave EverShop running, for trials by hand, until interrupted (with -timeout 0)")

// TestEverShop walks a shop that nobody here wrote, through a browser, with the program as a user runs it.
func TestEverShop(t *testing.T) {
	ctx, stop := signal.NotifyContext(t.Context(), os.Interrupt)
	defer stop()
	shop := openEverShop(ctx, t)
	if *keepEverShop {
		t.Logf("EverShop is at %s, its files in %s; Ctrl-C ends it", shop.url("/"), shop.dir)
		<-ctx.Done()
		return
	}
	program := filepath.Join(t.TempDir(), "tillwatch")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}

	t.Run("as it was installed", func(t *testing.T) {
		r := check(ctx, t, program, shop.url("/"))
		if r.code != 0 || len(r.NotSeen) > 0 {
			t.Errorf("exit code %d, not seen: %v", r.code, r.NotSeen)
		}
		for _, f := range r.Findings {
			if f.Severity > tillwatch.Low {
				t.Errorf("false alarm: %s %s at %s: %s", f.Severity, f.Rule, f.Place, f.Summary)
			}
		}
		r.reachedPayment(t)
	})
	for _, skimmer := range []struct {
		file string
		data []string
	}{
		{"skim-address.js", []string{"name", "e-mail", "address"}},
		{"skim-card.js", []string{"card"}},
	} {
		t.Run(skimmer.file, func(t *testing.T) {
			c := openCollector(t)
			source, err := os.ReadFile(filepath.Join("testdata", "evershop", skimmer.file))
			if err != nil {
				t.Fatal(err)
			}
			script := shop.infect(t, strings.ReplaceAll(string(source), "COLLECTOR", c.host))
			r := check(ctx, t, program, shop.url("/"))
			r.reachedPayment(t)
			if c.loot.Load() == 0 {
				t.Error("the skimmer sent nothing: this proves nothing")
			}
			if r.code != 1 {
				t.Errorf("exit code %d", r.code)
			}
			var data []string
			located := false
			for _, f := range r.Findings {
				if f.Rule != "page/canary-sent" || !slices.ContainsFunc(f.Evidence, func(e tillwatch.Evidence) bool {
					return strings.Contains(e.Destination, c.host)
				}) {
					continue
				}
				if f.Severity != tillwatch.Critical || f.Certainty != tillwatch.Certain {
					t.Errorf("%s, %s", f.Severity, f.Certainty)
				}
				data = append(data, f.Data...)
				located = located || slices.ContainsFunc(f.Evidence, func(e tillwatch.Evidence) bool {
					return strings.HasSuffix(e.Where, script) && e.Line > 0 && e.Column > 0
				})
			}
			for _, want := range skimmer.data {
				if !slices.Contains(data, want) {
					t.Errorf("no finding that %s was sent; the findings say %v", want, data)
				}
			}
			if !located {
				t.Errorf("no evidence names a line of %s: %+v", script, r.Findings)
			}
		})
	}
	if n := shop.orders(t); n != "0" {
		t.Errorf("%s orders were placed", n)
	}
}

// collector is where a skimmer's loot goes.
type collector struct {
	host string
	loot atomic.Int64
}

func openCollector(t *testing.T) *collector {
	c := &collector{}
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { c.loot.Add(1) }))
	t.Cleanup(server.Close)
	u, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	c.host = "metrics.localhost:" + u.Port()
	return c
}

// checked is what "check --format json" says.
type checked struct {
	code    int
	Targets []struct {
		Seconds float64
		Steps   []struct{ Name, Place string }
	}
	Findings []tillwatch.Finding
	NotSeen  []struct{ Place, Why string } `json:"not_seen"`
}

func check(ctx context.Context, t *testing.T, program, target string) checked {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	var stderr strings.Builder
	command := exec.CommandContext(ctx, program, "check", target, "--format", "json", "--state", t.TempDir())
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) } // so that it ends its browser
	command.WaitDelay = 30 * time.Second
	command.Stderr = &stderr
	out, err := command.Output()
	t.Logf("tillwatch check %s\n%s", target, stderr.String())
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	var r checked
	if err := json.Unmarshal(out, &r); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	r.code = command.ProcessState.ExitCode()
	return r
}

func (r checked) reachedPayment(t *testing.T) {
	t.Helper()
	if len(r.Targets) != 1 {
		t.Fatalf("%d targets", len(r.Targets))
	}
	var names []string
	for _, step := range r.Targets[0].Steps {
		names = append(names, step.Name)
	}
	if !slices.Contains(names, "payment") {
		t.Errorf("the payment step was not reached, only %v", names)
	}
	if s := r.Targets[0].Seconds; s >= 60 {
		t.Errorf("the walk took %.0f seconds", s)
	}
}
