package browser

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	_ "time/tzdata" // not every machine has the zones
)

const checkPage = `<!doctype html><title></title><body><script src=/checks.js></script><script>
const want = WANT;
const all = {};
(async () => {
  all.page = checks(want);
  const permission = await navigator.permissions.query({name: 'notifications'});
  if (top === self && (permission.state === 'denied') !== (Notification.permission === 'denied')) all.page.push('permissions disagree');
  const devices = await navigator.mediaDevices.enumerateDevices();
  for (const kind of ['audioinput', 'videoinput', 'audiooutput']) {
    if (!devices.some(d => d.kind === kind && d.label === '')) all.page.push('no ' + kind + ' among ' + JSON.stringify(devices));
  }
  const high = await navigator.userAgentData.getHighEntropyValues(['platformVersion', 'fullVersionList', 'model', 'architecture', 'bitness']);
  all.hints = high.fullVersionList.some(b => b.brand === 'Google Chrome' && b.version === want.version) && high.platformVersion === want.system && high.model === want.model ? [] : [JSON.stringify(high)];

  const code = checks + '; const want = ' + JSON.stringify(want) + ';';
  const blob = text => URL.createObjectURL(new Blob([text]));
  const heard = port => new Promise(done => { port.onmessage = e => done(e.data); });
  all.worker = await heard(new Worker(blob(code + 'postMessage(checks(want))')));
  all.nested = await heard(new Worker(blob('new Worker(URL.createObjectURL(new Blob([' + JSON.stringify(code + 'postMessage(checks(want))') + ']))).onmessage = e => postMessage(e.data)')));
  all.shared = await heard(new SharedWorker('/shared.js').port);

  const frame = src => new Promise(done => {
    addEventListener('message', e => done(e.data), {once: true});
    const f = document.createElement('iframe'); f.src = src; document.body.append(f);
  });
  all.frame = await frame('/framed');
  all.foreign = await frame('http://other.localhostPORT/framed');

  await navigator.serviceWorker.register('/sw.js');
  const {active} = await navigator.serviceWorker.ready;
  const channel = new MessageChannel();
  const answer = heard(channel.port1);
  active.postMessage(1, [channel.port2]);
  all.service = await answer;
  await fetch('/echo-page');
  document.title = 'done';
})().catch(error => { all.failed = [String(error.stack)]; document.title = 'done'; });
</script>`

