package journey

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch/canary"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// call calls a method of survey.js in a frame.
func call(ctx context.Context, f *browser.Frame, out any, method string, args ...any) error {
	encoded, err := json.Marshal(append([]any{method}, args...))
	if err != nil {
		return err
	}
	return f.Eval(ctx, surveyScript+"("+string(encoded[1:len(encoded)-1])+")", out)
}

// aimed is where to press an element.
type aimed struct {
	Gone    bool
	X, Y    float64
	Covered bool
	Over    int // the layer that covers it
}

// aim scrolls an element into view and gives its point in the tab's window.
func (w *walker) aim(ctx context.Context, frame, id int) (aimed, error) {
	var at aimed
	if err := w.ask(ctx, frame, &at, "aim", id); err != nil {
		return at, err
	}
	if at.Gone {
		return at, fmt.Errorf("an element was drawn anew: %w", browser.ErrGone)
	}
	if frame == 0 {
		return at, nil
	}
	return at, w.place(ctx, frame, &at)
}

// place turns a frame's point into the tab's, after scrolling the frames around it so that it shows.
func (w *walker) place(ctx context.Context, frame int, at *aimed) error {
	id := w.frames[frame].ID
	for attempt := 0; ; attempt++ {
		frames, err := w.tab.Frames(ctx)
		if err != nil {
			return err
		}
		var f *browser.Frame
		for _, g := range frames {
			if g.ID == id {
				f = g
			}
		}
		if f == nil {
			return browser.ErrGone
		}
		root := frames[0]
		x, y := f.X+at.X*f.Scale, f.Y+at.Y*f.Scale
		var size struct{ Width, Height float64 }
		if err := root.Eval(ctx, "({width: innerWidth, height: innerHeight})", &size); err != nil {
			return err
		}
		if x >= 0 && y >= 0 && x < size.Width && y < size.Height || attempt == 1 {
			at.X, at.Y = x, y
			return nil
		}
		// Scrolling from inside a frame of another site does not reach the page around it.
		if err := root.Eval(ctx, fmt.Sprintf("scrollBy({left: %f, top: %f, behavior: 'instant'})", x-size.Width/2, y-size.Height/2), nil); err != nil {
			return err
		}
	}
}

// click presses an element with the mouse, or, where something lies over it, with the keyboard.
func (w *walker) click(ctx context.Context, frame, id int, key string) error {
	at, err := w.aim(ctx, frame, id)
	if err != nil {
		return err
	}
	if !at.Covered {
		return w.tab.Click(ctx, at.X, at.Y)
	}
	var got struct{ Gone, Focused bool }
	if err := w.ask(ctx, frame, &got, "select", id); err != nil {
		return err
	}
	if !got.Focused {
		return w.tab.Click(ctx, at.X, at.Y)
	}
	return w.tab.Press(ctx, key)
}

// press makes a press and remembers what hangs on it.
func (w *walker) press(ctx context.Context, p *page, mv move) error {
	b := mv.button
	if w.result.Card || w.memory.final(p, b) {
		return fmt.Errorf("refusing to press %q: it may place an order", b.words())
	}
	w.report(ctx, p)
	w.pressed, w.before = w.memory.at(p, b), p.signature()
	w.memory.tried[w.pressed]++
	w.memory.presses++
	w.memory.filled[p.path] = 0 // the answer may bring complaints to mend
	if p.kind == Product && (b.intent == addToCart || b.intent == order) || p.kind == List && b.intent == addToCart {
		w.memory.addTries[p.path]++
		w.memory.adding = &attempt{cart: p.top.Cart, url: p.top.URL}
	}
	w.memory.guest = w.memory.guest || b.intent == asGuest
	w.note("pressed %q (%s) on %s", clip(b.words(), 40), mv.why, p.top.URL)
	w.recordPress(p, b)
	return w.click(ctx, b.view.index, b.ID, "Enter")
}

func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n]) + "…"
}

