package app

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/inventory"
	"github.com/tillwatch/tillwatch/triage"
)

// maxSuppressFile is far more than anybody can keep track of, and bounds what the YAML parser is given.
const maxSuppressFile = 256 << 10

// Suppression is one decision not to be told of a finding: which, why, by whom, and until when.
type Suppression struct {
	Rule   string
	Place  string // "*" stands for any run of characters
	Reason string
	Who    string
	Expiry time.Time // the first moment at which it no longer counts
}

// Suppressions are the decisions of one file.
type Suppressions []Suppression

// LoadSuppressions reads a suppress file:
//
//   - rule: page/typing-dependent
//     place: https://shop.example/checkout*
//     reason: session replay, masks all payment fields
//     who: tanaka
//     expiry: 2027-03-31
//
// Everything is required and nothing else is allowed; an error names the line.
func LoadSuppressions(name string) (Suppressions, error) {
	text, err := readBounded(name, maxSuppressFile)
	if err != nil {
		return nil, usagef("", "suppress file: %v", err)
	}
	list, wrong := parseSuppressions(text)
	if wrong != nil {
		wrong.Problem = fmt.Sprintf("suppress file %s: %s", name, wrong.Problem)
		return nil, wrong
	}
	return list, nil
}

// Hide says whether f is suppressed at the time now.
func (s Suppressions) Hide(f tillwatch.Finding, now time.Time) bool {
	return slices.ContainsFunc(s, func(one Suppression) bool {
		return one.Rule == f.Rule && now.Before(one.Expiry) && inventory.Matches(one.Place, f.Place)
	})
}

// Expired are those that no longer count.
func (s Suppressions) Expired(now time.Time) Suppressions {
	return slices.DeleteFunc(slices.Clone(s), func(one Suppression) bool { return now.Before(one.Expiry) })
}

func parseSuppressions(text []byte) (Suppressions, *UsageError) {
	if wrong := tame(text); wrong != nil {
		return nil, wrong
	}
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		return nil, syntaxError(err)
	}
	var list Suppressions
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		if doc.Body.Type() == ast.CommentType {
			continue
		}
		entries, ok := doc.Body.(*ast.SequenceNode)
		if !ok {
			return nil, usagef("begin each entry with \"- rule: ...\"", "line %d: want a list of entries", lineOf(doc.Body))
		}
		for _, entry := range entries.Values {
			one, err := parseSuppression(entry)
			if err != nil {
				return nil, err
			}
			list = append(list, one)
		}
	}
	return list, nil
}

// tame refuses nesting that a list of decisions has no use for and on which the YAML parser spends time and memory that
// grow with its square.
func tame(text []byte) *UsageError {
	brackets := 0
	for i, line := range bytes.Split(text, []byte("\n")) {
		brackets += bytes.Count(line, []byte("[")) + bytes.Count(line, []byte("{"))
		indent := len(line) - len(bytes.TrimLeft(line, " "))
		if brackets > 2000 || indent > 60 || bytes.Count(line, []byte("- ")) > 60 {
			return usagef("an entry has rule, place, reason, who and expiry", "line %d: nested too deeply", i+1)
		}
	}
	return nil
}

var suppressionKeys = []string{"expiry", "place", "reason", "rule", "who"}

func parseSuppression(entry ast.Node) (Suppression, *UsageError) {
	line := lineOf(entry)
	fields := map[string]string{}
	pairs, ok := mapping(entry)
	if !ok {
		return Suppression{}, usagef("an entry has rule, place, reason, who and expiry", "line %d: is no entry", line)
	}
	for _, pair := range pairs {
		key := pair.Key.String()
		value, scalar := pair.Value.(ast.ScalarNode)
		switch {
		case !slices.Contains(suppressionKeys, key):
			return Suppression{}, usagef(DidYouMean(key, suppressionKeys), "line %d: unknown key %q", lineOf(pair), key)
		case !scalar || value.GetValue() == nil:
			return Suppression{}, usagef("", "line %d: %s needs a text", lineOf(pair), key)
		}
		fields[key] = strings.TrimSpace(value.GetToken().Value)
		if text, isText := value.GetValue().(string); isText {
			fields[key] = strings.TrimSpace(text)
		}
	}
	for _, key := range suppressionKeys {
		if fields[key] == "" {
			return Suppression{}, usagef("a decision not to look needs rule, place, reason, who and expiry",
				"line %d: the entry has no %s", line, key)
		}
	}
	if !slices.Contains(triage.Rules(), fields["rule"]) {
		return Suppression{}, usagef(DidYouMean(fields["rule"], triage.Rules()),
			"line %d: there is no rule %q", line, fields["rule"])
	}
	day, err := time.ParseInLocation(time.DateOnly, fields["expiry"], time.Local)
	if err != nil {
		return Suppression{}, usagef("write the last day on which it counts, as in 2027-03-31",
			"line %d: expiry %q is no date", line, fields["expiry"])
	}
	return Suppression{fields["rule"], fields["place"], fields["reason"], fields["who"], day.AddDate(0, 0, 1)}, nil
}

func mapping(n ast.Node) ([]*ast.MappingValueNode, bool) {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	}
	return nil, false
}

func lineOf(n ast.Node) int {
	if token := n.GetToken(); token != nil && token.Position != nil {
		return token.Position.Line
	}
	return 0
}

func syntaxError(err error) *UsageError {
	var syntax *yaml.SyntaxError
	if errors.As(err, &syntax) && syntax.Token != nil && syntax.Token.Position != nil {
		return usagef("", "line %d: %s", syntax.Token.Position.Line, syntax.Message)
	}
	line, _, _ := strings.Cut(err.Error(), "\n")
	return usagef("", "%s", line)
}
