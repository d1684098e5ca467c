package page

import (
	"slices"

	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// maxLoaders bounds a chain: scripts can load one another without end.
const maxLoaders = 6

// loaders tell which script had the browser load each address, as far as a script did. The parser's own are not there.
func (v *visit) loaders() map[string]string {
	out := map[string]string{}
	for _, r := range v.requests {
		if r.Type != "Script" || len(r.Stack) == 0 {
			continue
		}
		place := steadyAddress(r.URL)
		for _, c := range r.Stack {
			if by := steadyAddress(c.URL); hasAddress(c.URL) && by != place && out[place] == "" {
				out[place] = by
			}
		}
	}
	return out
}

// via is who brought a script in, nearest first: who made it where it was made at run time, and else who loaded it, and so
// on. So what a tag manager's container loads stands under the container.
func via(s browser.Script, loaders map[string]string) []string {
	var out []string
	for _, c := range s.Parent {
		if place := steadyAddress(c.URL); place != "" && !slices.Contains(out, place) {
			out = append(out, place)
		}
	}
	last := steadyAddress(s.URL)
	if len(out) > 0 {
		last = out[len(out)-1]
	}
	for len(out) < maxLoaders {
		by := loaders[last]
		if by == "" || slices.Contains(out, by) {
			break
		}
		out = append(out, by)
		last = by
	}
	return out
}
