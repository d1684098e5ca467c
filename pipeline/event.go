package pipeline

import (
	"time"

	"github.com/tillwatch/tillwatch"
)

// Event is one thing that is told. Its JSON form is kept in the store, and is what programs read.
type Event struct {
	// Number names the event among all of a state folder: it rises, and none is used twice.
	Number int64     `json:"number"`
	At     time.Time `json:"at"` // when it was noticed
	Event  What      `json:"event"`
	Why    Why       `json:"why"`
	Shop   string    `json:"shop"`

	// Again says that the program was killed while it told this, so that it may have been told before.
	Again bool `json:"again,omitempty"`

	Finding  *tillwatch.Finding  `json:"finding,omitempty"`
	Incident *tillwatch.Incident `json:"incident,omitempty"`
}

// What an [Event] is about.
type What string

// The things that are told.
const (
	AFinding   What = "finding"
	AnIncident What = "incident"
)

// Why an [Event] is told.
type Why string

// The reasons to tell something.
const (
	New   Why = "new"   // of a finding: it was not told before
	Worse Why = "worse" // of a finding: its severity rose
	More  Why = "more"  // of a finding: it was seen twice as often as when it was told
	Back  Why = "back"  // of a finding: it was gone
	Gone  Why = "gone"  // of a finding: a complete look no longer found it

	Opened Why = "opened" // of an incident
	Grown  Why = "grown"  // of an incident: there is more to tell of it, or it is more severe
	Joined Why = "joined" // of an incident: it turned out to be part of the one that its "into" names
)
