package page

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
)

// ledAway tells a last button that leads the customer to another page than the shop's own next one. The line is cut by
// then, or nothing went out to the shop although a test order was allowed, so that the shop has not heard of the order and
// cannot have sent him there: a script has. That is how a customer
// comes to a copy of the payment page. Where a form of the page itself leads there, the page says so, and the inventory
// compares it.
func ledAway(v *visit, d destinations) []tillwatch.Sign {
	from, forms := v.pressed, slices.Concat(v.served, v.forms)
	if v.ordered {
		from, forms = v.ordering, slices.DeleteFunc(slices.Clone(v.served), func(f formSeen) bool { return f.Card }) // of the page it was placed on
	}
	if from.IsZero() {
		return nil
	}
	said := func(match func(action string) bool) bool {
		return slices.ContainsFunc(forms, func(f formSeen) bool { return match(f.Action) })
	}
	blame := newBlame(v)
	sent := v.sendings()
	told := slices.ContainsFunc(sent, func(s sending) bool { // the order itself
		return !s.at.Before(from) && (s.kind == "Document" || v.ordered) && s.method != "GET" && d.owner(hostOf(s.url)) == own
	})
	if told && v.ordered {
		return nil // it leads where the shop says
	}
	var signs []tillwatch.Sign
	for _, r := range v.requests {
		if !r.Main || r.Type != "Document" || r.At.Before(from) || hostOf(r.URL) == "" || len(signs) > 0 && v.ordered {
			continue
		}
		sign := tillwatch.Sign{
			Severity: tillwatch.Medium, Certainty: tillwatch.Likely, Since: r.At, Count: 1, Data: []string{"card"},
			Place: steadyAddress(v.paymentPage()) + " → " + steadyAddress(r.URL),
		}
		host := hostOf(r.URL)
		switch o := d.owner(host); {
		case o == foreign && !said(func(action string) bool { return hostOf(action) == host }):
			sign.Rule = "page/frame-swapped"
			sign.Summary = fmt.Sprintf("The last button leads to %s, which nobody authorised, before the shop has heard of the order. A script leads there, and no form of the page.", shown(host))
		case o == own && !told && r.Method == "GET" && !said(func(action string) bool { return bare(action) == bare(r.URL) }) && v.amongFiles(r.URL, from):
			sign.Rule = "page/form-turned"
			sign.Summary = fmt.Sprintf("The last button does not send the order, but leads to %s, where pictures and scripts lie.", shown(r.URL))
		default:
			continue
		}
		if i := slices.IndexFunc(sent, func(s sending) bool { return s.at.Equal(r.At) && s.url == r.URL }); i >= 0 {
			sign.Evidence = []tillwatch.Evidence{blame.evidence(&sent[i], nil, "")}
		}
		signs = append(signs, sign)
	}
	return signs
}

// amongFiles says whether an address lies in a tree of folders that pictures and scripts were fetched from, and no page of
// the walk before a moment.
func (v *visit) amongFiles(address string, from time.Time) bool {
	origin := originOf(address)
	top, _, deep := strings.Cut(strings.TrimPrefix(bare(address), origin+"/"), "/")
	if !deep || top == "" {
		return false
	}
	tree := origin + "/" + top + "/"
	files := false
	for _, r := range v.requests {
		if !strings.HasPrefix(r.URL, tree) || !r.At.Before(from) {
			continue
		}
		if r.Type == "Document" {
			return false
		}
		files = files || servesMedia(r.URL)
	}
	return files
}
