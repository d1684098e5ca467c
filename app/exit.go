package app

import (
	"slices"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/app/report"
)

// The exit codes of a check, and of every other command that looks at something.
const (
	ExitFine        = 0   // everything was looked at, and nothing at or above the threshold was found
	ExitFindings    = 1   // something was found; this goes before ExitNotSeen
	ExitNotSeen     = 2   // something could not be looked at
	ExitUsage       = 3   // the question was wrong; nothing was looked at
	ExitInterrupted = 130 // the user stopped it
)

// Threshold is the severity from which on a finding makes a check fail; 0 means never.
type Threshold tillwatch.Severity

// Thresholds are the words for it, worst first.
func Thresholds() []string { return []string{"critical", "high", "medium", "low", "never"} }

// ParseThreshold reads one of [Thresholds]; anything else is a *[UsageError].
func ParseThreshold(word string) (Threshold, error) {
	if _, err := parseWord("--fail-on", word, Thresholds()); err != nil {
		return 0, err
	}
	var severity tillwatch.Severity
	if word != "never" {
		if err := severity.UnmarshalText([]byte(word)); err != nil {
			return 0, err
		}
	}
	return Threshold(severity), nil
}

// ExitCode is what a check that gave r ends with.
func ExitCode(r *report.Report, failOn Threshold) int {
	switch {
	case r.Interrupted:
		return ExitInterrupted
	case failOn > 0 && r.Worst() >= tillwatch.Severity(failOn):
		return ExitFindings
	case len(r.NotSeen) > 0:
		return ExitNotSeen
	}
	return ExitFine
}

// ParseFormat accepts one of the report's formats; anything else is a *[UsageError].
func ParseFormat(word string) (string, error) { return parseWord("--format", word, report.Formats()) }

func parseWord(flag, word string, known []string) (string, error) {
	if !slices.Contains(known, word) {
		return "", usagef(DidYouMean(word, known), "%s cannot be %q", flag, word)
	}
	return word, nil
}
