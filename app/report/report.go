// Package report writes what a check has to say, for a shop owner, a browser, a program or a code-scanning service.
//
// It is pure: a [Report] in, bytes out. Whatever it shows came from a shop that may be hostile, so every format
// escapes what could take effect where it is read: terminal controls, markup, invisible and direction-changing
// characters.
package report

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/tillwatch/tillwatch"
)

// Report is everything one check has to say.
type Report struct {
	Version     string // of Tillwatch
	Started     time.Time
	Took        time.Duration
	Targets     []Target
	Findings    []tillwatch.Finding // worst first
	Incidents   []tillwatch.Incident
	Items       []Item
	NotSeen     []tillwatch.Gap
	Hidden      int  // findings that the suppress file held back
	Expired     int  // entries of the suppress file that no longer count
	Interrupted bool // by the operator: what follows is what was seen until then
}

// Target is one thing that was looked at, step by step.
type Target struct {
	tillwatch.Target
	Took  time.Duration
	Steps []Step
	Facts []Fact
}

// Fact is something that a look found out besides: how much was read, and what could not be told from it.
type Fact struct {
	Name  string
	Value string
}

// Step is one stage of a look, such as one page of a checkout.
type Step struct {
	Name    string
	Place   string
	Profile string // which browser profile walked it; empty where there is none
	At      time.Time
	Picture []byte // PNG; nil where there is none
}

// Status says how an item stands to the approved inventory.
type Status string

// The statuses of an item. Without an inventory every item is new.
const (
	Approved Status = "approved"
	New      Status = "new"
	Changed  Status = "changed"
	Gone     Status = "gone"
	Unlisted Status = "unlisted"
)

// Item is an item with its status.
type Item struct {
	tillwatch.Item
	Status Status
}

// Worst is the highest severity of all findings, 0 where there is none.
func (r *Report) Worst() tillwatch.Severity {
	var worst tillwatch.Severity
	for _, f := range r.Findings {
		worst = max(worst, f.Severity)
	}
	return worst
}

// Options say how a report is written.
type Options struct {
	Language string         // one of [Languages]; English otherwise
	Color    bool           // text only: mark severity with terminal colours
	Width    int            // text only: columns to wrap at; 0 means 100
	Zone     *time.Location // of the times shown to people; nil means UTC
}

var writers = map[string]func(io.Writer, *Report, Options) error{
	"text":  writeText,
	"json":  writeJSON,
	"sarif": writeSARIF,
	"html":  writeHTML,
}

// Formats are the names that [Write] accepts.
func Formats() []string { return []string{"text", "json", "sarif", "html"} }

// Languages are those that a report can be written in for people.
func Languages() []string { return []string{"en", "ja", "ko", "id"} }

// Write writes r in one of the [Formats].
func Write(w io.Writer, format string, r *Report, o Options) error {
	write, known := writers[format]
	if !known {
		return fmt.Errorf("unknown format %q (want one of %v)", format, Formats())
	}
	if !slices.Contains(Languages(), o.Language) {
		o.Language = Languages()[0]
	}
	if o.Width == 0 {
		o.Width = 100
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	return write(w, r, o)
}
