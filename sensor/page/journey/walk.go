package journey

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/tillwatch/tillwatch/canary"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// TypeCard says what becomes of the card fields. Walks that differ in nothing else tell what is sent because of the
// card.
type TypeCard int

// The ways to treat card fields.
const (
	Full      TypeCard = iota // type the card
	Erased                    // type it and delete it again: the same keys, empty fields
	Untouched                 // reach the payment page and do nothing there
)

// Options say how to walk. Start and Identity are needed; everything else may be zero.
type Options struct {
	Start    string // where the walk begins: the shop's front page, or any page of it
	Identity canary.Set

	// Providers says whether a host belongs to a payment provider. Nothing is typed into such a host's frames or
	// pages unless AllowProviderFrames says so; every other frame that asks for a card gets one.
	Providers           func(host string) bool
	AllowProviderFrames bool

	AllowRegistration bool // where there is no way round it, become a member
	TypeCard          TypeCard
	Journey           *File         // what the operator knows of the way; nil: nothing
	Limit             time.Duration // of the whole walk; 0: three minutes

	Mark   func(step string) // called before what follows belongs to another step; may be nil
	Report func(Step)        // called with each step once it is done; may be nil
	Trace  func(line string) // called with each decision, for whoever wants to know why; may be nil
}

// Step is one stage of the walk as a person would tell it.
type Step struct {
	Name    string // "home", "product", "cart", "guest", "address", "delivery", "payment", "confirm", "press"
	URL     string
	Picture []byte // a PNG of the window, card fields painted over; nil where none could be taken
	At      time.Time
}

// Typed is one field that was typed into.
type Typed struct {
	Field canary.Field
	Frame string // address of the document it stands in
	Name  string // the field's name, id or label in the page
	Step  string
}

// Result is what a walk came to.
type Result struct {
	Reached bool  // the payment step: card fields, a provider's frame or the last button in view, all else filled
	Last    *Last // the button that would place the order; nil where none was found
	Card    bool  // a card was typed (also where it was erased again)

	// CardLater says that a card, or nothing that was named, is to pay with, and that no page up to the last button asked
	// for it: what follows the order may.
	CardLater bool

	Steps   []Step
	Typed   []Typed
	Began   time.Time // when the first key went into a field; zero where none did
	Gaps    []Gap
	Journey File // the way that was found, to be replayed
}

// errTimeUp ends a walk that takes too long.
var errTimeUp = errors.New("the walk took too long")

const (
	defaultLimit = 3 * time.Minute
	mostMoves    = 90
)

// Walk goes from the start address to the payment step and fills what it meets on the way. It never presses what may
// be the last button: that is Result.Last, for [Last.Press]. What it cannot pass is a Gap in the result; the error is
// only for a ctx that ended and a browser that has gone, and even then the result holds what was done until then.
func Walk(ctx context.Context, tab *browser.Tab, o Options) (Result, error) {
	if o.Limit == 0 {
		o.Limit = defaultLimit
	}
	w := &walker{tab: tab, o: o, memory: newMemory(), shop: hostOf(o.Start)}
	w.memory.registration = o.AllowRegistration
	w.memory.untouched = o.TypeCard == Untouched
	if o.Journey != nil {
		w.script = slices.Clone(o.Journey.Steps)
		if o.Journey.Start != "" {
			w.o.Start = o.Journey.against(o.Start)
		}
	}
	w.result.Journey.Start = w.o.Start
	limited, cancel := context.WithTimeoutCause(ctx, o.Limit, errTimeUp)
	defer cancel()
	err := w.walk(limited)
	if err != nil && ctx.Err() == nil && limited.Err() != nil {
		w.gap(ctx, GapTimeUp, "")
		err = nil
	}
	return w.result, err
}

// walker is one walk in progress.
type walker struct {
	tab    *browser.Tab
	o      Options
	shop   string // host
	frames []*browser.Frame
	memory *memory
	script []FileStep // of the journey file, what is left of it
	result Result

	acted    time.Time     // when the last move was made
	inRooms  time.Duration // spent on pages that only ask to wait
	restless bool          // a page of the shop never came to rest
	payBy    payment       // as the last page that offered a choice said
	step     string
	pressed  string // the last press, as memory.at names it; empty after any other move
	before   uint64 // the signature of the page it was made on
	reported string
	pictured *page // the page that shot shows
	shot     []byte
	trail    []string // what was done, for a gap's explanation

	complaints []string // what the last page complained of
	moves      int
}

func (w *walker) walk(ctx context.Context) error {
	w.mark(string(Home))
	if err := w.tab.Navigate(ctx, w.o.Start); err != nil {
		var refused *browser.NavigateError
		if errors.As(err, &refused) {
			w.gap(ctx, GapUnreachable, refused.Error())
			return nil
		}
		return err
	}
	for w.moves = 0; w.moves < mostMoves; w.moves++ {
		p, mv, err := w.consider(ctx)
		if w.stuck(ctx, err) {
			return nil
		}
		if err != nil {
			return err
		}
		w.trace(p, mv)
		moving, cancel := context.WithTimeoutCause(ctx, patienceWithMove, errStuck)
		done, err := w.do(moving, p, mv)
		cancel()
		w.acted = time.Now()
		if w.stuck(ctx, err) {
			return nil
		}
		if ctx.Err() != nil {
			return errors.Join(err, context.Cause(ctx))
		}
		if err != nil && !w.passing(err) {
			return err
		}
		if done {
			return nil
		}
	}
	w.gap(ctx, GapNoWay, fmt.Sprintf("after %d moves the payment step was not reached", mostMoves))
	return nil
}

