package files

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/canary"
)

func mint(t *testing.T) canary.Set {
	t.Helper()
	set, err := canary.Mould{}.Mint(rand.Reader, "ja", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func traceOf(t *testing.T, dir string, c TraceConfig, set canary.Set) (signs []tillwatch.Sign, gaps []tillwatch.Gap) {
	t.Helper()
	if c.Around == nil {
		c.Around = []string{}
	}
	if c.Flat == nil {
		c.Flat = []string{}
	}
	err := Trace(t.Context(), c, tillwatch.Target{Kind: tillwatch.KindFiles, Place: dir}, canary.NewMatcher(set), func(o tillwatch.Observation) error {
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

func form(set canary.Set) string {
	return url.Values{
		"card_no": {set.Card.Number}, "card_month": {"12"}, "card_name": {set.Card.Holder}, "security_code": {set.Card.Code}, "email": {set.Person.Email},
	}.Encode()
}

func xored(text, key string) []byte {
	out := []byte(text)
	for i := range out {
		out[i] ^= key[i%len(key)]
	}
	return out
}

func TestTraceOfACard(t *testing.T) {
	t.Parallel()
	set := mint(t)
	line := form(set)
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	fmt.Fprint(z, strings.Repeat("x", 5000)+line)
	z.Close()
	log := strings.Repeat("198.51.100.7 - - [22/Nov/2026:06:24:40 +0900] \"GET /assets/css/shop.css?v=38f1 HTTP/1.1\" 200 14517\n", 400)
	for name, content := range map[string][]byte{
		"clear":               []byte(line),
		"split over JSON":     fmt.Appendf(nil, `{"a":%q,"b":%q}`, set.Card.Number[:8], set.Card.Number),
		"base64 in a log":     []byte(log + base64.StdEncoding.EncodeToString([]byte(line)) + "\n" + log),
		"behind a picture":    slices.Concat([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), bytes.Repeat([]byte{0, 7, 200, 31}, 4000), []byte("\n"+base64.StdEncoding.EncodeToString([]byte(line))+"\n")),
		"gzip":                packed.Bytes(),
		"mixed, as a version": []byte(log + "192.0.2.41 - - [22/Nov/2026] \"GET /assets/css/shop.css?v=" + hex.EncodeToString(xored(line, "s3ss")) + " HTTP/1.1\" 200 14517\n" + log),
		"far into a file":     []byte(strings.Repeat("0123456789abcdef\n", 200_000) + line + strings.Repeat("0123456789abcdef\n", 100_000)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			file := filepath.Join(dir, "img", "a.png")
			if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, content, 0o644), os.WriteFile(filepath.Join(dir, "orders.csv"), []byte(set.Person.Email+","+set.Person.Phone), 0o644)); err != nil {
				t.Fatal(err)
			}
			signs, gaps := traceOf(t, dir, TraceConfig{Since: time.Now().Add(-time.Minute)}, set)
			if len(signs) != 1 || len(gaps) != 0 {
				t.Fatalf("%d signs and %d gaps, want one sign", len(signs), len(gaps))
			}
			s := signs[0]
			if s.Rule != "files/canary-found" || s.Severity != tillwatch.Critical || s.Certainty != tillwatch.Certain || !strings.HasSuffix(s.Place, "a.png") {
				t.Errorf("%s %s %s at %s", s.Rule, s.Severity, s.Certainty, s.Place)
			}
			if text := fmt.Sprintf("%+v", s); strings.Contains(text, set.Card.Number) || strings.Contains(text, set.Card.Holder) || strings.Contains(text, set.Person.Email) {
				t.Error("the sign repeats what was typed")
			}
			if name == "base64 in a log" && s.Evidence[0].Line != 401 {
				t.Errorf("line %d, want 401", s.Evidence[0].Line)
			}
			if other, _ := traceOf(t, dir, TraceConfig{}, mint(t)); len(other) != 0 {
				t.Error("another customer's card is found")
			}
			if later, _ := traceOf(t, dir, TraceConfig{Since: time.Now().Add(time.Hour)}, set); len(later) != 0 {
				t.Error("a file was read that has not changed since")
			}
		})
	}
}

func TestTraceAround(t *testing.T) {
	t.Parallel()
	set := mint(t)
	dir := t.TempDir()
	docroot, sessions, temp := filepath.Join(dir, "html"), filepath.Join(dir, "sessions"), filepath.Join(dir, "tmp")
	for _, d := range []string{docroot, sessions, filepath.Join(temp, "deep")} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range []string{filepath.Join(sessions, "sess_1"), filepath.Join(temp, ".cache"), filepath.Join(temp, "deep", "x")} {
		if err := os.WriteFile(f, []byte("card|s:16:\""+set.Card.Number+"\";"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(temp, filepath.Join(docroot, "link")); err != nil {
		t.Fatal(err)
	}
	signs, _ := traceOf(t, docroot, TraceConfig{Around: []string{sessions, filepath.Join(dir, "none")}, Flat: []string{temp}}, set)
	if len(signs) != 2 || signs[0].Severity != tillwatch.High || signs[1].Severity != tillwatch.High {
		t.Errorf("%d signs, want two that are high", len(signs))
	}
}

func TestTraceTellsWhatItCannotRead(t *testing.T) {
	t.Parallel()
	set := mint(t)
	if _, gaps := traceOf(t, filepath.Join(t.TempDir(), "none"), TraceConfig{}, set); len(gaps) != 1 {
		t.Errorf("a folder that is not there gives %d gaps", len(gaps))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a"), []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	err := Trace(ctx, TraceConfig{Around: []string{}, Flat: []string{}}, tillwatch.Target{Place: dir}, canary.NewMatcher(set), func(tillwatch.Observation) error { return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
}

func BenchmarkTrace(b *testing.B) {
	set, err := canary.Mould{}.Mint(rand.Reader, "ja", time.Now())
	if err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	content := make([]byte, 4<<20)
	_, _ = rand.Read(content)
	text := []byte(strings.Repeat("198.51.100.7 - - [22/Nov/2026:06:24:40 +0900] \"GET /assets/css/shop.css?v=38f1 HTTP/1.1\" 200 14517\n", 40_000))
	if err := errors.Join(os.WriteFile(filepath.Join(dir, "a.bin"), content, 0o644), os.WriteFile(filepath.Join(dir, "a.log"), text, 0o644)); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(content) + len(text)))
	m := canary.NewMatcher(set)
	for b.Loop() {
		err := Trace(b.Context(), TraceConfig{Around: []string{}, Flat: []string{}}, tillwatch.Target{Place: dir}, m, func(tillwatch.Observation) error { return nil })
		if err != nil {
			b.Fatal(err)
		}
	}
}
