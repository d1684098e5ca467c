package triage

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

//go:embed rules
var pages embed.FS

// Page explains one rule in one language.
type Page struct {
	ID         string
	Language   string
	Title      string
	Meaning    Section
	Why        Section // why it matters, with the case it comes from
	Next       Steps   // what to do now, most urgent first
	NextLow    Steps   // the same for a finding below medium; empty where Next serves both
	FalseAlarm Section // what makes it a false alarm
}

// Section is a heading with paragraphs, one a line.
type Section struct{ Heading, Text string }

// Steps is a heading with steps in their order.
type Steps struct {
	Heading string
	List    []string
}

// Languages are those every rule is explained in; the first is the one to fall back on.
func Languages() []string { return []string{"en", "ja", "ko", "id"} }

// Rules are the IDs of all rules that have a page, sorted.
func Rules() []string {
	var ids []string
	names, _ := fs.Glob(pages, "rules/*/*.en.md") // the pattern is well formed: there is no other error
	for _, name := range names {
		ids = append(ids, strings.TrimSuffix(strings.TrimPrefix(name, "rules/"), ".en.md"))
	}
	return ids
}

// Explain reads the page of a rule. A language that is none of [Languages] gets English; a rule without a page is an
// error.
func Explain(id, language string) (Page, error) {
	if !slices.Contains(Languages(), language) {
		language = Languages()[0]
	}
	text, err := pages.ReadFile("rules/" + id + "." + language + ".md")
	if err != nil {
		return Page{}, fmt.Errorf("there is no rule %q", id)
	}
	page, err := parsePage(string(text))
	if err != nil {
		return Page{}, fmt.Errorf("page of %s in %s: %w", id, language, err)
	}
	page.ID, page.Language = id, language
	return page, nil
}

// parsePage reads "# title" and the "## heading" sections of a [Page] in their order; the steps are numbered lists, and
// the second of them may be missing. Pages hold one paragraph a line: a line break inside one would become a blank
// between Japanese characters.
func parsePage(text string) (Page, error) {
	parts := strings.Split("\n"+text, "\n## ")
	title, found := strings.CutPrefix(strings.TrimSpace(parts[0]), "# ")
	if !found || len(parts) < 5 || len(parts) > 6 {
		return Page{}, fmt.Errorf("want a title and 4 or 5 sections, have %d", len(parts)-1)
	}
	sections := make([]Section, 0, len(parts)-1)
	for _, part := range parts[1:] {
		heading, body, _ := strings.Cut(part, "\n")
		s := Section{strings.TrimSpace(heading), strings.TrimSpace(body)}
		if s.Text == "" {
			return Page{}, fmt.Errorf("section %q is empty", s.Heading)
		}
		sections = append(sections, s)
	}
	page := Page{Title: strings.TrimSpace(title), Meaning: sections[0], Why: sections[1], FalseAlarm: sections[len(sections)-1]}
	var err error
	if page.Next, err = parseSteps(sections[2]); err != nil {
		return Page{}, err
	}
	if len(sections) == 5 {
		page.NextLow, err = parseSteps(sections[3])
	}
	return page, err
}

func parseSteps(s Section) (Steps, error) {
	steps := Steps{Heading: s.Heading}
	for line := range strings.Lines(s.Text) {
		step, numbered := strings.CutPrefix(line, fmt.Sprintf("%d. ", len(steps.List)+1))
		if !numbered {
			return Steps{}, fmt.Errorf("section %q: %q is not step %d", s.Heading, line, len(steps.List)+1)
		}
		steps.List = append(steps.List, strings.TrimSpace(step))
	}
	return steps, nil
}
