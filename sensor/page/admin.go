package page

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// Admin is the shop's admin screen, for a look at what runs there when an order is opened. The zero value is none.
type Admin struct {
	URL            string // of the log-in, or of any page behind it, best the list of orders
	User, Password string // empty where the cookies of the config are logged in already
	Orders         int    // the newest ones to open; 0: twenty
}

const (
	adminOrders   = 20
	adminSubPages = 3 // of one order, such as its mail
	adminStep     = "admin"
)

// operator looks into an admin screen with a browser that can change nothing in it; see [gate].
type operator struct {
	*look
	admin Admin
	gate  *gate
	line  *line
	tab   *browser.Tab

	pages []adminPage
	at    int // of the page that is open, for marks
}

// adminPage is one page of the admin screen, with all that ran in it.
type adminPage struct {
	url      string
	order    string // the pattern of addresses that it is one of; empty for pages that are of no order
	scripts  []browser.Script
	requests []browser.Request
	adminSurvey
}

// adminSurvey is what admin.js lists.
type adminSurvey struct {
	User, Password, Submit, Search *point
	Code                           bool // a second factor is asked for
	Links                          []adminLink
	Texts                          []string // what stands in it as text
	Slots                          []string // elements with text of their own, by their path
	Marks                          []adminMark
}

type point struct{ X, Y float64 }

type adminLink struct{ Href, Text string }

// adminMark is a script element or an event handler.
type adminMark struct {
	Kind string // "script", or the attribute's name
	Src  string
	Code string
	Slot string // path of the element that it stands in
}

//go:embed admin.js
var adminScript string

// lookIntoAdmin opens the newest orders in the shop's admin screen, as an operator does each morning, and reports code
// from stored data that runs there. What it cannot get at is a gap.
func (s *Sensor) lookIntoAdmin(ctx context.Context, profile browser.Profile, report func(tillwatch.Observation) error) (err error) {
	start, err := url.Parse(s.config.Admin.URL)
	if err != nil || start.Host == "" {
		return report(tillwatch.Gap{Place: "the admin screen", Why: "its address cannot be read; write it like https://shop.example/admin/"})
	}
	o := &operator{look: &look{Sensor: s, start: start, profile: profile, report: report}, admin: s.config.Admin}
	o.gate = newGate(o.destinations(start.Host))
	whole, cancel := context.WithTimeoutCause(ctx, s.config.Timeout, fmt.Errorf("looking into the admin screen took longer than %s", s.config.Timeout))
	defer cancel()
	why, err := o.walk(whole)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		why = "not all orders were opened: " + err.Error()
	}
	if why != "" {
		if err := report(tillwatch.Gap{Place: bare(start.String()), Why: why}); err != nil {
			return err
		}
	}
	for _, sign := range judgeAdmin(o.pages, o.destinations(start.Host)) {
		if err := report(sign); err != nil {
			return err
		}
	}
	return nil
}

// walk logs in, finds the orders and opens them. why says what kept it from that.
func (o *operator) walk(ctx context.Context) (why string, err error) {
	if o.line, err = o.openWith(ctx, "", nil, o.gate.refuse); err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, o.line.close()) }()
	if o.tab, err = o.line.browser.NewTab(ctx); err != nil {
		return "", err
	}
	o.progress(o.profile, "logging in to the admin screen", bare(o.start.String()))
	page, err := o.open(ctx, o.start.String(), "")
	if err != nil {
		return "", err
	}
	if page, why, err = o.logIn(ctx, page); why != "" || err != nil {
		return why, err
	}
	list, group, err := o.findOrders(ctx, page)
	if err != nil {
		return "", err
	}
	if len(list) == 0 {
		return "no list of orders was found behind the log-in, so that no order was opened: give the address of that list with --admin-url", nil
	}
	most := o.admin.Orders
	if most == 0 {
		most = adminOrders
	}
	for _, address := range list[:min(len(list), most)] {
		if err := o.openOrder(ctx, address, group); err != nil {
			return "", err
		}
	}
	return "", nil
}

// openOrder opens an order and the further pages that are of it alone.
func (o *operator) openOrder(ctx context.Context, address, group string) error {
	o.progress(o.profile, "opening an order in the admin screen", shown(address))
	page, err := o.open(ctx, address, group)
	if err != nil {
		return err
	}
	for i, sub := range subPages(address, page.Links) {
		if i == adminSubPages {
			break
		}
		if _, err := o.open(ctx, sub, group+" "+patternOf(sub)); err != nil {
			return err
		}
	}
	return nil
}

