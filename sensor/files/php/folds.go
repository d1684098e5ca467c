package php

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// foldFunc computes a function whose arguments are known; false where it cannot.
type foldFunc = func(*machine, []value) (value, bool)

// folds are the functions that are computed. What they return has the marks of their arguments.
var folds map[string]foldFunc

// Filled here, since some of them call others by name.
func fillFolds() map[string]foldFunc {
	return map[string]foldFunc{
		"chr":              one(func(v value) value { return text(string([]byte{byte(v.int())}), 0) }),
		"ord":              one(func(v value) value { return number(int64(first(v.text()))) }),
		"strrev":           texts(reverse),
		"str_rot13":        texts(rot13),
		"strtolower":       texts(strings.ToLower),
		"strtoupper":       texts(strings.ToUpper),
		"mb_strtolower":    texts(strings.ToLower),
		"mb_strtoupper":    texts(strings.ToUpper),
		"ucfirst":          texts(func(s string) string { return strings.ToUpper(s[:min(1, len(s))]) + s[min(1, len(s)):] }),
		"lcfirst":          texts(func(s string) string { return strings.ToLower(s[:min(1, len(s))]) + s[min(1, len(s)):] }),
		"ucwords":          texts(ucwords),
		"stripslashes":     texts(stripslashes),
		"addslashes":       texts(func(s string) string { return strings.NewReplacer(`\`, `\\`, `'`, `\'`, `"`, `\"`).Replace(s) }),
		"stripcslashes":    texts(func(s string) string { return unescape(s, '"') }),
		"urldecode":        texts(func(s string) string { return unpercent(strings.ReplaceAll(s, "+", " ")) }),
		"rawurldecode":     texts(unpercent),
		"base64_encode":    texts(func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }),
		"bin2hex":          texts(func(s string) string { return hex.EncodeToString([]byte(s)) }),
		"base64_decode":    one(func(v value) value { return text(unbase64(v.text()), 0) }),
		"hex2bin":          ok1(unhex),
		"convert_uudecode": one(func(v value) value { return text(unuu(v.text()), 0) }),
		"gzinflate":        inflating(inflate), "gzuncompress": inflating(unzlib), "gzdecode": inflating(ungzip), "zlib_decode": inflating(unany),
		"bzdecompress": inflating(unbzip),
		"dirname":      one(func(v value) value { return text(v.text()[:max(strings.LastIndexByte(v.text(), '/'), 0)], 0) }),
		"basename":     func(_ *machine, a []value) (value, bool) { return basename(a), len(a) > 0 },
		"trim":         trims(strings.Trim), "rtrim": trims(strings.TrimRight), "chop": trims(strings.TrimRight), "ltrim": trims(strings.TrimLeft),
		"strlen": one(func(v value) value { return number(int64(len(v.text()))) }), "mb_strlen": one(func(v value) value { return number(int64(len([]rune(v.text())))) }),
		"count": one(func(v value) value { return number(int64(v.array.len())) }), "sizeof": one(func(v value) value { return number(int64(v.array.len())) }),
		"intval":       intval,
		"floatval":     one(func(v value) value { return real(v.number()) }),
		"strval":       one(func(v value) value { return text(v.text(), 0) }),
		"abs":          one(func(v value) value { return number(max(v.int(), -v.int())) }),
		"floor":        one(func(v value) value { return real(floor(v.number())) }),
		"ceil":         one(func(v value) value { return real(-floor(-v.number())) }),
		"round":        one(func(v value) value { return real(floor(v.number() + 0.5)) }),
		"hexdec":       one(func(v value) value { return number(parseBase(v.text(), 16)) }),
		"bindec":       one(func(v value) value { return number(parseBase(v.text(), 2)) }),
		"octdec":       one(func(v value) value { return number(parseBase(v.text(), 8)) }),
		"dechex":       one(func(v value) value { return text(strconv.FormatInt(v.int(), 16), 0) }),
		"decbin":       one(func(v value) value { return text(strconv.FormatInt(v.int(), 2), 0) }),
		"base_convert": baseConvert,
		"min":          extreme(-1), "max": extreme(1),
		"is_string": one(func(v value) value { return truth(v.kind == vText) }), "is_array": one(func(v value) value { return truth(v.kind == vArray) }),
		"is_int": one(func(v value) value { return truth(v.kind == vInt) }), "is_numeric": one(func(v value) value {
			return truth(v.kind == vInt || v.kind == vFloat || v.kind == vText && numeric(v.s))
		}),
		"is_null":   one(func(v value) value { return truth(v.kind == vNull) }),
		"substr":    substr,
		"mb_substr": substr,
		"substr_count": func(_ *machine, a []value) (value, bool) {
			return two(a, func(x, y string) value { return number(int64(count(x, y))) })
		},
		"strpos": find(strings.Index), "stripos": find(func(x, y string) int { return strings.Index(strings.ToLower(x), strings.ToLower(y)) }),
		"strrpos": find(strings.LastIndex), "mb_strpos": find(strings.Index),
		"strstr": strstr,
		"strrchr": func(_ *machine, a []value) (value, bool) {
			return two(a, func(x, y string) value { return tail(x, strings.LastIndex(x, y[:min(1, len(y))])) })
		},
		"str_contains": func(_ *machine, a []value) (value, bool) {
			return two(a, func(x, y string) value { return truth(strings.Contains(x, y)) })
		},
		"strcmp": func(_ *machine, a []value) (value, bool) {
			return two(a, func(x, y string) value { return number(int64(strings.Compare(x, y))) })
		},
		"str_repeat":  repeat,
		"str_pad":     pad,
		"str_replace": replace(false), "str_ireplace": replace(true),
		"substr_replace": substrReplace,
		"strtr":          strtr,
		"sprintf":        func(m *machine, a []value) (value, bool) { return sprintf(m, a) },
		"vsprintf": func(m *machine, a []value) (value, bool) {
			if len(a) < 2 || a[1].kind != vArray {
				return value{}, false
			}
			return sprintf(m, append([]value{a[0]}, a[1].array.values...))
		},
		"implode": implode, "join": implode,
		"explode": explode, "str_split": strSplit, "mb_str_split": strSplit, "preg_split": pregSplit,
		"pack": pack, "unpack": unpack,
		"number_format":      one(func(v value) value { return text(strconv.FormatInt(v.int(), 10), 0) }),
		"html_entity_decode": texts(entities), "htmlspecialchars_decode": texts(entities), "htmlspecialchars": texts(func(s string) string {
			return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(s)
		}),
		"nl2br": texts(func(s string) string { return s }), "quoted_printable_decode": texts(unquotedPrintable),
		"array_reverse": arrays(func(a *array) *array { return fromValues(reversed(a.values)) }),
		"array_values":  arrays(func(a *array) *array { return fromValues(a.values) }),
		"array_keys":    arrays(arrayKeys), "array_flip": arrays(flip),
		"array_merge": merge, "array_combine": combine, "array_slice": slice, "range": rangeOf, "compact": nil,
		"array_fill": func(_ *machine, a []value) (value, bool) { return value{}, false },
		"in_array":   inArray, "array_search": arraySearch, "array_key_exists": keyExists,
		"array_sum": one(func(v value) value { return sum(v.array) }),
		"md5":       texts(md5of), "sha1": texts(sha1of), "crc32": one(func(v value) value { return number(crc(v.text())) }),
		"json_decode": nil, "strncmp": func(_ *machine, a []value) (value, bool) {
			if len(a) < 3 {
				return value{}, false
			}
			n := int(max(a[2].int(), 0))
			x, y := a[0].text(), a[1].text()
			return number(int64(strings.Compare(x[:min(n, len(x))], y[:min(n, len(y))]))), true
		},
		"current": one(func(v value) value { return element0(v, 0) }), "reset": one(func(v value) value { return element0(v, 0) }), "pos": one(func(v value) value { return element0(v, 0) }),
		"end": one(func(v value) value { return element0(v, v.array.len()-1) }), "key": one(func(v value) value { return key0(v) }),
	}
}

func one(f func(value) value) foldFunc {
	return func(_ *machine, a []value) (value, bool) {
		if len(a) == 0 {
			return value{}, false
		}
		return f(a[0]), true
	}
}

func ok1(f func(string) (string, bool)) foldFunc {
	return func(_ *machine, a []value) (value, bool) {
		if len(a) == 0 || a[0].kind == vArray {
			return value{}, false
		}
		s, ok := f(a[0].text())
		return text(s, 0), ok
	}
}

func texts(f func(string) string) foldFunc {
	return func(m *machine, a []value) (value, bool) {
		if len(a) == 0 || a[0].kind == vArray || !m.step(len(a[0].s)/32) {
			return value{}, false
		}
		return text(f(a[0].text()), 0), true
	}
}

func two(a []value, f func(x, y string) value) (value, bool) {
	if len(a) < 2 {
		return value{}, false
	}
	return f(a[0].text(), a[1].text()), true
}

func arrays(f func(*array) *array) foldFunc {
	return func(m *machine, a []value) (value, bool) {
		if len(a) == 0 || a[0].kind != vArray || !m.step(a[0].array.len()/2) {
			return value{}, false
		}
		return value{kind: vArray, array: f(a[0].array)}, true
	}
}

func trims(f func(string, string) string) foldFunc {
	return func(_ *machine, a []value) (value, bool) {
		if len(a) == 0 {
			return value{}, false
		}
		cut := " \t\n\r\x00\v"
		if len(a) > 1 {
			cut = a[1].text()
		}
		for _, c := range []byte(cut) {
			if c >= 0x80 {
				return value{}, false
			}
		}
		return text(f(a[0].text(), cut), 0), true
	}
}

func first(s string) byte {
	if s == "" {
		return 0
	}
	return s[0]
}

func floor(f float64) float64 {
	n := float64(int64(max(min(f, 1e18), -1e18)))
	if n > f {
		n--
	}
	return n
}

func count(x, y string) int {
	if y == "" {
		return 0
	}
	return strings.Count(x, y)
}

func reverse(s string) string {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}

func rot13(s string) string {
	b := []byte(s)
	for i, c := range b {
		switch {
		case c >= 'a' && c <= 'z':
			b[i] = 'a' + (c-'a'+13)%26
		case c >= 'A' && c <= 'Z':
			b[i] = 'A' + (c-'A'+13)%26
		}
	}
	return string(b)
}

func ucwords(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'a' && c <= 'z' && (i == 0 || b[i-1] == ' ' || b[i-1] == '\t' || b[i-1] == '\n') {
			b[i] = c - 32
		}
	}
	return string(b)
}

func stripslashes(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' {
			if i++; i == len(s) {
				break
			}
			if s[i] == '0' {
				out = append(out, 0)
				continue
			}
		}
		out = append(out, s[i])
	}
	return string(out)
}

