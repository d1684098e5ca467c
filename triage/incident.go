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

// Join makes incidents of one shop's findings, and writes their IDs into the findings. own names the shop's own hosts.
//
// Findings belong together when they share one of their [links], lie within [Window], or one may be the cause of the
// other; and those that were told as one stay one. A finding below medium opens no incident: an honest session replay is
// worth a line in the report and no reporting clock. What says only that nobody looked (watch/) is no attack.
//
// told are the incidents that the findings' Incident names, in the order in which they were told. An incident keeps its
// ID whatever is found later. Where several turn out to be one, that goes on which was told first, and the others point
// to it. The order of findings does not matter.
func Join(shop string, findings []tillwatch.Finding, told []tillwatch.Incident, own func(host string) bool) []tillwatch.Incident {
	groups := newGroups(len(findings))
	joinLinked(findings, groups, own)
	joinWindow(findings, groups)
	joinCauses(findings, groups, own)
	joinTold(findings, groups, told)

	members := map[int][]int{} // by group
	for i, f := range findings {
		if !strings.HasPrefix(f.Rule, "watch/") {
			members[groups.of(i)] = append(members[groups.of(i)], i)
		}
	}
	incidents := slices.Clone(told)
	for _, group := range members {
		incidents = enter(shop, incidents, findings, group, own)
	}
	slices.SortStableFunc(incidents[len(told):], func(a, b tillwatch.Incident) int { return cmp.Compare(a.ID, b.ID) })
	return incidents
}

// enter makes one group of findings one incident: one of those there are, or a new one at the end.
func enter(shop string, incidents []tillwatch.Incident, findings []tillwatch.Finding, group []int, own func(string) bool) []tillwatch.Incident {
	heaviest := slices.MinFunc(group, func(i, j int) int { return ByWeight(findings[i], findings[j]) })
	var before []int // incidents that some of these were told in
	for _, i := range group {
		if n := standing(incidents, findings[i].Incident); n >= 0 && !slices.Contains(before, n) {
			before = append(before, n)
		}
	}
	slices.Sort(before)
	if len(before) == 0 {
		if findings[heaviest].Severity < tillwatch.Medium {
			return incidents
		}
		incidents = append(incidents, tillwatch.Incident{ID: incidentID(shop, findings[heaviest], incidents), Shop: shop})
		before = []int{len(incidents) - 1}
	}

	story := make([]tillwatch.Finding, 0, len(group))
	incident := incidents[before[0]]
	for _, i := range group {
		findings[i].Incident = incident.ID
		story = append(story, findings[i])
		incident.Severity = max(incident.Severity, findings[i].Severity)
		if incident.Opened.IsZero() || findings[i].Since.Before(incident.Opened) {
			incident.Opened = findings[i].Since
		}
	}
	slices.SortFunc(story, ByWeight)
	kept := incident.Timeline
	for _, n := range before[1:] {
		kept = slices.Concat(kept, incidents[n].Timeline)
		incidents[n].Into = incident.ID
		if incidents[n].Opened.Before(incident.Opened) {
			incident.Opened = incidents[n].Opened
		}
	}
	incident.Timeline = timeline(story, kept, own)
	incidents[before[0]] = incident
	return incidents
}

// standing is the incident that id stands for now, or -1.
func standing(incidents []tillwatch.Incident, id string) int {
	if id == "" {
		return -1
	}
	for range incidents { // each points to one that was told before it; this also ends where a store says otherwise
		n := slices.IndexFunc(incidents, func(i tillwatch.Incident) bool { return i.ID == id })
		if n < 0 || incidents[n].Into == "" {
			return n
		}
		id = incidents[n].Into
	}
	return -1
}

// timeline tells what happened in its order. Of what was told before nothing is left out, also where the finding is
// forgotten or a person wrote it.
func timeline(findings []tillwatch.Finding, before []tillwatch.Event, own func(string) bool) []tillwatch.Event {
	causes := causesOf(findings, own)
	var events []tillwatch.Event
	for _, i := range inOrder(findings, causes) {
		e := tillwatch.Event{At: findings[i].Since, Rule: findings[i].Rule, Place: findings[i].Place, What: findings[i].Summary}
		if causes[i] >= 0 {
			e.Cause = because(findings[causes[i]])
		}
		events = append(events, e)
	}
	type what struct{ rule, place string }
	there := make(map[what]bool, len(events))
	for _, e := range events {
		there[what{e.Rule, e.Place}] = true
	}
	for _, old := range before {
		same := func(e tillwatch.Event) bool {
			return e.Rule == old.Rule && e.Place == old.Place && (e.Rule != "" || e.What == old.What && e.At.Equal(old.At))
		}
		if there[what{old.Rule, old.Place}] && (old.Rule != "" || slices.ContainsFunc(events, same)) {
			continue
		}
		there[what{old.Rule, old.Place}] = true
		at := slices.IndexFunc(events, func(e tillwatch.Event) bool { return e.At.After(old.At) })
		if at < 0 {
			at = len(events)
		}
		events = slices.Insert(events, at, old)
	}
	return events
}

