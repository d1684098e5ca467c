package php

import (
	"bytes"
	"compress/bzip2"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"crypto/md5"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"hash/crc32"
	"html"
	"io"
	"mime/quotedprintable"
	"net/url"
	"strings"
)

func md5of(s string) string {
	sum := md5.Sum([]byte(s))
	return hex.EncodeToString(sum[:])
}

func sha1of(s string) string {
	sum := sha1.Sum([]byte(s))
	return hex.EncodeToString(sum[:])
}

func crc(s string) int64 { return int64(crc32.ChecksumIEEE([]byte(s))) }

// unbase64 decodes as PHP does: what is no character of base64 is left out.
func unbase64(s string) string {
	clean := make([]byte, 0, len(s))
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '+', c == '/':
			clean = append(clean, c)
		case c == '-' || c == '_': // left out, too
		}
	}
	if len(clean)%4 == 1 {
		clean = clean[:len(clean)-1]
	}
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(clean)))
	n, _ := base64.RawStdEncoding.Decode(out, clean) // only characters of base64 are left
	return string(out[:n])
}

func unhex(s string) (string, bool) {
	b, err := hex.DecodeString(s)
	return string(b), err == nil
}

func unuu(s string) string {
	var out []byte
	for _, line := range strings.Split(s, "\n") {
		if line == "" {
			continue
		}
		n := int(line[0]-32) & 63
		data := line[1:]
		var part []byte
		for i := 0; i+4 <= len(data); i += 4 {
			var v [4]byte
			for k := range v {
				v[k] = (data[i+k] - 32) & 63
			}
			part = append(part, v[0]<<2|v[1]>>4, v[1]<<4|v[2]>>2, v[2]<<6|v[3])
		}
		out = append(out, part[:min(n, len(part))]...)
	}
	return string(out)
}

// inflating bounds what a packed text becomes.
func inflating(open func(io.Reader) (io.Reader, error)) foldFunc {
	return func(m *machine, a []value) (value, bool) {
		if len(a) == 0 || a[0].kind == vArray {
			return value{}, false
		}
		r, err := open(strings.NewReader(a[0].text()))
		if err != nil {
			return value{}, false
		}
		out, err := io.ReadAll(io.LimitReader(r, min(maxText, int64(maxBuilt-m.built))))
		if err != nil && len(out) == 0 || !m.make(4*len(out)) {
			return value{}, false
		}
		return text(string(out), 0), true
	}
}

func inflate(r io.Reader) (io.Reader, error) { return flate.NewReader(r), nil }
func unzlib(r io.Reader) (io.Reader, error)  { return zlib.NewReader(r) }
func ungzip(r io.Reader) (io.Reader, error)  { return gzip.NewReader(r) }
func unbzip(r io.Reader) (io.Reader, error)  { return bzip2.NewReader(r), nil }

func unany(r io.Reader) (io.Reader, error) {
	all, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(all, []byte{0x1f, 0x8b}):
		return gzip.NewReader(bytes.NewReader(all))
	case len(all) > 1 && all[0]&15 == 8 && (int(all[0])<<8|int(all[1]))%31 == 0:
		return zlib.NewReader(bytes.NewReader(all))
	}
	return flate.NewReader(bytes.NewReader(all)), nil
}

func unpercent(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	if out, err := url.PathUnescape(s); err == nil {
		return out
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && hexDigit(s[i+1]) && hexDigit(s[i+2]) {
			b, _ := hex.DecodeString(s[i+1 : i+3]) // both are hex digits
			out = append(out, b...)
			i += 2
			continue
		}
		out = append(out, s[i])
	}
	return string(out)
}

func entities(s string) string { return html.UnescapeString(s) }

func unquotedPrintable(s string) string {
	out, _ := io.ReadAll(quotedprintable.NewReader(strings.NewReader(s))) // what could be decoded is enough
	return string(out)
}

// pack makes bytes of values, in the few forms that texts are made with.
func pack(_ *machine, a []value) (value, bool) {
	if len(a) == 0 {
		return value{}, false
	}
	format, args := a[0].text(), a[1:]
	var out []byte
	for i := 0; i < len(format); {
		code := format[i]
		i++
		from := i
		for i < len(format) && (digit(format[i]) || format[i] == '*') {
			i++
		}
		n := 1
		switch arg := format[from:i]; {
		case arg == "*":
			n = len(args)
		case arg != "":
			n = int(leadingNumber(arg))
		}
		switch code {
		case 'H', 'h', 'A', 'a', 'Z':
			if len(args) == 0 {
				return value{}, false
			}
			s := args[0].text()
			args = args[1:]
			if code == 'H' || code == 'h' {
				if code == 'h' {
					b := []byte(s)
					for k := 0; k+1 < len(b); k += 2 {
						b[k], b[k+1] = b[k+1], b[k]
					}
					s = string(b)
				}
				b, ok := unhex(s[:len(s)&^1])
				if !ok {
					return value{}, false
				}
				s = b
			}
			out = append(out, s...)
		case 'C', 'c', 'U':
			for ; n > 0 && len(args) > 0; n-- {
				if code == 'U' && args[0].int() > 127 {
					return value{}, false
				}
				out = append(out, byte(args[0].int()))
				args = args[1:]
			}
		case 'N', 'n', 'V', 'v':
			for ; n > 0 && len(args) > 0; n-- {
				v := uint32(args[0].int())
				args = args[1:]
				switch code {
				case 'N':
					out = append(out, byte(v>>24), byte(v>>16), byte(v>>8), byte(v))
				case 'n':
					out = append(out, byte(v>>8), byte(v))
				case 'V':
					out = append(out, byte(v), byte(v>>8), byte(v>>16), byte(v>>24))
				case 'v':
					out = append(out, byte(v), byte(v>>8))
				}
			}
		default:
			return value{}, false
		}
	}
	return text(string(out), 0), true
}

func unpack(_ *machine, a []value) (value, bool) {
	if len(a) < 2 {
		return value{}, false
	}
	out := newArray()
	switch format := a[0].text(); {
	case strings.HasPrefix(format, "H*"):
		name := format[2:]
		if name == "" {
			name = "1"
		}
		out.set(name, text(hex.EncodeToString([]byte(a[1].text())), 0))
	case strings.HasPrefix(format, "C*") && len(a[1].text()) < 100_000:
		for i, c := range []byte(a[1].text()) {
			out.set(format[2:]+number(int64(i+1)).text(), number(int64(c)))
		}
	default:
		return value{}, false
	}
	return value{kind: vArray, array: out}, true
}