func intval(_ *machine, a []value) (value, bool) {
	if len(a) == 0 {
		return value{}, false
	}
	if len(a) > 1 && a[0].kind == vText {
		return number(parseBase(a[0].s, int(min(max(a[1].int(), 0), 36)))), true
	}
	return number(a[0].int()), true
}

func parseBase(s string, base int) int64 {
	if base == 1 {
		return 0
	}
	s = strings.ToLower(strings.TrimSpace(s))
	if base == 16 {
		s = strings.TrimPrefix(s, "0x")
	}
	s = strings.Map(func(r rune) rune {
		if r < 0x80 && wordBytes[byte(r)] {
			return r
		}
		return -1
	}, s)
	n, _ := strconv.ParseInt(s, base, 64) // what is no number counts as 0
	return n
}

func baseConvert(_ *machine, a []value) (value, bool) {
	if len(a) < 3 {
		return value{}, false
	}
	from, to := int(a[1].int()), int(a[2].int())
	if from < 2 || from > 36 || to < 2 || to > 36 {
		return value{}, false
	}
	n, err := strconv.ParseUint(strings.ToLower(a[0].text()), from, 64)
	if err != nil {
		return value{}, false
	}
	return text(strconv.FormatUint(n, to), 0), true
}

func extreme(sign int) foldFunc {
	return func(_ *machine, a []value) (value, bool) {
		if len(a) == 1 && a[0].kind == vArray {
			a = a[0].array.values
		}
		if len(a) == 0 {
			return value{}, false
		}
		best := a[0]
		for _, v := range a[1:] {
			if compare(v, best)*sign > 0 {
				best = v
			}
		}
		return best, true
	}
}

