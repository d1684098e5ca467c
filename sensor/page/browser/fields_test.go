package browser

import (
	"slices"
	"strings"
	"testing"
)

func TestCardFieldsAndWhoListens(t *testing.T) {
	s := newSite(t)
	s.serve("/", `<!doctype html><title></title><body>
<form action="/pay"><input name="email"><label>カード番号<input id="n"></label><input name="cvc" style="opacity:0"><input name="gift_card_number"></form>
<div id="shadow"></div><iframe src="http://pay.localhostPORT/frame"></iframe>
<div style="opacity:.01"><iframe src="http://other.localhostPORT/frame"></iframe></div>
<div style="position:relative"><input name="expiry"><b style="position:absolute;left:0;top:0;width:120px;height:20px"></b></div>
<script src="/keys.js"></script>
<script src="/form.js"></script>
<script>addEventListener('load', () => document.title = 'done')</script>`)
	s.serve("/frame", `<input autocomplete="cc-number">`)
	s.serve("/keys.js", "\ndocument.addEventListener('keydown', () => {});\ndocument.querySelector('#n').addEventListener('input', () => {});\ndocument.querySelector('[name=email]').onchange = () => {};")
	s.serve("/form.js", "\nconst i = document.createElement('input'); i.name = 'cardnumber'; document.querySelector('#shadow').attachShadow({mode: 'open'}).append(i);\ndocument.body.insertAdjacentHTML('beforeend', '<input name=card_no>');")
	tab := newTab(t, sharedBrowser(t))
	show(t, tab, s.at("shop", "/"))
	audit, err := tab.CardFields(limit(t))
	if err != nil || len(audit.Unseen) > 0 {
		t.Fatal(err, audit.Unseen)
	}
	var fields []string
	for _, f := range audit.Fields {
		text := f.Kind + " " + f.Name + " of " + strings.TrimPrefix(f.FrameURL, "http://")[:4]
		if f.Shown {
			text += " shown"
		}
		if f.Covered {
			text += " covered"
		}
		if len(f.Made) > 0 {
			text += " by script"
		}
		fields = append(fields, text)
	}
	slices.Sort(fields)
	want := []string{
		"code cvc of shop", "expiry expiry of shop shown covered", "number card_no of shop shown by script", "number cardnumber of shop shown by script",
		"number cc-number of othe", "number cc-number of pay. shown", "number n of shop shown",
	}
	if !slices.Equal(fields, want) {
		t.Errorf("fields:\n%s\nwant\n%s", strings.Join(fields, "\n"), strings.Join(want, "\n"))
	}
	var listeners []string
	for _, l := range audit.Listeners {
		listeners = append(listeners, l.On+" "+l.Type)
	}
	slices.Sort(listeners)
	if want := []string{"document keydown", "field input", "other change"}; !slices.Equal(listeners, want) {
		t.Errorf("listeners: %q, want %q", listeners, want)
	}
}
