package php

import (
	"regexp"
	"strings"
)

func fromValues(values []value) *array {
	a := newArray()
	for _, v := range values {
		a.push(v)
	}
	return a
}

func reversed(values []value) []value {
	out := make([]value, len(values))
	for i, v := range values {
		out[len(values)-1-i] = v
	}
	return out
}

func arrayKeys(a *array) *array {
	out := newArray()
	for _, k := range a.keys {
		out.push(keyValue(k, 0))
	}
	return out
}

func flip(a *array) *array {
	out := newArray()
	for i, k := range a.keys {
		out.set(a.values[i].key(), keyValue(k, 0))
	}
	return out
}

func element0(v value, i int) value {
	if v.kind != vArray || i < 0 || i >= v.array.len() {
		return truth(false)
	}
	return v.array.values[i]
}

func key0(v value) value {
	if v.kind != vArray || v.array.len() == 0 {
		return value{kind: vNull}
	}
	return keyValue(v.array.keys[0], 0)
}

func sum(a *array) value {
	n := 0.0
	if a != nil {
		for _, v := range a.values {
			n += v.number()
		}
	}
	if n == floor(n) {
		return number(int64(n))
	}
	return real(n)
}

func merge(_ *machine, a []value) (value, bool) {
	out := newArray()
	for _, v := range a {
		if v.kind != vArray {
			return value{}, false
		}
		for i, k := range v.array.keys {
			if keyValue(k, 0).kind == vInt {
				out.push(v.array.values[i])
			} else {
				out.set(k, v.array.values[i])
			}
		}
	}
	return value{kind: vArray, array: out}, true
}

func combine(_ *machine, a []value) (value, bool) {
	if len(a) < 2 || a[0].kind != vArray || a[1].kind != vArray || a[0].array.len() != a[1].array.len() {
		return value{}, false
	}
	out := newArray()
	for i, k := range a[0].array.values {
		out.set(k.key(), a[1].array.values[i])
	}
	return value{kind: vArray, array: out}, true
}

func slice(_ *machine, a []value) (value, bool) {
	if len(a) < 2 || a[0].kind != vArray {
		return value{}, false
	}
	n := int64(a[0].array.len())
	from := a[1].int()
	if from < 0 {
		from = max(n+from, 0)
	}
	from = min(from, n)
	end := n
	if len(a) > 2 && a[2].kind != vNull {
		if length := a[2].int(); length < 0 {
			end = max(n+length, from)
		} else {
			end = min(from+min(length, n), n)
		}
	}
	return value{kind: vArray, array: fromValues(a[0].array.values[from:end])}, true
}

func rangeOf(m *machine, a []value) (value, bool) {
	if len(a) < 2 {
		return value{}, false
	}
	x, y, letters := a[0].int(), a[1].int(), false
	if a[0].kind == vText && a[1].kind == vText && len(a[0].s) == 1 && len(a[1].s) == 1 && !digit(a[0].s[0]) {
		x, y, letters = int64(a[0].s[0]), int64(a[1].s[0]), true
	}
	step := int64(1)
	if len(a) > 2 {
		step = max(a[2].int(), -a[2].int(), 1)
	}
	if max(x-y, y-x)/step > 70_000 || max(x, -x, y, -y) > 1<<50 {
		return value{}, false
	}
	out := newArray()
	add := func(n int64) {
		if letters {
			out.push(text(string([]byte{byte(n)}), 0))
		} else {
			out.push(number(n))
		}
	}
	if x <= y {
		for n := x; n <= y; n += step {
			add(n)
		}
	} else {
		for n := x; n >= y; n -= step {
			add(n)
		}
	}
	return value{kind: vArray, array: out}, m.step(out.len() / 4)
}

func inArray(_ *machine, a []value) (value, bool) {
	if len(a) < 2 || a[1].kind != vArray {
		return value{}, false
	}
	for _, v := range a[1].array.values {
		if equal(v, a[0]) {
			return truth(true), true
		}
	}
	return truth(false), true
}

func arraySearch(_ *machine, a []value) (value, bool) {
	if len(a) < 2 || a[1].kind != vArray {
		return value{}, false
	}
	for i, v := range a[1].array.values {
		if equal(v, a[0]) {
			return keyValue(a[1].array.keys[i], 0), true
		}
	}
	return truth(false), true
}

func keyExists(_ *machine, a []value) (value, bool) {
	if len(a) < 2 || a[1].kind != vArray {
		return value{}, false
	}
	return truth(a[1].array.find(a[0].key()) >= 0), true
}

func implode(m *machine, a []value) (value, bool) {
	var glue string
	var parts *array
	for _, v := range a {
		if v.kind == vArray {
			parts = v.array
		} else {
			glue = v.text()
		}
	}
	if parts == nil {
		return value{}, false
	}
	size := 0
	for _, v := range parts.values {
		size += len(v.text()) + len(glue)
	}
	if !m.make(size) {
		return value{}, false
	}
	var b strings.Builder
	for i, v := range parts.values {
		if i > 0 {
			b.WriteString(glue)
		}
		b.WriteString(v.text())
	}
	return text(b.String(), 0), true
}

func explode(m *machine, a []value) (value, bool) {
	if len(a) < 2 || a[0].text() == "" || strings.Count(a[1].text(), a[0].text()) > maxElements {
		return value{}, false
	}
	limit := -1
	if len(a) > 2 && a[2].int() > 0 {
		limit = int(min(a[2].int(), maxElements))
	}
	out := newArray()
	for _, s := range strings.SplitN(a[1].text(), a[0].text(), limit) {
		out.push(text(s, 0))
	}
	return value{kind: vArray, array: out}, m.step(out.len() / 2)
}

