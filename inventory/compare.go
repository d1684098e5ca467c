package inventory

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
)

// Bounds of what is kept of one shop. A hostile page can serve new addresses and new contents at every look.
const (
	maxRecords  = 20_000
	maxVersions = 40 // of one item; the approved are kept longest
	maxValue    = 16 << 10
)

// goneFor is how long an item that went away is told of where nobody says that it is meant to be gone.
const goneFor = 90 * 24 * time.Hour

// Status says how an item stands to what is approved.
type Status string

// The statuses of an item.
const (
	Approved Status = "approved" // somebody approved this content and all that it does
	New      Status = "new"      // nobody approved anything of it
	Changed  Status = "changed"  // it is approved, but not with this content or not with all that it does
	Gone     Status = "gone"     // a complete look no longer found it
)

// Book is what is known of one shop.
type Book struct {
	Records   []tillwatch.Record
	Approvals []tillwatch.Approval // in the order in which they were made
}

// Look is what one look saw.
type Look struct {
	Run    string
	At     time.Time
	Items  []tillwatch.Item
	Scopes []string // those that were seen whole: only of them can something be gone

	Own        func(host string) bool // the shop's own hosts; nil: none
	Receives   func(host string) bool // those that may receive what customers type; nil: none
	Authorised func(host string) bool // those of them that the operator named; nil: none

	// Imitates names the host, of genuine ones or of those that everybody knows, for which host is made to be mistaken;
	// empty where it is for none. Nil: nobody imitates.
	Imitates func(host string, genuine []string) string
}

// Outcome is what a look means.
type Outcome struct {
	Items   []Standing         // one for each content of each item, and the gone; sorted
	Signs   []tillwatch.Sign   // what is to be told, by rule and place
	Records []tillwatch.Record // those that are to be saved in the place of what was
	Forget  []tillwatch.Record // those that are to be removed, beyond the bounds
	Changes []tillwatch.Change // those that are to be added
}

// Standing is an item and how it stands.
type Standing struct {
	tillwatch.Item
	Status Status
}

type key struct{ kind, place string }

// comparison is one Compare in progress.
type comparison struct {
	look      Look
	approvals approvals
	records   map[key]*tillwatch.Record
	before    map[key]tillwatch.Record // as they were
	seen      map[key][]string         // version IDs of this look
	begins    map[string]time.Time     // see begun
	out       Outcome
}

// Compare says what l means against b. The same look against what was saved of it gives the same items and signs and no
// further changes.
func (b Book) Compare(l Look) Outcome {
	c := &comparison{
		look: l, approvals: active(b.Approvals),
		records: map[key]*tillwatch.Record{}, before: map[key]tillwatch.Record{}, seen: map[key][]string{},
	}
	if c.look.Own == nil {
		c.look.Own = func(string) bool { return false }
	}
	if c.look.Receives == nil {
		c.look.Receives = func(string) bool { return false }
	}
	if c.look.Authorised == nil {
		c.look.Authorised = func(string) bool { return false }
	}
	if c.look.Imitates == nil {
		c.look.Imitates = func(string, []string) string { return "" }
	}
	for _, r := range b.Records {
		k := key{r.Kind, r.Place}
		c.before[k] = r
		copied := clone(r)
		c.records[k] = &copied
	}
	for _, item := range merged(l.Items) {
		c.enter(item)
	}
	c.missing()
	for _, k := range c.keys() {
		c.judge(k)
	}
	c.judgeHosts()
	c.judgeSwaps()
	c.bound()
	c.finish()
	return c.out
}

