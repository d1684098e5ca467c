package canary

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// encoder is one way to hide a message. Its parameter n varies what can vary: keys, junk, the length of lines.
type encoder struct {
	name   string
	encode func(msg []byte, n int) []byte
	cipher bool // two of them on one another may be no cipher that the matcher knows
	text   bool // wants text
}

func packWith(open func(io.Writer) io.WriteCloser) func([]byte, int) []byte {
	return func(msg []byte, _ int) []byte {
		var b bytes.Buffer
		w := open(&b)
		_, _ = w.Write(msg)
		_ = w.Close()
		return b.Bytes()
	}
}

func eachRune(msg []byte, f func(r rune) string) []byte {
	var b strings.Builder
	for _, r := range string(msg) {
		b.WriteString(f(r))
	}
	return []byte(b.String())
}

func eachByte(msg []byte, f func(b byte) byte) []byte {
	out := make([]byte, len(msg))
	for i, b := range msg {
		out[i] = f(b)
	}
	return out
}

func lines(s string, n int) []byte {
	var b strings.Builder
	for len(s) > n {
		b.WriteString(s[:n] + "\r\n")
		s = s[n:]
	}
	return []byte(b.String() + s)
}

var encoders = []encoder{
	{name: "form", text: true, encode: func(m []byte, _ int) []byte {
		return []byte(url.Values{"step": {"3"}, "d": {string(m)}}.Encode())
	}},
	{name: "percent", encode: func(m []byte, n int) []byte {
		return eachRunOf(m, func(b byte) string { return fmt.Sprintf([]string{"%%%02X", "%%%02x"}[n%2], b) })
	}},
	{name: "percent twice", text: true, encode: func(m []byte, _ int) []byte {
		return []byte(url.QueryEscape(url.QueryEscape(string(m))))
	}},
	{name: "entities", text: true, encode: func(m []byte, n int) []byte {
		return eachRune(m, func(r rune) string { return fmt.Sprintf([]string{"&#%d;", "&#x%x;", "&#x%X;"}[n%3], r) })
	}},
	{name: "json", text: true, encode: func(m []byte, n int) []byte {
		b, _ := json.Marshal(map[string]any{"v": n, "payload": string(m)})
		return b
	}},
	{name: "php json", text: true, encode: func(m []byte, _ int) []byte {
		b, _ := json.Marshal(map[string]any{"payload": string(m)})
		return bytes.ReplaceAll(b, []byte("/"), []byte(`\/`))
	}},
	{name: "json twice", text: true, encode: func(m []byte, _ int) []byte {
		b, _ := json.Marshal(string(m))
		b, _ = json.Marshal([]string{string(b)})
		return b
	}},
	{name: `\u`, text: true, encode: func(m []byte, n int) []byte {
		var b strings.Builder
		for _, u := range utf16.Encode([]rune(string(m))) {
			fmt.Fprintf(&b, []string{`\u%04x`, `\u%04X`, `%%u%04X`}[n%3], u)
		}
		return []byte(b.String())
	}},
	{name: `\x`, encode: func(m []byte, n int) []byte {
		return eachRunOf(m, func(b byte) string { return fmt.Sprintf([]string{`\x%02x`, `\x%02X`, `\%03o`}[n%3], b) })
	}},
	{name: "utf-16", text: true, encode: func(m []byte, n int) []byte {
		little, big := utf16Bytes(string(m))
		return []byte([]string{little, big}[n%2])
	}},
	{name: "hex", encode: func(m []byte, n int) []byte {
		h := hex.EncodeToString(m)
		return []byte([]string{h, strings.ToUpper(h), "x" + h, "0x" + h}[n%4])
	}},
	{name: "base32", encode: func(m []byte, n int) []byte {
		b := base32.StdEncoding.EncodeToString(m)
		return []byte([]string{b, strings.ToLower(strings.TrimRight(b, "=")), strings.TrimRight(b, "=")}[n%3])
	}},
	{name: "base64", encode: func(m []byte, _ int) []byte { return []byte(base64.StdEncoding.EncodeToString(m)) }},
	{name: "base64 url", encode: func(m []byte, _ int) []byte { return []byte(base64.RawURLEncoding.EncodeToString(m)) }},
	{name: "base64 lines", encode: func(m []byte, n int) []byte {
		return lines(base64.StdEncoding.EncodeToString(m), []int{76, 64, 60, 10, 24}[n%5])
	}},
	{name: "base64 after a path", encode: func(m []byte, n int) []byte {
		return []byte([]string{"/collect/v1/", "pixel-", "data_"}[n%3] + base64.RawURLEncoding.EncodeToString(m))
	}},
	{name: "gzip", encode: packWith(func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) })},
	{name: "zlib", encode: packWith(func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) })},
	{name: "deflate", encode: packWith(func(w io.Writer) io.WriteCloser { f, _ := flate.NewWriter(w, 9); return f })},
	{name: "multipart", encode: func(m []byte, _ int) []byte {
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		_ = w.SetBoundary("----formboundary7MA4YWxk")
		_ = w.WriteField("step", "payment")
		p, _ := w.CreateFormFile("f", "log.bin")
		_, _ = p.Write(m)
		_ = w.Close()
		return b.Bytes()
	}},
	{name: "char codes", encode: func(m []byte, n int) []byte {
		var parts []string
		for _, c := range m {
			parts = append(parts, strconv.Itoa(int(c)))
		}
		return []byte(`{"d":[` + strings.Join(parts, []string{",", ", ", "|", "-"}[n%4]) + `],"t":1767225600000}`)
	}},
	{name: "xor", cipher: true, encode: func(m []byte, n int) []byte {
		return eachByte(m, func(b byte) byte { return b ^ byte(1+n%255) })
	}},
	{name: "shift", cipher: true, encode: func(m []byte, n int) []byte {
		return eachByte(m, func(b byte) byte { return b + byte(1+n%255) })
	}},
	{name: "rot13", cipher: true, text: true, encode: func(m []byte, _ int) []byte {
		return cipher{rotateLetters, 13}.apply(nil, m)
	}},
	{name: "reversed", cipher: true, text: true, encode: func(m []byte, _ int) []byte {
		r := []rune(string(m))
		slices.Reverse(r)
		return []byte(string(r))
	}},
}

func eachRunOf(msg []byte, f func(b byte) string) []byte {
	var b strings.Builder
	for _, c := range msg {
		b.WriteString(f(c))
	}
	return []byte(b.String())
}

// stolen is what a skimmer sends: everything that was typed.
func stolen(s Set) []byte {
	b, _ := json.Marshal(map[string]string{
		"number": s.Card.Number, "exp": s.Card.Expiry(), "cvc": s.Card.Code, "holder": s.Card.Holder,
		"mail": s.Person.Email, "tel": s.Person.Phone, "family": s.Person.Family, "given": s.Person.Given,
		"zip": s.Person.Postcode, "city": s.Person.City, "street": s.Person.Street, "building": s.Person.Building,
		"pass": s.Person.Password,
	})
	return b
}
