package key

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
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
	"correct horse battery 7",                      // with spaces
	"p$1ce$$%5C^&off",                              // signs of shells and of addresses
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
		for _, e := range encodings {
			f.Add([]byte("k = " + e.of(v)))
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
