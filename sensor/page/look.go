package page

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/canary"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
	"github.com/tillwatch/tillwatch/sensor/page/journey"
	"github.com/tillwatch/tillwatch/sensor/page/witness"
)

// lookout is how long a typed page is left alone before the last button is pressed, and a pressed one before it is
// left: skimmers that poll the fields do so every half second to second.
const lookout = 1100 * time.Millisecond

// look is one customer's visit to a shop, with the further visits that the differential needs.
type look struct {
	*Sensor
	start   *url.URL
	profile browser.Profile
	scope   string
	report  func(tillwatch.Observation) error

	folder  string       // of a returning customer's browser; empty: a new one for each visit
	earlier []canary.Set // what a returning customer typed before
	erased  *visit       // see emptied
	order   bool         // a test order may be placed; never twice
	paying  bool         // the card may go to the shop's own hosts; see pay
}

// run visits, judges and reports. done says that the payment step was reached and nothing stood in the way.
func (l *look) run(ctx context.Context) (done bool, err error) {
	if !l.config.Layers.walks() {
		return false, l.trace(ctx)
	}
	if l.profile.Returning {
		if l.folder, err = os.MkdirTemp("", "tillwatch-returning-"); err != nil {
			return false, l.gaveUp(ctx, fmt.Errorf("there is no place for a returning customer's browser: %w", err))
		}
		defer func() { err = errors.Join(err, os.RemoveAll(l.folder)) }()
		l.progress(l.profile, "a first visit, to come back from", "")
		first, _, err := l.visit(ctx, journey.Full, l.someone())
		if err != nil {
			return false, l.gaveUp(ctx, err)
		}
		l.earlier = append(l.earlier, first.set)
	}
	folder, remove, err := l.keepFolder()
	if err != nil {
		return false, l.gaveUp(ctx, err)
	}
	defer func() { err = errors.Join(err, remove()) }()
	l.order = l.config.PlaceTestOrder
	full, result, err := l.visit(ctx, journey.Full, l.someone())
	l.order = false // the walks that compare place none
	if err != nil {
		return false, l.gaveUp(ctx, err)
	}
	if !l.profile.Returning {
		l.folder = ""
	}
	for _, g := range result.Gaps {
		if err := l.report(g.Gap); err != nil {
			return false, err
		}
	}
	if l.config.Record != nil && result.Reached {
		l.config.Record(&result.Journey)
	}
	d := l.destinations(l.start.Host)
	signs := l.judged(full, d)
	told := map[string]bool{}
	for _, s := range signs {
		for _, e := range s.Evidence {
			told[originOf(e.Destination)] = true
		}
	}
	again, err := l.comeBack(ctx, full, d, folder)
	if err != nil {
		return false, err
	}
	signs = addTo(signs, again)
	other, err := l.atAnotherHour(ctx, full, d)
	if err != nil {
		return false, err
	}
	signs = addTo(signs, other)
	if result.Reached {
		compared, err := l.differential(ctx, full, d, func(origin string) bool { return told[shown(origin)] })
		if err != nil {
			return false, err
		}
		signs = append(signs, compared...)
	}
	if l.config.Origin != "" && l.config.Layers.On(Inventory) {
		l.progress(l.profile, "comparing with the shop's own server", l.config.Origin)
		origin := l.newOrigin()
		defer origin.close()
		differ, gaps := origin.compare(ctx, full)
		signs = append(signs, differ...)
		for _, g := range gaps {
			result.Gaps = append(result.Gaps, journey.Gap{Gap: g})
			if err := l.report(g); err != nil {
				return false, err
			}
		}
	}
	if result.Reached && result.Card && l.sendsCard() { // where it asks for the card itself
		if err := l.trace(ctx); err != nil {
			return false, err
		}
	}
	for _, item := range full.items(l.scope, d) {
		if err := l.report(item); err != nil {
			return false, err
		}
	}
	for _, sign := range signs {
		if err := l.report(sign); err != nil {
			return false, err
		}
	}
	return result.Reached && len(result.Gaps) == 0, nil
}

