package page

import (
	"context"
	"errors"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/canary"
	"github.com/tillwatch/tillwatch/sensor/page/journey"
)

// differential visits again, with fields that end up empty and, if that leaves a question, with a customer whose values
// are longer; but only where something went out while the customer typed that nobody can read.
func (l *look) differential(ctx context.Context, full *visit, d destinations, told func(origin string) bool) ([]tillwatch.Sign, error) {
	if !l.config.Layers.On(Canaries) || !worthComparing(full.endpoints(d), told) {
		return nil, nil
	}
	erased, err := l.emptied(ctx, full)
	if err != nil {
		return nil, l.report1(ctx, err, notCompared)
	}
	signs := typingDependent(full, erased, nil, d, told)
	if !openQuestion(full.endpoints(d), signs) {
		return signs, nil
	}
	l.progress(l.profile, "comparing with a walk of a customer whose values are longer", "")
	longer, _, err := l.visit(ctx, journey.Full, l.someoneOf(canary.Mould{Long: true}))
	if err != nil {
		return signs, l.report1(ctx, err, "the comparison with a customer whose values are longer was not made, so encrypted leaks may have been missed")
	}
	return typingDependent(full, erased, longer, d, told), nil
}

const notCompared = "the comparison with a walk that leaves the card fields empty was not made, so encrypted leaks may have been missed"

// errOneOrder is a further walk that would have to order again to come as far as the first.
var errOneOrder = errors.New("it would take a second test order")

// errNotReached is a further walk that did not come as far as the first.
var errNotReached = errors.New("the payment step was not reached again")

// emptied is the walk of the same customer whose payment fields are empty in the end. It is made once.
func (l *look) emptied(ctx context.Context, full *visit) (*visit, error) {
	if l.erased != nil {
		return l.erased, nil
	}
	if full.ordered {
		return nil, errOneOrder
	}
	l.progress(l.profile, "comparing with a walk that leaves the card fields empty", "")
	v, result, err := l.visit(ctx, journey.Erased, func() (canary.Set, error) { return full.set, nil })
	if err == nil && !result.Reached {
		err = errNotReached
	}
	if err != nil {
		return nil, err
	}
	l.erased = v
	return v, nil
}

// someone is a customer who was never here.
func (l *look) someone() func() (canary.Set, error) { return l.someoneOf(canary.Mould{}) }

func (l *look) someoneOf(m canary.Mould) func() (canary.Set, error) {
	return func() (canary.Set, error) { return m.Mint(l.random, l.profile.Locale, l.now()) }
}
