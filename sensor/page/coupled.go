package page

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// coupled notes, for scripts that both read card fields and talk to another's host, whether one piece of their code does
// both. A shop's checkout reads card fields, and statistics may be appended to its file: those are two pieces. A
// skimmer that was appended there is one.
func (v *visit) coupled(can map[scriptKey][]tillwatch.Capability, d destinations) {
	blame := newBlame(v)
	caller := func(session string, stack []browser.Call) (browser.Call, bool) {
		i := slices.IndexFunc(stack, func(c browser.Call) bool { return c.ScriptID != "" && !blame.published(session, c) })
		if i < 0 {
			return browser.Call{}, false
		}
		return stack[i], true
	}
	known := map[position]int{}
	piece := func(key scriptKey, c browser.Call) int {
		at := position{key, c.Line, c.Column}
		found, again := known[at]
		if !again {
			found = pieceAt(blame.scripts[key], c)
			known[at] = found
		}
		return found
	}
	reads := map[scriptKey][]int{} // the pieces that read
	for _, r := range v.reads {
		if c, ok := caller(r.Session, r.Stack); ok {
			key := scriptKey{r.Session, c.ScriptID}
			if !slices.Contains(can[key], tillwatch.Reads("card")) || peeks(blame.scripts[key], r.Stack, c.ScriptID) {
				continue // it only looked whether something is there, or how much
			}
			if at := piece(key, c); at >= 0 && !slices.Contains(reads[key], at) {
				reads[key] = append(reads[key], at)
			}
		}
	}
	if len(reads) == 0 {
		return
	}
	for _, r := range v.requests {
		c, ok := caller(r.Session, r.Stack)
		key := scriptKey{r.Session, c.ScriptID}
		host := hostOf(r.URL)
		if !ok || host == "" || len(reads[key]) == 0 || d.owner(host) == own {
			continue
		}
		if from := blame.scripts[key]; d.owner(host) != foreign && d.owner(hostOf(cmp.Or(from.URL, from.FrameURL))) != own {
			continue // the provider's own script, or its frame
		}
		if slices.Contains(reads[key], piece(key, c)) {
			can[key] = append(can[key], tillwatch.Capability("joins card and "+shown(host)))
		}
	}
}

// maxPieced bounds the length of a script whose pieces are told apart.
const maxPieced = 4 << 20

// pieceAt is the outermost bracket of a script within which a call is, by its place in the source; -1 where it is in none,
// or where the brackets do not match, as a quotation mark in a regular expression can make it seem.
func pieceAt(s browser.Script, c browser.Call) int {
	source := s.Source
	if source == "" || len(source) > maxPieced || s.Truncated {
		return -1
	}
	line, column := c.Line, c.Column
	if s.Kind == "inline" && s.Line > 0 {
		if line == s.Line {
			column -= s.Column - 1
		}
		line -= s.Line - 1
	}
	offset := offsetOf(source, line, column)
	if offset < 0 {
		return -1
	}
	depth, start, found := 0, -1, -1
	for i := 0; i < len(source); {
		switch b := source[i]; {
		case b == '"' || b == '\'' || b == '`':
			i = afterText(source, i)
			continue
		case strings.HasPrefix(source[i:], "//"):
			i = afterNext(source, i, "\n")
			continue
		case strings.HasPrefix(source[i:], "/*"):
			i = afterNext(source, i+2, "*/")
			continue
		case b == '(' || b == '{' || b == '[':
			if depth == 0 {
				start = i
			}
			depth++
		case b == ')' || b == '}' || b == ']':
			if depth--; depth < 0 {
				return -1
			}
			if depth == 0 && offset >= start && offset <= i {
				found = start
			}
		}
		i++
	}
	if depth != 0 {
		return -1
	}
	return found
}

// offsetOf is the byte at a line and column, both from 1, columns in UTF-16 units; -1 where there is none.
func offsetOf(source string, line, column int) int {
	if line < 1 || column < 1 {
		return -1
	}
	at := 0
	for ; line > 1; line-- {
		i := strings.IndexByte(source[at:], '\n')
		if i < 0 {
			return -1
		}
		at += i + 1
	}
	for i, r := range source[at:] {
		if column <= 1 {
			return at + i
		}
		if column--; r > 0xffff {
			column--
		}
	}
	return -1
}
