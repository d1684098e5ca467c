package php

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch"
)

// sample is a file of ours, written from a description of a technique.
type sample struct{ name, src string }

func samples(t testing.TB, file string) []sample {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	var list []sample
	for _, part := range strings.Split("\n"+string(content), "\n== ")[1:] {
		name, src, _ := strings.Cut(part, "\n")
		list = append(list, sample{name, src})
	}
	return list
}

// provider knows one payment provider.
func provider(host string) bool { return host == "api.provider.example" }

func TestAttacksAreFound(t *testing.T) {
	t.Parallel()
	for _, s := range append(samples(t, "attacks.txt"), samples(t, "shells.txt")...) {
		a := Analyse([]byte(s.src), Options{Provider: provider})
		if severity(a) < tillwatch.Medium {
			t.Errorf("%s: %v %s", s.name, a.Verdicts, a.Partial)
		}
		if !Has([]byte(s.src), true) || !Interesting([]byte(s.src)) {
			t.Errorf("%s: not found worth going through", s.name)
		}
	}
}

func TestServerSideSkimmersAreFound(t *testing.T) {
	t.Parallel()
	for _, s := range samples(t, "skimmers.txt") {
		a := Analyse([]byte(s.src), Options{Provider: provider})
		found := false
		for _, v := range a.Verdicts {
			found = found || v.Kind == Skimmer && v.Severity >= tillwatch.Medium
		}
		if !found {
			t.Errorf("%s: %v %s", s.name, a.Verdicts, a.Partial)
		}
		if !Interesting([]byte(s.src)) {
			t.Errorf("%s: not found worth going through", s.name)
		}
	}
}

func TestHonestCodeStaysQuiet(t *testing.T) {
	t.Parallel()
	for _, s := range samples(t, "honest.txt") {
		if a := Analyse([]byte(s.src), Options{Provider: provider}); severity(a) >= tillwatch.Medium {
			t.Errorf("%s: %v", s.name, a.Verdicts)
		}
	}
}
