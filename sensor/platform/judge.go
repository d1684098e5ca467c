package platform

import (
	"fmt"
	"strings"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/known"
)

// does says what a vulnerability lets somebody do.
var does = map[known.Harm]string{
	known.RunsCode:     "it lets attackers run their own code on the shop's server",
	known.RunsSQL:      "it lets attackers run commands in the shop's database",
	known.StoredScript: "it lets what a customer typed run as a script in the administration",
	known.Script:       "it lets attackers run a script in the shop's pages",
	known.ReadsFiles:   "it lets attackers read files of the shop",
	known.ReadsKey:     "it lets attackers read the shop's secret key",
	known.ReadsMembers: "it lets attackers download members and orders",
	known.Information:  "it lets attackers see what is not meant for them",
	known.TakesAccount: "it lets attackers take over accounts",
	known.TakesSession: "it lets attackers take over a customer's session",
	known.ForgesLinks:  "it lets attackers put links to their own host into the shop's mails",
	known.ChangesData:  "it lets attackers change data of the shop",
	known.UnreadHarm:   "what it lets attackers do is said by its record",
}

// weight is how serious it is that a vulnerability is open. Nothing has happened yet, so it is never critical.
func weight(v known.Vulnerability) tillwatch.Severity {
	if v.Exploited != "" {
		return tillwatch.High
	}
	switch v.Kind {
	case known.RunsCode, known.RunsSQL, known.ReadsKey, known.ReadsMembers, known.TakesAccount:
		if v.Needs == "operator" {
			return tillwatch.Medium
		}
		return tillwatch.High
	case known.StoredScript: // the operator takes part without knowing
		return tillwatch.High
	case known.ReadsFiles:
		if v.Needs == "nobody" {
			return tillwatch.High
		}
		return tillwatch.Medium
	case known.UnreadHarm:
		switch v.Rated {
		case "critical", "high":
			return tillwatch.High
		case "low":
			return tillwatch.Low
		}
	}
	return tillwatch.Medium
}

// judge says what is open in a software. proof looks whether a fix was brought in by hand; nil: that cannot be seen.
func (l *look) judge(r reading, base string, proof func(known.Vulnerability) verdict) []tillwatch.Sign {
	var signs []tillwatch.Sign
	for _, v := range l.config.Vulnerabilities.Of(r.software) {
		affected := r.among(v.Affected)
		found := verdict{state: cannotTell}
		if proof != nil {
			found = proof(v)
		}
		if sign, is := l.open(r, v, affected, found); is {
			sign.Place = r.place(base, v.ID)
			signs = append(signs, sign)
		}
	}
	for _, e := range l.config.EndOfLife.Of(r.software) {
		if sign, is := l.ended(r, e); is {
			sign.Place = r.place(base, "end-of-life")
			signs = append(signs, sign)
		}
	}
	return signs
}

// open says whether a vulnerability is to be told of, and how.
func (l *look) open(r reading, v known.Vulnerability, affected share, found verdict) (tillwatch.Sign, bool) {
	s := tillwatch.Sign{Rule: ruleVulnerable, Severity: weight(v), Certainty: tillwatch.Likely, Count: 1}
	switch {
	case found.state == overridden:
		s.Certainty = tillwatch.Certain
		s.Summary = fmt.Sprintf("The fix of %s is undone by a file of the shop's own that stands in place of the vendor's; %s.", v.ID, does[v.Kind])
	case affected == none || affected == unknown || found.state == patched:
		return s, false
	case r.packaged != "":
		s.Severity, s.Certainty = tillwatch.Info, tillwatch.Possible
		s.Summary = fmt.Sprintf("Whether the hole %s is open cannot be told: %s is kept up by the operating system (package %s), which fixes it without a new version.", v.ID, r, r.packaged)
	case found.state == handPatched:
		s.Severity, s.Certainty = tillwatch.Info, tillwatch.Certain
		s.Summary = fmt.Sprintf("%s is one of the versions with the hole %s, but its fix was brought in by hand.", r, v.ID)
	case affected == some:
		s.Severity, s.Certainty = max(s.Severity-1, tillwatch.Low), tillwatch.Possible
		s.Summary = fmt.Sprintf("%s may have the hole %s: %s.", r, v.ID, does[v.Kind])
	case found.state == unfixed:
		s.Certainty = tillwatch.Certain
		s.Summary = fmt.Sprintf("%s has the hole %s: %s. The fix is not there.", r, v.ID, does[v.Kind])
	default:
		s.Summary = fmt.Sprintf("%s has the hole %s: %s.", r, v.ID, does[v.Kind])
	}
	if s.Severity > tillwatch.Info && found.state != overridden {
		s.Summary += r.remedy(v)
	}
	s.Evidence = append(s.Evidence, found.evidence...)
	s.Evidence = append(s.Evidence, recorded(v)...)
	s.Evidence = append(s.Evidence, r.evidence...)
	return s, true
}

