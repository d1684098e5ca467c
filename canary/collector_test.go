package canary

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
)

// keystrokes is what the keys of a walk's payment step send, one message for each.
func keystrokes(text string, message func(i int, key string) []string) (all []string) {
	for i, r := range []rune(text) {
		all = append(all, message(i, string(r))...)
	}
	return all
}

func one(f func(i int, key string) string) func(int, string) []string {
	return func(i int, key string) []string { return []string{f(i, key)} }
}

func TestCollectorPutsTogether(t *testing.T) {
	s := testSets[0]
	typed := s.Card.Number + s.Card.Code + s.Person.Email
	full := string(stolen(s))
	b64 := base64.StdEncoding.EncodeToString([]byte(full))
	hexed := hex.EncodeToString([]byte(full))
	for name, messages := range map[string][]string{
		"form":  keystrokes(typed, one(func(i int, k string) string { return fmt.Sprintf("k=%s&t=%d", k, 1767225600000+i*173) })),
		"query": keystrokes(typed, one(func(i int, k string) string { return fmt.Sprintf("https://evil.example/p.gif?n=%d&c=%s", i, k) })),
		"json": keystrokes(typed, one(func(i int, k string) string {
			return fmt.Sprintf(`{"seq":%d,"type":"keydown","key":"%s","x":%d}`, i, k, i*7919%500)
		})),
		"press and release": keystrokes(typed, func(i int, k string) []string {
			return []string{`{"e":"keydown","k":"` + k + `"}`, `{"e":"keyup","k":"` + k + `"}`}
		}),
		"between moves of the mouse": keystrokes(typed, func(i int, k string) []string {
			return []string{"e=move&v=" + fmt.Sprint(i*31%800), "e=key&v=" + k, "e=move&v=" + fmt.Sprint(i*57%800)}
		}),
		"code":      keystrokes(s.Card.Number, one(func(_ int, k string) string { return `{"code":"Digit` + k + `","shift":false}` })),
		"char code": keystrokes(typed, one(func(_ int, k string) string { return fmt.Sprintf("c=%d", k[0]) })),
		"base64 keys": keystrokes(typed, one(func(_ int, k string) string {
			return "d=" + base64.StdEncoding.EncodeToString([]byte(k))
		})),
		"hex keys": keystrokes(typed, one(func(_ int, k string) string { return "d=" + hex.EncodeToString([]byte(k)) })),
		"with keys that write nothing": keystrokes(typed, func(i int, k string) []string {
			if i%5 == 4 {
				return []string{"key=Shift", "key=" + k}
			}
			return []string{"key=" + k}
		}),
		"growing":         keystrokes(s.Card.Number, one(func(i int, _ string) string { return "cc=" + s.Card.Number[:min(i+1, 14)] })),
		"fours":           {"cc1=" + s.Card.Number[:4], "cc2=" + s.Card.Number[4:8], "cc3=" + s.Card.Number[8:12], "cc4=" + s.Card.Number[12:]},
		"base64 in parts": parts(b64, 22, func(i int, p string) string { return fmt.Sprintf("https://evil.example/i?s=%d&d=%s", i, p) }),
		"hex in parts":    parts(hexed, 32, func(i int, p string) string { return fmt.Sprintf("d=%s&last=%t", p, i > 20) }),
		"host name labels": parts(hexed, 30, func(i int, p string) string {
			return fmt.Sprintf("https://evil.example/%d/%s", i, p)
		}),
	} {
		t.Run(name, func(t *testing.T) {
			c := NewCollector(testMatcher)
			for _, m := range messages {
				c.Add("evil.example", []byte(m))
				c.Add("stats.example", []byte("v=2&ev=scroll&p=33"))
			}
			found := c.Find()
			if !has(found["evil.example"], s, CardNumber) {
				t.Errorf("card number not put together from %q...: %v", messages[:2], found)
			}
			if len(found["stats.example"]) > 0 {
				t.Errorf("found at another destination: %v", found["stats.example"])
			}
			for _, m := range found["evil.example"] {
				if m.Set != s.ID || m.Encoding[0] != "split" {
					t.Errorf("wrong match %v", m)
				}
			}
		})
	}
}

