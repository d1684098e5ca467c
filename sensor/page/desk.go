package page

import (
	"context"
	"errors"
	"net/url"

	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// Desk is an operator's browser as operators have it: it is logged in to the admin screen, and whatever a page does there
// is done. It is for drills, in which the operator opens what a thief left.
type Desk struct{ operator operator }

// OpenDesk logs in to c.Admin. Close ends it.
func OpenDesk(ctx context.Context, c Config) (*Desk, error) {
	c.NoWitness = true
	s, err := New(c)
	if err != nil {
		return nil, err
	}
	start, err := url.Parse(c.Admin.URL)
	if err != nil {
		return nil, err
	}
	d := &Desk{}
	d.operator = operator{look: &look{Sensor: s, start: start, profile: browser.Profiles()[0]}, admin: c.Admin}
	o := &d.operator
	o.gate = newGate(o.destinations(start.Host))
	o.gate.free = true
	if o.line, err = o.openWith(ctx, "", nil, o.gate.refuse); err != nil {
		return nil, err
	}
	if o.tab, err = o.line.browser.NewTab(ctx); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	page, err := o.open(ctx, start.String(), "")
	if err == nil {
		var refused string
		if _, refused, err = o.logIn(ctx, page); refused != "" {
			err = errors.New(refused)
		}
	}
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// Visit opens a page and returns when it is quiet. What its scripts began goes on.
func (d *Desk) Visit(ctx context.Context, address string) error {
	_, err := d.operator.open(ctx, address, "")
	return err
}

// Close ends the browser.
func (d *Desk) Close() error { return d.operator.line.close() }
