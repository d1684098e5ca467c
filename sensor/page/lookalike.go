package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/script"
)

// lookalikes tells of hosts whose names are made to be mistaken for the shop's, for one that the operator named, or for
// one that everybody knows. A name like that has no honest use, so that nothing else need be known of it.
func lookalikes(v *visit, d destinations) []tillwatch.Sign {
	genuine := []string{d.shop}
	for _, a := range d.authorised {
		genuine = append(genuine, strings.TrimPrefix(a, "*."))
	}
	blame := newBlame(v)
	signs := map[string]*tillwatch.Sign{}
	sent := v.sendings()
	for i := range sent {
		s := &sent[i]
		host := hostOf(s.url)
		if host == "" || d.owner(host) != foreign {
			continue
		}
		sign := signs[host]
		if sign == nil {
			like := script.Imitates(host, genuine)
			if like == "" {
				signs[host] = &tillwatch.Sign{}
				continue
			}
			sign = &tillwatch.Sign{
				Rule: "page/host-new", Place: shown(host), Severity: tillwatch.High, Certainty: tillwatch.Likely, Since: s.at,
				Summary: fmt.Sprintf("The shop's pages talk to %s, a name that can be mistaken for %s and is not its owner's.", shown(host), like),
			}
			signs[host] = sign
		}
		if sign.Rule != "" {
			sign.Count++
			sign.Evidence = appendEvidence(sign.Evidence, blame.evidence(s, nil, ""))
		}
	}
	var out []tillwatch.Sign
	for _, s := range signs {
		if s.Rule != "" {
			out = append(out, *s)
		}
	}
	slices.SortFunc(out, func(a, b tillwatch.Sign) int { return cmp.Compare(a.Place, b.Place) })
	return out
}
