package report

import (
	"bufio"
	_ "embed" // phrases.txt
	"fmt"
	"strings"
)

//go:embed phrases.txt
var phraseTable string

// phrase is a sentence or part of one that a sensor says in English, cut at what differs from time to time.
type phrase struct {
	pieces       []string
	translations map[string]string // by language, with {1} for the first that differs
}

// phrases reads the table. It is embedded and tested, so that a line out of place cannot reach a user.
func phrases() []phrase {
	var out []phrase
	var block []string
	keep := func() {
		if len(block) == 4 {
			out = append(out, phrase{
				pieces:       literalPieces(block[0]),
				translations: map[string]string{"ja": block[1], "ko": block[2], "id": block[3]},
			})
		}
		block = nil
	}
	for lines := bufio.NewScanner(strings.NewReader(phraseTable)); lines.Scan(); {
		switch line := lines.Text(); {
		case strings.HasPrefix(line, "#"):
		case line == "":
			keep()
		default:
			block = append(block, line)
		}
	}
	keep()
	return out
}

// literalPieces is what stands between {1}, {2} and so on, which must come in their order.
func literalPieces(english string) []string {
	var pieces []string
	for n := 1; ; n++ {
		before, after, found := strings.Cut(english, fmt.Sprintf("{%d}", n))
		pieces = append(pieces, before)
		if !found {
			return pieces
		}
		english = after
	}
}

// translator says in one language what sensors say in English. What it has no phrase for stays English.
type translator struct {
	words   *words
	phrases []phrase // none for English
	name    string
}

func newTranslator(language string) *translator {
	t := &translator{words: languages[language], name: language}
	if language != "en" {
		t.phrases = phrases()
	}
	return t
}

func (t *translator) say(english string) string {
	for _, p := range t.phrases {
		begin, end, captured, found := p.find(english)
		if !found {
			continue
		}
		said := p.translations[t.name]
		for i, c := range captured {
			said = strings.ReplaceAll(said, fmt.Sprintf("{%d}", i+1), t.words.listed(c))
		}
		english = english[:begin] + said + english[end:]
	}
	return english
}

// find gives the first occurrence and what stands where the phrase differs. A phrase that begins or ends with such a
// part takes all there is on that side.
func (p phrase) find(text string) (begin, end int, captured []string, found bool) {
	begin = strings.Index(text, p.pieces[0])
	if begin < 0 {
		return 0, 0, nil, false
	}
	end = begin + len(p.pieces[0])
	for i, piece := range p.pieces[1:] {
		length := strings.Index(text[end:], piece)
		if piece == "" && i == len(p.pieces)-2 {
			length = len(text) - end
		}
		if length < 0 {
			return 0, 0, nil, false
		}
		captured = append(captured, text[end:end+length])
		end += length + len(piece)
	}
	return begin, end, captured, true
}

// listed names form fields, kinds of data and steps in a list with commas; anything else stays as it is.
func (w *words) listed(list string) string {
	names := strings.Split(list, ", ")
	for i, name := range names {
		names[i] = w.Step(w.field(name))
	}
	return strings.Join(names, ", ")
}
