package key

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

// follows says how well each letter follows another, from 0, hardly ever, to 9, always: row by the first, column by the second.
// Counted over the words of source code and its comments, each word once for each doubling of its number.
var follows = [26]string{
	"35552240403656040656332231",
	"64446421631632530553621141",
	"62436326405532631546421020",
	"53457421621433531553423330",
	"53564431201546243665133520",
	"53445731600533630544502130",
	"52437345500435640653422011",
	"72237221602432620445411131",
	"43554440001557540455040204",
	"63446432534343641363633121",
	"53337453622444431364433131",
	"62347321602622630244421150",
	"74347211602342660253410120",
	"52556461503323530266441010",
	"44552441303556450655544200",
	"62436324503522640655411030",
	"42432333300533243553832112",
	"62447331603343630455422030",
	"42526225603432452357513040",
	"62437325601432530654422241",
	"45434441500556350556010201",
	"63437422601343431343252211",
	"62346335602335630553224201",
	"54546513500342361356242530",
	"43434331402465470365243233",
	"63338223611332430333332235",
}

// worded says that letters follow each other as in words.
func worded(letters string) bool {
	if len(letters) < 3 {
		return false
	}
	sum := 0
	for i := 1; i < len(letters); i++ {
		sum += int(follows[letters[i-1]|0x20-'a'][letters[i]|0x20-'a'] - '0')
	}
	if len(letters) < 5 {
		return sum >= 4*(len(letters)-1)
	}
	return 2*sum >= 9*(len(letters)-1)
}

// part is a run of letters, of digits, or of other signs. A capital begins a word, or is one of several.
type part struct {
	text  string
	class byte // of classOf
}

func partsOf(v string) []part {
	var out []part
	for i := 0; i < len(v); {
		class := classOf(v[i])
		end := i + 1
		if class == 'A' && end < len(v) && classOf(v[end]) == 'a' {
			class = 'a'
		}
		for end < len(v) && classOf(v[end]) == class {
			if class == 'A' && end+1 < len(v) && classOf(v[end+1]) == 'a' {
				break
			}
			end++
		}
		out = append(out, part{v[i:end], class})
		i = end
	}
	return out
}

// drawn estimates how many bits of a text can only have been drawn at random: those of words, of what joins them, of years and rows of
// digits are not counted. A name, a sentence and a password that somebody thought up have few, whatever their length.
func drawn(v string) float64 {
	if hexed(v) {
		return 4 * float64(len(v)) * min(1, entropy([]byte(v))/3)
	}
	total := 0.0
	named := joinedWords(v)
	all := partsOf(v)
	for i, p := range all {
		n := float64(len(p.text))
		switch {
		case named && p.class != '0' && p.class != '.':
			total++
		case p.class == '0':
			total += min(3.3*n, runBits([]byte(p.text), '0', 3.3))
		case p.class == '.':
			for i := range len(p.text) {
				if strings.IndexByte("-_. /:,", p.text[i]) < 0 && p.text[i] < utf8.RuneSelf {
					total += 3
				}
			}
		case worded(p.text) && (len(p.text) > 3 || (i == 0 || all[i-1].class == '.') && (i+1 == len(all) || all[i+1].class == '.')):
			total += 2
		case len(p.text) >= 5: // no two cases, no digits: perhaps a word of another language
			total += 3.3 * n
		default:
			total += 5.2 * n
		}
	}
	e := entropy([]byte(v))
	return total * min(1, e/(0.8*min(5, logLength(len(v)))))
}

// joinedWords says that a text is a name of three words or more: SSL_OP_NO_TLSv1, x-aws-ec2-metadata-token, com.shop.cache.
func joinedWords(v string) bool {
	pieces := strings.FieldsFunc(v, func(r rune) bool { return strings.ContainsRune("-_.:/ ", r) })
	if len(pieces) < 3 {
		return false
	}
	plain := 0
	for _, p := range pieces {
		switch bare := strings.Trim(p, digits); {
		case len(p) > 16:
			return false
		case len(bare) > 0 && (strings.Trim(bare, lower) == "" || strings.Trim(bare, upper) == "" || strings.Trim(bare[1:], lower) == ""):
			plain++
		}
	}
	return plain*4 >= len(pieces)*3
}

