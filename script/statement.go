package script

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"
)

// Statement is one statement of a script in its normal form, so that two copies of a library can be compared although
// one was reformatted, commented, quoted differently or had its local names changed.
type Statement struct {
	Hash       uint64 // the first eight bytes of the SHA-256 of the normal form
	Start, End int    // bytes in the source
}

// Statements splits a script into statements without parsing it, so that it works for every version of the language
// and for sources that are not valid. Its normal form:
//
//   - A statement is the run of tokens between two of the tokens ";", "{" and "}"; within parentheses and brackets a
//     semicolon does not end one. So a function is its head and each of its statements, an object literal its pieces.
//   - White space, comments, line breaks and trailing commas are not part of it.
//   - A string is its content between double quotes, whatever its quotes were. Escapes stay as they are written.
//   - A name that is no property (it does not follow a dot and is not followed by a colon), no keyword and no name of
//     the browser's or the language's is replaced by the order of its first appearance in the statement.
//
// So renaming what is local changes nothing, while another property, string, number or global does. A minifier that
// restructures code changes statements: compare minified files with minified ones. Hashes are of 64 bits; a statement
// made to have another's hash costs some 2^40 attempts against ten million known ones, and must still do harm.
//
// It reads 50 MB/s and more, and takes memory in proportion to the statements.
func Statements(src []byte) []Statement {
	var list []Statement
	normalise(decodeSource(src), func(form []byte, start, end int) {
		sum := sha256.Sum256(form)
		list = append(list, Statement{binary.BigEndian.Uint64(sum[:8]), start, end})
	})
	return list
}

// Digest is the digest of a script's statements in their normal form: "sha256:" and hex. It stays the same where only
// layout, comments, quotes and local names change.
func Digest(src []byte) string {
	h := sha256.New()
	normalise(decodeSource(src), func(form []byte, _, _ int) {
		h.Write(form)
		h.Write([]byte{'\n'})
	})
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}

// normalise calls yield with the normal form of each statement. The form is valid during the call only.
func normalise(src string, yield func(form []byte, start, end int)) {
	l := newLexer(src)
	form := make([]byte, 0, 512)
	names := make([]string, 0, 32)
	start, end := -1, 0
	comma := false
	flush := func() {
		if len(form) > 0 {
			yield(form, start, end)
		}
		form, names, start, comma = form[:0], names[:0], -1, false
	}
	t := l.next()
	for t.kind != tokenEnd {
		member := l.prevMember
		keyword := l.prevKeyword
		inside := len(l.open) > 0 && (l.open[len(l.open)-1].open == '(' || l.open[len(l.open)-1].open == '[')
		depth := len(l.open)
		next := l.next()
		switch {
		case t.kind == tokenPunctuator && (t.first == '{' || t.first == '}' || t.first == ';' && !inside):
			flush()
			t = next
			continue
		case t.kind == tokenPunctuator && t.first == ',':
			comma = true // until it is known that something follows
			t = next
			continue
		}
		if start < 0 {
			start = t.start
		}
		if comma && !(t.kind == tokenPunctuator && (t.first == ')' || t.first == ']')) {
			form = append(form, ',')
		}
		comma = false
		end = t.end
		text := src[t.start:t.end]
		switch t.kind {
		case tokenString:
			form = append(form, '"')
			if len(text) > 1 {
				form = append(form, text[1:len(text)-1]...)
			}
			form = append(form, '"')
		case tokenName:
			if len(form) > 0 && nameByte(form[len(form)-1]) {
				form = append(form, ' ')
			}
			key := next.kind == tokenPunctuator && next.first == ':' && depth == len(l.open)
			if member || keyword || key || fixedName(text) {
				form = append(form, text...)
			} else {
				form, names = appendLocal(form, names, text)
			}
		case tokenNumber:
			if len(form) > 0 && nameByte(form[len(form)-1]) {
				form = append(form, ' ')
			}
			form = append(form, text...)
		default:
			form = append(form, text...)
		}
		t = next
	}
	flush()
}

func nameByte(c byte) bool { return byteClass[c]&(isNameStart|isDigit) != 0 }

// maxNames bounds the names told apart in one statement; the rest are all the same.
const maxNames = 64

func appendLocal(form []byte, names []string, name string) ([]byte, []string) {
	i := 0
	for i < len(names) && names[i] != name {
		i++
	}
	if i == len(names) && i < maxNames {
		names = append(names, name)
	}
	form = append(form, '$')
	return strconv.AppendInt(form, int64(i), 10), names
}

// fixedName tells whether a name means the same in every script: a keyword, or a name of the language's or the
// browser's.
func fixedName(name string) bool {
	_, ok := fixedNames[name]
	return ok
}

var fixedNames = func() map[string]struct{} {
	set := make(map[string]struct{})
	for _, name := range strings.Fields(`
		var let const function return if else for while do switch case break continue default try catch finally throw new delete typeof
		instanceof in of void this super class extends static get set async await yield import export from as null true false undefined
		NaN Infinity debugger with arguments
		window document navigator location history screen self globalThis top parent frames console alert
		fetch XMLHttpRequest WebSocket EventSource Image Worker SharedWorker FormData Blob File FileReader URL URLSearchParams Request
		Response Headers RTCPeerConnection localStorage sessionStorage indexedDB caches crypto importScripts postMessage open
		eval Function setTimeout setInterval requestAnimationFrame atob btoa escape unescape encodeURIComponent decodeURIComponent
		encodeURI decodeURI parseInt parseFloat isNaN isFinite
		Object Array String Number Boolean Symbol Math JSON Date RegExp Map Set WeakMap WeakSet Promise Proxy Reflect Error TypeError
		ArrayBuffer Uint8Array Int32Array Float64Array DataView Intl BigInt
		HTMLElement Element Node Event CustomEvent MutationObserver getComputedStyle matchMedia
		jQuery module exports require define Stripe PaymentRequest`) {
		set[name] = struct{}{}
	}
	return set
}()
