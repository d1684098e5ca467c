package page

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/script"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// items lists what a visit found the shop to be made of, as far as it can touch a customer's data: scripts with what
// they read and where they send, the hosts that were asked, and the security headers of each page.
func (v *visit) items(scope string, d destinations) []tillwatch.Item {
	items := append(v.scriptItems(scope, d), v.hostItems(scope)...)
	items = append(items, v.headerItems(scope)...)
	items = append(items, v.frameItems(scope, d)...)
	items = append(items, v.formItems(scope, d)...)
	items = append(items, v.cardItems(scope)...)
	items = append(items, v.accountItems(scope, d)...)
	return joined(items)
}

// joined makes one item of those that are the same content at the same place, met on several pages.
func joined(items []tillwatch.Item) []tillwatch.Item {
	slices.SortStableFunc(items, func(a, b tillwatch.Item) int {
		return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.Place, b.Place), strings.Compare(a.Digest, b.Digest))
	})
	var out []tillwatch.Item
	for _, item := range items {
		last := len(out) - 1
		if last < 0 || out[last].Kind != item.Kind || out[last].Place != item.Place || out[last].Digest != item.Digest {
			out = append(out, item)
			continue
		}
		out[last].Capabilities = sorted(append(out[last].Capabilities, item.Capabilities...))
		out[last].Stages = sorted(append(out[last].Stages, item.Stages...))
		if len(out[last].Via) == 0 {
			out[last].Via = item.Via
		}
	}
	return out
}

func (v *visit) scriptItems(scope string, d destinations) []tillwatch.Item {
	can := v.capabilities()
	loaders := v.loaders()
	v.audited(can, d)
	v.coupled(can, d)
	pages := v.lives()
	var out []tillwatch.Item
	for _, s := range v.scripts {
		if s.SHA256 == "" {
			continue
		}
		item := tillwatch.Item{
			Kind: "script", Place: scriptPlace(s), Scope: scope, Digest: "sha256:" + s.SHA256,
			Capabilities: sorted(can[scriptKey{s.Session, s.ID}]), Stages: stagesAt(pages, s.At), Via: via(s, loaders),
		}
		if !s.Truncated {
			source := s.Source
			if s.Kind != "external" {
				source = masked(source)
			}
			item.Normalised = script.Digest([]byte(source))
			item.Content = tillwatch.NewBody([]byte(source))
			item.Value = v.publication(s.Source)
			item.Capabilities = sorted(append(item.Capabilities, learnt(s, item.Capabilities, d)...))
		}
		out = append(out, item)
	}
	return out
}

// capabilities are what each script did: what it read of the card fields, and whom it had the browser talk to. A published
// library does what it is told to, so whoever told it did it.
func (v *visit) capabilities() map[scriptKey][]tillwatch.Capability {
	can := map[scriptKey][]tillwatch.Capability{}
	blame := newBlame(v)
	did := func(session string, stack []browser.Call, c tillwatch.Capability) {
		if len(stack) == 0 {
			return
		}
		i := slices.IndexFunc(stack, func(c browser.Call) bool { return c.ScriptID != "" && !blame.published(session, c) })
		if i < 0 && c == tillwatch.Reads("card") {
			return // by a published library alone: who told it to is not known
		}
		key := scriptKey{session, stack[max(i, 0)].ScriptID}
		can[key] = append(can[key], c)
	}
	for _, r := range v.reads {
		did(r.Session, r.Stack, tillwatch.Reads("card"))
	}
	for _, r := range v.requests {
		if host := hostOf(r.URL); host != "" {
			did(r.Session, r.Stack, tillwatch.Sends(shown(host)))
		}
	}
	for _, f := range v.sockets {
		if host := hostOf(f.URL); f.Sent && host != "" {
			did(f.Session, f.Stack, tillwatch.Sends(shown(host)))
		}
	}
	return can
}

// scriptPlace names a script by what stays the same from one visit to the next.
func scriptPlace(s browser.Script) string {
	if s.Kind == "external" {
		return steadyAddress(s.URL)
	}
	return fmt.Sprintf("%s script %s of %s", s.Kind, outline(s.Source), steadyAddress(cmp.Or(s.FrameURL, s.URL)))
}

func (v *visit) hostItems(scope string) []tillwatch.Item {
	pages := v.lives()
	var out []tillwatch.Item
	for _, s := range v.sendings() {
		if host := hostOf(s.url); host != "" {
			out = append(out, tillwatch.Item{Kind: "host", Place: shown(host), Scope: scope, Stages: stagesAt(pages, s.at)})
		}
	}
	return out
}

