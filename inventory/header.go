package inventory

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Weakness is one way in which the security headers of a page protect less than before.
type Weakness struct {
	Header string `json:"header"`
	What   string `json:"what"`
	Opens  bool   `json:"opens,omitempty"` // it lets in, or lets out to, anybody
	Minor  bool   `json:"minor,omitempty"` // it has little to do with what customers type
	Named  bool   `json:"named,omitempty"` // it lets in one more host by its name, as every new service asks for
}

const (
	policyHeader = "content-security-policy"
	metaHeader   = "meta content-security-policy" // of a meta element in the page
	reportOnly   = "content-security-policy-report-only"
)

// Weaker compares the security headers of a page, one "name: value" a line, names in lower case.
func Weaker(before, after string) []Weakness {
	was, is := headers(before), headers(after)
	out := weakerPolicies(was, is)
	for name := range was {
		if name != policyHeader && name != metaHeader && was[name] != "" {
			out = append(out, weakerHeader(name, was[name], is[name], is)...)
		}
	}
	slices.SortFunc(out, func(a, b Weakness) int {
		if c := strings.Compare(a.Header, b.Header); c != 0 {
			return c
		}
		return strings.Compare(a.What, b.What)
	})
	return out
}

// headers splits the lines; of a header that is there more than once, the values stand with commas between.
func headers(text string) map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(text) {
		name, value, found := strings.Cut(strings.TrimSpace(line), ":")
		if !found {
			continue
		}
		name, value = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)
		if have := out[name]; have != "" {
			value = have + ", " + value
		}
		out[name] = value
	}
	return out
}

// weakerPolicies compares the policies of header and meta element together. Each that was there must have one now that
// allows no more; a policy that went from the header into the page cannot report, frame or sandbox any more.
func weakerPolicies(was, is map[string]string) []Weakness {
	before := append(ParsePolicies(was[policyHeader]), ParsePolicies(was[metaHeader])...)
	header, meta := ParsePolicies(is[policyHeader]), ParsePolicies(is[metaHeader])
	after := slices.Concat(header, meta)
	var out []Weakness
	if len(before) > 0 && len(after) == 0 {
		return []Weakness{{Header: policyHeader, What: "it is gone", Opens: true}}
	}
	for _, p := range before {
		var least []Weakness
		for i, q := range after {
			if w := p.weaker(q); i == 0 || len(w) < len(least) {
				least = w
			}
		}
		for _, w := range least {
			w.Header = policyHeader
			out = append(out, w)
		}
	}
	if was[policyHeader] != "" && len(header) == 0 {
		out = append(out, Weakness{Header: policyHeader, What: "it is only in a <meta> element now, where it cannot report, nor protect from being framed"})
	}
	return out
}

// metaTrap says what a policy in a meta element cannot do, where that is the only one.
func metaTrap(value string) string {
	h := headers(value)
	if h[metaHeader] == "" || h[policyHeader] != "" {
		return ""
	}
	return "the page's only Content-Security-Policy is in a <meta> element: browsers ignore report-uri, report-to, frame-ancestors and sandbox there, so violations are reported to nobody"
}

// MetaTrap says in a sentence what the headers of a page cannot do because their policy is in a meta element; empty where
// nothing is amiss.
func MetaTrap(value string) string { return metaTrap(value) }

func weakerHeader(name, was, is string, all map[string]string) []Weakness {
	weak := func(minor bool, format string, args ...any) []Weakness {
		return []Weakness{{Header: name, What: fmt.Sprintf(format, args...), Minor: minor}}
	}
	gone := is == ""
	switch name {
	case "x-frame-options":
		if ancestors(all[policyHeader]) { // browsers that know frame-ancestors do not look at this header
			return nil
		}
		if rankFrame(is) < rankFrame(was) {
			return weak(false, "%s became %s", was, orGone(is))
		}
	case "strict-transport-security":
		wasAge, wasSub := transport(was)
		isAge, isSub := transport(is)
		switch {
		case gone && wasAge > 0:
			return weak(false, "it is gone")
		case isAge < wasAge:
			return weak(true, "max-age went from %d to %d seconds", wasAge, isAge)
		case wasSub && !isSub:
			return weak(true, "includeSubDomains is gone")
		}
	case "x-content-type-options":
		if strings.Contains(strings.ToLower(was), "nosniff") && !strings.Contains(strings.ToLower(is), "nosniff") {
			return weak(false, "nosniff is gone")
		}
	case "referrer-policy":
		if rankReferrer(is) < rankReferrer(was) {
			return weak(true, "%s became %s", was, orGone(is))
		}
	case reportOnly:
		if gone && all[policyHeader] == "" {
			return weak(true, "it is gone")
		}
	case "permissions-policy":
		if gone {
			return weak(true, "it is gone")
		}
	case "cross-origin-embedder-policy", "cross-origin-opener-policy", "cross-origin-resource-policy":
		if gone || strings.HasPrefix(is, "unsafe-") && !strings.HasPrefix(was, "unsafe-") {
			return weak(true, "%s became %s", was, orGone(is))
		}
	}
	return nil
}

func orGone(value string) string {
	if value == "" {
		return "nothing"
	}
	return value
}

func ancestors(policy string) bool {
	return slices.ContainsFunc(ParsePolicies(policy), func(p Policy) bool { return p["frame-ancestors"] != nil })
}

// rankFrame is how much X-Frame-Options protects. What a browser does not know protects nothing.
func rankFrame(value string) int {
	switch strings.ToLower(strings.TrimSpace(value)) {
	case "deny":
		return 2
	case "sameorigin":
		return 1
	}
	return 0
}

func rankReferrer(value string) int {
	parts := strings.Split(strings.ToLower(value), ",") // the last that a browser knows counts
	order := []string{"unsafe-url", "no-referrer-when-downgrade", "origin-when-cross-origin", "origin", "", "strict-origin-when-cross-origin", "strict-origin", "same-origin", "no-referrer"}
	for _, p := range slices.Backward(parts) {
		if i := slices.Index(order, strings.TrimSpace(p)); i >= 0 {
			return max(i, 0)
		}
	}
	return slices.Index(order, "")
}

func transport(value string) (maxAge int64, subDomains bool) {
	for part := range strings.SplitSeq(strings.ToLower(value), ";") {
		name, number, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch strings.TrimSpace(name) {
		case "max-age":
			maxAge, _ = strconv.ParseInt(strings.Trim(strings.TrimSpace(number), `"`), 10, 64) // a browser ignores what is no number
		case "includesubdomains":
			subDomains = true
		}
	}
	return maxAge, subDomains
}