// hexed says that a text is one number in hexadecimal digits, of one case.
func hexed(v string) bool {
	return len(v) >= 16 && (only(v, lowHex) || only(v, capHex)) && strings.ContainsAny(v, digits) && strings.ContainsAny(v, "abcdefABCDEF")
}

func isUUID(v string) bool {
	if len(v) != 36 {
		return false
	}
	for i := range len(v) {
		if dash := i == 8 || i == 13 || i == 18 || i == 23; dash != (v[i] == '-') || !dash && !anyHex.has[v[i]] {
			return false
		}
	}
	return true
}

// standWords are words of which nothing but stand-ins is made: mysecret1, test-token, user_password.
var standWords = map[string]bool{
	"password": true, "passwd": true, "pass": true, "pwd": true, "passphrase": true, "secret": true, "token": true, "key": true, "my": true, "the": true, "test": true, "testing": true,
	"some": true, "user": true, "username": true, "admin": true, "api": true, "app": true, "auth": true, "client": true, "access": true, "private": true, "db": true, "database": true,
	"value": true, "string": true, "none": true, "null": true, "here": true, "is": true, "a": true, "this": true, "new": true, "old": true, "default": true, "demo": true, "super": true, "foo": true,
	"bar": true, "baz": true, "hash": true, "id": true, "random": true, "very": true, "strong": true, "secure": true, "login": true, "root": true, "local": true, "dev": true, "key1": true, "identifier": true,
	"confirm": true, "enter": true, "not": true, "so": true, "it": true, "field": true, "input": true, "name": true, "header": true, "signing": true, "jwt": true, "session": true, "cookie": true, "any": true,
	"mypassword": true, "mysecret": true, "testpassword": true, "testtoken": true, "secretkey": true, "apikey": true, "testpass": true, "mytoken": true, "supersecret": true, "testsecret": true, "long": true,
	"text": true, "data": true, "type": true, "for": true, "of": true, "to": true, "and": true, "reset": true, "your": true, "our": true, "with": true, "at": true, "in": true, "bit": true, "mykey": true, "authtoken": true,
}

// standIn says that a text is made of words that stand for a value, with perhaps a few digits.
func standIn(v string) bool {
	letters := 0
	for _, p := range partsOf(v) {
		switch p.class {
		case '0':
			if len(p.text) > 4 && !steps(p.text) {
				return false
			}
		case 'a', 'A':
			letters += len(p.text)
			if !standWords[strings.ToLower(p.text)] {
				return false
			}
		}
	}
	return letters >= 3
}

// steps says that digits count up, or are one digit.
func steps(run string) bool { return runBits([]byte(run), '0', 3.3) < 3.3*float64(len(run)) }

// thought says that a text may be a password that somebody thought up: a word or two, and a year, a number or signs.
func thought(v string) bool {
	if len(v) < 6 || len(v) > 40 || strings.ContainsAny(v, " \t\r\n/\\()[]{}<>,;:=\"'`|") || !strings.ContainsAny(v, lower+upper) || standIn(v) {
		return false
	}
	row, digit, sign, first := 0, 0, false, true
	for _, p := range partsOf(v) {
		switch {
		case p.class == '0':
			row, digit = max(row, len(p.text)), digit+len(p.text)
		case p.class == '.' && !first && strings.ContainsAny(p.text, "!@#$%^&*?+~"):
			sign = true
		}
		for i := range len(p.text) {
			if p.text[i] >= utf8.RuneSelf {
				return false
			}
		}
		first = false
	}
	if sign && digit > 0 {
		return true
	}
	return row >= 3 && len(strings.Trim(strings.ToLower(v), lower+digits)) == 0 && strings.Count(v, "-")+strings.Count(v, ".") == 0 && row < len(v)-2
}

// decoded gives the text that base64 says, where it is one; else the text itself.
func decoded(v string) string {
	trimmed := strings.TrimRight(v, "=")
	if len(trimmed) < 8 || !only(trimmed, base64s) {
		return v
	}
	plain, err := base64.RawStdEncoding.DecodeString(trimmed)
	if err != nil || !printable(plain) {
		return v
	}
	return string(plain)
}

func printable(text []byte) bool {
	for _, c := range text {
		if (c < ' ' || c > '~') && c != '\n' && c != '\r' && c != '\t' {
			return false
		}
	}
	return len(text) > 0
}