// open goes to an address, stays until what waits for a moment has run, and keeps what was there. Pages that do not come
// are pages without content: what the admin screen refuses is its own business.
func (o *operator) open(ctx context.Context, address, group string) (*adminPage, error) {
	o.at++
	o.mark()
	o.gate.turn(address)
	if err := o.tab.Navigate(ctx, address); err != nil {
		var refused *browser.NavigateError
		if !errors.As(err, &refused) {
			return nil, err
		}
		if o.at == 1 {
			return nil, fmt.Errorf("the admin screen cannot be reached: %s", refused.Reason)
		}
	}
	return o.keep(ctx, group)
}

func (o *operator) mark() {
	o.line.browser.Recording().Mark(fmt.Sprintf("%s %d", adminStep, o.at))
}

// adminPause is how long a page is left alone that has code in it which others of its kind have not: what ends an
// animation of a second, or waits for one, is to run.
const adminPause = 1500 * time.Millisecond

// unlike says whether a page has code that no page of its kind had before.
func (o *operator) unlike(page *adminPage) bool {
	return slices.ContainsFunc(page.Marks, func(m adminMark) bool {
		return !slices.ContainsFunc(o.pages, func(before adminPage) bool {
			return before.order == page.order && slices.ContainsFunc(before.Marks, func(b adminMark) bool {
				return b.Kind == m.Kind && bare(b.Src) == bare(m.Src) && outline(b.Code) == outline(m.Code)
			})
		})
	})
}

// keep waits for the page and takes down what is in it, and what ran.
func (o *operator) keep(ctx context.Context, group string) (*adminPage, error) {
	if _, err := o.tab.Settle(ctx, browser.SettleOptions{Limit: 5 * time.Second}); err != nil && !errors.Is(err, browser.ErrGone) {
		return nil, err
	}
	page := adminPage{url: o.tab.URL(), order: group}
	frames, err := o.tab.Frames(ctx)
	if err != nil && !errors.Is(err, browser.ErrGone) {
		return nil, err
	}
	for _, f := range frames {
		var s adminSurvey
		if err := f.Eval(ctx, adminScript, &s); err != nil {
			if ctx.Err() != nil || errors.Is(err, browser.ErrClosed) {
				return nil, err
			}
			continue // a frame that has gone, or that no script can be run in
		}
		s.move(f.X, f.Y)
		page.add(s)
	}
	if group != "" && o.unlike(&page) {
		if err := pause(ctx, adminPause); err != nil {
			return nil, err
		}
	}
	recording, step := o.line.browser.Recording(), fmt.Sprintf("%s %d", adminStep, o.at)
	for _, s := range recording.Scripts() {
		if s.Step == step {
			page.scripts = append(page.scripts, s)
		}
	}
	for _, r := range recording.Requests() {
		if r.Step == step {
			page.requests = append(page.requests, r)
			if r.Type == "Script" && r.Cut { // the gate kept it from coming: it would have run
				page.scripts = append(page.scripts, browser.Script{Kind: "external", URL: r.URL, Session: r.Session, FrameURL: r.FrameURL, At: r.At})
			}
		}
	}
	o.pages = append(o.pages, page)
	return &o.pages[len(o.pages)-1], nil
}

func (s *adminSurvey) move(x, y float64) {
	for _, p := range []*point{s.User, s.Password, s.Submit, s.Search} {
		if p != nil {
			p.X, p.Y = p.X+x, p.Y+y
		}
	}
}

// add puts what a frame holds to what the page holds.
func (p *adminPage) add(s adminSurvey) {
	if p.Password == nil {
		p.User, p.Password, p.Submit = s.User, s.Password, s.Submit
	}
	if p.Search == nil {
		p.Search = s.Search
	}
	p.Code = p.Code || s.Code
	p.Links, p.Texts = append(p.Links, s.Links...), append(p.Texts, s.Texts...)
	p.Slots, p.Marks = append(p.Slots, s.Slots...), append(p.Marks, s.Marks...)
}

