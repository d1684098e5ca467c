package key

import (
	"bytes"
	"encoding/base64"
	"strings"

	"github.com/tillwatch/tillwatch"
)

var lowNum = alphabetOf(digits + lower)

// byDrawn asks that a value was drawn at random, and grades one that somebody thought up lower.
func byDrawn(bits float64) func([]byte, int, int) tillwatch.Severity {
	return func(text []byte, from, to int) tillwatch.Severity {
		v := string(text[from:to])
		switch {
		case placeholder(v) || standIn(v) || sealed(v) || documented(v):
			return 0
		case drawn(v) >= bits:
			return medium
		case thought(v) && len(v) <= 40:
			return low
		}
		return 0
	}
}

// byUse grades a signed token: one that is sent is a log-in; one that says that it is for everybody is none.
func byUse(text []byte, from, to int) tillwatch.Severity {
	parts := bytes.Split(text[from:to], []byte("."))
	if payload, err := base64.RawURLEncoding.DecodeString(string(parts[1])); err != nil || bytes.Contains(payload, []byte(`"anon"`)) {
		return low
	}
	before := bytes.ToLower(text[max(0, from-40):from])
	for _, w := range []string{"bearer ", "token", "authoriz", "jwt", "auth", "key", "secret"} {
		if bytes.Contains(before, []byte(w)) {
			return medium
		}
	}
	return low
}

// standsAlone says that neither side of a run goes on.
func standsAlone(text []byte, from, to int) bool {
	return begins(text, from) && (to >= len(text) || !isWord[text[to]])
}

// pushKey finds AAAA...:APA91b...
func pushKey(text []byte, at, head int) (from, to int) {
	from = at
	for from > 0 && at-from < 16 && urlSafe.has[text[from-1]] {
		from--
	}
	to = run(text, at+head, urlSafe, 200)
	if at-from < 7 || to-at-head < 120 || !varied(text[at+head:to]) {
		return 0, 0
	}
	return from, to
}

// entraSecret finds three signs, the digit and Q~ that Microsoft writes in each, and the rest.
func entraSecret(text []byte, at, head int) (from, to int) {
	from = at - 3
	body := alphabetOf(urlSafe.signs + ".~")
	if from < 0 || run(text, from, body, 3) != at {
		return 0, 0
	}
	to = run(text, at+head-1, body, 45)
	if n := to - at - head + 1; n < 31 || n > 35 || !begins(text, from) || !varied(text[at+head:to]) {
		return 0, 0
	}
	return from, to
}

// mailchimpKey finds 32 digits and the name of a data centre.
func mailchimpKey(text []byte, at, head int) (from, to int) {
	from = at - 32
	if from < 0 || run(text, from, lowHex, 33) != at || !begins(text, from) || !varied(text[from:at]) {
		return 0, 0
	}
	if to = run(text, at+head, decimal, 3); to-at-head > 2 || !standsAlone(text, from, to) {
		return 0, 0
	}
	return from, to
}

// twilioSecret finds the secret beside the id of an account or a key, behind the name: the id alone opens nothing.
func twilioSecret(text []byte, at, head int) (from, to int) {
	id := false
	for i := at + head; i < min(len(text), at+head+200); i++ {
		if !isWord[text[i]] {
			continue
		}
		end := run(text, i, alnum, 40)
		switch value := text[i:end]; {
		case end-i == 34 && (value[0] == 'A' && value[1] == 'C' || value[0] == 'S' && value[1] == 'K') && only(string(value[2:]), lowHex):
			id = true
		case id && end-i == 32 && drawn(string(value)) >= 90:
			return i, end
		}
		i = max(i, end)
	}
	return 0, 0
}

// userKey finds sk- and 48 signs, as OpenAI's first keys had, with or without its mark in their middle.
func userKey(text []byte, at, _ int) (from, to int) {
	to = run(text, at+3, alnum, 60)
	if n := to - at - 3; n < 40 || n > 52 || !standsAlone(text, at, to) || !mixed(text[at+3:to]) || drawn(string(text[at+3:to])) < 140 {
		return 0, 0
	}
	return at, to
}

func atlasToken(text []byte, at, head int) (from, to int) {
	from = at
	for from > 0 && at-from < 16 && alnum.has[text[from-1]] {
		from--
	}
	to = run(text, at+head, urlSafe, 80)
	if at-from != 14 || to-at-head < 60 || to-at-head > 70 || !varied(text[at+head:to]) {
		return 0, 0
	}
	return from, to
}