// enter writes an item of this look into its record and notes what is different.
func (c *comparison) enter(item tillwatch.Item) {
	k := key{item.Kind, item.Place}
	r := c.records[k]
	fresh := r == nil
	if fresh {
		r = &tillwatch.Record{Kind: item.Kind, Place: item.Place, Owner: Owner(item), First: c.look.At}
		c.records[k] = r
	}
	returned := !r.Gone.IsZero()
	r.Gone = time.Time{}
	r.Scope = cmp.Or(item.Scope, r.Scope)
	r.Last = c.look.At
	r.Stages = union(r.Stages, item.Stages)
	if len(item.Via) > 0 {
		r.Via = item.Via
	}
	id := versionID(item)
	i := slices.IndexFunc(r.Versions, func(v tillwatch.Version) bool { return v.ID() == id })
	newVersion := i < 0
	if newVersion {
		r.Versions = append(r.Versions, tillwatch.Version{Normalised: item.Normalised, First: c.look.At, Value: bounded(item.Value)})
		i = len(r.Versions) - 1
	}
	v := &r.Versions[i]
	gained := without(item.Capabilities, everything(*r))
	v.Digest, v.Last = item.Digest, c.look.At
	v.Capabilities = union(v.Capabilities, item.Capabilities)
	c.seen[k] = append(c.seen[k], id)
	if !c.approvals.begun() {
		r.Known = true
		r.Baseline = union(r.Baseline, item.Capabilities)
	}

	switch {
	case fresh || returned && len(c.seen[k]) == 1:
		what := tillwatch.Added
		if !fresh {
			what = tillwatch.Returned
		}
		c.note(r, what, "", described(*v))
	case newVersion:
		c.note(r, tillwatch.ContentChanged, lastOf(c.before[k]), described(*v))
	}
	if !fresh {
		for _, capability := range gained {
			c.note(r, tillwatch.CapabilityGained, "", string(capability))
		}
	}
}

// missing calls gone what a scope that was seen whole no longer has.
func (c *comparison) missing() {
	for k, r := range c.records {
		if _, seen := c.seen[k]; seen || !r.Gone.IsZero() || !slices.Contains(c.look.Scopes, r.Scope) {
			continue
		}
		r.Gone = c.look.At
		before := ""
		if len(r.Versions) > 0 {
			before = described(r.Versions[len(r.Versions)-1])
		}
		c.note(r, tillwatch.Removed, before, "")
	}
}

// judge gives each content of a record its status, and the signs that its capabilities deserve.
func (c *comparison) judge(k key) {
	r := c.records[k]
	if ids := c.seen[k]; len(ids) > 0 {
		for _, v := range r.Versions {
			if slices.Contains(ids, v.ID()) {
				c.out.Items = append(c.out.Items, Standing{itemOf(*r, v), c.approvals.status(*r, v, c.look.Own)})
				c.grade(r, v)
			}
		}
		return
	}
	if !r.Gone.IsZero() && c.look.At.Sub(r.Gone) < goneFor && !c.approvals.goneApproved(*r) {
		v := tillwatch.Version{}
		if len(r.Versions) > 0 {
			v = r.Versions[len(r.Versions)-1]
		}
		c.out.Items = append(c.out.Items, Standing{itemOf(*r, v), Gone})
	}
}

func (c *comparison) note(r *tillwatch.Record, what tillwatch.ChangeKind, before, after string) {
	c.out.Changes = append(c.out.Changes, tillwatch.Change{
		Run: c.look.Run, At: c.look.At, Kind: r.Kind, Place: r.Place, What: what, Before: before, After: after, Pays: r.Pays(),
	})
}

// raise tells of a sign and writes it beside those changes of this look that it comes from.
func (c *comparison) raise(s tillwatch.Sign, k key) {
	s.Since, s.Count = c.look.At, 1
	c.out.Signs = append(c.out.Signs, s)
	for i := range c.out.Changes {
		change := &c.out.Changes[i]
		if change.Kind == k.kind && change.Place == k.place && change.What != tillwatch.Removed && change.Severity < s.Severity {
			change.Rule, change.Severity = s.Rule, s.Severity
		}
	}
}

