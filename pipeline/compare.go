// Package pipeline decides when to look and who looks, and takes what was seen through inventory, triage and store to
// those who are told.
package pipeline

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/inventory"
	"github.com/tillwatch/tillwatch/store"
)

// Compare holds what one look saw of a shop against the inventory in s, writes it there with a copy of each content that
// the inventory does not have yet, and says what it means. run, where it is not nil, is completed and kept as evidence
// that the look took place. Where the inventory could not be read or written, the outcome is that of an empty one, and
// the error says so; where only a copy could not be kept, the outcome stands beside the error.
func Compare(ctx context.Context, s *store.Store, shop string, l inventory.Look, run *tillwatch.Run) (inventory.Outcome, error) {
	kept, keepErr := keepCopies(ctx, s, shop, l.Items)
	var out inventory.Outcome
	err := s.Update(ctx, shop, func(records []tillwatch.Record, approvals []tillwatch.Approval) (store.Saved, error) {
		out = inventory.Book{Records: records, Approvals: approvals}.Compare(l)
		for i := range out.Records {
			for j := range out.Records[i].Versions {
				v := &out.Records[i].Versions[j]
				if digest := kept[copyOf{out.Records[i].Kind, out.Records[i].Place, v.ID()}]; digest != "" && v.Evidence == "" {
					v.Evidence = digest
				}
			}
		}
		if run != nil {
			run.Items = len(out.Items)
			run.Findings += serious(out.Signs)
		}
		return store.Saved{Records: out.Records, Forget: out.Forget, Changes: out.Changes, Run: run}, nil
	})
	if err != nil {
		return inventory.Book{}.Compare(l), err
	}
	return out, keepErr
}

// copyOf names a content of an item.
type copyOf struct{ kind, place, version string }

// keepCopies keeps each content that the inventory does not know yet.
func keepCopies(ctx context.Context, s *store.Store, shop string, items []tillwatch.Item) (map[copyOf]string, error) {
	if !slices.ContainsFunc(items, func(i tillwatch.Item) bool { return i.Content.Len() > 0 }) {
		return nil, nil // to read a large inventory for nothing takes long
	}
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
