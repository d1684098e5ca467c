package php

import (
	"strings"
)

// exited marks the value of an expression that ends the program.
const exited = 1

func (m *machine) eval(n *node) value {
	if n == nil {
		return value{kind: vNull}
	}
	if !m.step(1) {
		return unknown(0)
	}
	if m.depth++; m.depth > maxDeep {
		m.depth--
		m.exhausted = true
		return unknown(0)
	}
	v := m.evalOf(n)
	m.depth--
	return v
}

func (m *machine) evalOf(n *node) value {
	switch n.op {
	case opText:
		return text(n.str, 0)
	case opNumber:
		return numberOf(n.str)
	case opJoin:
		return m.join(n.kids)
	case opVar:
		return m.variable(n)
	case opArray:
		return m.arrayOf(n)
	case opIndex:
		return m.index(n)
	case opProperty:
		return m.property(n)
	case opStaticProperty:
		return m.staticProperty(n)
	case opClassConstant:
		return m.classConstant(n)
	case opCall:
		return m.call(n)
	case opNew:
		return m.newObject(n)
	case opNewClass:
		m.evalList(n.kids)
		m.declareClass(n.class)
		return value{kind: vObject, ref: n.class, s: hole}
	case opMethod:
		return m.methodCall(n)
	case opStaticCall:
		return m.staticCall(n)
	case opName:
		return m.constant(n)
	case opUnary:
		return m.unary(n)
	case opBinary:
		return m.binary(n)
	case opAssign:
		return m.assignment(n)
	case opStep:
		return m.increment(n)
	case opTernary:
		return m.ternary(n)
	case opCast:
		return m.cast(n.sym, m.eval(n.a))
	case opIsset, opEmpty:
		for _, k := range n.kids {
			m.eval(k)
		}
		return unknown(0)
	case opInclude:
		return m.include(n)
	case opEval:
		return m.execute(n, m.eval(n.a), "eval")
	case opExit:
		if n.a != nil {
			m.written(n.a, m.eval(n.a))
		}
		return value{kind: vNull, n: exited}
	case opPrint:
		m.written(n.a, m.eval(n.a))
		return number(1)
	case opFunction:
		return m.closure(n)
	case opShell:
		return m.command(n, "the shell (backticks)", []value{m.join(n.kids)})
	case opMatch:
		return m.match(n)
	case opYield:
		m.eval(n.a)
		return unknown(m.sent)
	case opThrow:
		v := m.eval(n.a)
		m.raise(v.all())
		return v
	case opClone, opSpread:
		return m.eval(n.a)
	case opInstanceof:
		m.eval(n.a)
		return unknown(0)
	}
	return value{kind: vNull}
}

func (m *machine) evalList(list []*node) []value {
	if len(list) == 0 {
		return nil
	}
	args := m.room(len(list))
	for _, k := range list {
		v := m.eval(k)
		if k.op == opSpread {
			if v.kind == vArray && !v.array.loose {
				args = append(args, v.array.values...)
				continue
			}
			v = unknown(v.all())
		}
		args = append(args, v)
	}
	return args
}

// room is for as many values. It is cut off from more, which is cheaper than to ask for each.
func (m *machine) room(n int) []value {
	if n > len(m.values) {
		if n > valuesAtOnce/4 {
			return make([]value, 0, n)
		}
		m.values = make([]value, valuesAtOnce)
	}
	out := m.values[:0:n]
	m.values = m.values[n:]
	return out
}

// valuesAtOnce is for how many values room is made at a time.
const valuesAtOnce = 64

// join puts texts together.
func (m *machine) join(kids []*node) value {
	if len(kids) == 1 {
		v := m.eval(kids[0])
		if v.kind == vText {
			return v
		}
		return m.joinValues(v)
	}
	var buffer [6]value
	parts := buffer[:0]
	for _, k := range kids {
		parts = append(parts, m.eval(k))
	}
	return m.joinValues(parts...)
}

func (m *machine) joinValues(parts ...value) value {
	var k marks
	plain, size := true, 0
	mended := markMended
	for i, v := range parts {
		if v.kind == vObject {
			parts[i] = m.toText(v)
			v = parts[i]
		}
		of := v.all()
		if k |= of; of&(markTaint|markCard|markBody) != 0 {
			mended &= of
		}
		plain = plain && v.plain()
		if v.kind == vText || v.kind == vUnknown {
			size += len(v.s)
		} else {
			size += 8
		}
	}
	if k&(markTaint|markCard|markBody) != 0 {
		k = k&^markMended | mended
	}
	if k&markRequest != 0 && len(parts) > 1 {
		if end := parts[len(parts)-1].all(); end&markRequest == 0 {
			k |= markFramed
		} else if end&markFramed == 0 {
			k &^= markFramed
		}
	}
	if size > 4096 && !m.make(size) {
		return unknown(k)
	}
	var b strings.Builder
	b.Grow(size)
	for _, v := range parts {
		b.WriteString(v.text())
		if !plain && b.Len() > maxHoley {
			break
		}
	}
	if plain {
		return text(b.String(), k)
	}
	return value{marks: k, s: holey(b.String())}
}

