package page

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/canary"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// What was left in the browser may leave it on the next visit: where something was, the same customer comes back, to the
// front page and to the payment step, and types nothing.

// keepFolder makes a place for the browser's data, so that the customer can come back with it.
func (l *look) keepFolder() (folder string, remove func() error, err error) {
	if l.folder == "" && l.config.Layers.On(Canaries) {
		if l.folder, err = os.MkdirTemp("", "tillwatch-customer-"); err != nil {
			return "", nil, fmt.Errorf("there is no place for the customer's browser: %w", err)
		}
		folder := l.folder
		return folder, func() error { return os.RemoveAll(folder) }, nil
	}
	return l.folder, func() error { return nil }, nil
}

// leftBehind says whether a walk left something in the browser from which what was typed could leave later.
func (v *visit) leftBehind(d destinations) bool {
	finder := canary.NewMatcher(v.set)
	for _, k := range v.keepings() {
		if o := d.owner(k.host()); o == provider || o == authorised {
			continue
		}
		if k.Kind == "serviceworker" || canary.Confirmed(finder.Find(k.content())) || v.hiddenIn(k) > 0 {
			return true
		}
	}
	return false
}

// leastLoot is how many unreadable characters may be loot: a card number and its code, encrypted and in base64. Ids of
// sessions and visitors are shorter.
const leastLoot = 40

// hiddenIn counts the unreadable characters of a value that came with what was typed.
func (v *visit) hiddenIn(k stored) int {
	n := 0
	for _, token := range opaque(k.content()) {
		if len(token) >= leastLoot {
			n += len(token)
		}
	}
	return n
}

// comeBack makes the second visit where the first one left something behind, and judges what left then, and what nobody can
// read and is left behind only when the payment fields hold something.
func (l *look) comeBack(ctx context.Context, first *visit, d destinations, folder string) ([]tillwatch.Sign, error) {
	if folder == "" || !l.config.Layers.On(Canaries) || !first.leftBehind(d) || len(first.steps) == 0 {
		return nil, nil
	}
	l.progress(l.profile, "coming back as the same customer, to see what becomes of what was left in the browser", "")
	second, err := l.secondVisit(ctx, first, d, folder)
	if err != nil {
		return nil, l.report1(ctx, err, "the same customer did not come back, so what was left in the browser may leave it unseen")
	}
	signs := judge(second, d)
	if len(first.hiddenKeepings(d)) == 0 {
		return signs, nil
	}
	erased, err := l.emptied(ctx, first)
	if err != nil {
		return signs, l.report1(ctx, err, notCompared)
	}
	return append(signs, hiddenStored(first, erased, second, d)...), nil
}

// secondVisit opens the front page and the page of the payment step again, with all that the browser had. Only what asks
// for something goes out to the shop: an order that a page kept and tries again must not be placed.
func (l *look) secondVisit(ctx context.Context, first *visit, d destinations, folder string) (v *visit, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, time.Minute, errors.New("the second visit took too long"))
	defer cancel()
	card := l.carriesCard(first.set)
	// Cookies without an end are not in the folder; those that may only be set by their own host cannot be given back.
	jar := slices.DeleteFunc(slices.Clone(first.jar), func(c *http.Cookie) bool { return !c.Expires.IsZero() || strings.HasPrefix(c.Name, "__Host-") })
	line, err := l.openWith(ctx, folder, jar, func(r browser.Request) bool {
		asks := r.Method == "GET" || r.Method == "HEAD" || r.Method == "OPTIONS"
		return !asks && d.owner(hostOf(r.URL)) == own || card(r)
	})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, line.close()) }()
	tab, err := line.browser.NewTab(ctx)
	if err != nil {
		return nil, err
	}
	v = &visit{profile: l.profile.Name, lists: first.lists, start: first.start, set: first.set, earlier: first.earlier, began: l.now(), typed: l.now()}
	line.browser.Recording().Mark(againStep)
	places := []string{l.start.String()}
	if page := first.paymentPage(); page != first.start {
		places = append(places, page)
	}
	for i, place := range places {
		if err := tab.Navigate(ctx, place); err != nil {
			var refused *browser.NavigateError
			if errors.As(err, &refused) && i > 0 {
				continue // the shop does not show that page twice
			}
			return nil, err
		}
		if _, err := tab.Settle(ctx, browser.SettleOptions{}); err != nil {
			return nil, err
		}
		if err := pause(ctx, lookout/2); err != nil {
			return nil, err
		}
	}
	if line.witness != nil {
		line.cut()
		if err := tab.Forward(ctx, lookout); err != nil {
			return nil, err
		}
	}
	if err := tab.Navigate(ctx, "about:blank"); err != nil {
		return nil, err
	}
	if _, err := tab.Settle(ctx, browser.SettleOptions{}); err != nil {
		return nil, err
	}
	line.record(v)
	return v, nil
}

