package key

import (
	"encoding/base64"
	"math/rand/v2"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch"
)

// trial is a line of testdata/trial.txt with its values made.
type trial struct {
	want byte // '!', '+' or '-', as that file says
	name string
	text string
	line int
}

// maker makes values for a trial, so that none stands in a file.
type maker struct{ rng *rand.Rand }

func (m maker) of(signs string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = signs[m.rng.IntN(len(signs))]
	}
	return string(b)
}

// alphabets are the letters before a number in the trial's file.
var trialAlphabets = map[string]string{
	"A": alnum.signs, "h": lowHex.signs, "H": digits + "ABCDEF", "b": base64s.signs, "u": urlSafe.signs, "U": digits + upper, "T": upperNum.signs,
	"l": digits + lower, "a": lower + upper, "d": digits, "E": digits[2:] + "ACDEFGHJKLMNPQRSTUVWXYZ",
}

func (m maker) uuid() string {
	h := m.of(lowHex.signs, 32)
	return strings.Join([]string{h[:8], h[8:12], "4" + h[13:16], "a" + h[17:20], h[20:]}, "-")
}

func (m maker) pem(kind string) string {
	out := "-----BEGIN " + kind + "PRIVATE KEY-----\n"
	for range 12 {
		out += m.of(base64s.signs, 64) + "\n"
	}
	return out + m.of(base64s.signs, 40) + "\n-----END " + kind + "PRIVATE KEY-----\n"
}

// value makes what stands between << and >>.
func (m maker) value(what string) string {
	kind, rest, _ := strings.Cut(what, " ")
	if rest != "" {
		rest += " "
	}
	switch kind {
	case "UUID":
		return m.uuid()
	case "PEM":
		return m.pem(rest)
	case "PEMJ":
		return strings.ReplaceAll(m.pem(rest), "\n", `\n`)
	case "JWT":
		enc := base64.RawURLEncoding.EncodeToString
		return enc([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + enc([]byte(`{"sub":"`+m.of(digits, 8)+`","iss":"shop"}`)) + "." + m.of(urlSafe.signs, 43)
	case "DISCORD":
		return base64.RawURLEncoding.EncodeToString([]byte("8"+m.of(digits, 17))) + ".G" + m.of(alnum.signs, 5) + "." + m.of(urlSafe.signs, 38)
	case "GHP":
		return withChecksum("ghp_", m.of(alnum.signs, 30))
	case "W":
		word := []string{"Sakura", "nanohana", "Tokyo", "Merdeka", "Seoul", "Admin", "Shop", "Winter", "Dragon", "Maria"}[m.rng.IntN(10)]
		return word + []string{"", "shop", "@", "_", "#"}[m.rng.IntN(5)] + strconv.Itoa(1980+m.rng.IntN(46)) + []string{"!", "", "x", "$", "!!"}[m.rng.IntN(5)]
	}
	n, err := strconv.Atoi(strings.TrimLeft(kind, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz%"))
	if err != nil {
		panic(what)
	}
	switch name := strings.TrimRight(kind, digits); name {
	case "P":
		const signs = "!#%+*@^-_?"
		b := []byte(m.of(alnum.signs, n))
		for range max(1, n/8) {
			b[1+m.rng.IntN(n-2)] = signs[m.rng.IntN(len(signs))]
		}
		b[n/2] = digits[m.rng.IntN(10)]
		return string(b)
	case "BASIC":
		return base64.StdEncoding.EncodeToString([]byte("deploy:" + m.of(alnum.signs, n)))
	case "B":
		return base64.StdEncoding.EncodeToString([]byte(m.of(alnum.signs, n)))
	case "%":
		return url.QueryEscape(m.of(alnum.signs, n-2) + "@/")
	default:
		return m.of(trialAlphabets[name], n)
	}
}

var trialValue = regexp.MustCompile(`<<([^<>]+)>>`)

// trials makes the trial's texts.
func trials(t testing.TB, seed uint64) []trial {
	t.Helper()
	raw, err := os.ReadFile("testdata/trial.txt")
	if err != nil {
		t.Fatal(err)
	}
	m := maker{rand.New(rand.NewPCG(seed, 11))}
	var out []trial
	for i, line := range strings.Split(string(raw), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		name, text, found := strings.Cut(line[2:], " | ")
		if !found {
			t.Fatalf("line %d", i+1)
		}
		text = strings.NewReplacer(`\n`, "\n", `\t`, "\t", `\\`, `\`).Replace(text)
		text = trialValue.ReplaceAllStringFunc(text, func(s string) string { return m.value(s[2 : len(s)-2]) })
		out = append(out, trial{line[0], name, text + "\n", i + 1})
	}
	return out
}

// What leaks is found, and what only looks like it is left alone, for values that nobody has seen.
func TestTrial(t *testing.T) {
	var positives, strong, found, foundStrong, negatives, wrong int
	for seed := range uint64(3) {
		for _, c := range trials(t, seed) {
			best := tillwatch.Severity(0)
			for _, h := range Find([]byte(c.text)) {
				best = max(best, h.Severity)
			}
			if testing.Verbose() && (c.want == '-') == (best > 0) || c.want == '!' && best == low && testing.Verbose() {
				t.Logf("line %d (%c %s) is %v", c.line, c.want, c.name, best)
			}
			switch {
			case c.want == '-':
				negatives++
				if best > 0 {
					wrong++
				}
				if best >= medium {
					t.Errorf("line %d (%s) is taken for a key", c.line, c.name)
				}
				continue
			case c.want == '!':
				strong++
				if best >= medium {
					foundStrong++
				}
			}
			positives++
			if best > 0 {
				found++
			}
		}
	}
	t.Logf("%d of %d found, %d of %d at medium; %d of %d wrong", found, positives, foundStrong, strong, wrong, negatives)
	if found*100 < positives*95 || foundStrong*100 < strong*92 || wrong*100 > negatives {
		t.Errorf("%d of %d found, %d of %d at medium; %d of %d wrong", found, positives, foundStrong, strong, wrong, negatives)
	}
}
