package app

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch/key"
)

// Offboarding is what is to be done because somebody leaves.
type Offboarding struct {
	Tasks []KeyTask
	// Unlisted says that no repository was ever looked at, so that nothing is known of who wrote where a key was.
	Unlisted bool
}

// KeyTask is a key that must be rotated, with what the register knows of it.
type KeyTask struct {
	key.Task
	Kind       string
	Contractor string
	Opens      []key.Opening
	Lives      []string
}

// Offboard lists every active key that somebody could read: as its owner, as a recorded reader, or by writing to a repository
// that a check found it in. Each stays open, and a finding of every check, until the key is retired or rotated.
func (k *Keys) Offboard(ctx context.Context, person string, now time.Time) (Offboarding, error) {
	if strings.TrimSpace(person) == "" {
		return Offboarding{}, usagef("name them as the register does, or by the mail address of their commits", "nobody is named")
	}
	var out Offboarding
	err := k.change(ctx, func(b *keyBook) error {
		wrote := map[string]string{}
		for _, h := range b.Held {
			if slices.ContainsFunc(h.Authors, func(a string) bool { return isAuthor(a, person) }) {
				wrote[h.Key] = h.Repository
			}
		}
		out = Offboarding{Unlisted: len(b.Held) == 0}
		for _, t := range b.Register.Offboard(person, wrote, now) {
			one, _ := b.Register.Get(t.Key)
			out.Tasks = append(out.Tasks, KeyTask{Task: t, Kind: one.Kind, Contractor: one.Contractor, Opens: one.Opens, Lives: one.Lives})
		}
		return nil
	})
	return out, err
}

// isAuthor compares somebody with an author as git writes one: "Name <address>", or either alone.
func isAuthor(author, person string) bool {
	name, address, _ := strings.Cut(author, "<")
	address = strings.TrimSuffix(strings.TrimSpace(address), ">")
	person = strings.ToLower(strings.TrimSpace(person))
	for _, word := range []string{name, address, author} {
		word = strings.ToLower(strings.TrimSpace(word))
		local, _, _ := strings.Cut(word, "@")
		if word != "" && (word == person || local == person) {
			return true
		}
	}
	return false
}

// maxHoldings bounds what is kept of where keys were seen.
const maxHoldings = 10_000

// remember keeps in which repositories keys were found, for the day on which somebody leaves.
func (k *Keys) remember(ctx context.Context, seen []keyHolding) error {
	if len(seen) == 0 {
		return nil
	}
	return k.change(ctx, func(b *keyBook) error {
		for _, h := range seen {
			i := slices.IndexFunc(b.Held, func(o keyHolding) bool { return o.Key == h.Key && o.Repository == h.Repository })
			if i < 0 {
				b.Held = append(b.Held, h)
				continue
			}
			for _, a := range h.Authors {
				if !slices.Contains(b.Held[i].Authors, a) {
					b.Held[i].Authors = append(b.Held[i].Authors, a)
				}
			}
		}
		b.Held = b.Held[:min(len(b.Held), maxHoldings)]
		slices.SortFunc(b.Held, func(a, c keyHolding) int {
			return cmp.Or(cmp.Compare(a.Key, c.Key), cmp.Compare(a.Repository, c.Repository))
		})
		return nil
	})
}