// visit walks once. A browser that dies of nothing the page did is started again, once.
func (l *look) visit(ctx context.Context, typing journey.TypeCard, who func() (canary.Set, error)) (*visit, journey.Result, error) {
	for try := 1; ; try++ {
		v, result, err := l.walk(ctx, typing, who)
		if err != nil && try == 1 && ctx.Err() == nil && errors.Is(err, browser.ErrClosed) {
			l.progress(l.profile, "the browser died; starting it again", "")
			continue
		}
		return v, result, err
	}
}

func (l *look) walk(ctx context.Context, typing journey.TypeCard, who func() (canary.Set, error)) (v *visit, result journey.Result, err error) {
	set, err := who()
	if err != nil {
		return nil, result, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, l.config.Timeout+time.Minute, fmt.Errorf("the walk took longer than %s", l.config.Timeout))
	defer cancel()

	refuse := l.carriesCard(set)
	if l.paying {
		refuse = l.strays(set)
	}
	line, err := l.open(ctx, refuse)
	if err != nil {
		return nil, result, err
	}
	defer func() { err = errors.Join(err, line.close()) }()
	v = &visit{profile: l.profile.Name, lists: l.config.Published, start: bare(l.start.String()), set: set, earlier: l.earlier}

	tab, err := line.browser.NewTab(ctx)
	if err != nil {
		return nil, result, err
	}
	var probed error
	result, err = journey.Walk(ctx, tab, journey.Options{
		Start: l.start.String(), Identity: set, TypeCard: typing, Journey: l.config.Journey, Limit: l.config.Timeout,
		Providers:           func(host string) bool { return l.destinations(l.start.Host).owner(host) == provider },
		AllowProviderFrames: l.config.AllowProvider,
		AllowRegistration:   l.config.AllowRegistration,
		Mark: func(step string) {
			line.browser.Recording().Mark(step)
			if step == orderStep { // whatever comes of it, the report must say so
				l.step(journey.Step{Name: step, URL: tab.URL(), At: l.now()})
			}
			if v.typed.IsZero() && step == typingStep {
				v.typed = l.now()
				probed = errors.Join(probed, l.probe(ctx, beforeTyping, tab, v))
			}
			if step == leavingStep && !l.paying {
				probed = errors.Join(probed, l.probe(ctx, afterPress, tab, v), tab.Forward(ctx, lookout))
			}
			place := tab.URL()
			if place == "" || place == "about:blank" {
				place = l.start.String()
			}
			l.progress(l.profile, step, bare(place))
		},
		Report: func(s journey.Step) {
			v.steps = append(v.steps, s)
			v.readPolicies(ctx, tab, l.now())
			l.step(s)
		},
	})
	if err = errors.Join(err, probed); err != nil {
		return nil, result, err
	}
	v.began = result.Began
	err = l.finish(ctx, line, tab, v, &result)
	if err = errors.Join(err, probed); err != nil {
		return nil, result, err
	}
	if v.jar, err = cookies(ctx, line.browser); err != nil {
		if ctx.Err() != nil {
			return nil, result, err
		}
		result.Gaps = append(result.Gaps, journey.Gap{Gap: tillwatch.Gap{
			Place: v.start, Why: "the browser did not say which cookies it holds, so what leaves only on a later visit was not looked at",
		}})
	}
	line.record(v)
	result.Gaps = append(result.Gaps, line.troubles(v.start, result.Reached)...)
	result.Gaps = append(result.Gaps, v.audits.gaps()...)
	return v, result, nil
}

// cookiesLimit is how long the browser may take to say which cookies it has. A page that computes without end can keep
// it from answering at all.
const cookiesLimit = 15 * time.Second

func cookies(ctx context.Context, b *browser.Browser) ([]*http.Cookie, error) {
	ctx, cancel := context.WithTimeout(ctx, cookiesLimit)
	defer cancel()
	return b.Cookies(ctx)
}

// typingStep is journey's mark for the moment the card fields are typed into.
const typingStep = "payment/typing"

