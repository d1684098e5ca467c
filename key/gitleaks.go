package key

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
)

// Imported are somebody's own rules, read from the configuration of gitleaks that they already have.
type Imported struct {
	rules  []importedRule
	allows []allowance
}

type importedRule struct {
	id       string
	expr     *regexp.Regexp // of the text; nil where only the path counts
	path     *regexp.Regexp
	group    int
	entropy  float64
	keywords [][]byte // in small letters; one of them must be there
	allows   []allowance
}

// allowance is an exception.
type allowance struct {
	all         bool // every kind of exception must apply, not just one
	expressions []*regexp.Regexp
	target      string // what the expressions are held against: "", "match" or "line"
	paths       []*regexp.Regexp
	stopWords   []string
	rules       []string // for which rules; for all where it is empty
}

// The bounds of imported rules.
const (
	maxImported = 5000
	maxPattern  = 8 << 10
)

// ImportGitleaks reads a gitleaks.toml (version 8). What it asks for and is not done here is said in notes: gitleaks' own
// rules, other files, exceptions by commit. An error says what is wrong in which rule.
func ImportGitleaks(text []byte) (rules *Imported, notes []string, err error) {
	root, err := parseTOML(string(text))
	if err != nil {
		return nil, nil, err
	}
	out := &Imported{}
	if extend, _ := root["extend"].(map[string]any); extend != nil {
		if use, _ := extend["useDefault"].(bool); use {
			notes = append(notes, "it extends the rules that gitleaks brings along; those are not part of this program")
		}
		for _, name := range []string{"path", "url"} {
			if s, _ := extend[name].(string); s != "" {
				notes = append(notes, "it extends another file, which was not read")
			}
		}
	}
	note := func(s string) {
		if !slices.Contains(notes, s) {
			notes = append(notes, s)
		}
	}
	if out.allows, err = allowancesOf(root, note); err != nil {
		return nil, nil, err
	}
	list, _ := root["rules"].([]map[string]any)
	if len(list) > maxImported {
		return nil, nil, errTooMany
	}
	if len(list) == 0 && len(notes) == 0 {
		return nil, nil, errors.New("it holds no rules")
	}
	for i, t := range list {
		r := importedRule{id: stringIn(t, "id")}
		if r.id == "" {
			return nil, nil, fmt.Errorf("rule %d has no id", i+1)
		}
		if r.expr, err = compiled(stringIn(t, "regex")); err != nil {
			return nil, nil, fmt.Errorf("rule %q: %w", r.id, err)
		}
		if r.path, err = compiled(stringIn(t, "path")); err != nil {
			return nil, nil, fmt.Errorf("rule %q: %w", r.id, err)
		}
		if r.expr == nil && r.path == nil {
			return nil, nil, fmt.Errorf("rule %q has neither an expression nor a path", r.id)
		}
		switch n := t["secretGroup"].(type) {
		case int64:
			if r.expr == nil || n < 0 || n > int64(r.expr.NumSubexp()) {
				return nil, nil, fmt.Errorf("rule %q: there is no such group", r.id)
			}
			r.group = int(n)
		case nil:
		default:
			return nil, nil, fmt.Errorf("rule %q: a group is a number", r.id)
		}
		switch n := t["entropy"].(type) {
		case int64:
			r.entropy = float64(n)
		case float64:
			r.entropy = n
		}
		for _, w := range stringsIn(t, "keywords") {
			r.keywords = append(r.keywords, []byte(strings.ToLower(w)))
		}
		if t["required"] != nil {
			note("rules that need another one near by are applied without it")
		}
		if r.allows, err = allowancesOf(t, note); err != nil {
			return nil, nil, fmt.Errorf("rule %q: %w", r.id, err)
		}
		out.rules = append(out.rules, r)
	}
	return out, notes, nil
}

func compiled(pattern string) (*regexp.Regexp, error) {
	if pattern == "" {
		return nil, nil
	}
	if len(pattern) > maxPattern {
		return nil, errors.New("an expression longer than anybody writes")
	}
	expr, err := regexp.Compile(pattern)
	if err != nil {
		return nil, fmt.Errorf("an expression that cannot be read: %w", err)
	}
	return expr, nil
}

func stringIn(t map[string]any, name string) string { s, _ := t[name].(string); return s }