// holey shortens a text that is not wholly known.
func holey(s string) string {
	for strings.Contains(s, hole+hole) {
		s = strings.ReplaceAll(s, hole+hole, hole)
	}
	if len(s) > maxHoley {
		s = s[:maxHoley] + hole
	}
	return s
}

// toText is what an object becomes where a text is wanted.
func (m *machine) toText(v value) value {
	if c, ok := v.ref.(*class); ok {
		if f := m.method(c, "__tostring"); f != nil {
			return m.enter(f, nil, nil)
		}
	}
	return unknown(v.marks)
}

func (m *machine) arrayOf(n *node) value {
	a := newArray()
	if len(n.kids) > 0 {
		a.room(len(n.kids))
	}
	for _, item := range n.kids {
		if item.b == nil {
			continue
		}
		v := m.eval(item.b)
		if item.flag && item.a == nil && item.b.op != opVar {
			if v.kind == vArray {
				for i := range v.array.values {
					a.push(v.array.values[i])
				}
				a.loose, a.rest = a.loose || v.array.loose, a.rest|v.array.rest
				continue
			}
		}
		if v.kind == vArray {
			v.array.shared = true
		}
		if item.a == nil {
			a.push(v)
			continue
		}
		k := m.eval(item.a)
		if k.known() && k.plain() {
			v.marks |= k.marks & markTaint
			a.set(k.key(), v)
		} else {
			a.loose, a.rest = true, a.rest|v.all()|k.marks
		}
	}
	if !m.step(len(a.values) / 16) {
		return unknown(a.all())
	}
	return value{kind: vArray, array: a}
}

func (m *machine) ternary(n *node) value {
	c := m.eval(n.a)
	m.guards(n.a)
	if c.known() && c.marks&markTaint == 0 {
		if c.isTrue() {
			if n.b == nil {
				return c
			}
			return m.eval(n.b)
		}
		return m.eval(n.c)
	}
	a := c
	m.perhaps++
	if n.b != nil {
		a = m.eval(n.b)
	}
	b := m.eval(n.c)
	m.perhaps--
	return either(a, b)
}

// either is a value that is one of two: what is known of the one that says more, with the marks of both.
func either(a, b value) value {
	k := a.all() | b.all()
	if a.kind == vNull || a.kind == vBool || a.kind == vText && a.s == "" || a.known() && !b.known() && b.marks&markTaint != 0 {
		a, b = b, a
	}
	a.marks |= k
	if a.known() && a.kind != vArray && a.kind != vObject && a.kind != vFunction && b.kind != vNull && k&markTaint == 0 && a.text() != b.text() {
		return a // one of several: the first stands for all
	}
	return a
}

func (m *machine) match(n *node) value {
	m.eval(n.a)
	m.guardValue(n.a)
	v := value{kind: vNull}
	m.perhaps++
	for i, arm := range n.kids {
		for _, k := range arm.kids {
			m.eval(k)
		}
		one := m.eval(arm.a)
		if i == 0 {
			v = one
		} else {
			v = either(v, one)
		}
	}
	m.perhaps--
	return v
}

func (m *machine) closure(n *node) value {
	f := n.function
	if !f.ran && f.body != nil {
		f.ran = false
		m.record.declare(f)
	}
	captured := &scope{vars: map[string]*cell{}}
	if f.arrow {
		captured.vars = m.scope.vars
	}
	for _, u := range f.uses {
		if c := m.scope.vars[u.name]; c != nil {
			captured.vars[u.name] = c
		} else if u.ref {
			captured.vars[u.name] = m.cellIn(m.scope, u.name)
		}
	}
	if f.class == nil {
		f.class = m.scope.class
	}
	return value{kind: vFunction, ref: &bound{f, captured}, s: hole}
}

// bound is a closure with the variables that it brings.
type bound struct {
	function *function
	uses     *scope
}

