package script

import (
	"math"
	"strconv"
	"strings"
)

func (m *machine) charAt(v value, i int) value {
	text := v.string()
	if _, ok := m.texts.unit(text, i); !ok {
		return undefined
	}
	return str(m.texts.slice(text, i, i+1)).with(v.marks)
}

// stringMethod calls a method of a known string.
func (m *machine) stringMethod(this value, name string, args []value, at position) (value, bool) {
	text := this.string()
	k := this.marks
	for _, a := range args {
		k |= a.marks
		if !a.known() && a.function() == nil {
			m.compared(this, a, false, at)
			return opaque(k | m.marksOf(a)), true
		}
	}
	integer := func(i, missing int) int {
		if i >= len(args) || args[i].kind == kindUndefined {
			return missing
		}
		n, _ := m.toNumber(args[i])
		switch {
		case math.IsNaN(n):
			return 0
		case n > 1<<30:
			return 1 << 30
		case n < -1<<30:
			return -1 << 30
		}
		return int(n)
	}
	argument := func(i int) string {
		if i >= len(args) {
			return "undefined"
		}
		s, _ := m.toText(args[i])
		return s
	}
	made := func(s string) (value, bool) {
		m.allocate(len(s))
		return str(s).with(k), true
	}
	length := m.texts.length(text)
	relative := func(i int) int {
		if i < 0 {
			return max(length+i, 0)
		}
		return i
	}
	switch name {
	case "charCodeAt", "codePointAt":
		u, ok := m.texts.unit(text, integer(0, 0))
		if !ok {
			return number(math.NaN()), true
		}
		return number(float64(u)).with(k & throughArithmetic), true
	case "charAt":
		i := integer(0, 0)
		return made(m.texts.slice(text, i, i+1))
	case "at":
		return m.charAt(this, relative(integer(0, 0))), true
	case "slice":
		return made(m.texts.slice(text, relative(integer(0, 0)), relative(integer(1, length))))
	case "substring":
		i, j := max(integer(0, 0), 0), max(integer(1, length), 0)
		return made(m.texts.slice(text, min(i, j), max(i, j)))
	case "substr":
		i := relative(integer(0, 0))
		return made(m.texts.slice(text, i, i+min(max(integer(1, length), 0), length)))
	case "indexOf":
		return number(float64(m.texts.index(text, argument(0), integer(1, 0)))), true
	case "lastIndexOf":
		i := strings.LastIndex(text, argument(0))
		if i > 0 {
			i = len(toUnits(text[:i]))
		}
		return number(float64(i)), true
	case "includes":
		return boolean(strings.Contains(text, argument(0))), true
	case "startsWith":
		return boolean(strings.HasPrefix(text[min(max(integer(1, 0), 0), len(text)):], argument(0))), true
	case "endsWith":
		return boolean(strings.HasSuffix(text, argument(0))), true
	case "split":
		return m.split(this, args), true
	case "replace", "replaceAll":
		if len(args) < 2 {
			return this, true
		}
		s, mark, known := m.replace(text, args[0], args[1], name == "replaceAll")
		if !known {
			return opaque(k | mark), true
		}
		v, _ := made(s)
		if s != text {
			mark |= markReversed
		}
		return v.with(mark), true
	case "match", "matchAll", "search":
		return m.match(this, name, args), true
	case "toLowerCase", "toLocaleLowerCase":
		return made(strings.ToLower(text))
	case "toUpperCase", "toLocaleUpperCase":
		return made(strings.ToUpper(text))
	case "trim":
		return made(strings.TrimFunc(text, isBlank))
	case "trimStart", "trimLeft":
		return made(strings.TrimLeftFunc(text, isBlank))
	case "trimEnd", "trimRight":
		return made(strings.TrimRightFunc(text, isBlank))
	case "concat":
		var b strings.Builder
		b.WriteString(text)
		for i := range args {
			b.WriteString(argument(i))
		}
		return made(b.String())
	case "repeat":
		n := min(max(integer(0, 0), 0), 1<<20)
		m.allocate(n * len(text))
		return made(strings.Repeat(text, n))
	case "padStart", "padEnd":
		pad := " "
		if len(args) > 1 {
			pad = argument(1)
		}
		n := min(integer(0, 0), 1<<16) - length
		if n <= 0 || pad == "" {
			return made(text)
		}
		fill := strings.Repeat(pad, n/len(pad)+1)[:n]
		if name == "padStart" {
			return made(fill + text)
		}
		return made(text + fill)
	case "normalize":
		if len(args) > 0 && !strings.HasPrefix(argument(0), "NF") {
			panic(thrown{str("RangeError: The normalization form should be one of NFC, NFD, NFKC, NFKD.")})
		}
		return this, true
	case "toString", "valueOf", "toWellFormed":
		return this, true
	case "localeCompare":
		return number(float64(strings.Compare(text, argument(0)))), true
	case "italics", "bold", "strike", "sub", "sup", "big", "small", "blink", "fixed":
		tag := map[string]string{"italics": "i", "bold": "b", "fixed": "tt"}[name]
		if tag == "" {
			tag = name
		}
		return made("<" + tag + ">" + text + "</" + tag + ">")
	case "fontcolor", "fontsize", "link", "anchor":
		form := map[string]string{"fontcolor": `<font color="`, "fontsize": `<font size="`, "link": `<a href="`, "anchor": `<a name="`}[name]
		return made(form + strings.ReplaceAll(argument(0), `"`, "&quot;") + `">` + text + "</" + form[1:strings.IndexByte(form, ' ')] + ">")
	}
	return undefined, false
}

