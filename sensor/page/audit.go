package page

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/canary"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
	"github.com/tillwatch/tillwatch/sensor/page/journey"
)

// audits is what the looks at the live payment page found of who can get at the card.
type audits struct {
	before, after, late browser.FieldAudit // before typing, when all is typed, and when the last button was pressed
	natives             browser.Natives
	unseen              []string // documents that could not be looked at
}

func auditBefore(ctx context.Context, tab *browser.Tab, v *visit) error {
	return v.auditFields(ctx, tab, &v.audits.before)
}

func auditLate(ctx context.Context, tab *browser.Tab, v *visit) error {
	return v.auditFields(ctx, tab, &v.audits.late)
}

// auditAfter looks once more when all is typed: a page may have been drawn anew, and what is replaced by then stays so.
func auditAfter(ctx context.Context, tab *browser.Tab, v *visit) error {
	if err := v.auditFields(ctx, tab, &v.audits.after); err != nil {
		return err
	}
	natives, err := tab.Natives(ctx, func(address string) bool { return hostOf(address) == "" || sameSite(hostOf(address), hostOf(v.start)) })
	v.audits.natives = natives
	v.audits.unseen = append(v.audits.unseen, natives.Unseen...)
	return v.unlessOver(ctx, err)
}

func (v *visit) auditFields(ctx context.Context, tab *browser.Tab, into *browser.FieldAudit) error {
	audit, err := tab.CardFields(ctx)
	*into = audit
	v.audits.unseen = append(v.audits.unseen, audit.Unseen...)
	return v.unlessOver(ctx, err)
}

// unlessOver keeps an error that ends the walk. A page that went away meanwhile is none: the walk finds that out itself.
func (v *visit) unlessOver(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(err, browser.ErrClosed):
		return err
	case err != nil && !errors.Is(err, browser.ErrGone):
		v.audits.unseen = append(v.audits.unseen, v.start)
	}
	return nil
}

// suspect is a script as the judges of the payment page see it.
type suspect struct {
	key   scriptKey
	place browser.Call // where to look: code without a file of its own is at the line that made it
	made  bool         // at run time, out of text
	owner owner        // whose host it came from
	inner browser.Script
}

// trial holds what the judges of the payment page need to know of a visit, found out once.
type trial struct {
	*blame
	visit *visit
	d     destinations
	leaks map[scriptKey]string // where a script sent what was typed, to hosts that nobody authorised
}

func newTrial(v *visit, d destinations) *trial {
	return &trial{blame: newBlame(v), visit: v, d: d}
}

// suspect is who made a call: the innermost script that nobody published. None: a published library did it by itself, or the
// browser did not tell.
func (t *trial) suspect(session string, stack []browser.Call) (suspect, bool) {
	c, ok := t.culprit(session, "", stack)
	if !ok || c.ScriptID == "" {
		return suspect{}, false
	}
	s := suspect{key: scriptKey{session, c.ScriptID}, inner: t.scripts[scriptKey{session, c.ScriptID}]}
	s.place, s.made = t.placed(session, c)
	if s.place.URL == "" {
		s.place.URL = s.inner.URL
	}
	if s.place.URL == "" {
		s.place.URL = s.inner.FrameURL
	}
	s.made = s.made && !t.tagged(s.inner)
	s.owner = t.d.owner(hostOf(pageOf(s.place.URL)))
	if hostOf(pageOf(s.place.URL)) == "" {
		s.owner = own // code in a page without an address is that page's
	}
	return s, s.place.URL != ""
}

// insertion is what stands at the place where a script puts an element into a page.
var insertion = lazily(`^\.?(?:append|appendChild|prepend|insertBefore|before|after|insertAdjacentElement|replaceWith|replaceChild|replaceChildren)\b`)