// bound forgets what is beyond the bounds: of an item the oldest contents that nobody approved, of a shop the items that
// have been gone for longest.
func (c *comparison) bound() {
	for k, r := range c.records {
		for len(r.Versions) > maxVersions {
			i := slices.IndexFunc(r.Versions, func(v tillwatch.Version) bool {
				return !slices.Contains(c.seen[k], v.ID()) && !c.approvals.covers(*r, v)
			})
			r.Versions = slices.Delete(r.Versions, max(i, 0), max(i, 0)+1)
		}
	}
	if len(c.records) <= maxRecords {
		return
	}
	keys := c.keys()
	slices.SortStableFunc(keys, func(a, b key) int { return c.records[a].Last.Compare(c.records[b].Last) })
	for _, k := range keys[:len(keys)-maxRecords] {
		if _, old := c.before[k]; old {
			c.out.Forget = append(c.out.Forget, *c.records[k])
		}
		delete(c.records, k)
	}
}

func (c *comparison) finish() {
	for _, k := range c.keys() {
		r := c.records[k]
		_, seen := c.seen[k]
		if seen || !r.Gone.Equal(c.before[k].Gone) {
			c.out.Records = append(c.out.Records, *r)
		}
	}
	slices.SortStableFunc(c.out.Items, func(a, b Standing) int {
		return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.Place, b.Place), strings.Compare(a.Digest, b.Digest))
	})
	slices.SortStableFunc(c.out.Signs, func(a, b tillwatch.Sign) int {
		return cmp.Or(strings.Compare(a.Rule, b.Rule), strings.Compare(a.Place, b.Place))
	})
	slices.SortStableFunc(c.out.Changes, func(a, b tillwatch.Change) int {
		return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.Place, b.Place))
	})
}

func (c *comparison) keys() []key {
	keys := make([]key, 0, len(c.records))
	for k := range c.records {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b key) int { return cmp.Or(strings.Compare(a.kind, b.kind), strings.Compare(a.place, b.place)) })
	return keys
}

// merged joins what several walks of one look saw of the same content.
func merged(items []tillwatch.Item) []tillwatch.Item {
	type identity struct{ kind, place, version string }
	at := map[identity]int{}
	var out []tillwatch.Item
	for _, item := range items {
		id := identity{item.Kind, item.Place, versionID(item)}
		i, again := at[id]
		if !again {
			at[id] = len(out)
			out = append(out, item)
			continue
		}
		out[i].Capabilities = union(out[i].Capabilities, item.Capabilities)
		out[i].Stages = union(out[i].Stages, item.Stages)
		if len(out[i].Via) == 0 {
			out[i].Via = item.Via
		}
	}
	slices.SortStableFunc(out, func(a, b tillwatch.Item) int {
		return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.Place, b.Place), strings.Compare(versionID(a), versionID(b)))
	})
	return out
}

func itemOf(r tillwatch.Record, v tillwatch.Version) tillwatch.Item {
	return tillwatch.Item{
		Kind: r.Kind, Place: r.Place, Scope: r.Scope, Digest: v.Digest, Normalised: v.Normalised, Value: v.Value,
		Capabilities: v.Capabilities, Stages: r.Stages, Via: r.Via,
	}
}

func versionID(item tillwatch.Item) string {
	return tillwatch.Version{Digest: item.Digest, Normalised: item.Normalised}.ID()
}

// described is a content as the change record shows it.
func described(v tillwatch.Version) string { return cmp.Or(v.Value, v.Digest) }

// lastOf describes the content that a record had before: the one seen last.
func lastOf(r tillwatch.Record) string {
	if len(r.Versions) == 0 {
		return ""
	}
	return described(slices.MaxFunc(r.Versions, func(a, b tillwatch.Version) int { return a.Last.Compare(b.Last) }))
}

func everything(r tillwatch.Record) []tillwatch.Capability {
	var all []tillwatch.Capability
	for _, v := range r.Versions {
		all = append(all, v.Capabilities...)
	}
	return all
}

func without(list, some []tillwatch.Capability) []tillwatch.Capability {
	return slices.DeleteFunc(slices.Clone(list), func(c tillwatch.Capability) bool { return slices.Contains(some, c) })
}

func clone(r tillwatch.Record) tillwatch.Record {
	r.Versions = slices.Clone(r.Versions)
	return r
}

func union[E cmp.Ordered](a, b []E) []E {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

func bounded(s string) string {
	if len(s) > maxValue {
		return strings.ToValidUTF8(s[:maxValue], "")
	}
	return s
}
