// Package tillwatch holds the words of the leak alarm for online shops and the rules that bind them.
//
// The flow is one line:
//
//	Target ──sensor──▶ Observation ──inventory, triage──▶ Finding ──▶ Incident ──notifier──▶ Notice
//
// A [Target] is one thing of the shop's that is looked at. A [Sensor] looks and reports each [Observation]: an [Item]
// of the shop's state, a [Sign] of something wrong in itself, a [Gap] that could not be looked at, or a [Pass] that
// says all items of a scope have been reported. Inventory and triage make a [Finding] of what is wrong; the findings of
// one attack are one [Incident]; a [Notice] carries it to one place.
//
// Two rules are kept here by construction. A leak detector must not become a leak: a [Body] never prints what it
// holds, and a [Masked] text is made only by [Mask]. And nothing is called clean over a gap: a Gap is an observation
// like any other and reaches every report.
//
// The package imports the standard library only; the tests in layout_test.go hold every other package to its row of
// the import table in docs/design.md.
package tillwatch
