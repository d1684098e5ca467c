package browser

import "testing"

func TestAReadByATimerIsToldFromOneByAKey(t *testing.T) {
	s := newSite(t)
	s.serve("/", `<!doctype html><title></title><body><input name="cardnumber" value="4"><input name="cvc" value="1">
<script>
document.querySelector('[name=cvc]').addEventListener('keyup', e => { e.target.value; });
setInterval(() => { document.querySelector('[name=cardnumber]').value; }, 20);
document.title = 'done';
</script>`)
	b := sharedBrowser(t)
	tab := newTab(t, b)
	show(t, tab, s.at("timer", "/"))
	if err := mainFrame(t, tab).Eval(limit(t), "document.querySelector('[name=cvc]').focus()", nil); err != nil {
		t.Fatal(err)
	}
	if err := tab.Type(limit(t), "23"); err != nil {
		t.Fatal(err)
	}
	timer := map[string]bool{}
	waitFor(t, "both reads", func() bool {
		for _, r := range b.Recording().Readers() {
			if r.How == "value" && r.FrameURL == s.at("timer", "/") {
				timer[r.Field] = r.Timer
			}
		}
		return len(timer) == 2
	})
	if !timer["cardnumber"] || timer["cvc"] {
		t.Errorf("by a timer: %v", timer)
	}
}
