package ledger

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
)

// Fingerprint is 64 bits of a keyed hash. Zero is none.
type Fingerprint uint64

// Print is 128 bits of a keyed hash: what an access log holds in the place of a token's id or a member's.
type Print [16]byte

// Fingerprint is the part that the ledger keeps.
func (p Print) Fingerprint() Fingerprint {
	return max(1, Fingerprint(binary.BigEndian.Uint64(p[:]))) // zero is none
}

// marked is what a print begins with: an issuer's own ids may well be 32 hexadecimal digits.
const marked = "tw_"

// String is the print as "tw_" and 32 hexadecimal digits.
func (p Print) String() string { return marked + hex.EncodeToString(p[:]) }

var errNoPrint = errors.New("no print: that is tw_ and 32 hexadecimal digits")

// ParsePrint reads what String wrote.
func ParsePrint(text []byte) (p Print, err error) {
	if len(text) != len(marked)+2*len(p) || string(text[:len(marked)]) != marked {
		return p, errNoPrint // the text is not repeated: it may be a token's id
	}
	if _, err := hex.Decode(p[:], text[len(marked):]); err != nil {
		return p, errNoPrint
	}
	return p, nil
}

// Hasher makes prints with a secret of the shop's. It formats as a placeholder, whatever the verb. Safe for concurrent use.
type Hasher struct {
	key func() *[32]byte // a function, because fmt prints of one nothing but an address
}

// NewHasher derives the key from a secret of at least 32 bytes (HKDF with SHA-256, RFC 5869).
func NewHasher(secret []byte) (Hasher, error) {
	if len(secret) < 32 {
		return Hasher{}, fmt.Errorf("the secret has %d bytes, fewer than 32", len(secret))
	}
	derived, err := hkdf.Key(sha256.New, secret, nil, "tillwatch access print", 32)
	if err != nil {
		return Hasher{}, err
	}
	key := [32]byte(derived)
	return Hasher{func() *[32]byte { return &key }}, nil
}

// String never shows the secret.
func (Hasher) String() string { return "[hasher]" }

// Format never shows the secret.
func (Hasher) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[hasher]") }

// What is hashed: one text is two prints as a token's id and as a member's.
const (
	tokenID  = 't'
	memberID = 'm'
)

// Token is the print of a token's id, or of a whole token that has none.
func (h Hasher) Token(id []byte) Print { return h.print(tokenID, id) }

// Member is the print of a member's id.
func (h Hasher) Member(id []byte) Print { return h.print(memberID, id) }

// print is SHA-256 over key and text, cut to half its length: so it cannot be continued as a whole one could (RFC 6234),
// and costs half of an HMAC, which counts at millions of lines a second.
func (h Hasher) print(kind byte, text []byte) (p Print) {
	var short [32 + 1 + 128]byte
	buf := append(append(short[:0], h.key()[:]...), kind)
	sum := sha256.Sum256(append(buf, text...))
	copy(p[:], sum[:])
	return p
}

// bound is the fingerprint of a token in the hands of a member: a thief who knows one issued id cannot use it for others.
func bound(token, member Fingerprint) Fingerprint {
	return max(1, mix(token^Fingerprint(mix(member)*0x9e3779b97f4a7c15)))
}

// mix spreads the bits of its argument over all of its value (the finaliser of MurmurHash3).
func mix[T ~uint64](h T) T {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}
