package key

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"

	"github.com/tillwatch/tillwatch"
)

// Hit is a text that has the shape of somebody's key. Whose it is, a shape does not tell.
type Hit struct {
	Rule     string
	Severity tillwatch.Severity
	Offset   int
	Value    tillwatch.Body // formats as its length
}

// Rule describes one shape.
type Rule struct {
	ID       string
	What     string             // what has this shape
	Severity tillwatch.Severity // at most; context may lower it
}

// Rules are all shapes that [Find] knows, by their IDs.
func Rules() []Rule {
	var out []Rule
	for _, r := range slices.Concat(tokenRules, namedRules, valueRules) {
		out = append(out, Rule{r.id, r.what, r.severity})
	}
	slices.SortFunc(out, func(a, b Rule) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// rule is how a shape is known.
type rule struct {
	id, what string
	severity tillwatch.Severity
	heads    []string // one of them begins it; or, of a named value, is in its name
	body     *alphabet
	least    int
	most     int
	near     []string // one of these words stands within 300 bytes
	// find gives the value where it is no run of one alphabet: behind a head of so many bytes.
	find func(text []byte, at, head int) (from, to int)
	// grade looks at a value with what is around it: 0 says that it is none.
	grade func(text []byte, from, to int) tillwatch.Severity
	named func(name, value string) bool // of an assignment
	// sample makes one for the tests, where a head and a body do not.
	sample func(body func(*alphabet, int) string) string
}

type alphabet struct {
	signs string
	has   [256]bool
}

func alphabetOf(signs string) *alphabet {
	a := &alphabet{signs: signs}
	for _, c := range []byte(signs) {
		a.has[c] = true
	}
	return a
}

const (
	digits = "0123456789"
	upper  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	lower  = "abcdefghijklmnopqrstuvwxyz"
)

var (
	decimal  = alphabetOf(digits)
	lowHex   = alphabetOf(digits + "abcdef")
	capHex   = alphabetOf(digits + "ABCDEF")
	anyHex   = alphabetOf(digits + "abcdefABCDEF")
	alnum    = alphabetOf(digits + upper + lower)
	upperNum = alphabetOf(upper + "234567")
	base64s  = alphabetOf(digits + upper + lower + "+/")
	urlSafe  = alphabetOf(digits + upper + lower + "-_")
	dotted   = alphabetOf(digits + upper + lower + "-_.")
)

// headSize is how many bytes of a head are looked up; every head has as many. Their hash has headTable bits.
const (
	headSize  = 4
	headTable = 13
)

// lookup is where all heads are found in one pass: the hash of the next four bytes, without regard to case, gives those that
// may stand there.
type lookup struct {
	slots  [1 << headTable]uint16
	groups [][]head
}

type head struct {
	text string
	fold bool
	rule *rule // nil for a word of a name
}

func foldHash(b []byte) uint32 {
	return (binary.LittleEndian.Uint32(b) | 0x20202020) * 0x9e3779b1 >> (32 - headTable)
}

func (l *lookup) add(h head) {
	slot := &l.slots[foldHash([]byte(h.text))]
	if *slot == 0 {
		l.groups = append(l.groups, nil)
		*slot = uint16(len(l.groups))
	}
	l.groups[*slot-1] = append(l.groups[*slot-1], h)
}

var heads = func() *lookup {
	l := &lookup{}
	for i := range tokenRules {
		r := &tokenRules[i]
		for _, h := range r.heads {
			l.add(head{text: h, rule: r})
		}
	}
	for _, w := range nameHeads {
		l.add(head{text: w, fold: true})
	}
	return l
}()

// maxHits bounds what one text may give of each severity, so that many of little weight hide none of more.
const maxHits = 1000

// Find looks for texts that have the shape of a key: of clouds, payment providers, databases, mail, chat, source hosts, of
// private keys, and for values whose names say that they are secret. In the order of their places.
func Find(text []byte) []Hit {
	if wide, ok := fromUTF16(text); ok {
		hits := findShapes(wide.text)
		for i := range hits {
			hits[i].Offset = wide.origin(hits[i].Offset)
		}
		return hits
	}
	return findShapes(text)
}

func findShapes(text []byte) []Hit {
	s := &shapes{text: text}
	for i := 0; i+headSize <= len(text); i++ {
		if g := heads.slots[foldHash(text[i:])]; g != 0 {
			s.at(i, heads.groups[g-1])
		}
	}
	// Two rules may see one value: the one that says more of it stays.
	slices.SortStableFunc(s.hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(a.Offset, b.Offset), cmp.Compare(b.Severity, a.Severity), cmp.Compare(b.Value.Len(), a.Value.Len()))
	})
	end := -1
	return slices.DeleteFunc(s.hits, func(h Hit) bool {
		if h.Offset < end {
			return true
		}
		end = h.Offset + h.Value.Len()
		return false
	})
}

