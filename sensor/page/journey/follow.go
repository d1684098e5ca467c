package journey

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/tillwatch/tillwatch/canary"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// placeholders are the words of a journey file that stand for our customer's data.
var placeholders = map[string]func(canary.Set) string{
	"$family":      func(s canary.Set) string { return s.Person.Family },
	"$given":       func(s canary.Set) string { return s.Person.Given },
	"$name":        func(s canary.Set) string { return s.Person.Name() },
	"$familyKana":  func(s canary.Set) string { return s.Person.FamilyKana },
	"$givenKana":   func(s canary.Set) string { return s.Person.GivenKana },
	"$email":       func(s canary.Set) string { return s.Person.Email },
	"$phone":       func(s canary.Set) string { return s.Person.Phone },
	"$postcode":    func(s canary.Set) string { return s.Person.Postcode },
	"$region":      func(s canary.Set) string { return s.Person.Region },
	"$city":        func(s canary.Set) string { return s.Person.City },
	"$street":      func(s canary.Set) string { return s.Person.Street },
	"$building":    func(s canary.Set) string { return s.Person.Building },
	"$company":     func(s canary.Set) string { return s.Person.Company },
	"$password":    func(s canary.Set) string { return s.Person.Password },
	"$card.number": func(s canary.Set) string { return s.Card.Number },
	"$card.code":   func(s canary.Set) string { return s.Card.Code },
	"$card.expiry": func(s canary.Set) string { return s.Card.Expiry() },
	"$card.month":  func(s canary.Set) string { return fmt.Sprintf("%02d", s.Card.Month) },
	"$card.year":   func(s canary.Set) string { return strconv.Itoa(s.Card.Year) },
	"$card.holder": func(s canary.Set) string { return s.Card.Holder },
}

func knownPlaceholders() string {
	return strings.Join(slices.Sorted(maps.Keys(placeholders)), " ")
}

// next is the next move: the journey file's where it has something to say about this page, else the walk's own.
func (w *walker) next(ctx context.Context, p *page) (move, error) {
	if len(w.script) == 0 {
		return w.memory.decide(p), nil
	}
	switch p.kind {
	case Maintenance, Human, Secure, Done:
		return w.memory.decide(p), nil
	}
	if mv, ok := w.memory.clearView(p); ok {
		return mv, nil
	}
	step := &w.script[0]
	if step.Open != "" {
		address := resolve(w.o.Start, step.Open)
		step.Open = ""
		w.skipEmpty()
		return move{kind: opening, address: address, why: "the journey file"}, nil
	}
	for i := range w.script {
		b, found, err := w.named(ctx, p, w.script[i].Click)
		if err != nil {
			return move{}, err
		}
		if !found {
			continue
		}
		if len(w.script[i].Fill) > 0 {
			fill := w.script[i].Fill
			w.script[i].Fill = nil
			return move{kind: scripted, texts: fill}, nil
		}
		switch p.kind {
		case Address, Delivery, Payment, Gate, Product:
			if w.memory.needsFilling(p) && !(w.memory.untouched && p.checkoutShaped()) {
				return move{kind: filling}, nil
			}
		}
		if w.memory.final(p, b) {
			w.script = nil
			return move{kind: finishing}, nil
		}
		w.script = w.script[i+1:]
		return move{kind: pressing, button: b, why: "the journey file"}, nil
	}
	if step.Click == "" && len(step.Fill) > 0 {
		fill := step.Fill
		step.Fill = nil
		w.skipEmpty()
		return move{kind: scripted, texts: fill}, nil
	}
	return w.memory.decide(p), nil
}

func (w *walker) skipEmpty() {
	if s := w.script[0]; s.Open == "" && s.Click == "" && len(s.Fill) == 0 {
		w.script = w.script[1:]
	}
}

