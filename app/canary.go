package app

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"math"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/tillwatch/tillwatch/canary"
	"github.com/tillwatch/tillwatch/key"
	"github.com/tillwatch/tillwatch/sensor/access"
	"github.com/tillwatch/tillwatch/store"
)

// Canaries is the list of canary customers in a state folder. Their numbers are in it as keyed hashes only: the key is the site
// key, which lies elsewhere. Close it.
type Canaries struct {
	env   func(string) string
	store *store.Store
}

// canaryDocument is the list's name in the store.
const canaryDocument = "canary customers"

// canaryBook is the list as it is stored.
type canaryBook struct {
	Schema    int        `json:"schema"`
	Site      *key.Print `json:"site,omitempty"` // of siteProbe: to know the site key again
	Plantings []Planting `json:"plantings"`
}

// Planting is what was planted at one time.
type Planting struct {
	At     time.Time `json:"at"`
	Where  string    `json:"where"` // database and table, without user and password
	Block  uint64    `json:"block"`
	From   uint64    `json:"from"`
	To     uint64    `json:"to"`
	Count  int       `json:"count"`
	Full   int       `json:"full,omitempty"` // blocks without a free number
	Bound  uint64    `json:"bound"`          // so many numbers, read one after the other, hold one for certain
	How    string    `json:"how"`            // [PlantedHere], [PlantedByHand] or [PlantedConfirmed]
	Hashes string    `json:"hashes"`         // 16 bytes each
}

// How canaries came into the shop.
const (
	PlantedHere      = "executed"  // by canary plant --execute
	PlantedByHand    = "printed"   // the SQL was printed; whether it was run is not known, so that they are no alarm
	PlantedConfirmed = "confirmed" // it was printed, and its rows were found in the database since
)

const canaryHash = 16

// OpenCanaries opens the list in a state folder, and makes the folder where it is missing. Errors that the operator can mend
// are a *[UsageError].
func OpenCanaries(ctx context.Context, dir string, env func(string) string) (*Canaries, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, usagef("name a folder that can be written with --state", "the list of canary customers cannot be kept: %v", err)
	}
	s, err := store.Open(ctx, dir)
	if err != nil {
		return nil, usagef("", "the list of canary customers cannot be opened: %v", err)
	}
	return &Canaries{env, s}, nil
}

// Close closes the list.
func (c *Canaries) Close() error { return c.store.Close() }

func readCanaryBook(body []byte) (canaryBook, error) {
	b := canaryBook{Schema: 1}
	if body == nil {
		return b, nil
	}
	if err := json.Unmarshal(body, &b); err != nil {
		return b, fmt.Errorf("the list of canary customers is damaged: restore the inventory from a backup: %w", err)
	}
	if b.Schema != 1 {
		return b, fmt.Errorf("the list of canary customers was written by a newer tillwatch (form %d): use that one", b.Schema)
	}
	return b, nil
}

func (c *Canaries) read(ctx context.Context) (canaryBook, error) {
	body, err := c.store.Document(ctx, canaryDocument)
	if err != nil {
		return canaryBook{}, err
	}
	return readCanaryBook(body)
}

// List gives what was planted, oldest first, without the hashes.
func (c *Canaries) List(ctx context.Context) ([]Planting, error) {
	b, err := c.read(ctx)
	for i := range b.Plantings {
		b.Plantings[i].Hashes = ""
	}
	return b.Plantings, err
}

