package triage

import (
	"cmp"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
)

// stage is how far along an attack on a shop's pages a finding lies. Each stage may be the cause of any later one.
//
//	row ──▶ admin ──▶ file ──▶ script ──▶ leak
//
// A customer's order holds a script; the operator opens it and it runs in the admin page; with the operator's rights it
// changes what the shop is made of; the checkout runs a script it did not run before; what customers type goes out.
type stage int

const (
	apart  stage = iota // no stage of such an attack
	row                 // what a customer typed would run
	admin               // it ran in the admin page, or somebody acted there as no operator does
	file                // what the shop is made of was changed: files, templates and code in the database, administrators
	script              // the payment step does what it did not do before
	leak                // what a customer typed is where it should not be
)

// stages are those of the rules; a rule of page/ that is not among them is of stage script.
var stages = map[string]stage{
	"database/active-content": row,

	"page/order-admin-script": admin,
	"access/admin":            admin,

	"files/changed":               file,
	"files/extra":                 file,
	"files/missing":               file,
	"files/webshell":              file,
	"files/skimmer":               file,
	"files/prepend":               file,
	"page/library-modified":       file,
	"database/executable-changed": file,
	"database/trigger":            file,
	"database/admin-new":          file,

	"page/canary-sent":        leak,
	"page/typing-dependent":   leak,
	"page/storage-canary":     leak,
	"page/udp-channel":        leak,
	"page/witness-mismatch":   leak,
	"files/canary-found":      leak,
	"database/canary-found":   leak,
	"page/script-unparsable":  apart,
	"files/script-unparsable": apart,
}

func stageOf(rule string) stage {
	if s, known := stages[rule]; known {
		return s
	}
	if strings.HasPrefix(rule, "page/") {
		return script
	}
	return apart
}

const day = 24 * time.Hour

// reach is how long after a cause of one stage an effect of a later one is still taken to come from it. It is the time
// that an attack may rest between the two, and no longer: within it, everything that happens to the shop is told as one
// attack.
var reach = [leak + 1][leak + 1]time.Duration{
	// A planted order runs when somebody opens it. That is a day or two later; over the New Year, Golden Week or Chuseok
	// two weeks; and backlogs are longer. The script itself never goes away, so the longest of all.
	row: {
		admin: 30 * day,
		// Here nobody saw it run: no look at the admin page, or none at the files. Two weeks bridge the holidays, and a
		// month would tie any leak to the scripts that robots type into every form.
		file: 14 * day, script: 14 * day, leak: 14 * day,
	},
	// In the operator's session the script acts at once. A thief who took the session or planted an administrator comes
	// back within days, often at a weekend, when nobody looks.
	admin: {file: 7 * day, script: 7 * day, leak: 7 * day},
	// A changed file is served with the next page. The shopper sees it at the next walk: minutes, or a day for a shop that
	// is walked at night; a day more for a skimmer that keeps office hours.
	file: {script: 2 * day, leak: 2 * day},
	// What the new script takes goes out in the same walk or, of one that waits for a second visit or an hour, the next day.
	script: {leak: 2 * day},
}

// slack is how much later a cause may be seen than its effect: two sensors look one after the other.
const slack = Window

// mayCause says whether a may have led to b.
func mayCause(a, b tillwatch.Finding, own func(string) bool) bool {
	from, to := stageOf(a.Rule), stageOf(b.Rule)
	if from == apart || to <= from {
		return false
	}
	after := b.Since.Sub(a.Since)
	if after < -slack || after > reach[from][to] {
		return false
	}
	// Two that name only different strangers are two attacks. In an order's script the stranger is who it loads itself
	// from, which need not be who gets the data.
	if from >= file && after > Window {
		there, here := strangers(a, own), strangers(b, own)
		shared := func(host string) bool { return slices.Contains(here, host) }
		return len(there) == 0 || len(here) == 0 || slices.ContainsFunc(there, shared)
	}
	return true
}

func strangers(f tillwatch.Finding, own func(string) bool) []string {
	var hosts []string
	for _, e := range f.Evidence {
		if host := hostOf(e.Destination); host != "" && !own(host) {
			hosts = append(hosts, host)
		}
	}
	return hosts
}

// causesOf gives for each finding of one incident the index of the one that most likely led to it, or -1: of those that
// may have, one of the latest stage, and of these the last before it.
func causesOf(findings []tillwatch.Finding, own func(string) bool) []int {
	causes := make([]int, len(findings))
	serious := byStage(findings)
	for i, effect := range findings {
		causes[i] = -1
		for earlier := row; earlier < stageOf(effect.Rule); earlier++ { // nothing else can be its cause
			for _, j := range serious[earlier] {
				f := findings[j]
				if !mayCause(f, effect, own) && !servedFrom(f, effect, own) {
					continue
				}
				if best := causes[i]; best < 0 || nearer(f, findings[best], effect) {
					causes[i] = j
				}
			}
		}
	}
	return causes
}