func parts(s string, n int, message func(i int, part string) string) (all []string) {
	for i := 0; len(s) > 0; i++ {
		k := min(n, len(s))
		all = append(all, message(i, s[:k]))
		s = s[k:]
	}
	return all
}

func TestCollectorIsQuiet(t *testing.T) {
	s := testSets[0]
	n := s.Card.Number
	for name, messages := range map[string][]string{
		"issuer and last four":  {"bin=" + n[:6], "last=" + n[12:]},
		"twelve masked":         {"cc=" + n[:6] + "******" + n[12:]},
		"first digits":          keystrokes(n[:12], one(func(_ int, k string) string { return "k=" + k })),
		"whole in one message":  {"cc=" + n, "ok=1"},
		"not in the same place": {"a=" + n[:8] + "&b=1", "a=2&b=" + n[8:]},
		"different shapes":      {"a=" + n[:8], `{"a":"` + n[8:] + `"}`},
	} {
		t.Run(name, func(t *testing.T) {
			c := NewCollector(testMatcher)
			for _, m := range messages {
				c.Add("d", []byte(m))
			}
			if found := c.Find(); len(found) > 0 {
				t.Errorf("found %v", found)
			}
		})
	}
}

func TestCollectorIsQuietOnTelemetry(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	c := NewCollector(testMatcher)
	for i := range 6000 {
		d := fmt.Sprintf("stats%d.example", i%7)
		switch r.IntN(4) {
		case 0:
			c.Add(d, fmt.Appendf(nil, "v=2&t=%d&x=%d&y=%d", 1767225600000+i, r.IntN(1920), r.IntN(1080)))
		case 1:
			c.Add(d, fmt.Appendf(nil, `{"e":"key","n":%d,"k":"%d"}`, i, r.IntN(10)))
		case 2:
			c.Add(d, fmt.Appendf(nil, "k=%d", r.IntN(10)))
		case 3:
			c.Add(d, fmt.Appendf(nil, "id=%x&d=%s", r.Uint64(), base64.RawURLEncoding.EncodeToString([]byte(fmt.Sprint(r.Uint64())))))
		}
	}
	if found := c.Find(); len(found) > 0 {
		t.Errorf("found %v in noise", found)
	}
}

func TestCollectorIsBounded(t *testing.T) {
	c := NewCollector(NewMatcher(testSets[0]))
	for i := range 3000 {
		c.Add(fmt.Sprintf("host%d.example", i), []byte(strings.Repeat("a=b&", i%60)+"k="+fmt.Sprint(i)))
	}
	for i := range 3000 {
		c.Add("one.example", []byte("k="+fmt.Sprintf("%0200d", i)))
	}
	held := 0
	for _, s := range c.series {
		for _, col := range s.columns {
			held += col.size()
		}
	}
	if len(c.series) > maxSeries || held > maxSeries*(maxHeld+maxMessage) {
		t.Errorf("holds %d series, %d bytes", len(c.series), held)
	}
}

func TestCollectorKeepsWhatItForgets(t *testing.T) {
	s := testSets[1]
	c := NewCollector(testMatcher)
	for _, m := range keystrokes(s.Card.Number, one(func(_ int, k string) string { return "k=" + k })) {
		c.Add("evil.example", []byte(m))
	}
	for i := range 2 * maxSeries {
		c.Add(fmt.Sprintf("host%d.example", i), []byte("k=1"))
	}
	if found := c.Find(); !has(found["evil.example"], s, CardNumber) {
		t.Errorf("lost the card number: %v", found)
	}
}

func TestCollectorConcurrently(t *testing.T) {
	s := testSets[2]
	c := NewCollector(testMatcher)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for _, r := range s.Card.Number {
				c.Add(fmt.Sprint(g), []byte("k="+string(r)))
			}
			c.Find()
		})
	}
	wg.Wait()
	for g := range 8 {
		if !has(c.Find()[fmt.Sprint(g)], s, CardNumber) {
			t.Errorf("destination %d: nothing", g)
		}
	}
}
