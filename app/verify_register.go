package app

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"sync/atomic"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/key"
	"github.com/tillwatch/tillwatch/sensor/access/verify"
)

// kidStandings answers from memory what the register says of a key id: of what may be known of a key, "kid:…" is its id.
type kidStandings struct {
	byKid atomic.Pointer[map[string]verify.Standing]
}

func (k *kidStandings) Standing(kid string) verify.Standing {
	if all := k.byKid.Load(); all != nil {
		return (*all)[kid]
	}
	return verify.Standing{}
}

// standingsOf are the keys of a register that sign tokens.
func standingsOf(r key.Register, now time.Time) map[string]verify.Standing {
	out := map[string]verify.Standing{}
	for _, one := range r.Keys {
		s := verify.Standing{Key: one.ID, Decoy: one.Decoy, Retired: one.Standing(now) == key.Retired}
		for _, o := range one.Opens {
			s.Data = append(s.Data, o.Data...)
		}
		for _, public := range one.Public {
			if id, ok := strings.CutPrefix(public, "kid:"); ok {
				out[id] = s
			}
		}
	}
	return out
}

// refresh reads the register.
func (v *Verify) refresh(ctx context.Context) error {
	b, err := v.keys.read(ctx)
	if err != nil {
		return err
	}
	next := standingsOf(b.Register, time.Now())
	old := v.register.byKid.Swap(&next)
	if v.verify != nil && (old == nil || !maps.EqualFunc(*old, next, func(a, b verify.Standing) bool {
		return a.Key == b.Key && a.Decoy == b.Decoy && a.Retired == b.Retired
	})) {
		v.verify.Forget() // tokens that were verified are looked at again
	}
	return nil
}

// keepRegister reads the register again and again, so that no request waits for it.
func (v *Verify) keepRegister(ctx context.Context) {
	every := time.NewTicker(5 * time.Second)
	defer every.Stop()
	failed := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
		if err := v.refresh(ctx); err != nil && ctx.Err() == nil && !failed {
			failed = true
			v.report(tillwatch.Gap{Place: "register of keys", Why: fmt.Sprintf("it could not be read again, what it said before is used: %v", err)})
		} else if err == nil {
			failed = false
		}
	}
}
