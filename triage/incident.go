package triage

import (
	"cmp"
	"crypto/sha256"
	"encoding/base32"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
)

// Window is how near in time two findings of one shop must lie to be taken for one attack although nothing else ties
// them: the file that was changed and the page that then leaked are minutes apart, two attacks seldom within an hour.
const Window = time.Hour

// join makes incidents of one shop's findings, sorted by weight, and writes their IDs into the findings.
//
// Findings belong together when they share one of their [links]. A finding below medium opens no incident: an
// honest session replay is worth a line in the report and no reporting clock.
func join(shop string, findings []tillwatch.Finding, own map[string]bool) []tillwatch.Incident {
	groups := newGroups(len(findings))
	first := map[string]int{}
	for i, f := range findings {
		for _, link := range links(f, own) {
			if j, linked := first[link]; linked {
				groups.join(i, j)
			} else {
				first[link] = i
			}
		}
	}
	joinWindow(findings, groups)

	var incidents []tillwatch.Incident
	index := map[int]int{} // group to incident
	for i := range findings {
		f := &findings[i]
		group := groups.of(i)
		n, open := index[group]
		if !open {
			if f.Severity < tillwatch.Medium { // sorted by weight: nothing heavier follows in this group
				continue
			}
			n = len(incidents)
			index[group] = n
			incidents = append(incidents, tillwatch.Incident{
				ID: incidentID(shop, *f), Shop: shop, Opened: f.Since, Severity: f.Severity,
			})
		}
		f.Incident = incidents[n].ID
		if f.Since.Before(incidents[n].Opened) {
			incidents[n].Opened = f.Since
		}
		incidents[n].Timeline = append(incidents[n].Timeline,
			tillwatch.Event{At: f.Since, Rule: f.Rule, What: f.Summary})
	}
	for _, incident := range incidents {
		slices.SortStableFunc(incident.Timeline, func(a, b tillwatch.Event) int { return a.At.Compare(b.At) })
	}
	return incidents
}

// links are what ties a finding to others of the same attack: the hosts the data went to, and of those serious enough
// to be an attack by themselves also the scripts that did it and the place. The shop's own hosts tie nothing: everything
// happens there. A further sensor adds its own kind of link here (a file's path, an administrator's name).
func links(f tillwatch.Finding, own map[string]bool) []string {
	var links []string
	serious := f.Severity >= tillwatch.Medium
	if serious {
		links = append(links, "place "+f.Place)
	}
	for _, e := range f.Evidence {
		if host := hostOf(e.Destination); host != "" && !own[host] {
			links = append(links, "host "+host)
		}
		if serious && e.Where != "" {
			links = append(links, "script "+e.Where)
		}
	}
	return links
}

func joinWindow(findings []tillwatch.Finding, groups *groups) {
	var serious []int
	for i, f := range findings {
		if f.Severity >= tillwatch.Medium {
			serious = append(serious, i)
		}
	}
	slices.SortFunc(serious, func(a, b int) int { return findings[a].Since.Compare(findings[b].Since) })
	for k := 1; k < len(serious); k++ {
		a, b := serious[k-1], serious[k]
		if findings[b].Since.Sub(findings[a].Since) <= Window {
			groups.join(a, b)
		}
	}
}

// incidentID is short enough to be said on the telephone, and the same whenever the same attack is seen again: it
// hangs on the heaviest finding, not on which of them happened to be seen first.
func incidentID(shop string, f tillwatch.Finding) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{shop, f.Rule, f.Place}, "\x00")))
	return "I-" + base32.StdEncoding.EncodeToString(sum[:5])
}

func (tr *Triage) learnHost(t tillwatch.Target) {
	if t.Kind != tillwatch.KindPage {
		return
	}
	if tr.own == nil {
		tr.own = map[string]map[string]bool{}
	}
	if tr.own[t.Shop] == nil {
		tr.own[t.Shop] = map[string]bool{}
	}
	tr.own[t.Shop][hostOf(t.Place)] = true
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(cmp.Or(u.Hostname(), u.Opaque))
}

// groups is a union-find over findings by index; the representative is the lowest index.
type groups struct{ parent []int }

func newGroups(n int) *groups {
	g := &groups{make([]int, n)}
	for i := range g.parent {
		g.parent[i] = i
	}
	return g
}

func (g *groups) of(i int) int {
	for g.parent[i] != i {
		g.parent[i] = g.parent[g.parent[i]]
		i = g.parent[i]
	}
	return i
}

func (g *groups) join(i, j int) {
	a, b := g.of(i), g.of(j)
	g.parent[max(a, b)] = min(a, b)
}
