package tillwatch

import "time"

// Incident is the findings of one attack.
type Incident struct {
	ID       string    `json:"id"`
	Shop     string    `json:"shop"`
	Opened   time.Time `json:"opened"` // the first signal: reporting clocks may start here
	Severity Severity  `json:"severity"`
	Timeline []Event   `json:"timeline"` // append-only, oldest first
}

// Event is one line of an incident's timeline.
type Event struct {
	At   time.Time `json:"at"`
	Rule string    `json:"rule,omitempty"` // the finding's rule; empty for what a person wrote
	What string    `json:"what"`
}
