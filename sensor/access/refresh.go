package access

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// refresher asks for the members again and again, beside the reading.
type refresher struct {
	came chan refreshed
	last time.Time
	keep time.Duration
}

type refreshed struct {
	members *Members
	err     error
}

// refreshMembers begins; nil where the members stay as they are.
func refreshMembers(ctx context.Context, c *Config) *refresher {
	if c.Refresh == nil {
		return nil
	}
	every := c.RefreshEvery
	if every <= 0 {
		every = time.Hour
	}
	x := &refresher{came: make(chan refreshed), keep: 3 * every, last: time.Now()}
	go func() {
		for {
			wait := every
			m, err := c.Refresh(ctx)
			if err != nil {
				wait = min(every, failedWait)
			}
			select {
			case x.came <- refreshed{m, err}:
			case <-ctx.Done():
				return
			}
			select {
			case <-time.After(wait):
			case <-ctx.Done():
				return
			}
		}
	}()
	return x
}

// failedWait is how long at most after a question that failed it is asked again.
const failedWait = time.Minute

// errShrunk is what a list is worth of which half has gone between two looks.
var errShrunk = errors.New("more than half of the members that were there are not in the list any more")

// take puts new members in the place of the old. Where none can be had for long, nobody knows who is one.
func (x *refresher) take(f *follower) {
	if x == nil {
		return
	}
	select {
	case r := <-x.came:
		if r.err == nil && f.config.Members != nil && r.members.Count()*2 < f.config.Members.Count() {
			r.err = errShrunk
		}
		if r.err != nil {
			f.gap(f.target.Place+" (members)", fmt.Sprintf("who is a member cannot be asked, so whether members exist is not known: %v", r.err))
			break
		}
		r.members.under(f.hash)
		f.config.Members, x.last = r.members, time.Now()
	default:
	}
	if time.Since(x.last) > x.keep {
		f.config.Members = nil
	}
}
