package tillwatch

import (
	"cmp"
	"slices"
	"time"
)

// Record is what the inventory knows of one item of a shop. Kind and Place are its identity.
type Record struct {
	Kind, Place, Scope string
	Owner              string       // registrable domain of the host it comes from; empty where it comes from none
	Stages             []string     // the steps of a walk it was ever met at
	Via                []string     // who brought it in at the last look, nearest first
	First, Last        time.Time    // when it was seen
	Gone               time.Time    // the first complete look that no longer found it; zero while it is there
	Known              bool         // it was there before anything of the shop had been approved
	Baseline           []Capability // what it could do then
	Versions           []Version    // every content it was seen with, in the order of appearance
}

// Version is one content of an item.
type Version struct {
	Digest       string // of the bytes last seen; empty where the place alone matters
	Normalised   string
	Value        string
	Evidence     string       // digest of the copy that was kept; empty where none was
	Capabilities []Capability // everything that this content was ever seen to do
	First, Last  time.Time
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
	ID        int64 // counts up within a store
	At        time.Time
	Who, Why  string
	Rule      bool     // Place is a pattern in which "*" stands for any text, and every version is meant
	Kind      string   // of the items; of a rule, empty means every kind
	Place     string   // of the item
	Versions  []string // the [Version.ID]s that are approved; of a rule, none
	May       []string // what the item may do: a [Capability], or a pattern of them
	Withdraws int64    // the approval that no longer counts; 0 for none. Such an approval approves nothing
}

// Change is one difference between two looks. Changes are only ever added.
type Change struct {
	Run           string // Run.ID
	At            time.Time
	Kind, Place   string
	What          ChangeKind
	Before, After string   // digests, capabilities or values
	Pays          bool     // it is part of a page on which customers pay
	Rule          string   // of the alarm that was raised; empty where none was
	Severity      Severity `json:",omitempty"`
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
	ID       string
	Shop     string
	Started  time.Time
	Took     time.Duration
	Profiles []string // who was played
	Places   []string // the targets
	Program  string   // version of the program
	Complete bool     // everything was looked at
	NotSeen  int      // gaps
	Findings int      // at medium and above
	Items    int
}
