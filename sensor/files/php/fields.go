package php

import (
	"strings"
	"sync"

	"github.com/tillwatch/tillwatch/script"
)

// fieldCache remembers what names say: the same ones come again and again.
var fieldCache struct {
	sync.RWMutex
	marks map[string]marks
}

// fieldMarks is what the name of a field, variable, property or method says about a card.
func fieldMarks(name string) marks {
	if len(name) < 3 || len(name) > 60 || !mayBeCard(name) {
		return 0
	}
	fieldCache.RLock()
	k, ok := fieldCache.marks[name]
	fieldCache.RUnlock()
	if ok {
		return k
	}
	k = cardMarks(name)
	fieldCache.Lock()
	defer fieldCache.Unlock()
	if len(fieldCache.marks) > 20_000 || fieldCache.marks == nil {
		fieldCache.marks = map[string]marks{}
	}
	fieldCache.marks[strings.Clone(name)] = k
	return k
}

// mayBeCard is a quick look for what every name of a card's field has.
func mayBeCard(name string) bool {
	for i := range len(name) {
		switch name[i] | 0x20 {
		case 'c', 'k', 'p', 'v', 't', 0xe3 | 0x20, 0xec | 0x20:
			return true
		}
	}
	return false
}

// What a name of a card's field has besides when it is none of a customer's card, or not what is secret of it.
var (
	noCard = []string{
		"gift", "point", "member", "loyal", "idcard", "vcard", "postcard", "wildcard", "cardinal", "discard", "flashcard", "scorecard", "voucher",
		"hasvalid", "valid", "error", "format", "regex", "pattern", "label", "title", "class", "style", "icon", "image", "img", "logo", "url", "enabled", "allow",
		"accept", "require", "show", "hide", "mask", "last4", "lastfour", "lastdigits", "hash", "length", "token", "check", "method", "business", "cardcount", "cardinfo", "setting",
		"checksum", "script", "template", "path", "charset", "panel", "expand", "company",
	}
	numberParts = []string{"num", "no", "cvv", "cvc", "cvn", "csc", "ccv", "security", "verif", "cid", "pan", "code", "nummer", "numero", "番号", "コード"}
	otherParts  = []string{"type", "name", "owner", "holder", "brand", "month", "year", "exp", "start", "issue", "valid"}
)

func cardMarks(name string) marks {
	letters := strings.ToLower(strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r == '.' || r == ' ' || r == '[' || r == ']' {
			return -1
		}
		return r
	}, name))
	letters = strings.TrimPrefix(letters, "get")
	if !script.CardField(name) && !script.CardField(letters) {
		return 0
	}
	for _, w := range noCard {
		if strings.Contains(letters, w) {
			return 0
		}
	}
	for _, w := range otherParts {
		if strings.Contains(letters, w) {
			return markExpiry
		}
	}
	for _, w := range numberParts {
		if strings.Contains(letters, w) {
			return markCard
		}
	}
	return markExpiry
}
