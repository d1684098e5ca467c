package script

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

func (m *machine) fromCharCode(args []value) value {
	var b []byte
	k := marks(0)
	units := make([]uint16, 0, len(args))
	for _, a := range args {
		n, known := m.toNumber(a)
		k |= a.marks
		if !known {
			if k |= m.marksOfAll(args); k&markCode != 0 {
				k |= markHidden
			}
			return opaque(k | markEncoded)
		}
		if n >= 0x10000 {
			b = append(append(b, fromUnits(units)...), string(rune(int32(n)))...)
			units = units[:0]
			continue
		}
		units = append(units, uint16(toInt32(n)))
	}
	m.allocate(2 * len(args))
	return str(string(append(b, fromUnits(units)...))).with(k | markHidden)
}

// decodeBytes is the text that an array of bytes holds in UTF-8.
func (m *machine) decodeBytes(v value) value {
	k := m.marksOf(v)
	if v.obj == nil || v.obj.class != classArray || v.obj.rest != 0 {
		return opaque(k | markHidden)
	}
	raw := make([]byte, 0, len(v.obj.list))
	for _, e := range v.obj.list {
		n, known := m.toNumber(e)
		if !known {
			return opaque(k | markHidden)
		}
		raw = append(raw, byte(toInt32(n)))
	}
	m.allocate(len(raw))
	return str(strings.ToValidUTF8(string(raw), "\ufffd")).with(k | markHidden)
}

// transcode is the pairs of functions that encode and decode text.
func (m *machine) transcode(how string, v value, at position) value {
	text, known := m.toText(v)
	k := m.marksOf(v)
	m.allocate(2 * len(text))
	if !known {
		switch how {
		case "btoa":
			return opaque(k | markEncoded)
		case "atob":
			return opaque(k | markHidden)
		}
		return partly(text, k)
	}
	out := text
	switch how {
	case "btoa":
		units := toUnits(text)
		raw := make([]byte, len(units))
		for i, u := range units {
			raw[i] = byte(u)
		}
		return str(base64.StdEncoding.EncodeToString(raw)).with(k | markEncoded)
	case "atob":
		raw, ok := decodeBase64(text)
		if !ok {
			panic(thrown{str("InvalidCharacterError")})
		}
		units := make([]uint16, len(raw))
		for i, c := range raw {
			units[i] = uint16(c)
		}
		out = fromUnits(units)
		m.decode(out, "base64", at)
		return str(out).with(k | markHidden | markAgain)
	case "unescape":
		out = unescapeUnits(text)
	case "decodeURIComponent", "decodeURI":
		decoded, err := url.PathUnescape(text)
		if err != nil || !utf8.ValidString(decoded) {
			panic(thrown{str("URIError")}) // string arrays are rotated until nothing throws any more
		}
		out = decoded
	case "escape", "encodeURIComponent", "encodeURI":
		return str(escapeText(text, how)).with(k)
	}
	if out != text {
		m.decode(out, "escapes", at)
		k |= markHidden
	}
	return str(out).with(k)
}

func decodeBase64(text string) ([]byte, bool) {
	text = strings.Map(func(r rune) rune {
		if isBlank(r) {
			return -1
		}
		return r
	}, text)
	text = strings.TrimRight(text, "=")
	if len(text)%4 == 1 {
		return nil, false
	}
	raw, err := base64.RawStdEncoding.DecodeString(text)
	return raw, err == nil
}

func unescapeUnits(text string) string {
	var units []uint16
	source := toUnits(text)
	hex := func(from, n int) (uint16, bool) {
		if from+n > len(source) {
			return 0, false
		}
		v, err := strconv.ParseUint(fromUnits(source[from:from+n]), 16, 16)
		return uint16(v), err == nil
	}
	for i := 0; i < len(source); i++ {
		if source[i] == '%' {
			if i+1 < len(source) && source[i+1] == 'u' {
				if u, ok := hex(i+2, 4); ok {
					units = append(units, u)
					i += 5
					continue
				}
			} else if u, ok := hex(i+1, 2); ok {
				units = append(units, u)
				i += 2
				continue
			}
		}
		units = append(units, source[i])
	}
	return fromUnits(units)
}

func escapeText(text, how string) string {
	keep := "-_.!~*'()"
	switch how {
	case "escape":
		keep = "@*_+-./"
	case "encodeURI":
		keep += ";/?:@&=+$,#"
	}
	if how == "escape" {
		return escapeUnits(text, keep)
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if c := text[i]; isAlphanumeric(c) || strings.IndexByte(keep, c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

func escapeUnits(text, keep string) string {
	var b strings.Builder
	for _, u := range toUnits(text) {
		switch {
		case u < 0x80 && (isAlphanumeric(byte(u)) || strings.IndexByte(keep, byte(u)) >= 0):
			b.WriteByte(byte(u))
		case u < 0x100:
			fmt.Fprintf(&b, "%%%02X", u)
		default:
			fmt.Fprintf(&b, "%%u%04X", u)
		}
	}
	return b.String()
}

func isAlphanumeric(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

func (m *machine) stringify(v value) value {
	k := m.marksOf(v)
	switch v.kind {
	case kindString:
		b, _ := json.Marshal(v.string())
		return str(string(b)).with(k)
	case kindNumber, kindBool, kindNull:
		text, _ := m.toText(v)
		return str(text)
	case kindUndefined:
		return undefined
	}
	return opaque(k)
}

func (m *machine) parseJSON(v value) value {
	text, known := m.toText(v)
	if !known || len(text) > 1<<20 {
		return m.unknown("", m.marksOf(v))
	}
	m.allocate(4 * len(text))
	var data any
	if json.Unmarshal([]byte(text), &data) != nil {
		panic(thrown{str("SyntaxError")})
	}
	return m.fromJSON(data, v.marks)
}

func (m *machine) fromJSON(data any, k marks) value {
	m.allocate(48)
	switch d := data.(type) {
	case nil:
		return value{kind: kindNull}
	case bool:
		return boolean(d)
	case float64:
		return number(d)
	case string:
		return str(d).with(k)
	case []any:
		list := make([]value, len(d))
		for i, e := range d {
			list[i] = m.fromJSON(e, k)
		}
		return arrayValue(list)
	case map[string]any:
		o := newObject()
		for _, name := range sortedKeys(d) {
			o.set(name, m.fromJSON(d[name], k))
		}
		return objectValue(o)
	}
	return undefined
}