// securityHeaders are the response headers whose change PCI DSS 11.6.1 wants noticed on a payment page.
var securityHeaders = []string{
	"content-security-policy", "content-security-policy-report-only", "cross-origin-embedder-policy", "cross-origin-opener-policy",
	"cross-origin-resource-policy", "permissions-policy", "referrer-policy", "strict-transport-security", "x-content-type-options", "x-frame-options",
}

// headerItems are the security headers of each kind of page, all of a page's in one item: that one is missing then is a
// change of the item, and a page that was not visited this time is not taken for one without headers.
func (v *visit) headerItems(scope string) []tillwatch.Item {
	var out []tillwatch.Item
	at := map[string]int{}
	for _, page := range v.lives() {
		meta, looked := v.policiesOf(page)
		if len(page.stages) == 0 || page.request.Status < 200 || page.request.Status > 299 || !looked {
			continue
		}
		stage := page.stages[0]
		if slices.Contains(page.stages, tillwatch.StagePayment) {
			stage = tillwatch.StagePayment
		}
		raw, steady := headerText(page.request.ResponseHeaders, meta)
		item := tillwatch.Item{
			Kind: "header", Place: stage + " page of " + shown(originOf(page.request.URL)), Scope: scope,
			Digest: digest(raw), Normalised: digest(steady), Value: steady, Stages: page.stages,
		}
		if i, again := at[item.Place]; again { // the page as it was at last: after a correction, or a reload
			out[i] = item
			continue
		}
		at[item.Place] = len(out)
		out = append(out, item)
	}
	return out
}

// headerText writes a page's security headers one a line, as they came and without what differs from answer to answer.
func headerText(response map[string]string, meta []string) (raw, steady string) {
	var was, is strings.Builder
	line := func(name, value string) {
		fmt.Fprintf(&was, "%s: %s\n", name, value)
		fmt.Fprintf(&is, "%s: %s\n", name, steadyPolicy(value))
	}
	for _, name := range securityHeaders {
		for value := range strings.SplitSeq(response[name], "\n") { // of a header that came twice, one a line
			if value != "" {
				line(name, value)
			}
		}
	}
	for _, policy := range meta {
		line("meta content-security-policy", policy)
	}
	return was.String(), is.String()
}

// steadyPolicy writes "*" for nonces, and addresses without their query.
func steadyPolicy(value string) string {
	words := strings.Fields(value)
	for i, w := range words {
		end := strings.TrimLeft(w, "^;,")
		end = end[len(strings.TrimRight(end, ";,")):]
		w = strings.TrimSuffix(w, end)
		switch {
		case strings.HasPrefix(strings.ToLower(w), "'nonce-"):
			w = "'nonce-*'"
		case strings.Contains(w, "://"):
			w = bare(w)
		}
		words[i] = w + end
	}
	return strings.Join(words, " ")
}

// life is one document of the walk, from when it was asked for until the next was.
type life struct {
	request  browser.Request
	from, to time.Time // to is zero for the last
	stages   []string
}

// holds says that the document was shown at a moment.
func (p life) holds(at time.Time) bool {
	return !at.Before(p.from) && (p.to.IsZero() || at.Before(p.to))
}

// lives tells which steps of the walk were taken on which document: all of a checkout in one page, or one on each.
func (v *visit) lives() []life {
	var out []life
	for _, r := range v.requests {
		if !r.Main || hostOf(r.URL) == "" {
			continue
		}
		if n := len(out); n > 0 {
			out[n-1].to = r.At
		}
		out = append(out, life{request: r, from: r.At})
	}
	for i := range out {
		for _, s := range v.steps {
			if out[i].holds(s.At) {
				out[i].stages = append(out[i].stages, s.Name)
			}
		}
		if out[i].holds(v.typed) {
			out[i].stages = append(out[i].stages, tillwatch.StagePayment)
		}
		out[i].stages = sorted(out[i].stages)
	}
	return out
}

func stagesAt(pages []life, at time.Time) []string {
	for _, page := range slices.Backward(pages) {
		if !at.Before(page.from) {
			return page.stages
		}
	}
	return nil
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// sorted is the sorted set of list; it shares no memory with it.
func sorted[S ~[]E, E cmp.Ordered](list S) S {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}
