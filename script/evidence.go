package script

import "github.com/dop251/goja/ast"

// marks say where a value came from and what was done to it.
type marks uint32

const (
	markCard     marks = 1 << iota // read from a field named for a card's number, code, expiry or holder
	markIdentity                   // read from a field named for a person's name, address, e-mail, phone or password
	markForm                       // read from every field of the page, or a whole form found page-wide
	markValue                      // read from some field
	markKey                        // a key that was pressed
	markRequest                    // the body of a request of somebody else's, hooked or intercepted
	markCookie
	markURL      // the page's address, referrer or title
	markStorage  // localStorage, sessionStorage, IndexedDB
	markResponse // what a server answered
	markMessage  // what a socket or another window said
	markPixels   // the pixels of an image
	markStyle    // a computed style or the text of a stylesheet
	markMarkup   // text or attribute of the page
	markHidden   // decoded by the script from something that cannot be read
	markReversed // put together from pieces by reversing, joining or replacing
	markEncoded  // encoded for sending: base64, hex, escapes of characters, JSON of it
	markChance
	markTime
	markPerhaps  // it may be something else, and then is another truth
	markState    // what the page's own program holds behind an element
	markAgain    // decoded with the browser's own base64, whatever the source does with all of its texts
	markAnywhere // typed into whatever field of the page: of a listener that is told of all
	markSome     // nothing but that there may be more than is known
	markWindow   // what another window or frame said
	markSecret   // read from a field named for a password
	markDisguise // put into a file that says it is a picture, a font or the like
	markLength   // how long a text is that was typed
)

// What customers typed, by how much it says.
const (
	markTyped = markCard | markIdentity | markForm | markValue | markKey | markRequest | markAnywhere
	markCode  = markResponse | markMessage | markPixels | markStyle | markMarkup | markStorage | markHidden | markCookie
	// throughArithmetic survives computing with numbers: keystrokes and pixels do, the length of a text does not.
	throughArithmetic = markTyped | markPixels | markHidden | markResponse | markMessage | markMarkup | markStyle
)

// position is a place in a layer.
type position struct {
	layer  *layer
	offset int
}

// factKind is what was seen of a script.
type factKind uint8

const (
	factSource factKind = iota
	factListener
	factPoll
	factGate
	factDebugger
	factDecoder
	factDynamic
	factHook
	factCardWord
	factCardPattern
	factFakeForm
	factWorker
	factRewrite
	factHidesFromAdmin
	factVirtual
	factBeside
	factButton
	factManyTills // asks for the tills of several kinds of shop at once
	factExcludes  // leaves card or password fields out
	factCardLong  // asks whether what is typed is as long as a card's number
)

// fact is one thing seen, at its first place.
type fact struct {
	kind  factKind
	at    position
	what  string
	marks marks
}

// sent is one use of an interface that sends, loads, stores or executes.
type sent struct {
	kind   SinkKind
	at     position
	target string // as far as it is known, with holes
	found  string // of a frame that the page has and the script did not make: how it found it
	marks  marks  // of what was sent
	of     marks  // of the target
}

// record is everything the machine saw of one script.
type record struct {
	facts  []fact
	seen   map[factKey]int
	layers []*layer
	parts  []part   // the statements of the outermost level
	bodies [][2]int // where each function of the outermost layer begins and ends
	sends  []sent
	coded  int // how often a property was asked for by a name that had to be decoded
	sentAt map[sentKey]int
}

type factKey struct {
	kind   factKind
	layer  *layer
	offset int
	what   string
}

type sentKey struct {
	kind   SinkKind
	layer  *layer
	offset int
	target string
}

// maxRecorded bounds the facts and the sends of one script. More of them say nothing more.
const maxRecorded = 2000

func newRecord() *record {
	return &record{seen: make(map[factKey]int), sentAt: make(map[sentKey]int)}
}

func (r *record) fact(k factKind, at position, what string) { r.factOf(k, at, what, 0) }

func (r *record) factOf(k factKind, at position, what string, of marks) {
	key := factKey{k, at.layer, at.offset, what}
	if i, ok := r.seen[key]; ok {
		r.facts[i].marks |= of
		return
	}
	if len(r.facts) >= maxRecorded {
		return
	}
	r.seen[key] = len(r.facts)
	r.facts = append(r.facts, fact{k, at, what, of})
}

func (r *record) send(s sent) {
	key := sentKey{s.kind, s.at.layer, s.at.offset, s.target}
	if i, ok := r.sentAt[key]; ok {
		r.sends[i].marks |= s.marks
		r.sends[i].of |= s.of
		return
	}
	if len(r.sends) >= maxRecorded {
		return
	}
	r.sentAt[key] = len(r.sends)
	r.sends = append(r.sends, s)
}

// part is a statement of the outermost level.
type part struct {
	from, to int
	module   bool // no declaration: in bundles, each module is such a statement
}

// part notes a statement of the outermost level; minifiers join several with commas.
func (r *record) part(s ast.Statement) {
	nodes := []ast.Node{s}
	module := true
	switch s := s.(type) {
	case *ast.FunctionDeclaration, *ast.VariableStatement, *ast.LexicalDeclaration, *ast.ClassDeclaration:
		module = false
	case *ast.ExpressionStatement:
		if sequence, ok := s.Expression.(*ast.SequenceExpression); ok {
			nodes = nodes[:0]
			for _, e := range sequence.Sequence {
				nodes = append(nodes, e)
			}
		}
	}
	for _, n := range nodes {
		r.parts = append(r.parts, part{int(n.Idx0()) - 1, int(n.Idx1()) - 1, module})
	}
}

// body notes where a function of the outermost layer begins and ends.
func (r *record) body(n ast.Node) {
	if len(r.bodies) < 10*maxRecorded {
		r.bodies = append(r.bodies, [2]int{int(n.Idx0()) - 1, int(n.Idx1()) - 1})
	}
}

// has tells whether a fact of this kind was seen.
func (r *record) has(k factKind) bool {
	for _, f := range r.facts {
		if f.kind == k {
			return true
		}
	}
	return false
}
