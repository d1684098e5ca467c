package php

import (
	"fmt"
	"sort"
	"strings"
	"sync"

	"github.com/tillwatch/tillwatch"
)

// judgement weighs what was seen of a file.
//
// What an attacker cannot do without counts: that what a request says is run, written or called. Where a file does that
// by itself, without the application that it would belong to, less is needed. What an attacker does besides adds to it.
type judgement struct {
	machine *machine
	record  *record
	survey  *survey
	failed  int
	source  string
	lines   *lines
}

// atTill is how much more it says that all of a request is passed on where the code asks for a till's page or its fields.
const atTill = 24

func (j *judgement) verdicts() []Verdict {
	alone := j.machine.standing.alone()
	byKind := map[Kind][]Reason{}
	j.combined(alone)
	cards := sync.OnceValue(j.cards) // most files have nothing for which it matters
	for _, h := range j.record.hits {
		points := h.points
		if h.alone && !alone && !(j.record.open && h.kind == hitUpload) {
			points = points * 9 / 20
		}
		kind := Webshell
		switch h.kind {
		case hitInject:
			kind = Skimmer
		case hitLoot, hitStore:
			kind = Skimmer
			if h.body && j.record.till {
				points += atTill
			}
			if !h.card && !h.disguised && !j.record.till && !cards() {
				points = min(points, 40)
			}
		case hitSetting:
			kind = Prepend
		}
		if points > 0 {
			byKind[kind] = append(byKind[kind], j.reason(h, points))
		}
	}
	var list []Verdict
	for _, kind := range []Kind{Webshell, Skimmer, Prepend} {
		if v, ok := j.verdict(kind, byKind[kind]); ok {
			list = append(list, v)
		}
	}
	sort.SliceStable(list, func(i, k int) bool { return list[i].Score > list[k].Score })
	return list
}

// cards tells whether the file speaks of card data.
func (j *judgement) cards() bool {
	lower := j.record.lowered(&layer{src: j.source, lower: j.machine.layer.lower})
	for _, w := range []string{"card_n", "cardn", "cc_n", "ccn", "cvv", "cvc", "security_code", "securitycode", "card_no", "cc_cid", "creditcard", "credit_card"} {
		if strings.Contains(lower, w) {
			return true
		}
	}
	return false
}

func (j *judgement) at(pos int32) (int, int) {
	if j.lines == nil {
		j.lines = newLines(j.source)
	}
	return j.lines.at(int(pos))
}

func (j *judgement) reason(h hit, points int) Reason {
	r := Reason{What: h.what, Decoded: h.depth, Host: h.host, Card: h.card, points: points}
	r.Line, r.Column = j.at(h.pos)
	return r
}

// combined notes what only several things together say.
func (j *judgement) combined(alone bool) {
	r := j.record
	root := &node{}
	if r.sockets && r.shells && r.shellAt != nil {
		j.machine.in(j.machine.scope, r.shellLayer, func() { r.lone(hitShell, r.shellAt, 84, "opens a connection and a shell") })
	}
	if n := len(r.features); n >= 3 {
		pos := int32(1 << 30)
		for _, at := range r.features {
			pos = min(pos, at)
		}
		root.pos = pos
		points := 40 + 6*n
		_, shell := r.features["runs commands"]
		_, write := r.features["writes files"]
		if !shell && !write {
			points = 25 + 7*n
		}
		j.machine.in(j.machine.scope, &layer{src: j.source}, func() {
			r.lone(hitManage, root, points, "lets whoever asks manage the machine: "+strings.Join(sortedNames(r.features), ", "))
		})
	}
	hidden, names := 0, map[string]bool{}
	for _, h := range r.hits {
		if h.kind == hitHidden && !names[h.what] {
			names[h.what] = true
			hidden++
		}
	}
	if hidden > 1 {
		for i := range r.hits {
			if r.hits[i].kind == hitHidden {
				r.hits[i].points += 12
			}
		}
	}
	j.scrambled(alone)
}

// scrambled notes source that is written so as not to be read, and runs something.
func (j *judgement) scrambled(bool) {
	r, s := j.record, j.survey
	j.machine.in(j.machine.scope, &layer{src: j.source}, func() {
		switch {
		case s.gotos >= 15 && s.gotos*40 > s.tokens:
			r.hit(hitHidden, &node{pos: s.gotoAt}, 56, "jumps to and fro so that nobody can read it")
		case s.escaped >= 12 && s.dynamic > 0:
			r.hit(hitHidden, &node{pos: s.escapedAt}, 56, "writes words as numbers so that nobody can read them, and calls functions by such names")
		case s.unreadable >= 20 && s.unreadable*3 > s.variables*2 && (s.dynamic > 0 || s.evals > 0):
			r.hit(hitHidden, &node{pos: s.unreadableAt}, 56, "gives variables names that nobody can tell apart, and calls functions by them")
		case s.symbolic() && s.dynamic > 0:
			r.hit(hitHidden, &node{pos: s.dynamicAt}, 58, "consists of signs rather than words, and calls what it makes of them")
		}
	})
}

func sortedNames(m map[string]int32) []string {
	list := make([]string, 0, len(m))
	for name := range m {
		list = append(list, name)
	}
	sort.Strings(list)
	return list
}

const maxReasons = 20

func (j *judgement) verdict(kind Kind, reasons []Reason) (Verdict, bool) {
	sort.SliceStable(reasons, func(i, k int) bool { return reasons[i].points > reasons[k].points })
	if len(reasons) == 0 || reasons[0].points < scaleLow {
		return Verdict{}, false
	}
	score := reasons[0].points
	if score >= 40 {
		extra := 0
		for _, fact := range sortedNames(j.record.facts) {
			if extra < 12 {
				extra += 4
			}
			reasons = append(reasons, j.reason(hit{pos: j.record.facts[fact], what: fact}, 4))
		}
		for i, r := range reasons[1:] {
			if i < 3 && r.points >= 40 && r.What != reasons[0].What {
				extra += 6
			}
		}
		if score >= scaleMedium {
			score += extra
		} else {
			score = min(score+extra/2, scaleMedium+5)
		}
	}
	score = min(score, 100)
	return Verdict{Kind: kind, Score: score, Severity: severityOf(score), Reasons: reasons[:min(len(reasons), maxReasons)]}, true
}

// capabilities are what the file can do, for the inventory.
func (j *judgement) capabilities() []tillwatch.Capability {
	set := map[tillwatch.Capability]bool{}
	r := j.record
	if r.executes {
		set[tillwatch.Executes] = true
	}
	if r.writes {
		set[tillwatch.WritesFiles] = true
	}
	for host := range r.sends {
		set[tillwatch.Sends(host)] = true
	}
	for _, h := range r.hits {
		if h.card {
			set[tillwatch.Reads("card")] = true
		}
	}
	list := make([]tillwatch.Capability, 0, len(set))
	for c := range set {
		list = append(list, c)
	}
	sort.Slice(list, func(i, k int) bool { return list[i] < list[k] })
	return list
}

// String is the verdict in one line, for those who look for mistakes.
func (v Verdict) String() string {
	what := ""
	if len(v.Reasons) > 0 {
		r := v.Reasons[0]
		what = fmt.Sprintf("%d:%d %s", r.Line, r.Column, r.What)
	}
	return fmt.Sprintf("%s %s %d: %s", v.Severity, v.Kind, v.Score, what)
}
