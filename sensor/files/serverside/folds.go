package serverside

import (
	"compress/zlib"
	"encoding/base64"
	"encoding/hex"
	"io"
	"net/url"
	"strconv"
	"strings"
)

// folds are functions of which it is known what they give for known texts.
var folds = ops("reverse", "strreverse", "reversed", "join", "chr", "chrw", "chr$", "fromcharcode", "pack", "pack1", "b64decode", "decode_base64", "decode64", "urlsafe_decode64", "atob", "decodebase64", "standard_b64decode", "decodebuffer", "frombase64string", "fromhex", "unhexlify", "hex2bin", "tobase64", "binarydecode", "decode", "replace", "gsub", "concat", "tostring", "getstring", "new:string", "getbytes",
	"unquote", "uridecode", "urldecode", "uri_unescape", "unescape", "decodeuricomponent", "bytes", "bytearray", "str", "cstr", "string", "strip", "trim", "lcase", "ucase", "lower", "upper", "lc", "uc", "tolower", "toupper", "tolowercase", "touppercase", "to_sym", "to_s", "getattr", "__import__", "import_module", "class.forname", "forname", "getmethod", "getdeclaredmethod", "compile", "array", "map", "split", "parsehexbinary", "parsebase64binary", "createobject", "tochararray", "charat", "scalar", "mid", "left", "right", "valueof", "encode", "const_get", "intern", "unpack1", "unpack", "unpack_array", "decompress", "inflate", "uncompress", "rot13")

func number(s string) int {
	s = strings.ToLower(strings.TrimRight(strings.TrimSpace(s), "&"))
	base := 10
	switch {
	case strings.HasPrefix(s, "0x"):
		s, base = s[2:], 16
	case strings.HasPrefix(s, "h"):
		s, base = s[1:], 16
	}
	n, err := strconv.ParseInt(s, base, 32)
	if err != nil {
		return -1
	}
	return int(n)
}

// numbers are the letters that a list of numbers stands for.
func numbers(list []value) (string, bool) {
	if len(list) == 1 && list[0].list {
		list = list[0].items
	}
	var b strings.Builder
	for _, i := range list {
		n := -1
		if i.known {
			n = number(i.text)
			if n < 0 && len(i.text) == 1 {
				n = int(i.text[0])
			}
		}
		if n < 0 || n > 0x10ffff {
			return "", false
		}
		if n < 256 {
			b.WriteByte(byte(n))
		} else {
			b.WriteRune(rune(n))
		}
	}
	return b.String(), b.Len() > 0
}

// fold computes what a call gives where that can be computed.
func (m *machine) fold(v value, args []value) (value, bool) {
	name := v.last()
	if !folds[name] {
		return value{}, false
	}
	// What it is asked of: the receiver's text, or the first argument.
	subject, have := "", false
	if len(args) > 0 && args[0].known && !(v.text != "" && (name == "join" || name == "decode" || name == "strip")) {
		subject, have = args[0].text, true
	} else if len(args) == 0 || v.text != "" {
		subject, have = v.text, v.text != ""
	}
	given := func(s string) (value, bool) { return constant(clip(s)), true }
	made := func(s string) (value, bool) {
		out := constant(clip(s))
		out.decoded = true
		return out, true
	}
	switch name {
	case "reverse", "strreverse", "reversed", "rot13":
		if v.text != "" && len(args) == 0 {
			subject, have = v.text, true
		}
		if have {
			return made(reversed(subject))
		}
	case "chr", "chrw", "chr$":
		if len(args) == 1 && args[0].known {
			if n := number(args[0].text); n >= 0 && n < 0x110000 {
				return given(string(rune(n)))
			}
		}
	case "fromcharcode", "bytes", "bytearray", "new:string", "getstring", "new:byte", "new:char", "tostring", "str", "string":
		if s, ok := numbers(args); ok && (name == "fromcharcode" || len(args) > 0 && args[0].list) {
			return made(s)
		}
		if have && name != "bytes" && name != "bytearray" {
			return given(subject)
		}
	case "pack", "pack1":
		return m.packed(v, args)
	case "unpack1", "unpack":
		if v.text != "" && len(args) == 1 && args[0].text == "m0" || len(args) == 1 && args[0].text == "m" {
			if s, ok := base64Text(v.text); ok {
				return made(s)
			}
		}
	case "b64decode", "decode_base64", "decode64", "urlsafe_decode64", "atob", "decodebase64", "standard_b64decode", "decodebuffer", "frombase64string", "parsebase64binary", "tobase64", "binarydecode":
		if have {
			if s, ok := base64Text(subject); ok {
				return made(s)
			}
		}
	case "decode":
		if hasAny(v.path, "base64") && have {
			if s, ok := base64Text(subject); ok {
				return made(s)
			}
		}
		if v.text != "" {
			return given(v.text)
		}
	case "decompress", "inflate", "uncompress":
		if have && len(subject) < 1<<20 {
			if z, err := zlib.NewReader(strings.NewReader(subject)); err == nil {
				if b, _ := io.ReadAll(io.LimitReader(z, maxText)); len(b) > 0 { // of a broken one what there is
					return made(string(b))
				}
			}
		}
	case "fromhex", "unhexlify", "hex2bin", "parsehexbinary":
		if have {
			if b, err := hex.DecodeString(strings.ReplaceAll(subject, " ", "")); err == nil {
				return made(string(b))
			}
		}
	case "unquote", "uridecode", "urldecode", "uri_unescape", "unescape", "decodeuricomponent":
		if have {
			if s, err := url.PathUnescape(subject); err == nil {
				return given(s)
			}
		}
	case "replace", "gsub":
		return replaced(v, args)
	case "concat":
		if v.text != "" && len(args) == 1 && args[0].known {
			return given(v.text + args[0].text)
		}
	case "join":
		return m.joinedList(v, args)
	case "array", "map":
		if len(args) > 0 && (name == "array" || len(args) == 2 && args[1].list) {
			out := flat(args)
			if name == "map" {
				out = args[1]
			}
			return out, true
		}
	case "strip", "trim", "tochararray", "getbytes", "to_sym", "to_s", "cstr", "lcase", "ucase", "lower", "upper", "lc", "uc", "tolower", "toupper", "tolowercase", "touppercase", "encode", "scalar", "valueof", "intern":
		if have {
			return given(subject)
		}
	case "getattr":
		if len(args) > 1 && args[1].known {
			return value{path: clipPath(args[0].path + "." + strings.ToLower(args[1].text)), mark: args[0].mark}, true
		}
		if len(args) > 1 {
			m.byName(args[1], v.pos)
		}
	case "getmethod", "getdeclaredmethod":
		if have && len(args) > 0 && args[0].known {
			return value{path: "method:" + strings.ToLower(subject)}, true
		}
		if len(args) > 0 && m.from(args[0])&fromRequest != 0 {
			return value{path: "method:", mark: args[0].mark}, true
		}
	case "__import__", "import_module", "const_get":
		if have {
			return value{path: strings.ToLower(subject)}, true
		}
	case "forname":
		if have {
			return value{path: "class:" + strings.ToLower(subject)}, true
		}
	case "createobject":
		if have {
			last := args[len(args)-1]
			if m.name == "cf" && last.known {
				return value{path: strings.ToLower(last.text)}, true
			}
			return value{path: strings.ToLower(subject)}, true
		}
	case "compile":
		if have && m.name == "python" {
			return args[0], true
		}
	}
	return value{}, false
}

