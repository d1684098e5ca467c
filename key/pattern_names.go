package key

import (
	"bytes"
	"strings"
)

// nameHeads are what names of secrets have in them, in four letters, in one of many spellings.
var nameHeads = []string{"pass", "_pwd", "secr", "toke", "_key", "-key", ".key", "ikey", "skey", "ekey", "tkey", "rkey", "hkey", "'key", "\"key", "salt", "magi", "_aut", "cred", "hash"}

// namedRules are values that have no shape of their own, and are known by their names. The first that fits decides.
var namedRules = []rule{
	{id: "aws-secret-name", what: "secret access key of Amazon Web Services", severity: medium, named: func(name, v string) bool {
		return has(name, "aws") && has(name, "secret") && len(v) == 40 && only(v, base64s) && mixed([]byte(v))
	}, sample: assigned("AWS_SECRET_ACCESS_KEY", base64s, 40)},
	{id: "gmo-password", what: "shop or site password of GMO Payment Gateway", severity: medium, named: func(name, v string) bool {
		return (has(name, "gmo") && has(name, "pass") || has(name, "shoppass") || has(name, "sitepass") || has(name, "shop_pass")) && only(v, alnum) && digitsAndLetters(v) && Strength([]byte(v)) >= 30
	}, sample: assigned("GMO_SHOP_PASS", alnum, 10)},
	{id: "sbps-hash-key", what: "hash key of SB Payment Service", severity: medium, named: func(name, v string) bool {
		return has(name, "sbps") && has(name, "key") && len(v) >= 24 && only(v, anyHex)
	}, sample: assigned("SBPS_HASH_KEY", lowHex, 40)},
	{id: "portone-secret", what: "API secret of PortOne (iamport)", severity: medium, named: func(name, v string) bool {
		return (has(name, "imp_") || has(name, "iamport") || has(name, "portone")) && has(name, "secret") && len(v) >= 40 && only(v, urlSafe)
	}, sample: assigned("IMP_SECRET", alnum, 80)},
	{id: "braintree-private-key", what: "private key of Braintree", severity: medium, named: func(name, v string) bool {
		return has(name, "braintree") && has(name, "private") && len(v) == 32 && only(v, lowHex)
	}, sample: assigned("BRAINTREE_PRIVATE_KEY", lowHex, 32)},
	{id: "paypal-secret", what: "client secret of PayPal", severity: medium, named: func(name, v string) bool {
		return has(name, "paypal") && has(name, "secret") && len(v) >= 60 && only(v, urlSafe)
	}, sample: assigned("PAYPAL_CLIENT_SECRET", urlSafe, 80)},
	{id: "line-token", what: "channel token or secret of LINE", severity: medium, named: func(name, v string) bool {
		return has(name, "line") && (has(name, "channel") || has(name, "bot") || has(name, "notify")) && (len(v) == 32 && only(v, lowHex) || len(v) >= 43 && only(v, alphabetOf(base64s.signs+"=")))
	}, sample: assigned("LINE_CHANNEL_SECRET", lowHex, 32)},
	{id: "smtp-password", what: "password of a mail server", severity: medium, named: func(name, v string) bool {
		return (has(name, "smtp") || has(name, "mail")) && has(name, "pass") && Strength([]byte(v)) >= 42 && digitsAndLetters(v)
	}, sample: assigned("SMTP_PASSWORD", alnum, 16)},
	{id: "wordpress-salt", what: "signing key of WordPress", severity: medium, named: func(name, v string) bool {
		return len(v) >= 40 && Strength([]byte(v)) >= 150 && !strings.ContainsAny(v, "\"'\\") && (strings.HasSuffix(name, "auth_key") || strings.HasSuffix(name, "logged_in_key") || strings.HasSuffix(name, "nonce_key") || strings.HasSuffix(name, "_salt"))
	}, sample: func(b func(*alphabet, int) string) string {
		return "define('AUTH_KEY', '" + b(alphabetOf(alnum.signs+"!#%*+,-:;?@^|~"), 64) + "');"
	}},
	{id: "magento-crypt-key", what: "encryption key of Magento", severity: medium, named: func(name, v string) bool {
		return name == "crypt.key" && len(v) >= 32 && only(v, alnum)
	}, sample: func(b func(*alphabet, int) string) string {
		return "'crypt' => [\n  'key' => '" + b(lowHex, 32) + "'\n]"
	}},
	{id: "app-signing-key", what: "signing key of a shop or framework (EC-CUBE, Laravel, Symfony, Django, Rails)", severity: medium, named: func(name, v string) bool {
		switch name {
		case "app_key":
			return strings.HasPrefix(v, "base64:") && len(v) >= 50
		case "auth_magic", "eccube_auth_magic":
			return len(v) >= 30 && only(v, alnum)
		case "app_secret", "secret_key_base", "jwt_secret", "jwt_signing_key":
			return len(v) >= 24 && Strength([]byte(v)) >= 80
		}
		return false
	}, sample: assigned("AUTH_MAGIC", lowHex, 40)},
	{id: "database-password", what: "password of a database", severity: medium, named: func(name, v string) bool {
		for _, n := range []string{"db_password", "db_pass", "db_passwd", "database_password", "mysql_password", "mysql_root_password", "postgres_password", "pgpassword", "db.password", "redis_password"} {
			if strings.HasSuffix(name, n) {
				return Strength([]byte(v)) >= 45 && digitsOrSigns(v)
			}
		}
		return false
	}, sample: assigned("DB_PASSWORD", alnum, 14)},
	{id: "generic-secret", what: "value whose name says that it is secret", severity: low, named: func(name, v string) bool {
		return len(v) >= 10 && secretName(name) && Strength([]byte(v)) >= 45 && varied([]byte(v)) && digitsAndLetters(v)
	}, sample: assigned("internal_api_token", alnum, 32)},
}