func airtableToken(text []byte, at, _ int) (from, to int) {
	dot := run(text, at+3, alnum, 15)
	if dot-at != 17 || dot >= len(text) || text[dot] != '.' || !begins(text, at) {
		return 0, 0
	}
	if to = run(text, dot+1, lowHex, 65); to-dot-1 != 64 || !varied(text[dot+1:to]) {
		return 0, 0
	}
	return at, to
}

// registryLogin finds user:password in base64 behind "auth": of Docker, _auth= of npm.
func registryLogin(text []byte, at, head int) (from, to int) {
	if text[at] == '_' && at > 0 && isWord[text[at-1]] {
		return 0, 0
	}
	from = at + head
	for from < len(text) && from < at+head+6 && strings.IndexByte(" \t:\"'", text[from]) >= 0 {
		from++
	}
	to = run(text, from, base64s, 400)
	if to-from < 12 {
		return 0, 0
	}
	plain := appendBase64(nil, text[from:to])
	user, password, found := bytes.Cut(plain, []byte(":"))
	if !found || len(user) == 0 || !printable(plain) || drawn(string(password)) < 34 || placeholder(string(password)) {
		return 0, 0
	}
	return from, to
}

// filePassword finds passwords that files and data sources of a form of their own hold.
func filePassword(text []byte, at, head int) (from, to int) {
	switch text[at] {
	case ':': // host:port:database:user:password
		from = at + head
		for range 2 {
			next := bytes.IndexByte(text[from:min(len(text), from+64)], ':')
			if next < 1 || bytes.ContainsAny(text[from:from+next], " \n\"'/\\") {
				return 0, 0
			}
			from += next + 1
		}
		return from, endOf(text, from, " \t\r\n\"'<")
	case '@': // user:password@tcp(host)
		to = at
		for from = to; from > 0 && to-from < 80 && text[from-1] > ' ' && strings.IndexByte("\"'`/=(", text[from-1]) < 0; {
			from--
		}
		colon := bytes.IndexByte(text[from:to], ':')
		if colon < 1 {
			return 0, 0
		}
		return from + colon + 1, to
	case 'j': // user/password@host
		slash := bytes.IndexByte(text[at+head:min(len(text), at+head+40)], '/')
		if slash < 1 || isQuote(text[at+head]) || text[at+head] == '@' {
			return 0, 0
		}
		from = at + head + slash + 1
		to = endOf(text, from, "@\"' \n")
		if to >= len(text) || text[to] != '@' {
			return 0, 0
		}
		return from, to
	}
	from = at + head // IDENTIFIED BY 'password'
	if bytes.HasPrefix(bytes.ToUpper(text[from:min(len(text), from+10)]), []byte("PASSWORD ")) {
		from += len("PASSWORD ")
	}
	if from >= len(text) || !isQuote(text[from]) {
		return 0, 0
	}
	to = endOf(text, from+1, "\n"+string(text[from]))
	if bytes.ContainsAny(text[from+1:to], "'\"$[]{}<>") || to >= len(text) || text[to] != text[from] || text[from+1] == '*' {
		return 0, 0
	}
	return from + 1, to
}

// endOf gives the next of some signs, at most maxValue bytes on.
func endOf(text []byte, from int, stop string) int {
	end := from
	for end < len(text) && end-from < maxValue && strings.IndexByte(stop, text[end]) < 0 {
		end++
	}
	return end
}

// toldPassword finds a password that people tell each other in a text.
func toldPassword(text []byte, at, head int) (from, to int) {
	from = at + head
	for limit := from + 16; from < min(len(text), limit); from++ {
		if c := text[from]; c == ' ' || c == ':' || c == '=' || isQuote(c) || c == '*' || c == '|' {
			continue
		}
		if bytes.HasPrefix(text[from:], []byte("：")) || bytes.HasPrefix(text[from:], []byte("「")) || bytes.HasPrefix(text[from:], []byte("は")) {
			from += 2
			continue
		}
		break
	}
	to = from
	for to < len(text) && to-from < 64 && text[to] > ' ' && text[to] < 0x7f && strings.IndexByte("\"'`|<>,;", text[to]) < 0 {
		to++
	}
	if to-from < 6 || from == at+head {
		return 0, 0
	}
	return from, to
}