func joinLinked(findings []tillwatch.Finding, groups *groups, own func(string) bool) {
	first := map[string]int{}
	for i, f := range findings {
		if strings.HasPrefix(f.Rule, "watch/") {
			continue
		}
		for _, link := range links(f, own) {
			if j, linked := first[link]; linked {
				groups.join(i, j)
			} else {
				first[link] = i
			}
		}
	}
	files := map[string][]int{}
	for i, f := range findings {
		for _, p := range filePaths(f) {
			files[p] = append(files[p], i)
		}
	}
	for i, f := range findings {
		for _, p := range servedPaths(f, own) {
			for _, j := range files[p] {
				groups.join(i, j)
			}
		}
	}
}

// joinTold keeps together what was told together.
func joinTold(findings []tillwatch.Finding, groups *groups, told []tillwatch.Incident) {
	first := map[int]int{}
	for i, f := range findings {
		n := standing(told, f.Incident)
		if n < 0 {
			continue
		}
		if j, seen := first[n]; seen {
			groups.join(i, j)
		} else {
			first[n] = i
		}
	}
}

// links are what ties a finding to others of the same attack: the hosts the data went to, and of those serious enough
// to be an attack by themselves also the scripts that did it and the place. The shop's own hosts tie nothing: everything
// happens there. A further sensor adds its own kind of link here (a file's path, an administrator's name).
func links(f tillwatch.Finding, own func(string) bool) []string {
	var links []string
	serious := f.Severity >= tillwatch.Medium
	if serious {
		links = append(links, "place "+f.Place)
	}
	for _, e := range f.Evidence {
		if host := hostOf(e.Destination); host != "" && !own(host) {
			links = append(links, "host "+host)
		}
		if serious && e.Where != "" {
			links = append(links, "script "+e.Where)
		}
	}
	return links
}

// campaign names what sort of attack a finding may belong to. Being near in time ties nothing across these: a key in a
// public repository and a script on the checkout have nothing to do with one another because both were found at noon.
func campaign(rule string) string {
	family, _, _ := strings.Cut(rule, "/")
	switch {
	case stageOf(rule) != apart:
		return "shop"
	case family == "source", rule == "access/key-decoy", rule == "access/key-retired":
		return "keys"
	case family == "access":
		return "members"
	case family == "watch":
		return ""
	}
	return "shop"
}

func joinWindow(findings []tillwatch.Finding, groups *groups) {
	serious := map[string][]int{}
	for i, f := range findings {
		if c := campaign(f.Rule); c != "" && f.Severity >= tillwatch.Medium {
			serious[c] = append(serious[c], i)
		}
	}
	for _, list := range serious {
		slices.SortFunc(list, func(a, b int) int { return findings[a].Since.Compare(findings[b].Since) })
		for k := 1; k < len(list); k++ {
			a, b := list[k-1], list[k]
			if findings[b].Since.Sub(findings[a].Since) <= Window {
				groups.join(a, b)
			}
		}
	}
}

// joinCauses joins what may be cause and effect.
func joinCauses(findings []tillwatch.Finding, groups *groups, own func(string) bool) {
	serious := byStage(findings)
	var later []int
	for _, earlier := range slices.Backward(serious[:]) {
		for _, i := range earlier {
			for _, j := range later {
				if groups.of(i) != groups.of(j) && mayCause(findings[i], findings[j], own) {
					groups.join(i, j)
				}
			}
		}
		later = append(later, earlier...)
	}
}

// incidentID is short enough to be said on the telephone, and where nothing was told before the same whenever the same
// attack is seen again: it hangs on the heaviest finding, not on which of them happened to be seen first.
func incidentID(shop string, f tillwatch.Finding, taken []tillwatch.Incident) string {
	words := []string{shop, f.Rule, f.Place}
	for {
		sum := sha256.Sum256([]byte(strings.Join(words, "\x00")))
		id := "I-" + base32.StdEncoding.EncodeToString(sum[:5])
		if !slices.ContainsFunc(taken, func(i tillwatch.Incident) bool { return i.ID == id }) {
			return id
		}
		words = append(words, "again")
	}
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
