package page

import (
	"context"
	"time"

	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// askPolicies reads the policies that a page gives itself. Bounded, since the page may be anybody's.
const askPolicies = `[...document.querySelectorAll('meta[http-equiv]')]
	.filter(m => (m.getAttribute('http-equiv') || '').trim().toLowerCase() === 'content-security-policy')
	.slice(0, 8).map(m => (m.getAttribute('content') || '').slice(0, 8192))`

// metaPolicies are the policies in the meta elements of the page that the tab showed at a moment.
type metaPolicies struct {
	at       time.Time
	policies []string
}

// readPolicies notes the policies of the page that the tab shows. A page that went away meanwhile is left out: what was
// not looked at is not called unprotected.
func (v *visit) readPolicies(ctx context.Context, tab *browser.Tab, now time.Time) {
	frames, err := tab.Frames(ctx)
	if err != nil || len(frames) == 0 {
		return
	}
	found := metaPolicies{at: now}
	if err := frames[0].Eval(ctx, askPolicies, &found.policies); err == nil {
		v.policies = append(v.policies, found)
	}
}

// policiesOf are the policies that a page had in its meta elements, when it was last looked at.
func (v *visit) policiesOf(page life) (policies []string, looked bool) {
	for _, p := range v.policies {
		if page.holds(p.at) {
			policies, looked = p.policies, true
		}
	}
	return policies, looked
}
