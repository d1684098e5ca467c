package script

import "strings"

// interest is what a name or a string in a source gives reason to look at.
type interest uint8

const (
	interestSource    interest = 1 << iota // reads what people type
	interestSink                           // sends or executes
	interestWeak                           // can load something, and mostly does something else
	interestAddress                        // could be a part of somebody else's address
	interestDynamic                        // executes or decodes text
	interestCard                           // names a card's field
	interestTill                           // names the way to the till
	interestScrambled                      // is written so as not to be read
)

// hit is one token of interest.
type hit struct {
	offset int32
	of     interest
}

// survey is what one pass over the tokens of a source tells, before any parser sees it.
type survey struct {
	tokens    int
	depth     int // the most levels a parser would recurse
	retries   int // the deepest nesting of arrow functions in parameter lists: a parser may read those twice, each level again
	hits      []hit
	interest  interest
	cut       bool // the pass stopped at its bounds
	scrambles int  // names and strings written so as not to be read
	names     int  // names among the tokens
	data      int  // strings and numbers among them
	module    bool // it has the statements of a module
}

// The bounds within which a source is given to a parser. The parsers recurse as deep as the source nests and keep some
// sixty bytes for each token; a stack overflow could not be recovered from.
const (
	maxParsed     = 5 << 20
	maxTokens     = 1_300_000
	maxDepth      = 1200
	maxRetries    = 5
	maxImbalance  = 20_000
	maxHits       = 200_000
	scrambledName = "_0x"
)

func (s *survey) parsable() bool {
	return !s.cut && s.tokens <= maxTokens && s.depth <= maxDepth && s.retries <= maxRetries
}

// look surveys a source.
func look(src string) *survey {
	s := &survey{}
	if imbalance(src) > maxImbalance {
		s.depth = maxImbalance
	}
	l := newLexer(src)
	outermost := bracket{}
	pending := 0 // pending in all levels
	last := byte(0)
	for {
		t := l.next()
		if t.kind == tokenEnd {
			break
		}
		s.tokens++
		if s.tokens > maxTokens {
			s.cut = true
			break
		}
		b, own := &outermost, 0
		if n := len(l.open); n > 0 {
			b, own = &l.open[n-1], 1
		}
		level := &b.pending
		if last == ';' || last == '}' {
			if t.kind == tokenName && src[t.start:t.end] == "else" {
				b.elses++
				pending++
			} else if last == ';' || t.kind == tokenName {
				pending -= b.elses
				b.elses = 0
			}
		}
		switch t.kind {
		case tokenName:
			s.names++
			s.name(src, t)
			s.module = s.module || len(l.open) == 0 && !l.prevMember && moduleWord(src, t)
			if l.prevKeyword {
				*level++
				pending++
			} else if (t.newline || last == '}') && src[t.start] != 'e' && src[t.start] != 'c' && src[t.start] != 'i' {
				pending -= *level - own // a new statement begins, unless it goes on with else, catch, in or instanceof
				*level = own
			}
		case tokenString, tokenTemplate:
			s.data++
			s.text(src, t)
		case tokenNumber:
			s.data++
		case tokenPunctuator:
			switch t.first {
			case ',', ';':
				pending -= *level - own
				*level = own
			case '(', '[', '{':
				pending++
				*level = own
			case ')', ']', '}':
				pending -= l.closed.pending + l.closed.elses
				l.closed.pending, l.closed.elses = 0, 0
			case '.':
			default:
				*level++
				pending++
				if t.end-t.start == 2 && src[t.start:t.end] == "=>" && last == ')' {
					s.arrow(l)
				}
			}
		}
		if t.kind == tokenTemplate && src[t.start] == '}' {
			pending -= l.closed.pending + l.closed.elses
			l.closed.pending, l.closed.elses = 0, 0
		}
		s.depth = max(s.depth, pending)
		last = src[t.end-1]
	}
	s.depth = max(s.depth, l.deepest)
	if s.wordless() {
		s.interest |= interestScrambled
	}
	return s
}

