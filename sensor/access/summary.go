package access

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/access/line"
)

// maxUnread is the share of lines that may be unreadable before that is something that was not seen: a few are cut by
// a full disk or a crash in any log.
const maxUnread = 1.0 / 1000

// gaps are what could not be read. What a log does not say is none: it is a fact about the log.
func (l *look) gaps() []tillwatch.Gap {
	var out []tillwatch.Gap
	for _, s := range l.sources {
		for i := range s.breaks {
			out = append(out, tillwatch.Gap{Place: s.name, Why: s.breaks[i].why()})
		}
		t := s.tally
		unread := t.formats[line.Unread]
		switch read := t.lines - unread - t.formats[line.Note]; {
		case len(s.breaks) > 0 && t.lines == 0:
		case t.lines == 0:
			out = append(out, tillwatch.Gap{Place: s.name, Why: "it holds no line"})
		case read == 0:
			out = append(out, tillwatch.Gap{Place: s.name, Why: fmt.Sprintf("none of its %d lines is of a known format: describe it with --log-format", t.lines)})
		case float64(unread) > maxUnread*float64(t.lines):
			out = append(out, tillwatch.Gap{Place: s.name, Why: fmt.Sprintf("%d of its %d lines could not be read: describe the format with --log-format", unread, t.lines)})
		}
		if s.long > 0 {
			out = append(out, tillwatch.Gap{Place: s.name, Why: fmt.Sprintf("%d lines are longer than %d bytes and were passed over", s.long, line.MaxLength)})
		}
	}
	j := l.judge
	var all tally
	for _, s := range l.sources {
		all.add(&s.tally)
	}
	if why := unnamed(&all); why != "" && all.nobody >= 20 { // a handful tells nothing of the log
		out = append(out, tillwatch.Gap{Place: l.target.Place, Why: "it cannot be told " + why})
	}
	if n := j.sessions.unknown; n > 0 && j.config.on("access/read-without-login") {
		out = append(out, tillwatch.Gap{Place: l.target.Place, Why: fmt.Sprintf("for %d reads nobody can say whether somebody logged in: the issuer's log has not come as far", n)})
	}
	if !j.config.on("access/token-unissued") {
		return out
	}
	if n := j.tokens.unknown(j); n > 0 {
		out = append(out, tillwatch.Gap{Place: l.target.Place, Why: fmt.Sprintf("for %d uses of tokens nobody can say whether they were issued: the issuer's log does not cover their time", n)})
	}
	if n := j.tokens.unproven; n > 0 {
		out = append(out, tillwatch.Gap{Place: l.target.Place, Why: fmt.Sprintf("of %d uses of tokens without a record nobody can say that they are forged: too few tokens of their key have one; is the issuer's log whole?", n)})
	}
	return out
}

// unknown is how many uses the ledger could say nothing of, beyond those of tokens from before its log begins.
func (t *tokens) unknown(j *judge) int64 {
	var n int64
	for i := range j.faces {
		n += j.faces[i].unknown
	}
	return max(0, n-t.before)
}

// facts tells people what was read, and what this log can not tell.
func (l *look) facts() {
	tell := l.config.Fact
	if tell == nil {
		return
	}
	var all tally
	formats := []string{}
	for _, s := range l.sources {
		if !(s.tally.from == 0) {
			all.add(&s.tally)
			continue
		}
		all.lines += s.tally.lines
	}
	for i, n := range all.formats {
		if n > 0 && line.Format(i) != line.Note && line.Format(i) != line.Unread {
			formats = append(formats, fmt.Sprintf("%s %s", line.Format(i), grouped(n)))
		}
	}
	tell("lines", grouped(all.lines)+" ("+strings.Join(formats, ", ")+")")
	if all.from != 0 {
		const form = "2006-01-02 15:04 MST"
		tell("time", fmt.Sprintf("%s to %s", moment(all.from).Format(form), moment(all.to).Format(form)))
	}
	if all.back > 0 {
		tell("time runs backwards", fmt.Sprintf("in %s lines", grouped(all.back)))
	}
	j := l.judge
	tell("members read", fmt.Sprintf("%s on %s pages", grouped(int64(j.read.count)), grouped(all.reads)))
	if j.logins.count > 0 {
		tell("members logged in", grouped(int64(j.logins.count)))
	}
	l.pageFacts(tell)
	l.keyFacts(tell)
	l.ledgerFact(tell)
	for name, n := range j.exempted {
		tell("exempt", fmt.Sprintf("%s: %s reads", name, grouped(n)))
	}
	if only := j.config.Only; len(only) > 0 {
		tell("alarms", "only "+strings.Join(only, ", ")+"; all others are switched off")
	}
	for _, cannot := range l.cannot(&all) {
		tell("not judged", cannot)
	}
}