func stringsIn(t map[string]any, name string) []string {
	var out []string
	list, _ := t[name].([]any)
	for _, v := range list {
		if s, ok := v.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// allowancesOf reads [allowlist] and [[allowlists]].
func allowancesOf(t map[string]any, note func(string)) ([]allowance, error) {
	tables, _ := t["allowlists"].([]map[string]any)
	if one, ok := t["allowlist"].(map[string]any); ok {
		tables = append(slices.Clone(tables), one)
	}
	var out []allowance
	for _, t := range tables {
		a := allowance{
			all: strings.EqualFold(stringIn(t, "condition"), "AND") || stringIn(t, "condition") == "&&", target: stringIn(t, "regexTarget"), rules: stringsIn(t, "targetRules"),
		}
		for _, w := range stringsIn(t, "stopwords") {
			a.stopWords = append(a.stopWords, strings.ToLower(w))
		}
		for name, list := range map[string]*[]*regexp.Regexp{"regexes": &a.expressions, "paths": &a.paths} {
			for _, pattern := range stringsIn(t, name) {
				expr, err := compiled(pattern)
				if err != nil {
					return nil, err
				}
				if expr != nil {
					*list = append(*list, expr)
				}
			}
		}
		if len(stringsIn(t, "commits")) > 0 {
			note("exceptions for commits are not applied: what one of them holds is reported")
			if a.all {
				continue // it asks for a commit as well
			}
		}
		out = append(out, a)
	}
	return out, nil
}

// Rules are the imported rules.
func (m *Imported) Rules() []string {
	var out []string
	for _, r := range m.rules {
		out = append(out, r.id)
	}
	return out
}

// Find applies the rules to a file. A rule that only looks at the path gives a hit without a value.
func (m *Imported) Find(path string, text []byte) []Hit {
	var out []Hit
	lowered := bytes.ToLower(text)
	for i := range m.rules {
		r := &m.rules[i]
		if r.path != nil && !r.path.MatchString(path) || len(r.keywords) > 0 && !slices.ContainsFunc(r.keywords, func(w []byte) bool { return bytes.Contains(lowered, w) }) {
			continue
		}
		if r.expr == nil {
			if !m.allowed(r, path, "", "", "") {
				out = append(out, Hit{Rule: r.id, Severity: tillwatch.Medium, Value: tillwatch.NewBody(nil)})
			}
			continue
		}
		for _, at := range r.expr.FindAllSubmatchIndex(text, maxHits) {
			from, to := r.secret(at)
			secret := text[from:to]
			if r.entropy > 0 && entropy(secret) <= r.entropy || m.allowed(r, path, string(secret), string(text[at[0]:at[1]]), lineAround(text, at[0], at[1])) {
				continue
			}
			out = append(out, Hit{r.id, tillwatch.Medium, from, tillwatch.NewBody(bytes.Clone(secret))})
		}
	}
	slices.SortStableFunc(out, func(a, b Hit) int { return a.Offset - b.Offset })
	return out
}

// secret is the group that the rule names, or the first that has anything, or all that matched.
func (r *importedRule) secret(at []int) (from, to int) {
	if r.group > 0 && at[2*r.group] >= 0 {
		return at[2*r.group], at[2*r.group+1]
	}
	for g := 1; r.group == 0 && 2*g < len(at); g++ {
		if at[2*g] >= 0 && at[2*g+1] > at[2*g] {
			return at[2*g], at[2*g+1]
		}
	}
	return at[0], at[1]
}

func (m *Imported) allowed(r *importedRule, path, secret, match, line string) bool {
	for _, a := range slices.Concat(m.allows, r.allows) {
		if (len(a.rules) == 0 || slices.Contains(a.rules, r.id)) && a.applies(path, secret, match, line) {
			return true
		}
	}
	return false
}

func (a *allowance) applies(path, secret, match, line string) bool {
	held := map[string]string{"match": match, "line": line}[a.target]
	if a.target == "" || a.target == "secret" {
		held = secret
	}
	lowered := strings.ToLower(secret)
	kinds, hold := 0, 0
	for _, kind := range []struct{ asked, holds bool }{
		{len(a.expressions) > 0, slices.ContainsFunc(a.expressions, func(e *regexp.Regexp) bool { return e.MatchString(held) })},
		{len(a.paths) > 0, slices.ContainsFunc(a.paths, func(e *regexp.Regexp) bool { return e.MatchString(path) })},
		{len(a.stopWords) > 0, slices.ContainsFunc(a.stopWords, func(w string) bool { return strings.Contains(lowered, w) })},
	} {
		if kind.asked {
			kinds++
			if kind.holds {
				hold++
			}
		}
	}
	return hold > 0 && (!a.all || hold == kinds)
}

func lineAround(text []byte, from, to int) string {
	start := bytes.LastIndexByte(text[:from], '\n') + 1
	end := bytes.IndexByte(text[to:], '\n')
	if end < 0 {
		end = len(text) - to
	}
	return string(text[start : to+end])
}
