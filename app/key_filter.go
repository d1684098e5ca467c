package app

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/key"
)

// filtered takes a key into the filter that contractors get. It is made when the key is registered, because the value is
// not there later; what could be guessed by whoever has the file stays out.
func (b *keyBook) filtered(id string, value tillwatch.Body) error {
	var f *key.Filter
	var err error
	if b.Filter == "" {
		f, err = key.NewFilter(rand.Reader)
	} else {
		f, err = key.ParseFilter([]byte(b.Filter))
	}
	if err != nil {
		return err
	}
	switch err := f.Add(id, value.Bytes()); {
	case errors.Is(err, key.ErrGuessable), errors.Is(err, key.ErrTaken): // taken: the same name under a lost site key
		return nil
	case err != nil:
		return err
	}
	text, err := f.MarshalText()
	b.Filter = string(text)
	return err
}

// KeyFilter is what a contractor's hook needs to refuse the shop's keys.
type KeyFilter struct {
	Text []byte
	Keys []string // that it knows: the active ones
	Left []string // that are not in it, because they could be guessed from it
}

// Filter gives the filter for contractors, with the keys that are active.
func (k *Keys) Filter(ctx context.Context, now time.Time) (KeyFilter, error) {
	b, err := k.read(ctx)
	if err != nil {
		return KeyFilter{}, err
	}
	var out KeyFilter
	var text bytes.Buffer
	known := map[string]bool{}
	for line := range strings.Lines(b.Filter) {
		fields := strings.Fields(line)
		switch {
		case len(fields) == 3 && fields[0] == "key":
			known[fields[1]] = true
			if one, ok := b.Register.Get(fields[1]); !ok || one.Standing(now) != key.Active {
				continue
			}
			out.Keys = append(out.Keys, fields[1])
		case len(fields) == 2 && fields[0] == "end":
			line = fmt.Sprintf("end %d\n", len(out.Keys))
		}
		text.WriteString(line)
	}
	for _, one := range b.Register.Keys {
		if one.Standing(now) == key.Active && !known[one.ID] {
			out.Left = append(out.Left, one.ID)
		}
	}
	if len(out.Keys) == 0 {
		return out, usagef("register one with tillwatch key add: a random value of 20 signs or more", "there is no active key that can go into a filter")
	}
	out.Text = text.Bytes()
	if _, err := key.ParseFilter(out.Text); err != nil {
		return out, fmt.Errorf("the filter in the register is damaged: %w", err)
	}
	return out, nil
}

// FilterNotice says what a filter gives away.
const FilterNotice = key.FilterNotice
