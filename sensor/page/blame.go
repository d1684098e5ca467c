package page

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/canary"
	"github.com/tillwatch/tillwatch/known"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// maxEvidence bounds what one sign carries: a keystroke logger sends a hundred times from one line.
const maxEvidence = 8

// blame finds the script and the line behind what left.
type blame struct {
	scripts map[scriptKey]browser.Script
	reads   []browser.Read
	passes  map[position][]string // the origins that requests without canary data went to through a place

	lists    *known.Data
	verdicts map[scriptKey]bool // of published, as far as asked for
}

// position is a place in a script.
type position struct {
	script       scriptKey
	line, column int
}

// scriptKey names a script within one visit. The URL on a stack does not: a sourceURL comment makes it whatever the
// script's author wants.
type scriptKey struct{ session, id string }

func newBlame(v *visit) *blame {
	b := &blame{scripts: map[scriptKey]browser.Script{}, lists: v.published(), reads: v.reads, passes: map[position][]string{}, verdicts: map[scriptKey]bool{}}
	for _, s := range v.scripts {
		b.scripts[scriptKey{s.Session, s.ID}] = s
	}
	return b
}

// learn notes the places that a harmless request went through.
func (b *blame) learn(s *sending) {
	origin := originOf(s.url)
	for _, c := range s.stack {
		at := position{scriptKey{s.session, c.ScriptID}, c.Line, c.Column}
		if !slices.Contains(b.passes[at], origin) {
			b.passes[at] = append(b.passes[at], origin)
		}
	}
}

// culprit picks the call that the operator should look at: the innermost one that is neither in a library whose bytes
// are exactly what its project published, nor at a place that harmless requests to other origins go through as well.
// jQuery sends what it is told to send, and so does an error tracker that wrapped fetch; a jQuery that was tampered with
// is not published any more, and is named.
func (b *blame) culprit(session, origin string, stack []browser.Call) (browser.Call, bool) {
	for _, c := range stack {
		if !b.published(session, c) && !b.passedBy(session, origin, c) {
			return c, true
		}
	}
	return browser.Call{}, false
}

// published says whether a call's script is a library as its project published it, but for line ends, a byte order mark
// and a banner: browsers and optimisers change those.
func (b *blame) published(session string, c browser.Call) bool {
	key := scriptKey{session, c.ScriptID}
	verdict, judged := b.verdicts[key]
	if !judged {
		s := b.scripts[key]
		verdict = s.Source != "" && !s.Truncated && len(b.lists.LibraryFile([]byte(s.Source))) > 0
		b.verdicts[key] = verdict
	}
	return verdict
}

func (b *blame) passedBy(session, origin string, c browser.Call) bool {
	return slices.ContainsFunc(b.passes[position{scriptKey{session, c.ScriptID}, c.Line, c.Column}], func(o string) bool { return o != origin })
}

// placed follows code that has no file of its own (eval, blob, data) to the line that made it, and puts a script's real
// address in the place of one it claims.
func (b *blame) placed(session string, c browser.Call) (place browser.Call, madeAtRunTime bool) {
	for range 8 {
		s, ok := b.scripts[scriptKey{session, c.ScriptID}]
		if !ok {
			break
		}
		if hasAddress(s.URL) {
			c.URL = s.URL
			break
		}
		if madeAtRunTime = true; len(s.Parent) == 0 {
			break
		}
		c = s.Parent[0]
	}
	return c, madeAtRunTime
}

// evidence describes one sending of fields, hidden how. Chromium tells only the innermost call of a request, so that where
// this is a place that only passes on, the script that read the fields last before is named.
func (b *blame) evidence(s *sending, fields []canary.Field, how string) tillwatch.Evidence {
	e := tillwatch.Evidence{What: s.describe(), Destination: shown(s.url)}
	for _, f := range fields {
		e.Fields = append(e.Fields, string(f))
	}
	if how != "" {
		e.What += ", " + how
	}
	sender, known := b.culprit(s.session, originOf(s.url), s.stack)
	sender, madeAtRunTime := b.placed(s.session, sender)
	if madeAtRunTime {
		e.What += ", by code made at run time"
	}
	if known && hasAddress(sender.URL) {
		e.Where, e.Line, e.Column = shown(sender.URL), sender.Line, sender.Column
		return e
	}
	if readers := b.readers(s); len(readers) > 0 {
		e.What += onlyRead
		e.Where, e.Line, e.Column = shown(readers[0].URL), readers[0].Line, readers[0].Column
		return e
	}
	switch {
	case len(s.stack) > 0 && hasAddress(s.stack[0].URL):
		e.Where, e.Line, e.Column = shown(s.stack[0].URL), s.stack[0].Line, s.stack[0].Column
	case s.starter.URL != "":
		e.Where, e.Line = shown(s.starter.URL), s.starter.Line
	default:
		e.Where = shown(s.document)
	}
	return e
}

