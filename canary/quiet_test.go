package canary

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"time"
)

// bodies are what pages send and load every day, made to a size.
var bodies = []struct {
	name string
	make func(r *rand.Rand, size int) []byte
}{
	{"javascript", javascript},
	{"analytics", analytics},
	{"replay", replay},
	{"page", page},
	{"orders", orders},
	{"form", form},
	{"image", image},
	{"data uri", dataURI},
	{"random", func(r *rand.Rand, size int) []byte { return noise(r, size) }},
}

func noise(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func word(r *rand.Rand) string {
	const first, second = "bcdfghjklmnprstvwz", "aeiou"
	var b strings.Builder
	for range 1 + r.IntN(4) {
		b.WriteByte(first[r.IntN(len(first))])
		b.WriteByte(second[r.IntN(len(second))])
	}
	return b.String()
}

func camel(r *rand.Rand) string {
	s := word(r)
	for range r.IntN(3) {
		w := word(r)
		s += strings.ToUpper(w[:1]) + w[1:]
	}
	return s
}

func fill(size int, part func(b *bytes.Buffer)) []byte {
	var b bytes.Buffer
	for b.Len() < size {
		part(&b)
	}
	return b.Bytes()[:size]
}

func javascript(r *rand.Rand, size int) []byte {
	return fill(size, func(b *bytes.Buffer) {
		switch r.IntN(9) {
		case 0:
			fmt.Fprintf(b, `function %s(%c,%c){return %c.%s&&%c.%s(%d,"%s\n")||!1}`, camel(r), 'a'+rune(r.IntN(9)), 'k'+rune(r.IntN(9)),
				'a'+rune(r.IntN(26)), camel(r), 'a'+rune(r.IntN(26)), camel(r), r.IntN(4096), word(r))
		case 1:
			fmt.Fprintf(b, `var %s=[%d,%d,%d,0x%x,.%d],`, camel(r), r.IntN(256), r.IntN(70000), r.IntN(10), r.Uint32(), r.IntN(1000))
		case 2:
			fmt.Fprintf(b, `case %d:t.exports=JSON.parse('{"%s":"%s","%s":%d}');break;`, r.IntN(9999), word(r), camel(r), word(r), r.IntN(1e6))
		case 3:
			fmt.Fprintf(b, `"%s":"\u%04x\x%02x%%%02X",`, camel(r), 0x3041+r.IntN(80), 32+r.IntN(90), r.IntN(256))
		case 4:
			fmt.Fprintf(b, `e.%s=/^[a-z\d%s]{%d,}\s*$/gi.test(n)?"%s":"#%06x";`, camel(r), word(r), r.IntN(20), word(r), r.IntN(1<<24))
		case 5:
			fmt.Fprintf(b, `!function(e,t){"object"==typeof exports&&"undefined"!=typeof module?t(exports):e.%s=e.%s||{}}(this,%d);`, camel(r), camel(r), r.IntN(400))
		case 6:
			fmt.Fprintf(b, `M%d.%d %d.%dc%d,%d-%d.%d,%d `, r.IntN(500), r.IntN(99), r.IntN(500), r.IntN(99), r.IntN(50), r.IntN(50), r.IntN(50), r.IntN(99), r.IntN(9))
		case 7:
			fmt.Fprintf(b, `.%s-%s{margin:%dpx %d%%;background:url(/img/%s_%d.png?v=%x)}`, word(r), word(r), r.IntN(99), r.IntN(100), word(r), r.IntN(999), r.Uint32())
		default:
			fmt.Fprintf(b, "if(%s(%s)===%d){throw new Error(\"%s %s %s\")}\n", camel(r), camel(r), r.IntN(100), word(r), word(r), word(r))
		}
	})
}

func analytics(r *rand.Rand, size int) []byte {
	t := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	return fill(size, func(b *bytes.Buffer) {
		t = t.Add(time.Duration(r.IntN(1e9)))
		_ = json.NewEncoder(b).Encode(map[string]any{
			"ts": t.UnixMilli(), "time": t, "event": word(r), "client": fmt.Sprintf("%d.%d", r.Uint32(), t.Unix()), "order": r.IntN(1e9),
			"session": hex.EncodeToString(noise(r, 16)), "token": base64.RawURLEncoding.EncodeToString(noise(r, 48)),
			"url":   "https://shop.example/" + word(r) + "/" + word(r) + "?" + url.Values{"q": {word(r) + " " + word(r)}, "p": {fmt.Sprint(r.IntN(90))}}.Encode(),
			"items": []any{map[string]any{"sku": fmt.Sprintf("%013d", r.Int64N(1e13)), "price": r.IntN(9000), "name": word(r) + "・コーヒー豆 " + word(r)}},
		})
	})
}

func replay(r *rand.Rand, size int) []byte {
	t := int64(1767225600000)
	return fill(size, func(b *bytes.Buffer) {
		t += r.Int64N(90)
		switch r.IntN(3) {
		case 0:
			fmt.Fprintf(b, `{"type":3,"data":{"source":1,"positions":[{"x":%d,"y":%d,"id":%d,"timeOffset":-%d}]},"timestamp":%d},`,
				r.IntN(1920), r.IntN(1080), r.IntN(4000), r.IntN(500), t)
		case 1:
			fmt.Fprintf(b, `{"type":3,"data":{"source":5,"text":"%s","isChecked":false,"id":%d},"timestamp":%d},`, strings.Repeat("*", r.IntN(17)), r.IntN(4000), t)
		default:
			fmt.Fprintf(b, `[%d,%d,%d,%d,%d],`, r.IntN(10), r.IntN(10), r.IntN(10), r.IntN(300), t)
		}
	})
}

func page(r *rand.Rand, size int) []byte {
	return fill(size, func(b *bytes.Buffer) {
		fmt.Fprintf(b, "<div class=\"%s %s-%d\" data-id=\"%d\"><a href=\"/%s?id=%d&amp;ref=%s\">%s &#%d; &copy; %d</a>\n<p>%s, %s %s. &quot;送料無料&quot; 〒%03d-%04d 090-%04d-%04d</p></div>\n",
			word(r), word(r), r.IntN(20), r.IntN(1e8), word(r), r.IntN(1e6), url.QueryEscape("検索 "+word(r)), camel(r), 12353+r.IntN(80),
			1990+r.IntN(40), word(r), word(r), word(r), r.IntN(1000), r.IntN(10000), 1000+r.IntN(9000), r.IntN(10000))
	})
}

// orders is numbers that look like ours: cards of the same issuer with a valid check digit, telephone numbers with the
// same beginnings.
func orders(r *rand.Rand, size int) []byte {
	return fill(size, func(b *bytes.Buffer) {
		n := fmt.Sprintf("%s%09d", DefaultBIN, r.IntN(1e9))
		n += string(luhn(n))
		fmt.Fprintf(b, `{"bin":"%s","last4":"%s","masked":"%s******%s"},`, DefaultBIN, n[12:], DefaultBIN, n[12:])
		fmt.Fprintf(b, "%s,%s,%d,0900%07d,010-0%03d-%04d,0862-%04d-%04d,503-555-%04d,%d;", n, grouped(n, " "), r.Int64N(1e17), r.IntN(1e7),
			r.IntN(1000), r.IntN(10000), r.IntN(10000), r.IntN(10000), r.IntN(10000), 20260000000000+r.Int64N(1e9))
	})
}

func form(r *rand.Rand, size int) []byte {
	return fill(size, func(b *bytes.Buffer) {
		b.WriteString(url.Values{word(r): {word(r) + "+" + word(r), fmt.Sprint(r.IntN(1e9))}, "メモ": {"ご自宅 " + word(r)}}.Encode() + "&")
	})
}

// image has a signature and chunks, and compressed bytes in them.
func image(r *rand.Rand, size int) []byte {
	return fill(size, func(b *bytes.Buffer) {
		b.WriteString("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x02\x00")
		z := gzip.NewWriter(b)
		_, _ = z.Write(noise(r, 20000))
		_ = z.Close()
		b.WriteString("\x00\x00\x00\x00IEND\xaeB`\x82")
	})
}

func dataURI(r *rand.Rand, size int) []byte {
	return fill(size, func(b *bytes.Buffer) {
		b.WriteString(`{"img":"data:image/png;base64,` + base64.StdEncoding.EncodeToString(image(r, 30000)) + `"},`)
	})
}

func TestQuietOnOrdinaryBodies(t *testing.T) {
	t.Parallel()
	for i, b := range bodies {
		r := rand.New(rand.NewPCG(11, uint64(i)))
		found, whole := testMatcher.Search(b.make(r, 768<<10))
		if len(found) > 0 {
			t.Errorf("%s: found %v", b.name, found)
		}
		if !whole {
			t.Errorf("%s: not looked through", b.name)
		}
	}
}

// What stands around a set's data must neither hide it nor be taken for more of it.
func TestFindInOrdinaryBodies(t *testing.T) {
	t.Parallel()
	for i, b := range bodies {
		r := rand.New(rand.NewPCG(12, uint64(i)))
		for j := range 6 {
			s := testSets[r.IntN(len(testSets))]
			hay := b.make(r, 64<<10)
			hidden := []byte(base64.StdEncoding.EncodeToString(stolen(s)))
			if j%2 == 0 {
				hidden = stolen(s)
			}
			at := r.IntN(len(hay))
			data := bytes.Join([][]byte{hay[:at], hidden, hay[at:]}, []byte("\x00\"'"))
			found := testMatcher.Find(data)
			for _, f := range []Field{CardNumber, Email, Phone, Password, Name} {
				if !has(found, s, f) {
					t.Errorf("%s: %s not found at %d of %d", b.name, f, at, len(data))
				}
			}
			for _, m := range found {
				if m.Set != s.ID {
					t.Errorf("%s: another set: %v", b.name, m)
				}
			}
		}
	}
}

func TestSearchIsBounded(t *testing.T) {
	t.Parallel()
	pack := packWith(func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) })
	zeros := make([]byte, 24<<20)
	bomb := pack(zeros, 0)
	for name, data := range map[string][]byte{
		"bomb":          bomb,
		"bomb in bomb":  pack(bomb, 0),
		"many bombs":    bytes.Repeat(bomb[:4096], 200),
		"base64 bomb":   []byte(base64.StdEncoding.EncodeToString(bomb)),
		"percents":      bytes.Repeat([]byte("%25"), 1<<16),
		"backslashes":   bytes.Repeat([]byte(`\`), 1<<18),
		"entities":      bytes.Repeat([]byte("&amp;"), 1<<16),
		"zeros":         zeros[:1<<18],
		"nulls of text": bytes.Repeat([]byte("a\x00"), 1<<17),
		"digits":        bytes.Repeat([]byte("4000000"), 1<<15),
		"fours":         bytes.Repeat([]byte("4,"), 1<<17),
		"heads of gzip": bytes.Repeat([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 4}, 1<<14),
		"heads of zlib": bytes.Repeat([]byte{0x78, 0x9c}, 1<<16),
		"base64":        bytes.Repeat([]byte("QUFB"), 1<<16),
		"hex":           bytes.Repeat([]byte("41"), 1<<17),
		"own prefix":    bytes.Repeat([]byte(testSets[0].Card.Number[:12]), 1<<14),
		"own number":    bytes.Repeat([]byte(testSets[0].Card.Number+" "), 1<<14),
	} {
		start := time.Now()
		found, whole := testMatcher.Search(data)
		if d := time.Since(start); d > time.Minute {
			t.Errorf("%s: took %v", name, d)
		}
		if strings.Contains(name, "bomb") && !strings.Contains(name, "many") && whole {
			t.Errorf("%s: said to be looked through", name)
		}
		if name != "own number" && len(found) > 0 {
			t.Errorf("%s: found %v", name, found)
		}
	}
}

func BenchmarkFind(b *testing.B) {
	for _, sets := range []int{1, 16} {
		m := NewMatcher(testSets[:sets]...)
		for i, body := range bodies {
			data := body.make(rand.New(rand.NewPCG(13, uint64(i))), 1<<20)
			b.Run(fmt.Sprintf("%s/%d", strings.ReplaceAll(body.name, " ", "-"), sets), func(b *testing.B) {
				b.SetBytes(int64(len(data)))
				b.ReportAllocs()
				for b.Loop() {
					if found := m.Find(data); len(found) > 0 {
						b.Fatalf("found %v", found)
					}
				}
			})
		}
	}
}