func substr(_ *machine, a []value) (value, bool) {
	if len(a) < 2 {
		return value{}, false
	}
	s := a[0].text()
	n := int64(len(s))
	from := a[1].int()
	if from < 0 {
		from = max(n+from, 0)
	}
	from = min(from, n)
	end := n
	if len(a) > 2 && a[2].kind != vNull {
		length := a[2].int()
		if length < 0 {
			end = max(n+length, from)
		} else {
			end = min(from+min(length, n), n)
		}
	}
	return text(s[from:end], 0), true
}

func basename(a []value) value {
	s := strings.TrimRight(a[0].text(), "/")
	s = s[strings.LastIndexByte(s, '/')+1:]
	if len(a) > 1 {
		s = strings.TrimSuffix(s, a[1].text())
	}
	return text(s, 0)
}

func find(f func(x, y string) int) foldFunc {
	return func(_ *machine, a []value) (value, bool) {
		if len(a) < 2 {
			return value{}, false
		}
		s, from := a[0].text(), int64(0)
		if len(a) > 2 {
			if from = a[2].int(); from < 0 || from > int64(len(s)) {
				return value{}, false
			}
		}
		if a[1].kind == vInt {
			a[1] = text(string([]byte{byte(a[1].n)}), 0)
		}
		i := f(s[from:], a[1].text())
		if i < 0 {
			return truth(false), true
		}
		return number(int64(i) + from), true
	}
}