// Remember adds a planting with the numbers of its canaries, which are kept as keyed hashes.
func (c *Canaries) Remember(ctx context.Context, p Planting, ids []uint64) error {
	name, given, err := siteKeyFile(c.env)
	if err != nil {
		return err
	}
	if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) && !given {
		if b, err := c.read(ctx); err != nil || b.Site != nil {
			return errors.Join(err, usagef("put it back from a backup", "the site key that the list of canary customers was made with is not in %s", name))
		}
		if err := makeSiteKey(name); err != nil {
			return usagef("name a file with TILLWATCH_SITE_KEY_FILE", "the site key cannot be written: %v", err)
		}
	}
	site, err := readSiteKey(name, given)
	if err != nil {
		return err
	}
	set, err := newCanarySet(site)
	if err != nil {
		return err
	}
	hashes := make([]byte, 0, canaryHash*len(ids))
	for _, id := range ids {
		h := set.sum(id)
		hashes = append(hashes, h[:]...)
	}
	p.Count, p.Hashes = len(ids), base64.StdEncoding.EncodeToString(hashes)
	return c.store.ChangeDocument(ctx, canaryDocument, func(old []byte) ([]byte, error) {
		b, err := readCanaryBook(old)
		if err != nil {
			return nil, err
		}
		if b.Site != nil && !site.Is(*b.Site, []byte(siteProbe)) {
			return nil, usagef("put the right one back from a backup", "the site key in %s is not the one that the list of canary customers was made with", name)
		}
		if b.Site == nil {
			probe, err := site.Print([]byte(siteProbe))
			if err != nil {
				return nil, err
			}
			b.Site = &probe
		}
		b.Plantings = append(b.Plantings, p)
		return json.Marshal(b)
	})
}

// forget takes the newest planting back.
func (c *Canaries) forget(ctx context.Context) error {
	return c.change(ctx, func(b *canaryBook) { b.Plantings = b.Plantings[:max(0, len(b.Plantings)-1)] })
}

func (c *Canaries) change(ctx context.Context, do func(*canaryBook)) error {
	return c.store.ChangeDocument(ctx, canaryDocument, func(old []byte) ([]byte, error) {
		b, err := readCanaryBook(old)
		if err != nil {
			return nil, err
		}
		do(&b)
		return json.Marshal(b)
	})
}

// Set gives who knows a canary customer by number; nil where none was planted. Those whose SQL was printed and that nobody has seen
// in the database are not in it: their numbers may be customers' one day. A *[UsageError] or an error that wraps
// [fs.ErrNotExist] says that the site key is not there.
func (c *Canaries) Set(ctx context.Context) (access.Canaries, error) {
	b, err := c.read(ctx)
	if err != nil {
		return nil, err
	}
	b.Plantings = slices.DeleteFunc(b.Plantings, func(p Planting) bool { return p.How == PlantedByHand })
	if len(b.Plantings) == 0 {
		return nil, nil
	}
	return c.setOf(b)
}

// Pending counts the canaries whose SQL was printed and that were not confirmed.
func (c *Canaries) Pending(ctx context.Context) (n int, where string, err error) {
	b, err := c.read(ctx)
	for _, p := range b.Plantings {
		if p.How == PlantedByHand {
			n, where = n+p.Count, p.Where
		}
	}
	return n, where, err
}

func (c *Canaries) setOf(b canaryBook) (access.Canaries, error) {
	name, given, err := siteKeyFile(c.env)
	if err != nil {
		return nil, err
	}
	site, err := readSiteKey(name, given)
	if err != nil {
		return nil, err
	}
	if b.Site == nil || !site.Is(*b.Site, []byte(siteProbe)) {
		return nil, usagef("put the right one back from a backup", "the site key in %s is not the one that the list of canary customers was made with", name)
	}
	set, err := newCanarySet(site)
	if err != nil {
		return nil, err
	}
	for _, p := range b.Plantings {
		hashes, err := base64.StdEncoding.DecodeString(p.Hashes)
		if err != nil || len(hashes)%canaryHash != 0 {
			return nil, errors.New("the list of canary customers is damaged: restore the inventory from a backup")
		}
		for ; len(hashes) > 0; hashes = hashes[canaryHash:] {
			set.of[[canaryHash]byte(hashes)] = true
		}
	}
	return set, nil
}

// canarySet knows canaries by the keyed hash of their number. Safe for concurrent use.
type canarySet struct {
	mu  sync.Mutex
	mac hash.Hash
	of  map[[canaryHash]byte]bool
}

