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
	Meaning    string   // what it means
	Why        string   // why it matters, with the case it comes from
	Next       []string // what to do now, most urgent first
	FalseAlarm string   // what makes it a false alarm
	Headings   [4]string
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

// parsePage reads "# title" and four "## heading" sections in their fixed order; the third is a numbered list. Pages
// hold one paragraph a line: a line break inside one would become a blank between Japanese characters.
func parsePage(text string) (Page, error) {
	parts := strings.Split("\n"+text, "\n## ")
	title, found := strings.CutPrefix(strings.TrimSpace(parts[0]), "# ")
	if !found || len(parts) != 5 {
		return Page{}, fmt.Errorf("want a title and 4 sections, have %d", len(parts)-1)
	}
	page := Page{Title: strings.TrimSpace(title)}
	bodies := [4]string{}
	for i, part := range parts[1:] {
		heading, body, _ := strings.Cut(part, "\n")
		page.Headings[i] = strings.TrimSpace(heading)
		bodies[i] = strings.TrimSpace(body)
		if bodies[i] == "" {
			return Page{}, fmt.Errorf("section %q is empty", page.Headings[i])
		}
	}
	page.Meaning, page.Why, page.FalseAlarm = bodies[0], bodies[1], bodies[3]
	for line := range strings.Lines(bodies[2]) {
		_, step, numbered := strings.Cut(line, ". ")
		if !numbered || !strings.HasPrefix(line, fmt.Sprintf("%d. ", len(page.Next)+1)) {
			return Page{}, fmt.Errorf("section %q: %q is not step %d", page.Headings[2], line, len(page.Next)+1)
		}
		page.Next = append(page.Next, strings.TrimSpace(step))
	}
	return page, nil
}
