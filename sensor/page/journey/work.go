package journey

import (
	"net/url"
	"strconv"
	"strings"
)

// task is one field or choice of a page that wants something of us.
type task struct {
	view   *view
	field  int // in page.fields, -1 for a choice
	choice *element
	about  choiceAbout
}

// work lists what a page still wants filled or chosen, cards excepted: those come last, and once.
func (m *memory) work(p *page) []task {
	var tasks []task
	for i, f := range p.fields {
		if m.wants(p, f) {
			tasks = append(tasks, task{view: f.view, field: i})
		}
	}
	for i := range p.choices {
		g := &p.choices[i]
		if p.kind == Product && g.box && !g.options[0].Required {
			continue
		}
		if p.kind == Cart && g.about != termsChoice {
			continue
		}
		if e := g.decide(func(e *element) bool { return m.tried[m.choiceKey(p, g.view, e)] >= 2 }); e != nil {
			tasks = append(tasks, task{view: g.view, field: -1, choice: e, about: g.about})
		}
	}
	return tasks
}

func (m *memory) choiceKey(p *page, v *view, e *element) string {
	return strings.Join([]string{"choose", p.path, strconv.Itoa(v.index), e.HTMLID, e.Name, plain(optionText(e))}, "|")
}

// fieldKey names a field over re-drawings of its page.
func fieldKey(p *page, f pageField) string {
	return strings.Join([]string{"field", p.path, strconv.Itoa(f.view.index), f.HTMLID, f.Name, plain(f.Label), strconv.Itoa(f.piece), strconv.Itoa(f.Form)}, "|")
}

// wants says whether a field is still to be filled.
func (m *memory) wants(p *page, f pageField) bool {
	if f.Disabled || f.isCard() || f.Hidden && f.Tag != "select" {
		return false
	}
	tries := m.tried[fieldKey(p, f)]
	if tries >= 4 {
		return false
	}
	switch f.topic {
	case coupon, points, searchBox, oneTimeCode, captchaText:
		return false
	case passwordTopic:
		return (m.registration || m.guest && wanted(f.element)) && (tries == 0 || f.Error != "" && m.complained(p, f))
	case quantity:
		return f.Filled == 0 && tries == 0
	}
	switch p.kind {
	case Product, Cart:
		if f.personal() && !f.Required || f.Tag != "select" && !f.Required {
			return false
		}
	}
	if f.Error != "" {
		return m.complained(p, f)
	}
	if f.widget() {
		return tries == 0 || tries < 3 && (placeholderText(f.Text) || plain(f.Text) == strings.Trim(plain(f.Label+f.Shared), "* ") || len(f.Near) > 0 && strings.HasPrefix(plain(f.Near[0]), plain(f.Text)))
	}
	if f.Tag == "select" {
		if !f.choosable() {
			return false
		}
		return tries == 0 || tries < 3 && (f.Selected < 0 || f.Selected < len(f.Options) && placeholderText(f.Options[f.Selected].Text))
	}
	return tries == 0 || f.Filled == 0 && wanted(f.element) && tries < 3
}

// answered is when a field was last filled, by the count of presses, and what was complained of then.
type answered struct {
	presses   int
	complaint string
}

// complained says whether a field's complaint is news: the shop has been asked again since the field was filled, or
// says something else.
func (m *memory) complained(p *page, f pageField) bool {
	return m.answers[fieldKey(p, f)] != answered{m.presses, f.Error}
}

// optionRow is a set of buttons of which one chooses a variant: sizes, colours.
type optionRow struct {
	heading string
	options []button
}

var variantWords = []string{"color", "colour", "size", "variant", "option", "swatch", "カラー", "サイズ", "色", "種類", "規格", "選択", "색상", "사이즈", "옵션", "컬러", "warna", "ukuran", "varian", "style", "material", "flavor", "flavour", "weight", "容量", "attribute", "pilihan", "味", "タイプ", "storage", "length"}

// optionRows finds the rows of variants in front of the add-to-cart button of which none is chosen.
func (p *page) optionRows() []optionRow {
	add := -1
	for _, b := range p.buttons {
		if (b.intent == addToCart || b.intent == order) && b.Landmark == "" && (add < 0 || b.Box.Y < add) {
			add = b.Box.Y
		}
	}
	if add < 0 {
		return nil
	}
	var rows []optionRow
	at := map[string]int{}
	for _, b := range p.buttons {
		text := b.words()
		if b.intent != unclear || b.Landmark != "" || b.Offer != "" || b.Box.Y > add || b.Box.Y < add-900 || len([]rune(text)) > 24 || b.is("radio", "checkbox") && b.Field {
			continue
		}
		if b.Href != "" && !strings.Contains(b.Href, "#") && !samePath(b.Href, p.top.URL) && !strings.HasPrefix(b.Href, "javascript:") {
			continue
		}
		named := b.Box.Y+b.Box.H <= add+4 && containsAny(b.Names+" "+b.HTMLID+" "+b.Name+" "+b.Heading+" "+b.Accessible, variantWords...) || b.is("radio", "option") || b.States["data-value"] != ""
		if !named || plain(text) == "" && b.Accessible == "" && b.States["data-value"] == "" && !strings.Contains(strings.ToLower(b.Names), "swatch") {
			continue
		}
		key := strconv.Itoa(b.view.index) + "/" + strconv.Itoa(b.Row)
		k, seen := at[key]
		if !seen {
			k = len(rows)
			at[key] = k
			rows = append(rows, optionRow{heading: b.Heading})
		}
		rows[k].options = append(rows[k].options, b)
	}
	var open []optionRow
	for _, row := range rows {
		chosen, usable := false, false
		for _, b := range row.options {
			chosen = chosen || b.chosen()
			usable = usable || !b.Disabled && !soldOutText(b.words()+" "+b.Names)
		}
		if !chosen && usable {
			open = append(open, row)
		}
	}
	return open
}

// rowKey names a row of variants whatever of it is chosen, and whatever that does to the address.
func (p *page) rowKey(row optionRow) string {
	key := "row "
	if len(p.top.Headings) > 0 {
		key += p.top.Headings[0]
	}
	for _, b := range row.options {
		key += "|" + plain(b.words())
	}
	return key
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

// pathOf is an address without its host, in lower case.
func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Path + "?" + u.RawQuery + "#" + u.Fragment)
}

// samePage says whether a link leads to where we are, but for its fragment.
func samePage(a, b string) bool {
	cutA, _, _ := strings.Cut(a, "#")
	cutB, _, _ := strings.Cut(b, "#")
	return cutA == cutB && !strings.Contains(a, "#/") && !strings.Contains(a, "#!")
}

func samePath(a, b string) bool {
	ua, errA := url.Parse(a)
	ub, errB := url.Parse(b)
	return errA == nil && errB == nil && ua.Host == ub.Host && ua.Path == ub.Path
}