// pageFacts says which pages were taken to hold what: an assumption, which the operator can correct.
func (l *look) pageFacts(tell func(name, value string)) {
	shown := 0
	for _, p := range l.pages.list[1:] {
		if p.admin || p.data == nil {
			continue
		}
		if shown++; shown > 12 {
			tell("pages", "and more; name them with --route")
			return
		}
		how := "assumed"
		if p.given {
			how = "given"
		}
		who := map[string]string{"path": "member in the path", "subject": "member as the token or session says"}[p.source]
		if who == "" {
			who = "member in the " + p.source
		}
		tell("page", fmt.Sprintf("%s: %s; %s (%s)", p.name, strings.Join(p.data, ", "), who, how))
	}
}

func (l *look) keyFacts(tell func(name, value string)) {
	j := l.judge
	type one struct {
		index keyIndex
		uses  int64
	}
	var list []one
	for i := range j.faces {
		if f := &j.faces[i]; f.uses > 0 && i > 0 {
			list = append(list, one{keyIndex(i), f.uses})
		}
	}
	slices.SortFunc(list, func(a, b one) int { return cmp.Compare(b.uses, a.uses) })
	for _, k := range list[:min(len(list), 5)] {
		f := j.face(k.index)
		text := fmt.Sprintf("%s: %s uses", j.shownKey(k.index), grouped(f.uses))
		if f.members != nil {
			text += fmt.Sprintf(", %s members read", grouped(int64(f.members.count)))
		}
		if n := f.known + f.missed; n > 0 {
			text += fmt.Sprintf("; %.2f %% of its tokens are in the issuer's log", 100*float64(f.known)/float64(n))
		}
		tell("key", text)
	}
}

// ledgerFact says how much is known of issued tokens, and how often one that was never issued would be taken for issued.
func (l *look) ledgerFact(tell func(name, value string)) {
	t := &l.judge.tokens
	if t.ledger == nil {
		return
	}
	s := t.ledger.Stats()
	if s.Miss == 0 {
		tell("issued tokens", fmt.Sprintf("%s known, all of them exactly: none that was never issued is taken for issued", grouped(int64(s.Tokens))))
		return
	}
	tell("issued tokens", fmt.Sprintf("%s known, %s of them exactly, in %.1f MB; of a million that were never issued %.1f are taken for issued, and %.1f where the log says when a token expires",
		grouped(int64(s.Tokens)), grouped(int64(s.Exact)), float64(s.Bytes)/1e6, 1e6*s.Miss, 1e6*s.MissExp))
}

// cannot says what cannot be found out with these logs, and what would change that.
func (l *look) cannot(all *tally) []string {
	var out []string
	j := l.judge
	switch {
	case all.tokens == 0:
		out = append(out, "whether tokens were issued, and which key signed them: the lines have no token id (jti, kid); log them as keyed hashes")
	case j.tokens.ledger == nil:
		out = append(out, "whether tokens were issued: name the issuer's log (issued:FILE)")
	}
	if all.subject == 0 {
		out = append(out, "reads without log-in, and the ratio of members read to members logged in: the lines do not say whom the session names; log it as a keyed hash")
	} else if j.sessions.first == 0 {
		out = append(out, "reads without log-in, and the ratio of members read to members logged in: no log-in is in the logs; name the log of log-ins, or the issuer's")
	} else if !j.sessions.judged() || j.now-j.sessions.first < j.sessions.lasts(j) {
		why := fmt.Sprintf("the logs are shorter than a log-in lasts (%s); give --session-life if it is less", length(j.sessions.lasts(j)))
		if j.now-j.sessions.first >= j.sessions.lasts(j) {
			why = "too few reads have their log-in in these logs; name the log of log-ins, or the issuer's"
		}
		out = append(out, "reads without log-in: "+why)
	}
	if j.config.Members == nil {
		out = append(out, "whether the members exist: name a list of them (members:FILE)")
	} else if j.strange.said == 0 && j.strange.mute > 0 {
		out = append(out, "whether the members exist: the list and the log name them differently")
	}
	if why := unnamed(all); why != "" {
		out = append(out, why)
	}
	if all.reads == 0 {
		out = append(out, "who was read: no page was recognised as a member's; name them with --route")
	}
	return out
}

// unnamed says that of most reads of members' pages the log does not tell whose they are: then nothing that is judged by
// members was looked at.
func unnamed(all *tally) string {
	if all.nobody == 0 || all.nobody*2 <= all.reads {
		return ""
	}
	return fmt.Sprintf("whose data was read, for %s of %s reads: neither the path nor the line names a member", grouped(all.nobody), grouped(all.reads))
}

func length(ms int64) string {
	d := time.Duration(ms) * time.Millisecond
	if d >= 48*time.Hour {
		return fmt.Sprintf("%.0f days", d.Hours()/24)
	}
	return d.Round(time.Minute).String()
}

// grouped writes a number with commas.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
