package key

import "strings"

// sealed says that a text is what is made of a secret so that it can be shown: a digest, a cipher; or that it is no secret by its form.
func sealed(v string) bool {
	for _, p := range []string{"$2y$", "$2a$", "$2b$", "$1$", "$5$", "$6$", "$apr1$", "$argon2", "$pbkdf2", "pbkdf2", "{SSHA", "{SHA", "{bcrypt}", "ENC[", "ENC(", "vault:", "arn:", "sha256", "sha512", "sha1-", "MIIB", "MIIC", "ssh-", "data:", "AgA", "AgB", "urn:"} {
		if strings.HasPrefix(v, p) && (p[0] != 'A' || len(v) > 150) {
			return true
		}
	}
	return strings.HasPrefix(v, "0x") && only(v[2:], anyHex) && (len(v) == 42 || len(v) <= 18)
}

// The kinds of secret that a name says its value is.
const (
	noSecret = iota
	perhaps
	secret
	password
)

var (
	passwordWords = wordSet("password passwd pwd pass passphrase passwort psk passcode dbpass dbpassword dbpasswd userpwd shoppass sitepass securestring pword passw")
	secretKinds   = wordSet("secret secrets token tokens apikey credential credentials secretkey accesskey privatekey hashkey authtoken appkey encryptionkey authkey")
	keyOwners     = wordSet("api access secret private auth encryption encrypt crypt signing sign merchant master server admin shared account service app application validation decryption hmac jwt webhook storage session license sdk rest write deploy cipher aes security authentication authorization hash subscription")
	perhapsWords  = wordSet("key keys salt salts magic auth authorization signature hmac")
	notAnywhere   = wordSet("public publishable hash hashed hashes hasher hashers digest checksum integrity fingerprint thumbprint csrf xsrf sitekey publickey publickeytoken address contract cache etag continuation cursor page pagination status time next")
)

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		set[w] = true
	}
	return set
}

// secrecyOf tells by its words what the value of a name is.
func secrecyOf(name string) int {
	all := words(name)
	kind := noSecret
	for i, w := range all {
		switch {
		case notAnywhere[w] && (w != "hash" || i+1 == len(all) || all[i+1] != "key") || notSecret[w] && i >= len(all)-2 && w != "site" && w != "user" && w != "foreign" && w != "username" && w != "header" && w != "host":
			return noSecret
		case notSecret[w] && i == len(all)-1:
			return noSecret
		case passwordWords[w] || strings.HasSuffix(w, "password") || strings.HasSuffix(w, "passwd"):
			kind = max(kind, password)
		case secretKinds[w] || strings.HasSuffix(w, "token") || strings.HasSuffix(w, "secret") || strings.HasSuffix(w, "apikey"):
			kind = max(kind, secret)
		case (w == "key" || w == "keys") && i > 0 && keyOwners[all[i-1]]:
			kind = max(kind, secret)
		case perhapsWords[w]:
			kind = max(kind, perhaps)
		}
	}
	if kind == password && len(all) > 1 && secretKinds[all[len(all)-1]] {
		return secret // password_reset_token
	}
	return kind
}
