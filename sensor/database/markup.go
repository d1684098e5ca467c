package database

import (
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/tillwatch/tillwatch"
	"golang.org/x/net/html"
)

// maxTokens bounds the tokens of one reading.
const maxTokens = 20_000

// markup looks for elements and attributes that do something. A tag that the text leaves open is closed by whatever
// follows it in the page.
func (s *suspicion) markup(text string) {
	if !opensTag().MatchString(text) {
		return
	}
	s.tokens(text + " >")
	if last := text[strings.LastIndexByte(text, '<'):]; strings.ContainsAny(last, `"'`) {
		s.tokens(text + `" >`)
		s.tokens(text + `' >`)
	}
	for _, r := range serverCode {
		if m := r.pattern().FindString(text); m != "" {
			s.add(tillwatch.High, tillwatch.Likely, r.what, m)
		}
	}
}

// opensTag is what begins anything that is no text to a parser of HTML.
var opensTag = lazily(`<[a-zA-Z/!?%]`)

var serverCode = []struct {
	what    string
	pattern pattern
}{
	{"PHP code", lazily(`(?is)<\?(?:php\b|=).{0,200}`)},
	{"code of a server page", lazily(`(?is)<%[=@#!]?\s*[\w$.]+.{0,200}%>`)},
	{"a server-side include", lazily(`(?is)<!--\s*#\s*(?:exec|include|config|set|printenv)\b.{0,200}`)},
	{"an XML entity", lazily(`(?is)<!ENTITY\s.{0,200}`)},
	{"an XML style sheet", lazily(`(?is)<\?xml-stylesheet\s.{0,200}`)},
}

func (s *suspicion) tokens(text string) {
	z := html.NewTokenizer(strings.NewReader(text))
	z.SetMaxBuf(maxText * 2)
	var begun []active // what was found in the tag before
	raw := ""          // the element whose content is text to this parser, and may be markup to another
	for range maxTokens {
		kind := z.Next()
		switch kind {
		case html.ErrorToken:
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			fragment := string(z.Raw())
			t := z.Token()
			before := len(s.found)
			s.element(t, fragment)
			begun = s.found[before:]
			raw = ""
			if kind == html.StartTagToken && isRawText(t.Data) {
				raw = t.Data
			}
			continue
		case html.TextToken:
			content := string(z.Raw())
			switch raw {
			case "":
			case "script":
				s.run(content)
				if noCode(content) {
					textOnly(begun)
				}
			case "style":
				s.style(content, true)
				s.nested(content)
			default:
				s.nested(content)
			}
		case html.CommentToken:
			content := string(z.Text())
			if strings.HasPrefix(strings.TrimSpace(content), "[if") || strings.Contains(content, "<") {
				s.nested(content)
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); string(name) == "script" && raw != "script" {
				s.add(tillwatch.Medium, tillwatch.Possible, "the end of a script element", "</script>")
			}
		}
		raw = ""
	}
}

// noCode says that no browser can run a text as a script, whatever follows it: before anything that could make the rest a
// text or a comment comes a sign that no program has. "<script 班>の記念品です。" is somebody's wish for a gift.
func noCode(content string) bool {
	for _, c := range content {
		switch {
		case strings.ContainsRune("'\"`/", c):
			return false
		case c > unicode.MaxASCII && (unicode.IsPunct(c) && !unicode.Is(unicode.Pc, c) || unicode.IsSymbol(c)):
			return true
		}
	}
	return false
}

// textOnly grades the tag of a script that runs nothing.
func textOnly(found []active) {
	for i, f := range found {
		if f.what == plainScriptElement {
			found[i].severity, found[i].certainty = tillwatch.Low, tillwatch.Possible
		}
	}
}

const plainScriptElement = "a script element"

func isRawText(name string) bool {
	switch name {
	case "script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "noscript", "plaintext":
		return true
	}
	return false
}

// nested looks at what one parser takes for text or a comment, and another for markup.
func (s *suspicion) nested(text string) {
	if s.nesting >= 2 || !strings.Contains(text, "<") {
		return
	}
	inner := &suspicion{nesting: s.nesting + 1}
	inner.tokens(text + " >")
	for _, f := range inner.found {
		f.certainty = tillwatch.Possible
		s.found = append(s.found, f)
	}
	for _, code := range inner.code {
		s.run(code)
	}
	for _, h := range inner.hosts {
		s.address("//" + h)
	}
}

