package key

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
)

// Site is the secret of one installation, from which everything that is kept of a key is derived. Without it a register
// says nothing about any key; with it, short passwords in the register could be guessed, so it does not lie beside the
// register. It formats as a placeholder. Safe for concurrent use.
type Site struct {
	mac  []byte
	base uint64 // of the rolling hash
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
	roll, err := hkdf.Key(sha256.New, secret, nil, "tillwatch key filter", 8)
	if err != nil {
		return Site{}, err
	}
	var base uint64
	for _, b := range roll {
		base = base<<8 | uint64(b)
	}
	return Site{mac: mac, base: base | 1}, nil
}

// String never shows the secret.
func (Site) String() string { return "[site key]" }

// GoString never shows the secret.
func (Site) GoString() string { return "[site key]" }

// Print is what is kept of a key's value: enough to know it again, and nothing to learn it from without the site's secret.
type Print struct {
	MAC    [sha256.Size]byte // HMAC-SHA256 (RFC 2104) of the value
	Length int               // of the value, in bytes
	Filter uint32            // filterBits of a keyed rolling hash, so that next to no text needs a MAC
}

// filterBits of a text's hash are compared before its MAC is made. They are few: what they would give away to somebody
// who had the site's secret is no more than the MAC does.
const filterBits = 24

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
	var h uint64
	for _, c := range value {
		h = h*s.base + uint64(c) + 1
	}
	return Print{MAC: s.sum(value), Length: len(value), Filter: filterOf(h)}, nil
}

// Is says that value is the one the print was made of.
func (s Site) Is(p Print, value []byte) bool {
	if len(value) != p.Length {
		return false
	}
	sum := s.sum(value)
	return hmac.Equal(sum[:], p.MAC[:])
}

func (s Site) sum(value []byte) (sum [sha256.Size]byte) {
	h := hmac.New(sha256.New, s.mac)
	h.Write(value)
	h.Sum(sum[:0])
	return sum
}

// filterOf takes the highest bits of a hash, after a multiplication that makes them depend on all of it.
func filterOf(h uint64) uint32 { return uint32(h * 0x9e3779b97f4a7c15 >> (64 - filterBits)) }

// MarshalText writes a print as MAC, length and filter.
func (p Print) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%s-%d-%06x", hex.EncodeToString(p.MAC[:]), p.Length, p.Filter), nil
}

// UnmarshalText reads what MarshalText wrote.
func (p *Print) UnmarshalText(text []byte) error {
	var mac []byte
	var out Print
	if n, err := fmt.Sscanf(string(text), "%64x-%d-%06x", &mac, &out.Length, &out.Filter); err != nil || n != 3 ||
		len(mac) != sha256.Size || out.Length < MinLength || out.Length > MaxLength || out.Filter >= 1<<filterBits {
		return errors.New("no print of a key")
	}
	copy(out.MAC[:], mac)
	*p = out
	return nil
}
