package php

import "strings"

// hitKind is what was seen of a file that a verdict may rest on.
type hitKind uint8

const (
	hitCode    hitKind = iota // something is run as PHP code
	hitCommand                // something is run as a command
	hitCall                   // a function whose name is not fixed
	hitInclude                // a file is run
	hitWrite                  // a file is written
	hitUpload                 // a file that a request brought is kept
	hitRead                   // a file is shown
	hitManage                 // files are listed, deleted, renamed
	hitQuery                  // a database is asked
	hitMail                   // a message is sent
	hitSend                   // something is sent to another server
	hitHidden                 // the name of a function cannot be read in the source
	hitLayer                  // code is made of a text that cannot be read
	hitShell                  // a connection and a shell
	hitLoot                   // card data is kept or sent
	hitSetting                // a setting that runs code
	hitStore
	hitInject // a script is put into a page
)

// hit is one thing that was seen.
type hit struct {
	kind      hitKind
	pos       int32
	depth     int
	points    int
	what      string
	card      bool
	body      bool // all that a request brings
	disguised bool // as what it is not
	host      string
	alone     bool // it counts only where the file belongs to no application
}

// record is what was seen of one file.
type record struct {
	machine     *machine
	hits        []hit
	seen        map[hitKey]int
	declared    []*function
	isDeclared  map[*function]bool
	guarded     map[string]bool
	heldChanges int
	halt        int
	features    map[string]int32 // what a file manager does, and where first
	facts       map[string]int32 // circumstances, and where first
	sockets     bool
	shells      bool
	sends       map[string]bool
	writes      bool
	executes    bool
	layers      map[string]int // how often each code made of a text was run
	layerBytes  int
	shellAt     *node
	shellLayer  *layer
	page        int         // bytes of text between code
	long        int         // 1: no long text, 2: there is one
	source      string      // the file
	drops       int         // texts with code that were judged since they are written into files
	brought     bool        // an archive is opened that the request brings
	checked     func() bool // something is asked about the kind of a file
	stylesheets int         // 1: they may call any function; 2: the request brings one
	open        bool        // visitors who are not logged in can have it called
	till        bool        // it asks for what customers type where they pay
}

type hitKey struct {
	kind hitKind
	pos  int32
	what string
}

const maxHits = 400

func newRecord() *record {
	return &record{
		seen: map[hitKey]int{}, guarded: map[string]bool{}, halt: -1, features: map[string]int32{}, facts: map[string]int32{},
		isDeclared: map[*function]bool{}, sends: map[string]bool{},
	}
}

func (r *record) declare(f *function) {
	if !r.isDeclared[f] {
		r.isDeclared[f] = true
		r.declared = append(r.declared, f)
	}
}

// hit notes something at a place of the layer that is run.
func (r *record) hit(k hitKind, n *node, points int, what string) {
	r.add(hit{kind: k, points: points, what: what}, n)
}

// lone notes what counts in full only where the file belongs to no application.
func (r *record) lone(k hitKind, n *node, points int, what string) {
	r.add(hit{kind: k, points: points, what: what, alone: true}, n)
}

func (r *record) add(h hit, n *node) {
	pos, depth := r.machine.layer.root(n.pos)
	h.pos, h.depth = pos, depth
	key := hitKey{h.kind, pos, h.what}
	if i, ok := r.seen[key]; ok {
		old := &r.hits[i]
		if h.points > old.points || h.points == old.points && !h.alone {
			old.points, old.alone = h.points, h.alone
		}
		old.card = old.card || h.card
		return
	}
	if len(r.hits) >= maxHits {
		return
	}
	r.seen[key] = len(r.hits)
	r.hits = append(r.hits, h)
}

func note(m map[string]int32, what string, pos int32) {
	if _, ok := m[what]; !ok && len(m) < 200 {
		m[what] = pos
	}
}

func (r *record) fact(n *node, what string) {
	pos, _ := r.machine.layer.root(n.pos)
	note(r.facts, what, pos)
}

func (r *record) feature(n *node, what string) {
	pos, _ := r.machine.layer.root(n.pos)
	note(r.features, what, pos)
}

// standing says whether a file belongs to an application.
type standing struct {
	foreign  map[string]bool // functions and classes that are neither PHP's nor in this file
	settings map[string]bool // constants that are neither
	includes int
	extends  int // classes not in this file
	classes  int
	imports  int
}

func (s *standing) call(name string) {
	if s.foreign == nil {
		s.foreign = map[string]bool{}
	}
	if len(s.foreign) < 500 {
		s.foreign[name] = true
	}
}

func (s *standing) constant(name string) {
	if s.settings == nil {
		s.settings = map[string]bool{}
	}
	if len(s.settings) < 20 {
		s.settings[name] = true
	}
}

// readSettings is how many constants a file may need and still stand alone: those of a file of settings that it reads, as
// the ones in which a shop keeps the password of its database.
const readSettings = 4

// alone tells whether a file does all it does by itself, as what an attacker leaves behind must.
func (s *standing) alone() bool {
	settings := len(s.settings)
	if s.includes > 0 {
		settings = max(0, settings-readSettings)
	}
	return len(s.foreign)+settings+s.imports+2*s.extends <= 1 && s.includes <= 2
}

// readable tells whether a name can be read in the layer that is run.
func (m *machine) readable(name string) bool {
	lower := m.record.lowered(m.layer)
	return strings.Contains(lower, name)
}

func (r *record) lowered(l *layer) string {
	if l.lower == "" {
		l.lower = strings.ToLower(l.src)
	}
	return l.lower
}
