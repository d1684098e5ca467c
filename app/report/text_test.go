package report

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/canary"
)

func TestTextSaysItAll(t *testing.T) {
	t.Parallel()
	for _, language := range Languages() {
		r := leaking(t, language)
		text := written(t, "text", r, Options{Language: language, Width: 10000})
		w := languages[language]
		first, _, _ := strings.Cut(text, "\n")
		if first != w.verdict(r) {
			t.Errorf("%s begins with %q, want the verdict", language, first)
		}
		at := 0
		for _, want := range []string{ // in this order
			w.Severities[tillwatch.Critical], w.Fieldnames["card.number"], "https://cdn-metrics.example/collect",
			fmt.Sprintf("slick.min.js "+w.LineColumn, 1, 41872), "2026-11-20 03:04:24 UTC", r.Incidents[0].ID,
			w.Next, r.Findings[0].Next[0], w.NotSeen, "3ds", w.LookedAt, w.Step("payment"), fmt.Sprintf(w.Suppressed, 1), w.Disclaimer,
		} {
			i := strings.Index(text[at:], want)
			if i < 0 {
				t.Errorf("%s: no %q where it should stand", language, want)
				continue
			}
			at += i
		}
	}
}

func TestReportSaysThatAnOrderWasPlaced(t *testing.T) {
	t.Parallel()
	for _, language := range Languages() {
		r := leaking(t, language)
		r.Targets[0].Steps = append(r.Targets[0].Steps, Step{Name: "order", Place: "https://shop.example/confirm"})
		text, w := written(t, "text", r, Options{Language: language, Width: 10000}), languages[language]
		if !strings.Contains(text, w.Ordered) || strings.Contains(text, w.Disclaimer) {
			t.Errorf("%s: the report does not say that an order was placed", language)
		}
	}
}

func TestTextLinesUpAndFits(t *testing.T) {
	t.Parallel()
	for _, language := range Languages() {
		text := written(t, "text", leaking(t, language), Options{Language: language, Width: 80})
		w := languages[language]
		var column []int
		for line := range strings.Lines(text) {
			line = strings.TrimRight(line, "\n")
			if columns(line) > 80 && !strings.Contains(line, "https://") {
				t.Errorf("%s: %d columns: %s", language, columns(line), line)
			}
			for _, label := range []string{w.Data, w.Destination, w.Where, w.Since} {
				if rest, found := strings.CutPrefix(line, "   "+label+" "); found {
					value := strings.TrimLeft(rest, " ")
					column = append(column, columns(line)-columns(value))
				}
			}
		}
		slices.Sort(column)
		if len(column) < 8 {
			t.Errorf("%s: only %d labelled lines", language, len(column))
		} else if column[0] != column[len(column)-1] {
			t.Errorf("%s: values begin at columns %v", language, slices.Compact(column))
		}
	}
}

func TestColorOnlyWhereWanted(t *testing.T) {
	t.Parallel()
	if text := written(t, "text", leaking(t, "en"), Options{}); strings.Contains(text, "\x1b") {
		t.Error("colours without being asked")
	}
	if text := written(t, "text", leaking(t, "en"), Options{Color: true}); !strings.Contains(text, red) {
		t.Error("no colours")
	}
}

func TestEveryLanguageSaysEverything(t *testing.T) {
	t.Parallel()
	for language, w := range languages {
		v := reflect.ValueOf(*w)
		for i := range v.NumField() {
			name, field := v.Type().Field(i).Name, v.Field(i)
			want := reflect.ValueOf(english).Field(i)
			if field.Len() == 0 {
				t.Errorf("%s says nothing for %s", language, name)
			}
			switch field.Kind() {
			case reflect.Map:
				for _, key := range want.MapKeys() {
					if got := field.MapIndex(key); !got.IsValid() || got.Len() == 0 {
						t.Errorf("%s: %s has nothing for %v", language, name, key)
					}
				}
			case reflect.String:
				if verbs(field.String()) != verbs(want.String()) {
					t.Errorf("%s: %s is %q, in English %q: other verbs", language, name, field, want)
				}
			}
		}
	}
}

func TestEveryFieldOfACanaryHasAName(t *testing.T) {
	t.Parallel()
	for _, field := range []canary.Field{
		canary.CardNumber, canary.CardHolder, canary.CardCode, canary.CardExpiry, canary.Email, canary.Phone, canary.Name,
		canary.Address, canary.Postcode, canary.City, canary.Password,
	} {
		for _, name := range []string{string(field), field.Data()} {
			if english.Fieldnames[name] == "" {
				t.Errorf("%s has no name", name)
			}
		}
	}
}

// verbs are the formatting verbs of s in their order.
func verbs(s string) string {
	var b strings.Builder
	for i, part := range strings.Split(s, "%") {
		if i > 0 && part != "" {
			b.WriteString("%" + strings.TrimLeft(part, ".0123456789")[:1])
		}
	}
	return b.String()
}

func TestWrap(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text  string
		limit int
		want  []string
	}{
		"words":            {"one two three", 8, []string{"one two", "three"}},
		"a long address":   {"see https://shop.example/a/b/c now", 10, []string{"see", "https://shop.example/a/b/c", "now"}},
		"japanese":         {"決済をただちに止めます。", 10, []string{"決済をただ", "ちに止めま", "す。"}},
		"no line with 。":   {"決済を止めた。", 12, []string{"決済を止め", "た。"}},
		"korean by words":  {"결제를 즉시 중단합니다", 12, []string{"결제를 즉시", "중단합니다"}},
		"empty":            {"", 10, []string{""}},
		"mixed":            {"ES256の鍵", 6, []string{"ES256", "の鍵"}},
		"exactly the line": {"abcde", 5, []string{"abcde"}},
	} {
		if got := wrap(c.text, c.limit); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestCut(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		n    int
		want string
	}{{"short", 10, "short"}, {"too long a line", 8, "too l..."}, {"決済画面です", 9, "決済画..."}, {"決済画面です", 8, "決済..."}, {"abc", 2, ".."}, {"abc", -1, ""}} {
		if got := Cut(c.text, c.n); got != c.want {
			t.Errorf("Cut(%q, %d) = %q, want %q", c.text, c.n, got, c.want)
		}
	}
}

func FuzzWrap(f *testing.F) {
	f.Add("見た範囲に異常はありませんが、not everything was seen", 20)
	f.Add("a\u0301\u200bb  c", 1)
	f.Add("\xff \u0301", 1)
	f.Fuzz(func(t *testing.T, s string, limit int) {
		s = Shown(s)
		if !utf8.ValidString(s) || strings.IndexFunc(s, acts) >= 0 {
			t.Fatalf("Shown gives %q", s)
		}
		limit = 1 + max(0, limit)%200
		lines := wrap(s, limit)
		if got, want := strings.ReplaceAll(strings.Join(lines, ""), " ", ""), strings.ReplaceAll(s, " ", ""); got != want {
			t.Fatalf("wrapping %q lost something: %q", s, lines)
		}
		if cut := Cut(s, limit); columns(cut) > max(limit, 0) {
			t.Fatalf("Cut(%q, %d) takes %d columns", s, limit, columns(cut))
		}
	})
}
