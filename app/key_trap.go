package app

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/key"
)

// KeyUse says that somebody used a key that opens nothing: a decoy, or one that was retired.
type KeyUse struct {
	Key   string    `json:"key"`
	From  string    `json:"from"` // network address
	First time.Time `json:"first"`
	Last  time.Time `json:"last"`
	Count int       `json:"count"`
}

// sign is what a use means.
func (u KeyUse) sign(one key.Key) tillwatch.Sign {
	s := tillwatch.Sign{
		Rule: "access/key-decoy", Severity: tillwatch.Critical, Certainty: tillwatch.Certain, Place: one.ID + " from " + u.From,
		Since: u.First, Count: u.Count,
		Summary: fmt.Sprintf("The decoy key %s, which was planted only in %s, was used from %s: somebody has taken what is there.", one.ID, one.Decoy, u.From),
	}
	if one.Decoy == "" {
		s.Rule, s.Severity = "access/key-retired", tillwatch.High
		s.Summary = fmt.Sprintf("The retired key %s was used from %s. It opens nothing any more; whoever has it has it from where it leaked.", one.ID, u.From)
		for _, o := range one.Opens {
			s.Data = append(s.Data, o.Data...)
		}
	}
	return s
}

// KeyAlarm is what a use of such a key means.
type KeyAlarm = tillwatch.Sign

// KeyTrap answers every request with "unauthorised" and looks in it for decoys and retired keys. It is for an address that
// only a decoy's file names, and for what the shop's own API refuses. Nothing of a request is kept but the sender's
// network address, and that only of somebody who used such a key.
type KeyTrap struct {
	keys *Keys
	tell func(KeyAlarm)

	mu      sync.Mutex
	book    keyBook
	matcher *key.Matcher
	read    []byte // the register as it was stored when book and matcher were made of it
}

// maxTrapBody is how much of a request is looked at.
const maxTrapBody = 256 << 10

// Trap makes a trap. tell is called once for each first use by a sender, and when their number doubles; one call at a time.
func (k *Keys) Trap(ctx context.Context, tell func(KeyAlarm)) (*KeyTrap, error) {
	t := &KeyTrap{keys: k, tell: tell}
	return t, t.refresh(ctx)
}

// refresh brings the trap up to the register. A decoy is noticed from the moment it is made, so every request asks; what a
// stranger can bring about that way is no more than a short read, since only a register that changed is taken apart.
func (t *KeyTrap) refresh(ctx context.Context) error {
	stored, err := t.keys.store.Document(ctx, keyDocument)
	if err != nil {
		return err
	}
	if t.matcher != nil && bytes.Equal(stored, t.read) {
		return nil
	}
	b, err := readKeyBook(stored)
	if err != nil {
		return err
	}
	site, err := t.keys.site(b)
	if lost := (lostSiteKey{}); errors.As(err, &lost) {
		return usagef(lostHint, "%s", lost.why)
	}
	if err != nil {
		return err
	}
	t.book, t.matcher, t.read = b, key.NewMatcher(site, b.Register.Prints()), stored
	return nil
}

func (t *KeyTrap) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(http.MaxBytesReader(w, r.Body, maxTrapBody)) // what was read until then is looked at
	from, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		from = r.RemoteAddr
	}
	if err := t.look(r.Context(), requestText(r, body), from); err != nil {
		http.Error(w, "unavailable", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("WWW-Authenticate", "Bearer")
	http.Error(w, "unauthorised", http.StatusUnauthorized)
}

// requestText is all of a request in which a key can be, with what is packed in it unpacked once.
func requestText(r *http.Request, body []byte) string {
	var text strings.Builder
	text.WriteString(r.URL.RequestURI() + "\n")
	if plain, err := url.QueryUnescape(r.URL.RawQuery); err == nil {
		text.WriteString(plain + "\n")
	}
	for _, values := range r.Header {
		for _, v := range values {
			text.WriteString(v + "\n")
			for part := range strings.FieldsFuncSeq(v, func(c rune) bool { return strings.ContainsRune(" .,;=", c) }) {
				if plain, err := base64.RawURLEncoding.DecodeString(part); err == nil { // a token's header
					text.Write(append(plain, '\n'))
				}
			}
		}
	}
	text.Write(body)
	return text.String()
}

// look notes each decoy and each retired key in a text.
func (t *KeyTrap) look(ctx context.Context, text, from string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.refresh(ctx); err != nil {
		return err
	}
	now := time.Now()
	var used []string
	for _, m := range t.matcher.Find([]byte(text)) {
		used = append(used, t.book.Register.Keys[m.Key].ID)
	}
	for _, one := range t.book.Register.Keys {
		for _, public := range one.Public {
			if _, id, ok := strings.Cut(public, ":"); ok && len(id) >= key.MinLength && strings.Contains(text, id) {
				used = append(used, one.ID)
			}
		}
	}
	slices.Sort(used)
	for _, id := range slices.Compact(used) {
		one, ok := t.book.Register.Get(id)
		if !ok || one.Standing(now) == key.Active {
			continue
		}
		use, tell, err := t.keys.used(ctx, id, from, now)
		if err != nil {
			return err
		}
		if tell {
			t.tell(use.sign(one))
		}
	}
	return nil
}

// maxUses bounds how many senders are remembered.
const maxUses = 10_000

// used counts a use, and says whether it is to be told of.
func (k *Keys) used(ctx context.Context, id, from string, now time.Time) (use KeyUse, tell bool, err error) {
	err = k.change(ctx, func(b *keyBook) error {
		i := slices.IndexFunc(b.Uses, func(u KeyUse) bool { return u.Key == id && u.From == from })
		if i < 0 {
			if len(b.Uses) >= maxUses {
				return nil
			}
			b.Uses = append(b.Uses, KeyUse{Key: id, From: from, First: now})
			i = len(b.Uses) - 1
		}
		u := &b.Uses[i]
		u.Count++
		u.Last = now
		use, tell = *u, u.Count&(u.Count-1) == 0
		return nil
	})
	return use, tell, err
}