// fill goes through what the page wants, until something is chosen that may change the page.
func (w *walker) fill(ctx context.Context, p *page) error {
	w.memory.filled[p.path]++
	answers := answerersFor(p, w.o.Identity)
	typed := false
	for _, t := range w.memory.work(p) {
		if t.field < 0 {
			w.memory.tried[w.memory.choiceKey(p, t.view, t.choice)]++
			if err := w.choose(ctx, t); err != nil {
				return err
			}
			switch t.about {
			case paymentChoice:
				w.memory.cardChosen = paymentOf(optionText(t.choice)) == byCard
				return nil
			case guestChoice:
				w.memory.guest = true
				return nil
			case deliveryChoice:
				return nil
			case anyChoice, termsChoice, offerChoice:
			}
			continue
		}
		f := p.fields[t.field]
		key := fieldKey(p, f)
		attempt := w.memory.tried[key]
		w.memory.tried[key]++
		w.memory.answers[key] = answered{w.memory.presses, f.Error}
		redraws, err := w.answer(ctx, p, f, answers[f.view], attempt)
		if err != nil {
			return err
		}
		if redraws {
			return nil
		}
		typed = typed || f.Tag != "select"
	}
	if typed {
		// Leaving the last field is what many shops wait for before they check it or look up the address.
		return w.tab.Press(ctx, "Tab")
	}
	return nil
}

// answerersFor makes one answerer for each view, over the fields in it.
func answerersFor(p *page, set canary.Set) map[*view]answerer {
	all := map[*view]answerer{}
	for _, f := range p.fields {
		a, ok := all[f.view]
		if !ok {
			a.set = set
		}
		a.fields = append(a.fields, f.field)
		all[f.view] = a
	}
	return all
}

func (a answerer) index(e *element) int {
	for i, f := range a.fields {
		if f.element == e {
			return i
		}
	}
	return -1
}

// answer fills one field and says whether the page may have changed by it.
func (w *walker) answer(ctx context.Context, p *page, f pageField, a answerer, attempt int) (redraws bool, err error) {
	i := a.index(f.element)
	switch {
	case f.Tag == "select":
		choice := a.choice(i)
		if choice < 0 {
			return false, nil
		}
		return f.topic == country || p.kind == Product, w.selectOption(ctx, f, choice)
	case f.widget():
		return true, w.pickFromWidget(ctx, p, f, a)
	case f.is("file", "range", "color"):
		return false, nil
	}
	text := a.text(i, attempt)
	if text == "" {
		return false, nil
	}
	w.memory.typed = w.memory.typed || f.personal()
	if f.is("date", "month", "time", "week", "datetime-local") || f.Readonly {
		if f.Readonly && attempt == 0 && !wanted(f.element) {
			return false, nil
		}
		err = w.ask(ctx, f.view.index, nil, "assign", f.ID, text)
	} else {
		err = w.typeInto(ctx, f.view.index, f.ID, text)
	}
	if err != nil {
		return false, err
	}
	w.noteTyped(f)
	return false, nil
}

// typeInto clicks a field, and types over what it holds.
func (w *walker) typeInto(ctx context.Context, frame, id int, text string) error {
	if w.result.Began.IsZero() {
		w.result.Began = time.Now()
	}
	at, err := w.aim(ctx, frame, id)
	if err != nil {
		return err
	}
	if !at.Covered {
		if err := w.tab.Click(ctx, at.X, at.Y); err != nil {
			return err
		}
	}
	var got struct {
		URL           string
		Gone, Focused bool
	}
	if err := w.ask(ctx, frame, &got, "select", id); err != nil {
		return err
	}
	if got.Gone || w.kindOfDocument(got.URL, ownFrame) == providerFrame {
		return browser.ErrGone
	}
	if !got.Focused {
		return w.ask(ctx, frame, nil, "assign", id, text)
	}
	return w.tab.Type(ctx, text)
}