func (m *machine) constant(n *node) value {
	name := strings.ToLower(n.str[strings.LastIndexByte(n.str, '\\')+1:])
	switch name {
	case "true":
		return truth(true)
	case "false":
		return truth(false)
	case "null":
		return value{kind: vNull}
	case "__file__":
		return value{marks: markSelf, s: hole + "/this.php"}
	case "__dir__":
		return unknown(0)
	case "__line__":
		return number(int64(strings.Count(m.layer.src[:min(int(n.pos), len(m.layer.src))], "\n") + 1))
	case "__function__", "__method__":
		if f := m.scope.function; f != nil {
			return text(f.name, 0)
		}
		return text("", 0)
	case "__class__":
		if m.scope.class != nil {
			return text(m.scope.class.name, 0)
		}
		return text("", 0)
	case "__compiler_halt_offset__":
		if m.record.halt >= 0 {
			return number(int64(m.record.halt))
		}
	case "php_eol":
		return text("\n", 0)
	case "directory_separator":
		return text("/", 0)
	case "php_os":
		return text("Linux", 0)
	case "php_int_max":
		return number(1<<63 - 1)
	case "php_version":
		return unknown(0)
	}
	if v, ok := m.constants[name]; ok {
		return v
	}
	if v, ok := languageConstants[name]; ok {
		return number(v)
	}
	if name := n.str[strings.LastIndexByte(n.str, '\\')+1:]; !n.flag && foreignConstant(name) {
		m.standing.constant(name)
	}
	if strings.ToUpper(n.str) != n.str && len(n.str) < 40 && !strings.Contains(n.str, "_") || isShort(n.str) {
		return text(n.str, 0) // old PHP takes a word that nobody defined as a text
	}
	return unknown(0)
}

func isShort(s string) bool { return len(s) <= 3 }

var languageConstants = map[string]int64{
	"ent_quotes": 3, "filter_callback": 1024, "filter_default": 516, "input_post": 0, "input_get": 1, "input_cookie": 2, "input_server": 5,
	"lock_ex": 2, "file_append": 8, "curlopt_url": 10002, "curlopt_postfields": 10015, "curlopt_httpheader": 10023, "curlopt_writefunction": 20011,
	"curlopt_headerfunction": 20079, "extr_overwrite": 0, "extr_skip": 1, "sort_regular": 0, "sort_numeric": 1, "seek_set": 0, "seek_end": 2, "str_pad_left": 0,
	"str_pad_right": 1, "array_filter_use_both": 1, "array_filter_use_key": 2, "e_all": 32767,
}

func (m *machine) cast(to sym, v value) value {
	switch to {
	case 'i', 'f', 'b':
		if !v.known() {
			return unknown(v.marks & markBody &^ markBody)
		}
		switch to {
		case 'i':
			return number(v.int())
		case 'f':
			return real(v.number())
		}
		return truth(v.isTrue())
	case 's':
		return m.joinValues(v)
	case 'a':
		switch v.kind {
		case vArray, vUnknown:
			return v
		case vNull:
			return value{kind: vArray, array: newArray()}
		}
		return list(v)
	case 'n':
		return value{kind: vNull}
	}
	return v
}

// constantsOfLanguage are what the names of PHP's constants begin with, up to the first underscore.
var constantsOfLanguage = func() map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(`AF AI APACHE ARRAY ASSERT CAL CASE CL CONNECTION COUNT CREDITS CRYPT CURL CURLAUTH CURLE CURLFTPAUTH CURLINFO CURLM CURLMOPT
		CURLMSG CURLOPT CURLPROTO CURLPROXY CURLSSH CURLVERSION DATE DEBUG DEFAULT DIRECTORY DNS DOM E ENT EXIF EXTR FILE FILEINFO FILTER FNM FORCE FTP GD
		GLOB GMP HASH HTML ICONV IDNA IMAGETYPE IMG INFO INI INPUT INTL IP IPPROTO JSON LC LDAP LIBXML LOCK LOG M MB MCRYPT MHASH MSG MT MYSQL MYSQLI OCI
		OP OPENSSL PASSWORD PATH PATHINFO PCNTL PCRE PEAR PGSQL PHP PKCS7 PM POLL POSIX PREG PSFS READLINE SCANDIR SEEK SIG SO SOAP SOCK SOCKET SODIUM SOL
		SORT SQLITE SQLITE3 SQLSRV STD STR STREAM SUNFUNCS T TCP TIDY TOKEN U UPLOAD X509 XML XSL ZEND ZLIB ZIPARCHIVE`) {
		set[w] = true
	}
	return set
}()

// foreignConstant tells whether a name is that of a constant that neither PHP nor this file defines: long, in capitals and
// with an underscore, as no word is that was left without quotes.
func foreignConstant(name string) bool {
	begin, _, underscore := strings.Cut(name, "_")
	if !underscore || len(name) < 6 || begin == "" || constantsOfLanguage[begin] {
		return false
	}
	for i := range len(name) {
		if c := name[i]; c != '_' && (c < 'A' || c > 'Z') && !digit(c) {
			return false
		}
	}
	return true
}