// onlyRead ends the description of evidence that names who read the fields in the place of who sent them.
const onlyRead = "; the sender is not known, this script read the fields"

// hasAddress tells a script that can be looked up from one that lived in the browser's memory only.
func hasAddress(url string) bool {
	return url != "" && !strings.HasPrefix(url, "blob:") && !strings.HasPrefix(url, "data:")
}

// callers are the other scripts that had a part in a sending: those on its stack, from the inside out, and, where who sent
// it is not known, those that read the fields.
func (b *blame) callers(s *sending, culprit tillwatch.Evidence) []tillwatch.Evidence {
	var out []tillwatch.Evidence
	seen := []string{culprit.Where}
	add := func(what string, c browser.Call) {
		if where := shown(c.URL); where != "" && !slices.Contains(seen, where) && len(out) < 4 {
			seen = append(seen, where)
			out = append(out, tillwatch.Evidence{What: what, Where: where, Line: c.Line, Column: c.Column})
		}
	}
	for _, c := range s.stack {
		c, _ = b.placed(s.session, c)
		add("also on the stack of that request", c)
	}
	if strings.HasSuffix(culprit.What, onlyRead) {
		for _, c := range b.readers(s) {
			add("also read the fields", c)
		}
	}
	return out
}

// readLag is how much later than the request that follows it a read may be known here: it is told on another way.
const readLag = time.Second

// readers are the places that took what is in the card fields before s, one for each script that nobody published. The script
// that reads least comes first: the code that draws the form reads at every key, a skimmer when it has something to take.
func (b *blame) readers(s *sending) []browser.Call {
	type reader struct {
		place browser.Call
		at    time.Time
		count int
	}
	byScript := map[string]*reader{}
	for _, r := range b.reads {
		c, known := b.culprit(r.Session, "", r.Stack)
		// A frame's own script reads its own fields; but the document of a form's request is the one it loads.
		elsewhere := s.kind != "Document" && hostOf(r.FrameURL) != hostOf(pageOf(s.document))
		if !known || elsewhere || r.At.After(s.at.Add(readLag)) {
			continue
		}
		c, _ = b.placed(r.Session, c)
		one := byScript[c.URL]
		if one == nil {
			one = &reader{}
			byScript[c.URL] = one
		}
		one.count += r.Count
		if !r.At.Before(one.at) {
			one.place, one.at = c, r.At
		}
	}
	order := slices.SortedFunc(maps.Values(byScript), func(x, y *reader) int {
		return cmp.Or(cmp.Compare(x.count, y.count), strings.Compare(x.place.URL, y.place.URL))
	})
	var out []browser.Call
	for _, r := range order {
		out = append(out, r.place)
	}
	return out
}

func (s *sending) describe() string {
	step := ""
	if s.step != "" {
		step = fmt.Sprintf(" at step %q", s.step)
	}
	switch {
	case s.witness && s.kind == datagram:
		return "packet (" + s.method + ")" + step + " that no page's call accounts for"
	case s.kind == datagram:
		return "packet (" + s.method + ")" + step
	case s.witness:
		return s.method + " request" + step + " that the browser did not report, only the witness saw"
	case s.method == "WebSocket":
		return "WebSocket message" + step
	case s.method == "WebRTC":
		return "WebRTC call" + step
	case s.method == "DNS":
		return "look-up of a host's name" + step
	case s.kind == "Document":
		return s.method + " of a form or a navigation" + step
	case s.kind == "Ping":
		return "beacon" + step
	case s.kind == "Image":
		return "request for a picture" + step
	case s.kind == "":
		return s.method + " request" + step
	}
	return fmt.Sprintf("%s request (%s)%s", s.method, strings.ToLower(s.kind), step)
}

// appendEvidence adds e, or adds its fields to an entry of the same place and destination.
func appendEvidence(list []tillwatch.Evidence, e tillwatch.Evidence) []tillwatch.Evidence {
	for i := range list {
		if list[i].Where == e.Where && list[i].Line == e.Line && list[i].Column == e.Column && list[i].Destination == e.Destination {
			for _, f := range e.Fields {
				if !slices.Contains(list[i].Fields, f) {
					list[i].Fields = append(list[i].Fields, f)
				}
			}
			return list
		}
	}
	if len(list) >= maxEvidence {
		return list
	}
	return append(list, e)
}
