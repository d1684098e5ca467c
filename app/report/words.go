package report

import (
	"github.com/tillwatch/tillwatch"
)

// words are all that a report says in one language, besides the rule pages. A field left empty fails the tests.
type words struct {
	VerdictLeak        string // customer data is seen leaving
	VerdictWrong       string // something is wrong, no data seen leaving
	VerdictMinor       string // findings below medium only
	VerdictGaps        string // nothing wrong, but not everything was seen
	VerdictBlind       string // nothing at all was seen
	VerdictNothing     string // nothing wrong, everything was seen
	VerdictInterrupted string

	Title, Findings, Others, NotSeen, NotSeenNote, LookedAt, Timeline, Items, Evidence, Steps, Incident string

	CountIncidents, CountFindings, CountGaps, CountSteps string // below a number

	What, Data, Destination, Way, Where, Since, Certainty, Rule, Next, Details, Severity, Fields, Time, Kind, Place, Digest,
	Capabilities, Status, Why string

	LineColumn   string // of a script: line, column
	Line         string // of a log
	FirstSeen    string // said behind Since
	Subjects     string // people concerned: from, to
	Took         string // seconds
	StepCount    string
	ItemCount    string
	Suppressed   string // findings held back by the suppress file
	Expired      string
	Explain      string // how to read more about a rule
	MoreEvidence string // how many pieces of evidence are not shown
	WrittenBy    string // version, time
	Disclaimer   string
	Ordered      string // the same where a test order was placed
	Paid         string // the same, and the shop was handed its card

	Severities  map[tillwatch.Severity]string
	Certainties map[tillwatch.Certainty]string
	Fieldnames  map[string]string // kinds of data and fields of the form
	Stepnames   map[string]string
	Kinds       map[tillwatch.Kind]string
	Whys        map[string]string // why a watch tells something
}

var languages = map[string]*words{"en": &english, "ja": &japanese, "ko": &korean, "id": &indonesian}

// field names a kind of data or a form field; what has no name of its own keeps the sensor's.
func (w *words) field(name string) string {
	if known := w.Fieldnames[name]; known != "" {
		return known
	}
	return name
}

// StepName names a stage of a look in one of [Languages]; what is no stage stays as it is.
func StepName(language, name string) string {
	if w := languages[language]; w != nil {
		return w.Step(name)
	}
	return english.Step(name)
}

// Step names a stage of a look.
func (w *words) Step(name string) string {
	if known := w.Stepnames[name]; known != "" {
		return known
	}
	return name
}
