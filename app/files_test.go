package app

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/tillwatch/tillwatch"
)

func TestARepositoryIsLookedAtAsFilesWhereNothingElseCan(t *testing.T) {
	t.Parallel()
	files := tillwatch.Target{Kind: tillwatch.KindFiles, Place: "shop", Shop: "s"}
	history := tillwatch.Target{Kind: tillwatch.KindSource, Place: "shop", Shop: "s"}
	asked := tillwatch.Target{Kind: tillwatch.KindSource, Place: "other", Shop: "s"}
	all := []tillwatch.Target{files, history, asked}
	if got := withoutImplied(all, sensors{}); len(got) != 2 || got[0] != files || got[1] != asked {
		t.Errorf("got %+v", got)
	}
	if got := withoutImplied(all, sensors{tillwatch.KindSource: nil}); len(got) != 3 {
		t.Errorf("with a sensor for it: %+v", got)
	}
}

func TestFilesBelongToWhereTheyAre(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.js"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for word, want := range map[string]string{".": here, "a.js": filepath.Join(here, "a.js")} {
		targets, err := ParseTargets([]string{word})
		if err != nil || len(targets) != 2 || targets[0].Shop != want || targets[0].Place != word {
			t.Errorf("%s: %+v, %v", word, targets, err)
		}
	}
	if targets, err := ParseTargets([]string{".", "https://shop.example/"}); err != nil || targets[0].Shop != "shop.example" {
		t.Errorf("with its storefront: %+v, %v", targets, err)
	}
	if host := storefrontHost([]string{".", "https://shop.example/"}); host != "shop.example" {
		t.Errorf("host %q", host)
	}
	if host := storefrontHost([]string{"."}); host != "" {
		t.Errorf("host %q of files alone", host)
	}
}
