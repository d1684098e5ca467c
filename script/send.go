package script

import (
	"net/url"
	"strings"

	"github.com/dop251/goja/ast"
	"golang.org/x/net/html"
)

// maxTarget bounds how much is kept of an address.
const maxTarget = 400

func (m *machine) send(s sent) { m.record.send(s) }

// sendTo records that something is sent to, or loaded from, a target. What the target itself carries was sent too.
func (m *machine) sendTo(kind SinkKind, at position, target value, k marks) {
	text := ""
	if target.kind == kindString || target.kind == kindUnknown {
		text, _ = m.toText(target)
	} else if target.kind == kindObject {
		text, _ = m.toText(target)
		if strings.HasPrefix(text, "[object") {
			text = hole
		}
	}
	of := m.marksOf(target)
	if kind == SinkStyle {
		if _, address, ok := strings.Cut(text, "url("); ok {
			text = strings.TrimLeft(address, "'\" ")
		}
	}
	if len(text) > maxTarget {
		text = text[:maxTarget]
	}
	m.send(sent{kind: kind, at: at, target: text, marks: k | of&(markTyped|markEncoded|markSecret), of: of})
}

// decode notes a text that the script decoded, where the text says something.
func (m *machine) decode(text, how string, at position) {
	if len(text) < 5 || len(text) > 1<<20 {
		return
	}
	if !readableText(text) {
		return
	}
	telling := knownHost(hostOf(text)) || len(text) < 200 && (tillWord(text) != "" || fieldMarks(text)&markCard != 0) || looksLikeCode(text)
	if telling {
		m.record.fact(factDecoder, at, "decodes "+how+" into "+shorten(text))
	}
}

// readableText tells whether text is no product of decoding with the wrong key.
func readableText(text string) bool {
	odd := 0
	for _, r := range text {
		if r < ' ' && r != '\n' && r != '\r' && r != '\t' || r >= 0x7f && r < 0xa0 || r >= 0xd800 && r < 0xe000 {
			odd++
		}
	}
	return odd*20 <= len(text)
}

func looksLikeCode(text string) bool {
	if len(text) < 12 {
		return false
	}
	for _, s := range []string{"function", "document.", "=>", "eval(", "<script", "window.", "var "} {
		if strings.Contains(text, s) {
			return true
		}
	}
	return false
}

// dynamic is the execution of a text as code.
func (m *machine) dynamic(code value, how string, at position) value {
	return m.dynamicIn(&frame{scope: m.global, this: m.host("window")}, code, how, at)
}

func (m *machine) evalIn(f *frame, args []value, at position) value {
	if len(args) == 0 {
		return undefined
	}
	return m.dynamicIn(f, args[0], "eval", at)
}

func (m *machine) dynamicIn(f *frame, code value, how string, at position) value {
	k := m.marksOf(code)
	if code.kind != kindString {
		if code.kind == kindUnknown && k&(markMessage|markResponse) != 0 && strings.HasPrefix(code.text, "("+hole) {
			k = k&^markMessage | markResponse // data in parentheses: how JSON was read before there was a function for it
		}
		if head, _, ok := strings.Cut(code.text, hole); ok && code.kind == kindUnknown && quoted(head) {
			k &^= markMarkup | markResponse // a template: what is not known is a text in the code, not the code
		}
		if code.kind == kindUnknown && k&markCode != 0 {
			m.record.factOf(factDynamic, at, "executes "+origin(k)+" ("+how+")", k)
		}
		if !code.known() {
			return m.unknown("", k)
		}
		return code
	}
	text := code.string()
	if len(text) > 16 {
		m.record.factOf(factDynamic, at, "executes a text ("+how+")", k)
	}
	return m.runText(f, text, how, at)
}

// quoted tells whether what follows the beginning of some code is within quotes there.
func quoted(head string) bool {
	quote := byte(0)
	for i := 0; i < len(head); i++ {
		switch c := head[i]; {
		case c == '\\':
			i++
		case quote == 0 && (c == '\'' || c == '"'):
			quote = c
		case c == quote:
			quote = 0
		}
	}
	return quote != 0
}

// runText runs a text as the next layer and gives the value of its last expression.
func (m *machine) runText(f *frame, text, how string, at position) value {
	if m.layer.depth >= maxLayers || m.decoded[text] && len(text) > 64 {
		return m.unknown("", 0)
	}
	m.decoded[text] = true
	m.allocate(1024 + 16*len(text))
	l, program := parseLayer(text)
	if program == nil {
		return m.unknown("", 0)
	}
	l.depth, l.how, l.origin = m.layer.depth+1, how, at
	if len(m.record.layers) < maxShownLayers {
		m.record.layers = append(m.record.layers, l)
	}
	outer := m.layer
	m.layer = l
	defer func() { m.layer = outer }()
	m.declareVariables(f, program.DeclarationList)
	m.declareFunctions(f, program.Body)
	last := undefined
	for _, s := range program.Body {
		if e, ok := s.(*ast.ExpressionStatement); ok {
			last = m.evaluate(f, e.Expression)
			continue
		}
		if m.execute(f, s) == returned {
			return f.result
		}
	}
	return last
}

