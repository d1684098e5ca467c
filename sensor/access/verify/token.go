package verify

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

const (
	maxToken  = 16 << 10 // bytes; what is longer is no access token
	maxHeader = 4 << 10
	maxKid    = 256
)

// header is a token's JOSE header as far as it counts.
type header struct {
	Alg  string          `json:"alg"`
	Kid  string          `json:"kid"`
	Cty  string          `json:"cty"`
	Zip  json.RawMessage `json:"zip"`
	Enc  json.RawMessage `json:"enc"`
	Crit json.RawMessage `json:"crit"`
	Jku  json.RawMessage `json:"jku"`
	X5u  json.RawMessage `json:"x5u"`
	Jwk  json.RawMessage `json:"jwk"`
}

// malformed says in what way a token is made to do harm, or cannot be one of the shop's.
type malformed string

func (m malformed) Error() string { return string(m) }

// The ways. They are told before anything is decoded, unpacked or fetched.
const (
	tooLong     malformed = "a token that is far too long"
	encrypted   malformed = "a token within a token"
	packed      malformed = "a packed token"
	unsigned    malformed = "a token without a signature"
	ownKey      malformed = "a token that brings its own key"
	extension   malformed = "a token with an extension that must be understood"
	oddKid      malformed = "a key id that is a path or a command"
	wrongAlg    malformed = "a signature of another kind than the key is for"
	notAToken   malformed = "a text that is no token"
	badEncoding malformed = "a token whose header cannot be read"
)

// readHeader looks at a token before it is taken apart.
func readHeader(token string) (h header, err error) {
	switch dots := strings.Count(token[:min(len(token), maxToken)], "."); {
	case len(token) > maxToken:
		return h, tooLong
	case dots == 4:
		return h, encrypted
	case dots != 2:
		return h, notAToken
	}
	first, rest, _ := strings.Cut(token, ".")
	if len(first) > maxHeader {
		return h, tooLong
	}
	text, err := base64.RawURLEncoding.DecodeString(first)
	if err != nil {
		return h, badEncoding
	}
	if json.Unmarshal(text, &h) != nil || bytes.Count(text, []byte(`"alg"`)) != 1 || bytes.Count(text, []byte(`"kid"`)) > 1 {
		return h, badEncoding
	}
	switch {
	case h.Enc != nil || strings.EqualFold(h.Cty, "JWT"):
		return h, encrypted
	case h.Zip != nil:
		return h, packed
	case strings.EqualFold(h.Alg, "none") || h.Alg == "" || strings.HasSuffix(rest, "."):
		return h, unsigned
	case h.Jku != nil || h.X5u != nil || h.Jwk != nil:
		return h, ownKey
	case h.Crit != nil:
		return h, extension
	case len(h.Kid) > maxKid || strings.ContainsAny(h.Kid, "\x00\r\n;|`$<>'\"\\") || strings.Contains(h.Kid, ".."):
		return h, oddKid
	}
	return h, nil
}

// known are the ways of signing that are understood.
var known = []jose.SignatureAlgorithm{
	jose.ES256, jose.ES384, jose.ES512, jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512, jose.EdDSA,
	jose.HS256, jose.HS384, jose.HS512,
}

var (
	errSignature = errors.New("no key of the set has made the signature")
	errKid       = errors.New("no key has this id")
)

// check verifies a token's signature and gives what it says, and the key.
func (k *keys) check(token string, h header) ([]byte, *verifier, error) {
	may := k.find(h)
	if len(may) == 0 {
		if len(k.byID[h.Kid]) > 0 {
			return nil, nil, wrongAlg
		}
		return nil, nil, errKid
	}
	parsed, err := jose.ParseSignedCompact(token, known)
	if err != nil {
		return nil, nil, badEncoding
	}
	for _, v := range may {
		if claims, err := parsed.Verify(v.key); err == nil {
			return claims, v, nil
		}
	}
	return nil, nil, errSignature
}

// claims is what a token says of itself. Times are in seconds since 1970; zero is not said.
type claims struct {
	id, member      string
	issued, expires int64
	notBefore       int64
	expiresSaid     bool
}

// readClaims reads what a verified token says. ids and members name claims, best first; a dot goes into an object.
func readClaims(text []byte, ids, members []string) (c claims, ok bool) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var o map[string]any
	if d.Decode(&o) != nil {
		return c, false
	}
	c.id, c.member = claim(o, ids), claim(o, members)
	c.issued, c.expires, c.notBefore = seconds(o["iat"]), seconds(o["exp"]), seconds(o["nbf"])
	_, c.expiresSaid = o["exp"]
	return c, true
}

func claim(o map[string]any, paths []string) string {
	for _, path := range paths {
		switch v := walk(o, path).(type) {
		case string:
			if v != "" {
				return v
			}
		case json.Number:
			return v.String()
		}
	}
	return ""
}

func walk(o map[string]any, path string) any {
	if v, ok := o[path]; ok {
		return v
	}
	head, rest, dotted := strings.Cut(path, ".")
	if inner, ok := o[head].(map[string]any); ok && dotted {
		return walk(inner, rest)
	}
	return nil
}

func seconds(v any) int64 {
	n, ok := v.(json.Number)
	if !ok {
		return 0
	}
	f, err := n.Float64()
	if err != nil || f < 0 || f > 1e12 {
		return 0
	}
	return int64(f)
}
