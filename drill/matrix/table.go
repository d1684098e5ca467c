package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// table writes the results for people, beside those of the first run.
func table(rows, first []row) string {
	var b strings.Builder
	b.WriteString(`# Recall per technique

` + "`make matrix`" + ` makes this page and ` + "`matrix.json`" + `; do not edit it. Each technique has three cases that run in the demonstration shop: a
skimmer, an evasion of it that is harder to see, and an honest twin that uses the same means. They were written from published
descriptions, without sight of the detectors.

Each case goes the way of an operator who had Tillwatch before the attack: the honest shop is checked, all that was seen is
approved, the case is planted, and the shop is checked again. Found is a finding above low that was not there before and says
more than that something is new. Quiet is a twin after which there is no new finding above low and everything was looked at; *not
seen* means silence over something that could not be looked at. Without a baseline is one first check of a shop that is attacked
already. Layer alone is the skimmer with nothing but the layer switched on that the row names first: D run with canaries, I
inventory, S script analysis, L listeners and page, P proxy or jail, H host. Where a case, or a part of it, is on the server (rows 8, 20,
32 and 41 to 46), the operator has named the shop's files and database as well and allowed a test order, whose card is then
searched for there; where an operator is the victim (row 41), the admin screen too; and what honest twins change in files they
change in a deployment. What strikes at some customers only, or at a second
visit, is checked up to five times, its twin five times. Where a shop asks for the card only after the order (rows 8 and 9), its
operator allows a test order (--place-test-order). The columns of the first run say what was found when the cases were first
tried, before anything was changed because of them; there "step 3" marks what lives on the host, which was not looked at then.

`)
	b.WriteString(summary(rows, first))
	b.WriteString("\n| | technique | layer | layer alone | found | without baseline | evasion | twin quiet | seconds | first evidence | first run: found | evasion | twin quiet |\n")
	b.WriteString("| ---: | --- | --- | --- | --- | --- | --- | --- | ---: | --- | --- | --- | --- |\n")
	for _, r := range rows {
		var was row
		if i := slices.IndexFunc(first, func(f row) bool { return f.Row == r.Row }); i >= 0 {
			was = first[i]
		}
		fmt.Fprintf(&b, "| %d | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |\n",
			r.Row, r.Technique, r.Layer, cell(r.LayerAlone, false), cell(r.Skimmer, false), cell(r.FirstLook, false),
			cell(r.Evasion, false), cell(r.Benign, false), duration(r.Skimmer), evidence(r.Skimmer),
			cell(was.Skimmer, r.Host || was.onServer()), cell(was.Evasion, r.Host || was.onServer()), cell(was.Benign, false))
	}
	return b.String()
}

// cell says what one trial came to.
func cell(o *outcome, host bool) string {
	switch {
	case o == nil && host:
		return "step 3"
	case o == nil:
		return "–"
	}
	switch o.Verdict {
	case found, quiet:
		if o.Checks > 1 && o.Verdict == found {
			return fmt.Sprintf("yes, at check %d", o.Checks)
		}
		return "yes"
	case missed:
		switch {
		case host:
			return "step 3"
		case o.Suspected:
			return "**no**, only as new"
		}
		return "**no**"
	case alarm:
		return "**no**: " + o.FirstEvidence
	default:
		return "**" + string(o.Verdict) + "**"
	}
}

func duration(o *outcome) string {
	if o == nil {
		return "–"
	}
	return fmt.Sprintf("%.1f", o.Seconds)
}

func evidence(o *outcome) string {
	if o == nil || o.FirstEvidence == "" {
		return "–"
	}
	return fmt.Sprintf("%s (%s)", o.FirstEvidence, o.Severity)
}

// summary is the table of the totals.
func summary(rows, first []row) string {
	now, was := count(rows), count(first)
	var b strings.Builder
	fmt.Fprintf(&b, "Measured %s; %d techniques, %d of them on the host. All rows together took %.0f minutes, one after the other.\n\n",
		days(rows), now.Rows, now.Host, now.Seconds/60)
	fmt.Fprintf(&b, "| | this run | first run (%s) | wanted |\n| --- | ---: | ---: | ---: |\n", days(first))
	line := func(what string, now, was, of, wasOf int, wanted string) {
		fmt.Fprintf(&b, "| %s | %d of %d | %d of %d | %s |\n", what, now, of, was, wasOf, wanted)
	}
	least := func(want int) string { return fmt.Sprintf("%d", want) }
	here, then := now.Rows, was.Rows
	line("skimmers found", now.Found, was.Found, here, then, least(wantFound))
	line("with the row's first layer alone", now.Layer, was.Layer, now.LayerRows, was.LayerRows, least(wantFound))
	line("without a baseline", now.FirstLook, was.FirstLook, here, then, "")
	line("evasions found", now.Evasions, was.Evasions, here, then, least(wantEvasions))
	line("host rows: skimmers found", now.HostFound, was.HostFound, now.Host, was.Host, "")
	line("host rows: evasions found", now.HostEvasions, was.HostEvasions, now.Host, was.Host, "")
	line("honest twins quiet", now.Quiet, was.Quiet, now.Rows, was.Rows, "all")
	line("found and named, with the line", now.Named, was.Named, now.Found, was.Found, "")
	return b.String()
}

// days are those on which rows were measured.
func days(rows []row) string {
	if len(rows) == 0 {
		return "not measured"
	}
	oldest, newest := rows[0].At, rows[0].At
	for _, r := range rows {
		if r.At.Before(oldest) {
			oldest = r.At
		}
		if r.At.After(newest) {
			newest = r.At
		}
	}
	from, to := oldest.Format(time.DateOnly), newest.Format(time.DateOnly)
	if from == to {
		return from
	}
	return from + " to " + to
}