// consider reads the page and decides, with as much patience as that takes.
func (w *walker) consider(ctx context.Context) (*page, move, error) {
	for patience := 0; ; patience++ {
		last := patience == len(quiets)-1
		p, err := w.look(ctx, patience)
		if err != nil {
			return nil, move{}, err
		}
		if w.pressed != "" && p.signature() == w.before && !last {
			continue // the press has not changed anything yet
		}
		if w.memory.home == "" {
			w.memory.home = p.top.URL
		}
		if waited, err := w.waitingRoom(ctx, p); err != nil {
			return nil, move{}, err
		} else if waited {
			patience = -1 // it has gone on by itself: begin anew
			continue
		}
		mv, err := w.next(ctx, p)
		if err != nil || last || !w.hasty(p, mv) {
			return p, mv, err
		}
	}
}

// passing says whether a move failed for a reason that the next look at the page gets over: the page has moved on, or
// it answers what it is asked with an exception.
func (w *walker) passing(err error) bool {
	var thrown *browser.EvalError
	if errors.As(err, &thrown) {
		w.note("the page could not be dealt with: %s", clip(thrown.Text, 80))
		return true
	}
	return errors.Is(err, browser.ErrGone)
}

// errStuck is a page that does not answer: a script that never ends, or a renderer that has died.
var errStuck = errors.New("the page does not answer")

// readError is a page that a survey cannot be made of.
type readError struct{ Text string }

func (e *readError) Error() string { return e.Text }

const (
	patienceWithMove = 45 * time.Second
	patienceWithPage = 10 * time.Second
	patienceWithRest = 12 * time.Second // for a page to come to rest, once
	restlessPatience = 2 * time.Second  // for one that has shown that it never does
)

// stuck reports a page that does not answer as a gap.
func (w *walker) stuck(ctx context.Context, err error) bool {
	var unreadable *readError
	switch {
	case err == nil || ctx.Err() != nil:
		return false
	case w.tab.Crashed():
		w.gap(ctx, GapStuck, "the page has killed its renderer")
	case errors.Is(err, errStuck):
		w.gap(ctx, GapStuck, "")
	case errors.As(err, &unreadable):
		w.gap(ctx, GapStuck, "the page could not be read: "+unreadable.Text)
	default:
		return false
	}
	return true
}

// quiets is how long a page must not have changed before it is read, in order of patience.
var quiets = []time.Duration{50 * time.Millisecond, 250 * time.Millisecond, 800 * time.Millisecond}

// hasty says whether a move had better wait until the page is certainly done: giving up, since a page that draws itself
// late looks like one without a way on; and pressing once more what was pressed just now.
func (w *walker) hasty(p *page, mv move) bool {
	switch mv.kind {
	case stopping, escaping:
		return true
	case finishing:
		return !p.card && !w.memory.untouched
	}
	return false
}

// do makes one move and reports whether the walk is over.
func (w *walker) do(ctx context.Context, p *page, mv move) (done bool, err error) {
	w.enter(p)
	w.pressed = ""
	switch mv.kind {
	case pressing:
		return false, w.press(ctx, p, mv)
	case filling:
		return false, w.fill(ctx, p)
	case opening:
		w.note("opened %s", mv.address)
		w.result.Journey.Steps = []FileStep{{Open: w.relative(mv.address)}}
		err := w.tab.Navigate(ctx, resolve(p.top.URL, mv.address))
		var refused *browser.NavigateError
		if errors.As(err, &refused) {
			w.note("which gave no page")
			return false, nil
		}
		return false, err
	case mapping:
		if err := w.ask(ctx, 0, &w.memory.listed, "sitemap"); err != nil {
			w.note("the shop has no site map")
		}
		return false, nil
	case scripted:
		return false, w.fillScripted(ctx, p, mv.texts)
	case escaping:
		return false, w.tab.Press(ctx, "Escape")
	case finishing:
		return true, w.finish(ctx, p)
	}
	for _, complaint := range p.top.Errors[:min(2, len(p.top.Errors))] {
		w.complaints = append(w.complaints, clip(complaint, 100))
	}
	w.gap(ctx, mv.gap, mv.why)
	return true, nil
}

// enter notes that a page belongs to another step than the one before.
func (w *walker) enter(p *page) {
	w.notePayment(p)
	name := stepName(p.kind)
	if p.top.URL == w.memory.home && (p.kind == List || p.kind == Elsewhere) {
		name = string(Home)
	}
	if w.memory.typed && (p.kind == Cart || p.kind == List || p.kind == Elsewhere) {
		name = string(Delivery) // between the address and the payment
	}
	if name != "" && name != w.step {
		w.mark(name)
	}
}

func (w *walker) mark(step string) {
	w.step = step
	if w.o.Mark != nil {
		w.o.Mark(step)
	}
}

// stepName is the step a kind of page belongs to; empty where it is on the way to one.
func stepName(k Kind) string {
	switch k {
	case Home, List, Product, Cart, Gate, Address, Delivery, Payment, Confirm:
		return string(k)
	case LogInWall:
		return string(Gate)
	case Elsewhere, SoldOut, Maintenance, Human, Secure, Done:
	}
	return ""
}

func (w *walker) note(format string, args ...any) {
	if len(w.trail) < 200 {
		w.trail = append(w.trail, fmt.Sprintf(format, args...))
	}
}

// relative writes an address of the shop as a path, so that a journey also fits its staging copy.
func (w *walker) relative(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host != hostOf(w.o.Start) {
		return address
	}
	u.Scheme, u.Host = "", ""
	return u.String()
}
