package app

import (
	"context"
	"crypto/rand"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch/key"
)

// DecoyPlan says what sort of decoy is wanted, and where it will be planted.
type DecoyPlan struct {
	Place string // "git:/srv/git/shop.git", "backup", "ci:deploy", "laptop:sato"
	Kind  string // "api", "aws", "signing", "database"
	ID    string // empty: made of the place
	As    string // what the planted file calls it

	Like KeyCandidate // api: a key of the shop's own, to be like it

	KeyID                          string // signing: the id of a real key, to be like it
	Dialect, User, Host, Namespace string // database: mysql or postgres, a real user's name, and what the address says
}

// DecoyKinds are those that can be made.
func DecoyKinds() []string { return []string{"api", "aws", "signing", "database"} }

// Planted is a decoy that was registered. Text is to be planted; Setup, where there is one, is to be run once by whoever
// administers the database.
type Planted struct {
	ID          string
	Public      []string
	Text, Setup []byte
}

var noSlug = regexp.MustCompile(`[^a-z0-9]+`)

// Decoy makes a key that opens nothing, registers it for its place, and gives what is to be planted there.
func (k *Keys) Decoy(ctx context.Context, p DecoyPlan, now time.Time) (Planted, error) {
	if strings.TrimSpace(p.Place) == "" {
		return Planted{}, usagef("as in --place git:/srv/git/shop.git, --place backup or --place laptop:sato", "say where the decoy will be planted: its use is an alarm that names the place")
	}
	bait, err := p.bait()
	if err != nil {
		return Planted{}, err
	}
	var done Planted
	err = k.change(ctx, func(b *keyBook) error {
		site, err := k.writingSite(b, false)
		if err != nil {
			return err
		}
		one := key.Key{ID: p.ID, Kind: bait.Kind, Public: bait.Public, Added: now, Decoy: p.Place}
		if one.ID == "" {
			one.ID = decoyID(b, p.Place)
		}
		if !keyName.MatchString(one.ID) {
			return usagef("", "--id: a name for a key has letters, digits, dots, dashes and underscores, 80 at most")
		}
		if one.Print, err = site.Print(bait.Value.Bytes()); err != nil {
			return err
		}
		if err := explainKey(b, one.ID, b.Register.Add(one)); err != nil {
			return err
		}
		done = Planted{ID: one.ID, Public: one.Public, Text: bait.Text.Bytes(), Setup: bait.Setup.Bytes()}
		return nil
	})
	return done, err
}

func (p DecoyPlan) bait() (key.Bait, error) {
	switch p.Kind {
	case "api":
		shape, err := key.ShapeOf(p.Like.Value.Bytes())
		if err != nil {
			return key.Bait{}, usagef("name a key that it shall look like: --from .env --name API_KEY, or --file FILE, or pipe it in", "a decoy must be written as its neighbours are: %v", err)
		}
		return key.APIBait(shape, p.As, rand.Reader)
	case "aws":
		profile := p.As
		if profile == "" {
			profile = "default"
		}
		return key.AWSBait(profile, rand.Reader)
	case "signing":
		return key.SigningBait(p.KeyID, rand.Reader)
	case "database":
		bait, err := key.DatabaseBait(p.Dialect, p.User, p.Host, p.Namespace, rand.Reader)
		if err != nil {
			return bait, usagef("as in --dialect mysql --user-like shop_app --host db.shop.example --database shop", "%v", err)
		}
		return bait, nil
	}
	return key.Bait{}, usagef(DidYouMean(p.Kind, DecoyKinds()), "there is no such kind of decoy")
}

// decoyID names a decoy after its place.
func decoyID(b *keyBook, place string) string {
	slug := strings.Trim(noSlug.ReplaceAllString(strings.ToLower(place), "-"), "-")
	if slug = slug[max(0, len(slug)-50):]; slug == "" {
		slug = "place"
	}
	base := "decoy-" + strings.Trim(slug, "-")
	for name, n := base, 2; ; n++ {
		if _, taken := b.Register.Get(name); !taken {
			return name
		}
		name = fmt.Sprintf("%s-%d", base, n)
	}
}
