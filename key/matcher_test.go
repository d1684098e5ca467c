package key

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

func testSite(t testing.TB) Site {
	t.Helper()
	s, err := NewSite(bytes.Repeat([]byte{7}, MinSecret))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// values of the shapes that keys have; none is one.
var values = []string{
	"kX9vT2mQ8rLp4WzB6nYc", // an API key
	"Tr0ub4dor&3!",         // a password with signs
	"pa%ss/wo+rd=12",       // one with signs that are escapes elsewhere
	"db\\pass'word\"9",     // quotes and a backslash
	"AbCdEfGhIjKlMnOpQrStUvWxYz0123456789+/AbCd==", // base64 itself
	"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",     // hexadecimal
	"正しい馬電池ホチキス",                                   // not of this alphabet
}

func spellings(v string) map[string]string {
	utf16le := func(s string) string {
		var b []byte
		for _, u := range utf16.Encode([]rune(s)) {
			b = append(b, byte(u), byte(u>>8))
		}
		return string(b)
	}
	pieces := func(join string) string {
		runes := []rune(v)
		half := len(runes) / 2
		esc := func(s string) string { q := strconv.Quote(s); return q[1 : len(q)-1] }
		return `"` + esc(string(runes[:half])) + `"` + join + `"` + esc(string(runes[half:])) + `"`
	}
	out := map[string]string{
		"alone": v, "env": "export DB_PASSWORD=" + v + "\nNEXT=1", "yaml": "password: " + v + "\r\n",
		"url": "postgres://app:" + v + "@db.internal:5432/shop", "between": "<<" + v + ">>",
		"go string": "x := " + strconv.Quote(v), "ascii": strconv.QuoteToASCII(v), "html": `<input value="` + html.EscapeString(v) + `">`,
		"query": "https://api.example/?k=" + url.QueryEscape(v) + "&x=1", "path": "/" + url.PathEscape(v),
		"base64": "auth = '" + base64.StdEncoding.EncodeToString([]byte(v)) + "'", "base64 url": base64.RawURLEncoding.EncodeToString([]byte("user:" + v + "\n")),
		"hex": "0x" + hex.EncodeToString([]byte(v)), "HEX": strings.ToUpper(hex.EncodeToString([]byte(v))),
		"utf16": utf16le("password = " + v + " # of the shop"), "utf16 mark": "\xff\xfe" + utf16le(v),
		"php": "$k = " + pieces(" . ") + ";", "js": "k = " + pieces(" +\n    ") + ";", "c": "char *k = " + pieces("\n\t") + ";",
	}
	var x strings.Builder
	for _, c := range []byte(v) {
		fmt.Fprintf(&x, `\x%02x`, c)
	}
	out["bytes"] = `"` + x.String() + `"`
	lines := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("padding of a file ", 9) + v + strings.Repeat(" and more", 20)))
	var wrapped strings.Builder
	for i := 0; i < len(lines); i += 76 {
		wrapped.WriteString(lines[i:min(len(lines), i+76)] + "\r\n")
	}
	out["mime"] = wrapped.String()
	return out
}

func TestAKeyIsFoundHoweverItIsWritten(t *testing.T) {
	site := testSite(t)
	var prints []Print
	for _, v := range values {
		p, err := site.Print([]byte(v))
		if err != nil {
			t.Fatal(err)
		}
		prints = append(prints, p)
	}
	m := NewMatcher(site, prints)
	placed := 0
	for i, v := range values {
		for how, text := range spellings(v) {
			if how == "utf16" && v[0] > 0x7f {
				continue // nothing in it says that it is UTF-16
			}
			placed++
			for _, around := range []struct{ before, after string }{{"", ""}, {strings.Repeat("lorem ipsum dolor sit amet, ", 1500), "\nfoo"}} {
				if strings.HasPrefix(how, "utf16") && around.before != "" {
					continue
				}
				found := m.Find([]byte(around.before + text + around.after))
				if len(found) == 0 || found[0].Key != i {
					t.Errorf("%q as %s was not found: %+v", v, how, found)
				} else if found[0].Offset < len(around.before) || found[0].Offset > len(around.before)+len(text) {
					t.Errorf("%q as %s: offset %d is not where it is (%d)", v, how, found[0].Offset, len(around.before))
				}
			}
		}
	}
	t.Logf("%d placements", placed)
}

func TestWhatIsNearlyAKeyIsNone(t *testing.T) {
	site := testSite(t)
	var prints []Print
	for _, v := range values {
		p, _ := site.Print([]byte(v))
		prints = append(prints, p)
	}
	m := NewMatcher(site, prints)
	for _, v := range values {
		b := []byte(v)
		b[len(b)-1] ^= 1
		if found := m.Find(append([]byte("k="), b...)); len(found) > 0 {
			t.Errorf("%q was taken for a key: %+v", b, found)
		}
	}
	noise := make([]byte, 8<<20)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range noise {
		noise[i] = byte(rng.UintN(256))
	}
	if found := m.Find(noise); len(found) > 0 {
		t.Errorf("noise holds %+v", found)
	}
}

func TestAPrintTellsNothing(t *testing.T) {
	site := testSite(t)
	p, err := site.Print([]byte(values[0]))
	if err != nil {
		t.Fatal(err)
	}
	text, _ := p.MarshalText()
	var back Print
	if err := back.UnmarshalText(text); err != nil || back != p {
		t.Errorf("%s was read back as %+v, %v", text, back, err)
	}
	for _, shown := range []string{fmt.Sprintf("%v %+v %#v %s", site, site, site, site), string(text)} {
		if strings.Contains(shown, values[0]) || strings.Contains(shown, "7 7 7") {
			t.Errorf("shows what is secret: %s", shown)
		}
	}
	other, _ := NewSite(bytes.Repeat([]byte{8}, MinSecret))
	if NewMatcher(other, []Print{p}).Find([]byte(values[0])) != nil {
		t.Error("another site's secret finds the key")
	}
	if _, err := NewSite([]byte("short")); err == nil {
		t.Error("a short secret was taken")
	}
	if _, err := site.Print([]byte("short")); err == nil {
		t.Error("a value of five letters was taken")
	}
}

func FuzzFind(f *testing.F) {
	site := testSite(f)
	var prints []Print
	for _, v := range values {
		p, _ := site.Print([]byte(v))
		prints = append(prints, p)
		for _, s := range spellings(v) {
			f.Add([]byte(s))
		}
	}
	m := NewMatcher(site, prints)
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, found := range m.Find(text) {
			if found.Offset < 0 || found.Offset > len(text) || found.Key < 0 || found.Key >= len(prints) {
				t.Errorf("%+v of %d bytes", found, len(text))
			}
		}
	})
}

func BenchmarkFind(b *testing.B) {
	site := testSite(b)
	var prints []Print
	for _, v := range values {
		p, _ := site.Print([]byte(v))
		prints = append(prints, p)
	}
	m := NewMatcher(site, prints)
	text := bytes.Repeat([]byte("\tif err := store.Update(ctx, run.Shop, func(records []Record) (Saved, error) { return out, \"a text\" }); err != nil {\n"), 10000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		m.Find(text)
	}
}