// remedy says which release mends it, and that it is urgent.
func (r reading) remedy(v known.Vulnerability) string {
	text := ""
	if len(r.versions) > 0 {
		for _, fixed := range v.Fixed {
			if last := r.versions[len(r.versions)-1]; major(fixed) == major(last) && known.CompareVersions(fixed, r.versions[0]) > 0 {
				text = fmt.Sprintf(" It is fixed in %s.", fixed)
				break
			}
		}
	}
	if v.Exploited != "" {
		text += " Attackers are known to use it."
	}
	return text
}

// why is what the list of ends of life says in one word.
var why = map[string]string{
	"ended": "its maker fixes nothing in this line any more",
	"php-5": "it runs on PHP 5 only, for which nothing is fixed any more",
}

// recorded is what the record of a vulnerability says.
func recorded(v known.Vulnerability) []tillwatch.Evidence {
	var out []tillwatch.Evidence
	say := func(format, what string) {
		if what != "" {
			out = append(out, tillwatch.Evidence{What: fmt.Sprintf(format, what)})
		}
	}
	say("fixed in %s", strings.Join(v.Fixed, ", "))
	say("known to be exploited (%s)", v.Exploited)
	say("also needed or to be known: %s", v.Note)
	say("recorded by %s", v.Source)
	return out
}

func (l *look) ended(r reading, e known.Ended) (tillwatch.Sign, bool) {
	s := tillwatch.Sign{Rule: ruleEndOfLife, Severity: tillwatch.Medium, Certainty: tillwatch.Likely, Count: 1}
	affected := r.among(e.Versions)
	if affected == unknown && len(e.Versions) == 1 && e.Versions[0] == (known.Range{}) {
		affected = all
	}
	if e.Since != "" && e.Since > l.config.Now().UTC().Format("2006-01-02") {
		return s, false
	}
	switch {
	case affected == none || affected == unknown:
		return s, false
	case r.packaged != "":
		return s, false // the operating system keeps it up
	case affected == some:
		s.Severity, s.Certainty = tillwatch.Low, tillwatch.Possible
		s.Summary = fmt.Sprintf("%s may be of a line that is not kept up any more: %s.", r, why[e.Why])
		if e.Since != "" {
			s.Summary = fmt.Sprintf("%s may be of a line that is not kept up any more (since %s): %s.", r, e.Since, why[e.Why])
		}
	default:
		if r.exact {
			s.Certainty = tillwatch.Certain
		}
		s.Summary = fmt.Sprintf("%s is of a line that is not kept up any more: %s.", r, why[e.Why])
		if e.Since != "" {
			s.Summary = fmt.Sprintf("%s is of a line that is not kept up any more (since %s): %s.", r, e.Since, why[e.Why])
		}
	}
	s.Evidence = append([]tillwatch.Evidence{{What: "recorded by " + e.Source}}, r.evidence...)
	return s, true
}