// byStage are the indices of the serious ones of findings by their stage. Of thousands of changed files none need be held
// against another.
func byStage(findings []tillwatch.Finding) (serious [leak + 1][]int) {
	for i, f := range findings {
		if s := stageOf(f.Rule); s != apart && f.Severity >= tillwatch.Medium {
			serious[s] = append(serious[s], i)
		}
	}
	return serious
}

// nearer says that a is the better explanation of effect than b.
func nearer(a, b, effect tillwatch.Finding) bool {
	distance := func(f tillwatch.Finding) time.Duration { return effect.Since.Sub(f.Since).Abs() }
	return cmp.Or(
		cmp.Compare(stageOf(b.Rule), stageOf(a.Rule)),
		cmp.Compare(distance(a), distance(b)),
		cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Place, b.Place),
	) < 0
}

// inOrder are the indices of findings in the order in which it happened: by time, but a cause stands before its effect
// also where it was seen up to [slack] later.
func inOrder(findings []tillwatch.Finding, causes []int) []int {
	began := make([]time.Time, len(findings))
	order := make([]int, len(findings))
	for i, f := range findings {
		began[i], order[i] = f.Since, i
	}
	byStage := slices.Clone(order) // effects before their causes, so that what they say goes all the way back
	slices.SortFunc(byStage, func(a, b int) int {
		return cmp.Compare(stageOf(findings[b].Rule), stageOf(findings[a].Rule))
	})
	for _, i := range byStage {
		if c := causes[i]; c >= 0 && began[i].Before(began[c]) {
			began[c] = began[i]
		}
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(
			began[a].Compare(began[b]),
			cmp.Compare(stageOf(findings[a].Rule), stageOf(findings[b].Rule)),
			findings[a].Since.Compare(findings[b].Since),
			cmp.Compare(findings[a].Rule, findings[b].Rule), cmp.Compare(findings[a].Place, findings[b].Place),
		)
	})
	return order
}

// because says in words what led to something.
func because(cause tillwatch.Finding) string {
	switch stageOf(cause.Rule) {
	case row:
		return "Likely cause: the script that was typed into the shop, in " + cause.Place + "."
	case admin:
		return "Likely cause: what happened in the admin pages, at " + cause.Place + "."
	case file:
		return "Likely cause: what was changed in the shop, " + cause.Place + "."
	case script:
		return "Likely cause: what the payment step now does, at " + cause.Place + "."
	}
	return ""
}

// servedFrom says that a is about a file of the shop and b about what the shop serves from it, whatever lies between them
// in time: the paths say so.
func servedFrom(a, b tillwatch.Finding, own func(string) bool) bool {
	if stageOf(a.Rule) >= stageOf(b.Rule) {
		return false
	}
	served := servedPaths(b, own)
	return slices.ContainsFunc(filePaths(a), func(p string) bool { return slices.Contains(served, p) })
}

// filePaths are the ends of a changed file's path as they would stand in an address: "js/cart.js" and "/cart.js".
func filePaths(f tillwatch.Finding) []string {
	if !strings.HasPrefix(f.Rule, "files/") || stageOf(f.Rule) != file || f.Severity < tillwatch.Medium {
		return nil
	}
	place := path.Clean(strings.ReplaceAll(f.Place, `\`, "/"))
	base := path.Base(place)
	if base == "." || base == "/" {
		return nil
	}
	return []string{path.Join(path.Base(path.Dir(place)), base), "/" + base}
}

// servedPaths are the ends of the paths of the shop's own scripts and pages that a finding names. Of a path with folders
// in it the last of them has to fit too.
func servedPaths(f tillwatch.Finding, own func(string) bool) []string {
	if !strings.HasPrefix(f.Rule, "page/") || f.Severity < tillwatch.Medium {
		return nil
	}
	var paths []string
	add := func(address string) {
		u, err := url.Parse(address)
		if err != nil || !own(strings.ToLower(u.Hostname())) {
			return
		}
		p := path.Clean("/" + u.Path)
		switch dir, base := path.Split(p); {
		case path.Ext(base) == "": // a page's address that names no file
		case dir == "/":
			paths = append(paths, p)
		default:
			paths = append(paths, path.Join(path.Base(dir), base))
		}
	}
	add(f.Place)
	for _, e := range f.Evidence {
		add(e.Where)
	}
	return paths
}
