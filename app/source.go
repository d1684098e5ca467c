package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/key"
	"github.com/tillwatch/tillwatch/sensor/source"
)

// repository makes the sensor for source repositories, which looks for the keys of the register. Errors are a *[UsageError].
func repository(c CheckConfig, o observers) (tillwatch.Sensor, error) {
	env := c.Shopper.Env
	if env == nil {
		env = func(string) string { return "" }
	}
	s := &repositorySensor{stateDir: c.StateDir, env: env, config: source.Config{
		Patterns: key.Find, Edition: edition(nil), Auth: gitCredentials(env),
		Progress: func(done, all int, place string) {
			o.progress(Progress{Text: fmt.Sprintf("%d/%d", done, all), Place: place})
		},
	}}
	if c.OwnKeysOnly {
		s.config.Patterns = nil
	}
	if c.StateDir != "" {
		state, err := c.state("source")
		if err != nil {
			return nil, err
		}
		s.config.State = state
	}
	ctx := context.Background() // a register that cannot be used is found out before anything is looked at
	return s, s.withRegister(ctx, func(*Keys) error { return nil })
}

// repositorySensor looks for the keys that are in the register when it looks, and notes there in which repositories they were.
type repositorySensor struct {
	stateDir string
	env      func(string) string
	config   source.Config
	lost     string // why registered keys cannot be looked for
	uses     []tillwatch.Sign
}

// withRegister opens the register, if there is one, and takes from it what the sensor needs.
func (s *repositorySensor) withRegister(ctx context.Context, do func(*Keys) error) error {
	keys, err := openRegistered(ctx, s.stateDir, s.env)
	if err != nil || keys == nil {
		return err
	}
	defer keys.Close()
	b, err := keys.read(ctx)
	if err != nil {
		return usagef("", "%v", err)
	}
	s.config.Register = &b.Register
	s.lost, s.uses = "", nil
	for _, u := range b.Uses {
		if one, ok := b.Register.Get(u.Key); ok {
			s.uses = append(s.uses, u.sign(one))
		}
	}
	if b.Site == nil {
		return do(keys)
	}
	var gone lostSiteKey
	switch s.config.Site, err = keys.site(b); {
	case errors.As(err, &gone):
		// Another secret finds nothing, and what is still open stays a finding. Nothing is remembered of such a look.
		if s.config.Site, err = key.NewSite(fmt.Append(nil, rand.Text(), rand.Text())); err != nil {
			return err
		}
		s.config.State = nil
		s.lost = "the shop's own keys were not looked for: " + gone.why + "; " + lostHint
	case err != nil:
		return err
	case slices.ContainsFunc(b.Lost, func(id string) bool {
		one, ok := b.Register.Get(id)
		return ok && one.Standing(time.Now()) == key.Active
	}):
		s.lost = "keys that were registered with a site key that is lost were not looked for: tillwatch key list names them; rotate them"
	}
	return do(keys)
}

func (s *repositorySensor) Observe(ctx context.Context, t tillwatch.Target, report func(tillwatch.Observation) error) error {
	look := *s
	var mu sync.Mutex
	var seen []keyHolding
	look.config.Held = func(h source.Holding) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, keyHolding{h.Key, h.Repository, h.Authors})
	}
	if err := look.withRegister(ctx, func(*Keys) error { return nil }); err != nil {
		return report(tillwatch.Gap{Place: t.Place, Why: err.Error()})
	}
	if look.lost != "" {
		if err := report(tillwatch.Gap{Place: t.Place, Why: look.lost}); err != nil {
			return err
		}
	}
	for _, sign := range look.uses {
		if err := report(sign); err != nil {
			return err
		}
	}
	if err := source.New(look.config).Observe(ctx, t, report); err != nil {
		return err
	}
	return look.withRegister(ctx, func(k *Keys) error { return k.remember(ctx, seen) })
}

// LookThrough looks for the registered keys in repositories, so that who wrote there is known, and gives what could not be
// looked at.
func (k *Keys) LookThrough(ctx context.Context, repositories []string) ([]tillwatch.Gap, error) {
	var gaps []tillwatch.Gap
	for _, place := range repositories {
		s := &repositorySensor{stateDir: k.dir, env: k.env, config: source.Config{Auth: gitCredentials(k.env)}}
		t := tillwatch.Target{Kind: tillwatch.KindSource, Place: withoutCredentials(strings.TrimPrefix(place, "git:")), Shop: "keys"}
		err := s.Observe(ctx, t, func(o tillwatch.Observation) error {
			if g, ok := o.(tillwatch.Gap); ok {
				gaps = append(gaps, g)
			}
			return nil
		})
		if err != nil {
			return gaps, err
		}
	}
	return gaps, nil
}

// gitCredentials reads TILLWATCH_GIT_AUTH=user:token for remote repositories; without it git's own helpers are asked.
func gitCredentials(env func(string) string) func(host string) (user, password string) {
	user, password, found := strings.Cut(env("TILLWATCH_GIT_AUTH"), ":")
	if !found {
		return nil
	}
	return func(string) (string, string) { return user, password }
}
