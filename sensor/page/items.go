package page

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// securityHeaders are the response headers whose change PCI DSS 11.6.1 wants noticed on a payment page.
var securityHeaders = []string{
	"content-security-policy", "content-security-policy-report-only", "cross-origin-embedder-policy", "cross-origin-opener-policy",
	"cross-origin-resource-policy", "permissions-policy", "referrer-policy", "strict-transport-security", "x-content-type-options", "x-frame-options",
}

// items lists what a visit found the shop to be made of, as far as it can touch a customer's data: scripts with what
// they read and where they send, the hosts that were asked, and the security headers of each page.
func (v *visit) items(scope string) []tillwatch.Item {
	items := append(v.scriptItems(scope), v.hostItems(scope)...)
	items = append(items, v.headerItems(scope)...)
	slices.SortFunc(items, func(a, b tillwatch.Item) int {
		return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.Place, b.Place), strings.Compare(a.Digest, b.Digest))
	})
	return slices.CompactFunc(items, func(a, b tillwatch.Item) bool {
		return a.Kind == b.Kind && a.Place == b.Place && a.Digest == b.Digest
	})
}

func (v *visit) scriptItems(scope string) []tillwatch.Item {
	can := map[scriptKey][]tillwatch.Capability{}
	for _, r := range v.reads {
		if len(r.Stack) > 0 {
			key := scriptKey{r.Session, r.Stack[0].ScriptID}
			can[key] = append(can[key], tillwatch.Reads("card"))
		}
	}
	for _, r := range v.requests {
		if host := hostOf(r.URL); len(r.Stack) > 0 && host != "" {
			key := scriptKey{r.Session, r.Stack[0].ScriptID}
			can[key] = append(can[key], tillwatch.Sends(host))
		}
	}
	inline := map[string]int{} // how many a document has had so far
	var out []tillwatch.Item
	for _, s := range v.scripts {
		if s.SHA256 == "" {
			continue
		}
		capabilities := can[scriptKey{s.Session, s.ID}]
		slices.Sort(capabilities)
		out = append(out, tillwatch.Item{
			Kind: "script", Place: scriptPlace(s, inline), Scope: scope, Digest: "sha256:" + s.SHA256,
			Capabilities: slices.Compact(capabilities), Via: via(s),
		})
	}
	return out
}

// scriptPlace names a script by what stays the same from one visit to the next.
func scriptPlace(s browser.Script, inline map[string]int) string {
	if s.Kind == "external" {
		return shown(s.URL)
	}
	document := shown(cmp.Or(s.FrameURL, s.URL))
	inline[document+s.Kind]++
	return fmt.Sprintf("%s script %d of %s", s.Kind, inline[document+s.Kind], document)
}

func via(s browser.Script) []string {
	var out []string
	for _, c := range s.Parent {
		if place := shown(c.URL); place != "" && !slices.Contains(out, place) {
			out = append(out, place)
		}
	}
	return out
}

func (v *visit) hostItems(scope string) []tillwatch.Item {
	var out []tillwatch.Item
	for _, s := range v.sendings() {
		if host := hostOf(s.url); host != "" {
			out = append(out, tillwatch.Item{Kind: "host", Place: shown(host), Scope: scope})
		}
	}
	return out
}

func (v *visit) headerItems(scope string) []tillwatch.Item {
	var out []tillwatch.Item
	for _, r := range v.requests {
		if !r.Main || r.Status == 0 || len(r.ResponseHeaders) == 0 {
			continue
		}
		for _, name := range securityHeaders {
			if value, ok := r.ResponseHeaders[name]; ok {
				sum := sha256.Sum256([]byte(value))
				out = append(out, tillwatch.Item{Kind: "header", Place: name + " of " + shown(r.URL), Scope: scope, Digest: "sha256:" + hex.EncodeToString(sum[:])})
			}
		}
	}
	return out
}
