package serverside

// dialect says what the lexer must know of a language.
type dialect struct {
	lang                      Language
	name                      string
	hash, slashes, block, vb  bool // comments: #, //, /* */, those of Visual Basic
	lines                     bool // a statement ends with its line
	folded                    bool // upper and lower case are the same
	sigils                    bool // variables of Perl
	escapes                   bool // a backslash in a text means something
	doubled                   bool // a quote within a text is written twice
	ticks                     bool // backticks run a command
	indent                    bool // a function ends where its lines are no further right than its beginning
	listed                    bool // functions may be called without brackets
	typed                     bool // a variable's type stands before it
	concat                    map[string]bool
	interpolated              string // what begins code within a text: $ as in Perl, #{ as in Ruby, { as in Python's f, # as in ColdFusion
	percent, heredoc, regexes bool
}

func ops(list ...string) map[string]bool {
	m := map[string]bool{}
	for _, o := range list {
		m[o] = true
	}
	return m
}

var dialectOf = map[Language]*dialect{
	Perl: {
		lang: Perl, name: "perl", hash: true, sigils: true, escapes: true, ticks: true, listed: true, concat: ops("."), interpolated: "$",
		heredoc: true, regexes: true,
	},
	Python: {lang: Python, name: "python", hash: true, lines: true, escapes: true, indent: true, concat: ops("+")},
	Ruby: {
		lang: Ruby, name: "ruby", hash: true, lines: true, escapes: true, ticks: true, indent: true, listed: true, concat: ops("+"),
		interpolated: "#{", percent: true, heredoc: true, regexes: true,
	},
	Java: {lang: JSP, name: "java", slashes: true, block: true, escapes: true, typed: true, concat: ops("+")},
	ColdFusion: {
		lang: ColdFusion, name: "cf", slashes: true, block: true, folded: true, doubled: true, typed: true, concat: ops("&"), interpolated: "#",
	},
}

var (
	dialectVB = &dialect{lang: ASP, name: "vb", vb: true, lines: true, folded: true, doubled: true, listed: true, concat: ops("&", "+")}
	dialectJS = &dialect{lang: ASP, name: "js", slashes: true, block: true, escapes: true, regexes: true, concat: ops("+")}
	dialectCS = &dialect{lang: ASPNET, name: "cs", slashes: true, block: true, escapes: true, typed: true, concat: ops("+")}
	dialectEL = &dialect{lang: JSP, name: "el", escapes: true, concat: ops("+")}
)

type tokenKind uint8

const (
	tEnd tokenKind = iota
	tWord
	tText    // a text, with code in it where parts says so
	tCommand // the same, between backticks
	tPattern // a regular expression
	tNumber
	tOp
	tLine // the end of a line, where that matters
)

// token is a word of the code.
type token struct {
	kind  tokenKind
	text  string
	pos   int
	parts []part // of a text: what it is made of, where it is more than one thing
	first bool   // of its line
	space bool   // a blank is before it
	col   int    // on its line, of the first token only
}

// part is a piece of a text: what is written, or code.
type part struct {
	text string
	code []token
}
