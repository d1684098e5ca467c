package database

import (
	"encoding/base64"
	"encoding/hex"
	"html"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// decoder undoes one way of writing text so that a filter does not see what it says.
type decoder struct {
	name   string
	decode func(string) string // gives its argument where there is nothing to undo
}

var decoders = []decoder{
	{"HTML entities", html.UnescapeString},
	{"percent encoding", unpercent},
	{"escapes", unescape},
	{"invisible characters", withoutInvisible},
	{"full-width or look-alike characters", folded},
	{"UTF-7", unUTF7},
	{"a filter that removes tags once", withoutTagsOnce},
	{"base64 in a data: address", undata},
}

// views are the readings of a text: itself, and what it becomes when whatever it is encoded with is undone, one inside
// another.
func views(text string) []reading {
	all := []reading{{text: text}}
	seen := map[string]bool{text: true}
	for i := 0; i < len(all); i++ {
		if len(all[i].undone) == maxDepth {
			continue
		}
		for _, d := range decoders {
			decoded := d.decode(all[i].text)
			if len(decoded) > 2*maxText || seen[decoded] {
				continue
			}
			seen[decoded] = true
			all = append(all, reading{decoded, append(slices.Clone(all[i].undone), d.name)})
			if len(all) == maxViews {
				return all
			}
		}
	}
	return all
}

// unpercent decodes %3C and the %u003C of old scripts; what is no escape stays.
func unpercent(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] == '%' && i+6 <= len(s) && (s[i+1] == 'u' || s[i+1] == 'U') {
			if r, ok := hexRune(s[i+2 : i+6]); ok {
				b.WriteRune(r)
				i += 6
				continue
			}
		}
		if s[i] == '%' && i+3 <= len(s) {
			if r, ok := hexRune(s[i+1 : i+3]); ok {
				b.WriteByte(byte(r))
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String()
}

// unescape decodes \u003c, \u{3c}, \x3c, \074, \" and \/ as JavaScript, JSON and style sheets have them.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			i++
			continue
		}
		if r, n := escapeAt(s[i:]); n > 0 {
			if utf16.IsSurrogate(r) {
				if low, m := escapeAt(s[i+n:]); m > 0 {
					r, n = utf16.DecodeRune(r, low), n+m
				}
			}
			b.WriteRune(r)
			i += n
			continue
		}
		switch s[i+1] {
		case 'n', 'r', 't':
			b.WriteByte(' ')
		default:
			b.WriteByte(s[i+1])
		}
		i += 2
	}
	return b.String()
}

// escapeAt reads a numeric escape at the beginning of s, and gives its length, 0 where there is none.
func escapeAt(s string) (rune, int) {
	if len(s) < 3 || s[0] != '\\' {
		return 0, 0
	}
	switch {
	case s[1] == 'u' && s[2] == '{':
		if end := strings.IndexByte(s[:min(len(s), 12)], '}'); end > 3 {
			if r, ok := hexRune(s[3:end]); ok {
				return r, end + 1
			}
		}
	case s[1] == 'u' && len(s) >= 6:
		if r, ok := hexRune(s[2:6]); ok {
			return r, 6
		}
	case s[1] == 'x' && len(s) >= 4:
		if r, ok := hexRune(s[2:4]); ok {
			return r, 4
		}
	case s[1] >= '0' && s[1] <= '7':
		n := 1
		for n < 4 && n < len(s) && s[n] >= '0' && s[n] <= '7' {
			n++
		}
		if v, err := strconv.ParseUint(s[1:n], 8, 8); err == nil && n > 2 {
			return rune(v), n
		}
	}
	return 0, 0
}

func hexRune(s string) (rune, bool) {
	v, err := strconv.ParseUint(s, 16, 21)
	return rune(v), err == nil && s[0] != '+'
}

// withoutInvisible leaves out what nobody sees and some servers drop: control characters, zero-width characters, marks of
// direction, soft hyphens, tags and variation selectors.
func withoutInvisible(s string) string {
	drop := func(r rune) bool {
		switch {
		case r < ' ':
			return r != '\t' && r != '\n' && r != '\r' && r != '\f'
		case r == 0x7f, r == 0xad, r == 0x34f, r == 0x61c, r == 0x115f, r == 0x1160, r == 0x17b4, r == 0x17b5, r == 0x3164, r == 0xfeff, r == 0xffa0:
			return true
		case r >= 0x180b && r <= 0x180e, r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x206f:
			return true
		case r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0000 && r <= 0xe0fff:
			return true
		}
		return false
	}
	if !strings.ContainsFunc(s, drop) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if drop(r) {
			return -1
		}
		return r
	}, s)
}

