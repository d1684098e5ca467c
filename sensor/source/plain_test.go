package source

import (
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/key"
)

// Files that no repository keeps are looked through: a document root, its backups, one file.
func TestFilesInNoRepository(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	r := &repository{T: t, folder: t.TempDir()}
	r.write("config/settings.php", "<?php\n$key = '"+s.value+"';\n")
	var packed bytes.Buffer
	z, err := zstd.NewWriter(&packed)
	if err != nil {
		t.Fatal(err)
	}
	g := gzip.NewWriter(z)
	for _, part := range []func() error{func() error { _, err := g.Write([]byte("token: " + s.value)); return err }, g.Close, z.Close} {
		if err := part(); err != nil {
			t.Fatal(err)
		}
	}
	r.write("backup.sql.zst", packed.String())
	r.write("theme/.git/HEAD", "ref: refs/heads/main\n")
	r.write("theme/style.css", "/* "+s.value+" */")

	for place, want := range map[string][]string{
		r.folder:                          {"backup.sql.zst", "config/settings.php", "theme/style.css"},
		filepath.Join(r.folder, "config"): {"settings.php"},
		filepath.Join(r.folder, "backup.sql.zst"): {"backup.sql.zst"},
	} {
		signs, gaps := s.plain(t, s.config(), place)
		if len(signs) != len(want) {
			t.Fatalf("%s: %d signs, want %v: %+v", place, len(signs), want, signs)
		}
		for i, sign := range signs {
			if sign.Rule != ruleActive || sign.Severity != tillwatch.High || !strings.Contains(sign.Place, ": "+want[i]+" (") {
				t.Errorf("%s: sign %d is %s %s at %s", place, i, sign.Rule, sign.Severity, sign.Place)
			}
			if len(sign.Evidence) != 1 || !strings.HasSuffix(sign.Evidence[0].Where, want[i]) || strings.Contains(sign.Evidence[0].Where, want[i]+"/") {
				t.Errorf("%s: evidence %+v", place, sign.Evidence)
			}
		}
		if inner := place == r.folder; inner != (len(gaps) == 1) || inner && !strings.Contains(gaps[0].Why, "theme") {
			t.Errorf("%s: gaps %+v", place, gaps)
		}
	}
	if _, gaps := s.plain(t, s.config(), filepath.Join(r.folder, "none")); len(gaps) != 1 {
		t.Errorf("of a folder that is not there: gaps %+v", gaps)
	}
}

// A key may be in the file that the register says it lives in, and a decoy where it was planted; both are told of elsewhere.
func TestKeysInFilesThatTheyMayBeIn(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	r := &repository{T: t, folder: t.TempDir()}
	mine, bait := "pk_"+s.value[3:]+"x", "sk_bait_"+s.value[5:]
	s.add(t, key.Key{ID: "mine", Kind: "api", Lives: []string{filepath.Join(r.folder, ".env")}}, mine)
	s.add(t, key.Key{ID: "bait", Kind: "api", Decoy: filepath.Join(r.folder, "backup")}, bait)
	r.write(".env", "MINE="+mine)
	r.write("backup/old.env", "KEY="+bait)
	if signs, gaps := s.plain(t, s.config(), r.folder); len(signs)+len(gaps) > 0 {
		t.Errorf("where they may be: %+v %+v", signs, gaps)
	}
	r.write("copy.txt", mine+"\n"+bait)
	signs, _ := s.plain(t, s.config(), r.folder)
	var rules []string
	for _, sign := range signs {
		rules = append(rules, sign.Rule)
		if !strings.Contains(sign.Place, "copy.txt") {
			t.Errorf("told of %s", sign.Place)
		}
	}
	if strings.Join(rules, " ") != ruleActive+" "+ruleDecoy {
		t.Errorf("elsewhere: %v", rules)
	}
}

func (s *shop) plain(t *testing.T, c Config, place string) (signs []tillwatch.Sign, gaps []tillwatch.Gap) {
	t.Helper()
	err := New(c).Observe(t.Context(), tillwatch.Target{Kind: tillwatch.KindKeys, Place: place, Shop: "shop.example"}, func(o tillwatch.Observation) error {
		switch o := o.(type) {
		case tillwatch.Sign:
			signs = append(signs, o)
		case tillwatch.Gap:
			gaps = append(gaps, o)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return signs, gaps
}

// A key that came with a fetched package is its publisher's.
func TestKeysOfFetchedPackagesAreLow(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	r := &repository{T: t, folder: t.TempDir()}
	text := "STRIPE_SECRET=sk_" + "live_" + hex.EncodeToString(random(t, 30))
	r.write("node_modules/pay/.env", text)
	r.write("app/.env", text)
	c := s.config()
	c.Patterns = key.Find
	signs, _ := s.plain(t, c, r.folder)
	got := map[string]tillwatch.Severity{}
	for _, sign := range signs {
		got[sign.Place[strings.LastIndex(sign.Place, ": ")+2:strings.LastIndex(sign.Place, " (")]] = sign.Severity
	}
	if len(got) != 2 || got["app/.env"] != tillwatch.Medium || got["node_modules/pay/.env"] != tillwatch.Low {
		t.Errorf("got %v", got)
	}
}

// What is named through a link is looked at; a folder ends where its links leave it; and what is no file, or empty, is
// never clean.
func TestPlacesThatAreNoOrdinaryFolder(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	r := &repository{T: t, folder: t.TempDir()}
	r.write("releases/2/key.txt", s.value)
	r.write("other/x.txt", "x")
	for link, to := range map[string]string{"current": filepath.Join("releases", "2"), "key": filepath.Join("releases", "2", "key.txt"), "other/out": filepath.Join("..", "releases")} {
		if err := os.Symlink(to, filepath.Join(r.folder, link)); err != nil {
			t.Skip(err) // Windows wants a right for it
		}
	}
	for _, link := range []string{"current", "key", "current" + string(filepath.Separator)} {
		if signs, gaps := s.plain(t, s.config(), r.folder+string(filepath.Separator)+link); len(signs) != 1 || len(gaps) > 0 {
			t.Errorf("%s: %+v %+v", link, signs, gaps)
		}
	}
	if err := os.Mkdir(filepath.Join(r.folder, "empty"), 0o755); err != nil {
		t.Fatal(err)
	}
	if signs, gaps := s.plain(t, s.config(), filepath.Join(r.folder, "other")); len(signs) > 0 || len(gaps) > 0 {
		t.Errorf("a link out: %+v %+v", signs, gaps)
	}
	if _, gaps := s.plain(t, s.config(), filepath.Join(r.folder, "empty")); len(gaps) != 1 || !strings.Contains(gaps[0].Why, "no file in it") {
		t.Errorf("empty: gaps %+v", gaps)
	}
	if _, gaps := s.plain(t, s.config(), os.DevNull); len(gaps) != 1 {
		t.Errorf("of a device: gaps %+v", gaps)
	}
}
