package inventory

import (
	"slices"
	"strings"
)

// maxDirectives and maxSources bound what is read of one policy; a browser's own limit on headers is not far above.
const (
	maxDirectives = 100
	maxSources    = 1000
)

// Policy is one Content-Security-Policy: the sources by directive, in lower case but for paths, nonces and hashes.
type Policy map[string][]string

// ParsePolicies reads a Content-Security-Policy header: policies with commas between, all of which count. It takes
// whatever it is given, as a browser does: of a directive that is there twice the first counts.
func ParsePolicies(header string) []Policy {
	var out []Policy
	for text := range strings.SplitSeq(header, ",") {
		p := Policy{}
		for directive := range strings.SplitSeq(text, ";") {
			words := strings.Fields(directive)
			if len(words) == 0 || len(p) >= maxDirectives {
				continue
			}
			name := strings.ToLower(words[0])
			if _, twice := p[name]; twice {
				continue
			}
			sources := []string{}
			for _, w := range words[1:min(len(words), maxSources)] {
				sources = append(sources, normalSource(w))
			}
			p[name] = sources
		}
		if len(p) > 0 && len(out) < maxDirectives {
			out = append(out, p)
		}
	}
	return out
}

// normalSource writes a source in one way. A nonce is a new one in every answer.
func normalSource(w string) string {
	lower := strings.ToLower(w)
	switch {
	case strings.HasPrefix(lower, "'nonce-"):
		return "'nonce-*'"
	case strings.HasPrefix(lower, "'sha"):
		return w
	}
	if scheme, rest, ok := strings.Cut(w, "://"); ok {
		host, path, slash := strings.Cut(rest, "/")
		if slash {
			path = "/" + path
		}
		return strings.ToLower(scheme+"://"+host) + path
	}
	return lower
}

// fallbacks says which directive speaks where one is missing.
var fallbacks = map[string][]string{
	"script-src-elem": {"script-src", "default-src"}, "script-src-attr": {"script-src", "default-src"},
	"style-src-elem": {"style-src", "default-src"}, "style-src-attr": {"style-src", "default-src"},
	"worker-src": {"child-src", "script-src", "default-src"}, "frame-src": {"child-src", "default-src"},
	"script-src": {"default-src"}, "style-src": {"default-src"}, "connect-src": {"default-src"}, "img-src": {"default-src"},
	"font-src": {"default-src"}, "media-src": {"default-src"}, "object-src": {"default-src"}, "manifest-src": {"default-src"},
	"child-src": {"default-src"}, "prefetch-src": {"default-src"},
}

// of gives the sources that count for a directive, or false where anything may be loaded.
func (p Policy) of(directive string) ([]string, bool) {
	for _, name := range append([]string{directive}, fallbacks[directive]...) {
		if sources, ok := p[name]; ok {
			return sources, true
		}
	}
	return nil, false
}

// leaks are the directives through which a skimmer comes in or what it took goes out.
var leaks = []string{"default-src", "script-src", "script-src-elem", "script-src-attr", "connect-src", "form-action", "frame-src", "child-src", "worker-src", "img-src", "base-uri", "object-src"}

// weaker says what after allows that before did not. Every directive of both is compared by what counts for it, so that
// moving sources from default-src to script-src is no change.
func (p Policy) weaker(after Policy) []Weakness {
	names := map[string]bool{}
	for name := range p {
		names[name] = true
	}
	for name := range after {
		names[name] = true
	}
	var out []Weakness
	for name := range names {
		before, restricted := p.of(name)
		if !restricted || name == "report-uri" || name == "report-to" {
			continue
		}
		now, still := after.of(name)
		if !still {
			out = append(out, Weakness{What: name + " is gone", Opens: name == "default-src" || strings.HasPrefix(name, "script-src")})
			continue
		}
		if isFlag(name) {
			continue
		}
		for _, s := range added(before, now) {
			out = append(out, Weakness{
				What:  name + " now allows " + s,
				Opens: opens(s) && slices.Contains(leaks, name),
				Named: namesHost(s) && name != "form-action" && name != "base-uri" && name != "default-src",
				Minor: !slices.Contains(leaks, name) && name != "frame-ancestors" && !strings.Contains(name, "trusted-types"),
			})
		}
	}
	slices.SortFunc(out, func(a, b Weakness) int { return strings.Compare(a.What, b.What) })
	return out
}

