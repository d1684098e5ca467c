package key

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Filter lets somebody else's hook refuse a shop's keys without having them: their prints, made with a secret of its own
// that lies in the same file. It tells nothing of the register's prints, which are made with the site's.
type Filter struct {
	secret []byte
	site   Site
	names  []string
	prints []Print
}

// FilterBits is how strong a key must be to go into a filter: whoever has the file can try guesses on it as fast as a
// machine computes.
const FilterBits = 80

// FilterNotice says what a filter gives away. It stands in the file, in front of the prints.
const FilterNotice = `With this file a hook refuses the keys it was made of. It does not hold them.
Whoever has it can test, offline and as often as they like, whether a text is one of these keys, and learns from it how
long each is and by what name it goes here. Keys that could be found by guessing are therefore not in it: every
one of them would take more than 2^68 guesses. It stops nobody who wants to leak a key on purpose.`

// The errors of making a filter.
var (
	ErrGuessable  = errors.New("this key could be guessed by whoever has the filter; a random one of 20 signs or more could not")
	ErrFilterName = errors.New("a name in a filter has letters, digits, dots, dashes and underscores, 80 at most")
)

// NewFilter makes an empty filter with a fresh secret.
func NewFilter(random io.Reader) (*Filter, error) {
	secret := make([]byte, MinSecret)
	if _, err := io.ReadFull(random, secret); err != nil {
		return nil, fmt.Errorf("random numbers: %w", err)
	}
	site, err := NewSite(secret)
	if err != nil {
		return nil, err
	}
	return &Filter{secret: secret, site: site}, nil
}

// Add takes a key in, by a name that its reader may know. The value itself is needed, because its print in the register
// was made with the site's secret. The errors are [ErrGuessable], [ErrLength], [ErrFilterName] and [ErrTaken].
func (f *Filter) Add(name string, value []byte) error {
	if !validID(name) {
		return ErrFilterName
	}
	if slices.Contains(f.names, name) {
		return fmt.Errorf("%s: %w", name, ErrTaken)
	}
	p, err := f.site.Print(value)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if Strength(value) < FilterBits {
		return fmt.Errorf("%s: %w", name, ErrGuessable)
	}
	f.names, f.prints = append(f.names, name), append(f.prints, p)
	return nil
}

// Names are those of the keys, in the order of a [Match]'s Key.
func (f *Filter) Names() []string { return slices.Clone(f.names) }

// Matcher finds the filter's keys.
func (f *Filter) Matcher() *Matcher { return NewMatcher(f.site, f.prints) }

// Format shows how many keys it knows: the secret is one, if only of this file.
func (f *Filter) Format(s fmt.State, _ rune) {
	_, _ = fmt.Fprintf(s, "[filter of %d keys]", len(f.names))
}

const filterHeader = "tillwatch-filter 1"

// MarshalText writes a filter. The last line says how many keys there are, so that a file that was cut is not taken for a whole one.
func (f *Filter) MarshalText() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(filterHeader + "\n")
	for line := range strings.SplitSeq(FilterNotice, "\n") {
		b.WriteString("# " + line + "\n")
	}
	fmt.Fprintf(&b, "secret %s\n", hex.EncodeToString(f.secret))
	for i, p := range f.prints {
		print, err := p.MarshalText()
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "key %s %s\n", f.names[i], print)
	}
	fmt.Fprintf(&b, "end %d\n", len(f.prints))
	return b.Bytes(), nil
}

// The bounds of a filter's file.
const (
	maxFilter     = 4 << 20
	maxFilterKeys = 20_000
)

// ParseFilter reads what MarshalText wrote. An error says which line is wrong.
func ParseFilter(text []byte) (*Filter, error) {
	if len(text) > maxFilter {
		return nil, errors.New("larger than any filter")
	}
	f := &Filter{}
	names := map[string]bool{}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		fields := strings.Fields(lines.Text())
		wrong := func(why string) error { return fmt.Errorf("line %d of the filter: %s", n, why) }
		switch {
		case n == 1:
			if lines.Text() != filterHeader {
				return nil, errors.New("no filter, or one of a later version")
			}
		case len(fields) == 0 || fields[0][0] == '#':
		case fields[0] == "secret" && len(fields) == 2 && f.secret == nil:
			secret, err := hex.DecodeString(fields[1])
			if err != nil || len(secret) != MinSecret {
				return nil, wrong("no secret")
			}
			site, err := NewSite(secret)
			if err != nil {
				return nil, wrong("no secret")
			}
			f.secret, f.site = secret, site
		case fields[0] == "key" && len(fields) == 3 && f.secret != nil:
			var p Print
			if err := p.UnmarshalText([]byte(fields[2])); err != nil || !validID(fields[1]) || names[fields[1]] || len(f.prints) >= maxFilterKeys {
				return nil, wrong("no key, or one too many")
			}
			names[fields[1]] = true
			f.names, f.prints = append(f.names, fields[1]), append(f.prints, p)
		case fields[0] == "end" && len(fields) == 2 && f.secret != nil:
			if count, err := strconv.Atoi(fields[1]); err != nil || count != len(f.prints) {
				return nil, wrong("keys are missing")
			}
			for lines.Scan() {
				if strings.TrimSpace(lines.Text()) != "" {
					return nil, errors.New("something stands behind the end of the filter")
				}
			}
			return f, lines.Err()
		default:
			return nil, wrong("neither a key nor the end")
		}
	}
	if err := lines.Err(); err != nil {
		return nil, errors.New("a line longer than any filter has")
	}
	return nil, errors.New("the filter has no end: it was cut")
}