// selectOption puts a select to its option with one real key, so that the page hears one real change.
func (w *walker) selectOption(ctx context.Context, f pageField, choice int) error {
	frame := f.view.index
	var key struct {
		Gone bool
		Key  string
	}
	if !f.Behind && !f.Hidden {
		if _, err := w.aim(ctx, frame, f.ID); err != nil {
			return err
		}
		if err := w.ask(ctx, frame, &key, "beside", f.ID, choice); err != nil {
			return err
		}
		if key.Gone {
			return browser.ErrGone
		}
		if key.Key != "" {
			if err := w.tab.Press(ctx, key.Key); err != nil {
				return err
			}
		}
	}
	var now int
	if err := w.ask(ctx, frame, &now, "selected", f.ID); err != nil || now == choice {
		return err
	}
	return w.ask(ctx, frame, nil, "assign", f.ID, choice)
}

// choose presses a radio button or check-box, and presses the space bar where the press did not take.
func (w *walker) choose(ctx context.Context, t task) error {
	frame, e := t.view.index, t.choice
	var before struct{ Checked bool }
	if e.Tag == "input" {
		// One box for all agreements may have ticked this one too.
		if err := w.ask(ctx, frame, &before, "filled", e.ID); err != nil || before.Checked {
			return err
		}
	}
	if err := w.click(ctx, frame, e.ID, "Space"); err != nil {
		return err
	}
	if e.Tag != "input" {
		return nil
	}
	var now struct{ Gone, Checked bool }
	if err := w.ask(ctx, frame, &now, "filled", e.ID); err != nil || now.Gone || now.Checked {
		return err
	}
	if err := w.ask(ctx, frame, nil, "select", e.ID); err != nil {
		return err
	}
	return w.tab.Press(ctx, "Space")
}

// pickFromWidget opens a list that is drawn by script and presses the option that a select would have been put to.
func (w *walker) pickFromWidget(ctx context.Context, before *page, f pageField, a answerer) error {
	if err := w.click(ctx, f.view.index, f.ID, "Enter"); err != nil {
		return err
	}
	p, err := w.look(ctx, 0)
	if err != nil {
		return err
	}
	known := map[int]bool{}
	for _, b := range before.buttons {
		known[b.ID] = true
	}
	var shown []button
	options := field{element: &element{Tag: "select", Required: true, Selected: -1}, topic: f.topic, part: f.part}
	for _, b := range p.buttons {
		if b.view.index != f.view.index || b.Disabled || !b.is("option", "menuitem", "menuitemradio") && (known[b.ID] || !b.is("li", "div", "button")) {
			continue
		}
		shown = append(shown, b)
		options.Options = append(options.Options, option{Text: b.words(), Value: firstOf([]string{b.States["data-value"]}, b.words())})
	}
	if len(shown) == 0 {
		return w.tab.Press(ctx, "Escape")
	}
	i := a.index(f.element)
	a.fields[i].element, a.fields[i].topic = options.element, options.topic
	choice := a.choice(i)
	if choice < 0 {
		return w.tab.Press(ctx, "Escape")
	}
	return w.click(ctx, f.view.index, shown[choice].ID, "Enter")
}

// noteTyped remembers which of our customer's data went where.
func (w *walker) noteTyped(f pageField) {
	var typed canary.Field
	switch f.topic {
	case nameTopic, kana:
		typed = canary.Name
	case emailTopic:
		typed = canary.Email
	case phoneTopic, fax:
		typed = canary.Phone
	case postcode:
		typed = canary.Postcode
	case city:
		typed = canary.City
	case street, building, address:
		typed = canary.Address
	case passwordTopic:
		typed = canary.Password
	case cardNumber:
		typed = canary.CardNumber
	case cardCode:
		typed = canary.CardCode
	case cardExpiry:
		typed = canary.CardExpiry
	case cardHolder:
		typed = canary.CardHolder
	default:
		return
	}
	name := strings.TrimSpace(firstOf([]string{f.Name, f.HTMLID, f.Label}, f.Placeholder))
	w.result.Typed = append(w.result.Typed, Typed{Field: typed, Frame: f.view.URL, Name: name, Step: w.step})
}
