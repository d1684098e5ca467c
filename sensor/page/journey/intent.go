package journey

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// plain brings a text into the form the word lists are written in: compatibility forms folded (full-width letters,
// half-width kana), lower case, single spaces, no arrows, brackets' counts or closing punctuation.
func plain(text string) string {
	text = strings.ToLower(norm.NFKC.String(text))
	text = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '\u200b' || r == '\u3000' {
			return ' '
		}
		return r
	}, text)
	if cross := strings.TrimSpace(text); utf8.RuneCountInString(cross) == 1 {
		return cross
	}
	text = strings.TrimFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && r != ')' && r != '〒' && r != '+' && r != '%' && r != '?' && r != '@'
	})
	return strings.Join(strings.Fields(text), " ")
}

// phrase is one entry of a word list, indexed.
type phrase struct {
	text   string
	latin  bool   // stands between word boundaries; other scripts write without spaces
	alone  bool   // so short that it must not stand inside a longer word of its script
	intent intent // where it is one of intentWords
}

var intentPhrases = sync.OnceValue(func() []phrase {
	var all []phrase
	for meaning, words := range intentWords {
		for _, word := range words {
			p := newPhrase(word)
			p.intent = meaning
			all = append(all, p)
		}
	}
	return all
})

type topicEntry struct {
	topic   topic
	phrases []phrase
}

var topicPhrases = sync.OnceValue(func() []topicEntry {
	var all []topicEntry
	for _, entry := range topicWords {
		all = append(all, topicEntry{entry.topic, newPhrases(entry.words)})
	}
	return all
})

type partEntry struct {
	part    part
	phrases []phrase
}

var partPhrases = sync.OnceValue(func() []partEntry {
	var all []partEntry
	for _, entry := range partWords {
		all = append(all, partEntry{entry.part, newPhrases(entry.words)})
	}
	return all
})

var paymentPhrases = sync.OnceValue(func() map[payment][]phrase {
	all := map[payment][]phrase{}
	for way, words := range paymentWords {
		all[way] = newPhrases(words)
	}
	return all
})

func newPhrases(words []string) []phrase {
	all := make([]phrase, len(words))
	for i, word := range words {
		all[i] = newPhrase(word)
	}
	return all
}

func newPhrase(word string) phrase {
	p := phrase{text: plain(word)}
	p.latin, p.alone = isLatin(p.text), single(p.text)
	if !p.latin {
		p.text = strings.ReplaceAll(p.text, " ", "")
	}
	return p
}

func isLatin(s string) bool {
	for _, r := range s {
		if r > 0x24f && unicode.IsLetter(r) {
			return false
		}
	}
	return true
}

// reading is a text made plain, with its spaces and without: in scripts other than Latin they are a matter of taste.
type reading struct{ spaced, compact string }

func readText(text string) reading {
	spaced := plain(text)
	return reading{spaced, strings.ReplaceAll(spaced, " ", "")}
}

// occurs says whether the phrase stands in a text, and how much of the text it covers, from 0 to 1.
func (p phrase) occurs(in reading) (cover float64, ok bool) {
	text, bounded := in.compact, func(string, int, int) bool { return true }
	switch {
	case p.latin:
		text, bounded = in.spaced, atWordBounds
	case p.alone:
		text, bounded = in.spaced, atScriptBounds
	}
	for from := 0; from+len(p.text) <= len(text); {
		at := strings.Index(text[from:], p.text)
		if at < 0 {
			return 0, false
		}
		if bounded(text, from+at, len(p.text)) {
			return float64(len(p.text)) / float64(len(text)), true
		}
		from += at + 1
	}
	return 0, false
}

func atWordBounds(text string, at, n int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:at])
	after, _ := utf8.DecodeRuneInString(text[at+n:])
	first, _ := utf8.DecodeRuneInString(text[at:])
	last, _ := utf8.DecodeLastRuneInString(text[:at+n])
	return !(at > 0 && wordRune(before) && wordRune(first)) && !(at+n < len(text) && wordRune(after) && wordRune(last))
}

