package app

import (
	"fmt"

	"github.com/tillwatch/tillwatch/triage"
)

// Rule is one rule's page in one language.
type Rule = triage.Page

// Rules are the IDs of all rules, sorted.
func Rules() []string { return triage.Rules() }

// ExplainRule gives the page of a rule in a language of [Languages]. An unknown rule is a *[UsageError].
func ExplainRule(id, language string) (Rule, error) {
	page, err := triage.Explain(id, language)
	if err != nil {
		hint := "tillwatch rule list names them"
		if near := Nearest(id, triage.Rules()); near != "" {
			hint = fmt.Sprintf("did you mean %q?", near)
		}
		return Rule{}, usagef(hint, "there is no rule %q", id)
	}
	return page, nil
}
