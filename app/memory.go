package app

import (
	"context"
	"crypto/rand"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/app/report"
	"github.com/tillwatch/tillwatch/inventory"
	"github.com/tillwatch/tillwatch/known"
	"github.com/tillwatch/tillwatch/pipeline"
	"github.com/tillwatch/tillwatch/script"
	"github.com/tillwatch/tillwatch/sensor/page"
	"github.com/tillwatch/tillwatch/store"
)

// compare holds what was seen against the inventory, writes it there, and gives the items with their status and the signs
// of what changed. Without a state folder everything is new. It does not depend on the check's context: what an
// interrupted check saw is seen all the same.
func (l *look) compare(ctx context.Context, items []tillwatch.Item, run tillwatch.Run) (inventory.Outcome, error) {
	now := judgement(l.targets, l.config.Shopper.Authorised)
	now.Run, now.At, now.Items, now.Scopes = run.ID, l.report.Started, items, l.scopes
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
	if len(items) == 0 && len(now.Scopes) == 0 { // a mistyped place makes no shop
		shops, err := s.Shops(ctx)
		if err != nil || !slices.Contains(shops, run.Shop) {
			return inventory.Book{}.Compare(now), err
		}
	}
	return pipeline.Compare(ctx, s, run.Shop, now, &run)
}

// judgement is what the inventory may know of a shop besides what was seen of it.
func judgement(targets []tillwatch.Target, authorised []string) inventory.Look {
	return inventory.Look{Own: ownHosts(placesOf(targets)), Receives: receivers(authorised), Authorised: namedHosts(authorised), Imitates: script.Imitates}
}

// tells says whether what the inventory makes of an item is to be told with these ways of noticing switched on. What a
// script does with card fields, and where the card is asked for, the look at the live page finds out.
func tells(layers page.Layers, sign tillwatch.Sign) bool {
	if !strings.HasPrefix(sign.Rule, "page/") {
		return layers.On(page.Host)
	}
	return layers.On(page.Inventory) || layers.On(page.Listeners) && slices.Contains(sign.Data, "card") ||
		layers.On(page.Canaries) && page.Leads(sign.Rule)
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
		status := report.Status(i.Status)
		if i.Kind == "file" && status == report.New {
			status = report.Unlisted // it was read, and no release, package or approval speaks for it
		}
		out = append(out, report.Item{Item: i.Item, Status: status})
	}
	return out
}
