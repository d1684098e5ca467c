package page

import (
	"net/url"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/page/witness"
)

// unseen lists what the witness saw and the browser did not report: the browser's own account misses beacons of a page
// that goes away, and code that found a way past it would show here and nowhere else.
func (v *visit) unseen() []sending {
	reported := map[string]int{}
	for _, r := range v.requests {
		reported[r.Method+" "+comparable(r.URL)]++
	}
	frames := map[string]int{}
	for _, f := range v.sockets {
		if f.Sent {
			frames[comparable(f.URL)+" "+string(f.Payload.Bytes())]++
		}
	}

	var out []sending
	for _, x := range v.exchanges {
		key := x.Method + " " + comparable(x.URL)
		switch {
		case reported[key] > 0:
			reported[key]--
		case x.Upgraded || x.Method == "CONNECT" || browsersOwn(x):
		default:
			out = append(out, sending{at: x.At, method: x.Method, url: x.URL, document: v.start, body: x.Body, witness: true})
		}
	}
	for _, f := range v.frames {
		if !f.Sent || f.Kind != "text" && f.Kind != "binary" {
			continue
		}
		if key := comparable(f.URL) + " " + string(f.Payload.Bytes()); frames[key] > 0 {
			frames[key]--
		} else {
			out = append(out, sending{at: f.At, method: "WebSocket", url: f.URL, document: v.start, body: f.Payload, witness: true})
		}
	}
	return out
}

// comparable brings a URL into the one form that both witnesses write.
func comparable(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return raw
	}
	u.Fragment = ""
	if u.Path == "" {
		u.Path = "/"
	}
	if port := u.Port(); port == "80" && (u.Scheme == "http" || u.Scheme == "ws") || port == "443" && (u.Scheme == "https" || u.Scheme == "wss") {
		u.Host = strings.TrimSuffix(u.Host, ":"+port)
	}
	return u.String()
}

// browsersOwn tells what Chromium asks for on its own account: the picture for the tab, and its vendor's services where
// the switches did not silence them: some minutes after its first start it reports to its vendor, with a body. Elsewhere a
// body is never the browser's own.
func browsersOwn(x witness.Exchange) bool {
	u, err := url.Parse(x.URL)
	if err != nil {
		return false
	}
	vendors := []string{"android.clients.google.com", "mtalk.google.com", "clients2.google.com", "update.googleapis.com", "optimizationguide-pa.googleapis.com", "edgedl.me.gvt1.com", "redirector.gvt1.com", "content-autofill.googleapis.com"}
	if u.Hostname() == "www.google.com" && strings.HasPrefix(u.Path, "/async/") {
		return x.Body.Len() == 0 // it asks what its own search box may offer
	}
	return slices.Contains(vendors, u.Hostname()) || x.Body.Len() == 0 && u.RawQuery == "" && strings.HasSuffix(u.Path, "/favicon.ico")
}

// mismatches are the signs that the browser's account and the witness's differ. Canary data among it is a sign of its
// own already; this one is low, since a retried request differs honestly.
func (v *visit) mismatches(d destinations) []tillwatch.Sign {
	byHost := map[string]*tillwatch.Sign{}
	var order []string
	for _, s := range append(v.unseen(), v.packets()...) {
		if !s.witness || v.typed.IsZero() || s.at.Before(v.typed) || d.owner(hostOf(s.url)) != foreign {
			continue
		}
		place := shown(v.start) + " → " + shown(originOf(s.url))
		sign := byHost[place]
		if sign == nil {
			sign = &tillwatch.Sign{
				Rule: "page/witness-mismatch", Severity: tillwatch.Low, Certainty: tillwatch.Possible, Place: place, Since: s.at,
				Summary: "After typing, the browser sent something to " + shown(originOf(s.url)) + " that its own account of the page does not show.",
			}
			byHost[place], order = sign, append(order, place)
		}
		sign.Count++
		sign.Evidence = appendEvidence(sign.Evidence, tillwatch.Evidence{What: s.describe() + ", " + s.body.String(), Destination: shown(s.url)})
	}
	out := make([]tillwatch.Sign, 0, len(order))
	for _, place := range order {
		out = append(out, *byHost[place])
	}
	return out
}