// moduleWord tells whether a name outside all brackets begins an import or export statement.
func moduleWord(src string, t lexeme) bool {
	switch src[t.start:t.end] {
	case "export":
		return true
	case "import":
		rest := strings.TrimLeft(src[t.end:min(t.end+64, len(src))], " \t\r\n")
		return rest == "" || rest[0] != '(' && rest[0] != '.'
	}
	return false
}

// wordless tells whether a source is made of signs alone, as only encoders write.
func (s *survey) wordless() bool {
	return s.tokens > 300 && s.names*40 < s.tokens && s.data*3 < s.tokens
}

// arrow notes that the parenthesis closed last was a parameter list.
func (s *survey) arrow(l *lexer) {
	level := l.closed.arrows + 1
	if n := len(l.open); n > 0 {
		l.open[n-1].arrows = max(l.open[n-1].arrows, level)
	}
	s.retries = max(s.retries, level)
}

// imbalance is the most opening brackets by which any stretch of the source has more than closing ones, wherever they
// stand. The lexer can be misled about what is a regular expression; this cannot.
func imbalance(src string) int {
	if strings.Count(src, "(")+strings.Count(src, "[")+strings.Count(src, "{") <= maxImbalance {
		return 0
	}
	most, here := 0, 0
	for i := 0; i < len(src); i++ {
		switch src[i] {
		case '(', '[', '{':
			here++
			most = max(most, here)
		case ')', ']', '}':
			here = max(here-1, 0)
		}
	}
	return most
}

func (s *survey) add(offset int, of interest) {
	if of == 0 {
		return
	}
	s.interest |= of
	if of&interestScrambled != 0 {
		s.scrambles++
	}
	if len(s.hits) < maxHits {
		s.hits = append(s.hits, hit{int32(offset), of})
	}
}

var interesting = map[string]interest{
	"value": interestSource, "val": interestSource, "serialize": interestSource, "serializeArray": interestSource, "FormData": interestSource,
	"elements": interestSource, "forms": interestSource, "keyCode": interestSource, "keydown": interestSource, "keypress": interestSource, "keyup": interestSource,
	"onkeyup": interestSource, "onkeydown": interestSource, "onkeypress": interestSource, "formData": interestSource,
	"fetch": interestSink, "XMLHttpRequest": interestSink, "sendBeacon": interestSink, "WebSocket": interestSink, "RTCPeerConnection": interestSink,
	"webkitRTCPeerConnection": interestSink, "ajax": interestSink, "getJSON": interestSink, "getScript": interestSink, "Image": interestSink, "src": interestWeak, "action": interestWeak,
	"submit": interestWeak, "EventSource": interestSink, "importScripts": interestSink, "cookie": interestWeak, "setItem": interestWeak, "serviceWorker": interestSink,
	"axios": interestSink, "location": interestWeak, "Worker": interestSink, "post": interestWeak, "respondWith": interestSink, "ActiveXObject": interestSink, "XDomainRequest": interestSink,
	"srcdoc": interestSink, "createElement": interestWeak, "innerHTML": interestWeak, "insertAdjacentHTML": interestWeak, "href": interestWeak, "background": interestWeak,
	"eval": interestDynamic, "Function": interestDynamic, "atob": interestDynamic, "fromCharCode": interestDynamic, "unescape": interestDynamic,
	"write": interestWeak, "writeln": interestWeak, "Audio": interestSink, "WebTransport": interestSink, "dataset": interestWeak, "formAction": interestWeak, "indexedDB": interestWeak,
	"TextDecoder": interestDynamic, "Reflect": interestDynamic, "ajaxSend": interestSource, "ajaxPrefilter": interestSource, "ajaxSetup": interestSource,
	"execScript": interestDynamic, "globalEval": interestDynamic, "fromCodePoint": interestDynamic,
}