func atScriptBounds(text string, at, n int) bool {
	first, _ := utf8.DecodeRuneInString(text[at:])
	before, _ := utf8.DecodeLastRuneInString(text[:at])
	after, _ := utf8.DecodeRuneInString(text[at+n:])
	return scriptOf(before) != scriptOf(first) && scriptOf(after) != scriptOf(first)
}

func scriptOf(r rune) *unicode.RangeTable {
	for _, script := range []*unicode.RangeTable{unicode.Han, unicode.Katakana, unicode.Hiragana, unicode.Hangul} {
		if unicode.Is(script, r) {
			return script
		}
	}
	return nil
}

func wordRune(r rune) bool { return r < 0x250 && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

// meaning is an intent and how much of the text speaks for it, from 0 to 1.
type meaning struct {
	intent intent
	cover  float64
}

// leastCover keeps a word inside a sentence from deciding what a link means.
const leastCover = 0.3

// meaningOf reads a button's or link's text. The phrase that covers most of it decides; of two that cover as much, the
// more dangerous.
func meaningOf(text string) meaning {
	read := readText(text)
	if read.spaced == "" || utf8.RuneCountInString(read.spaced) > 90 {
		return meaning{}
	}
	best := meaning{}
	for _, p := range intentPhrases() {
		cover, ok := p.occurs(read)
		if !ok || cover < best.cover {
			continue
		}
		if cover > best.cover || danger(p.intent) > danger(best.intent) {
			best = meaning{p.intent, cover}
		}
	}
	if best.cover < leastCover && best.intent != placeOrder {
		return meaning{}
	}
	return best
}

// danger orders intents by what a wrong press would cost.
func danger(i intent) int {
	switch i {
	case placeOrder:
		return 5
	case harmful:
		return 4
	case express:
		return 3
	case order:
		return 2
	case unclear:
		return 0
	default:
		return 1
	}
}

// nameHints are parts of class names, ids and addresses that developers give to what their customers read otherwise.
// They decide only where the text does not.
var nameHints = []struct {
	part   string
	intent intent
}{
	{"addtocart", addToCart},
	{"cartadd", addToCart},
	{"buttoncart", addToCart},
	{"btncart", addToCart},
	{"addcart", addToCart},
	{"incart", addToCart},
	{"intocart", addToCart},
	{"placeorder", placeOrder},
	{"submitorder", placeOrder},
	{"orderconfirm", placeOrder},
	{"confirmorder", placeOrder},
	{"completeorder", placeOrder},
	{"buttonconfirm", placeOrder},
	{"paynow", placeOrder},
	{"proceedtocheckout", toCheckout},
	{"checkoutbutton", toCheckout},
	{"gocheckout", toCheckout},
	{"buystep", toCheckout},
	{"viewcart", viewCart},
	{"minicart", viewCart},
	{"showcart", viewCart},
	{"modalclose", dismiss},
	{"popupclose", dismiss},
	{"closebtn", dismiss},
	{"btnclose", dismiss},
	{"closebutton", dismiss},
	{"dialogclose", dismiss},
	{"closemodal", dismiss},
	{"iconclose", dismiss},
	{"logout", harmful},
	{"signout", harmful},
	{"unsubscribe", harmful},
	{"removeitem", harmful},
	{"wishlist", elsewhere},
	{"compare", elsewhere},
}

// hintOf reads names: class, id, name attribute, the path of an address.
func hintOf(names ...string) intent {
	joined := strings.Map(func(r rune) rune {
		switch {
		case r == '-' || r == '_':
			return -1
		case r == ' ':
			return ' '
		}
		return unicode.ToLower(r)
	}, strings.Join(names, " "))
	for _, hint := range nameHints {
		if strings.Contains(joined, hint.part) {
			return hint.intent
		}
	}
	return unclear
}

// single says whether a phrase is so short, in a script without spaces, that inside a longer word of the same script
// it means nothing: "名" in "名称", "セイ" in "セイコー".
func single(p string) bool {
	n := utf8.RuneCountInString(p)
	if n == 1 {
		return true
	}
	for _, r := range p {
		if !unicode.In(r, unicode.Katakana, unicode.Hiragana) {
			return false
		}
	}
	return n == 2
}