// shapes is one call of Find.
type shapes struct {
	text  []byte
	hits  []Hit
	named int // behind the last assignment
	count [tillwatch.Critical + 1]int
}

func (s *shapes) at(i int, some []head) {
	for _, h := range some {
		if i+len(h.text) > len(s.text) {
			continue
		}
		if h.rule == nil {
			if i >= s.named && bytes.EqualFold(s.text[i:i+len(h.text)], []byte(h.text)) {
				s.assigned(i)
			}
			continue
		}
		if string(s.text[i:i+len(h.text)]) == h.text {
			s.token(i, len(h.text), h.rule)
		}
	}
}

func (s *shapes) token(at, head int, r *rule) {
	from, to := at, at
	if r.find != nil {
		from, to = r.find(s.text, at, head)
	} else {
		if !begins(s.text, at) {
			return
		}
		to = run(s.text, at+head, r.body, r.most+1)
		if n := to - at - head; n < r.least || n > r.most || !varied(s.text[at+head:to]) || placeholder(string(s.text[at+head:to])) {
			return
		}
	}
	if to <= from || len(r.near) > 0 && !isNear(s.text, from, to, r.near) {
		return
	}
	if r.body != nil && documented(string(s.text[at+head:to])) {
		return
	}
	severity := r.severity
	if r.grade != nil {
		severity = r.grade(s.text, from, to)
	}
	s.hit(r, severity, from, to)
}

func (s *shapes) hit(r *rule, severity tillwatch.Severity, from, to int) {
	if severity > 0 && documented(string(s.text[from:to])) {
		return
	}
	if severity > 0 && s.count[severity] < maxHits {
		s.count[severity]++
		s.hits = append(s.hits, Hit{r.id, severity, from, tillwatch.NewBody(bytes.Clone(s.text[from:to]))})
	}
}

// begins says that no word goes on at an offset; \n and %3D before it are none.
func begins(text []byte, at int) bool {
	return at == 0 || !isWord[text[at-1]] || at > 1 && text[at-2] == '\\' || at > 2 && text[at-3] == '%'
}

// run gives the end of the signs of an alphabet from an offset on, most at most.
func run(text []byte, from int, a *alphabet, most int) int {
	end := from
	for end < len(text) && end-from < most && a.has[text[end]] {
		end++
	}
	return end
}

// varied says that a text is as varied as random signs are: no word, no row of one sign.
func varied(value []byte) bool {
	h := entropy(value)
	switch n := len(value); {
	case n >= 32:
		return h >= 3
	case n >= 16:
		return h >= 2.75
	}
	return h >= 2
}

// around is how far the context of a value reaches.
const around = 300

func isNear(text []byte, from, to int, some []string) bool {
	context := bytes.ToLower(text[max(0, from-around):min(len(text), to+around)])
	return slices.ContainsFunc(some, func(w string) bool { return bytes.Contains(context, []byte(w)) })
}

// examples are folders and parts of file names that hold what is made to be looked at or tested with.
var examples = []string{"test", "tests", "testdata", "testing", "spec", "specs", "fixture", "fixtures", "example", "examples", "sample", "samples", "mock", "mocks", "doc", "docs", "demo", "man"}

// IsExample says that a path is one of tests, examples or documents. A shape found there is most often somebody's sample: a
// reason to rank it low, none to leave it out, and none at all for a key of ours.
func IsExample(path string) bool {
	return slices.ContainsFunc(words(path), func(w string) bool { return slices.Contains(examples, w) || len(w) == 4 && w[:3] == "man" })
}
