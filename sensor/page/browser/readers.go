package browser

import (
	"net/url"
	"strconv"
	"strings"
)

// report is what the taps tell of one call of a tapped function.
type report struct {
	how, field string
	count      int // how often the same stack has done it, a power of two
	calls      []reportedCall
}

type reportedCall struct {
	hash string // of the script's source
	Call
}

// parseReport reads what disguise.js wrote and watcher.js passed on. A page that found out the channel could write
// anything here.
func parseReport(text string) (report, bool) {
	text, err := url.PathUnescape(text)
	if err != nil {
		return report{}, false
	}
	how, rest, ok := strings.Cut(text, "\n")
	if !ok || how != "value" && how != "key" && how != "FormData" && how != "peer" && how != "hint" {
		return report{}, false
	}
	field, rest, ok := strings.Cut(rest, "\n")
	if !ok {
		return report{}, false
	}
	number, stack, _ := strings.Cut(rest, "\n")
	count, err := strconv.Atoi(number)
	if err != nil || count < 1 || count > 1<<40 {
		return report{}, false
	}
	limit := 256
	switch how {
	case "peer":
		limit = maxPeerText
	case "hint":
		limit = maxHintText
	}
	r := report{how: how, field: clip(field, limit), count: count}
	for line := range strings.Lines(stack) {
		parts := strings.SplitN(strings.TrimSuffix(line, "\n"), "\t", 5)
		if len(parts) != 5 {
			continue
		}
		if len(r.calls) == maxStack {
			break
		}
		row, _ := strconv.Atoi(parts[1])
		column, _ := strconv.Atoi(parts[2])
		r.calls = append(r.calls, reportedCall{
			hash: parts[0],
			Call: Call{URL: clip(parts[3], 2<<10), Function: clip(parts[4], 256), Line: row, Column: column},
		})
	}
	return r, true
}

// onReport records who used a tapped function. The stack within the page comes with the report; what had scheduled it
// the browser knows.
func (b *Browser) onReport(s *session, e *scriptParsed, text string) {
	r, ok := parseReport(text)
	if !ok {
		return
	}
	var stack []Call
	b.mu.Lock()
	for _, c := range r.calls {
		if len(stack) == 0 && c.hash == "" && c.URL == "" {
			continue // the tap itself: the innermost calls, of a script without origin
		}
		c.ScriptID = s.script(c.hash, c.URL)
		stack = append(stack, c.Call)
	}
	frameURL := b.frames[e.Aux.FrameID].url
	b.mu.Unlock()

	b.parents(s, e.Stack, func(parents []Call, by string) {
		timer := by == "setInterval" || (by == "setTimeout" || by == "requestAnimationFrame" || by == "requestIdleCallback") && again(stack, parents)
		stack = append(stack, parents...)
		stack = stack[:min(len(stack), maxStack)]
		switch r.how {
		case "peer":
			if p, ok := parsePeer(r.field); ok {
				p.Session, p.FrameURL, p.Stack = s.id, frameURL, stack
				p.Connection = s.id + "/" + strconv.Itoa(e.ContextID) + "/" + p.Connection
				b.rec.addPeer(p)
			}
			return
		case "hint":
			kind, host, _ := strings.Cut(r.field, "\t")
			b.rec.addHint(Hint{Session: s.id, FrameURL: frameURL, Kind: kind, Host: host})
			return
		}
		// A report stands for those since the last one: half of its count.
		b.rec.addRead(Read{FrameURL: frameURL, Field: r.field, How: r.how, Count: r.count - r.count/2, Session: s.id, Stack: stack, Timer: timer})
	})
}

// again says that a function had itself called by setTimeout, as one that polls does; one that waits for the end of typing
// is called by somebody else's.
func again(stack, parents []Call) bool {
	return len(stack) == 1 && len(parents) > 0 && stack[0].ScriptID == parents[0].ScriptID && stack[0].Function == parents[0].Function && stack[0].Function != ""
}
