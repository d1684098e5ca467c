package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch/key"
	"github.com/tillwatch/tillwatch/store"
)

// Keys is the register of keys in a state folder. Close it.
type Keys struct {
	dir   string
	env   func(string) string
	store *store.Store
}

// keyDocument is the register's name in the store.
const keyDocument = "keys"

// keyBook is the register as it is stored.
type keyBook struct {
	Schema   int          `json:"schema"`
	Site     *key.Print   `json:"site,omitempty"`   // of siteProbe: to know the site key again
	Lost     []string     `json:"lost,omitempty"`   // keys whose prints were made with a site key that is gone
	Held     []keyHolding `json:"held,omitempty"`   // in which repositories keys were seen
	Uses     []KeyUse     `json:"uses,omitempty"`   // of keys that open nothing
	Filter   string       `json:"filter,omitempty"` // see [key.Filter]; as it is handed to contractors, so it may lie here
	Register key.Register `json:"register"`
}

// keyHolding says that a repository held a key, and who wrote there, and so could read it.
type keyHolding struct {
	Key        string   `json:"key"`
	Repository string   `json:"repository"`
	Authors    []string `json:"authors"`
}

// siteProbe is a value that everybody knows.
const siteProbe = "tillwatch: is this the site key?"

// OpenKeys opens the register in a state folder, and makes the folder where it is missing. Errors that the operator can mend
// are a *[UsageError].
func OpenKeys(ctx context.Context, dir string, env func(string) string) (*Keys, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, usagef("name a folder that can be written with --state", "the register cannot be kept: %v", err)
	}
	s, err := store.Open(ctx, dir)
	if err != nil {
		return nil, usagef("", "the register cannot be opened: %v", err)
	}
	return &Keys{dir: dir, env: env, store: s}, nil
}

// openRegistered opens a register that is only to be read: nil where there is none.
func openRegistered(ctx context.Context, dir string, env func(string) string) (*Keys, error) {
	if dir == "" {
		return nil, nil
	}
	if _, err := os.Stat(filepath.Join(dir, store.FileName)); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return OpenKeys(ctx, dir, env)
}

// Close closes the register.
func (k *Keys) Close() error { return k.store.Close() }

func (k *Keys) read(ctx context.Context) (keyBook, error) {
	body, err := k.store.Document(ctx, keyDocument)
	if err != nil {
		return keyBook{}, err
	}
	return readKeyBook(body)
}

func readKeyBook(body []byte) (keyBook, error) {
	var b keyBook
	if body == nil {
		return keyBook{Schema: 1}, nil
	}
	if err := json.Unmarshal(body, &b); err != nil {
		return b, fmt.Errorf("the register of keys is damaged: restore the inventory from a backup: %w", err)
	}
	if b.Schema != 1 {
		return b, fmt.Errorf("the register of keys was written by a newer tillwatch (form %d): use that one", b.Schema)
	}
	return b, nil
}

// change reads the register, lets do change it, and saves it, in one transaction.
func (k *Keys) change(ctx context.Context, do func(*keyBook) error) error {
	return k.store.ChangeDocument(ctx, keyDocument, func(old []byte) ([]byte, error) {
		b, err := readKeyBook(old)
		if err != nil {
			return nil, err
		}
		if err := do(&b); err != nil {
			return nil, err
		}
		return json.Marshal(b)
	})
}

// lostHint says what the loss of a site key means, and what to do.
const lostHint = "put it back from a backup. Without it the register still says which keys there are, whose they are and what they open, " +
	"but none of them can be known again in a repository, a push or a log. If there is no copy: tillwatch key add --new-site-key " +
	"begins with a new one; every key registered until then must be rotated (tillwatch key rotate) or added again under another name"

// lostSiteKey says that the register cannot be used to look for keys.
type lostSiteKey struct{ why string }

func (e lostSiteKey) Error() string { return e.why }

// site gives the secret that the register was made with. The error is a *[UsageError], or wraps a lostSiteKey.
func (k *Keys) site(b keyBook) (key.Site, error) {
	name, given, err := siteKeyFile(k.env)
	if err != nil {
		return key.Site{}, err
	}
	site, err := readSiteKey(name, given)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return site, lostSiteKey{"the site key is not in " + name}
	case err != nil:
		return site, err
	case b.Site != nil && !site.Is(*b.Site, []byte(siteProbe)):
		return site, lostSiteKey{"the site key in " + name + " is not the one that the register was made with"}
	}
	return site, nil
}

