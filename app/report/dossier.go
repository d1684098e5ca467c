package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/inventory"
)

// Dossier is what an assessor asks for under PCI DSS 6.4.3 (each script of the payment page: authorised, whole, and
// justified in writing) and 11.6.1 (changes of scripts and security headers as a customer's browser receives them, and
// that somebody looked often enough).
type Dossier struct {
	Shop     string
	Program  string // version
	Made     time.Time
	Every    time.Duration // how often somebody should have looked; 0: not said
	Scripts  []DossierEntry
	Headers  []DossierEntry
	Hosts    []DossierEntry
	Changes  []DossierChange
	Runs     []tillwatch.Run
	Silences []inventory.Silence
	Proposal string
}

// DossierEntry is one item and what it stands on.
type DossierEntry struct {
	tillwatch.Record
	Status    Status
	Approvals []tillwatch.Approval // the newest last
	Trap      string               // what a page's headers cannot do
}

// Newest is the content of the last look.
func (e DossierEntry) Newest() tillwatch.Version {
	if len(e.Versions) == 0 {
		return tillwatch.Version{}
	}
	return slices.MaxFunc(e.Versions, func(a, b tillwatch.Version) int { return a.Last.Compare(b.Last) })
}

// Approval is the one that counts for the newest content: zero where there is none.
func (e DossierEntry) Approval() tillwatch.Approval {
	if len(e.Approvals) == 0 {
		return tillwatch.Approval{}
	}
	return e.Approvals[len(e.Approvals)-1]
}

// DossierChange is one change and who said that it is meant.
type DossierChange struct {
	tillwatch.Change
	Acknowledged tillwatch.Approval // zero: nobody did
}

// NewDossier gathers the evidence of one shop. Scripts are those of the payment page; changes those and its headers'.
func NewDossier(shop string, book inventory.Book, changes []tillwatch.Change, runs []tillwatch.Run, own func(string) bool, every time.Duration, now time.Time) Dossier {
	d := Dossier{Shop: shop, Made: now, Every: every, Runs: runs, Silences: inventory.Missed(runs, every, now), Proposal: book.Proposal(shop, own)}
	for _, r := range book.Records {
		e := DossierEntry{Record: r, Status: Status(book.Status(r, own)), Approvals: book.Authorised(r)}
		switch {
		case !r.Pays():
		case r.Kind == "script":
			d.Scripts = append(d.Scripts, e)
		case r.Kind == "header":
			e.Trap = inventory.MetaTrap(e.Newest().Value)
			d.Headers = append(d.Headers, e)
		case r.Kind == "host":
			d.Hosts = append(d.Hosts, e)
		}
	}
	for _, c := range changes {
		if c.Pays {
			by, _ := book.Acknowledged(c)
			d.Changes = append(d.Changes, DossierChange{c, by})
		}
	}
	return d
}

// Count is how many scripts and headers have a status.
func (d Dossier) Count(status Status) int {
	n := 0
	for _, e := range slices.Concat(d.Scripts, d.Headers) {
		if e.Status == status {
			n++
		}
	}
	return n
}

// Waiting is how many scripts and headers of the payment page nobody has approved as they are.
func (d Dossier) Waiting() int { return d.Count(New) + d.Count(Changed) }

// Alarms counts the alarms that were raised, and those that somebody answered. One alarm may come of several changes.
func (d Dossier) Alarms() (all, acknowledged int) {
	type alarm struct{ run, rule, place string }
	answered := map[alarm]bool{}
	for _, c := range d.Changes {
		if c.Rule == "" {
			continue
		}
		id := alarm{c.Run, c.Rule, c.Place}
		if _, again := answered[id]; !again {
			answered[id] = true
		}
		answered[id] = answered[id] && !c.Acknowledged.At.IsZero()
	}
	for _, yes := range answered {
		if yes {
			acknowledged++
		}
	}
	return len(answered), acknowledged
}

// Missed is how many looks should have been and were not.
func (d Dossier) Missed() int {
	n := 0
	for _, s := range d.Silences {
		n += s.Missed
	}
	return n
}

// Part is one file of a dossier.
type Part struct {
	Name  string
	Write func(w io.Writer, o Options) error
}

// Parts are the files of a dossier in the order in which they are read.
func (d Dossier) Parts() []Part {
	return []Part{
		{"pci-evidence.html", d.writeHTML},
		{"6.4.3-scripts.csv", d.writeEntries(d.Scripts)},
		{"11.6.1-headers.csv", d.writeEntries(d.Headers)},
		{"11.6.1-changes.csv", d.writeChanges},
		{"11.6.1-runs.csv", d.writeRuns},
		{"csp-and-sri-proposal.txt", func(w io.Writer, _ Options) error {
			_, err := io.WriteString(w, d.Proposal)
			return err
		}},
	}
}

// authorisation says in words how an item came to be allowed: by whom, when, and in which way.
func (w *dossierWords) authorisation(e DossierEntry, zone *time.Location) string {
	a := e.Approval()
	if a.At.IsZero() || e.Status == New {
		return w.Nobody
	}
	way := w.ByHand
	if a.Rule {
		way = fmt.Sprintf(w.ByRule, a.Place, cmp.Or(strings.Join(a.May, ", "), w.Nothing))
	}
	if e.Status == Changed {
		way += w.And + w.Earlier
	}
	return fmt.Sprintf("%s, %s (%s)", a.Who, moment(a.At, zone), way)
}

// integrity says how it is assured that a script is what was approved.
func (w *dossierWords) integrity(e DossierEntry) string {
	switch {
	case e.Status != Approved:
		return w.NotAssured
	case e.Approval().Rule:
		return w.ByBehaviour
	}
	return w.ByDigest
}

func (w *dossierWords) status(s Status) string { return w.Statuses[s] }

// can says what an item does.
func (w *dossierWords) can(list []tillwatch.Capability, fields *words) string {
	said := make([]string, len(list))
	for i, c := range list {
		verb, object, _ := strings.Cut(string(c), " ")
		switch said[i] = string(c); verb {
		case "reads":
			said[i] = fmt.Sprintf(w.Reads, fields.field(object))
		case "sends":
			said[i] = fmt.Sprintf(w.Sends, object)
		}
	}
	return strings.Join(said, w.And)
}

func capabilities(list []tillwatch.Capability) string {
	said := make([]string, len(list))
	for i, c := range list {
		said[i] = string(c)
	}
	return strings.Join(said, "; ")
}