func (s *survey) name(src string, t lexeme) {
	n := t.end - t.start
	if n < 3 || n > 32 {
		return
	}
	name := src[t.start:t.end]
	if n > 4 && name[0] == '_' && strings.HasPrefix(name, scrambledName) {
		s.add(t.start, interestScrambled)
		return
	}
	if interestingStart[name[0]]&(1<<n) == 0 {
		return
	}
	if of, ok := interesting[name]; ok && (name != "Function" || makesCode(src[t.end:])) {
		s.add(t.start, of)
	}
}

// makesCode tells whether what follows the name Function is a call that makes something new of a text.
func makesCode(rest string) bool {
	rest = strings.TrimLeft(rest[:min(len(rest), 40)], " \t\r\n")
	return strings.HasPrefix(rest, "(") && !strings.HasPrefix(rest[1:], `"return this"`) && !strings.HasPrefix(rest[1:], `'return this'`)
}

func (s *survey) text(src string, t lexeme) {
	n := t.end - t.start - 2
	if n < 3 || t.kind == tokenTemplate && n < 1 {
		return
	}
	body := src[t.start+1 : t.end-1]
	if n <= 32 && interestingStart[body[0]]&(1<<n) != 0 {
		if of, ok := interesting[body]; ok {
			s.add(t.start, of)
			return
		}
		if body == "constructor" { // how code is made of a text without the name Function
			s.add(t.start, interestDynamic)
			return
		}
	}
	if n >= 8 && escapes(body) > n/8 {
		s.add(t.start, interestScrambled)
	}
	if n > 200 {
		body = body[:200]
	}
	has, tells := signs(body)
	if has&hasTag != 0 && (strings.Contains(body, "<script") || strings.Contains(body, "<iframe") || strings.Contains(body, "<img")) {
		s.add(t.start, interestWeak)
	}
	if has&hasAddress != 0 && (strings.Contains(body, "//") && !strings.Contains(body, "//www.w3.org/") || strings.Contains(body, "http") || strings.Contains(body, "wss")) {
		s.add(t.start, interestAddress)
	}
	if !tells {
		return
	}
	if fieldMarks(body)&markCard != 0 {
		s.add(t.start, interestCard)
	}
	if tillWord(body) != "" {
		s.add(t.start, interestTill)
	}
}

// escapes counts the backslashes that begin an escape of a character.
func escapes(body string) int {
	n := 0
	for i := 0; i+1 < len(body); i++ {
		if body[i] == '\\' && (body[i+1] == 'x' || body[i+1] == 'u') {
			n++
			i++
		}
	}
	return n
}

// telling holds the first three letters of each word that names a card's field or the till.
var telling = func() (set [1 << 12]bool) {
	for _, list := range [][]string{cardFragments, cardWords, tillParts} {
		for _, w := range list {
			if len(w) > 2 {
				set[trigram(w[0], w[1], w[2])] = true
			}
		}
	}
	for w := range tillWords {
		set[trigram(w[0], w[1], w[2])] = true
	}
	return set
}()

func trigram(a, b, c byte) int { return (int(a|0x20)*961 + int(b|0x20)*31 + int(c|0x20)) & (1<<12 - 1) }

// What a string may have in it.
const (
	hasTag     = 1 << iota // "<script" and the like
	hasAddress             // "//", "http" or "wss"
)

// signs is a quick look at a string in one pass: what it may have in it, and whether it could name a card's field or the
// till. To most strings it is a no.
func signs(s string) (has int, tells bool) {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '<' {
			has |= hasTag
		}
		if i+1 == len(s) {
			break
		}
		switch d := s[i+1]; c {
		case '/':
			if d == '/' {
				has |= hasAddress
			}
		case 'h':
			if d == 't' {
				has |= hasAddress
			}
		case 'w':
			if d == 's' {
				has |= hasAddress
			}
		}
		if i+2 < len(s) && !tells {
			tells = telling[trigram(c, s[i+1], s[i+2])] || c|0x20 == 'c' && s[i+1]|0x20 == 'c' || c >= 0x80
		}
	}
	return has, tells
}

// interestingStart tells for each first letter which lengths the names of interest have.
var interestingStart = func() (set [256]uint64) {
	for name := range interesting {
		set[name[0]] |= 1 << len(name)
	}
	return set
}()
