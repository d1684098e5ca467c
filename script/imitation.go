package script

import (
	"strings"

	"golang.org/x/net/idna"
)

// Imitates names what a host is made to be mistaken for: one of the genuine hosts, or a well-known name of the kind that
// shops have on their pages and do not look at twice. It is empty where it is neither.
//
// One or two letters put, dropped, changed or swapped are an imitation, and so are letters of another alphabet or digits
// that look the same. A number at the end, another word joined with a hyphen or another top-level domain are not: of the
// shop's own and its services' names there are honest relatives of that kind.
func Imitates(host string, genuine []string) string {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if plain, err := idna.ToUnicode(host); err == nil {
		host = plain
	}
	for _, g := range genuine {
		if host == g || strings.HasSuffix(host, "."+g) || registrable(host) == registrable(g) && strings.Count(registrable(g), ".") > 0 && !strings.HasSuffix(g, ".localhost") {
			return "" // the very host, or one of the same owner
		}
	}
	label := nameOf(host)
	for _, g := range genuine {
		if isAddress(g) || isAddress(host) {
			continue
		}
		if name := nameOf(g); alike(label, name) {
			return g
		}
	}
	return imitates(seen(host))
}

// nameOf is the part of a host that its owner chose: "shop" of www.shop.example.
func nameOf(host string) string {
	label, _, _ := strings.Cut(registrable(host), ".")
	return label
}

// alike tells whether one name can be taken for the other although they differ.
func alike(label, name string) bool {
	if label == name || len(name) < 4 || strings.TrimRight(label, "0123456789-") == strings.TrimRight(name, "0123456789-") {
		return false
	}
	if looks := seen(label); looks != label && looks == seen(name) || looks == name {
		return true
	}
	plain := strings.NewReplacer("-", "", "_", "")
	a, b := plain.Replace(seen(label)), plain.Replace(seen(name))
	switch {
	case len(b) < 6:
		return false // a letter more or less makes another word of a short one
	case len(b) < 10:
		return a != b && distance(a, b) == 1 || a == b
	}
	return distance(a, b) <= 2
}

// seen writes a name in the letters that a hasty reader takes it for.
func seen(name string) string { return lookalikes.Replace(name) }

var lookalikes = strings.NewReplacer(
	"0", "o", "1", "l", "rn", "m", "vv", "w", "3", "e", "5", "s",
	"а", "a", "е", "e", "о", "o", "р", "p", "с", "c", "у", "y", "х", "x", "ѕ", "s", "і", "i", "ј", "j", "ԁ", "d", "ɡ", "g", "һ", "h", "ӏ", "l", "ո", "n", "ս", "u",
	"α", "a", "ο", "o", "ρ", "p", "ν", "v", "ι", "i", "κ", "k", "ı", "i", "ł", "l", "ø", "o", "é", "e", "è", "e", "ê", "e", "á", "a", "à", "a", "â", "a",
	"ó", "o", "ò", "o", "ô", "o", "ö", "o", "ü", "u", "ú", "u", "í", "i", "ì", "i", "ñ", "n", "ç", "c", "ş", "s", "ș", "s", "ț", "t", "ž", "z", "š", "s", "ć", "c", "č", "c",
)
