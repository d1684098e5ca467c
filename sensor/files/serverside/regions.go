package serverside

import (
	"regexp"
	"strings"
	"sync"
)

// piece is code of one dialect, with the text it stands in blanked out so that its places are those of the file.
type piece struct {
	dialect *dialect
	code    string
}

var (
	serverScript = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?is)<script\b([^>]*\brunat\s*=\s*["']?server[^>]*)>(.*?)(?:</script>|$)`)
	})
	directive = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?is)<%\s*@.*?%>`) })
	langOf    = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)\blanguage\s*=\s*["']?\s*([\w#.]+)`)
	})
	xmlScript = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?is)<(?:\w+:)?(?:scriptlet|expression|declaration)\s*>(.*?)(?:</(?:\w+:)?(?:scriptlet|expression|declaration)\s*>|$)`)
	})
	elExpression = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?s)[$#]\{(.+?)\}`) })
)

// canvas is a text of blanks, as long as the file, on which code is laid where it stands.
type canvas struct {
	src string
	out []byte
}

func newCanvas(src string) *canvas {
	c := &canvas{src: src, out: []byte(src)}
	for i, b := range c.out {
		if b != '\n' {
			c.out[i] = ' '
		}
	}
	return c
}

func (c *canvas) lay(from, to int) { copy(c.out[from:to], c.src[from:to]) }

// end puts an end to a statement at a place that holds none of the code.
func (c *canvas) end(at int) {
	if at >= 0 && at < len(c.out) && c.out[at] != '\n' {
		c.out[at] = ';'
	}
}

// tags lays what stands between <% and %>; directives are left out.
func (c *canvas) tags() bool {
	found := false
	for i := 0; ; {
		open := strings.Index(c.src[i:], "<%")
		if open < 0 {
			return found
		}
		open += i
		from := open + 2
		end := strings.Index(c.src[from:], "%>")
		if end < 0 {
			end = len(c.src) - from
		}
		end += from
		i = min(end+2, len(c.src))
		switch {
		case strings.HasPrefix(c.src[from:], "--"): // a comment
			if n := strings.Index(c.src[from:], "--%>"); n >= 0 {
				i = from + n + 4
			}
			continue
		case strings.HasPrefix(strings.TrimLeft(c.src[from:end], " \t\r\n"), "@"):
			continue
		}
		for from < end && strings.IndexByte("=!:#$", c.src[from]) >= 0 {
			from++
		}
		c.lay(from, end)
		c.end(open)
		c.end(end)
		found = true
	}
}

// jsp is the code of a JSP page, in either syntax.
func jsp(src string) []piece {
	src = unescaped(src, true)
	if hasAny(src, "</jsp:", "<jsp:root", ":scriptlet>") {
		src = unmarked(src)
	}
	c := newCanvas(src)
	c.tags()
	for _, m := range xmlScript().FindAllStringSubmatchIndex(src, 200) {
		c.lay(m[2], m[3])
		c.end(m[2] - 1)
		c.end(m[3])
	}
	pieces := []piece{{dialectOf[Java], string(c.out)}}
	el := newCanvas(src)
	found := false
	for _, m := range elExpression().FindAllStringSubmatchIndex(src, 200) {
		if strings.ContainsRune(src[m[2]:m[3]], '(') {
			el.lay(m[2], m[3])
			el.end(m[2] - 1)
			el.end(m[3])
			found = true
		}
	}
	if found {
		pieces = append(pieces, piece{dialectEL, string(el.out)})
	}
	return pieces
}

