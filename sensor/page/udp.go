package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/canary"
)

// pastLeaks says which canary data went by ways past the browser's own account, or in the name of a host: whoever
// answers for the name learns of it from the look-up, before and whether or not a request follows.
func pastLeaks(v *visit, d destinations) []tillwatch.Sign {
	finder := canary.NewMatcher(append([]canary.Set{v.set}, v.earlier...)...)
	return judgeSendings(v, d, slices.DeleteFunc(v.sendings(), func(s sending) bool {
		return !pastAccount(&s) && !(d.owner(hostOf(s.url)) == foreign && inName(finder, hostOf(s.url)))
	}))
}

// inName says that canary data is in the labels of a host's name.
func inName(finder *canary.Matcher, host string) bool {
	labels := strings.TrimSuffix(host, cmp.Or(site(host), host))
	return len(finder.Find([]byte(labels+"\n"+strings.ReplaceAll(labels, ".", "")))) > 0
}

// channels are the signs of connections by UDP (WebRTC, WebTransport) to somebody whom nobody authorised. What goes over
// one cannot be seen: Tillwatch keeps it from opening, and a thief's script does not send before it is open.
//
// It is high where the script that made it also took what is in the card fields, and for WebRTC also where the other end
// was never told of this one (see [peering.signalled]). Otherwise it is low: video chats and players that share their
// downloads do it honestly, in one file with the shop's own code too, so that an end that is told of this one makes it
// high only where the connection came of the typing.
func channels(v *visit, d destinations) []tillwatch.Sign {
	sent := v.sendings()
	finder := canary.NewMatcher(append([]canary.Set{v.set}, v.earlier...)...)
	blame := newBlame(v)
	readers := blame.readingScripts()
	reads := func(s *sending) bool {
		reads, _ := readers.sent(blame, s)
		return reads
	}
	byPlace := map[string]tillwatch.Sign{}
	note := func(s *sending, way string, reader, hardcoded bool) {
		if len(finder.Find(s.content())) > 0 {
			return // that is a sign of its own
		}
		to := shown(originOf(s.url))
		sign := tillwatch.Sign{
			Rule: "page/udp-channel", Severity: tillwatch.Low, Certainty: tillwatch.Possible, Count: 1, Since: s.at,
			Place:    shown(pageOf(s.document)) + " → " + to,
			Evidence: []tillwatch.Evidence{blame.evidence(s, nil, "")},
			Summary:  fmt.Sprintf("A page of the shop opens a %s connection to %s, which nobody authorised; what goes over it leaves past every rule for scripts.", way, to),
		}
		if why := whyChannel(reader, hardcoded); why != "" {
			sign.Severity, sign.Certainty, sign.Data = tillwatch.High, tillwatch.Likely, []string{"card"}
			sign.Summary = fmt.Sprintf("A script opens a %s connection to %s, which nobody authorised; %s.", way, to, why)
		}
		if had, ok := byPlace[sign.Place]; !ok || sign.Severity > had.Severity {
			byPlace[sign.Place] = sign
		}
	}

	all := v.peerings()
	for _, c := range all {
		to := c.url()
		if d.owner(hostOf(to)) != foreign || c.within(all) {
			continue
		}
		s := sending{method: "WebRTC", url: to}
		reader := false
		for _, p := range c.acts {
			one := sending{at: p.At, step: p.Step, method: "WebRTC", kind: string(p.Act), url: to, document: p.FrameURL, body: p.Content, session: p.Session, stack: p.Stack}
			if s.at.IsZero() {
				s = one
			}
			reader = reader || reads(&one)
		}
		switch {
		case len(c.remotes) > 0:
			hardcoded := !c.signalled(sent)
			note(&s, "WebRTC", reader && (hardcoded || v.cameOfTyping(c)), hardcoded)
		case len(c.servers) > 0 && reader && v.cameOfTyping(c) && len(strings.Join(c.secrets, "")) >= 16:
			note(&s, "WebRTC", reader, false) // a user name is sent to the server in clear
		}
	}
	for i := range sent {
		if s := &sent[i]; s.kind == "WebTransport" && d.owner(hostOf(s.url)) == foreign {
			note(s, "WebTransport", reads(s), false)
		}
	}
	signs := make([]tillwatch.Sign, 0, len(byPlace))
	for _, s := range byPlace {
		signs = append(signs, s)
	}
	slices.SortFunc(signs, func(a, b tillwatch.Sign) int { return cmp.Compare(a.Place, b.Place) })
	return signs
}

func whyChannel(reader, hardcoded bool) string {
	switch {
	case reader && hardcoded:
		return "the same script read the card fields, and the other end was never told how to answer"
	case reader:
		return "the same script read the card fields"
	case hardcoded:
		return "the other end was never told how to answer, so it takes whatever any visitor sends"
	}
	return ""
}