func TestProfilesLookLikeCustomers(t *testing.T) {
	for _, p := range Profiles() {
		if p.Returning {
			continue // the same looks as the first
		}
		t.Run(p.Name, func(t *testing.T) {
			b := sharedBrowser(t)
			if p.Name != b.options.Profile.Name {
				b = launch1(t, Options{Profile: p})
			}
			width, height := p.outer()
			want, err := json.Marshal(map[string]any{
				"userAgent": p.userAgent(b.version), "navigator": p.Navigator, "languages": p.acceptLanguage(), "timeZone": p.TimeZone,
				"offset": offset(t, p.TimeZone), "cores": p.Cores, "major": b.version.major(), "version": string(b.version),
				"platform": p.Platform, "system": p.System, "model": p.Model, "mobile": p.Mobile, "gpu": p.GPUVendor + "|" + p.GPURenderer,
				"outer": fmt.Sprintf("%d,%d", width, height), "screen": fmt.Sprintf("%d,%d", p.Width, p.Height), "scale": p.Scale,
			})
			if err != nil {
				t.Fatal(err)
			}
			checks, err := os.ReadFile("testdata/checks.js")
			if err != nil {
				t.Fatal(err)
			}
			s := newSite(t)
			var mu sync.Mutex
			sent := map[string]http.Header{}
			s.handle("/", nil)
			code := string(checks) + "; const want = " + string(want) + ";"
			s.serve("/", strings.ReplaceAll(checkPage, "WANT", string(want)))
			s.serve("/checks.js", string(checks))
			s.serve("/shared.js", code+"onconnect = e => e.ports[0].postMessage(checks(want)); fetch('/echo-shared')")
			s.serve("/framed", "<!doctype html><body><script>"+code+"parent.postMessage(checks(want), '*'); fetch('/echo-frame')</script>")
			s.serve("/sw.js", code+"oninstall = () => skipWaiting(); onactivate = () => clients.claim(); onmessage = e => e.ports[0].postMessage(checks(want)); fetch('/echo-service')")
			for _, from := range []string{"page", "shared", "frame", "service"} {
				s.handle("/echo-"+from, func(_ http.ResponseWriter, r *http.Request) {
					mu.Lock()
					defer mu.Unlock()
					sent[from] = r.Header.Clone()
				})
			}

			tab := newTab(t, b)
			show(t, tab, s.at("customer", "/"))
			var failed map[string][]string
			if err := mainFrame(t, tab).EvalMain(limit(t), "all", &failed); err != nil {
				t.Fatal(err)
			}
			for _, context := range []string{"page", "hints", "worker", "nested", "shared", "frame", "foreign", "service"} {
				list, ok := failed[context]
				if !ok {
					t.Errorf("%s did not answer", context)
				}
				for _, what := range list {
					t.Errorf("in the %s: %s", context, what)
				}
			}
			for _, e := range failed["failed"] {
				t.Error(e)
			}

			waitFor(t, "the headers", func() bool { mu.Lock(); defer mu.Unlock(); return len(sent) == 4 })
			mu.Lock()
			defer mu.Unlock()
			for from, h := range sent {
				if h.Get("User-Agent") != p.userAgent(b.version) || !strings.HasPrefix(h.Get("Accept-Language"), p.Languages[0]) {
					t.Errorf("the %s sends %v", from, h)
				}
				if from != "shared" && from != "service" && (h.Get("Sec-Ch-Ua-Platform") != `"`+p.Platform+`"` || !strings.Contains(h.Get("Sec-Ch-Ua"), "Google Chrome")) {
					t.Errorf("the %s hints %q %q", from, h.Get("Sec-Ch-Ua-Platform"), h.Get("Sec-Ch-Ua"))
				}
				if strings.Contains(strings.Join(h["Sec-Ch-Ua"], ""), "Headless") || strings.Contains(strings.Join(h["Sec-Ch-Ua-Platform"], ""), "Linux") {
					t.Errorf("the %s gives itself away: %v", from, h)
				}
			}
		})
	}
}

// A list of three brands made for one version is the same as Chrome's own for that version.
func TestBrandsAreMadeAsChromiumMakesThem(t *testing.T) {
	b := sharedBrowser(t)
	raw := launch1(t, Options{Profile: Profile{Name: "bare", Width: 800, Height: 640, Scale: 1}})
	s := newSite(t)
	s.serve("/", "<title>done</title>")
	tab := newTab(t, raw)
	show(t, tab, s.at("brands", "/"))
	var own []brand
	if err := mainFrame(t, tab).Eval(limit(t), "navigator.userAgentData.brands", &own); err != nil {
		t.Fatal(err)
	}
	ours := brands(b.version.major(), b.version.major(), "Google Chrome")
	at := func(list []brand, name string) (int, brand) {
		for i, entry := range list {
			if strings.HasPrefix(entry.Brand, name) {
				return i, entry
			}
		}
		return -1, brand{}
	}
	fake, theirFake := at(own, "Not")
	_, ourFake := at(ours, "Not")
	if theirFake != ourFake {
		t.Errorf("ours %v, Chromium's %v", ours, own)
	}
	// Without a product's name there are two, of which the odd version puts the invented one second: Chromium counts as
	// we do.
	if major, _ := strconv.Atoi(b.version.major()); fake != major%2 {
		t.Errorf("Chromium %d puts its invented brand at %d: %v", major, fake, own)
	}
}

// offset is what a browser's clock says in a time zone today: minutes to add for UTC.
func offset(t *testing.T, zone string) int {
	t.Helper()
	place, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	_, seconds := time.Now().In(place).Zone()
	return -seconds / 60
}