// asp is the code of a classic or a .NET page.
func asp(src string, net bool) []piece {
	if !net || !strings.Contains(src, "<%") {
		if net && !strings.Contains(src, "runat") {
			return []piece{{netDialect("", src), unescaped(src, false)}} // a class by itself
		}
	}
	head := directive().FindAllString(src, 40)
	lang := ""
	for _, d := range head {
		if m := langOf().FindStringSubmatch(d); m != nil && lang == "" {
			lang = strings.ToLower(m[1])
		}
	}
	c := newCanvas(src)
	for _, d := range head {
		if lower := strings.ToLower(d); hasAny(lower, "webhandler", "webservice") && !strings.Contains(lower, "codebehind") {
			at := strings.Index(src, d) + len(d)
			c.lay(at, len(src))
			return []piece{{netDialect(lang, src[at:]), unescaped(string(c.out), false)}}
		}
	}
	byLang := map[string]*canvas{lang: c}
	order := []string{lang}
	for _, m := range serverScript().FindAllStringSubmatchIndex(src, 100) {
		l := lang
		if a := langOf().FindStringSubmatch(src[m[2]:m[3]]); a != nil {
			l = strings.ToLower(a[1])
		}
		to := byLang[l]
		if to == nil {
			to = newCanvas(src)
			byLang[l] = to
			order = append(order, l)
		}
		to.lay(m[4], m[5])
		to.end(m[4] - 1)
		to.end(m[5])
	}
	c.tags()
	var pieces []piece
	for _, l := range order {
		code := string(byLang[l].out)
		d := dialectVB
		switch {
		case net:
			d = netDialect(l, code)
		case strings.Contains(l, "jscript") || strings.Contains(l, "javascript"):
			d = dialectJS
		case strings.Contains(l, "perl"):
			d = dialectOf[Perl]
		case strings.Contains(l, "python"):
			d = dialectOf[Python]
		}
		if d == dialectJS || d == dialectCS {
			code = unescaped(code, false)
		}
		pieces = append(pieces, piece{d, code})
	}
	return pieces
}

// netDialect tells C#, Visual Basic and JScript apart, by what a page says and else by what it looks like.
func netDialect(lang, code string) *dialect {
	switch {
	case strings.Contains(lang, "jscript") || lang == "js":
		return dialectJS
	case strings.HasPrefix(lang, "c#") || lang == "cs" || lang == "csharp":
		return dialectCS
	case strings.HasPrefix(lang, "vb") || strings.Contains(lang, "basic"):
		return dialectVB
	}
	lower := strings.ToLower(code)
	if strings.Contains(lower, "end sub") || strings.Contains(lower, "end function") || strings.Contains(lower, "dim ") && strings.Count(lower, ";") < 3 {
		return dialectVB
	}
	return dialectCS
}

var (
	cfTag = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?is)<cf([a-z]+)\b((?:[^>"']|"[^"]*"|'[^']*')*)>`)
	})
	cfComment = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?s)<!---.*?--->`) })
	cfHash    = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`#([^#\n<>]{1,1000})#`) })
	cfEnd     = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)</cfscript\s*>`) })
)

// coldFusion is the tags of a page as the calls that they are.
func coldFusion(src string) []piece {
	src = cfComment().ReplaceAllStringFunc(src, func(s string) string { return strings.Map(blank, s) })
	d := dialectOf[ColdFusion]
	if !cfTag().MatchString(src) {
		return []piece{{d, src}} // a component in script
	}
	// Attributes have to stand in brackets and be parted by commas: the places move within a line only.
	var b strings.Builder
	last := 0
	loose := func(s string) {
		at := 0
		for _, m := range cfHash().FindAllStringSubmatchIndex(s, 500) {
			b.WriteString(strings.Map(blank, s[at:m[0]]))
			b.WriteString(";" + s[m[2]:m[3]] + ";")
			at = m[1]
		}
		b.WriteString(strings.Map(blank, s[at:]))
	}
	for _, m := range cfTag().FindAllStringSubmatchIndex(src, 20_000) {
		if m[0] < last {
			continue
		}
		loose(src[last:m[0]])
		last = m[1]
		name, attributes := strings.ToLower(src[m[2]:m[3]]), strings.TrimSuffix(src[m[4]:m[5]], "/")
		switch name {
		case "script":
			end := len(src)
			if e := cfEnd().FindStringIndex(src[last:]); e != nil {
				end = last + e[0]
			}
			b.WriteString(";" + src[last:end] + ";")
			last = end
		case "set", "if", "elseif", "return":
			b.WriteString(";" + map[string]string{"return": "return "}[name] + attributes + ";")
		case "argument", "param", "function", "component", "property", "else", "output", "loop", "try", "catch", "query", "queryparam":
			loose(attributes)
		default:
			b.WriteString(";cf" + name + "(" + cfAttributes(attributes) + ");")
		}
	}
	loose(src[last:])
	return []piece{{d, b.String()}}
}

var cfAttribute = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?s)([\w:]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"']+)`)
})

func cfAttributes(s string) string {
	return cfAttribute().ReplaceAllString(s, "$1=$2,")
}

func blank(r rune) rune {
	if r == '\n' {
		return r
	}
	return ' '
}
