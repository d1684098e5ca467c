package key

import (
	"math"
	"strings"
)

// WeakBits is the estimate below which a value can be guessed by whoever has the site's secret and the register, and by
// anybody who has a contractor's filter.
const WeakBits = 75

// Strength estimates how many bits of guessing a value takes: what its signs allow if they are random, less where they repeat,
// and words, years and rows of digits only for the little that they are. It is a reason to warn, not to trust.
func Strength(value []byte) float64 {
	if len(value) < 2 {
		return 0
	}
	each := math.Log2(float64(alphabetSize(value)))
	total := 0.0
	for i := 0; i < len(value); {
		class := classOf(value[i])
		end := i + 1
		for end < len(value) && classOf(value[end]) == class {
			end++
		}
		total += runBits(value[i:end], class, each)
		i = end
	}
	// A random text uses nearly all that its alphabet and its length allow.
	return total * min(1, entropy(value)/(0.85*min(math.Log2(float64(len(value))), each)))
}

// alphabetSize is how many signs the alphabet has that a value seems to be written in.
func alphabetSize(value []byte) int {
	var lower, upper, digit, sign, beyondHex bool
	for _, c := range value {
		switch classOf(c) {
		case 'a':
			lower, beyondHex = true, beyondHex || c > 'f'
		case 'A':
			upper, beyondHex = true, beyondHex || c > 'F'
		case '0':
			digit = true
		default:
			sign = true
		}
	}
	if digit && !beyondHex && lower != upper {
		return 16
	}
	n := 0
	for _, part := range []struct {
		has   bool
		signs int
	}{{lower, 26}, {upper, 26}, {digit, 10}, {sign, 8}} {
		if part.has {
			n += part.signs
		}
	}
	return n
}

func logLength(n int) float64 { return math.Log2(float64(max(n, 2))) }

func classOf(c byte) byte {
	switch {
	case c >= 'a' && c <= 'z':
		return 'a'
	case c >= 'A' && c <= 'Z':
		return 'A'
	case c >= '0' && c <= '9':
		return '0'
	}
	return '.'
}

// runBits are the bits of a run of one class, whose signs would have so many each if they were random.
func runBits(run []byte, class byte, each float64) float64 {
	n := float64(len(run))
	switch {
	case class == '0' && len(run) >= 3:
		steps := 0
		for i := 1; i < len(run); i++ {
			if d := int(run[i]) - int(run[i-1]); d >= -1 && d <= 1 || d == -9 {
				steps++
			}
		}
		if steps == len(run)-1 || len(run) == 4 && (run[0] == '1' && run[1] == '9' || run[0] == '2' && run[1] == '0') {
			return 3 + n/2 // 12345, 0000, 2024
		}
	case (class == 'a' || class == 'A') && len(run) >= 4 && wordLike(run):
		return 2 * n
	}
	return each * n
}

// wordLike says that letters could be said aloud: there are vowels enough, never four consonants in a row, and few letters
// that are rare in words.
func wordLike(run []byte) bool {
	vowels, rare, row := 0, 0, 0
	for _, c := range run {
		switch {
		case strings.IndexByte("aeiouyAEIOUY", c) >= 0:
			vowels, row = vowels+1, 0
			continue
		case strings.IndexByte("jqvwxzJQVWXZ", c) >= 0:
			rare++
		}
		if row++; row >= 4 {
			return false
		}
	}
	return vowels*4 >= len(run) && vowels*3 <= len(run)*2 && rare*6 <= len(run)
}

// entropy is Shannon's, in bits for each byte.
func entropy(value []byte) float64 {
	var counts [256]int
	for _, c := range value {
		counts[c]++
	}
	h := 0.0
	for _, n := range counts {
		if n > 0 {
			p := float64(n) / float64(len(value))
			h -= p * math.Log2(p)
		}
	}
	return h
}

// standIns are words that stand where a value will be. A text that holds one of them is no value.
var standIns = []string{
	"change", "example", "your", "xxxx", "placeholder", "dummy", "insert", "replace", "todo", "fixme", "sample", "put your",
	"****", "....", "redacted", "<", ">", "${", "{{", "}}", "#{", "%(", "$(", "getenv", "process.env", "env(", "env.", "__", "undefined", "fake", "mock",
	"foobar", "verylong", "notreal", "not-real", "not_real", "lorem", "abcdef", "12345678", "1234567890", "qwerty", "deadbeef", "00000000", "ffffffff",
}

