package script

import (
	"time"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/file"
)

// machine runs a script in a browser that is not there.
//
// Everything the script computes by itself it computes: string arrays are rotated, payloads decoded, code that was a
// string is run as the next layer. Everything that a browser, a server or a customer would supply is a value that is
// not known but carries marks of where it came from; branches that depend on one are all taken, functions that nobody
// calls are called. What reaches an interface of the browser's that sends, stores, loads or executes is recorded with
// the marks on it.
//
// It is not a JavaScript engine and needs none: there is no host object behind it, no clock and no chance, so that the
// same source gives the same answer, and each step and each byte is counted, so that no source takes it too far.
type machine struct {
	record *record
	global *scope
	hosts  map[string]*object
	layer  *layer

	steps, limit     int  // steps taken, and after which to stop
	halt             int  // steps after which to look at the bounds
	budget           int  // steps in all
	vague            bool // what is being run depends on something not known
	guesswork, floor int  // steps still allowed for that, and at which to stop
	memory           int  // bytes of text and elements made, and still allowed
	deadline         time.Time
	exhausted        bool // the budget, the memory or the time is used up
	over             bool // the script is through: what runs now, the browser would call
	unseen           bool // something of interest was not run

	calls   int  // functions of the script's on the stack
	depth   int  // calls of anything on the stack
	tries   int  // blocks on the stack of which what is thrown is caught
	nesting int  // expressions within expressions being evaluated
	doubt   int  // branches around us that are taken though it is not known whether they would be
	bail    bool // the test being evaluated is one for doing nothing
	unlike  bool // the left side of an "or" is being evaluated, whose right side is for when it is false
	plain   bool // the source as a whole can be read
	withs   bool // a with statement was met
	small   bool // the source is small enough for everything in it that nobody calls to be called
	guesses int  // how often something not known was decided
	handler marks

	narrow    []narrowing
	named     []naming
	closures  []*closure      // in the order of their making
	handlers  []handler       // to be run once the script is through
	receivers []handler       // those of them that are told messages
	taken     map[string]bool // methods of a payment provider's that were taken off their object
	kept      marks           // what was put into a store of the browser's
	posted    marks           // what was posted to windows and workers
	texts     textCache
	decoded   map[string]bool
	sums      map[*ast.BinaryExpression]int // how often a part of a sum was computed for nothing; -1: it is no number
}

// handler is a function that the browser would call some time.
type handler struct {
	function value
	this     value
	args     []value
	marks    marks
	layer    *layer
}

// The bounds on one script. What the script computes by itself may take many steps, so that the decoders met in practice
// end. What depends on something not known is run to see every part of it once or twice, and is given few.
const (
	maxSteps        = 40_000_000
	maxMemory       = 40 << 20
	maxCalls        = 180
	maxDepthOfCalls = 600
	maxNesting      = 2500
	maxHandlers     = 2000
	maxLayers       = 4
	maxAgain        = 4       // times that a function which is handed nothing is called later
	vagueCalls      = 16      // of one function with arguments that are not known
	settledLater    = 400_000 // steps that what the browser would call may compute by itself
	maxRecursion    = 3       // of the same, within itself
	shareOfOne      = 40      // of the steps that are left, a function nobody called gets one in so many, but at least:
	shareAgain      = 64      // of the guesswork that is left, a further run of the same function may use one in so many, but at least:
	leastAgain      = 400
	leastShare      = 20_000
)

// stopped is panicked with when a bound is met, and recovered where the machine goes on with something else.
type stopped struct{}

// thrown is panicked with for a throw statement of the script's.
type thrown struct{ value value }

func newMachine(r *record, budget, guesswork int, deadline time.Time) *machine {
	return &machine{
		record: r, global: newScope(nil), hosts: make(map[string]*object),
		budget: budget, limit: budget, guesswork: guesswork, memory: maxMemory, deadline: deadline, decoded: make(map[string]bool), sums: make(map[*ast.BinaryExpression]int),
	}
}

// step accounts for one step.
func (m *machine) step() {
	m.steps++
	if m.vague {
		m.guesswork--
	}
	if m.steps > m.halt || m.guesswork < m.floor {
		m.bounds()
	}
}

// bounds stops what has met a bound. It is asked every few thousand steps.
func (m *machine) bounds() {
	if m.steps > m.limit || m.guesswork < m.floor {
		m.exhausted = m.exhausted || m.steps > m.budget || m.guesswork < 0
		panic(stopped{})
	}
	if time.Now().After(m.deadline) {
		m.exhaust()
	}
	m.halt = min(m.limit, m.steps+4096)
}

func (m *machine) exhaust() {
	m.exhausted = true
	m.limit, m.budget, m.halt = 0, 0, 0
	panic(stopped{})
}

// allocate accounts for n bytes of text or some elements of an array.
func (m *machine) allocate(n int) {
	m.memory -= n + 16
	m.steps += n / 64
	if m.memory < 0 {
		m.exhaust()
	}
}

// guess says that what is decided next is not known.
func (m *machine) guess() {
	m.guesses++
	m.vague = true
}

