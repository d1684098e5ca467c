package page

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/known"
	"github.com/tillwatch/tillwatch/script"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// minLibrary is the shortest script that is compared with the published libraries: below it there is nothing of a library
// that would be worth hiding in.
const minLibrary = 1 << 10

// changedLibraries tells of libraries in which something stands that their project did not publish.
//
// That is how a skimmer stays unnoticed for years: nobody opens a file with a familiar name. So it is high even where
// nobody understands what was added. It is low where all of it was read and neither takes nor sends anything, as a shop's
// own settings after a plug-in do, and nothing where a library is merely a part of a larger file of the shop's own.
func changedLibraries(v *visit, d destinations) []tillwatch.Sign {
	pages := v.lives()
	at := map[string]int{}
	var signs []tillwatch.Sign
	for _, s := range v.toBeRead(d) {
		if s.Kind == "eval" || len(s.Source) < minLibrary {
			continue
		}
		source := []byte(s.Source)
		r := v.published().Recognise(source, statements(source))
		if r.Standing != known.Modified {
			continue
		}
		added := addedCode(source, r)
		sign := tillwatch.Sign{
			Rule: "page/library-modified", Place: scriptPlace(s), Severity: tillwatch.Medium, Certainty: tillwatch.Likely, Since: s.At, Count: 1,
			Summary: fmt.Sprintf("A copy of %s %s holds code that its project never published.", r.Name, r.Version),
		}
		if r.Added != (known.Stretch{}) {
			sign.Certainty = tillwatch.Certain
		}
		if v.onPayment(s, pages) {
			sign.Severity = tillwatch.High
		}
		bundle := !namedAfter(s, r.Name) && !(sign.Certainty == tillwatch.Certain && inside(source, added[0]))
		switch harm := v.harmIn(s, source, added, bundle, d); {
		case harm == "" && bundle:
			continue
		case harm == "":
			sign.Severity = tillwatch.Low
			sign.Summary = fmt.Sprintf("A copy of %s %s holds code that its project never published; it was read, and it neither takes nor sends anything.", r.Name, r.Version)
		default:
			sign.Evidence = append(sign.Evidence, tillwatch.Evidence{What: harm, Where: scriptPlace(s)})
		}
		for _, piece := range added[:min(len(added), maxEvidence-1)] {
			sign.Evidence = append(sign.Evidence, addedEvidence(s, source, piece, r))
		}
		if i, again := at[sign.Place]; again {
			signs[i].Severity = max(signs[i].Severity, sign.Severity)
			continue
		}
		at[sign.Place] = len(signs)
		signs = append(signs, sign)
	}
	return signs
}

func statements(source []byte) []known.Statement {
	list := script.Statements(source)
	out := make([]known.Statement, len(list))
	for i, s := range list {
		out[i] = known.Statement{Hash: s.Hash, Start: s.Start, End: s.End}
	}
	return out
}

// published are the lists of published libraries that the visit is judged by.
func (v *visit) published() *known.Data {
	if v.lists == nil {
		return known.Embedded()
	}
	return v.lists
}

// publication says which published file a script is, as the inventory shows it; empty where it is none.
func (v *visit) publication(source string) string {
	files := v.published().LibraryFile([]byte(source))
	if len(files) == 0 {
		return ""
	}
	return "published " + files[0].Name + " " + files[0].Version
}

// addedCode are the parts of a script that its library does not have, in their order.
func addedCode(source []byte, r known.Recognition) []known.Stretch {
	if r.Added != (known.Stretch{}) {
		return []known.Stretch{whole(source, r.Added)}
	}
	var out []known.Stretch
	for _, s := range r.Unknown {
		if s.Start < 0 || s.End > len(source) || s.Start >= s.End {
			continue // the positions are those of a decoded text
		}
		if n := len(out) - 1; n >= 0 && s.Start-out[n].End <= 4 {
			out[n].End = s.End
			continue
		}
		out = append(out, known.Stretch{Start: s.Start, End: s.End})
	}
	return out
}

// whole moves a stretch to where it is whole statements, as far as the same bytes at both its ends let it be moved: what
// is left of the library is the same either way.
func whole(source []byte, s known.Stretch) known.Stretch {
	const furthest, longest = 32, 64 << 10
	if s.End-s.Start > longest {
		return s
	}
	for i := 0; i < furthest; i++ {
		moved := known.Stretch{Start: s.Start + i, End: s.End + i}
		if script.Analyse(source[moved.Start:moved.End], script.Options{}).Parsed == script.ParsedWhole {
			return moved
		}
		if moved.End >= len(source) || source[moved.Start] != source[moved.End] {
			break
		}
	}
	return s
}

// inside says that something stands in the middle of a library: nobody puts files together like that.
func inside(source []byte, added known.Stretch) bool {
	blank := func(b []byte) bool { return len(bytes.Trim(b, " \t\r\n;")) == 0 }
	return !blank(source[:added.Start]) && !blank(source[added.End:])
}

