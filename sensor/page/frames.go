package page

import (
	"context"
	"slices"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// askForms reads where the forms of a page lead, who they say is paid, and whether they ask for a card. Bounded, since
// the page may be anybody's.
const askForms = `(() => {
	const card = /card.?(no|num)|cc.?(no|num)|pan$|cvv|cvc|security.?code|cc-(number|csc)/i;
	const merchant = /^(shop|merchant|mall|store|client|site|tenant|pg|seller|account|public|publishable|contract|business|payee|mid)/i;
	const attribute = (e, name) => Element.prototype.getAttribute.call(e, name) || ''; // a field may be called getAttribute
	return [...document.querySelectorAll('form')].slice(0, 40).map(f => {
		const fields = [...Element.prototype.querySelectorAll.call(f, 'input, select')].slice(0, 400), merchants = {};
		let n = 0;
		for (const e of fields) {
			if (e.type === 'hidden' && merchant.test(e.name) && n++ < 8) merchants[e.name.slice(0, 64)] = String(e.value).slice(0, 128);
		}
		return {
			action: new URL(attribute(f, 'action'), document.baseURI).href.slice(0, 1024),
			method: (attribute(f, 'method') || 'get').toLowerCase().slice(0, 8),
			card: fields.some(e => e.type !== 'hidden' && card.test((e.name || '') + ' ' + (e.id || '') + ' ' + (e.autocomplete || ''))),
			merchants,
		};
	});
})()`

// formSeen is a form of the payment step.
type formSeen struct {
	Action    string            `json:"action"`
	Method    string            `json:"method"`
	Card      bool              `json:"card"`
	Merchants map[string]string `json:"merchants"`

	at time.Time
}

// readForms notes the forms and frames that the page shows once everything is typed. A page that went away meanwhile has none that matter.
func readForms(ctx context.Context, tab *browser.Tab, v *visit) error {
	if v.framed {
		return nil
	}
	frames, err := tab.Frames(ctx)
	if err != nil || len(frames) == 0 {
		return ctx.Err()
	}
	for _, f := range frames[1:] {
		v.standing = append(v.standing, f.URL)
	}
	v.framed = true
	var found []formSeen
	if frames[0].Eval(ctx, askForms, &found) == nil {
		for _, f := range found {
			f.at = time.Now()
			v.forms = append(v.forms, f)
		}
	}
	return ctx.Err()
}

// Leads says that a rule of the inventory's is about where the payment step leads a customer. A walk with a made-up
// customer ends there, so that it belongs to the canaries as well.
func Leads(rule string) bool { return rule == "page/frame-swapped" || rule == "page/account-new" }

// frameItems are the documents that stand in frames of the shop's pages: on the payment step one of them may be where
// customers type their card.
func (v *visit) frameItems(scope string, d destinations) []tillwatch.Item {
	pages := v.lives()
	var out []tillwatch.Item
	for _, r := range v.requests {
		if r.Type != "Document" || r.Main || hostOf(r.URL) == "" || d.owner(hostOf(r.URL)) == own || r.Cut {
			continue
		}
		if !v.pressed.IsZero() && !r.At.Before(v.pressed) {
			continue // what a cut line leads to is not the same each time
		}
		item := tillwatch.Item{Kind: "frame", Place: steadyAddress(r.URL), Scope: scope, Stages: stagesAt(pages, r.At)}
		if v.framed && slices.Contains(item.Stages, tillwatch.StagePayment) && !slices.ContainsFunc(v.standing, func(u string) bool { return steadyAddress(u) == item.Place }) {
			continue // something else stands in its place by the time the customer pays
		}
		out = append(out, item)
	}
	return out
}

// formItems are where the forms of the payment step and its last button lead, and to which other hosts the shop sent its
// customer on the way there.
func (v *visit) formItems(scope string, d destinations) []tillwatch.Item {
	pages := v.lives()
	var out []tillwatch.Item
	for _, f := range v.forms {
		host := hostOf(f.Action)
		if host == "" {
			continue
		}
		item := tillwatch.Item{Kind: "form", Place: steadyAddress(f.Action), Scope: scope, Stages: stagesAt(pages, f.at)}
		if d.owner(host) == own {
			item.Place = originOf(f.Action)
		}
		if f.Card {
			item.Capabilities = []tillwatch.Capability{tillwatch.Reads("card")}
		}
		out = append(out, item)
	}
	for _, r := range v.requests {
		if r.Type != "Document" || !r.Main || hostOf(r.URL) == "" {
			continue
		}
		pressed := !v.pressed.IsZero() && !r.At.Before(v.pressed)
		switch elsewhere := d.owner(hostOf(r.URL)) != own; {
		case elsewhere:
			out = append(out, tillwatch.Item{Kind: "form", Place: steadyAddress(r.URL), Scope: scope, Stages: []string{tillwatch.StagePayment}})
		case pressed:
			out = append(out, tillwatch.Item{Kind: "form", Place: originOf(r.URL), Scope: scope, Stages: []string{tillwatch.StagePayment}})
		}
	}
	return out
}
