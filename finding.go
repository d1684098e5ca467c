package tillwatch

import (
	"fmt"
	"time"
)

// Finding is what is wrong, where, since when, how sure, whose data, and what to do now.
type Finding struct {
	Rule      string     `json:"rule"`
	Severity  Severity   `json:"severity"`
	Certainty Certainty  `json:"certainty"`
	Place     string     `json:"place"`
	Since     time.Time  `json:"since"`
	Summary   string     `json:"summary"`
	Evidence  []Evidence `json:"evidence"`
	Incident  string     `json:"incident"` // Incident.ID
	Data      []string   `json:"data"`
	Subjects  Subjects   `json:"subjects"`
	Next      []string   `json:"next"` // what to do, most urgent first
}

// Severity is how urgently a finding wants a person. The order is that of the constants.
type Severity int

// The severities. Critical means data is leaving now; medium and above are worth waking an operator on a weekday.
const (
	Info Severity = iota + 1
	Low
	Medium
	High
	Critical
)

var severityNames = []string{"", "info", "low", "medium", "high", "critical"}

func (s Severity) String() string { return nameOf(severityNames, int(s)) }

// MarshalText writes the severity's name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a severity by name.
func (s *Severity) UnmarshalText(b []byte) error {
	i, err := indexOf(severityNames, string(b), "severity")
	*s = Severity(i)
	return err
}

// Certainty is how sure a finding is.
type Certainty int

// The certainties. Certain rests on deterministic evidence alone (canary data seen leaving, a token never issued);
// likely on evidence with an honest explanation that is rare; possible on anything weaker.
const (
	Possible Certainty = iota + 1
	Likely
	Certain
)

var certaintyNames = []string{"", "possible", "likely", "certain"}

func (c Certainty) String() string { return nameOf(certaintyNames, int(c)) }

// MarshalText writes the certainty's name.
func (c Certainty) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads a certainty by name.
func (c *Certainty) UnmarshalText(b []byte) error {
	i, err := indexOf(certaintyNames, string(b), "certainty")
	*c = Certainty(i)
	return err
}

func nameOf(names []string, i int) string {
	if i <= 0 || i >= len(names) {
		return fmt.Sprintf("unknown(%d)", i)
	}
	return names[i]
}

func indexOf(names []string, name, what string) (int, error) {
	for i := 1; i < len(names); i++ {
		if names[i] == name {
			return i, nil
		}
	}
	return 0, fmt.Errorf("%q is no %s (want one of %v)", name, what, names[1:])
}