func assigned(name string, a *alphabet, n int) func(func(*alphabet, int) string) string {
	return func(b func(*alphabet, int) string) string { return name + "=\"" + b(a, n) + "\"\n" }
}

func has(name, word string) bool { return strings.Contains(name, word) }

func only(value string, a *alphabet) bool { return run([]byte(value), 0, a, len(value)) == len(value) }

// digitsOrSigns says that a value has more than the letters of names and what joins them, as in options.mysql_password.
func digitsOrSigns(v string) bool { return strings.Trim(v, lower+upper+"_-.") != "" }

func digitsAndLetters(v string) bool {
	return strings.ContainsAny(v, digits) && strings.ContainsAny(v, lower+upper)
}

// The bounds of an assignment: of its name, of what stands between it and the value, of the value.
const (
	maxName  = 60
	maxSpace = 24
	maxValue = 512
)

// assigned looks at a value whose name has one of nameHeads at an offset.
func (s *shapes) assigned(at int) {
	name, from, to := assignment(s.text, at)
	if to-from < MinLength {
		return
	}
	s.named = to
	value := string(s.text[from:to])
	if placeholder(value) || !likeValue(value) {
		return
	}
	lowered := strings.ToLower(strings.TrimLeft(name, "-"))
	if lowered == "key" && bytes.Contains(s.text[max(0, at-80):at], []byte("crypt")) {
		lowered = "crypt.key"
	}
	lowered = strings.ReplaceAll(lowered, "-", "_")
	for i := range namedRules {
		if r := &namedRules[i]; r.named(lowered, value) {
			s.hit(r, r.severity, from, to)
			return
		}
	}
}

