package known

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// Trim cuts the comments and the white space before and after a script's code, which optimisers strip: a banner, the
// address of a source map. What it cuts is never executed, provided that what is left is a whole script.
func Trim(content []byte) []byte {
	content = trimStart(content)
	for {
		content = bytes.TrimRightFunc(content, unicode.IsSpace)
		start := lastComment(content)
		if start < 0 {
			return content
		}
		content = content[:start]
	}
}

func trimStart(content []byte) []byte {
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	for {
		content = bytes.TrimLeftFunc(content, unicode.IsSpace)
		length := commentLength(content)
		if length == 0 {
			return content
		}
		content = content[length:]
	}
}

// commentLength gives the length of the comment that text begins with, without the end of its line; 0 where it is none.
func commentLength(text []byte) int {
	switch {
	case bytes.HasPrefix(text, []byte("//")):
		if end := bytes.IndexFunc(text, endsLine); end >= 0 {
			return end
		}
		return len(text)
	case bytes.HasPrefix(text, []byte("/*")):
		if end := bytes.Index(text[2:], []byte("*/")); end >= 0 {
			return end + 4
		}
	}
	return 0
}

// lastComment gives where the comment begins that text ends with, or -1. It takes for granted that what stands before
// is a whole script, so that it is no part of a string there.
func lastComment(text []byte) int {
	if bytes.HasSuffix(text, []byte("*/")) {
		start := bytes.LastIndex(text[:len(text)-2], []byte("/*"))
		// A comment ends at the first "*/": code may stand between that and the last.
		if start >= 0 && start+commentLength(text[start:]) == len(text) {
			return start
		}
	}
	line := 0
	if end := bytes.LastIndexFunc(text, endsLine); end >= 0 {
		_, size := utf8.DecodeRune(text[end:])
		line = end + size
	}
	indent := len(text[line:]) - len(bytes.TrimLeftFunc(text[line:], unicode.IsSpace))
	if bytes.HasPrefix(text[line+indent:], []byte("//")) {
		return line + indent
	}
	return -1
}

// endsLine tells the four characters that end a line of a script, and so a comment that begins with two slashes.
func endsLine(r rune) bool { return r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029' }
