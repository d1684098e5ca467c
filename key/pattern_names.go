package key

import (
	"strings"
)

// nameHeads are what names of secrets have in them, in four letters, in one of many spellings.
var nameHeads = []string{"pass", "_pwd", "secr", "toke", "_key", "-key", ".key", "ikey", "skey", "ekey", "tkey", "rkey", "hkey", "nkey", "'key", "\"key", "salt", "magi", "cred", "pwd=", "pwd:", "pwd\"", "pwd'", "pwd ", "psk=", "-pwd", "auth"}

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
}

// valueRules are those of values that are known by nothing but their names. How much they tell depends on the value.
var valueRules = []rule{
	{id: "password-value", what: "password that was drawn at random", severity: medium, sample: assigned("login_password", alnum, 16)},
	{id: "secret-value", what: "secret or token that was drawn at random", severity: medium, sample: assigned("internal_api_token", alnum, 32)},
	{id: "generic-password", what: "value whose name says that it is a password", severity: low},
	{id: "generic-secret", what: "value whose name says that it is secret", severity: low},
}

const (
	passwordValue = iota
	secretValue
	genericPassword
	genericSecret
)

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
