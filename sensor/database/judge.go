package database

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/script"
)

// The rules that a database falls under.
const (
	ruleActive     = "database/active-content"
	ruleExecutable = "database/executable-changed"
	ruleTrigger    = "database/trigger"
	ruleIndex      = "database/index-missing"
	ruleCanary     = "database/canary-found"
)

// The bounds of what is reported of one table.
const (
	maxItems  = 5_000
	maxSingle = 20 // rows that are told of one by one
	maxKept   = 1 << 20
)

// judgement is the judging of one task's rows.
type judgement struct {
	look  *look
	task  *task
	items int
	full  bool // there are more items than are kept
	cut   bool
}

func (l *look) judge(t *task) *judgement { return &judgement{look: l, task: t} }

func (j *judgement) row(r row) error {
	for i, c := range j.task.columns {
		if len(r.values[i]) == 0 {
			continue
		}
		if err := j.value(&r, c, c.decode(r.values[i])); err != nil {
			return err
		}
	}
	return nil
}

func (j *judgement) value(r *row, c column, text string) error {
	if len(text) >= maxCell && !j.cut {
		j.cut = true
		if err := j.look.gap(j.look.place(j.task, r, c.name), "it is longer than a megabyte: only the beginning was looked at"); err != nil {
			return err
		}
	}
	if j.task.raw != nil {
		return j.executes(r, c, text)
	}
	found, ok := activeContent(text)
	if !ok {
		return nil
	}
	return j.look.tellActive(j.task, r, c, found)
}

// executes reports a value that the shop executes.
func (j *judgement) executes(r *row, c column, text string) error {
	m := j.task.raw[strings.ToLower(c.name)]
	if m == modeMarkup && !strings.ContainsAny(text, "<{&") && !strings.Contains(text, "@php") && scheme(text) == "" {
		return nil
	}
	place := j.look.place(j.task, r, c.name)
	e := j.look.executable(m, strings.ToLower(c.name), place, text)
	if e.severity >= tillwatch.Medium {
		if err := j.look.report(suspectSign(place, e)); err != nil {
			return err
		}
	}
	if !e.active {
		return nil
	}
	if j.items++; j.items > maxItems {
		if j.full {
			return nil
		}
		j.full = true
		return j.look.gap(j.look.place(j.task, nil, c.name), fmt.Sprintf("more than %d of its rows hold scripts or code: what changes in the others is not noticed", maxItems))
	}
	item := tillwatch.Item{
		Kind: "row", Place: place, Scope: j.task.scope(j.look.target.Place), Digest: e.digest, Normalised: e.normalised,
		Capabilities: e.capabilities,
	}
	if j.task.pays {
		item.Stages = []string{tillwatch.StagePayment}
	}
	if e.severity >= tillwatch.Medium && len(text) <= maxKept {
		item.Content = tillwatch.NewBody([]byte(text))
	}
	return j.look.report(item)
}

// maxJudged bounds for how many values following remembers what they do.
const maxJudged = 20_000

// executable judges a value that the shop executes. One that is as it was at the last look is not judged once more.
func (l *look) executable(m mode, name, place, text string) executable {
	sum := digest(text)
	l.mu.Lock()
	e, known := l.judged[place]
	l.mu.Unlock()
	if known && e.digest == sum && e.mode == m {
		return e
	}
	e = judgeExecutable(m, name, text, script.Options{Own: l.config.Own, Trusted: l.config.Trusted})
	e.digest, e.mode = sum, m
	if l.config.Follow {
		l.mu.Lock()
		if len(l.judged) >= maxJudged {
			clear(l.judged)
		}
		l.judged[place] = e
		l.mu.Unlock()
	}
	return e
}

func suspectSign(place string, e executable) tillwatch.Sign {
	sign := tillwatch.Sign{
		Rule: ruleExecutable, Severity: e.severity, Certainty: e.certainty, Place: place, Count: 1, Data: e.data,
		Evidence: slices.Clone(e.evidence),
	}
	first := e.evidence[0].What
	if e.severity >= tillwatch.High {
		sign.Summary = fmt.Sprintf("A row that the shop runs or puts into its pages does what attacks do: %s.", first)
	} else {
		sign.Summary = fmt.Sprintf("A row that the shop runs or puts into its pages looks like part of an attack: %s.", first)
	}
	for i := range sign.Evidence {
		sign.Evidence[i].Where = place
	}
	return sign
}