// element judges one start tag.
func (s *suspicion) element(t html.Token, fragment string) {
	value := func(name string) string {
		for _, a := range t.Attr {
			if a.Key == name {
				return a.Val
			}
		}
		return ""
	}
	hit := func(severity tillwatch.Severity, what string) { s.add(severity, tillwatch.Certain, what, fragment) }
	switch t.Data {
	case "script":
		source := value("src") + value("href") + value("xlink:href")
		switch {
		case s.address(source) || scheme(source) == "data":
			s.add(tillwatch.Critical, tillwatch.Certain, "a script element that loads code", fragment)
		default:
			hit(tillwatch.High, plainScriptElement)
		}
	case "iframe", "frame", "object", "embed", "applet", "portal", "fencedframe":
		s.address(value("src") + value("data") + value("code"))
		if document := value("srcdoc"); document != "" {
			s.nested(document)
		}
		hit(tillwatch.High, "an element that puts a document of somebody's into the page")
	case "base":
		if value("href") != "" {
			s.address(value("href"))
			hit(tillwatch.High, "a base element, which turns all addresses of the page")
		}
	case "meta":
		switch strings.ToLower(strings.TrimSpace(value("http-equiv"))) {
		case "refresh":
			if _, target, ok := strings.Cut(strings.ToLower(value("content")), "url="); ok {
				s.address(strings.Trim(target, `"' `))
			}
			hit(tillwatch.High, "a meta element that leads away")
		case "set-cookie", "content-security-policy":
			hit(tillwatch.High, "a meta element that changes how the page is protected")
		}
	case "link":
		if value("href") != "" && !slices.Contains([]string{"", "canonical", "alternate", "author", "license", "next", "prev"}, strings.ToLower(value("rel"))) {
			s.address(value("href"))
			hit(tillwatch.High, "a link element that loads into the page")
		}
	case "form":
		if action := value("action"); action != "" {
			s.address(action)
			hit(tillwatch.High, "a form")
		}
	case "img", "image", "video", "audio", "source", "input", "track", "picture", "body", "table", "td":
		if s.address(value("src") + value("background") + value("srcset") + value("poster")) {
			s.add(tillwatch.Low, tillwatch.Possible, "an element that asks a server when the row is looked at", fragment)
		}
	}
	for _, a := range t.Attr {
		s.attribute(t.Data, a, fragment)
	}
}

// addressAttributes are those whose value a browser follows.
var addressAttributes = []string{
	"href", "src", "action", "formaction", "data", "xlink:href", "poster", "background", "code", "codebase", "dynsrc", "lowsrc", "to",
	"from", "values", "content", "ping", "manifest", "folder", "archive", "classid", "longdesc", "icon", "profile", "cite",
}

func (s *suspicion) attribute(element string, a html.Attribute, fragment string) {
	name := a.Key
	if a.Namespace != "" {
		name = a.Namespace + ":" + a.Key
	}
	switch {
	case isHandler(name) && strings.TrimSpace(a.Val) != "", strings.HasPrefix(name, "on") && looksLikeCode(a.Val):
		what := "an event handler"
		if isHandler(name) {
			what = "an event handler (" + name + ")"
		}
		s.add(tillwatch.High, tillwatch.Certain, what, fragment)
		s.run(a.Val)
	case name == "style":
		s.style(a.Val, false)
	case name == "srcdoc":
		s.nested(a.Val)
	case slices.Contains(addressAttributes, name):
		s.scripted(element, a.Val, fragment)
	case isTemplateAttribute(name) && looksLikeCode(a.Val):
		s.add(tillwatch.High, tillwatch.Likely, "an attribute that a client-side template runs", fragment)
		s.run(a.Val)
	}
}

