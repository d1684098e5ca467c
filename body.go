package tillwatch

import (
	"fmt"
	"log/slog"
	"strings"
	"unicode/utf8"
)

// Body is raw content that may hold customer data: a request's body, a row, a line of a log. It can be read by the
// code that judges it and by nothing that prints, logs, encodes or stores: those get its length.
type Body struct {
	// A function, because fmt cannot call Format on a Body in somebody's unexported field: there it prints what it
	// finds, and of a function that is an address whatever the verb. (Of a pointer, %s still shows the bytes.)
	raw func() []byte
}

// NewBody wraps raw without copying it.
func NewBody(raw []byte) Body { return Body{func() []byte { return raw }} }

// Bytes is the content. Its caller must not let it out.
func (b Body) Bytes() []byte {
	if b.raw == nil {
		return nil
	}
	return b.raw()
}

// Len is the number of bytes.
func (b Body) Len() int { return len(b.Bytes()) }

func (b Body) String() string { return fmt.Sprintf("body of %d bytes", b.Len()) }

// Format writes the length whatever the verb, so that %x, %q, %#v or %d cannot show the content.
func (b Body) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(b.String())) }

// LogValue gives slog the length.
func (b Body) LogValue() slog.Value { return slog.StringValue(b.String()) }

// MarshalText gives every text encoder (JSON, YAML, XML) the length.
func (b Body) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// GobEncode refuses: a body is not for storing.
func (b Body) GobEncode() ([]byte, error) {
	return nil, fmt.Errorf("tillwatch: a body of %d bytes is not for storing", b.Len())
}

// Masked is a text that may be shown although it was made of something secret. Only [Mask] makes one.
type Masked struct{ text string }

// Mask keeps the length of s, and of twelve characters or more the first two and the last two; the rest is dots.
func Mask(s string) Masked {
	n := utf8.RuneCountInString(s)
	if n < 12 {
		return Masked{strings.Repeat("•", n)}
	}
	r := []rune(s)
	return Masked{string(r[:2]) + strings.Repeat("•", n-4) + string(r[n-2:])}
}

func (m Masked) String() string { return m.text }

// MarshalText writes the masked text.
func (m Masked) MarshalText() ([]byte, error) { return []byte(m.text), nil }