func base64Text(s string) (string, bool) {
	s = strings.NewReplacer("\n", "", "\r", "", " ", "", "-", "+", "_", "/").Replace(s)
	b, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(s, "="))
	return string(b), err == nil && len(b) > 0
}

func reversed(s string) string {
	r := []rune(s)
	for i, j := 0, len(r)-1; i < j; i, j = i+1, j-1 {
		r[i], r[j] = r[j], r[i]
	}
	return string(r)
}

func replaced(v value, args []value) (value, bool) {
	known := func(list ...value) bool {
		for _, a := range list {
			if !a.known {
				return false
			}
		}
		return true
	}
	switch {
	case v.text != "" && len(args) >= 2 && known(args[0], args[1]) && args[0].text != "":
		return constant(clip(strings.ReplaceAll(v.text, args[0].text, args[1].text))), true
	case v.text == "" && len(args) >= 3 && known(args[0], args[1], args[2]) && args[1].text != "":
		return constant(clip(strings.ReplaceAll(args[0].text, args[1].text, args[2].text))), true
	}
	return value{}, false
}

// joinedList puts a list together.
func (m *machine) joinedList(v value, args []value) (value, bool) {
	sep, list := v.text, args
	switch {
	case v.list: // [..].join("")
		list = v.items
		if len(args) > 0 {
			sep = args[0].text
		}
	case len(args) == 1 && args[0].list:
		list = args[0].items
	case len(args) == 1 && args[0].known:
		return args[0], true
	case m.sigils && len(args) > 1:
		sep, list = args[0].text, args[1:]
		if len(list) == 1 && list[0].list {
			list = list[0].items
		}
	case m.folded && len(args) > 0 && args[0].list:
		list = args[0].items
		if len(args) > 1 {
			sep = args[1].text
		}
	default:
		return value{}, false
	}
	out := constant("")
	for i, a := range list {
		if i > 0 {
			out = joined(out, constant(sep))
		}
		out = joined(out, a)
		if len(out.text) >= maxText {
			break
		}
	}
	return out, len(list) > 0
}

// packed is what pack gives, in Perl and Ruby.
func (m *machine) packed(v value, args []value) (value, bool) {
	if v.list { // [..].pack("c*")
		args = append(append([]value{}, args...), v.items...)
	}
	if len(args) < 2 || !args[0].known {
		return value{}, false
	}
	made := func(s string) (value, bool) {
		out := constant(clip(s))
		out.decoded = true
		return out, true
	}
	switch strings.ToUpper(args[0].text[:min(1, len(args[0].text))]) {
	case "H":
		if args[1].known {
			b, err := hex.DecodeString(args[1].text)
			return must(made, string(b), err == nil)
		}
	case "C", "U", "W":
		s, ok := numbers(args[1:])
		return must(made, s, ok)
	case "A":
		if args[1].known {
			return args[1], true
		}
	}
	return value{}, false
}

func must(made func(string) (value, bool), s string, ok bool) (value, bool) {
	if !ok {
		return value{}, false
	}
	return made(s)
}
