package tillwatch

import "time"

// Incident is the findings of one attack.
type Incident struct {
	ID       string    `json:"id"`
	Shop     string    `json:"shop"`
	Opened   time.Time `json:"opened"` // the first signal: reporting clocks may start here
	Severity Severity  `json:"severity"`
	Timeline []Event   `json:"timeline"`       // in the order of what happened; only ever added to
	Into     string    `json:"into,omitempty"` // the incident of which this turned out to be a part; empty where it stands alone
}

// Event is one line of an incident's timeline.
type Event struct {
	At    time.Time `json:"at"`
	Rule  string    `json:"rule,omitempty"` // the finding's rule; empty for what a person wrote
	Place string    `json:"place,omitempty"`
	What  string    `json:"what"`
	Cause string    `json:"cause,omitempty"` // what most likely led to it, in words; empty where nothing is known that did
}
