package php

import (
	"strings"
)

func pregReplace(m *machine, n *node, _ []*node, args []value) value {
	if len(args) < 3 {
		return unknown(m.joined(args))
	}
	k := m.joined(args)
	patterns := []value{args[0]}
	if args[0].kind == vArray {
		patterns = args[0].array.values
	}
	for i, p := range patterns {
		if i > 20 {
			break
		}
		if p.marks&markRequest != 0 && p.marks&markFramed == 0 && alive(args[1].all()) {
			m.record.hit(hitCode, n, 85, "replaces by a pattern and with a text that the request gives (preg_replace)")
		}
		if p.marks&markImage != 0 {
			m.record.hit(hitCode, n, 72, "replaces by a pattern that is hidden in a picture (preg_replace)")
		}
		if !evaluates(p.text()) {
			continue
		}
		by := args[1]
		if by.kind == vArray {
			by, _ = by.array.get(number(int64(i)).text())
		}
		if by.kind == vText && strings.Contains(by.s, "eval") && by.marks&markDecoded == 0 && len(by.s) < 200 {
			m.record.fact(n, "runs what a pattern finds")
		}
		code := by
		if by.kind == vText {
			subject := args[2]
			s := by.s
			if subject.kind == vText && len(subject.s) < maxText {
				for _, ref := range []string{`\0`, `\1`, `$0`, `$1`} {
					s = strings.ReplaceAll(s, ref, subject.s)
				}
				code = text(s, by.marks|subject.marks)
			} else if strings.Contains(s, `\`) || strings.Contains(s, "$") {
				m.execute(n, unknown(subject.all()|by.marks), "preg_replace with /e")
			}
		}
		m.execute(n, code, "preg_replace with /e")
	}
	if r, flags, ok := patternIf(args[1].kind == vText && args[2].kind == vText, args[0]); ok && !strings.Contains(flags, "e") && m.matching(args[2].s) && (len(args[2].s)+1)*(len(args[1].s)+1) < maxText {
		by := strings.NewReplacer(`\0`, "${0}", `\1`, "${1}", `\2`, "${2}", "$0", "${0}", "$1", "${1}", "$2", "${2}").Replace(args[1].s)
		if out := r.ReplaceAllString(args[2].s, by); len(out) < maxText {
			return text(out, k)
		}
	}
	if k&markRemote != 0 {
		k |= markFiltered
	}
	return unknown(k)
}

// evaluates tells whether a pattern of old PHP has what it finds run as code.
func evaluates(p string) bool {
	p = strings.TrimSpace(strings.TrimRight(p, "\x00"))
	if len(p) < 3 {
		return false
	}
	end := closing(p[0])
	if letter(end) && end < 0x80 || digit(end) {
		return false
	}
	i := strings.LastIndexByte(p, end)
	if i < 1 || len(p)-i > 12 {
		return false
	}
	for _, c := range []byte(p[i+1:]) {
		if !strings.ContainsRune("imsxeADSUXJu\n\r ", rune(c)) {
			return false
		}
	}
	return strings.Contains(p[i+1:], "e")
}

func eregReplace(m *machine, n *node, _ []*node, args []value) value {
	if len(args) > 3 && strings.Contains(args[3].text(), "e") || len(args) > 3 && args[3].marks&markRequest != 0 {
		by := args[1]
		by.marks |= args[2].all()
		m.execute(n, by, "mb_ereg_replace with e")
	}
	return unknown(m.joined(args))
}