// logIn logs in where the page asks for it, once: a second wrong password may lock the account.
func (o *operator) logIn(ctx context.Context, page *adminPage) (*adminPage, string, error) {
	if page.Password == nil {
		o.gate.lock()
		return page, "", nil
	}
	switch {
	case o.admin.Password == "":
		return page, "it asks for a password, and none was given: set TILLWATCH_ADMIN=user:password or use --admin-file", nil
	case page.User == nil:
		return page, "its log-in has another form than a name and a password on one page: give the cookies of a session with --cookie-file", nil
	}
	for _, field := range []struct {
		at   *point
		text string
	}{{page.User, o.admin.User}, {page.Password, o.admin.Password}} {
		err := errors.Join(o.tab.Click(ctx, field.at.X, field.at.Y), o.tab.Press(ctx, "Control+a"), o.tab.Type(ctx, field.text))
		if err != nil {
			return nil, "", err
		}
	}
	o.at++
	o.mark()
	o.gate.open()
	err := o.tab.Press(ctx, "Enter")
	sent := err == nil && o.gate.used(ctx, adminPatience)
	if err == nil && !sent && page.Submit != nil {
		err = o.tab.Click(ctx, page.Submit.X, page.Submit.Y)
		sent = err == nil && o.gate.used(ctx, adminPatience)
	}
	if err != nil && !errors.Is(err, browser.ErrGone) {
		return nil, "", err
	}
	if sent {
		if err := o.turned(ctx); err != nil {
			return nil, "", err
		}
	}
	after, err := o.keep(ctx, "")
	o.gate.lock()
	switch {
	case err != nil:
		return nil, "", err
	case after.Password != nil:
		return after, "the log-in was refused: look whether name and password are right (they were tried once)", nil
	case after.Code:
		return after, "it asks for a second factor: give the cookies of a session that is logged in with --cookie-file", nil
	}
	return after, "", nil
}

// adminPatience is how long a busy server may take.
const adminPatience = 8 * time.Second

// turned waits until the log-in was answered with a page. A script that logs in need not turn it.
func (o *operator) turned(ctx context.Context) error {
	step := fmt.Sprintf("%s %d", adminStep, o.at)
	for until := time.Now().Add(adminPatience); time.Now().Before(until); {
		for _, e := range o.line.browser.Recording().Events(browser.Navigate) {
			if e.Step == step {
				return nil
			}
		}
		if err := pause(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}

// findOrders gives the addresses of the newest orders, newest first, and their pattern.
func (o *operator) findOrders(ctx context.Context, page *adminPage) ([]string, string, error) {
	tried := map[string]bool{bareFragment(page.url): true}
	queue := []*adminPage{page}
	if strings.TrimSuffix(bareFragment(o.start.String()), "/") != strings.TrimSuffix(bareFragment(page.url), "/") && o.at > 1 {
		again, err := o.open(ctx, o.start.String(), "") // many admin screens lead to their first page after the log-in
		if err != nil {
			return nil, "", err
		}
		tried[bareFragment(o.start.String())] = true
		queue = []*adminPage{again, page}
	}
	var few []string // of a page that shows some of the orders, as first pages do
	var fewGroup string
	for looked := 0; len(queue) > 0 && looked < 12; looked++ {
		now := queue[0]
		queue = queue[1:]
		if list, group := ordersIn(now.url, now.Links); len(list) > len(few) {
			if few != nil || looksLikeOrders(now.url) {
				return list, group, nil
			}
			few, fewGroup = list, group
		} else if few != nil && looked > 1 {
			break
		}
		if now.Search != nil && looksLikeOrders(now.url) {
			if err := o.search(ctx, now); err != nil {
				return nil, "", err
			}
			found := &o.pages[len(o.pages)-1]
			if list, group := ordersIn(found.url, found.Links); len(list) > 0 {
				return list, group, nil
			}
		}
		for _, address := range listsOfOrders(now.url, now.Links) {
			if tried[bareFragment(address)] || len(tried) > 8 {
				continue
			}
			tried[bareFragment(address)] = true
			next, err := o.open(ctx, address, "")
			if err != nil {
				return nil, "", err
			}
			queue = append(queue, next)
			if few != nil {
				break // the likeliest will do
			}
		}
	}
	return few, fewGroup, nil
}

// search presses the button of a list that shows nothing until it is asked.
func (o *operator) search(ctx context.Context, page *adminPage) error {
	o.at++
	o.mark()
	o.gate.ask()
	err := o.tab.Click(ctx, page.Search.X, page.Search.Y)
	if err != nil && !errors.Is(err, browser.ErrGone) {
		return err
	}
	if o.gate.used(ctx, adminPatience) {
		if err := o.turned(ctx); err != nil {
			return err
		}
	}
	_, err = o.keep(ctx, "")
	return err
}

func bareFragment(address string) string {
	address, _, _ = strings.Cut(address, "#")
	return address
}