func (m *machine) split(this value, args []value) value {
	text := this.string()
	if len(args) == 0 || args[0].kind == kindUndefined {
		return arrayValue([]value{this})
	}
	var parts []string
	if p := args[0].obj; p != nil && p.pattern != nil {
		if p.pattern.matcher() == nil {
			return m.unknown("", this.marks)
		}
		m.search(p.pattern, text)
		if p.pattern.source == "" || p.pattern.source == "(?:)" {
			parts = m.unitsOf(text)
		} else {
			parts = p.pattern.matcher().Split(text, maxMatches)
		}
	} else if by, _ := m.toText(args[0]); by == "" {
		parts = m.unitsOf(text)
	} else {
		parts = strings.Split(text, by)
	}
	if len(args) > 1 && args[1].kind == kindNumber {
		parts = parts[:min(max(int(args[1].num), 0), len(parts))]
	}
	m.allocate(48*len(parts) + len(text))
	list := make([]value, len(parts))
	for i, p := range parts {
		list[i] = str(p).with(this.marks)
	}
	return arrayValue(list)
}

func (m *machine) unitsOf(text string) []string {
	n := m.texts.length(text)
	m.allocate(16 * n)
	parts := make([]string, n)
	for i := range parts {
		parts[i] = m.texts.slice(text, i, i+1)
	}
	return parts
}

func (m *machine) match(this value, name string, args []value) value {
	if len(args) == 0 {
		return value{kind: kindNull}
	}
	p := m.patternOf(args[0])
	if p == nil || p.matcher() == nil {
		return m.unknown("", this.marks)
	}
	text := this.string()
	m.search(p, text)
	switch {
	case name == "search":
		i := -1
		if at := p.matcher().FindStringIndex(text); at != nil {
			i = len(toUnits(text[:at[0]]))
		}
		return number(float64(i))
	case name == "matchAll":
		var list []value
		for _, match := range p.matcher().FindAllStringSubmatchIndex(text, maxMatches) {
			m.step()
			list = append(list, m.matchValue(text, match, this.marks))
		}
		return arrayValue(list)
	case p.has('g'):
		found := p.matcher().FindAllString(text, maxMatches)
		if found == nil {
			return value{kind: kindNull}
		}
		m.allocate(48 * len(found))
		list := make([]value, len(found))
		for i, s := range found {
			list[i] = str(s).with(this.marks)
		}
		return arrayValue(list)
	}
	match := p.matcher().FindStringSubmatchIndex(text)
	if match == nil {
		return value{kind: kindNull}
	}
	return m.matchValue(text, match, this.marks)
}

func (m *machine) numberMethod(this value, name string, args []value) (value, bool) {
	switch name {
	case "toString":
		base := 10
		if len(args) > 0 {
			if n, known := m.toNumber(args[0]); known && n >= 2 && n <= 36 {
				base = int(n)
			}
		}
		if this.kind == kindBool || base < 2 || base > 36 || base == 10 {
			text, _ := m.toText(this)
			return str(text).with(this.marks), true
		}
		return str(radixText(this.num, base)).with(this.marks), true
	case "toFixed":
		digits := 0
		if len(args) > 0 && args[0].kind == kindNumber {
			digits = min(max(int(args[0].num), 0), 100)
		}
		return str(strconv.FormatFloat(this.num, 'f', digits, 64)).with(this.marks), true
	case "valueOf":
		return this, true
	}
	return undefined, false
}

// radixText writes n in another base, as Number.prototype.toString does.
func radixText(n float64, base int) string {
	if math.IsNaN(n) || math.IsInf(n, 0) || math.Abs(n) > 1<<60 {
		return numberText(n)
	}
	whole, fraction := math.Modf(math.Abs(n))
	text := strconv.FormatInt(int64(whole), base)
	if fraction > 0 {
		b := []byte(text + ".")
		for i := 0; i < 52 && fraction > 0; i++ {
			digit, rest := math.Modf(fraction * float64(base))
			b = append(b, "0123456789abcdefghijklmnopqrstuvwxyz"[int(digit)])
			fraction = rest
		}
		text = string(b)
	}
	if n < 0 {
		return "-" + text
	}
	return text
}
