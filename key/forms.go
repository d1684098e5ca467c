package key

import (
	"bytes"
	"math/bits"
	"slices"
	"sync"
	"unicode/utf16"
	"unicode/utf8"
)

// form is a text, or a part of one, written in another way.
type form struct {
	text  []byte
	marks []mark // where offsets of text are those of the source; between two they go on one by one
}

// mark ties an offset in a form to one in its source.
type mark struct{ at, source int }

// origin gives the offset in the source that an offset in the form came from.
func (f *form) origin(at int) int {
	i, found := slices.BinarySearchFunc(f.marks, at, func(m mark, at int) int { return m.at - at })
	if !found {
		i--
	}
	if i < 0 {
		return at
	}
	return f.marks[i].source + at - f.marks[i].at
}

// fromUTF16 reads a text of which every other byte is zero, or that begins with the mark of UTF-16.
func fromUTF16(text []byte) (*form, bool) {
	big := bytes.HasPrefix(text, []byte{0xfe, 0xff})
	if little := bytes.HasPrefix(text, []byte{0xff, 0xfe}); !big && !little {
		head := text[:min(len(text), 256)&^1]
		even, odd := 0, 0
		for i := 0; i+1 < len(head); i += 2 {
			if head[i] == 0 {
				even++
			}
			if head[i+1] == 0 {
				odd++
			}
		}
		n := len(head) / 2
		if n < 8 || max(even, odd)*4 < n*3 || min(even, odd)*4 > n { // zeros at all places are padding
			return nil, false
		}
		big = even > odd
	}
	f := &form{text: make([]byte, 0, len(text)/2)}
	lag := 0
	for i := 0; i+1 < len(text); i += 2 {
		unit := uint16(text[i]) | uint16(text[i+1])<<8
		if big {
			unit = uint16(text[i])<<8 | uint16(text[i+1])
		}
		r := rune(unit)
		if utf16.IsSurrogate(r) {
			r = utf8.RuneError
		}
		if i-len(f.text) != lag || i%1024 == 0 {
			lag = i - len(f.text)
			f.marks = append(f.marks, mark{len(f.text), i})
		}
		f.text = utf8.AppendRune(f.text, r)
	}
	return f, true
}

// wideRuns looks through the stretches of a text in which every other byte is zero: plain letters in UTF-16, in a file that
// is something else, such as an archive or a program.
func (s *search) wideRuns(text []byte) {
	f := pooled.Get().(*form)
	defer release(f)
	for from := 0; ; {
		zero := bytes.IndexByte(text[from:], 0)
		if zero < 0 {
			return
		}
		zero += from
		begin, at := zero, zero
		f.text = f.text[:0]
		if zero > 0 && zero > from {
			begin = zero - 1
			f.text = append(f.text, text[begin])
		}
		for ; at+1 < len(text) && text[at] == 0 && text[at+1] != 0 && len(f.text) < maxRun; at += 2 {
			f.text = append(f.text, text[at+1])
		}
		if len(f.text) >= s.least {
			s.in("UTF-16", func(i int) int { return min(begin+2*i, len(text)-1) }).plain(f.text)
		}
		for from = at + 1; from < len(text) && text[from] == 0; from++ {
		}
		if from >= len(text) {
			return
		}
	}
}

// pooled buffers are what decoded text goes through.
var pooled = sync.Pool{New: func() any { return &form{text: make([]byte, 0, 4096)} }}

// release gives a buffer back, unless one text made it so large that it would only take room.
func release(f *form) {
	if cap(f.text) <= 1<<20 {
		pooled.Put(f)
	}
}

// maxRun bounds how much of one encoded run is looked through at once.
const maxRun = 1 << 20

// runs looks through what each run of base64 or of hexadecimal digits says that is long enough to hold a key.
func (s *search) runs(text []byte) {
	clean, plain := pooled.Get().(*form), pooled.Get().(*form)
	defer release(clean)
	defer release(plain)
	need := (s.least*8 + 5) / 6
	done := 0
	for {
		start := longRun(text, done, min(need, 32))
		if start < 0 {
			return
		}
		end := start
		for end < len(text) && inRun[text[end]] != 0 {
			end++
		}
		if end-start >= 2*s.least {
			s.hexIn(text, start, end, plain)
		}
		clean.text = append(clean.text[:0], text[start:end]...)
		for width := end - start; width >= 40 && width%4 == 0 && len(clean.text) < maxRun; {
			next := afterBreak(text, end)
			if next == end || next >= len(text) || inRun[text[next]] == 0 {
				break
			}
			line := next
			for next < len(text) && next-line < width && inRun[text[next]] != 0 {
				next++
			}
			clean.text = append(clean.text, text[line:next]...)
			end = next
			if next-line < width {
				break
			}
		}
		done = end
		if len(clean.text) >= need {
			s.base64In(clean.text, need, start, text, plain)
		}
	}
}

