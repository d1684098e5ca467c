package database

import (
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/script"
)

// active is what a text would do in a page or template that shows it as it is. Its words are of this package, never of
// the text; only fragment is, and that is for [tillwatch.Mask].
type active struct {
	what      string // "a script element"
	severity  tillwatch.Severity
	certainty tillwatch.Certainty
	undone    []string // what has to be decoded first, outermost first
	fragment  string
	hosts     []string // that it loads from or sends to, as far as can be read
}

// The bounds on one text. What a customer can write is far below them.
const (
	maxText  = 256 << 10 // bytes looked at in one piece
	overlap  = 4 << 10   // between pieces
	maxViews = 24        // readings of one piece
	maxDepth = 3         // decodings one inside another
	maxCode  = 64 << 10  // of one script that is analysed
)

// activeContent tells whether a text holds what a browser or a template engine would run, in any of the forms that reach
// one: as it is, out of an attribute or a script that it is written into, or once it was decoded. It thinks as a parser
// of HTML does: "<山田>", "a<b" and "<a@b.example>" are text or harmless elements. Of several things the worst is told.
//
// It is pure, and bounded in time and memory whatever the text.
func activeContent(text string) (active, bool) {
	var worst active
	for from := 0; ; from += maxText - overlap {
		piece := text[from:min(from+maxText, len(text))]
		if mayBeActive(piece) {
			for _, v := range views(piece) {
				worst = worse(worst, inspect(v))
			}
		}
		if from+maxText >= len(text) {
			return worst, worst.severity > 0
		}
	}
}

// worse is the more severe of the two, then the more certain.
func worse(a, b active) active {
	if b.severity > a.severity || b.severity == a.severity && b.certainty > a.certainty {
		return b
	}
	return a
}

// mayBeActive is the quick look that most texts end with: none of them has a sign without which nothing is active.
func mayBeActive(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '<', '{', '\\', '`':
			return true
		case '&', '%', '(', '"', '\'', '=', '+':
			if i+1 < len(s) {
				return len(s)-i > 3 || i > 8
			}
		case ':':
			if i >= 4 { // "data:"
				return true
			}
		case 0xca, 0xd0, 0xd1, 0xe2, 0xe3, 0xef: // lead bytes of brackets that are not ASCII, and of letters that look Latin
			return true
		}
	}
	return false
}

// reading is one way in which a text may be read.
type reading struct {
	text   string
	undone []string
}

// suspicion is what an inspection gathers of one reading.
type suspicion struct {
	found   []active
	code    []string // scripts that would run
	hosts   []string
	nesting int
}

func (s *suspicion) add(severity tillwatch.Severity, certainty tillwatch.Certainty, what, fragment string) {
	if len(s.found) < 64 {
		s.found = append(s.found, active{what: what, severity: severity, certainty: certainty, fragment: fragment})
	}
}

func (s *suspicion) run(code string) {
	if len(s.code) < 16 && strings.TrimSpace(code) != "" {
		s.code = append(s.code, code[:min(len(code), maxCode)])
	}
}

// address notes the host of an address that something is loaded from, and says whether there is one.
func (s *suspicion) address(address string) bool {
	host := hostOf(address)
	if host != "" && !slices.Contains(s.hosts, host) && len(s.hosts) < 8 {
		s.hosts = append(s.hosts, host)
	}
	return host != ""
}

// inspect judges one reading of a text.
func inspect(r reading) active {
	s := &suspicion{}
	s.markup(r.text)
	s.breakout(r.text)
	s.template(r.text)
	s.wholeAddress(r.text)
	var worst active
	for _, f := range s.found {
		worst = worse(worst, f)
	}
	if worst.severity == 0 {
		return worst
	}
	if reach := s.reach(); reach != "" && worst.severity >= tillwatch.High {
		worst.severity = tillwatch.Critical
		worst.what += reach
	}
	worst.undone, worst.hosts = r.undone, s.hosts
	switch {
	case len(r.undone) > 1:
		worst.certainty = tillwatch.Possible
	case len(r.undone) == 1:
		worst.certainty = min(worst.certainty, tillwatch.Likely)
	}
	return worst
}

// reach says what the scripts that were found reach beyond the page that they run in; empty where they reach nothing.
func (s *suspicion) reach() string {
	for _, code := range s.code {
		a := script.Analyse([]byte(code), script.Options{})
		for _, sink := range a.Sinks {
			s.address("//" + sink.Host)
			switch sink.Kind {
			case script.SinkScript, script.SinkWorker:
				return " that loads code"
			case script.SinkCookie, script.SinkStorage, script.SinkMessage, script.SinkStyle:
			default:
				return " that talks to a server"
			}
		}
		if len(a.Layers) > 0 {
			return " that runs hidden code"
		}
		if word := reachingWord(code); word != "" {
			return word
		}
	}
	return ""
}

// reachingWord is for code that is cut off or broken, and cannot be parsed.
func reachingWord(code string) string {
	squeezed := strings.ToLower(strings.Map(func(r rune) rune {
		if r <= ' ' {
			return -1
		}
		return r
	}, code))
	for _, w := range []struct{ word, what string }{
		{"document.cookie", " that reads cookies"},
		{"fetch(", " that talks to a server"},
		{"xmlhttprequest", " that talks to a server"},
		{"sendbeacon", " that talks to a server"},
		{"websocket(", " that talks to a server"},
		{".submit(", " that sends a form"},
		{"createelement('script", " that loads code"},
		{"createelement(\"script", " that loads code"},
		{"createelement(`script", " that loads code"},
		{"import(", " that loads code"},
		{"$.getscript", " that loads code"},
		{"importscripts(", " that loads code"},
		{".src=", " that loads from a server"},
		{"$.post(", " that talks to a server"},
		{"$.get(", " that talks to a server"},
		{"$.ajax", " that talks to a server"},
		{"eval(atob(", " that runs hidden code"},
		{"fromcharcode", " that runs hidden code"},
		{"atob(", " that runs hidden code"},
		{"unescape(", " that runs hidden code"},
	} {
		if strings.Contains(squeezed, w.word) {
			return w.what
		}
	}
	return ""
}
