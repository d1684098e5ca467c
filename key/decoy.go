package key

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/tillwatch/tillwatch"
)

// Bait is a key that opens nothing and is planted where only a thief would take it from. It is registered as a decoy
// ([Key.Decoy]), so that the sensors know it again; its first use is an alarm that names the place.
type Bait struct {
	Kind   string         // as [Key.Kind]
	Public []string       // what is seen of it when it is used: a key id, a user's name
	Value  tillwatch.Body // what is registered
	Text   tillwatch.Body // what is planted: the value as a file holds it
	// Setup is what somebody must run once so that a use is seen, or nothing. It may hold the value.
	Setup tillwatch.Body
}

// Shape is how the keys of one kind are written. A bait that is written otherwise than its neighbours is none.
type Shape struct {
	prefix   string
	template string // of the rest: a sign of signs stands for one at random, any other for itself
	signs    string
	checksum bool
}

// ErrNoShape is returned for a value that says too little of how its kind is written.
var ErrNoShape = errors.New("a key of fewer than 12 signs is no pattern for another")

// ShapeOf takes the shape of a key of the shop's own: its prefix, its length, its separators, the signs it is made of and, where
// its kind has one, the checksum.
func ShapeOf(value []byte) (Shape, error) {
	v := strings.TrimSpace(string(value))
	if len(v) < 12 || len(v) > 4096 {
		return Shape{}, ErrNoShape
	}
	prefix := 0
	for i := 0; i < len(v)-10 && i < 20; i++ {
		if (v[i] == '_' || v[i] == '-' || v[i] == '.' || v[i] == ':') && !strings.ContainsAny(v[prefix:i], digits) {
			prefix = i + 1
		} else if v[i] == '_' || v[i] == '-' {
			break
		}
	}
	for _, known := range []string{"AKIA", "ASIA", "LTAI", "AKID", "AIza"} {
		if strings.HasPrefix(v, known) {
			prefix = len(known)
		}
	}
	s := Shape{prefix: v[:prefix], template: v[prefix:]}
	s.checksum = len(s.template) == 36 && checksum62(s.template[:30]) == s.template[30:]
	hex, hexUpper := true, true
	var l, u, d bool
	for _, c := range []byte(s.template) {
		switch classOf(c) {
		case 'a':
			l, hexUpper, hex = true, false, hex && c <= 'f'
		case 'A':
			u, hex, hexUpper = true, false, hexUpper && c <= 'F'
		case '0':
			d = true
		}
	}
	switch {
	case hex && d:
		s.signs = digits + "abcdef"
	case hexUpper && d:
		s.signs = digits + "ABCDEF"
	case u && !l && d && !strings.ContainsAny(s.template, "0189"):
		s.signs = upperNum.signs
	default:
		if d {
			s.signs += digits
		}
		if u {
			s.signs += upper
		}
		if l {
			s.signs += lower
		}
	}
	if len(s.signs) < 10 {
		return Shape{}, ErrNoShape
	}
	return s, nil
}

// New makes another key of the shape.
func (s Shape) New(random io.Reader) ([]byte, error) {
	out := []byte(s.prefix)
	n := len(s.template)
	if s.checksum {
		n -= 6
	}
	for _, c := range []byte(s.template[:n]) {
		if !isWord[c] {
			out = append(out, c)
			continue
		}
		sign, err := pick(random, s.signs)
		if err != nil {
			return nil, err
		}
		out = append(out, sign)
	}
	if s.checksum {
		out = append(out, checksum62(string(out[len(s.prefix):]))...)
	}
	return out, nil
}

// pick gives one of some signs, each as likely as any other.
func pick(random io.Reader, signs string) (byte, error) {
	limit := 256 - 256%len(signs)
	for range 1000 {
		var b [1]byte
		if _, err := io.ReadFull(random, b[:]); err != nil {
			return 0, fmt.Errorf("random numbers: %w", err)
		}
		if int(b[0]) < limit {
			return signs[int(b[0])%len(signs)], nil
		}
	}
	return 0, errors.New("the random numbers are not random")
}

func signsOf(random io.Reader, signs string, n int) (string, error) {
	out := make([]byte, n)
	for i := range out {
		c, err := pick(random, signs)
		if err != nil {
			return "", err
		}
		out[i] = c
	}
	return string(out), nil
}

