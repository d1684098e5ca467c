package tillwatch

import (
	"cmp"
	"slices"
	"time"
)

// Record is what the inventory knows of one item of a shop. Kind and Place are its identity.
type Record struct {
	Kind     string       `json:"kind"`
	Place    string       `json:"place"`
	Scope    string       `json:"scope"`
	Owner    string       `json:"owner,omitempty"`  // registrable domain of the host it comes from; empty where it comes from none
	Stages   []string     `json:"stages,omitempty"` // the steps of a walk it was ever met at
	Via      []string     `json:"via,omitempty"`    // who brought it in at the last look, nearest first
	First    time.Time    `json:"first"`            // when it was seen
	Last     time.Time    `json:"last"`
	Gone     time.Time    `json:"gone,omitzero"`      // the first complete look that no longer found it; zero while it is there
	Known    bool         `json:"known,omitempty"`    // it was there before anything of the shop had been approved
	Baseline []Capability `json:"baseline,omitempty"` // what it could do then
	Versions []Version    `json:"versions"`           // every content it was seen with, in the order of appearance
}

// Version is one content of an item.
type Version struct {
	Digest       string       `json:"digest"` // of the bytes last seen; empty where the place alone matters
	Normalised   string       `json:"normalised,omitempty"`
	Value        string       `json:"value,omitempty"`
	Evidence     string       `json:"evidence,omitempty"`     // digest of the copy that was kept; empty where none was
	Capabilities []Capability `json:"capabilities,omitempty"` // everything that this content was ever seen to do
	First        time.Time    `json:"first"`
	Last         time.Time    `json:"last"`
}

// ID tells two contents apart, without what differs between two looks at an unchanged shop.
func (v Version) ID() string { return cmp.Or(v.Normalised, v.Digest) }

// Pays says that the item was met at the step at which customers pay.
func (r Record) Pays() bool { return slices.Contains(r.Stages, StagePayment) }

// StagePayment is the step of a walk at which a customer types a card.
const StagePayment = "payment"

// Approval is somebody's decision that an item, or whatever fits a rule, is as it should be. Approvals are only ever
// added; a wrong one is withdrawn by a further one.
type Approval struct {
	ID        int64     `json:"id"` // counts up within a store
	At        time.Time `json:"at"`
	Who       string    `json:"who"`
	Why       string    `json:"why"`
	Rule      bool      `json:"rule,omitempty"`      // Place is a pattern in which "*" stands for any text, and every version is meant
	Kind      string    `json:"kind,omitempty"`      // of the items; of a rule, empty means every kind
	Place     string    `json:"place"`               // of the item
	Versions  []string  `json:"versions,omitempty"`  // the [Version.ID]s that are approved; of a rule, none
	May       []string  `json:"may,omitempty"`       // what the item may do: a [Capability], or a pattern of them
	Deploy    string    `json:"deploy,omitempty"`    // the deployment in which the content came; empty for a decision by hand
	Withdraws int64     `json:"withdraws,omitempty"` // the approval that no longer counts; 0 for none. Such an approval approves nothing
}

// Change is one difference between two looks. Changes are only ever added.
type Change struct {
	Run      string     `json:"run"` // Run.ID
	At       time.Time  `json:"at"`
	Kind     string     `json:"kind"`
	Place    string     `json:"place"`
	What     ChangeKind `json:"what"`
	Before   string     `json:"before,omitempty"` // digests, capabilities or values
	After    string     `json:"after,omitempty"`
	Pays     bool       `json:"pays,omitempty"` // it is part of a page on which customers pay
	Rule     string     `json:"rule,omitempty"` // of the alarm that was raised; empty where none was
	Severity Severity   `json:"severity,omitempty"`
}

// ChangeKind says what sort of difference a [Change] is.
type ChangeKind string

// The kinds of change.
const (
	Added            ChangeKind = "added"
	ContentChanged   ChangeKind = "content"
	CapabilityGained ChangeKind = "capability"
	Removed          ChangeKind = "removed"
	Returned         ChangeKind = "returned"
)

// Run is one look at a shop, as evidence that it took place.
type Run struct {
	ID       string        `json:"id"`
	Shop     string        `json:"shop"`
	Started  time.Time     `json:"started"`
	Took     time.Duration `json:"took"`     // nanoseconds
	Profiles []string      `json:"profiles"` // who was played
	Places   []string      `json:"places"`   // the targets
	Program  string        `json:"program"`  // version of the program
	Complete bool          `json:"complete"` // everything was looked at
	NotSeen  int           `json:"not_seen"` // gaps
	Findings int           `json:"findings"` // at medium and above
	Items    int           `json:"items"`
}