// orderStep is its mark for the moment the test order is placed.
const orderStep = "order"

// leavingStep is its mark for the moment the page is left on which the last button was pressed.
const leavingStep = "leave"

// finish presses the last button over a cut line, and writes down why not where it does not.
func (l *look) finish(ctx context.Context, line *line, tab *browser.Tab, v *visit, result *journey.Result) error {
	if !result.Reached {
		return nil
	}
	if err := l.placeOrder(ctx, tab, v, result); err != nil {
		return err
	}
	if err := errors.Join(pause(ctx, lookout), l.probe(ctx, afterTyping, tab, v)); err != nil {
		return err
	}
	switch {
	case result.Last == nil:
		return nil
	case l.paying:
		return l.press(ctx, v, result)
	case line.witness == nil:
		result.Gaps = append(result.Gaps, gap(result.Last.URL, "the last button was not pressed, because without the witness the line to the shop cannot be cut: what listens to it was not seen"))
		return nil
	}
	line.cut()
	v.pressed = l.now()
	step, err := result.Last.Press(ctx, 2*lookout)
	if err != nil && !errors.Is(err, browser.ErrGone) {
		if ctx.Err() != nil || errors.Is(err, browser.ErrClosed) {
			return err
		}
		result.Gaps = append(result.Gaps, gap(result.Last.URL, "the last button could not be pressed: "+err.Error()))
		return nil
	}
	l.step(step)
	return nil
}

func (l *look) step(s journey.Step) {
	if l.config.Step != nil {
		l.config.Step(Step{Name: s.Name, Place: shown(s.URL), Profile: l.profile.Name, At: s.At, Picture: s.Picture})
	}
}

// gaveUp reports a visit that came to nothing. Only an end of ctx, or of report, is an error.
func (l *look) gaveUp(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var missing *browser.MissingError
	why := err.Error()
	switch {
	case errors.As(err, &missing):
		why = missing.Error()
	case errors.Is(err, browser.ErrClosed):
		why = "the browser died twice on this shop's pages; try again, and look whether this machine has memory left"
	case errors.Is(err, browser.ErrGone):
		why = "a page of the shop killed its renderer or closed itself: what came after it was not seen"
	}
	return l.report(tillwatch.Gap{Place: bare(l.start.String()), Why: why})
}

func (l *look) report1(ctx context.Context, err error, why string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return l.report(tillwatch.Gap{Place: bare(l.start.String()), Why: why + " (" + err.Error() + ")"})
}

func gap(place, why string) journey.Gap {
	return journey.Gap{Gap: tillwatch.Gap{Place: shown(place), Why: why}}
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// line is the way to the shop: a browser, and the witness that all its traffic goes through.
type line struct {
	witness *witness.Proxy // nil: the operator does without
	browser *browser.Browser
	jail    *browser.Jail // nil where the browser shares the machine's network
}

// carriesCard tells the requests with the typed card number in them to the shop's own hosts. None of these goes out, not
// even before the last button: a shop may place the order as soon as a card is complete.
func (l *look) carriesCard(set canary.Set) func(browser.Request) bool {
	finder := canary.NewMatcher(set)
	d := l.destinations(l.start.Host)
	return func(r browser.Request) bool {
		if r.Body.Len() == 0 && !strings.Contains(r.URL, "?") || d.owner(hostOf(r.URL)) != own {
			return false
		}
		s := sending{url: r.URL, body: r.Body}
		s.found = finder.Find(s.content())
		return s.has(canary.CardNumber)
	}
}

func (l *look) open(ctx context.Context, refuse func(browser.Request) bool) (*line, error) {
	return l.openWith(ctx, l.folder, nil, refuse)
}

// openWith opens a line for a browser with a past: a folder, and the cookies that are not in it.
func (l *look) openWith(ctx context.Context, folder string, jar []*http.Cookie, refuse func(browser.Request) bool) (*line, error) {
	options := browser.Options{
		Executable: l.config.Executable, Profile: l.profile, Folder: folder, Hosts: []string{l.start.Host}, Refuse: refuse,
		Username: l.config.Username, Password: l.config.Password, ExtraHeaders: flat(l.config.Headers),
	}
	for _, c := range l.config.Cookies {
		if c.Domain == "" { // "name=value" does not say whose: the shop's
			whole := *c
			whole.Domain = hostOnly(l.start.Host)
			c = &whole
		}
		options.Cookies = append(options.Cookies, c)
	}
	options.Cookies = append(options.Cookies, jar...)
	out := &line{}
	if !l.config.NoWitness {
		through := witness.Options{Intercept: true, Roots: l.config.Roots}
		if out.jail = l.jail(); out.jail != nil {
			options.Jail, through.Listener = out.jail, out.jail.Listener
		}
		w, err := witness.Start(ctx, through)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("the witness could not be started: %w", err), out.close())
		}
		out.witness, options.Proxy, options.TrustSPKI = w, w.Addr(), w.SPKI()
	}
	b, err := browser.Launch(ctx, options)
	if err != nil {
		return nil, errors.Join(err, out.close())
	}
	out.browser = b
	if why := b.SandboxOff(); why != "" {
		l.progress(l.profile, "the browser runs without its sandbox, because the kernel allows no other way: "+why, "")
	}
	return out, nil
}