// isTemplateAttribute tells the attributes that Alpine, Vue, AngularJS and htmx run.
func isTemplateAttribute(name string) bool {
	for _, p := range []string{"x-", "v-", "ng-", "data-ng-", "hx-on", "@", ":", "data-bind", "data-mage-init"} {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

// scripted looks for code in an address.
func (s *suspicion) scripted(element, address, fragment string) {
	for part := range strings.SplitSeq(address, ";url=") {
		switch kind := scheme(part); kind {
		case "javascript", "vbscript", "livescript", "mocha":
			s.add(tillwatch.High, tillwatch.Certain, "an address that runs code ("+kind+":)", fragment)
			_, code, _ := strings.Cut(part, ":")
			s.run(unpercent(code))
		case "data":
			lower := strings.ToLower(part)
			for _, document := range []string{"html", "svg", "xml", "javascript", "ecmascript"} {
				if head, _, _ := strings.Cut(lower, ","); strings.Contains(head, document) && element != "img" {
					s.add(tillwatch.High, tillwatch.Certain, "a document in an address (data:)", fragment)
				}
			}
			if _, payload, ok := strings.Cut(part, ","); ok {
				s.nested(unpercent(payload))
			}
		}
	}
}

// wholeAddress looks at a text that is an address by itself, as of somebody's home page.
func (s *suspicion) wholeAddress(text string) {
	text = strings.TrimSpace(text)
	switch kind := scheme(text); kind {
	case "javascript", "vbscript", "livescript":
		_, code, _ := strings.Cut(text, ":")
		if looksLikeCode(unpercent(code)) {
			s.add(tillwatch.High, tillwatch.Likely, "an address that runs code ("+kind+":)", text)
			s.run(unpercent(code))
		}
	case "data":
		if head, _, _ := strings.Cut(strings.ToLower(text), ","); strings.Contains(head, "html") || strings.Contains(head, "svg") || strings.Contains(head, "xml") {
			s.add(tillwatch.High, tillwatch.Likely, "a document in an address (data:)", text)
		}
	}
}

// scheme is the scheme of an address as a browser reads it: blanks and control characters before it count for nothing, nor
// do tabs and line breaks within it.
func scheme(address string) string {
	address = strings.TrimLeftFunc(address, func(r rune) bool { return r <= ' ' })
	var b strings.Builder
	for i := 0; i < len(address) && b.Len() < 20; i++ {
		switch c := address[i]; {
		case c == ':':
			return strings.ToLower(b.String())
		case c == '\t' || c == '\n' || c == '\r':
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.':
			b.WriteByte(c)
		default:
			return ""
		}
	}
	return ""
}

// hostOf is the host that an address names, empty where it names none.
func hostOf(address string) string {
	address = strings.Map(func(r rune) rune {
		if r <= ' ' {
			return -1
		}
		if r == '\\' {
			return '/'
		}
		return r
	}, address)
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "ws" && u.Scheme != "wss" {
		return ""
	}
	host := strings.ToLower(u.Hostname())
	if len(host) > 253 || strings.ContainsAny(host, "\"'<> *") {
		return ""
	}
	return host
}

var (
	cssComment = lazily(`/\*.*?(?:\*/|$)`)
	cssEscape  = lazily(`\\([0-9a-fA-F]{1,6})\s?|\\`)
	cssCode    = lazily(`expression\s*\(|-moz-binding\s*:|behavior\s*:\s*url|url\s*\(\s*["']?\s*(?:javascript|vbscript|data\s*:\s*text/html)\s*:?`)
	cssLoad    = lazily(`@import\s+(?:url\s*\()?\s*["']?([^"')\s]+)|url\s*\(\s*["']?\s*((?:https?:)?//[^"')\s]+)`)
)

// style looks for what style sheets run and load; whole says that it is a sheet and not one element's style.
func (s *suspicion) style(css string, whole bool) {
	plain := strings.ToLower(cssEscape().ReplaceAllStringFunc(cssComment().ReplaceAllString(css, ""), func(m string) string {
		if r, ok := hexRune(strings.TrimSpace(m[1:]) + ""); len(m) > 1 && ok {
			return string(r)
		}
		return ""
	}))
	if m := cssCode().FindString(plain); m != "" {
		s.add(tillwatch.High, tillwatch.Likely, "a style that runs code", m)
	}
	if m := cssLoad().FindStringSubmatch(plain); m != nil {
		s.address(m[1] + m[2])
		severity := tillwatch.Low
		if whole {
			severity = tillwatch.High
		}
		s.add(severity, tillwatch.Likely, "a style that loads from a server", m[0])
	}
}