func newCanarySet(site key.Site) (*canarySet, error) {
	secret, err := site.Derive("canary customers")
	if err != nil {
		return nil, err
	}
	return &canarySet{mac: hmac.New(sha256.New, secret), of: map[[canaryHash]byte]bool{}}, nil
}

func (s *canarySet) sum(id uint64) (out [canaryHash]byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mac.Reset()
	s.mac.Write(canary.CustomerText(id))
	var sum [sha256.Size]byte
	copy(out[:], s.mac.Sum(sum[:0]))
	return out
}

// Is says whether a member is a canary.
func (s *canarySet) Is(member uint64) bool { return s.of[s.sum(member)] }

// loadCanaries gives the canaries of a check, and why they cannot be known where that is so.
func loadCanaries(c CheckConfig) (set access.Canaries, missing string, err error) {
	env := c.Shopper.Env
	if env == nil {
		env = func(string) string { return "" }
	}
	ctx := context.Background()
	there, err := openRegistered(ctx, c.StateDir, env)
	if err != nil || there == nil {
		return nil, "", err
	}
	list := &Canaries{env, there.store}
	defer list.Close()
	set, err = list.Set(ctx)
	if _, usage := IsUsage(err); usage || errors.Is(err, fs.ErrNotExist) {
		return nil, "whether a canary customer was read: " + err.Error(), nil
	}
	if err != nil {
		return nil, "", err
	}
	pending, where, err := list.Pending(ctx)
	if pending > 0 {
		missing = fmt.Sprintf("whether a canary customer was read: of %d only the SQL was made; run it, and then tillwatch canary confirm %s", pending, databaseOf(where))
	}
	return set, missing, err
}

// CanaryPlan says where canary customers are to lie, before anything is planted.
type CanaryPlan struct {
	canary.Strata
	canary.Placement
	Members uint64 // that there are
}

// PlanCanaries places canaries among the numbers of members that exists knows. Nothing is written.
func PlanCanaries(s canary.Strata, members uint64, exists func(id uint64) bool) (CanaryPlan, error) {
	p, err := s.Place(rand.Reader, exists)
	if err != nil {
		return CanaryPlan{}, usagef("name a block of at least 2 numbers with --block, at most as many as there are customers", "%v", err)
	}
	return CanaryPlan{s, p, members}, nil
}

// Explain gives the lines that say when a thief is noticed.
func (p CanaryPlan) Explain() []string {
	lines := []string{
		fmt.Sprintf("%d canary customers among %d customers (numbers %d to %d), one at a secret place in each block of %d.", len(p.IDs), p.Members, p.From, p.To, p.Block),
	}
	switch {
	case p.Full == 0:
		lines = append(lines, fmt.Sprintf("Whoever reads %d numbers one after the other has read one for certain (2 x %d - 1), wherever he begins;\n  on average after %.0f, in 99 of 100 cases after %d.",
			p.Certain(), p.Block, p.MeanRun(), p.RunWithin(0.01)))
	default:
		lines = append(lines, fmt.Sprintf("In %d of the blocks no number is free, so that none lies there: certain is a hit only within %d numbers read one after the other.", p.Full, p.Bound))
	}
	n, c := p.Members+uint64(len(p.IDs)), uint64(len(p.IDs))
	lines = append(lines, "Whoever reads at random has met one, reading (at Coupang's 8 a second):")
	for _, row := range []struct {
		name string
		miss float64
	}{{"in half of all cases", 0.5}, {"in 99 of 100", 0.01}, {"in all but one of a million", 1e-6}} {
		reads := canary.RandomWithin(n, c, row.miss)
		lines = append(lines, fmt.Sprintf("  %-28s %9d customers (%.2f %% of all), %s", row.name, reads, 100*float64(reads)/float64(n), lasting(float64(reads)/8)))
	}
	return append(lines, "Who holds a list of real customers reads around them; that is not covered.")
}

func lasting(seconds float64) string {
	return time.Duration(math.Round(seconds) * float64(time.Second)).String()
}