// functionFrom is the Function constructor.
func (m *machine) functionFrom(args []value, at position) value {
	if len(args) == 0 {
		return m.unknown("", 0)
	}
	code := args[len(args)-1]
	if code.kind != kindString {
		m.dynamic(code, "Function", at)
		return m.unknown("", m.marksOf(code))
	}
	text := code.string()
	if strings.TrimSpace(text) == "debugger" {
		m.record.fact(factDebugger, at, "debugger statement")
	}
	if len(text) > 16 {
		m.record.factOf(factDynamic, at, "executes a text (Function)", m.marksOf(code))
	}
	var parameters []string
	for _, a := range args[:len(args)-1] {
		p, _ := m.toText(a)
		parameters = append(parameters, p)
	}
	v := m.runText(&frame{scope: m.global}, "(function("+strings.Join(parameters, ",")+"\n){"+text+"\n})", "Function", at)
	return v
}

// origin says in words where code or data came from.
func origin(k marks) string {
	switch {
	case k&markMessage != 0:
		return "what a socket or window said"
	case k&markResponse != 0:
		return "what a server answered"
	case k&markPixels != 0:
		return "what is hidden in an image"
	case k&markStyle != 0:
		return "what is hidden in a style"
	case k&markStorage != 0:
		return "what is in the browser's storage"
	case k&markCookie != 0:
		return "what is in a cookie"
	case k&markMarkup != 0:
		return "what is hidden in the page"
	}
	return "a decoded text"
}

// dataURL is the content of a data: address.
func dataURL(text string) value {
	head, body, ok := strings.Cut(text, ",")
	if !ok {
		return undefined
	}
	if strings.HasSuffix(head, ";base64") {
		raw, _ := decodeBase64(body)
		return str(string(raw)).with(markHidden)
	}
	if decoded, err := url.PathUnescape(body); err == nil {
		body = decoded
	}
	return str(body)
}

// maxMarkup bounds the markup looked through at a time.
const maxMarkup = 256 << 10

// markup looks through HTML that the script puts into the page.
func (m *machine) markup(v value, at position) {
	text, _ := m.toText(v)
	m.styleSheet(text, v.marks, at)
	if len(text) < 6 || len(text) > maxMarkup || !strings.Contains(text, "<") {
		return
	}
	m.allocate(len(text))
	z := html.NewTokenizer(strings.NewReader(text))
	z.SetMaxBuf(maxMarkup)
	cards, labels, inputs, action := 0, 0, 0, undefined
	for {
		m.step()
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		if kind == html.TextToken && fieldMarks(string(z.Text()))&markCard != 0 {
			labels++
		}
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		name, more := z.TagName()
		tag := string(name)
		if tag == "input" {
			inputs++
		}
		field := ""
		var handlers [][2]string
		this, data := m.elementValue(&element{tag: tag, made: true}, ""), newObject()
		this.obj.set("dataset", objectValue(data))
		for more {
			var key, val []byte
			key, val, more = z.TagAttr()
			attribute, content := string(key), string(val)
			switch {
			case attribute == "src" || attribute == "href" && tag == "link":
				m.load(tag, attribute, fragment(content, v.marks), at)
			case attribute == "action" && tag == "form":
				action = fragment(content, v.marks)
				m.sendTo(SinkForm, at, action, m.marksOf(v)&markTyped)
			case strings.HasPrefix(attribute, "on") && !strings.Contains(content, hole):
				handlers = append(handlers, [2]string{attribute, content})
			case strings.HasPrefix(attribute, "data-"):
				data.set(attribute[5:], fragment(content, v.marks))
			case attribute == "name" || attribute == "id" || attribute == "placeholder" || attribute == "autocomplete":
				field += " " + content
			}
		}
		for _, h := range handlers {
			m.dynamicIn(&frame{scope: m.global, this: this}, str(h[1]).with(v.marks), h[0]+" attribute", at)
		}
		if (tag == "input" || tag == "iframe") && fieldMarks(field)&markCard != 0 {
			cards++
		}
		if tag == "script" && z.Next() == html.TextToken {
			code := string(z.Text())
			if strings.Contains(code, hole) {
				continue
			}
			m.dynamic(str(code).with(v.marks), "script element", at)
		}
	}
	if cards > 0 || labels > 0 && inputs > 1 {
		m.record.fact(factFakeForm, at, "puts fields for a card into the page")
		if action.kind != kindUndefined {
			m.sendTo(SinkForm, at, action, markCard)
		}
	}
}

// styleSheet looks through a style for rules that ask what is in a field and load something for the answer.
func (m *machine) styleSheet(text string, k marks, at position) {
	i := strings.Index(text, "[value^=")
	if i < 0 {
		i = strings.Index(text, "[value$=")
	}
	if i < 0 {
		return
	}
	j := strings.Index(text[i:], "url(")
	if j < 0 {
		return
	}
	read := markForm
	if fieldMarks(text[max(i-80, 0):i])&markCard != 0 {
		read = markCard
	}
	m.record.factOf(factSource, at, "the value of a field, by a style", read)
	m.sendTo(SinkStyle, at, partly(strings.Trim(text[i+j+4:min(i+j+204, len(text))], "'\" "), k), read)
}

// fragment is a part of a text that may have holes.
func fragment(text string, k marks) value {
	if strings.Contains(text, hole) {
		return partly(text, k)
	}
	return str(text).with(k)
}

// rewritten notes a response that a service worker makes of another one.
func (m *machine) rewritten(body value, at position) {
	text, _ := m.toText(body)
	if m.marksOf(body)&(markResponse|markRequest) != 0 && strings.Contains(strings.ToLower(text), "<script") || strings.Contains(text, "<script") && strings.Contains(text, hole) {
		m.record.fact(factRewrite, at, "puts a script into what the page is answered")
		m.markup(body, at)
	}
}
