package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/app/report"
	"github.com/tillwatch/tillwatch/inventory"
	"github.com/tillwatch/tillwatch/known"
	"github.com/tillwatch/tillwatch/script"
	"github.com/tillwatch/tillwatch/store"
)

// compare holds what was seen against the inventory, writes it there, and gives the items with their status and the signs
// of what changed. Without a state folder everything is new. It does not depend on the check's context: what an
// interrupted check saw is seen all the same.
func (l *look) compare(ctx context.Context, items []tillwatch.Item, run tillwatch.Run) (inventory.Outcome, error) {
	now := inventory.Look{
		Run: run.ID, At: l.report.Started, Items: items, Scopes: l.scopes,
		Own: ownHosts(placesOf(l.targets)), Receives: receivers(l.config.Shopper.Authorised),
		Authorised: namedHosts(l.config.Shopper.Authorised), Imitates: script.Imitates,
	}
	if l.config.StateDir == "" {
		return inventory.Book{}.Compare(now), nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	s, err := store.Open(ctx, l.config.StateDir)
	if err != nil {
		return inventory.Book{}.Compare(now), err
	}
	defer s.Close()

	kept, keepErr := keepCopies(ctx, s, run.Shop, items)
	var out inventory.Outcome
	err = s.Update(ctx, run.Shop, func(records []tillwatch.Record, approvals []tillwatch.Approval) (store.Saved, error) {
		out = inventory.Book{Records: records, Approvals: approvals}.Compare(now)
		for i := range out.Records {
			for j := range out.Records[i].Versions {
				v := &out.Records[i].Versions[j]
				if digest := kept[copyOf{out.Records[i].Kind, out.Records[i].Place, v.ID()}]; digest != "" && v.Evidence == "" {
					v.Evidence = digest
				}
			}
		}
		run.Items = len(out.Items)
		run.Findings += serious(out.Signs)
		return store.Saved{Records: out.Records, Forget: out.Forget, Changes: out.Changes, Run: &run}, nil
	})
	if err != nil {
		return inventory.Book{}.Compare(now), err
	}
	return out, keepErr
}

// copyOf names a content of an item.
type copyOf struct{ kind, place, version string }

// keepCopies keeps each content that the inventory does not know yet.
func keepCopies(ctx context.Context, s *store.Store, shop string, items []tillwatch.Item) (map[copyOf]string, error) {
	records, _, err := s.Book(ctx, shop)
	if err != nil {
		return nil, err
	}
	have := map[copyOf]bool{}
	for _, r := range records {
		for _, v := range r.Versions {
			have[copyOf{r.Kind, r.Place, v.ID()}] = v.Evidence != ""
		}
	}
	copies := s.Copies()
	kept := map[copyOf]string{}
	for _, item := range items {
		id := copyOf{item.Kind, item.Place, tillwatch.Version{Digest: item.Digest, Normalised: item.Normalised}.ID()}
		if item.Content.Len() == 0 || have[id] || kept[id] != "" {
			continue
		}
		if kept[id], err = copies.Keep(item.Content.Bytes()); err != nil {
			return kept, fmt.Errorf("a copy of %s could not be kept as evidence: %w", item.Place, err)
		}
	}
	if len(kept) > 0 {
		err = copies.Trim(time.Now())
	}
	return kept, err
}

func serious(signs []tillwatch.Sign) int {
	n := 0
	for _, s := range signs {
		if s.Severity >= tillwatch.Medium {
			n++
		}
	}
	return n
}

// run describes this check as evidence that it took place.
func (l *look) run(interrupted bool) tillwatch.Run {
	r := tillwatch.Run{
		ID: "R-" + l.report.Started.UTC().Format("20060102T150405Z") + "-" + rand.Text()[:6], Shop: l.targets[0].Shop,
		Started: l.report.Started, Took: time.Since(l.report.Started), Places: placesOf(l.targets), Program: Version(),
	}
	for _, t := range l.report.Targets {
		for _, s := range t.Steps {
			if s.Profile != "" && !slices.Contains(r.Profiles, s.Profile) {
				r.Profiles = append(r.Profiles, s.Profile)
			}
		}
	}
	result := l.triage.Result()
	r.NotSeen = len(result.Gaps)
	r.Complete = r.NotSeen == 0 && !interrupted
	for _, f := range slices.Concat(result.Findings, result.Hidden) {
		if f.Severity >= tillwatch.Medium {
			r.Findings++
		}
	}
	return r
}

func placesOf(targets []tillwatch.Target) []string {
	var out []string
	for _, t := range targets {
		out = append(out, t.Place)
	}
	return out
}

// ownHosts says which hosts are a shop's own: those of one registrable domain with an address of it.
func ownHosts(places []string) func(host string) bool {
	own := map[string]bool{}
	for _, place := range places {
		if u, err := url.Parse(place); err == nil && u.Hostname() != "" {
			own[inventory.Registrable(u.Hostname())] = true
		}
	}
	return func(host string) bool { return own[inventory.Registrable(host)] }
}

// receivers says which hosts may receive what customers type: those that the operator named, and payment providers.
func receivers(patterns []string) func(host string) bool {
	providers, authorised := known.PaymentProviders(), namedHosts(patterns)
	return func(host string) bool {
		_, known := providers.ByHost(strings.ToLower(host))
		return known || authorised(host)
	}
}

// namedHosts says which hosts the operator named: by name, or all below one as "*.example".
func namedHosts(patterns []string) func(host string) bool {
	return func(host string) bool {
		host = strings.ToLower(host)
		return slices.ContainsFunc(patterns, func(pattern string) bool {
			pattern = strings.ToLower(strings.TrimSuffix(pattern, "."))
			below, wild := strings.CutPrefix(pattern, "*.")
			return host == below || wild && strings.HasSuffix(host, "."+below)
		})
	}
}

// probeInventory finds out before a look of minutes whether what it sees can be written down.
func probeInventory(ctx context.Context, dir string) error {
	s, err := store.Open(ctx, dir)
	if err != nil {
		var locked *store.LockedError
		if errors.As(err, &locked) {
			return usagef("wait until the other tillwatch is done, or name another folder with --state", "%v", err)
		}
		return usagef("name another folder with --state, or move the inventory aside", "cannot keep an inventory: %v", err)
	}
	return s.Close()
}

// standings are the items of a comparison as a report has them.
func standings(items []inventory.Standing) []report.Item {
	var out []report.Item
	for _, i := range items {
		out = append(out, report.Item{Item: i.Item, Status: report.Status(i.Status)})
	}
	return out
}