// lookAlikes are characters that normalisation, a change of character set or an upper case turn into ASCII, and letters
// that are drawn as Latin ones.
var lookAlikes = map[rune]rune{
	'‹': '<', '›': '>', '˂': '<', '˃': '>', '〈': '<', '〉': '>', '⟨': '<', '⟩': '>', '﹤': '<', '﹥': '>', '❮': '<', '❯': '>', 'ᐸ': '<', 'ᐳ': '>', '≮': '<', '≯': '>',
	'“': '"', '”': '"', '„': '"', '‟': '"', '″': '"', 'ʺ': '"', '‘': '\'', '’': '\'', 'ʼ': '\'', '′': '\'', 'ʹ': '\'',
	'﹦': '=', '⁄': '/', '∕': '/', '⧸': '/', '﹕': ':', '∶': ':', 'ː': ':', '⁽': '(', '⁾': ')', '﹙': '(', '﹚': ')', '﹛': '{', '﹜': '}',
	'ſ': 's', 'ı': 'i', 'K': 'k', 'ℓ': 'l', 'ℯ': 'e', 'ℴ': 'o', 'ℊ': 'g',
	'а': 'a', 'с': 'c', 'е': 'e', 'һ': 'h', 'і': 'i', 'ј': 'j', 'о': 'o', 'р': 'p', 'ѕ': 's', 'х': 'x', 'у': 'y', 'ԁ': 'd', 'ӏ': 'l', 'ո': 'n', 'г': 'r', 'т': 't', 'ѵ': 'v', 'м': 'm',
	'ο': 'o', 'ρ': 'p', 'ι': 'i', 'α': 'a', 'ν': 'v', 'ɑ': 'a', 'ɡ': 'g', 'ⅰ': 'i', 'ⅼ': 'l', 'ⅽ': 'c', 'ⅿ': 'm', 'ⅴ': 'v', 'ⅹ': 'x', 'ⅾ': 'd',
	'Α': 'A', 'А': 'A', 'С': 'C', 'Е': 'E', 'І': 'I', 'О': 'O', 'Р': 'P', 'Ѕ': 'S', 'Т': 'T', 'Х': 'X', 'Ι': 'I', 'Ρ': 'P', 'Τ': 'T', 'Ο': 'O',
}

// folded writes full-width and look-alike characters as the ASCII that they are drawn as or become.
func folded(s string) string {
	changed := false
	out := strings.Map(func(r rune) rune {
		to := r
		switch {
		case r < utf8.RuneSelf:
		case r >= 0xff01 && r <= 0xff5e:
			to = r - 0xff01 + '!'
		case r == 0x3000 || r == 0xa0:
			to = ' '
		case r >= 0x1d400 && r <= 0x1d6a3: // mathematical letters
			to = mathematical(r)
		case r >= 0x24b6 && r <= 0x24cf:
			to = r - 0x24b6 + 'A'
		case r >= 0x24d0 && r <= 0x24e9:
			to = r - 0x24d0 + 'a'
		default:
			if ascii, ok := lookAlikes[r]; ok {
				to = ascii
			}
		}
		changed = changed || to != r
		return to
	}, s)
	if !changed {
		return s
	}
	return out
}

func mathematical(r rune) rune {
	if n := (r - 0x1d400) % 52; n < 26 {
		return 'A' + n
	} else {
		return 'a' + n - 26
	}
}

var utf7 = lazily(`\+([A-Za-z0-9+/]{3,400})-?`)

// unUTF7 decodes "+ADw-script+AD4-". Only stretches that become ASCII signs of markup are taken for UTF-7.
func unUTF7(s string) string {
	if !strings.Contains(s, "+AD") && !strings.Contains(s, "+AF") && !strings.Contains(s, "+AH") {
		return s
	}
	return utf7().ReplaceAllStringFunc(s, func(m string) string {
		raw, err := base64.RawStdEncoding.DecodeString(strings.TrimSuffix(m[1:], "-"))
		if err != nil && len(raw) == 0 || len(raw) < 2 {
			return m
		}
		var b strings.Builder
		for i := 0; i+1 < len(raw); i += 2 {
			if raw[i] != 0 || raw[i+1] >= utf8.RuneSelf {
				return m
			}
			b.WriteByte(raw[i+1])
		}
		return b.String()
	})
}

var onceRemoved = lazily(`(?i)</?script\b[^<>]{0,200}>|<!--.{0,200}?-->|javascript:|/\*.{0,100}?\*/`)

// withoutTagsOnce is what a filter leaves that removes tags and goes through the text once: "<scr<script>ipt>".
func withoutTagsOnce(s string) string {
	lower := strings.ToLower(s)
	if strings.Count(lower, "script") < 2 && !strings.Contains(s, "<!--") && !strings.Contains(s, "/*") {
		return s
	}
	return onceRemoved().ReplaceAllString(s, "")
}

var dataAddress = lazily(`(?i)data:\s*[a-z0-9+./-]{0,60}(?:;[a-z0-9=_." -]{1,40}){0,4};\s*base64\s*,\s*([a-z0-9+/_=\s-]{8,})`)

// undata is what base64 in data: addresses decodes to. The text around it is left out: it has its own reading.
func undata(s string) string {
	if !strings.Contains(strings.ToLower(s), "base64") {
		return s
	}
	var b strings.Builder
	for _, m := range dataAddress().FindAllStringSubmatch(s, 16) {
		b.WriteString(unbase64(m[1]))
		b.WriteByte('\n')
	}
	if b.Len() == 0 {
		return s
	}
	return b.String()
}

// unbase64 decodes as much as there is, of either alphabet, padded or not.
func unbase64(s string) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case r == '-':
			return '+'
		case r == '_':
			return '/'
		case r == '=' || r <= ' ':
			return -1
		}
		return r
	}, s)
	clean = clean[:len(clean)-boolInt(len(clean)%4 == 1)]
	raw, _ := base64.RawStdEncoding.DecodeString(clean)
	return string(raw)
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// unhex decodes hexadecimal digits; empty where s is something else.
func unhex(s string) string {
	raw, err := hex.DecodeString(s)
	if err != nil {
		return ""
	}
	return string(raw)
}