// guard runs f within three quarters of the steps that are left and a share of the guesswork. What f throws ends f only.
func (m *machine) guard(share int, f func()) {
	vague, floor := m.vague, m.floor
	m.floor = max(floor, m.guesswork-share, 0)
	limit, calls, depth, tries, nesting, doubt, layer := m.limit, m.calls, m.depth, m.tries, m.nesting, m.doubt, m.layer
	m.limit = min(limit, m.steps+(m.budget-m.steps)*3/4)
	if m.over && m.budget < maxSteps {
		m.limit = min(m.limit, m.steps+settledLater)
	}
	m.halt = 0
	defer func() {
		m.limit, m.vague, m.floor, m.halt = min(limit, m.budget), vague, floor, 0
		m.calls, m.depth, m.tries, m.nesting, m.doubt, m.layer, m.bail, m.unlike = calls, depth, tries, nesting, doubt, layer, false, false
		switch cause := recover().(type) {
		case nil, thrown:
		case stopped:
			m.unseen = m.unseen || !m.over
		default:
			panic(cause)
		}
	}()
	f()
}

// run executes a parsed source to its end, then what the browser would call, then what nobody called.
func (m *machine) run(program *ast.Program, l *layer) {
	m.layer = l
	f := &frame{scope: m.global, this: m.host("window")}
	m.guard(m.guesswork, func() {
		m.declareVariables(f, program.DeclarationList)
		m.declareFunctions(f, program.Body)
	})
	for i, s := range program.Body {
		if i < maxRecorded {
			m.record.part(s)
		}
		if m.exhausted {
			break
		}
		// A share of what is left for each: a library that computes for ever must not hide what was appended to it.
		m.guard(max(m.guesswork*3/4, leastShare), func() { m.execute(f, s) })
	}
	m.over = true
	if m.budget < maxSteps {
		m.budget = min(m.budget, m.steps+2*settledLater)
	}
	m.runRest()
}

// runRest calls what the browser would call some time, and then what nobody was seen to call: what looks as if it read
// what is typed and sent first, wherever it came to light, since the guesswork may not last for everything.
func (m *machine) runRest() {
	defer m.remaining()
	var first, last []*closure
	seen, next := 0, 0
	for !m.exhausted {
		for _, c := range m.closures[seen:] {
			// What was called with what the script itself has may have taken one way; of interest is every way.
			switch n := c.layer.interest(c.node); {
			case n >= muchInterest && !c.vague:
				first = append(first, c)
			case n > 0 && c.called == 0 && m.small:
				last = append(last, c)
			}
		}
		seen = len(m.closures)
		switch {
		case next < len(m.handlers):
			m.handle(m.handlers[next])
			next++
		case len(first) > 0:
			m.callOnce(first[0])
			first = first[1:]
		case len(last) > 0:
			m.callOnce(last[0])
			last = last[1:]
		default:
			m.deliver()
			return
		}
	}
}

func (m *machine) handle(h handler) {
	m.guard(m.share(), func() {
		m.layer, m.handler, m.vague = h.layer, h.marks, true
		m.call(h.function, h.this, h.args)
	})
	m.handler = 0
}

// callOnce calls a function that nobody was seen to call with things unknown.
func (m *machine) callOnce(c *closure) {
	if c.called == 0 || !c.vague && c.layer.interest(c.node) >= muchInterest {
		m.guard(m.share(), func() { m.callVaguely(c) })
	}
}

// remaining notes whether a function that looks as if it read what is typed, and sent, was never run.
func (m *machine) remaining() {
	for _, c := range m.closures {
		if c.called == 0 && c.layer.interest(c.node) >= muchInterest {
			m.unseen = true
			return
		}
	}
}

// deliver tells the receivers of messages what was posted after they were first run.
func (m *machine) deliver() {
	if m.posted == 0 {
		return
	}
	for _, r := range m.receivers {
		m.guard(m.share(), func() {
			m.layer, m.handler, m.vague = r.layer, r.marks|m.posted, true
			r.function.obj.closure.called = 0
			m.call(r.function, r.this, r.args)
		})
		m.handler = 0
	}
}

func (m *machine) share() int { return max(m.guesswork/shareOfOne, leastShare) }

// callVaguely calls a function that nobody was seen to call, with arguments that could be anything.
func (m *machine) callVaguely(c *closure) {
	args := make([]value, 0, 4)
	if c.parameters != nil {
		for range c.parameters.List {
			args = append(args, m.unknown("", 0))
		}
	}
	m.vague, c.vague = true, true
	m.enter(c, m.unknown("", 0), args)
}

// later has a function called once the script is through, as the browser would on an event or a timer.
func (m *machine) later(function, this value, marks marks, args ...value) {
	if c := function.function(); c != nil && len(args) == 0 {
		if c.later++; c.later > maxAgain { // one that has itself called again and again
			return
		}
	}
	if len(m.handlers) < maxHandlers && function.callable() {
		m.handlers = append(m.handlers, handler{function, this, args, marks, m.layer})
	}
}

// unknown is a fresh value of which nothing is known but how one would reach it.
func (m *machine) unknown(path string, k marks) value {
	m.memory -= 64
	o := newHost(path)
	o.marks = k
	return value{kind: kindUnknown, obj: o, marks: k}
}

// opaque is a text of which nothing is known but its marks.
func opaque(k marks) value { return value{kind: kindUnknown, text: hole, marks: k} }

// partly is a text that is known but for its holes.
func partly(text string, k marks) value {
	if len(text) > maxKnownText {
		text = text[:maxKnownText]
	}
	return value{kind: kindUnknown, text: text, marks: k}
}

// at is the place of a node in the layer being run.
func (m *machine) at(idx file.Idx) position { return position{m.layer, int(idx) - 1} }
