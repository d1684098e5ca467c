package script

import (
	"strings"

	"golang.org/x/net/html"
)

// Piece is one script of an HTML document. All positions in it are those of the document.
type Piece struct {
	// Kind is how the script is in the document: "inline", "handler onclick", "javascript: address", "external script"; with
	// "srcdoc " before it where it is in a document within an attribute.
	Kind         string
	Line, Column int // where its code begins
	Analysis     *Analysis
}

// The bounds on one document. What lies beyond is said in the Partial of the last piece.
const (
	maxDocument      = 32 << 20
	maxPieces        = 20_000
	maxDocumentSteps = 60_000_000
	stepsOfPiece     = 500 // what the smallest piece costs
)

// AnalyseHTML tells what each script of an HTML document does: inline scripts, event handlers, javascript: addresses,
// documents in srcdoc, and of scripts that are loaded from elsewhere, from where. It never fails and never panics. Safe
// for concurrent use.
func AnalyseHTML(src []byte, o Options) []Piece {
	cut := len(src) > maxDocument
	if cut {
		src = src[:maxDocument]
	}
	text := decodeSource(src)
	d := &document{options: o, steps: maxDocumentSteps}
	d.scripts("", text, newLines(text).at, 0)
	if n := len(d.pieces); n > 0 && (cut || d.cut) {
		d.pieces[n-1].Analysis.Partial = "the document is too large: not all of its scripts were looked at"
	}
	return d.pieces
}

type document struct {
	options Options
	pieces  []Piece
	steps   int // still allowed
	cut     bool
}

// scripts goes through the markup of a document.
func (d *document) scripts(prefix, text string, at place, depth int) {
	z := html.NewTokenizer(strings.NewReader(text))
	offset := 0
	for {
		kind := z.Next()
		raw := z.Raw()
		start := offset
		offset += len(raw)
		if kind == html.ErrorToken || d.full() {
			return
		}
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		tag, attributes := splitTag(text[start:offset])
		source, javaScript := "", true
		for _, a := range attributes {
			value, from := unescapeAttribute(a.value)
			begin := start + a.offset
			in := func(offset int) (int, int) { return at(begin + from[min(max(offset, 0), len(from)-1)]) }
			switch {
			case tag == "script" && a.name == "type":
				javaScript = isJavaScript(value)
			case tag == "script" && a.name == "src":
				source = value
				d.external(prefix, value, in)
			case strings.HasPrefix(a.name, "on") && len(a.name) > 2:
				d.add(prefix+"handler "+a.name, value, in)
			case a.name == "srcdoc" && depth < maxLayers:
				d.scripts(prefix+"srcdoc ", value, in, depth+1)
			case addressAttribute(a.name):
				trimmed := strings.TrimLeft(value, " \t\r\n\x00")
				if len(trimmed) > 11 && strings.EqualFold(trimmed[:11], "javascript:") {
					skip := len(value) - len(trimmed) + 11
					d.add(prefix+"javascript: address", trimmed[11:], func(offset int) (int, int) { return in(offset + skip) })
				}
			}
		}
		if tag == "script" && kind == html.StartTagToken && z.Next() == html.TextToken {
			begin := offset
			raw = z.Raw()
			offset += len(raw)
			if code := text[begin:offset]; javaScript && source == "" && strings.TrimSpace(code) != "" {
				d.add(prefix+"inline", code, func(offset int) (int, int) { return at(begin + offset) })
			}
		} else if tag == "script" && kind == html.StartTagToken {
			offset += len(z.Raw())
		}
	}
}

func (d *document) full() bool {
	d.cut = d.cut || len(d.pieces) >= maxPieces || d.steps < 0
	return d.cut
}

func (d *document) add(kind, code string, at place) {
	line, column := at(0)
	var a *Analysis
	if len(code) > maxParsed {
		a = analyseLarge([]byte(code), d.options)
	} else {
		a = analyse(code, d.options, at)
	}
	d.steps -= a.steps + len(code)/4 + stepsOfPiece
	d.pieces = append(d.pieces, Piece{kind, line, column, a})
}

