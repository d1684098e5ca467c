package database

import (
	"slices"
	"strings"
)

// mode says what a column's content is to the shop.
type mode int

const (
	modeCode   mode = iota + 1 // it is run, or names what is run, whatever it says
	modeMarkup                 // it is put into pages as it is
	modeSwitch                 // a setting that decides what is run or whom is trusted
)

// rawTable is a table of rows that the shop executes or puts into its pages.
type rawTable struct {
	table   string
	columns map[string]mode
	label   string // a column that names the row to people, such as a path or code
	where   string // SQL that leaves rows out; empty takes all
	pays    bool   // it is part of how customers pay
}

// writtenTable is a table of rows that customers write.
type writtenTable struct {
	table  string
	screen string // where the shop's people look at a row; {id} is its key
	where  string // SQL that leaves rows out
	must   bool   // the shop cannot be without it: not to see it is a gap
}

// account is a list of who may get in.
type account struct {
	kind  string // "administrator" or "key"
	table string // that must be there
	query string // id, name, and what decides what they may do; {table} stands for the qualified name of a table
}

// platform is what is known of the database of a kind of shop.
type platform struct {
	name     string
	tells    []string // tables that only it has together
	not      []string // tables that it does not have
	raw      []rawTable
	written  []writtenTable
	accounts []account
	skip     []string    // tables that hold copies, sessions, logs and the like: prefixes
	sink     []string    // further tables that decide about money or access
	members  string      // a query of the ids of all members
	orders   *orderTable // nil: canaries get none
}

// installation is a platform at one place: a database can hold several, with different prefixes.
type installation struct {
	*platform
	schema, prefix string
}

// recognise finds the shops in a catalogue.
func recognise(c *catalogue) []installation {
	type place struct{ schema, prefix string }
	var found []installation
	for i := range platforms {
		p := &platforms[i]
		seen := map[place]bool{}
		for _, t := range c.tables {
			prefix, ok := strings.CutSuffix(t.name, p.tells[0])
			at := place{t.schema, prefix}
			if !ok || seen[at] {
				continue
			}
			seen[at] = true
			has := func(name string) bool { return c.table(t.schema, prefix+name) != nil }
			if !slices.ContainsFunc(p.tells, func(n string) bool { return !has(n) }) && !slices.ContainsFunc(p.not, has) {
				found = append(found, installation{p, t.schema, prefix})
			}
		}
	}
	return found
}

var inQuery = lazily(`\{(\w+)\}`)

// fill puts the qualified names of an installation's tables into a query.
func (i installation) fill(query string, quote func(schema, table string) string) string {
	return inQuery().ReplaceAllStringFunc(query, func(m string) string {
		return quote(i.schema, i.prefix+strings.Trim(m, "{}"))
	})
}

// person are words in the names of columns in which customers write about themselves.
var person = lazily(`(?i)(?:^|_)(?:e?mail|tel|phone\w*|mobile|fax|first_?name\w*|last_?name\w*|family_?name|given_?name|name0[12]|kana0?[12]?|full_?name|customer_?name|` +
	`addr(?:ess)?\w*|street|city|zip|zip_?code|post_?code|postal_?code|prefecture|pref|company\w*|birth\w*|message|comments?|remarks?|notes?|memo|inquiry|enquiry|` +
	`body|subject|reviewer\w*|author\w*|nickname|gender|sex)(?:_|$)`)

// people are words in the names of tables in which customers write.
var people = lazily(`(?i)order|customer|member|user|address|contact|inquir|enquir|review|comment|guest|cart|quote|checkout|subscriber|message|ticket|survey|question|application|entry|form|testimonial|profile|account|client|buyer|visitor`)

// contents are words in the names of tables and columns in which shops keep what they show.
var contents = lazily(`(?i)page|block|bloc|cms|content|template|layout|widget|banner|news|article|post|html|script|config|setting|option|theme|plugin|module|tag|slider|menu|product|categor|catalog|faq|mail_?template|snippet|category|translation|seo|meta`)

// unread are tables of which nothing is shown to anybody, or too much changes: words in their names.
var unread = lazily(`(?i)(?:^|_)(?:sessions?|cache\w*|migrations?|schema_\w+|doctrine_\w+|jobs?|failed_jobs|queue\w*|locks?|index\w*|search\w*|statistics?|stats|sitemap|changelog|revisions?|tmp|temp)(?:_|$)|_cl$`)

// written says whether a table that is not known is one in which customers write.
func (t *table) written() bool {
	n := 0
	for _, c := range t.columns {
		if person().MatchString(c.name) {
			n++
		}
	}
	switch {
	case people().MatchString(t.name) && !contents().MatchString(t.name):
		return n >= 1
	case contents().MatchString(t.name):
		return n >= 4
	}
	return n >= 3
}
