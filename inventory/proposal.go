package inventory

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
)

// Proposal writes a Content-Security-Policy and integrity attributes that would let the payment page do what it does now
// and nothing else, as text for whoever looks after the server. Only what is approved is let in; what is not is named.
func (b Book) Proposal(shop string, own func(host string) bool) string {
	standing := active(b.Approvals)
	var scripts, connects []string
	var integrity, inline, left []string
	for _, r := range b.Records {
		if r.Kind != kindScript || !r.Pays() || !r.Gone.IsZero() {
			continue
		}
		if b.Status(r, own) != Approved {
			left = append(left, r.Place)
			continue
		}
		for _, v := range r.Versions {
			for _, c := range v.Capabilities {
				if host, sends := strings.CutPrefix(string(c), "sends "); sends && (standing.allow(r, c) || own(host)) {
					connects = append(connects, sourceOf(host, own))
				}
			}
		}
		origin := originOf(r.Place)
		if origin == "" || strings.Contains(r.Place, " ") {
			inline = append(inline, r.Place)
			continue
		}
		scripts = append(scripts, sourceOf(hostOf(r.Place), own))
		last := slices.MaxFunc(r.Versions, func(a, b tillwatch.Version) int { return a.Last.Compare(b.Last) })
		if sri := subresource(last.Digest); sri != "" && !strings.ContainsAny(r.Place, "*…") && !standing.byRule(r) {
			integrity = append(integrity, fmt.Sprintf("<script src=%q integrity=%q crossorigin=\"anonymous\"></script>", r.Place, sri))
		}
	}

	var t strings.Builder
	fmt.Fprintf(&t, "# Proposal for the payment page of %s, made from what is approved in the inventory.\n", plain(shop))
	t.WriteString("# Send it first as Content-Security-Policy-Report-Only, walk a whole checkout with each way of paying, and only then\n# as Content-Security-Policy. Send it as a header: in a <meta> element it can neither report nor protect from framing.\n\n")
	directive := func(name string, sources []string) {
		others := slices.DeleteFunc(slices.Clone(sources), func(s string) bool { return s == "'self'" })
		slices.Sort(others)
		fmt.Fprintf(&t, "  %s;\n", strings.Join(append([]string{name, "'self'"}, slices.Compact(others)...), " "))
	}
	t.WriteString("Content-Security-Policy:\n")
	directive("default-src", nil)
	if len(inline) > 0 {
		scripts = append(scripts, "'nonce-REPLACE-IN-EACH-ANSWER'")
	}
	directive("script-src", scripts)
	directive("connect-src", connects)
	directive("img-src", append(slices.Clone(connects), "data:"))
	directive("frame-src", frames(b.Records, standing, own))
	directive("form-action", nil)
	directive("frame-ancestors", nil)
	t.WriteString("  base-uri 'none';\n  object-src 'none';\n  report-uri /csp-report\n")
	t.WriteString("\n# Style sheets, fonts and pictures are not in the inventory: add their hosts to style-src, font-src and img-src.\n")
	section := func(title string, lines []string) {
		if len(lines) == 0 {
			return
		}
		fmt.Fprintf(&t, "\n# %s\n", title)
		slices.Sort(lines)
		for _, line := range slices.Compact(lines) {
			t.WriteString(plain(line) + "\n")
		}
	}
	section("Scripts with the integrity of what was approved. Where a publisher changes a file, the browser will not run it.", integrity)
	section("Scripts inside the page: give each the nonce of the answer, or move it into a file.", prefixed(inline))
	section("Not let in, because not approved:", prefixed(left))
	return t.String()
}

func (as approvals) byRule(r tillwatch.Record) bool {
	return slices.ContainsFunc(as, func(a tillwatch.Approval) bool { return a.Rule && fits(a, r) })
}

// frames are the approved hosts of payment frames: hosts met on the payment page that give it no script of their own are
// pictures or frames, and a policy cannot tell which, so that only hosts with scripts inside frames are named.
func frames(records []tillwatch.Record, standing approvals, own func(string) bool) []string {
	var out []string
	for _, r := range records {
		if _, document, inside := strings.Cut(r.Place, " of "); inside && r.Kind == kindScript && r.Pays() && standing.any(r) {
			if host := hostOf(document); host != "" && !own(host) {
				out = append(out, sourceOf(host, own))
			}
		}
	}
	return out
}

func sourceOf(host string, own func(string) bool) string {
	if own(host) && host == Registrable(host) {
		return "'self'"
	}
	return "https://" + plain(host)
}

// subresource is a digest as the integrity attribute writes it.
func subresource(digest string) string {
	sum, err := hex.DecodeString(strings.TrimPrefix(digest, "sha256:"))
	if err != nil || len(sum) != 32 {
		return ""
	}
	return "sha256-" + base64.StdEncoding.EncodeToString(sum)
}

func originOf(address string) string {
	scheme, rest, found := strings.Cut(address, "://")
	if !found {
		return ""
	}
	host, _, _ := strings.Cut(rest, "/")
	return scheme + "://" + host
}

func prefixed(lines []string) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = "# " + line
	}
	return out
}

// plain keeps a name that a shop made up from becoming a line or a directive of its own.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == ';' || r == 0x2028 || r == 0x2029 {
			return '_'
		}
		return r
	}, cmp.Or(s, "-"))
}