// harmIn says why what was added may do harm; empty where all of it was read and does nothing with anybody's data. In a
// bundle the shop's own code stands beside the library, and that may read and send: there it must look like a skimmer.
func (v *visit) harmIn(s browser.Script, source []byte, added []known.Stretch, bundle bool, d destinations) string {
	if len(added) == 0 {
		return "what was changed could not be found"
	}
	for _, piece := range added {
		code := source[piece.Start:piece.End]
		a := script.Analyse(code, script.Options{Own: d.shop})
		reads, sends := v.actedFrom(s, source, piece, d)
		switch whole := a.Parsed == script.ParsedWhole || a.Parsed == script.ParsedLowered; {
		case reads && sends || !bundle && (reads || sends):
			return "what was added read card fields, or had the browser talk to another host"
		case bundle:
			if a.Verdict.Severity >= tillwatch.Medium {
				return "what was added is written like a skimmer"
			}
		case whole:
			if hidesNames(string(code)) || a.Partial != "" || len(a.Sources)+len(a.Sinks)+len(a.Dynamic)+len(a.Decoders)+len(a.Hosts) > 0 || a.Verdict.Severity >= tillwatch.Medium {
				return "what was added reads, sends, decodes or executes something"
			}
		default: // half a statement, which no parser takes
			if word := actingWord(string(code)); word != "" {
				return "what was added cannot be read, and names " + word
			}
		}
	}
	return ""
}

// actingWords are names without which no code in a page takes or sends anything.
var actingWords = []string{
	"value", "cookie", "fetch", "XMLHttpRequest", "sendBeacon", "WebSocket", "EventSource", "RTCPeerConnection", "src", "href", "action", "atob", "eval",
	"Function", "fromCharCode", "addEventListener", "FormData", "serialize", "querySelector", "getElement", "localStorage", "sessionStorage",
	"indexedDB", "postMessage", "import", "constructor", "charCodeAt", "setTimeout", "setInterval", "createElement", "innerHTML", "ajax",
}

func actingWord(code string) string {
	for _, w := range actingWords {
		if strings.Contains(code, w) {
			return w
		}
	}
	if hidesNames(code) || strings.Contains(code, "[") {
		return "what it uses in a hidden way"
	}
	return ""
}

// hidesNames says that code does not write out what it uses.
func hidesNames(code string) bool {
	return slices.ContainsFunc([]string{`\x`, `\u00`, "window[", "self[", "top[", "this[", "parent[", "document["}, func(s string) bool { return strings.Contains(code, s) })
}

// actedFrom says whether on this visit code of the stretch read card fields, and had the browser talk to a stranger's host.
func (v *visit) actedFrom(s browser.Script, source []byte, piece known.Stretch, d destinations) (reads, sends bool) {
	line, column := place(source, piece.Start)
	endLine, endColumn := place(source, piece.End)
	within := func(session string, stack []browser.Call) bool {
		return slices.ContainsFunc(stack, func(c browser.Call) bool {
			if session != s.Session || c.ScriptID != s.ID {
				return false
			}
			after := c.Line > line || c.Line == line && c.Column >= column
			return after && (c.Line < endLine || c.Line == endLine && c.Column <= endColumn)
		})
	}
	for _, r := range v.reads {
		reads = reads || within(r.Session, r.Stack)
	}
	for _, r := range v.requests {
		sends = sends || d.owner(hostOf(r.URL)) == foreign && hostOf(r.URL) != "" && within(r.Session, r.Stack)
	}
	return reads, sends
}

// onPayment says that a script was also loaded by the page on which customers pay. It is read at the first page that has it.
func (v *visit) onPayment(s browser.Script, pages []life) bool {
	return slices.ContainsFunc(v.scripts, func(other browser.Script) bool {
		return other.SHA256 == s.SHA256 && other.URL == s.URL && slices.Contains(stagesAt(pages, other.At), tillwatch.StagePayment)
	})
}

// namedAfter says that a file goes by the name of a library: jquery-3.6.0.min.js, not bundle.js.
func namedAfter(s browser.Script, library string) bool {
	letters := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
				return r
			}
			return -1
		}, strings.ToLower(s))
	}
	file := letters(strings.TrimSuffix(path.Base(bare(s.URL)), ".js"))
	name := strings.TrimSuffix(letters(path.Base(library)), "js") // without the scope of "@scope/name"
	return s.Kind == "external" && len(name) > 1 && strings.Contains(file, name)
}

func addedEvidence(s browser.Script, source []byte, piece known.Stretch, r known.Recognition) tillwatch.Evidence {
	e := tillwatch.Evidence{What: fmt.Sprintf("%d bytes that no published %s has", piece.End-piece.Start, r.Name), Where: scriptPlace(s)}
	e.Line, e.Column = place(source, piece.Start)
	if s.Line > 0 && s.Kind == "inline" {
		if e.Line == 1 {
			e.Column += max(s.Column-1, 0)
		}
		e.Line += s.Line - 1
	}
	return e
}

// place gives the line and column of a byte, both from 1, columns in UTF-16 units as browsers count them.
func place(source []byte, offset int) (line, column int) {
	before := string(source[:min(offset, len(source))])
	line = strings.Count(before, "\n") + 1
	for _, r := range before[strings.LastIndexByte(before, '\n')+1:] {
		column++
		if r > 0xffff && r <= utf8.MaxRune {
			column++
		}
	}
	return line, column + 1
}