// writingSite gives the secret to register keys with, and makes it where nothing was registered yet, or where the operator
// says that the old one is gone for good.
func (k *Keys) writingSite(b *keyBook, fresh bool) (key.Site, error) {
	name, given, err := siteKeyFile(k.env)
	if err != nil {
		return key.Site{}, err
	}
	if b.Site == nil || fresh {
		if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) && !given {
			if err := makeSiteKey(name); err != nil {
				return key.Site{}, usagef("name a file with TILLWATCH_SITE_KEY_FILE", "the site key cannot be written: %v", err)
			}
		}
	}
	if fresh {
		site, err := readSiteKey(name, given)
		if err != nil {
			return site, err
		}
		if b.Site != nil && !site.Is(*b.Site, []byte(siteProbe)) {
			for _, one := range b.Register.Keys {
				if !slices.Contains(b.Lost, one.ID) {
					b.Lost = append(b.Lost, one.ID)
				}
			}
			b.Site = nil
		}
	}
	site, err := k.site(*b)
	if lost := (lostSiteKey{}); errors.As(err, &lost) {
		return site, usagef(lostHint, "%s", lost.why)
	}
	if err != nil || b.Site != nil {
		return site, err
	}
	probe, err := site.Print([]byte(siteProbe))
	b.Site = &probe
	return site, err
}

// KeyEntry is a key of the register and how it stands today, without anything that was made of its value.
type KeyEntry struct {
	ID           string        `json:"id"`
	Kind         string        `json:"kind"`
	Standing     key.Standing  `json:"standing"`
	Owner        string        `json:"owner"` // empty: nobody knows, or nobody said
	Contractor   string        `json:"contractor,omitempty"`
	Purpose      string        `json:"purpose,omitempty"`
	Opens        []key.Opening `json:"opens,omitempty"`
	Lives        []string      `json:"lives,omitempty"`
	Readers      []string      `json:"readers,omitempty"`
	Public       []string      `json:"public,omitempty"`
	Planted      string        `json:"planted,omitempty"` // where a decoy was put
	Created      time.Time     `json:"created"`
	AgeDays      int           `json:"age_days"`
	RotateBy     time.Time     `json:"rotate_by,omitzero"`
	Overdue      bool          `json:"overdue"`
	Retired      time.Time     `json:"retired,omitzero"`
	Followed     string        `json:"followed_by,omitempty"`
	Weak         bool          `json:"weak"`
	Unrecognised bool          `json:"unrecognised"` // its site key is lost: it would not be found
	Tasks        []key.Task    `json:"tasks,omitempty"`
}

// List is the register as it stands at a moment. It needs no site key.
func (k *Keys) List(ctx context.Context, now time.Time) ([]KeyEntry, error) {
	b, err := k.read(ctx)
	if err != nil {
		return nil, err
	}
	_, siteErr := k.site(b)
	gone := errors.As(siteErr, new(lostSiteKey))
	list := []KeyEntry{}
	for _, one := range b.Register.Keys {
		e := KeyEntry{
			ID: one.ID, Kind: one.Kind, Standing: one.Standing(now), Owner: one.Owner, Contractor: one.Contractor, Purpose: one.Purpose,
			Opens: one.Opens, Lives: one.Lives, Readers: one.Readers, Public: one.Public, Planted: one.Decoy,
			Created: one.Created, AgeDays: int(now.Sub(one.Created).Hours() / 24), RotateBy: one.RotateBy, Overdue: one.Overdue(now),
			Retired: one.Retired, Followed: one.Followed, Weak: one.Weak, Unrecognised: gone || slices.Contains(b.Lost, one.ID),
		}
		for _, t := range b.Register.Open(now) {
			if t.Key == one.ID {
				e.Tasks = append(e.Tasks, t)
			}
		}
		list = append(list, e)
	}
	return list, nil
}

// Retire says that a key opens nothing from a moment on.
func (k *Keys) Retire(ctx context.Context, id string, at time.Time) error {
	return k.change(ctx, func(b *keyBook) error { return explainKey(b, id, b.Register.Retire(id, at)) })
}

// explainKey makes of what is wrong with a named key an error for the operator. The word is not repeated: somebody may
// have put a key in the place of its name.
func explainKey(b *keyBook, word string, err error) error {
	var names []string
	for _, one := range b.Register.Keys {
		names = append(names, one.ID)
	}
	switch {
	case errors.Is(err, key.ErrUnknown):
		hint := "tillwatch key list names them all"
		if near := Nearest(word, names); near != "" {
			hint = fmt.Sprintf("did you mean %q?", near)
		}
		return usagef(hint, "there is no key of that name in the register")
	case errors.Is(err, key.ErrRetired):
		return usagef("tillwatch key list says since when", "this key is retired already")
	case errors.Is(err, key.ErrTaken):
		return usagef("name it with --id; tillwatch key rotate puts a new value in the place of an old one", "there is a key of this name already")
	case errors.Is(err, key.ErrSame):
		_, as, _ := strings.Cut(err.Error(), ", as ")
		return usagef("tillwatch key list shows it", "this value is registered already, as %s", as)
	}
	return err
}