// APIBait makes a bait of the shape of one of the shop's own keys. name is what the file it goes into calls it; without
// one, only the value is planted.
func APIBait(like Shape, name string, random io.Reader) (Bait, error) {
	value, err := like.New(random)
	if err != nil {
		return Bait{}, err
	}
	planted := value
	if name != "" {
		planted = []byte(name + "=" + string(value) + "\n")
	}
	return Bait{Kind: "api", Value: tillwatch.NewBody(value), Text: tillwatch.NewBody(planted)}, nil
}

// AWSBait makes an access key as a credentials file holds it. Amazon tells nobody that it was tried: it draws attention to
// the place it lies in, and its id is known again where it turns up, in another repository or in a log.
func AWSBait(profile string, random io.Reader) (Bait, error) {
	id, err := signsOf(random, upperNum.signs, 16)
	if err != nil {
		return Bait{}, err
	}
	secret, err := signsOf(random, base64s.signs, 40)
	if err != nil {
		return Bait{}, err
	}
	id = "AKIA" + id
	planted := fmt.Sprintf("[%s]\naws_access_key_id = %s\naws_secret_access_key = %s\n", profile, id, secret)
	return Bait{Kind: "api", Public: []string{"id:" + id}, Value: tillwatch.NewBody([]byte(secret)), Text: tillwatch.NewBody([]byte(planted))}, nil
}

// SigningBait makes a signing key as a JWK (RFC 8037) whose id no verifier knows. like is the id of a real one, whose shape it
// takes; a token with this id was made by whoever took the bait.
func SigningBait(like string, random io.Reader) (Bait, error) {
	kid := ""
	if shape, err := ShapeOf([]byte(like)); err == nil {
		id, err := shape.New(random)
		if err != nil {
			return Bait{}, err
		}
		kid = string(id)
	} else if kid, err = signsOf(random, urlSafe.signs, 43); err != nil { // as long as a thumbprint
		return Bait{}, err
	}
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(random, seed); err != nil {
		return Bait{}, fmt.Errorf("random numbers: %w", err)
	}
	public := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	d := base64.RawURLEncoding.EncodeToString(seed)
	planted, err := json.MarshalIndent(map[string]string{
		"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": kid, "x": base64.RawURLEncoding.EncodeToString(public), "d": d,
	}, "", "  ")
	if err != nil {
		return Bait{}, err
	}
	return Bait{Kind: "signing", Public: []string{"kid:" + kid}, Value: tillwatch.NewBody([]byte(d)), Text: tillwatch.NewBody(append(planted, '\n'))}, nil
}

// ErrDialect is returned for a database that no decoy user is known for.
var ErrDialect = errors.New("a decoy user can be made for mysql and postgres")

// DatabaseBait makes a user of a database who may do nothing. like is the name of a real user, whose shop's name the
// new one's begins with; host and database are what the planted address says.
func DatabaseBait(dialect, like, host, database string, random io.Reader) (Bait, error) {
	role, err := pick(random, "0123456")
	if err != nil {
		return Bait{}, err
	}
	tail, err := signsOf(random, digits, 2)
	if err != nil {
		return Bait{}, err
	}
	password, err := signsOf(random, alnum.signs, 24)
	if err != nil {
		return Bait{}, err
	}
	first := "shop"
	if w := words(like); len(w) > 0 && len(w[0]) <= 16 {
		first = w[0]
	}
	// 32 signs are what MySQL lets a name have.
	user := first + "_" + []string{"backup", "report", "export", "batch", "admin", "sync", "reader"}[role-'0'] + tail
	setup, scheme := "", dialect
	switch dialect {
	case "mysql":
		setup = fmt.Sprintf("CREATE USER '%s'@'%%' IDENTIFIED BY '%s';\n", user, password)
	case "postgres":
		setup = fmt.Sprintf("CREATE ROLE %s LOGIN NOINHERIT CONNECTION LIMIT 2 PASSWORD '%s';\n", user, password)
		scheme = "postgresql"
	default:
		return Bait{}, ErrDialect
	}
	planted := fmt.Sprintf("DATABASE_URL=%s://%s:%s@%s/%s\n", scheme, user, password, host, database)
	return Bait{
		Kind: "database", Public: []string{"user:" + user}, Value: tillwatch.NewBody([]byte(password)),
		Text: tillwatch.NewBody([]byte(planted)), Setup: tillwatch.NewBody([]byte(setup)),
	}, nil
}