// external judges a script that is loaded from elsewhere by the one thing known of it: from where.
func (d *document) external(prefix, address string, at place) {
	line, column := at(0)
	a := &Analysis{Parsed: ParsedWhole}
	r := newRecord()
	r.send(sent{kind: SinkScript, target: address, at: position{&layer{source: address}, 0}})
	a.finish(address, d.options, at, r, &survey{})
	d.pieces = append(d.pieces, Piece{prefix + "external script", line, column, a})
}

// isJavaScript tells whether a script element of this type is executed.
func isJavaScript(kind string) bool {
	kind, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(kind)), ";")
	switch strings.TrimSpace(kind) {
	case "", "module", "text/javascript", "application/javascript", "text/ecmascript", "application/ecmascript", "application/x-javascript", "text/x-javascript", "text/jscript", "text/livescript":
		return true
	}
	return strings.HasPrefix(kind, "text/javascript1.")
}

func addressAttribute(attribute string) bool {
	switch attribute {
	case "href", "src", "action", "formaction", "data", "xlink:href":
		return true
	}
	return false
}

// attribute is an attribute as it is written, and where in its tag its value begins.
type attribute struct {
	name, value string
	offset      int
}

// splitTag takes a start tag apart. Of attributes given twice the first counts.
func splitTag(raw string) (tag string, list []attribute) {
	i := 1
	for i < len(raw) && !strings.ContainsRune(" \t\r\n\f/>", rune(raw[i])) {
		i++
	}
	tag = strings.ToLower(raw[1:i])
	seen := map[string]bool{}
	for i < len(raw) {
		for i < len(raw) && strings.IndexByte(" \t\r\n\f/", raw[i]) >= 0 {
			i++
		}
		begin := i
		for i < len(raw) && (strings.IndexByte(" \t\r\n\f/>=", raw[i]) < 0 || i == begin && raw[i] == '=') {
			i++
		}
		if i == begin {
			return tag, list
		}
		a := attribute{name: strings.ToLower(raw[begin:i])}
		for i < len(raw) && strings.IndexByte(" \t\r\n\f", raw[i]) >= 0 {
			i++
		}
		if i < len(raw) && raw[i] == '=' {
			i++
			for i < len(raw) && strings.IndexByte(" \t\r\n\f", raw[i]) >= 0 {
				i++
			}
			a.offset, a.value, i = attributeValue(raw, i)
		}
		if !seen[a.name] {
			seen[a.name] = true
			list = append(list, a)
		}
	}
	return tag, list
}

// attributeValue is the value that begins at i, and where what follows it begins.
func attributeValue(raw string, i int) (offset int, value string, next int) {
	if i >= len(raw) {
		return i, "", i
	}
	if q := raw[i]; q == '"' || q == '\'' {
		end := strings.IndexByte(raw[i+1:], q)
		if end < 0 {
			return i + 1, strings.TrimSuffix(raw[i+1:], ">"), len(raw)
		}
		return i + 1, raw[i+1 : i+1+end], i + end + 2
	}
	end := strings.IndexAny(raw[i:], " \t\r\n\f>")
	if end < 0 {
		end = len(raw) - i
	}
	return i, raw[i : i+end], i + end
}

// unescapeAttribute decodes the character references in a value; from tells for each byte of the result, and for its
// end, where in the value it comes from.
func unescapeAttribute(value string) (text string, from []int) {
	from = make([]int, 0, len(value)+1)
	if strings.IndexByte(value, '&') < 0 {
		for i := 0; i <= len(value); i++ {
			from = append(from, i)
		}
		return value, from
	}
	var b strings.Builder
	for i := 0; i < len(value); {
		n := 1
		piece := value[i : i+1]
		if value[i] == '&' {
			for i+n < len(value) && n < 40 && (isAlphanumeric(value[i+n]) || value[i+n] == '#' && n == 1) {
				n++
			}
			if i+n < len(value) && value[i+n] == ';' {
				n++
			}
			piece = html.UnescapeString(value[i : i+n])
		}
		b.WriteString(piece)
		for range len(piece) {
			from = append(from, i)
		}
		i += n
	}
	return b.String(), append(from, len(value))
}
