package key

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"strconv"
	"strings"
)

// Site is the secret of one installation, from which everything that is kept of a key is derived. Without it a register
// says nothing about any key; with it, short passwords in the register could be guessed, so it does not lie beside the
// register. It formats as a placeholder, whatever the verb. Safe for concurrent use.
type Site struct {
	// A function, because fmt cannot call Format on a Site in somebody's unexported field, and prints of a function
	// nothing but an address.
	secret func() *siteSecret
}

type siteSecret struct {
	mac  []byte
	base uint64 // of the hash of a whole value
	head uint64 // of the hash of its beginning
}

// MinSecret is how many bytes a site's secret has at least.
const MinSecret = 32

// NewSite derives a site's keys from its secret (HKDF with SHA-256, RFC 5869).
func NewSite(secret []byte) (Site, error) {
	if len(secret) < MinSecret {
		return Site{}, fmt.Errorf("the site key has %d bytes, fewer than %d", len(secret), MinSecret)
	}
	mac, err := hkdf.Key(sha256.New, secret, nil, "tillwatch key print", sha256.Size)
	if err != nil {
		return Site{}, err
	}
	hash, err := hkdf.Key(sha256.New, secret, nil, "tillwatch key filter", 16)
	if err != nil {
		return Site{}, err
	}
	s := &siteSecret{mac: mac, base: binary.BigEndian.Uint64(hash) | 1, head: binary.BigEndian.Uint64(hash[8:]) | 1}
	return Site{func() *siteSecret { return s }}, nil
}

// String never shows the secret.
func (Site) String() string { return "[site key]" }

// Format never shows the secret.
func (Site) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[site key]") }

// Print is what is kept of a key's value: enough to know it again, and nothing to learn it from without the site's secret.
type Print struct {
	MAC    [sha256.Size]byte // HMAC-SHA256 (RFC 2104) of the value
	Length int               // of the value, in bytes
	Filter uint32            // filterBits of a keyed hash of the value, so that next to no text needs a MAC
	Head   uint32            // headBits of a keyed hash of its first MinLength bytes, so that next to no text needs that
}

// filterBits and headBits are compared before a MAC is made. They are few, because they help somebody who has the site's
// secret: the filter's tell no more than the MAC does, the head's spare one in 4096 guesses at the first eight bytes.
const (
	filterBits = 24
	headBits   = 12
)

// The bounds on a value. What is shorter stands in any text by chance, what is longer is kept as a file, not as a line.
const (
	MinLength = 8
	MaxLength = 16 << 10
)

// ErrLength is returned for a value that is too short or too long to be looked for.
var ErrLength = errors.New("a key that can be looked for has 8 to 16384 bytes")

// Print derives what is kept of a value. The error is [ErrLength].
func (s Site) Print(value []byte) (Print, error) {
	if len(value) < MinLength || len(value) > MaxLength {
		return Print{}, ErrLength
	}
	k := s.secret()
	return Print{MAC: k.sum(value), Length: len(value), Filter: k.filter(value), Head: uint32(k.headOf(value))}, nil
}

// Is says that value is the one the print was made of.
func (s Site) Is(p Print, value []byte) bool {
	if len(value) != p.Length {
		return false
	}
	sum := s.secret().sum(value)
	return hmac.Equal(sum[:], p.MAC[:])
}

func (k *siteSecret) sum(value []byte) (sum [sha256.Size]byte) {
	h := hmac.New(sha256.New, k.mac)
	h.Write(value)
	h.Sum(sum[:0])
	return sum
}

// filter hashes a value of at least eight bytes, eight at a time; the last eight may overlap.
func (k *siteSecret) filter(value []byte) uint32 {
	h := uint64(len(value))
	for rest := value; len(rest) > 8; rest = rest[8:] {
		h = bits.RotateLeft64((h^binary.LittleEndian.Uint64(rest))*k.base, 29)
	}
	h = (h ^ binary.LittleEndian.Uint64(value[len(value)-8:])) * k.base
	return uint32((h ^ h>>31) * k.head >> (64 - filterBits))
}

// headOf hashes the first eight bytes of a text.
func (k *siteSecret) headOf(text []byte) uint64 {
	return binary.LittleEndian.Uint64(text) * k.head >> (64 - headBits)
}

// MarshalText writes a print as MAC, length, filter and head.
func (p Print) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%s-%d-%06x-%03x", hex.EncodeToString(p.MAC[:]), p.Length, p.Filter, p.Head), nil
}

// UnmarshalText reads what MarshalText wrote.
func (p *Print) UnmarshalText(text []byte) error {
	parts := strings.Split(string(text[:min(len(text), 200)]), "-")
	if len(parts) != 4 || len(parts[0]) != 2*sha256.Size {
		return errNoPrint
	}
	mac, err := hex.DecodeString(parts[0])
	length, err2 := strconv.Atoi(parts[1])
	filter, err3 := strconv.ParseUint(parts[2], 16, filterBits)
	head, err4 := strconv.ParseUint(parts[3], 16, headBits)
	if errors.Join(err, err2, err3, err4) != nil || length < MinLength || length > MaxLength {
		return errNoPrint // the parts are not named: what is no print may be a key
	}
	*p = Print{MAC: [sha256.Size]byte(mac), Length: length, Filter: uint32(filter), Head: uint32(head)}
	return nil
}

var errNoPrint = errors.New("no print of a key")

// Derive gives 32 bytes from the site's secret for another purpose than knowing keys; each purpose has its own.
func (s Site) Derive(purpose string) ([]byte, error) {
	return hkdf.Key(sha256.New, s.secret().mac, nil, "tillwatch site "+purpose, sha256.Size)
}