// namesHost says that a source is one host, written out.
func namesHost(s string) bool {
	return !opens(s) && strings.Contains(s, ".") && !strings.HasPrefix(s, "'") && !strings.Contains(strings.TrimPrefix(strings.TrimPrefix(s, "https://"), "*."), "*")
}

// isFlag says that a directive has no sources: being there is all that it says.
func isFlag(name string) bool {
	switch name {
	case "upgrade-insecure-requests", "block-all-mixed-content", "sandbox", "require-trusted-types-for", "plugin-types", "require-sri-for":
		return true
	}
	return false
}

// added are the sources of now that before does not cover.
func added(before, now []string) []string {
	var out []string
	for _, s := range now {
		switch {
		case s == "'none'" || s == "'report-sample'" || s == "'strict-dynamic'" && slices.Contains(before, "'unsafe-inline'"):
		case strings.HasPrefix(s, "'nonce-") || strings.HasPrefix(s, "'sha"): // each names one script, as an approval does
		case s == "'unsafe-inline'" && disarmed(now): // browsers ignore it beside a nonce or a hash
		case s == "'unsafe-inline'" && disarmed(before): // but before it was ignored too, or was not there
			out = append(out, s)
		case !covered(s, before):
			out = append(out, s)
		}
	}
	return out
}

func disarmed(sources []string) bool {
	return slices.ContainsFunc(sources, func(s string) bool {
		return strings.HasPrefix(s, "'nonce-") || strings.HasPrefix(s, "'sha") || s == "'strict-dynamic'"
	})
}

// opens says that a source lets in code or data of anybody's.
func opens(s string) bool {
	switch s {
	case "*", "https:", "http:", "data:", "blob:", "wss:", "ws:", "'unsafe-inline'", "'unsafe-eval'", "https://*", "http://*":
		return true
	}
	return false
}

// covered says whether one of the sources allows all that s does.
func covered(s string, sources []string) bool {
	return slices.ContainsFunc(sources, func(have string) bool {
		switch {
		case have == s || s == "'self'" && (have == "*" || have == "https:" || have == "http:"):
			return true
		case strings.HasPrefix(s, "'") || strings.HasSuffix(s, ":"):
			return false
		case have == "*":
			return true
		case strings.HasSuffix(have, ":") && !strings.Contains(have, "/"):
			return strings.HasPrefix(s, have+"//") || have == "http:" && strings.HasPrefix(s, "https://")
		}
		return coversHost(have, s)
	})
}

// coversHost compares "https://*.a.example:443/x/" with "b.a.example".
func coversHost(have, s string) bool {
	haveScheme, haveHost, havePath := splitSource(have)
	scheme, host, path := splitSource(s)
	if haveScheme != "" && haveScheme != scheme && !(haveScheme == "http" && scheme == "https") {
		return false
	}
	if below, wild := strings.CutPrefix(haveHost, "*."); wild {
		if !strings.HasSuffix(host, "."+below) {
			return false
		}
	} else if haveHost != host {
		return false
	}
	return havePath == "" || havePath == path || strings.HasSuffix(havePath, "/") && strings.HasPrefix(path, havePath)
}

func splitSource(s string) (scheme, host, path string) {
	scheme, rest, found := strings.Cut(s, "://")
	if !found {
		scheme, rest = "", s
	}
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		rest, path = rest[:i], rest[i:]
	}
	return scheme, rest, path
}