// cut makes sure that nothing reaches any server from now on, in this order: what the browser fails is recorded with
// its stack, and what gets past that is recorded by the witness.
func (l *line) cut() {
	l.browser.Cut()
	l.witness.Cut()
}

// record takes over what both witnesses saw.
func (l *line) record(v *visit) {
	r := l.browser.Recording()
	v.requests, v.scripts, v.sockets, v.reads, v.kept = r.Requests(), r.Scripts(), r.Sockets(), r.Readers(), r.Kept()
	v.peers, v.hints = r.Peers(), r.Hints()
	if l.witness != nil {
		v.exchanges, v.frames = l.witness.Exchanges(), l.witness.Frames()
	}
	if l.jail != nil {
		v.datagrams, _ = l.jail.Datagrams()
	}
}

// manyDialogs is more than an honest page opens on one walk.
const manyDialogs = 20

// troubles are the gaps that the recordings know of: what their bounds left out, and what a page did to the browser.
func (l *line) troubles(place string, reached bool) []journey.Gap {
	var gaps []journey.Gap
	r := l.browser.Recording()
	lost := r.Lost()
	if l.jail != nil {
		if _, more := l.jail.Datagrams(); more > 0 {
			gaps = append(gaps, gap(place, fmt.Sprintf("the shop's pages sent more past the proxy than is kept: %d packets were not judged", more)))
		}
	}
	if lost.Any() || l.witness != nil && l.witness.Forgotten() > 0 {
		gaps = append(gaps, gap(place, fmt.Sprintf("the shop's pages did more than is kept: not all of it was judged (left out: %d requests, %d bodies, %d scripts, %d sources, %d WebSocket messages)",
			lost.Requests, lost.Bodies, lost.Scripts, lost.Sources, lost.SocketFrames)))
	}
	if reached {
		return gaps
	}
	if crashes := r.Crashes(); len(crashes) > 0 {
		gaps = append(gaps, gap(place, "a page of the shop crashed the browser's process for it: what comes after that page was not seen; open it in a browser, and look which of its scripts was changed last"))
	}
	if n := len(r.Dialogs()); n >= manyDialogs {
		gaps = append(gaps, gap(place, fmt.Sprintf("a page opened %d dialogs (alert and the like) one after the other: a customer cannot get past them either; look which of its scripts was changed last", n)))
	}
	return gaps
}

func (l *line) close() error {
	var errs []error
	if l.browser != nil {
		errs = append(errs, l.browser.Close())
	}
	if l.witness != nil {
		errs = append(errs, l.witness.Close())
	}
	if l.jail != nil {
		errs = append(errs, l.jail.Close())
	}
	return errors.Join(errs...)
}

func flat(h http.Header) map[string]string {
	out := make(map[string]string, len(h))
	for name := range h {
		out[name] = h.Get(name)
	}
	return out
}
