package page

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/canary"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// A skimmer may keep what it takes in the customer's own browser and send it from there on a later page or another day
// (technique 22). What is kept is looked at while it is written, and as it lies there when the walk is over.

// stored is what lay in the browser at one moment.
type stored struct {
	at time.Time
	browser.Stored
}

// readStorage notes what the origins of the page's documents have stored.
func readStorage(ctx context.Context, tab *browser.Tab, v *visit) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	entries, err := tab.Stored(ctx)
	at := time.Now()
	for _, e := range entries {
		v.stored = append(v.stored, stored{at, e})
	}
	if errors.Is(err, browser.ErrClosed) {
		return err
	}
	return nil // a page that does not answer shows in other ways; what it stored is known from its writing
}

// keepings are all values that were in the browser from the first key on and not before, in order of time.
func (v *visit) keepings() []stored {
	if v.began.IsZero() {
		return nil
	}
	var all []stored
	for _, k := range v.kept {
		all = append(all, stored{k.At, k.Stored})
	}
	all = append(all, v.stored...)
	slices.SortStableFunc(all, func(a, b stored) int { return a.at.Compare(b.at) })
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(k stored) bool {
		key := strings.Join([]string{k.Kind, k.Origin, k.Key, string(k.Value.Bytes())}, "\x00")
		known := seen[key]
		seen[key] = true
		return known || k.at.Before(v.began)
	})
}

// where names the place of a value as a programmer would look for it.
func (k stored) where() string {
	return cmp.Or(map[string]string{
		"local": "localStorage", "session": "sessionStorage", "name": "window.name", "cookie": "cookie", "indexeddb": "IndexedDB", "cache": "CacheStorage",
	}[k.Kind], k.Kind)
}

// host is whose the value is.
func (k stored) host() string {
	if k.Kind == "cookie" {
		return strings.TrimPrefix(k.Origin, ".")
	}
	return hostOf(k.Origin)
}

func (k stored) content() []byte { return []byte(k.Key + "\n" + string(k.Value.Bytes())) }

// cardStored says where card data was kept in the browser. Nothing honest does that: a security code must not be kept by
// anybody, and a card number only by whom it was given to. A name or an address may wait in the browser until the
// order is sent.
func cardStored(v *visit, d destinations) []tillwatch.Sign {
	finder := canary.NewMatcher(append([]canary.Set{v.set}, v.earlier...)...)
	blame := newBlame(v)
	signs := map[string]*tillwatch.Sign{}
	together := map[string][]stored{} // values that may be pieces of one
	note := func(k stored, found []canary.Match, how string) {
		place := shown(cmp.Or(k.Origin, v.start)) + " → " + k.where()
		sign := signs[place]
		if sign == nil {
			sign = &tillwatch.Sign{
				Rule: "page/storage-canary", Severity: tillwatch.High, Certainty: tillwatch.Likely, Place: place, Since: k.at,
				Summary: fmt.Sprintf("Card data that was typed is kept in the customer's browser, in %s of %s: from there it can be sent on a later page or another day.", k.where(), shown(k.Origin)),
			}
			signs[place] = sign
		}
		sign.Count++
		sign.Data = canary.Data(found)
		sign.Evidence = appendEvidence(sign.Evidence, v.keptEvidence(blame, k, found, how))
	}
	for _, k := range v.keepings() {
		if o := d.owner(k.host()); o == provider || o == authorised || k.Kind == "serviceworker" {
			continue
		}
		found := cardOf(finder.Find(k.content()))
		if canary.Confirmed(found) {
			note(k, found, encodingOf(found))
			continue
		}
		key := k.where() + " " + k.Origin
		together[key] = append(together[key], k)
	}
	for _, pieces := range together {
		var text strings.Builder
		for _, k := range latest(pieces) {
			fmt.Fprintf(&text, "%s=%s&", k.Key, k.Value.Bytes())
		}
		found := cardOf(finder.Find([]byte(text.String())))
		if slices.ContainsFunc(found, func(m canary.Match) bool { return m.Field == canary.CardNumber }) {
			note(pieces[0], found, "in pieces")
		}
	}
	out := make([]tillwatch.Sign, 0, len(signs))
	for _, sign := range signs {
		out = append(out, *sign)
	}
	slices.SortFunc(out, func(a, b tillwatch.Sign) int { return strings.Compare(a.Place, b.Place) })
	return out
}

// latest are the values as they were in the end, by key.
func latest(all []stored) []stored {
	byKey := map[string]stored{}
	for _, k := range all {
		byKey[k.Key] = k
	}
	var out []stored
	for _, k := range byKey {
		out = append(out, k)
	}
	slices.SortFunc(out, func(a, b stored) int { return strings.Compare(a.Key, b.Key) })
	return out
}

func cardOf(found []canary.Match) []canary.Match {
	return slices.DeleteFunc(slices.Clone(found), func(m canary.Match) bool { return m.Field.Data() != "card" })
}

// keptEvidence names the value, and who read the fields before it was there: who wrote it the browser does not tell.
func (v *visit) keptEvidence(b *blame, k stored, found []canary.Match, how string) tillwatch.Evidence {
	e := tillwatch.Evidence{What: "kept in " + k.where(), Where: shown(k.Origin)}
	for _, f := range canary.Fields(found) {
		e.Fields = append(e.Fields, string(f))
	}
	if how != "" {
		e.What += ", " + how
	}
	if readers := b.readers(&sending{at: k.at, document: k.Origin + "/"}); len(readers) > 0 {
		e.What += onlyRead
		e.Where, e.Line, e.Column = shown(readers[0].URL), readers[0].Line, readers[0].Column
	}
	return e
}
