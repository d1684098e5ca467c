package page

import (
	"os"
	"slices"
	"strings"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// jail is a network for the browser alone; nil where there is none to be had. Nothing is missed without: then switches keep
// the browser from UDP, and what a page does with it is seen by its calls. So only root, who should have one, is told why not.
func (l *look) jail() *browser.Jail {
	if !l.config.Layers.On(Proxy) || os.Geteuid() != 0 {
		return nil
	}
	jail, err := browser.NewJail()
	if err != nil {
		l.progress(l.profile, "the browser shares this machine's network ("+err.Error()+"); switches keep it from sending past the proxy", "")
		return nil
	}
	return jail
}

// datagram is the kind of sending that a packet past the witness is.
const datagram = "Datagram"

// packets are what left past the witness. Those to the ends and the servers of WebRTC connections are accounted for by the
// page's calls; any other is something that only the jail saw.
func (v *visit) packets() []sending {
	var known []string
	for _, c := range v.peerings() {
		known = append(append(known, c.remotes...), c.servers...)
	}
	var out []sending
	for _, p := range v.datagrams {
		if p.Protocol == "dns" {
			continue // see resolved
		}
		out = append(out, sending{
			at: p.At, method: strings.ToUpper(p.Protocol), kind: datagram, url: p.Protocol + "://" + p.To + "/", body: p.Content,
			witness: !slices.Contains(known, p.To),
		})
	}
	return out
}

// resolved are the names that the browser asked a resolver for past the witness.
func (v *visit) resolved() []browser.Hint {
	var out []browser.Hint
	for _, p := range v.datagrams {
		if p.Protocol != "dns" {
			continue
		}
		var parser dnsmessage.Parser
		if _, err := parser.Start(p.Content.Bytes()); err != nil {
			continue
		}
		if q, err := parser.Question(); err == nil {
			out = append(out, browser.Hint{At: p.At, Kind: linkHint, Host: strings.TrimSuffix(q.Name.String(), ".")})
		}
	}
	return out
}