// paymentPage is the address of the payment step; where it was not reached, of the first page.
func (v *visit) paymentPage() string {
	for _, s := range slices.Backward(v.steps) {
		if s.Name == "payment" {
			return s.URL
		}
	}
	return v.start
}

// againStep labels what happens on the second visit.
const againStep = "again"

// hiddenKeepings are the unreadable values that were put into the browser once the payment fields were being filled, where
// none was before or a smaller one: what merely is renewed from time to time, a session or a check for robots, has its size.
func (v *visit) hiddenKeepings(d destinations) []stored {
	had := map[string]int{}
	note := func(k stored) {
		if k.at.Before(v.typed) {
			had[k.address()] = max(had[k.address()], v.hiddenIn(k))
		}
	}
	for _, k := range v.kept {
		note(stored{k.At, k.Stored})
	}
	for _, k := range v.stored {
		note(k)
	}
	return slices.DeleteFunc(v.keepings(), func(k stored) bool {
		o := d.owner(k.host())
		return o == provider || o == authorised || k.at.Before(v.typed) || v.hiddenIn(k) < had[k.address()]+minHidden
	})
}

// address is the same for a value under the same name, but for what is made up anew in names.
func (k stored) address() string { return k.Kind + " " + k.Origin + " " + shape("///"+k.Key) }

// hiddenStored judges unreadable values that only a walk with filled payment fields puts into the browser. Where one of
// them is sent to a foreign host on the next visit, that is what it was put there for.
func hiddenStored(first, erased, second *visit, d destinations) []tillwatch.Sign {
	without := map[string]int{}
	for _, k := range erased.hiddenKeepings(d) {
		without[k.address()] = max(without[k.address()], erased.hiddenIn(k))
	}
	blame, later := newBlame(first), newBlame(second)
	sent := second.sendings()
	var signs []tillwatch.Sign
	for _, k := range first.hiddenKeepings(d) {
		if first.hiddenIn(k) < without[k.address()]+minHidden {
			continue
		}
		sign := tillwatch.Sign{
			Rule: "page/storage-canary", Severity: tillwatch.Medium, Certainty: tillwatch.Possible, Data: []string{"card"}, Since: k.at, Count: 1,
			Place:    shown(cmp.Or(k.Origin, first.start)) + " → " + k.where(),
			Evidence: []tillwatch.Evidence{first.keptEvidence(blame, k, nil, "")},
			Summary:  fmt.Sprintf("Something unreadable is kept in the customer's browser, in %s of %s, only when the payment fields hold something.", k.where(), shown(k.Origin)),
		}
		if s := k.sentBy(sent, d); s != nil {
			sign.Severity, sign.Certainty = tillwatch.High, tillwatch.Likely
			sign.Place = shown(s.document) + " → " + shown(originOf(s.url))
			sign.Evidence = append([]tillwatch.Evidence{later.evidence(s, nil, "")}, sign.Evidence...)
			sign.Summary = fmt.Sprintf("Something unreadable that is kept in the customer's browser (%s) only when the payment fields hold something is sent to %s on the next visit.", k.where(), shown(originOf(s.url)))
		}
		i := slices.IndexFunc(signs, func(had tillwatch.Sign) bool { return had.Place == sign.Place })
		if i < 0 {
			signs = append(signs, sign)
		} else if signs[i].Count++; signs[i].Severity < sign.Severity {
			signs[i] = sign
		}
	}
	return signs
}

// sentBy finds the sending to a foreign host that the value is in.
func (k stored) sentBy(sent []sending, d destinations) *sending {
	for _, token := range opaque(k.content()) {
		if len(token) < leastLoot {
			continue
		}
		for i := range sent {
			content := string(sent[i].content())
			if plain, err := url.QueryUnescape(content); err == nil && strings.Contains(plain, token) {
				content = plain
			}
			if d.owner(hostOf(sent[i].url)) == foreign && strings.Contains(content, token) {
				return &sent[i]
			}
		}
	}
	return nil
}

// addTo adds signs, but for those that say the same of one place as one that is there.
func addTo(signs, more []tillwatch.Sign) []tillwatch.Sign {
	for _, s := range more {
		if !slices.ContainsFunc(signs, func(had tillwatch.Sign) bool { return had.Rule == s.Rule && had.Place == s.Place }) {
			signs = append(signs, s)
		}
	}
	return signs
}
