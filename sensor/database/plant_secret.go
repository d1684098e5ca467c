package database

import (
	"encoding/hex"
	"math/rand/v2"
	"slices"
	"strings"
)

// secretLike draws a value for a column of passwords or keys that is written like the neighbour's and opens nothing: nobody knows
// a text whose hash it is. What most others have at the same place, such as the name of the scheme and its rounds, stays; a salt
// is somebody's own and does not.
func (p *Plot) secretLike(c column, was string, draw *rand.Rand) string {
	others := p.secrets[c.name]
	if !c.blob() {
		return shaped(was, others, schemeHead, draw)
	}
	raw, err := hex.DecodeString(was)
	if err != nil {
		return was
	}
	if text := string(raw); strings.Trim(text, printable) == "" {
		plain := make([]string, 0, len(others))
		for _, o := range others {
			if b, err := hex.DecodeString(o); err == nil {
				plain = append(plain, string(b))
			}
		}
		return hex.EncodeToString([]byte(shaped(text, plain, schemeHead, draw)))
	}
	for i := range raw {
		raw[i] = byte(draw.IntN(256))
	}
	return hex.EncodeToString(raw)
}

// schemeHead is how far the scheme of a hash goes in the part that the hash is in, as in $P$B.
func schemeHead(string) int { return 2 }

const (
	lowerHex  = "0123456789abcdef"
	upperHex  = "0123456789ABCDEF"
	letters   = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	printable = letters + "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ "
)

// parts cuts a value at the marks that programs put between a scheme, its rounds, a salt and a hash. The marks are parts, too.
func parts(s string) []string {
	var out []string
	from := 0
	for i, r := range s {
		if strings.ContainsRune("$:{}", r) {
			out = append(out, s[from:i], s[i:i+1])
			from = i + 1
		}
	}
	return append(out, s[from:])
}

// shaped draws a text of the form of another, part by part. What at least three and a third of the others begin that part with
// says how it was made, and stays; of a part that they do not have whole, so much as most says.
func shaped(like string, others []string, most func(part string) int, draw *rand.Rand) string {
	mine := parts(like)
	var alike [][]string
	for _, o := range others {
		if cut := parts(o); len(cut) == len(mine) {
			alike = append(alike, cut)
		}
	}
	least, longest := max(3, len(alike)/3), 0
	for i, part := range mine {
		if len(part) > len(mine[longest]) {
			longest = i
		}
	}
	for i, part := range mine {
		if i%2 == 1 {
			continue // a mark
		}
		keep := 0
		for keep < len(part) {
			n := 0
			for _, o := range alike {
				if strings.HasPrefix(o[i], part[:keep+1]) {
					n++
				}
			}
			if n < least {
				break
			}
			keep++
		}
		if keep < len(part) || i == longest {
			keep = min(keep, most(part)) // what more have in common is chance, or a password that many were given
		}
		mine[i] = part[:keep] + drawn(part[keep:], draw)
	}
	return strings.Join(mine, "")
}

// drawn is another text of the same alphabet and length.
func drawn(like string, draw *rand.Rand) string {
	b := []byte(like)
	alphabet := ""
	switch trimmed := strings.TrimRight(like, "="); {
	case strings.Trim(trimmed, lowerHex) == "" && len(trimmed) >= 8:
		alphabet = lowerHex
	case strings.Trim(trimmed, upperHex) == "" && len(trimmed) >= 8:
		alphabet = upperHex
	case strings.Trim(trimmed, letters+"./+") == "" && len(trimmed) >= 16 && strings.ContainsAny(trimmed, "0123456789"):
		alphabet = letters
	}
	for i, c := range b {
		switch {
		case c == '=':
		case alphabet != "" && c != '.' && c != '/' && c != '+':
			b[i] = alphabet[draw.IntN(len(alphabet))]
		case alphabet != "":
		case c >= '0' && c <= '9':
			b[i] = byte('0' + draw.IntN(10))
		case c >= 'a' && c <= 'z', c >= 0x80:
			b[i] = byte('a' + draw.IntN(26))
		case c >= 'A' && c <= 'Z':
			b[i] = byte('A' + draw.IntN(26))
		}
	}
	if slices.Equal(b, []byte(like)) && len(b) > 3 && alphabet == "" {
		return strings.Repeat("x", len(b)) // there was nothing to draw
	}
	return string(b)
}
