package files

import (
	"bytes"
	"regexp"
	"sync"
	"unicode/utf8"
)

// blank takes the code that runs on the server out of a page's template, so that what is left can be read as the
// markup that it becomes. Each piece becomes as many blanks, and a 0 in front where it writes a value: that keeps lines
// and columns, and mostly keeps the scripts around it valid. It says whether there was PHP code.
func blank(k kind, content []byte) (markup []byte, php bool) {
	switch k {
	case kindTwig:
		return blankTags(content, twigTags, false), false
	case kindSmarty:
		content, php = blankPHP(content, true)
		return blankTags(content, smartyTags, true), php
	case kindPHP, kindDocument:
		return blankPHP(content, k == kindPHP)
	}
	return content, false
}

// blankPHP blanks out the stretches that PHP runs; short says that it also runs those that begin with the mark alone.
func blankPHP(content []byte, short bool) (markup []byte, php bool) {
	if !bytes.Contains(content, []byte("<?")) {
		return content, false
	}
	for from := 0; ; {
		i := bytes.Index(content[from:], []byte("<?"))
		if i < 0 {
			return append(markup, content[from:]...), php
		}
		begin := from + i
		rest := content[begin:]
		if !opensPHP(rest, short) {
			markup = append(markup, content[from:begin+2]...)
			from = begin + 2
			continue
		}
		php = true
		end := begin + phpLength(rest)
		markup = append(markup, content[from:begin]...)
		markup = appendBlank(markup, content[begin:end], writesValue(rest))
		from = end
	}
}

func opensPHP(text []byte, short bool) bool {
	word := bytes.ToLower(text[:min(len(text), 5)])
	return bytes.HasPrefix(word, []byte("<?=")) || bytes.Equal(word, []byte("<?php")) || short && !bytes.Equal(word, []byte("<?xml"))
}

// writesValue says whether a stretch of PHP does nothing but write a value.
func writesValue(code []byte) bool {
	if bytes.HasPrefix(code, []byte("<?=")) {
		return true
	}
	code = bytes.TrimLeft(bytes.TrimPrefix(bytes.TrimPrefix(code, []byte("<?")), []byte("php")), " \t\r\n")
	return bytes.HasPrefix(code, []byte("echo")) || bytes.HasPrefix(code, []byte("print"))
}

// phpLength gives how long a stretch of PHP code is that begins with its opening tag: up to the first closing tag that
// stands in no string and in no comment of several lines.
func phpLength(code []byte) int {
	for i := 2; i < len(code); {
		rest := code[i:]
		switch c := code[i]; {
		case bytes.HasPrefix(rest, []byte("?>")):
			return i + 2
		case c == '\'' || c == '"' || c == '`':
			i += quotedLength(rest)
		case bytes.HasPrefix(rest, []byte("/*")):
			i += lengthTo(rest, []byte("*/"))
		case c == '#' || bytes.HasPrefix(rest, []byte("//")):
			line := lengthTo(rest, []byte("\n"))
			if end := bytes.Index(rest[:line], []byte("?>")); end >= 0 {
				return i + end + 2 // a comment of one line ends where the code does
			}
			i += line
		case bytes.HasPrefix(rest, []byte("<<<")):
			i += heredocLength(rest)
		default:
			i++
		}
	}
	return len(code)
}

// quotedLength is the length of the string that text begins with.
func quotedLength(text []byte) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case text[0]:
			return i + 1
		}
	}
	return len(text)
}

// lengthTo is the length up to and with end, or of all where it does not come.
func lengthTo(text, end []byte) int {
	if i := bytes.Index(text, end); i >= 0 {
		return i + len(end)
	}
	return len(text)
}

var heredocHead = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^<<<[ \t]*(['"]?)([A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*)['"]?\r?\n`)
})

// heredocLength is the length of the text that begins with "<<<" and a name and ends at a line with that name; 3 where
// it is none.
func heredocLength(text []byte) int {
	m := heredocHead().FindSubmatch(text[:min(len(text), 200)])
	if m == nil {
		return 3
	}
	for i := len(m[0]); i < len(text); i += lengthTo(text[i:], []byte("\n")) {
		line := bytes.TrimLeft(text[i:min(i+lengthTo(text[i:], []byte("\n")), len(text))], " \t")
		after, found := bytes.CutPrefix(line, m[2])
		if found && (len(after) == 0 || !wordByte(after[0])) {
			return i + bytes.Index(text[i:], m[2]) + len(m[2])
		}
	}
	return len(text)
}

func wordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= utf8.RuneSelf
}

// tag is how a template's tag begins and ends, and whether it writes a value.
type tag struct {
	open, end string
	value     bool
}

var twigTags = []tag{{"{{", "}}", true}, {"{%", "%}", false}, {"{#", "#}", false}}

// smartyTags also has the form of tag that EC-CUBE 2 uses, within a comment of HTML.
var smartyTags = []tag{{"<!--{$", "}-->", true}, {"<!--{", "}-->", false}, {"{*", "*}", false}}

// smartyWords are what tags of Smarty begin with that hold no variable, and whether they write a value. A brace before
// any other word is one of a script or a style.
var smartyWords = map[string]bool{
	"l": true, "url": true, "link": true, "if": false, "else": false, "elseif": false, "foreach": false, "foreachelse": false,
	"include": false, "literal": false, "block": false, "assign": false, "capture": false, "strip": false, "nocache": false,
	"extends": false, "section": false, "sectionelse": false, "for": false, "while": false, "function": false, "call": false,
	"hook": false, "ldelim": false, "rdelim": false, "append": false, "widget": false, "insert": false, "eval": false,
	"php": false, "math": false, "counter": false, "cycle": false,
}

// blankTags blanks out the tags of a template. What Smarty is told to leave as it is, is left.
func blankTags(content []byte, tags []tag, smarty bool) []byte {
	var out []byte
	missing := map[string]bool{} // ends that do not come any more: a hostile template must not be searched again and again
	for {
		i := bytes.IndexAny(content, "{<")
		if i < 0 {
			return append(out, content...)
		}
		out, content = append(out, content[:i]...), content[i:]
		length, value := tagLength(content, tags, missing)
		if length == 0 && smarty {
			length, value = smartyLength(content)
		}
		if length == 0 {
			out, content = append(out, content[0]), content[1:]
			continue
		}
		text := content[:length]
		out, content = appendBlank(out, text, value), content[length:]
		if smarty && bytes.Contains(text, []byte("{literal}")) {
			end := bytes.Index(content, []byte("{/literal}"))
			if end < 0 {
				end = len(content)
			}
			out, content = append(out, content[:end]...), content[end:]
		}
	}
}

// tagLength is the length of the tag that text begins with; 0 where it is none of these.
func tagLength(text []byte, tags []tag, missing map[string]bool) (length int, value bool) {
	for _, t := range tags {
		if missing[t.end] || !bytes.HasPrefix(text, []byte(t.open)) {
			continue
		}
		if end := bytes.Index(text[len(t.open):], []byte(t.end)); end >= 0 {
			return len(t.open) + end + len(t.end), t.value
		}
		missing[t.end] = true
	}
	return 0, false
}

// smartyLength is the length of the tag in braces that text begins with; 0 where it is none of Smarty's.
func smartyLength(text []byte) (length int, value bool) {
	if text[0] != '{' {
		return 0, false
	}
	end := bytes.IndexAny(text[1:], "{}")
	if end < 1 || text[1+end] != '}' {
		return 0, false
	}
	inside := text[1 : 1+end]
	if inside[0] == '$' {
		return end + 2, true
	}
	word := bytes.TrimPrefix(inside, []byte("/"))
	for i, c := range word {
		if !wordByte(c) {
			word = word[:i]
			break
		}
	}
	value, known := smartyWords[string(word)]
	if !known {
		return 0, false
	}
	return end + 2, value
}

// appendBlank writes as many blanks as code has characters, and its line breaks.
func appendBlank(to, code []byte, value bool) []byte {
	for i, c := range code {
		switch {
		case i == 0 && value:
			to = append(to, '0')
		case c == '\n' || c == '\r':
			to = append(to, c)
		case utf8.RuneStart(c):
			to = append(to, ' ')
		}
	}
	return to
}
