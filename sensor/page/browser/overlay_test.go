package browser

import (
	"strconv"
	"testing"
)

// What lies over a frame that asks for the card is looked into, in a closed shadow tree too and where it is no input. What
// covers the frame and takes nothing, or asks for a mail address, is none, and neither is what lies elsewhere.
func TestWhatTakesTextOverAFrame(t *testing.T) {
	s := newSite(t)
	s.serve("/frame", `<!doctype html><input name=cardnumber autocomplete=cc-number style="width:200px"><input name=cvc>`)
	for name, c := range map[string]struct {
		cover string
		want  int
	}{
		"closed and without inputs": {`<div id=over></div><script>
const root = document.getElementById('over').attachShadow({mode: 'closed'});
root.innerHTML = '<style>:host{position:absolute;inset:0;background:#fff}b{display:block;height:30px;width:200px}</style><b contenteditable></b><b contenteditable=plaintext-only></b>';
</script>`, 2},
		"inputs without a name":        {`<div style="position:absolute;inset:0;background:#fff"><input><input type=tel><input type=checkbox></div>`, 2},
		"a placeholder while it loads": {`<div style="position:absolute;inset:0;background:#eee"></div>`, 0},
		"a newsletter":                 {`<div style="position:fixed;inset:0;background:#eee"><input type=email><input name=mail></div>`, 0},
		"a chat beside it":             {`<div style="position:fixed;left:500px;top:300px;width:200px;height:200px"><textarea></textarea><input></div>`, 0},
		"nothing":                      {``, 0},
	} {
		t.Run(name, func(t *testing.T) {
			path := "/" + strconv.Itoa(len(c.cover))
			s.serve(path, `<!doctype html><title></title><div style="position:relative;width:400px;height:200px"><iframe style="width:100%;height:100%;border:0" src="`+s.at("provider", "/frame")+`"></iframe>`+c.cover+`</div>`)
			tab := newTab(t, sharedBrowser(t))
			visit(t, tab, s.at("shop", path))
			if _, err := tab.Settle(limit(t), SettleOptions{}); err != nil {
				t.Fatal(err)
			}
			takers := -1
			waitFor(t, "the frame's fields", func() bool {
				audit, err := tab.CardFields(limit(t))
				if err != nil || len(audit.Fields) < 2 {
					return false
				}
				takers = 0
				for _, o := range audit.Overlays {
					takers += len(o.Takers)
				}
				return true
			})
			if takers != c.want {
				t.Errorf("%d places for text over the frame, want %d", takers, c.want)
			}
		})
	}
}