func tail(s string, i int) value {
	if i < 0 {
		return truth(false)
	}
	return text(s[i:], 0)
}

func strstr(_ *machine, a []value) (value, bool) {
	if len(a) < 2 {
		return value{}, false
	}
	i := strings.Index(a[0].text(), a[1].text())
	if len(a) > 2 && a[2].isTrue() && i >= 0 {
		return text(a[0].text()[:i], 0), true
	}
	return tail(a[0].text(), i), true
}

func repeat(m *machine, a []value) (value, bool) {
	if len(a) < 2 {
		return value{}, false
	}
	s, n := a[0].text(), a[1].int()
	if n < 0 || n > maxText || int64(len(s))*n > maxText || !m.make(len(s)*int(n)) {
		return value{}, false
	}
	return text(strings.Repeat(s, int(n)), 0), true
}

func pad(_ *machine, a []value) (value, bool) {
	if len(a) < 2 {
		return value{}, false
	}
	s, n, with := a[0].text(), a[1].int(), " "
	if len(a) > 2 && a[2].text() != "" {
		with = a[2].text()
	}
	if n > 10_000 || n <= int64(len(s)) {
		return text(s, 0), n <= 10_000
	}
	fill := strings.Repeat(with, int(n))[:int(n)-len(s)]
	if len(a) > 3 && a[3].int() == 0 {
		return text(fill+s, 0), true
	}
	return text(s+fill, 0), true
}

func sprintf(m *machine, a []value) (value, bool) {
	if len(a) == 0 || len(a[0].text()) > 10_000 {
		return value{}, false
	}
	format, next := a[0].text(), 1
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if b.Len() > maxText/4 {
			return value{}, false
		}
		if format[i] != '%' {
			b.WriteByte(format[i])
			continue
		}
		i++
		spec := i
		for i < len(format) && (digit(format[i]) || strings.IndexByte("$-+ .'", format[i]) >= 0) {
			if format[i] == '\'' {
				i++
			}
			i++
		}
		if i >= len(format) {
			break
		}
		if format[i] == '%' {
			b.WriteByte('%')
			continue
		}
		flags, arg := format[spec:i], value{kind: vNull}
		if n, rest, ok := strings.Cut(flags, "$"); ok {
			flags = rest
			if k, err := strconv.Atoi(n); err == nil && k > 0 && k < len(a) {
				arg = a[k]
			}
		} else if next < len(a) {
			arg = a[next]
			next++
		}
		if len(flags) > 6 || strings.Contains(flags, "'") || leadingNumber(strings.TrimLeft(flags, "-0+ ")) > 1000 {
			return value{}, false
		}
		switch format[i] {
		case 's':
			fmt.Fprintf(&b, "%"+flags+"s", arg.text())
		case 'd', 'u':
			fmt.Fprintf(&b, "%"+flags+"d", arg.int())
		case 'c':
			b.WriteByte(byte(arg.int()))
		case 'x', 'X', 'o', 'b':
			fmt.Fprintf(&b, "%"+flags+string(format[i]), arg.int())
		case 'f', 'F':
			fmt.Fprintf(&b, "%"+flags+"f", arg.number())
		default:
			return value{}, false
		}
	}
	return text(b.String(), 0), m.step(b.Len() / 64)
}
