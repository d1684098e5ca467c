package database

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/canary"
)

// Search looks through every text and binary column for the data of customers who do not exist, whatever encoding hides
// them. A card number or security code is a finding wherever it lies; name, address and the like are where a shop keeps its
// customers, and are a finding where it does not, or where they are disguised. The load is bounded as in Observe.
func (s *Sensor) Search(ctx context.Context, t tillwatch.Target, matcher *canary.Matcher, report func(tillwatch.Observation) error) error {
	l := s.look(t, report)
	server, why := l.connect(ctx)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if server == nil {
		return l.gap(t.Place, why)
	}
	defer server.Close()
	c, err := server.readCatalogue(ctx)
	if err != nil {
		return l.gap(t.Place, "what is in the database could not be asked: "+server.reason(err))
	}
	l.catalogue, l.shops = c, recognise(c)
	if err := l.tellDenied(); err != nil {
		return err
	}
	kept := map[*table]bool{} // tables that customers' data belong in
	for _, one := range server.tasks(c, l.shops) {
		if one.raw == nil {
			kept[one.table] = true
		}
	}
	for i, table := range c.tables {
		if table.denied {
			continue
		}
		one := task{table: table, columns: searchable(table)}
		if len(one.columns) == 0 {
			continue
		}
		if l.config.Progress != nil {
			l.config.Progress(i+1, len(c.tables), table.name)
		}
		find := finder{l, &one, matcher, kept[table], map[string]int{}}
		if _, err := l.through(ctx, &one, nil, find.row); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// searchable are all columns that can hold a customer's data, numbers too: a card number can be one.
func searchable(t *table) []column {
	var out []column
	for _, c := range t.columns {
		if c.text() || c.blob() || hasAny(c.kind, "bigint", "numeric", "decimal", "double", "real", "int8", "integer") && !slices.Contains(t.key, c.name) {
			out = append(out, c)
		}
	}
	return out[:min(len(out), maxColumns)]
}

type finder struct {
	look    *look
	task    *task
	matcher *canary.Matcher
	kept    bool
	told    map[string]int
}

func (f finder) row(r row) error {
	joined := bytes.Join(r.values, []byte("\n"))
	matches, whole := f.matcher.Search(joined)
	if !whole {
		if err := f.look.gap(f.look.place(f.task, &r, ""), "what it decodes to is too large to look through"); err != nil {
			return err
		}
	}
	if len(matches) == 0 {
		return nil
	}
	told := false
	for i, c := range f.task.columns {
		if found := f.matcher.Find(r.values[i]); len(found) > 0 {
			told = true
			if err := f.tell(&r, c.name, found); err != nil {
				return err
			}
		}
	}
	if !told { // it is spread over columns
		return f.tell(&r, "", matches)
	}
	return nil
}

func (f finder) tell(r *row, column string, matches []canary.Match) error {
	sign, ok := f.sign(column, matches)
	if !ok {
		return nil
	}
	place := f.look.place(f.task, r, column)
	for i := range sign.Evidence {
		sign.Evidence[i].Where = place
	}
	// Rows of one column are one finding: the same customer is in many of them.
	sign.Place = f.look.place(f.task, nil, column)
	n := f.told[sign.Place] + 1
	f.told[sign.Place] = n
	if sign.Count = n; n&(n-1) != 0 {
		return nil
	}
	return f.look.report(sign)
}

func (f finder) sign(column string, matches []canary.Match) (tillwatch.Sign, bool) {
	sign := tillwatch.Sign{Rule: ruleCanary, Certainty: tillwatch.Certain}
	var fields []string
	for _, m := range matches {
		hidden := strings.Join(m.Encoding, ", then ")
		disguised := len(m.Encoding) > 0 && !slices.ContainsFunc(m.Encoding, plainEncoding)
		severity := tillwatch.Severity(0)
		switch {
		case m.Field == canary.CardNumber || m.Field == canary.CardCode:
			severity = tillwatch.Critical
		case m.Field == canary.Password && !disguised:
			severity = tillwatch.High
		case m.Field.Strong() && disguised:
			severity = tillwatch.High
		case m.Field.Strong() && !f.kept:
			severity = tillwatch.Low
		}
		if severity == 0 {
			continue
		}
		e := tillwatch.Evidence{What: "the " + string(m.Field) + " of a customer who does not exist", Fields: []string{string(m.Field)}}
		if hidden != "" {
			e.What += ", hidden as " + hidden
		}
		sign.Severity = max(sign.Severity, severity)
		sign.Evidence = append(sign.Evidence, e)
		fields = append(fields, string(m.Field))
		if !slices.Contains(sign.Data, m.Field.Data()) {
			sign.Data = append(sign.Data, m.Field.Data())
		}
	}
	where := f.task.table.name
	if column != "" {
		where += ", " + column
	}
	sign.Summary = fmt.Sprintf("What a customer typed (%s) lies in the database where it has no business (%s).", strings.Join(fields, ", "), where)
	return sign, sign.Severity > 0
}

// plainEncoding tells the encodings that programs write texts with: they hide nothing.
func plainEncoding(how string) bool {
	switch how {
	case "json", "url", "html", "escapes", "utf-16":
		return true
	}
	return false
}