// tally counts the rows of one column that hold active content.
type tally struct {
	rows  int
	seen  map[string]bool // places that were told, the first of them
	told  int             // rows that the last sign spoke of
	last  active          // the worst that was found of those that no sign spoke of
	worst tillwatch.Severity
}

// tellActive reports active content in a row that a customer wrote: the first rows one by one, and then the column each
// time that their number has doubled.
func (l *look) tellActive(t *task, r *row, c column, found active) error {
	column := l.place(t, nil, c.name)
	place := l.place(t, r, c.name)
	l.mu.Lock()
	y := l.tallies[column]
	if y == nil {
		y = &tally{seen: map[string]bool{}}
		l.tallies[column] = y
	}
	if y.seen[place+found.what] {
		l.mu.Unlock()
		return nil
	}
	y.rows++
	if len(y.seen) < 10_000 {
		y.seen[place+found.what] = true
	}
	rows := y.rows
	tell := rows <= maxSingle || rows >= 2*y.told || found.severity > y.worst
	if tell {
		y.told, y.worst, y.last = rows, max(y.worst, found.severity), active{}
	} else {
		y.last = worse(y.last, found)
	}
	l.mu.Unlock()
	switch {
	case !tell:
		return nil
	case rows > maxSingle:
		return l.report(manySign(t, c, found, column, rows))
	}
	return l.report(activeSign(t, c, found, place))
}

// tellRest reports what was found since the last sign of each column of a table that has now been gone through.
func (l *look) tellRest(t *task) error {
	for _, c := range t.columns {
		column := l.place(t, nil, c.name)
		l.mu.Lock()
		y := l.tallies[column]
		if y == nil || y.rows == y.told {
			l.mu.Unlock()
			continue
		}
		rows, last := y.rows, y.last
		y.told, y.last = rows, active{}
		l.mu.Unlock()
		if err := l.report(manySign(t, c, last, column, rows)); err != nil {
			return err
		}
	}
	return nil
}

// manySign is of a column that more rows of hold active content than are told one by one.
func manySign(t *task, c column, found active, place string, rows int) tillwatch.Sign {
	sign := activeSign(t, c, found, place)
	sign.Count = rows
	sign.Summary = fmt.Sprintf("Many rows that customers wrote hold active content in one column (rows so far: %d).", rows)
	return sign
}

func activeSign(t *task, c column, found active, place string) tillwatch.Sign {
	what := found.what
	if len(found.undone) > 0 {
		what += ", once decoded (" + strings.Join(found.undone, ", ") + ")"
	}
	sign := tillwatch.Sign{
		Rule: ruleActive, Severity: found.severity, Certainty: found.certainty, Place: place, Count: 1,
		Summary: fmt.Sprintf("A row that a customer wrote (%s, %s) holds %s; it runs when somebody looks at the row.", t.table.name, c.name, what),
	}
	if t.screen != "" {
		sign.Summary = fmt.Sprintf("A row that a customer wrote (%s, %s) holds %s; the screen of %s that shows it: %s.", t.table.name, c.name, what, t.shop, t.screen)
	}
	fragment := found.fragment
	if len(fragment) > 200 {
		fragment = strings.ToValidUTF8(fragment[:200], "")
	}
	e := tillwatch.Evidence{What: what + "; masked: " + tillwatch.Mask(fragment).String(), Where: place}
	if len(found.hosts) > 0 {
		e.Destination = "//" + found.hosts[0]
	}
	sign.Evidence = []tillwatch.Evidence{e}
	for _, h := range found.hosts[min(1, len(found.hosts)):] {
		sign.Evidence = append(sign.Evidence, tillwatch.Evidence{What: "it names this host, too", Where: place, Destination: "//" + h})
	}
	return sign
}
