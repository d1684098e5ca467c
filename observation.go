package tillwatch

import "time"

// Observation is one thing a sensor reports: an [Item], a [Sign], a [Gap] or a [Pass].
type Observation interface{ observation() }

func (Item) observation() {}
func (Sign) observation() {}
func (Gap) observation()  {}
func (Pass) observation() {}

// Item is a piece of the shop's state that should change only when someone says so: a script on the checkout, a
// response header, a destination host, a file, a row that executes, an administrator, a key.
type Item struct {
	Kind         string       // "script", "header", "host", "file", "row", "administrator", "key" ...
	Place        string       // where it is; together with Kind it is the item's identity between looks
	Scope        string       // the Pass that speaks for it, such as "page https://shop.example/"
	Digest       string       // "sha256:" and hex of the content; empty where the place alone matters
	Normalised   string       // digest of the content without what differs between two looks at an unchanged shop; may be empty
	Value        string       // what it says where that is short and nobody's secret, such as a policy; otherwise empty
	Content      Body         // what it is made of, for keeping as evidence; empty where the sensor does not have it
	Stages       []string     // the steps of a walk it was met at, such as "payment", sorted
	Capabilities []Capability // what it can do, sorted: an alarm is graded by what changed here
	Via          []string     // who brought it in, nearest first: the loader chain of a script
}

// Capability is one thing an item can do, as a verb and its object: "reads card", "sends evil.example".
type Capability string

// Reads is the capability to read a kind of customer data, such as "card" or "address".
func Reads(data string) Capability { return Capability("reads " + data) }

// Sends is the capability to send something to host.
func Sends(host string) Capability { return Capability("sends " + host) }

// Capabilities without an object.
const (
	Executes    Capability = "executes"
	WritesFiles Capability = "writes files"
)

// Sign is something wrong in itself, reported at first sight and again when its Count doubles, never once per line.
type Sign struct {
	Rule      string // the rule it falls under, such as "page/canary-sent"
	Severity  Severity
	Certainty Certainty
	Place     string    // where: with Rule it is the sign's identity, so the same leak seen twice is one finding
	Since     time.Time // the first moment it is known to have been so
	Summary   string    // one sentence a shop owner understands; never holds customer data
	Evidence  []Evidence
	Data      []string // kinds of customer data concerned: "card", "name", "e-mail", "address" ...
	Subjects  Subjects // how many people, where that can be told
	Count     int      // how often it was seen, at least 1
}

// Evidence is one fact that led to a sign, at the place where anyone can look it up.
type Evidence struct {
	What        string   `json:"what"`
	Where       string   `json:"where,omitempty"` // URL, file, table and key, commit
	Line        int      `json:"line,omitempty"`  // from 1; 0 where there is none
	Column      int      `json:"column,omitempty"`
	Destination string   `json:"destination,omitempty"` // scheme, host and path the data went to
	Fields      []string `json:"fields,omitempty"`      // which fields of the customer's were in it
}

// Subjects bounds the number of people concerned. Both zero: not known.
type Subjects struct {
	Min int `json:"min"`
	Max int `json:"max"`
}

// Gap is what could not be looked at, and why. A report that holds one never says "clean".
type Gap struct {
	Place   string
	Why     string // what stopped the look and what the operator can do about it
	Picture []byte // a PNG of what was on the screen; nil where there is none
}

// Pass says that all items of Scope have now been reported: only then may the inventory call something gone.
type Pass struct {
	Scope string
	At    time.Time
}
