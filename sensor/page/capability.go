package page

import (
	"regexp"
	"slices"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/script"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// What a script can do besides what it did on the walk, as far as that changes how much a new one matters.
const (
	// passesOn says that a script which reads card fields has a way to keep or send what it reads. Without, it may be
	// what puts blanks between the digits.
	passesOn tillwatch.Capability = "passes on what it reads"
	// readsRequests and rewritesPages are what a service worker does that is more than a cache.
	readsRequests tillwatch.Capability = "reads requests"
	rewritesPages tillwatch.Capability = "rewrites pages"
)

// outward are the sinks through which something leaves the script: to a server, another window or a later page.
var outward = []script.SinkKind{
	script.SinkFetch, script.SinkXHR, script.SinkBeacon, script.SinkSocket, script.SinkRTC, script.SinkImage, script.SinkElement, script.SinkLink, script.SinkForm,
	script.SinkScript, script.SinkFrame, script.SinkWorker, script.SinkNavigation, script.SinkStyle, script.SinkCookie, script.SinkStorage, script.SinkMessage,
}

// learnt reads a script where what it did asks for it: what came of what it read, and what a service worker is for.
func learnt(s browser.Script, did []tillwatch.Capability, d destinations) []tillwatch.Capability {
	reader := slices.Contains(did, tillwatch.Reads("card"))
	worker := s.Target == "service_worker"
	if !reader && !worker {
		return nil
	}
	a := script.Analyse([]byte(s.Source), script.Options{Own: d.shop})
	understood := a.Partial == "" && (a.Parsed == script.ParsedWhole || a.Parsed == script.ParsedLowered)
	var can []tillwatch.Capability
	if reader && (!understood || len(a.Dynamic) > 0 || slices.ContainsFunc(a.Sinks, func(s script.Sink) bool { return outlet(s, a, d) })) {
		can = append(can, passesOn)
	}
	if worker {
		can = append(can, workerCan(s.Source, a, d)...)
	}
	return can
}

// outlet says that what a script reads can leave it through a sink. What goes to a payment provider is where it belongs,
// and a request of which it is known that nothing of the customer's is in it is none of it.
func outlet(s script.Sink, a *script.Analysis, d destinations) bool {
	if o := d.owner(s.Host); s.Host != "" && (o == provider || o == authorised) || !slices.Contains(outward, s.Kind) {
		return false
	}
	return len(s.Fields) > 0 || s.Hidden || len(a.Sources) == 0
}

var (
	readsBody = lazily(`(?i)request\w*\s*(?:\.clone\(\)\s*)?\.\s*(?:text|formData|json|arrayBuffer|blob|body)\b|\.\s*formData\s*\(`)
	makesPage = lazily(`new\s+Response\s*\(`)
	changes   = lazily(`\.\s*(?:replace|replaceAll|concat|split)\s*\(|<script|<\\?/(?:body|head)`)
	takesText = lazily(`\.\s*text\s*\(\s*\)|TransformStream|TextDecoder`)
)

// workerCan tells a service worker that looks into requests or changes what a page is made of from one that keeps copies.
func workerCan(source string, a *script.Analysis, d destinations) []tillwatch.Capability {
	var can []tillwatch.Capability
	bodies := readsBody().MatchString(source)
	for _, sink := range a.Sinks {
		bodies = bodies || sink.Host != "" && slices.Contains(sink.Fields, "request") && d.owner(sink.Host) == foreign
		if sink.Host != "" && d.owner(sink.Host) == foreign {
			can = append(can, tillwatch.Sends(shown(sink.Host)))
		}
	}
	if bodies {
		can = append(can, readsRequests)
	}
	if makesPage().MatchString(source) && takesText().MatchString(source) && (changes().MatchString(source) || addsToText(source)) {
		can = append(can, rewritesPages)
	}
	return can
}

var takenText = lazily(`(\w+)\s*=\s*await\s+[\w.$()\s]*?\.\s*text\s*\(\s*\)|\.\s*text\s*\(\s*\)\s*\)?\s*\.\s*then\s*\(\s*(?:async\s+)?(?:function\s*)?\(?\s*(\w+)`)

// addsToText says that a worker answers with the text of another answer and something more: code that the server does not
// have, at the end of a script that it has. To wrap what was answered, with other headers, is none of it.
func addsToText(source string) bool {
	var names []string
	for _, m := range takenText().FindAllStringSubmatch(source, -1) {
		names = append(names, m[1]+m[2])
	}
	for _, at := range makesPage().FindAllStringIndex(source, -1) {
		body := firstArgument(source[at[1]:])
		joins := joinedWith().FindString(body) != "" && takesText().MatchString(body)
		for _, name := range names {
			joins = joins || regexp.MustCompile(`(?:^|[^\w.$])`+name+`\s*\+|\+\s*`+name+`\b|\$\{\s*`+name+`\s*\}`).MatchString(body)
		}
		if joins {
			return true
		}
	}
	return false
}

var joinedWith = lazily(`\)\s*\+|\+\s*(?:\(|await)|\$\{\s*await\b`)

// firstArgument is what stands before the comma or bracket that ends the first argument of a call.
func firstArgument(source string) string {
	const longest = 2 << 10
	depth := 0
	for i := 0; i < min(len(source), longest); {
		switch b := source[i]; {
		case b == '"' || b == '\'' || b == '`':
			i = afterText(source, i)
			continue
		case b == '(' || b == '{' || b == '[':
			depth++
		case b == ')' || b == '}' || b == ']':
			if depth--; depth < 0 {
				return source[:i]
			}
		case b == ',' && depth == 0:
			return source[:i]
		}
		i++
	}
	return source[:min(len(source), longest)]
}