func strSplit(m *machine, a []value) (value, bool) {
	if len(a) == 0 {
		return value{}, false
	}
	n := 1
	if len(a) > 1 {
		n = int(min(max(a[1].int(), 1), 1<<20))
	}
	s := a[0].text()
	if len(s)/n > maxElements {
		return value{}, false
	}
	out := newArray()
	for i := 0; i < len(s); i += n {
		out.push(text(s[i:min(i+n, len(s))], 0))
	}
	return value{kind: vArray, array: out}, m.step(out.len() / 2)
}

// closing is the sign that ends a pattern which begins with another.
func closing(opening byte) byte {
	switch opening {
	case '(':
		return ')'
	case '{':
		return '}'
	case '[':
		return ']'
	case '<':
		return '>'
	}
	return opening
}

// expression is a pattern of PHP's as one of Go's; false where it has no equal.
func expression(s string) (*regexp.Regexp, string, bool) {
	s = strings.TrimSpace(s)
	if len(s) < 2 || len(s) > 500 {
		return nil, "", false
	}
	end := closing(s[0])
	i := strings.LastIndexByte(s, end)
	if i < 1 {
		return nil, "", false
	}
	flags, prefix := s[i+1:], ""
	for _, f := range flags {
		switch f {
		case 'i', 's', 'm':
			prefix += string(f)
		}
	}
	if prefix != "" {
		prefix = "(?" + prefix + ")"
	}
	r, err := regexp.Compile(prefix + s[1:i])
	if err != nil {
		return nil, flags, false
	}
	return r, flags, true
}

func pregSplit(m *machine, a []value) (value, bool) {
	if len(a) < 2 {
		return value{}, false
	}
	r, _, ok := expression(a[0].text())
	if !ok || !m.matching(a[1].text()) {
		return value{}, false
	}
	out := newArray()
	for _, s := range r.Split(a[1].text(), -1) {
		if s != "" || len(a) < 4 {
			out.push(text(s, 0))
		}
	}
	return value{kind: vArray, array: out}, true
}

// replace is str_replace; with arrays, what was replaced is searched for the next.
func replace(fold bool) foldFunc {
	return func(m *machine, a []value) (value, bool) {
		if len(a) < 3 || a[2].kind == vArray {
			return value{}, false
		}
		s := a[2].text()
		search, with := []value{a[0]}, []value{a[1]}
		if a[0].kind == vArray {
			search = a[0].array.values
			if a[1].kind == vArray {
				with = a[1].array.values
			}
		}
		for i, v := range search {
			old, by := v.text(), ""
			if a[1].kind != vArray {
				by = with[0].text()
			} else if i < len(with) {
				by = with[i].text()
			}
			if old == "" {
				continue
			}
			n := strings.Count(s, old)
			if !m.make(len(s)) || len(s)+n*len(by) > maxText || !m.make(n*len(by)) {
				return value{}, false
			}
			if fold {
				r, err := regexp.Compile("(?i)" + regexp.QuoteMeta(old))
				if err != nil || len(s) > 200_000 {
					return value{}, false
				}
				s = r.ReplaceAllLiteralString(s, by)
				continue
			}
			s = strings.ReplaceAll(s, old, by)
		}
		return text(s, 0), true
	}
}

func substrReplace(_ *machine, a []value) (value, bool) {
	if len(a) < 3 || a[0].kind == vArray || a[2].kind == vArray {
		return value{}, false
	}
	s := a[0].text()
	n := int64(len(s))
	from := a[2].int()
	if from < 0 {
		from = max(n+from, 0)
	}
	from = min(from, n)
	end := n
	if len(a) > 3 {
		if length := a[3].int(); length < 0 {
			end = max(n+length, from)
		} else {
			end = min(from+min(length, n), n)
		}
	}
	return text(s[:from]+a[1].text()+s[end:], 0), true
}

func strtr(m *machine, a []value) (value, bool) {
	if len(a) < 2 || !m.make(len(a[0].text())) {
		return value{}, false
	}
	s := a[0].text()
	if len(a) == 2 {
		if a[1].kind != vArray || a[1].array.len() > 2000 {
			return value{}, false
		}
		var pairs []string
		longest := 1
		for _, v := range a[1].array.values {
			longest = max(longest, len(v.text()))
		}
		if (len(s)+1)*longest > maxText {
			return value{}, false
		}
		keys := append([]string(nil), a[1].array.keys...)
		longestFirst(keys)
		for _, k := range keys {
			if k != "" {
				v, _ := a[1].array.get(k)
				pairs = append(pairs, k, v.text())
			}
		}
		if !m.step(len(s) / 8) {
			return value{}, false
		}
		out := strings.NewReplacer(pairs...).Replace(s)
		return text(out, markDecoded), len(out) < maxText
	}
	from, to := a[1].text(), a[2].text()
	var table [256]byte
	for i := range table {
		table[i] = byte(i)
	}
	for i := 0; i < min(len(from), len(to)); i++ {
		table[from[i]] = to[i]
	}
	b := []byte(s)
	for i := range b {
		b[i] = table[b[i]]
	}
	return text(string(b), markDecoded), true
}

func longestFirst(keys []string) {
	for i := 1; i < len(keys); i++ {
		for k := i; k > 0 && len(keys[k]) > len(keys[k-1]); k-- {
			keys[k], keys[k-1] = keys[k-1], keys[k]
		}
	}
}
