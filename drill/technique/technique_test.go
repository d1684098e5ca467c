package technique

import (
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch/demoshop"
)

func TestEachTechniqueIsThereOnce(t *testing.T) {
	all, err := All()
	if err != nil {
		t.Fatal(err)
	}
	for i, technique := range all {
		if i > 0 && all[i-1].Row >= technique.Row {
			t.Errorf("row %d after row %d", technique.Row, all[i-1].Row)
		}
		for _, c := range technique.Cases {
			if c.About == "" || len(c.steps)+len(c.front)+len(c.handlers) == 0 {
				t.Errorf("%s says nothing or does nothing", c.ID())
			}
			if c.Kind != Benign && c.Loot.Host == "" && c.Loot.File == "" {
				t.Errorf("%s does not say where its loot arrives", c.ID())
			}
		}
	}
}

var (
	address  = regexp.MustCompile(`(?:https?|wss?):\\?/\\?/([^/\s'"\x60:\\<)]*)`)
	call     = regexp.MustCompile(`(?:url|ws) "([^"]+)"`)
	harmless = []string{"www.w3.org", "schema.org", ""}
)

// What customers type must not leave this machine, wherever somebody runs a fixture.
func TestNoFixtureNamesAHostElsewhere(t *testing.T) {
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		for _, m := range address.FindAllStringSubmatch(string(b), -1) {
			if !strings.HasSuffix(m[1], ".localhost") && !slices.Contains(harmless, m[1]) && !strings.Contains(m[1], "${") {
				t.Errorf("%s names the host %q", name, m[1])
			}
		}
		for _, m := range call.FindAllStringSubmatch(string(b), -1) {
			if strings.HasSuffix(m[1], ".localhost") {
				t.Errorf("%s names %q: localhost is added by itself", name, m[1])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestEachCaseCanBePlanted(t *testing.T) {
	shop, err := demoshop.Start(t.Context(), demoshop.Config{State: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if err := shop.Close(); err != nil {
		t.Fatal(err)
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	all, err := All()
	if err != nil {
		t.Fatal(err)
	}
	for _, technique := range all {
		for _, c := range technique.Cases {
			dir := t.TempDir()
			site := Site{Docroot: filepath.Join(dir, "docroot"), Hosts: filepath.Join(dir, "hosts"), Database: filepath.Join(dir, "shop.db"), Port: "8700", UDP: "8701", Key: &key.PublicKey}
			if err := os.CopyFS(dir, os.DirFS(shop.State())); err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(c.Setup(t.Context(), site), c.Plant(t.Context(), site)); err != nil {
				t.Error(err)
			}
		}
	}
}
