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

// A script of another origin has no hash in the page's own traces, and one that calls itself by its address hides behind it
// in vain.
func TestAReaderOfAnotherOriginIsKnown(t *testing.T) {
	s := newSite(t)
	s.serve("/", `<!doctype html><title></title><body><input name="cardnumber" value="4"><script src="`+s.at("elsewhere", "/skim.js")+`"></script>`)
	s.serve("/skim.js", "document.querySelector('input').value;\neval(\"document.querySelector('input').value\\n//# sourceURL="+s.at("elsewhere", "/skim.js")+"\"); document.title = 'done';")
	b := sharedBrowser(t)
	tab := newTab(t, b)
	show(t, tab, s.at("foreign", "/"))
	sources := map[string]bool{}
	waitFor(t, "both reads", func() bool {
		for _, r := range b.Recording().Readers() {
			if r.FrameURL != s.at("foreign", "/") || len(r.Stack) == 0 {
				continue
			}
			for _, script := range b.Recording().Scripts() {
				if script.ID == r.Stack[0].ScriptID && script.Session == r.Session {
					sources[script.Kind] = true
				}
			}
		}
		return len(sources) == 2
	})
}

// A poller by animation frames, with a getter that it borrowed from a frame which is gone.
func TestAReadByABorrowedGetter(t *testing.T) {
	s := newSite(t)
	s.serve("/", `<!doctype html><title></title><body><form><input name="cardnumber" value="4"></form><script>
const frame = document.createElement('iframe');
document.body.append(frame);
const {HTMLInputElement: Input, FormData: Form} = frame.contentWindow;
const {get} = Object.getOwnPropertyDescriptor(Input.prototype, 'value');
frame.remove();
let n = 0;
const tick = () => {
  requestAnimationFrame(tick);
  get.call(document.querySelector('input'));
  new Form(document.forms[0]);
  if (++n === 9) document.title = 'done';
};
tick();
</script>`)
	b := sharedBrowser(t)
	tab := newTab(t, b)
	show(t, tab, s.at("borrowed", "/"))
	polled := map[string]bool{}
	waitFor(t, "both reads, by a timer", func() bool {
		for _, r := range b.Recording().Readers() {
			if r.FrameURL == s.at("borrowed", "/") && r.Timer {
				polled[r.How] = true
			}
		}
		return polled["value"] && polled["FormData"]
	})
}