// longRun is where the next run of at least n (64 at most) digits of base64 begins, or -1. It takes 64 bytes at once as a
// set of bits, so that the many short words of a source file cost no decision each.
func longRun(text []byte, from, n int) int {
	for at := from; at+n <= len(text); at += 64 - n + 1 {
		part := text[at:min(at+64, len(text))]
		var set uint64
		for _, c := range part {
			set = set<<1 | uint64(inRun[c]&1)
		}
		set <<= 64 - len(part)
		for have := 1; have < n; {
			shift := min(have, n-have)
			set &= set << shift
			have += shift
		}
		if set == 0 {
			continue
		}
		start := at + bits.LeadingZeros64(set)
		for start > from && inRun[text[start-1]] != 0 {
			start--
		}
		return start
	}
	return -1
}

// base64In looks through what a run says (RFC 4648, either alphabet). It may begin in the middle: behind an escape, or behind
// a sign that is a digit as well as a separator. Each of the four ways to cut it is looked through once.
func (s *search) base64In(run []byte, need, start int, text []byte, plain *form) {
	s.in("base64", func(int) int { return start })
	var tried [4]bool
	try := func(at int) {
		if len(run)-at < need || tried[at%4] {
			return
		}
		tried[at%4] = true
		plain.text = appendBase64(plain.text[:0], run[at:])
		s.plain(plain.text)
	}
	try(0)
	if start > 0 && text[start-1] == '\\' {
		try(1)
	}
	for i, c := range run[:min(len(run), 256)] {
		if inRun[c] == signInRun {
			try(i + 1)
		}
	}
}

func appendBase64(dst, run []byte) []byte {
	for ; len(run) >= 4; run = run[4:] {
		v := uint32(digit64[run[0]])<<18 | uint32(digit64[run[1]])<<12 | uint32(digit64[run[2]])<<6 | uint32(digit64[run[3]])
		dst = append(dst, byte(v>>16), byte(v>>8), byte(v))
	}
	switch len(run) {
	case 3:
		v := uint32(digit64[run[0]])<<10 | uint32(digit64[run[1]])<<4 | uint32(digit64[run[2]])>>2
		dst = append(dst, byte(v>>8), byte(v))
	case 2:
		dst = append(dst, digit64[run[0]]<<2|digit64[run[1]]>>4)
	}
	return dst
}

// afterBreak gives the offset behind a line break at i, also one that is written as an escape, and the indentation of the
// next line; i where there is none.
func afterBreak(text []byte, i int) int {
	for _, b := range [][]byte{[]byte("\r\n"), []byte("\n"), []byte(`\r\n`), []byte(`\n`)} {
		if !bytes.HasPrefix(text[i:], b) {
			continue
		}
		i += len(b)
		for i < len(text) && (text[i] == ' ' || text[i] == '\t') {
			i++
		}
		return i
	}
	return i
}

// hexIn looks through what the hexadecimal digits in a run say.
func (s *search) hexIn(text []byte, start, end int, plain *form) {
	for i := start; i < end; i++ {
		if digit16[text[i]] > 15 {
			continue
		}
		begin := i
		for i < end && digit16[text[i]] <= 15 {
			i++
		}
		if i-begin < 2*s.least {
			continue
		}
		for odd := range min(2, i-begin-2*s.least+1) {
			plain.text = plain.text[:0]
			for j := begin + odd; j+1 < i; j += 2 {
				plain.text = append(plain.text, digit16[text[j]]<<4|digit16[text[j+1]])
			}
			s.in("hex", func(int) int { return begin }).plain(plain.text)
		}
	}
}

// signInRun marks the digits of base64 that are signs.
const signInRun = 3

// inRun are the digits of base64 in both alphabets; digit64 and digit16 say what a digit is worth.
var inRun, digit64, digit16 = func() (in, b, h [256]byte) {
	for c := range in {
		h[c] = 0xff
		switch {
		case c >= 'A' && c <= 'Z':
			in[c], b[c] = 1, byte(c-'A')
		case c >= 'a' && c <= 'z':
			in[c], b[c] = 1, byte(c-'a'+26)
		case c >= '0' && c <= '9':
			in[c], b[c], h[c] = 1, byte(c-'0'+52), byte(c-'0')
		case c == '+' || c == '-':
			in[c], b[c] = signInRun, 62
		case c == '/' || c == '_':
			in[c], b[c] = signInRun, 63
		}
		switch {
		case c >= 'A' && c <= 'F':
			h[c] = byte(c - 'A' + 10)
		case c >= 'a' && c <= 'f':
			h[c] = byte(c - 'a' + 10)
		}
	}
	return in, b, h
}()
