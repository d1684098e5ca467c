package database

import (
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
)

// concerns are the tables that code in a database has no honest reason to write to, or that decide about money.
type concerns struct {
	run      map[string]bool // rows that the shop executes
	access   map[string]bool // who may get in
	payments map[string]bool
}

func (l *look) concerns() concerns {
	c := concerns{map[string]bool{}, map[string]bool{}, map[string]bool{}}
	for _, t := range l.tasks {
		name := strings.ToLower(t.table.name)
		for _, m := range t.raw {
			if m == modeCode || !t.guessed {
				c.run[name] = true
			}
		}
		if t.pays || t.raw == nil && !t.guessed {
			c.payments[name] = true
		}
	}
	for _, shop := range l.shops {
		for _, a := range shop.accounts {
			c.access[strings.ToLower(shop.prefix+a.table)] = true
		}
		for _, s := range shop.sink {
			c.payments[strings.ToLower(shop.prefix+s)] = true
		}
	}
	return c
}

var payingName = lazily(`(?i)order|payment|checkout|card|transaction|invoice|cart|quote`)

func (c concerns) pays(table string) bool {
	return table != "" && (c.payments[strings.ToLower(table)] || payingName().MatchString(table))
}

// triggerVerdict is what there is to say of code in a database.
type triggerVerdict struct {
	severity  tillwatch.Severity
	certainty tillwatch.Certainty
	what      []string // the worst first
	data      []string
}

func (v *triggerVerdict) add(severity tillwatch.Severity, certainty tillwatch.Certainty, what string) {
	if severity > v.severity {
		v.severity, v.certainty = severity, certainty
		v.what = slices.Insert(v.what, 0, what)
		return
	}
	v.what = append(v.what, what)
}

var (
	writesTo  = lazily("(?i)\\b(?:insert\\s+(?:low_priority\\s+|delayed\\s+|high_priority\\s+|ignore\\s+|or\\s+\\w+\\s+)*into|insert\\s+(?:ignore\\s+)?(?:into\\s+)?|replace\\s+into|replace|update(?:\\s+ignore|\\s+only)?|delete\\s+from|merge\\s+into|copy)\\s+((?:[`\"\\[]?[\\w$]+[`\"\\]]?\\s*\\.\\s*)?[`\"\\[]?[\\w$]+[`\"\\]]?)")
	outwards  = lazily(`(?i)\binto\s+(?:out|dump)file\b|\bload_file\s*\(|\bload\s+data\b|\bsys_(?:exec|eval|get|set)\s*\(|\blib_mysqludf|\bcopy\b[^;]{0,300}\b(?:program|to|from)\s+(?:program\s*)?'|\bpg_(?:read|write)_\w*file\s*\(|\blo_(?:import|export)\s*\(|\bdblink\w*\s*\(|\bhttp_(?:get|post)\s*\(|\bpg_net\b|\bnet\.http_|\bload_extension\s*\(|\bwritefile\s*\(|\breadfile\s*\(|\bCONNECTION\s*=\s*'|\bxp_cmdshell\b|\bplpython|\bplperlu`)
	cardField = lazily("(?i)\\b(?:new|old)\\s*\\.\\s*[`\"]?\\w*(?:card_?n(?:o|um)|cc_?num|cc_?cvv|cvv|cvc|security_?code|card_?code|pan\\b|expir|cc_exp|cc_owner|passw)")
	prepared  = lazily(`(?i)\bprepare\s+\w+\s+from\b|\bexecute\s+(?:immediate|format)\b|\bexecute\s+'|\bexecute\s+\w+\s*\|\|`)
	changesIt = lazily("(?i)\\bset\\s+new\\s*\\.|\\bnew\\s*\\.\\s*[`\"]?[\\w$]+[`\"]?\\s*:?=[^=]")
)

// judgeTrigger says what is wrong with code that the database runs by itself. Shops have honest triggers: they count
// stock, keep dates and write logs of changes. None of them writes markup, settings or administrators.
func judgeTrigger(c code, tables concerns) triggerVerdict {
	var v triggerVerdict
	body := plainSQL(c.body)
	for _, text := range literals(c.body) {
		if found, ok := activeContent(text); ok && found.severity >= tillwatch.High {
			v.add(tillwatch.Critical, tillwatch.Likely, "writes "+found.what)
		} else if ok {
			v.add(tillwatch.High, tillwatch.Possible, "writes "+found.what)
		}
		if hasAny(strings.ToLower(text), "<?php", "eval(", "document.", "window.", "atob(") && looksLikeCode(text) {
			v.add(tillwatch.High, tillwatch.Likely, "writes code of pages or programs")
		}
	}
	if outwards().MatchString(body) {
		v.add(tillwatch.High, tillwatch.Likely, "reads or writes outside of the database")
	}
	for _, m := range writesTo().FindAllStringSubmatch(body, 200) {
		name := bareName(m[1])
		switch {
		case name == strings.ToLower(c.on) && c.kind == "trigger" && !tables.access[name] && !tables.run[name]:
		case tables.access[name]:
			v.add(severityOf(c, tillwatch.High), tillwatch.Likely, "changes who may get in ("+name+")")
		case tables.run[name]:
			v.add(severityOf(c, tillwatch.High), tillwatch.Possible, "changes rows that the shop runs or puts into its pages ("+name+")")
		case tables.payments[name] && !tables.pays(c.on):
			v.add(severityOf(c, tillwatch.Low), tillwatch.Possible, "changes orders or payments ("+name+")")
		}
	}
	if c.kind == "trigger" && changesIt().MatchString(body) && tables.run[strings.ToLower(c.on)] {
		v.add(tillwatch.High, tillwatch.Possible, "changes rows that the shop runs or puts into its pages ("+strings.ToLower(c.on)+")")
	}
	if cardField().MatchString(body) && writesTo().MatchString(body) {
		v.add(tillwatch.High, tillwatch.Likely, "copies card data or passwords")
		v.data = append(v.data, "card")
	}
	if v.severity > 0 && prepared().MatchString(body) {
		v.add(v.severity, v.certainty, "runs statements that it makes of texts")
	}
	return v
}

// severityOf lowers what is said of procedures: they do nothing until somebody calls them.
func severityOf(c code, s tillwatch.Severity) tillwatch.Severity {
	if c.kind == "procedure" && s > tillwatch.Low {
		return s - 1
	}
	return s
}

// bareName is a table's name without schema and quotes.
func bareName(name string) string {
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		name = name[i+1:]
	}
	return strings.ToLower(strings.Trim(name, "`\"[] \t\r\n"))
}
