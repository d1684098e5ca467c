package app_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/app"
	"github.com/tillwatch/tillwatch/canary"
)

// TestWhoReadsNumbersInTurnMeetsACanary plants canaries, and reads as many numbers in turn as the bound says, from anywhere.
func TestWhoReadsNumbersInTurnMeetsACanary(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	env := func(name string) string {
		if name == "TILLWATCH_SITE_KEY_FILE" {
			return filepath.Join(dir, "site.key")
		}
		return ""
	}
	state := filepath.Join(dir, "state")
	list, err := app.OpenCanaries(t.Context(), state, env)
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	plan, err := app.PlanCanaries(canary.Strata{Block: 50, From: 1, To: 5000}, 4500, func(id uint64) bool { return id%10 != 7 })
	if err != nil || plan.Bound > 99 || len(plan.IDs) != 100 {
		t.Fatalf("%d canaries, certain within %d: %v", len(plan.IDs), plan.Bound, err)
	}
	if err := list.Remember(t.Context(), app.Planting{Where: "a shop", At: time.Now(), Block: 50, From: 1, To: 5000, Bound: plan.Bound, How: app.PlantedHere}, plan.IDs); err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadFile(filepath.Join(state, "inventory.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range plan.IDs[50:] {
		if strings.Contains(string(kept), fmt.Sprintf("%d,", id)) {
			t.Errorf("the number %d is in what is kept", id)
		}
	}
	look := func(from, n uint64) int {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "192.0.2.%d - - [03/Nov/2026:12:%02d:%02d +0900] \"GET /api/customers/%d/addresses HTTP/1.1\" 200 612 \"-\" \"Mozilla/5.0\"\n", i%200, i/60%60, i%60, from+i)
		}
		name := filepath.Join(t.TempDir(), "access.log")
		if err := os.WriteFile(name, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := app.Check(context.Background(), app.CheckConfig{Targets: []string{"log:" + name}, StateDir: state, Shopper: app.Shopper{Env: env}, Logs: app.Logs{OnlyAlarms: []string{"access/canary-read"}}})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range r.Findings {
			if f.Rule != "access/canary-read" || f.Severity != tillwatch.Critical || f.Certainty != tillwatch.Certain {
				t.Errorf("%s, %s, %s", f.Rule, f.Severity, f.Certainty)
			}
		}
		return len(r.Findings)
	}
	for _, from := range []uint64{1, 777, 4321, plan.IDs[20] + 1} {
		if look(from, plan.Bound) != 1 {
			t.Errorf("%d numbers in turn from %d on, and no alarm", plan.Bound, from)
		}
	}
	if look(plan.IDs[30]+1, plan.IDs[31]-plan.IDs[30]-1) != 0 {
		t.Error("an alarm between two canaries")
	}

	// Without the site key nobody can tell, and that is said.
	if err := os.Remove(filepath.Join(dir, "site.key")); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "access.log")
	if err := os.WriteFile(name, []byte("192.0.2.1 - - [03/Nov/2026:12:00:00 +0900] \"GET / HTTP/1.1\" 200 612 \"-\" \"Mozilla/5.0\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := app.Check(t.Context(), app.CheckConfig{Targets: []string{"log:" + name}, StateDir: state, Shopper: app.Shopper{Env: env}})
	if err != nil || len(r.NotSeen) != 1 || !strings.Contains(r.NotSeen[0].Why, "canary") {
		t.Errorf("%v, %+v", err, r)
	}
}