// tagged says that code without an address is a script element that a script put into the page, as shops do that fetch a
// part of their checkout and have a library bring its scripts to life. The browser tells of both in the same way.
func (t *trial) tagged(s browser.Script) bool {
	if s.Kind != "eval" {
		return s.Kind == "inline" || s.Kind == "external"
	}
	for _, c := range s.Parent[:min(len(s.Parent), 2)] {
		if insertion().MatchString(sourceAt(t.scripts[scriptKey{s.Session, c.ScriptID}], c.Line, c.Column)) {
			return true
		}
	}
	return false
}

func (s suspect) trusted() bool {
	return s.owner == provider || s.owner == providerPart || s.owner == authorised
}

func (s suspect) evidence(what string, fields ...string) tillwatch.Evidence {
	return tillwatch.Evidence{What: what, Where: shown(s.place.URL), Line: s.place.Line, Column: s.place.Column, Fields: fields}
}

// leaked says where a script sent what was typed, in clear, hidden, or in pieces over several messages.
func (t *trial) leaked(key scriptKey) string {
	if t.leaks != nil {
		return t.leaks[key]
	}
	t.leaks = map[scriptKey]string{}
	finder := canary.NewMatcher(append([]canary.Set{t.visit.set}, t.visit.earlier...)...)
	pieces := canary.NewCollector(finder)
	senders := map[string][]scriptKey{}
	for _, s := range t.visit.sendings() {
		if t.d.owner(hostOf(s.url)) != foreign || hostOf(s.url) == "" || s.document != "" && t.d.owner(hostOf(pageOf(s.document))) == foreign {
			continue
		}
		origin := originOf(s.url)
		holds := canary.Confirmed(finder.Find(s.content()))
		if !holds {
			pieces.Add(origin, s.content())
		}
		for _, c := range s.stack {
			key := scriptKey{s.session, c.ScriptID}
			if holds {
				t.leaks[key] = origin
			}
			if !slices.Contains(senders[origin], key) {
				senders[origin] = append(senders[origin], key)
			}
		}
	}
	for origin, found := range pieces.Find() {
		if canary.Confirmed(found) {
			for _, key := range senders[origin] {
				t.leaks[key] = origin
			}
		}
	}
	return t.leaks[key]
}

// longSecret is the length from which on what cannot be read is more than the mark of a request or of a visitor.
const longSecret = 44

// sentSecret says where a script sent something unreadable to, of at least that length, to hosts that nobody authorised and
// not before the customer typed; empty where nowhere.
func (t *trial) sentSecret(key scriptKey, least int) string {
	before := map[string]bool{}
	for _, s := range t.visit.sendings() {
		if t.d.owner(hostOf(s.url)) != foreign || hostOf(s.url) == "" {
			continue
		}
		for _, token := range opaque(s.content()) {
			early := t.visit.typed.IsZero() || s.at.Before(t.visit.typed)
			if early {
				before[token] = true
			}
			if !early && !before[token] && len(token) >= least && slices.ContainsFunc(s.stack, func(c browser.Call) bool { return scriptKey{s.session, c.ScriptID} == key }) {
				return originOf(s.url)
			}
		}
	}
	return ""
}

// ownDocument says that a document is the shop's, or one without an address inside it.
func (t *trial) ownDocument(address string) bool {
	host := hostOf(pageOf(address))
	return host == "" || t.d.owner(host) == own
}

// gaps are the documents of the payment page in which nobody could be looked for.
func (a *audits) gaps() []journey.Gap {
	var gaps []journey.Gap
	for _, address := range sorted(a.unseen) {
		gaps = append(gaps, gap(address, "who listens to the card fields of this document could not be found out; check again, and look which of its scripts was changed last if it stays so"))
	}
	return gaps
}

// named is a name that a page gave to something, as it may be shown: a page may write there what was typed.
func named(name string) string {
	if longestNumber(name) >= 6 || len(name) > 64 || strings.IndexFunc(name, func(r rune) bool { return r == '@' || unicode.IsSpace(r) && r != ' ' }) >= 0 {
		return "…"
	}
	return name
}
