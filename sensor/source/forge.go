package source

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
)

// ownerOf tells whether a place names everything of an organisation, a group or a user at a host of repositories: an address
// of one step ("https://host/acme"), or of more that ends with a slash ("https://host/group/below/").
func ownerOf(place string) (base *url.URL, owner string, ok bool) {
	u, err := url.Parse(place)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.RawQuery != "" {
		return nil, "", false
	}
	owner = strings.Trim(u.Path, "/")
	if owner == "" || strings.HasSuffix(owner, ".git") || strings.Contains(owner, "/") && !strings.HasSuffix(u.Path, "/") {
		return nil, "", false
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host, User: u.User}, owner, true
}

// observeOwner looks at each repository of an owner in turn.
//
// It can be stopped at any time and goes on from there: of a repository in which nothing was found and nothing was left
// unseen, the next look asks only whether anything was pushed since. One that could not be looked at is a gap, and the others
// are looked at all the same.
func (s *Sensor) observeOwner(ctx context.Context, t tillwatch.Target, base *url.URL, owner string, report func(tillwatch.Observation) error) error {
	fetch := t.Place
	t.Place = shownPlace(fetch)
	f := &forge{base: base, limits: s.config.Limits, pause: s.config.pause, now: s.config.Now}
	if s.config.Auth != nil && base.User == nil {
		_, f.token = s.config.Auth(base.Host)
	} else if base.User != nil {
		f.token, _ = base.User.Password()
	}
	list, err := f.repositories(ctx, owner)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		if err := report(tillwatch.Gap{Place: t.Place, Why: "not all of its repositories are known: " + err.Error()}); err != nil {
			return err
		}
	}
	if len(list) == 0 {
		if err != nil {
			return nil
		}
		return report(tillwatch.Gap{Place: t.Place, Why: "it has no repositories, or none that this user may see: set TILLWATCH_GIT_AUTH=user:token"})
	}
	round := s.roundOf(t)
	for i, r := range list {
		if s.config.Progress != nil {
			s.config.Progress(i, len(list), r.address)
		}
		if err := s.observeOne(ctx, t, base, r, round, report); err != nil {
			return err
		}
	}
	return nil
}

// observeOne looks at one repository of an owner, unless nothing can have changed.
func (s *Sensor) observeOne(ctx context.Context, t tillwatch.Target, base *url.URL, r hosted, round *round, report func(tillwatch.Observation) error) error {
	u, err := url.Parse(r.address)
	if err != nil || u.Host != base.Host || u.Scheme != base.Scheme {
		return report(tillwatch.Gap{Place: t.Place, Why: fmt.Sprintf("a repository named %.100q is said to lie at another host and was not looked at", r.name)})
	}
	if r.empty || round.unchanged(r) {
		return nil
	}
	began := s.config.Now()
	clean := true
	one := t
	one.Place = r.address
	if base.User != nil {
		u.User = base.User
		one.Place = u.String()
	}
	err = s.observe(ctx, one, func(o tillwatch.Observation) error {
		switch o := o.(type) {
		case tillwatch.Sign:
			clean = clean && o.Rule == ruleOffboarding // of the register, not of this repository
		case tillwatch.Gap:
			clean = false
		}
		return report(o)
	})
	if err != nil {
		return err
	}
	if err := round.done(r, clean, began); err != nil {
		return report(tillwatch.Gap{Place: t.Place, Why: "what was seen could not be remembered for the next look: " + reason(err)})
	}
	return nil
}

// settled is how long before a look the last push must lie for what the host says of it to be believed: some write it down
// only once an hour.
const settled = 2 * time.Hour

// round is what is known of an owner's repositories in which nothing was found.
type round struct {
	state tillwatch.State
	key   string

	Edition string              `json:"edition"`
	Clean   map[string]lastPush `json:"clean"` // by address
}

// lastPush is when a repository was last pushed to and when it was looked at.
type lastPush struct {
	Pushed time.Time `json:"pushed"`
	Looked time.Time `json:"looked"`
}

func (s *Sensor) roundOf(t tillwatch.Target) *round {
	edition := s.config.fingerprint(sha256.Size)
	r := &round{state: s.config.State, key: "repositories of " + t.Shop + " " + t.Place}
	if r.state != nil {
		if text, err := r.state.Load(r.key); err == nil {
			_ = json.Unmarshal(text, r) // what is damaged is not known
		}
	}
	if now := fmt.Sprintf("%x", edition); r.Edition != now || r.Clean == nil {
		r.Edition, r.Clean = now, map[string]lastPush{}
	}
	return r
}

func (r *round) unchanged(h hosted) bool {
	c, ok := r.Clean[h.address]
	return ok && !h.pushed.IsZero() && c.Pushed.Equal(h.pushed) && c.Pushed.Before(c.Looked.Add(-settled))
}

func (r *round) done(h hosted, clean bool, began time.Time) error {
	delete(r.Clean, h.address)
	if clean {
		r.Clean[h.address] = lastPush{h.pushed, began}
	}
	if r.state == nil {
		return nil
	}
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return r.state.Save(r.key, text)
}

// hosted is a repository at a host of repositories.
type hosted struct {
	name    string
	address string // to fetch from
	pushed  time.Time
	empty   bool
}

// maxHosted is how many repositories of one owner are looked at.
const maxHosted = 10_000

// repositories are all of an owner's. Where there is an error, those that were learned of until then.
func (f *forge) repositories(ctx context.Context, owner string) ([]hosted, error) {
	if err := f.recognise(ctx); err != nil {
		return nil, err
	}
	var list []hosted
	for _, first := range f.software.lists(owner) {
		address := f.api + first
		for page := 1; address != ""; page++ {
			var one []hosted
			next, err := f.page(ctx, address, &one)
			if errors.Is(err, errNone) && page == 1 {
				break // no organisation of that name: a user perhaps
			}
			if err != nil {
				return list, err
			}
			list = append(list, one...)
			if len(list) > maxHosted {
				return list[:maxHosted], fmt.Errorf("there are more than %d; name the others one by one", maxHosted)
			}
			if address = next; address == "" {
				return unique(list), nil
			}
		}
	}
	return list, fmt.Errorf("%s knows no organisation, group or user of that name, or not for this user", f.base.Host)
}

// unique leaves out what a list that changed while it was read names twice.
func unique(list []hosted) []hosted {
	seen := map[string]bool{}
	return slices.DeleteFunc(list, func(h hosted) bool {
		again := seen[h.address]
		seen[h.address] = true
		return again
	})
}
