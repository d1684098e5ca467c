package page

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/hex"
	"io"
	"net/url"
	"strings"
	"unicode/utf8"
)

// minOpaque is the shortest text that is looked at: 16 bytes, one block of AES, in base64.
const minOpaque = 22

// opaque lists the parts of a sending's content that no one can read: long runs of hex or base64 that decode to no
// text, lists of numbers, and bodies that are no text at all. What merely is encoded is none of these: the canary
// matcher reads that.
func opaque(content []byte) []string {
	if !utf8.Valid(content) || bytes.IndexByte(content, 0) >= 0 {
		if i := bytes.IndexByte(content, '\n'); i >= 0 && len(content)-i > minHidden {
			return append(opaque(bytes.ToValidUTF8(content[:i], nil)), stretches(content[i+1:])...)
		}
	}
	text := string(content)
	if plain, err := url.PathUnescape(text); err == nil && utf8.ValidString(plain) {
		text = plain
	}
	var out []string
	for _, token := range strings.FieldsFunc(text, func(r rune) bool { return !isBase64(r) }) {
		if len(token) >= minOpaque && unreadable(token) {
			out = append(out, token)
		}
	}
	return append(out, numberLists(text)...)
}

func isBase64(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '+' || r == '/' || r == '-' || r == '_'
}

// unreadable tells encrypted or random bytes from words, paths and encoded text.
func unreadable(token string) bool {
	if raw, err := hex.DecodeString(token[:len(token)&^1]); err == nil {
		return !readable(raw) && !packed(raw) && distinct(token) >= 8
	}
	var upper, lower, digit int
	for _, r := range token {
		switch {
		case r >= 'A' && r <= 'Z':
			upper++
		case r >= 'a' && r <= 'z':
			lower++
		case r >= '0' && r <= '9':
			digit++
		}
	}
	if upper == 0 || lower == 0 || digit == 0 || strings.Count(token, "/") > len(token)/12+1 || strings.Count(token, "-")+strings.Count(token, "_") > len(token)/12+1 {
		return false
	}
	plain := strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(token, "="))
	raw, err := base64.RawStdEncoding.DecodeString(plain[:len(plain)&^3])
	return err == nil && !readable(raw) && !packed(raw)
}

// stretches are the parts of a body of bytes that are no text: between the parts of a form and in records that have text
// in them there are names and words, and what is compressed can be read.
func stretches(body []byte) []string {
	const word = 8 // printable characters in a row that random bytes have once in thousands
	if packed(body) {
		return nil
	}
	var out []string
	start, printing := 0, 0
	flush := func(end int) {
		if end-start >= minHidden && !packed(body[start:end]) {
			out = append(out, string(body[start:end]))
		}
	}
	for i, b := range body {
		if b >= 0x20 && b < 0x7f || b == '\n' || b == '\r' || b == '\t' {
			printing++
			continue
		}
		if printing >= word {
			flush(i - printing)
			start = i
		}
		printing = 0
	}
	if printing >= word {
		flush(len(body) - printing)
	} else {
		flush(len(body))
	}
	return out
}

// packed tells what is compressed, and so can be read by everybody.
func packed(raw []byte) bool {
	var from io.Reader
	var err error
	switch {
	case len(raw) > 10 && raw[0] == 0x1f && raw[1] == 0x8b:
		from, err = gzip.NewReader(bytes.NewReader(raw))
	case len(raw) > 6 && raw[0] == 0x78:
		from, err = zlib.NewReader(bytes.NewReader(raw))
	default:
		return false
	}
	if err != nil {
		return false
	}
	n, _ := io.CopyN(io.Discard, from, 32)
	return n > 0
}

// readable tells text from bytes: nearly all of it prints.
func readable(raw []byte) bool {
	printing := 0
	for _, b := range raw {
		if b >= 0x20 && b < 0x7f || b == '\n' || b == '\t' || b == '\r' {
			printing++
		}
	}
	return printing*10 >= len(raw)*9 || utf8.Valid(raw) && printing*2 >= len(raw)
}

func distinct(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}

// numberLists finds runs of at least 16 small numbers with separators between them: bytes written out.
func numberLists(text string) []string {
	var out []string
	start, numbers, digits := -1, 0, 0
	flush := func(end int) {
		if numbers >= 16 {
			out = append(out, text[start:end])
		}
		start, numbers, digits = -1, 0, 0
	}
	for i := range len(text) {
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			if start < 0 {
				start = i
			}
			if digits++; digits == 1 {
				numbers++
			} else if digits > 3 {
				flush(i)
			}
		case (c == ',' || c == ' ' || c == '-' || c == '.') && start >= 0 && digits > 0:
			digits = 0
		default:
			flush(i)
		}
	}
	flush(len(text))
	return out
}