// noValues are what is written where there is no value, or where everybody knows it.
var noValues = map[string]bool{
	"null": true, "nil": true, "none": true, "true": true, "false": true, "password": true, "passwd": true, "secret": true, "token": true, "test": true,
	"testing": true, "default": true, "root": true, "admin": true, "user": true, "guest": true, "pass": true, "postgres": true, "mysql": true,
	"string": true, "optional": true, "required": true, "disabled": true, "enabled": true, "unset": true, "empty": true, "development": true,
	"username": true, "eccube": true, "wordpress": true, "magento": true, "laravel": true, "symfony": true, "password1": true, "password123": true, "secret123": true,
}

// placeholder says that a text stands for a value, and is none.
func placeholder(value string) bool {
	v := strings.ToLower(strings.TrimSpace(value))
	if v == "" || noValues[v] || strings.HasPrefix(v, "$") && strings.Trim(v[1:], "abcdefghijklmnopqrstuvwxyz0123456789_.") == "" {
		return true
	}
	if strings.HasPrefix(v, "%") && strings.HasSuffix(v, "%") || strings.HasPrefix(v, "[") && strings.HasSuffix(v, "]") {
		return true
	}
	long := len(value) >= 40 && drawn(value) >= 150 // in so many random signs there may be any four
	for _, s := range standIns {
		if (!long || len(s) > 5 || s == "xxxx" || s == "****") && strings.Contains(v, s) {
			return true
		}
	}
	different := map[rune]bool{}
	for _, r := range v {
		different[r] = true
	}
	return len(different) < 4
}

// words cuts a name into its words: DB_PASSWORD, dbPassword and db.password all give db and password.
func words(name string) []string {
	var out []string
	start := 0
	cut := func(i int) {
		if i > start {
			out = append(out, strings.ToLower(name[start:i]))
		}
	}
	for i := 0; i < len(name); i++ {
		switch class := classOf(name[i]); {
		case class == '.':
			cut(i)
			start = i + 1
		case class == 'A' && i > start && (classOf(name[i-1]) != 'A' || i+1 < len(name) && classOf(name[i+1]) == 'a'):
			cut(i)
			start = i
		}
	}
	cut(len(name))
	return out
}

// secretWords are words of names whose values are kept secret; notSecret those that make a name speak of something about the
// secret, or of something public.
var (
	secretWords = map[string]bool{
		"password": true, "passwd": true, "pwd": true, "pass": true, "passphrase": true, "secret": true, "secrets": true, "token": true, "key": true, "salt": true, "magic": true,
		"credential": true, "credentials": true, "tokens": true, "keys": true, "passwords": true, "salts": true, "apikey": true, "authtoken": true, "secretkey": true, "accesskey": true, "privatekey": true, "hashkey": true, "dbpassword": true, "dbpasswd": true,
		"dbpass": true, "auth": true, "signature": true, "shoppass": true, "sitepass": true, "hmac": true, "appkey": true, "encryptionkey": true,
	}
	notSecret = map[string]bool{
		"public": true, "publishable": true, "id": true, "name": true, "file": true, "path": true, "ttl": true, "lifetime": true, "expire": true, "expires": true, "expiry": true,
		"expiration": true, "length": true, "size": true, "url": true, "uri": true, "endpoint": true, "host": true, "timeout": true, "type": true, "algorithm": true, "algo": true, "prefix": true,
		"suffix": true, "format": true, "enabled": true, "method": true, "header": true, "field": true, "min": true, "max": true, "policy": true, "hint": true, "label": true, "sitekey": true,
		"user": true, "username": true, "driver": true, "mode": true, "foreign": true, "primary": true, "index": true, "cache": true, "site": true, "pattern": true, "message": true, "error": true, "title": true,
	}
)

// secretName says that a value of this name is kept secret.
func secretName(name string) bool {
	secret := false
	all := words(name)
	for i, w := range all {
		secret = secret || secretWords[w] && (w != "auth" || i == len(all)-1)
		if notSecret[w] && i >= len(all)-2 {
			return false
		}
	}
	return secret
}
