package platform

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// face is what a shop shows on a page, apart by where it stands there: what a software is known by.
type face struct {
	status   int
	cookies  []string // names
	headers  []string // "name: value", the name in lower case
	metas    []string // "name: content", the name in lower case
	comments []string
	assets   []string // addresses of scripts and style sheets, as they are written
	marks    []string // ids and classes of the body, "id=x" and "class=y"
	links    []link
	text     string // what can be read
}

type link struct{ href, text string }

// The bounds of what is taken from one page.
const (
	maxParts = 2000
	maxPart  = 4 << 10
	maxText  = 128 << 10
)

func faceOf(a answer) *face {
	f := &face{status: a.status}
	response := http.Response{Header: a.header}
	for _, c := range response.Cookies() {
		f.cookies = add(f.cookies, c.Name)
	}
	for name, values := range a.header {
		for _, v := range values {
			f.headers = add(f.headers, strings.ToLower(name)+": "+v)
		}
	}
	f.read(a.body)
	return f
}

// read goes through a page's markup without building a tree, so that depth costs nothing.
func (f *face) read(page []byte) {
	z := html.NewTokenizer(bytes.NewReader(page))
	z.SetMaxBuf(maxPage)
	var text strings.Builder
	hidden := atom.Atom(0) // the element whose text is code
	anchor := -1           // the link that is open
	for {
		switch z.Next() {
		case html.ErrorToken:
			f.text = text.String()
			return
		case html.CommentToken:
			f.comments = add(f.comments, strings.TrimSpace(string(z.Text())))
		case html.TextToken:
			if hidden != 0 || text.Len() > maxText {
				continue
			}
			said := strings.Join(strings.Fields(string(z.Text())), " ")
			if said != "" {
				text.WriteString(said + "\n")
			}
			if anchor >= 0 && len(f.links[anchor].text) < maxPart {
				f.links[anchor].text += said
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			anchor = f.tag(t, anchor)
			if t.DataAtom == atom.Script || t.DataAtom == atom.Style || t.DataAtom == atom.Template {
				hidden = t.DataAtom
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			switch a := atom.Lookup(name); a {
			case hidden:
				hidden = 0
			case atom.A:
				anchor = -1
			}
		}
	}
}

// tag takes what a start tag shows, and gives the number of the link that is open after it.
func (f *face) tag(t html.Token, anchor int) int {
	attributes := map[string]string{}
	for _, a := range t.Attr {
		attributes[a.Key] = a.Val
	}
	switch t.DataAtom {
	case atom.Meta:
		name := attributes["name"]
		if name == "" {
			name = attributes["property"]
		}
		f.metas = add(f.metas, strings.ToLower(name)+": "+attributes["content"])
	case atom.Script:
		if kind := attributes["type"]; kind != "" {
			f.marks = add(f.marks, "script="+kind)
		}
		f.assets = add(f.assets, attributes["src"])
	case atom.Link:
		f.assets = add(f.assets, attributes["href"])
	case atom.Body:
		f.marks = add(f.marks, "id="+attributes["id"])
		for class := range strings.FieldsSeq(attributes["class"]) {
			f.marks = add(f.marks, "class="+class)
		}
	case atom.A:
		if len(f.links) < maxParts && attributes["href"] != "" && len(attributes["href"]) < maxPart {
			f.links = append(f.links, link{href: attributes["href"]})
			return len(f.links) - 1
		}
		return -1
	}
	return anchor
}

func add(list []string, s string) []string {
	if s == "" || len(list) >= maxParts {
		return list
	}
	return append(list, s[:min(len(s), maxPart)])
}

// assetPaths are the paths of the scripts and style sheets that come from the shop's own host.
func (f *face) assetPaths(page *url.URL) []string {
	var out []string
	for _, a := range f.assets {
		u, err := page.Parse(a)
		if err == nil && strings.EqualFold(u.Host, page.Host) {
			out = append(out, u.Path)
		}
	}
	return out
}