// named is the button that a journey file means: by "css:" and a selector, or by its text.
func (w *walker) named(ctx context.Context, p *page, name string) (button, bool, error) {
	if name == "" {
		return button{}, false, nil
	}
	if selector, ok := strings.CutPrefix(name, "css:"); ok {
		for _, v := range p.views {
			var id int
			if err := w.ask(ctx, v.index, &id, "find", strings.TrimSpace(selector)); err != nil {
				return button{}, false, selectorError(selector, err)
			}
			for _, b := range p.buttons {
				if b.view == v && b.ID == id && id != 0 {
					return b, true, nil
				}
			}
		}
		return button{}, false, nil
	}
	want := plain(name)
	var found button
	best := 0
	for _, b := range p.buttons {
		if b.Disabled {
			continue
		}
		worth := 2
		switch {
		case plain(b.words()) == want || plain(b.Accessible) == want:
			worth += 4
		case want != "" && withoutDigits(b.words()) == withoutDigits(name) && withoutDigits(name) != "":
			// "Cart 2" where the file says "Cart 1"
		default:
			continue
		}
		if b.Landmark == "" {
			worth += 2
		}
		if b.Submits || b.is("button") {
			worth++
		}
		if worth > best {
			found, best = b, worth
		}
	}
	return found, best > 0, nil
}

func withoutDigits(text string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return ' '
		}
		return r
	}, plain(text))), " ")
}

// fillScripted types what the journey file says into the fields it names.
func (w *walker) fillScripted(ctx context.Context, p *page, texts map[string]string) error {
	for _, selector := range slices.Sorted(maps.Keys(texts)) {
		text := strings.TrimPrefix(texts[selector], "$")
		if value := placeholders[texts[selector]]; value != nil {
			text = value(w.o.Identity)
		} else if !strings.HasPrefix(texts[selector], "$$") {
			text = texts[selector]
		}
		if err := w.fillNamed(ctx, p, strings.TrimPrefix(selector, "css:"), text); err != nil {
			return err
		}
	}
	return nil
}

func (w *walker) fillNamed(ctx context.Context, p *page, selector, text string) error {
	for _, v := range p.views {
		if v.kind == providerFrame {
			continue
		}
		var id int
		if err := w.ask(ctx, v.index, &id, "find", selector); err != nil {
			return selectorError(selector, err)
		}
		if id == 0 {
			continue
		}
		for _, f := range p.fields {
			if f.view != v || f.ID != id {
				continue
			}
			w.memory.tried[fieldKey(p, f)] += 4 // the operator knows better than we do
			if f.Tag == "select" {
				return w.selectOption(ctx, f, optionNamed(f.Options, text))
			}
		}
		return w.typeInto(ctx, v.index, id, text)
	}
	w.note("the journey file's field %q is not on %s", clip(selector, 40), p.top.URL)
	return nil
}

// FileError is a journey file that asks for what cannot be.
type FileError struct{ Text string }

func (e *FileError) Error() string { return "journey file: " + e.Text }

// selectorError says that a selector is none; that a frame has gone meanwhile is not the file's fault.
func selectorError(selector string, err error) error {
	var thrown *browser.EvalError
	if errors.As(err, &thrown) {
		return &FileError{fmt.Sprintf("%q is no CSS selector", selector)}
	}
	return err
}

func optionNamed(options []option, name string) int {
	for i, o := range options {
		if plain(o.Text) == plain(name) || o.Value == name {
			return i
		}
	}
	return 0
}

// recordPress adds a press to the journey that the next walk can follow. A link to goods is kept as its address: the
// way to a product is not the point, and a list changes.
func (w *walker) recordPress(p *page, b button) {
	switch b.intent {
	case dismiss, consent, ofAge:
		if b.Layer != 0 {
			return
		}
	}
	steps := &w.result.Journey.Steps
	if len(*steps) >= maxSteps {
		return
	}
	if !w.memory.added && b.Href != "" && strings.HasPrefix(b.Href, "http") && b.intent != toCheckout && b.intent != viewCart && b.intent != addToCart && w.memory.adding == nil {
		*steps = []FileStep{{Open: w.relative(b.Href)}}
		return
	}
	if text := strings.TrimSpace(b.words()); text != "" && len(text) < 120 {
		*steps = append(*steps, FileStep{Click: text})
	} else if b.HTMLID != "" {
		*steps = append(*steps, FileStep{Click: "css:[id=\"" + strings.ReplaceAll(b.HTMLID, `"`, `\"`) + "\"]"})
	}
}
