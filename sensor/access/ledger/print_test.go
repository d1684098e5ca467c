package ledger

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestPrints(t *testing.T) {
	t.Parallel()
	secret := bytes.Repeat([]byte("s"), 32)
	h, err := NewHasher(secret)
	if err != nil {
		t.Fatal(err)
	}
	p := h.Token([]byte("id"))
	if p == h.Member([]byte("id")) || p == h.Token([]byte("ie")) || p != h.Token([]byte("id")) {
		t.Error("prints")
	}
	back, err := ParsePrint([]byte(p.String()))
	if err != nil || back != p || back.Fingerprint() != p.Fingerprint() {
		t.Error(back, err)
	}
	if _, err := ParsePrint([]byte("0f8fad5bd9cb469fa16570867728950e")); err == nil {
		t.Error("an id that an issuer chose is taken for a print")
	}
	other, _ := NewHasher(bytes.Repeat([]byte("t"), 32))
	if other.Token([]byte("id")) == p {
		t.Error("the secret does not count")
	}
	if _, err := NewHasher(secret[:31]); err == nil {
		t.Error("a short secret")
	}
	if _, err := ParsePrint([]byte("eyJhbGciOiJub25lIn0.e30.AAAAAAAA")); err == nil || strings.Contains(err.Error(), "eyJ") {
		t.Error(err)
	}
	var out bytes.Buffer
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "h", h)
	fmt.Fprintf(&out, "%v %+v %#v %s %x %q %v", h, h, h, h, h, h, struct{ h Hasher }{h})
	if bytes.Contains(out.Bytes(), secret) || strings.Contains(out.String(), "7373") {
		t.Errorf("%s", out.Bytes())
	}
}