// assignment reads the name around an offset and the value that it is given: name = value, name: value, 'name' => 'value',
// define('name', 'value'), <name>value</name>. An empty one says that there is none.
func assignment(text []byte, at int) (name string, from, to int) {
	inName := func(c byte) bool { return isWord[c] || c == '_' || c == '-' || c == '.' }
	left, right := at, at+1
	if !inName(text[at]) { // a quote before "key"
		left = at + 1
	}
	for left > 0 && at-left < maxName && inName(text[left-1]) {
		left--
	}
	for right < len(text) && right-left < maxName && inName(text[right]) {
		right++
	}
	if right >= len(text) || left >= right {
		return "", 0, 0
	}
	name = string(text[left:right])
	i := right
	if left > 0 && text[left-1] == '<' && text[right] == '>' {
		end := bytes.IndexByte(text[right:min(len(text), right+maxValue)], '<')
		if end < 0 {
			return "", 0, 0
		}
		return name, right + 1, right + end
	}
	quoted := left > 0 && (text[left-1] == '"' || text[left-1] == '\'') && text[right] == text[left-1]
	if quoted {
		i++
		if i < len(text) && text[i] == ']' {
			i++
		}
	}
	if i < len(text) && text[i] == '\\' && i+1 < len(text) && isQuote(text[i+1]) {
		i, quoted = i+2, true // JSON inside a literal
	}
	gap := i
	i = spaces(text, i)
	if i >= len(text) {
		return "", 0, 0
	}
	// An option or a part of an address ends where the next one begins; a line of settings holds nothing else.
	option := text[left] == '-' || left > 0 && (text[left-1] == '?' || text[left-1] == '&')
	plain := false // a value without quotes may follow
	switch {
	case bytes.HasPrefix(text[i:], []byte("=>")) || bytes.HasPrefix(text[i:], []byte(":=")):
		i += 2
	case text[i] == '=' && (i+1 >= len(text) || text[i+1] != '=' && text[i+1] != '~'):
		plain = !quoted
		i++
	case text[i] == ':' && (i+1 >= len(text) || text[i+1] != ':'):
		plain = true
		i++
	case text[i] == ',' && quoted:
		i++
	case option && i > gap && text[left] == '-':
		plain = true
	default:
		return "", 0, 0
	}
	i = spaces(text, i)
	if i < len(text) && text[i] == '\\' && i+1 < len(text) && isQuote(text[i+1]) {
		i++
	}
	if i >= len(text) {
		return "", 0, 0
	}
	if q := text[i]; isQuote(q) {
		end := i + 1
		for end < len(text) && end-i < maxValue && text[end] != q && text[end] != '\n' {
			end++
		}
		if end >= len(text) || text[end] != q {
			return "", 0, 0
		}
		if text[i-1] == '\\' && text[end-1] == '\\' {
			return name, i + 1, max(i+1, end-1)
		}
		return name, i + 1, end
	}
	if !plain || !option && !alone(text, left) {
		return "", 0, 0
	}
	end := i
	for end < len(text) && end-i < maxValue && text[end] > ' ' && bytes.IndexByte([]byte("\"'`()[]{}<>;,"), text[end]) < 0 && !(option && text[end] == '&') {
		end++
	}
	for j := end; !option && j < len(text) && text[j] != '\n'; j++ {
		if c := text[j]; c == '#' {
			break
		} else if c != ' ' && c != '\t' && c != '\r' {
			return "", 0, 0
		}
	}
	return name, i, end
}

func isQuote(c byte) bool { return c == '"' || c == '\'' || c == '`' }

func spaces(text []byte, i int) int {
	for end := i + maxSpace; i < len(text) && i < end && (text[i] == ' ' || text[i] == '\t' || text[i] == '\n' || text[i] == '\r'); {
		i++
	}
	return i
}

// alone says that a name is the first on its line, as in files of settings.
func alone(text []byte, at int) bool {
	start := at
	for start > 0 && at-start < 40 && text[start-1] != '\n' {
		start--
	}
	lead := strings.Trim(string(text[start:at]), " \t-\"'/:\ufeff")
	return lead == "" || lead == "export" || lead == "ENV" || lead == "set" || lead == "ARG" || lead == "SetEnv"
}

// likeValue says that a text is one value, and no sentence, address, path, or piece of a program.
func likeValue(v string) bool {
	if strings.ContainsAny(v, " \t\r\n()<>{}") && Strength([]byte(v)) < 150 || strings.Contains(v, "://") || strings.HasPrefix(v, "/") || strings.HasPrefix(v, "./") || strings.HasPrefix(v, "@") || strings.HasPrefix(v, "#") {
		return false
	}
	return strings.Count(v, ".") < 3 && strings.Count(v, "::") == 0 && !strings.Contains(v, "->")
}
