package page

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// gate decides about each request of a browser that is logged in to an admin screen. A stored script runs there with all
// that the operator may do, so that nothing goes out but what was decided here to look at: pages are asked for, parts of
// them are fetched from the shop and from the hosts that the log-in page, which shows nobody's data, fetched from.
// Whatever changes something is refused, and written down.
type gate struct {
	shop destinations
	free bool // of a desk: nothing is refused

	mu     sync.Mutex
	phase  gatePhase
	hosts  map[string]bool // of the log-in page
	going  string          // the page that we go to
	posts  int             // that were let through in this phase
	passed chan struct{}   // one for each of them
}

type gatePhase int

const (
	arriving  gatePhase = iota // before the log-in: nothing is posted
	loggingIn                  // the log-in may be sent, once
	entering                   // it was sent, and the page that it leads to may be asked for
	asking                     // one form may be sent by us, to the page that it is on
	locked
)

func newGate(shop destinations) *gate {
	return &gate{shop: shop, hosts: map[string]bool{}, passed: make(chan struct{}, 16)}
}

func (g *gate) set(p gatePhase) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.phase, g.posts = p, 0
}

func (g *gate) open() { g.set(loggingIn) }
func (g *gate) ask()  { g.set(asking) }
func (g *gate) lock() { g.set(locked) }

func (g *gate) turn(address string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.going = bareFragment(address)
}

// used waits until something was let through that is no mere question, and says whether it was.
func (g *gate) used(ctx context.Context, patience time.Duration) bool {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-g.passed:
		return true
	case <-ctx.Done():
	case <-timer.C:
	}
	return false
}

// changing are words in an address that say that asking for it does something.
var changing = lazily(`(?i)(^|[/?&=_.-])(delete|remove|destroy|cancel|refund|log_?out|sign_?out|resend|send|approve|enable|disable|install|uninstall|upgrade|import|reset|clear|purge|flush|ship|capture|void|trash|bulk)([/?&=_.-]|$)`)

// refuse says whether a request is kept from going out.
func (g *gate) refuse(r browser.Request) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	host := hostOf(r.URL)
	if host == "" {
		return false
	}
	if g.free {
		if r.Method == http.MethodPost {
			g.pass()
		}
		return false
	}
	ours := g.shop.owner(host) == own
	asks := r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions
	if g.phase == arriving && asks && !r.Main {
		g.hosts[host] = true
		return false
	}
	switch {
	case !asks:
		return !ours || !g.mayPost(r)
	case !ours && !g.hosts[host]:
		return true
	case r.Main && r.Type == "Document":
		if (g.phase == loggingIn && g.posts > 0 || g.phase == entering) && r.RedirectOf == 0 {
			g.phase = locked // where a script sent the log-in, this is the way in
			return !ours || changing().MatchString(r.URL)
		}
		// A redirect follows what was let through. Whatever else turns the page does so by itself.
		return r.RedirectOf == 0 && bareFragment(r.URL) != g.going
	case g.phase == arriving:
		return false
	}
	return ours && changing().MatchString(r.URL) && !isPart(r.Type)
}

// mayPost lets the log-in through: a form once, or a script's few requests until the page turns; and the one form that we
// send ourselves.
func (g *gate) mayPost(r browser.Request) bool {
	const few = 3
	form := r.Main && r.Type == "Document"
	switch {
	case g.phase == loggingIn && (form || g.posts < few):
	case g.phase == asking && form && g.posts == 0 && bare(r.URL) == bare(g.going) && !changing().MatchString(r.URL):
	default:
		return false
	}
	g.posts++
	switch {
	case g.phase == asking:
		g.phase = locked
	case form:
		g.phase = entering
	}
	g.pass()
	return true
}

func (g *gate) pass() {
	select {
	case g.passed <- struct{}{}:
	default:
	}
}

// isPart says that a page merely shows or runs what it asks for.
func isPart(kind string) bool {
	switch kind {
	case "Script", "Stylesheet", "Font":
		return true
	}
	return false
}
