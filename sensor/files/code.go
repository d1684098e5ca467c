package files

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/files/php"
	"github.com/tillwatch/tillwatch/sensor/files/serverside"
)

// The rules that code on the server falls under.
const (
	ruleWebshell = "files/webshell"
	rulePrepend  = "files/prepend"
)

// code adds to an outcome what the PHP code of a file does. A file whose name is none of a PHP file's is looked at for
// code, too: a setting or another file may have it run.
func (j judge) code(o *outcome, named bool, content []byte) {
	if !worthParsing(content, named) {
		return
	}
	a := php.Analyse(content, php.Options{Own: j.own, Provider: j.trusted, Text: !named})
	j.add(o, a)
}

// worthParsing tells whether a file holds PHP code that could do any harm. Every file's bytes are asked, most are not parsed.
func worthParsing(content []byte, named bool) bool {
	return php.Has(content, named) && php.Interesting(content)
}

// stray adds what code there is in a file whose name says that it holds none.
func (j judge) stray(o *outcome, name string, content []byte) {
	if php.IsArchive(name) || !php.Has(content, false) {
		return
	}
	j.code(o, false, content)
	if v, found := php.Stray(name, content); found && len(o.Signs) == 0 {
		o.Signs = append(o.Signs, signOf(v))
	}
}

// server adds what a file does that a server runs and that is no PHP. Its first bytes count more than its name: a server
// may be told to run any.
func (j judge) server(o *outcome, name string, content []byte) {
	l := serverside.LanguageOf(name, content)
	if l == serverside.None {
		return
	}
	a := serverside.Analyse(l, content)
	if len(a.Reasons) > 0 {
		v := php.Verdict{Kind: php.Webshell, Severity: a.Severity, Score: a.Score}
		for _, r := range a.Reasons {
			reason := php.Reason{What: r.What, Line: r.Line, Column: r.Column}
			if r.Decoded {
				reason.Decoded = 1
			}
			v.Reasons = append(v.Reasons, reason)
		}
		o.Signs = append(o.Signs, signOf(v))
		o.Signs = oneForEachRule(o.Signs)
	}
	o.can(a.Capabilities, a.Partial)
}

// settings says what a file has a web server, PHP or cron do.
func (j judge) settings(name string, uploads bool, content []byte) outcome {
	o := outcome{}
	j.add(&o, php.Settings(name, uploads, content, php.Options{Own: j.own, Provider: j.trusted}))
	return o
}

func (j judge) add(o *outcome, a *php.Analysis) {
	for _, v := range a.Verdicts {
		o.Signs = append(o.Signs, signOf(v))
	}
	o.can(a.Capabilities, a.Partial)
}

// can adds what a file is able to do, as one look at it says, and why not all of it was gone through.
func (o *outcome) can(capabilities []tillwatch.Capability, partial string) {
	for _, c := range capabilities {
		if !slices.Contains(o.Capabilities, c) {
			o.Capabilities = append(o.Capabilities, c)
		}
	}
	slices.Sort(o.Capabilities)
	o.Partial = cmp.Or(o.Partial, partial)
}

// summaries are what a verdict says in one sentence: from high, from medium, and below.
var summaries = map[php.Kind][3]string{
	php.Webshell: {
		"There is code here through which others can run the server: it %s.",
		"There is code here that looks like a way in for others: it %s.",
		"There is code here that attackers' files have, and some honest ones too: it %s.",
	},
	php.Skimmer: {
		"The shop's own code passes card data on: it %s.",
		"The shop's own code may pass card data on: it %s.",
		"The shop's own code handles card data in a way that is worth a look: it %s.",
	},
	php.Prepend: {
		"A setting has code run that has no place there: it %s.",
		"A setting has code run that may have no place there: it %s.",
		"A setting has code run: it %s.",
	},
}

var rules = map[php.Kind]string{php.Webshell: ruleWebshell, php.Skimmer: ruleSkimmer, php.Prepend: rulePrepend}

// signOf is a verdict as a sign.
func signOf(v php.Verdict) tillwatch.Sign {
	s := tillwatch.Sign{Rule: rules[v.Kind], Severity: v.Severity, Certainty: tillwatch.Possible}
	text := summaries[v.Kind][2]
	switch {
	case v.Severity >= tillwatch.High:
		s.Certainty, text = tillwatch.Likely, summaries[v.Kind][0]
	case v.Severity >= tillwatch.Medium:
		text = summaries[v.Kind][1]
	}
	s.Summary = fmt.Sprintf(text, v.Reasons[0].What)
	for _, r := range v.Reasons {
		if len(s.Evidence) == maxReasons {
			break
		}
		e := tillwatch.Evidence{What: r.What, Line: r.Line, Column: r.Column}
		if r.Decoded > 0 {
			e.What += ", in code that it makes of a text here"
		}
		if r.Host != "" {
			e.Destination = "//" + r.Host
		}
		if r.Card {
			e.Fields = []string{"card"}
			if v.Severity >= tillwatch.Medium {
				s.Data = []string{"card"}
			}
		}
		s.Evidence = append(s.Evidence, e)
	}
	return s
}

// oneForEachRule joins the signs of one rule: the scripts of a page and the code around them may both be suspicious.
func oneForEachRule(signs []tillwatch.Sign) []tillwatch.Sign {
	var list []tillwatch.Sign
	for _, s := range signs {
		i := slices.IndexFunc(list, func(l tillwatch.Sign) bool { return l.Rule == s.Rule })
		if i < 0 {
			list = append(list, s)
			continue
		}
		if s.Severity > list[i].Severity {
			list[i], s = s, list[i]
		}
		list[i].Evidence = append(list[i].Evidence, s.Evidence...)
		list[i].Evidence = list[i].Evidence[:min(len(list[i].Evidence), maxReasons)]
		for _, d := range s.Data {
			if !slices.Contains(list[i].Data, d) {
				list[i].Data = append(list[i].Data, d)
			}
		}
	}
	return list
}

// smartyCode is the PHP code between the tags that old Smarty has for it, as a file of PHP with as many lines before it.
func smartyCode(content []byte) []byte {
	text := string(content)
	if !strings.Contains(text, "{php}") {
		return nil
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{php}")
		b.WriteString(strings.Map(blankOut, before))
		if !found {
			return []byte(b.String())
		}
		code, after, _ := strings.Cut(rest, "{/php}")
		b.WriteString("<?php" + code + " ?>")
		text = after
	}
}

// blankOut leaves the breaks of lines only.
func blankOut(r rune) rune {
	if r == '\n' {
		return r
	}
	return ' '
}
