package inventory

import (
	"slices"
	"time"

	"github.com/tillwatch/tillwatch"
)

// Difference is how a record differs from what is approved of it.
type Difference struct {
	Record   tillwatch.Record       `json:"item"`
	Status   Status                 `json:"status"`
	Contents []tillwatch.Version    `json:"contents,omitempty"` // seen at the last look and not approved
	Gained   []tillwatch.Capability `json:"gained,omitempty"`   // that nobody approved
	Weaker   []Weakness             `json:"weaker,omitempty"`   // of the security headers of a page
}

// Differences are the records that are not as approved, in their order.
func (b Book) Differences(own func(host string) bool) []Difference {
	c := &comparison{approvals: active(b.Approvals)}
	var out []Difference
	for _, r := range b.Records {
		d := Difference{Record: r, Status: b.Status(r, own)}
		if d.Status == Approved || d.Status == Gone && c.approvals.goneApproved(r) {
			continue
		}
		for _, v := range r.Versions {
			if d.Status == Gone || !v.Last.Equal(r.Last) {
				continue
			}
			if !c.approvals.covers(r, v) {
				d.Contents = append(d.Contents, v)
			}
			for _, capability := range v.Capabilities {
				if !c.approvals.allow(r, capability) && !sendsOwn(capability, own) && !slices.Contains(d.Gained, capability) {
					d.Gained = append(d.Gained, capability)
				}
			}
			if reference, ok := c.reference(r); ok && r.Kind == kindHeader {
				d.Weaker = append(d.Weaker, Weaker(reference.Value, v.Value)...)
			}
		}
		out = append(out, d)
	}
	return out
}

// Silence is a stretch of time without a complete look that was longer than it should have been.
type Silence struct {
	From, To time.Time
	Missed   int // looks that should have been in between
}

// Missed says when nobody looked although somebody should have every so often. Only a complete look counts; a tenth of
// the interval is allowed for a timer that is late. The runs are in order of time.
func Missed(runs []tillwatch.Run, every time.Duration, now time.Time) []Silence {
	if every <= 0 {
		return nil
	}
	var out []Silence
	var last time.Time
	note := func(at time.Time) {
		if gap := at.Sub(last); !last.IsZero() && gap > every+every/10 {
			out = append(out, Silence{last, at, max(int((gap-every/10-1)/every), 1)})
		}
	}
	for _, r := range runs {
		if r.Complete {
			note(r.Started)
			last = r.Started
		}
	}
	note(now)
	return out
}
