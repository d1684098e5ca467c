package php

import "strings"

// survey is what the tokens of a file say about how it is written.
type survey struct {
	tokens       int
	gotos        int
	gotoAt       int32
	escaped      int // texts whose letters are written as numbers
	escapedAt    int32
	variables    int
	unreadable   int // variables whose names nobody can tell apart
	unreadableAt int32
	dynamic      int // calls of what a variable holds
	dynamicAt    int32
	evals        int
	wordless     int // bytes of code that are in no word
	size         int
}

// look goes through the tokens once.
func look(l *lexer) *survey {
	s := &survey{tokens: len(l.tokens)}
	for i, t := range l.tokens {
		text := l.src[t.start:t.end]
		switch t.kind {
		case tVar:
			s.variables++
			s.size += len(text)
			if confusing(text[1:]) {
				if s.unreadable++; s.unreadable == 1 {
					s.unreadableAt = t.start
				}
			}
			s.calls(l, i)
		case tName:
			s.size += len(text)
			switch t.sym {
			case wordGoto:
				if s.gotos++; s.gotos == 1 {
					s.gotoAt = t.start
				}
			case wordEval:
				s.evals++
			}
			if letterOnly := strings.Trim(text, "_"); letterOnly != "" {
				s.wordless -= len(text)
			}
			s.wordless += len(text)
		case tDouble, tHeredoc:
			s.size += len(text)
			if inEscapes(text) {
				if s.escaped++; s.escaped == 1 {
					s.escapedAt = t.start
				}
			}
		case tSymbol, tDollar, tCast:
			s.size += len(text)
			s.wordless += len(text)
			if t.sym == symCloseBracket || t.sym == symCloseBrace || t.sym == symClose {
				s.calls(l, i)
			}
		case tSingle:
			s.size += len(text)
			if t.kind == tSingle && !hasWord(text) {
				s.wordless += len(text)
			}
		}
	}
	return s
}

// calls notes that what ends at a token is called.
func (s *survey) calls(l *lexer, i int) {
	if i+1 >= len(l.tokens) || l.tokens[i+1].sym != symOpen || l.tokens[i+1].kind != tSymbol {
		return
	}
	if l.tokens[i].sym == symClose && (i < 1 || l.tokens[i+1].start != l.tokens[i].end) {
		return
	}
	if s.dynamic++; s.dynamic == 1 {
		s.dynamicAt = l.tokens[i].start
	}
}

// symbolic tells whether a file has next to no words.
func (s *survey) symbolic() bool { return s.size > 60 && s.wordless*10 > s.size*7 && s.size < 200_000 }

func hasWord(text string) bool {
	run := 0
	for i := range len(text) {
		if c := text[i] | 0x20; c >= 'a' && c <= 'z' {
			if run++; run > 2 {
				return true
			}
		} else {
			run = 0
		}
	}
	return false
}

// confusing tells whether a name is made of letters that look alike, or of nothing but underscores or bytes that are no
// letters.
func confusing(name string) bool {
	if len(name) < 4 {
		return false
	}
	high := 0
	alike := true
	for i := range len(name) {
		switch c := name[i]; {
		case c >= 0x80:
			high++
		case c == 'O' || c == '0' || c == 'o' || c == 'l' || c == '1' || c == 'I' || c == '_' || c == 'i' || c == 'L':
		default:
			alike = false
		}
	}
	if high*2 > len(name) {
		for i := range len(name) {
			if c := name[i]; c >= 0xe3 && c <= 0xe9 {
				return false // names in letters of Asia are names
			}
		}
		return true
	}
	return alike && !(name == "Oil" || strings.ToLower(name) == "oil_" || strings.Trim(name, "_") == "" && len(name) < 4)
}

// inEscapes tells whether most of a text is letters written as numbers.
func inEscapes(text string) bool {
	if len(text) < 14 || strings.Count(text, `\`)*5 < len(text) {
		return false
	}
	numbers := 0
	for i := 0; i+3 < len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		var c int64
		switch {
		case text[i+1] == 'x' && hexDigit(text[i+2]) && hexDigit(text[i+3]):
			c = parseBase(text[i+2:i+4], 16)
		case text[i+1] >= '0' && text[i+1] <= '1' && digit(text[i+2]) && digit(text[i+3]):
			c = parseBase(text[i+1:i+4], 8)
		}
		if c >= '0' && c <= 'z' {
			numbers++
			i += 3
		}
	}
	return numbers >= 4 && numbers*6 > len(text)
}
