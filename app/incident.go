package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/store"
	"github.com/tillwatch/tillwatch/triage"
)

// IncidentFile is an incident with its findings, as far as they are still remembered.
type IncidentFile struct {
	tillwatch.Incident
	Findings []tillwatch.Finding `json:"findings"` // worst first
}

// Incidents are those that watch has told of, the newest first, of one shop or of all. Errors that the operator can mend
// are a *[UsageError].
func Incidents(ctx context.Context, dir, shop, language string) ([]IncidentFile, error) {
	if _, err := os.Stat(filepath.Join(dir, store.FileName)); errors.Is(err, fs.ErrNotExist) {
		return nil, usagef("tillwatch watch notes them", "there are no incidents in %s: nothing has been watched yet", dir)
	}
	s, err := store.Open(ctx, dir)
	if err != nil {
		return nil, usagef("", "the incidents cannot be read: %v", err)
	}
	out, err := incidents(ctx, s, shop, language)
	return out, errors.Join(err, s.Close())
}

func incidents(ctx context.Context, s *store.Store, shop, language string) ([]IncidentFile, error) {
	shops, err := s.WatchedShops(ctx)
	if err != nil {
		return nil, err
	}
	if shop != "" {
		if !slices.Contains(shops, shop) {
			return nil, usagef(DidYouMean(shop, shops), "no shop %q has been watched", shop)
		}
		shops = []string{shop}
	}
	out := []IncidentFile{}
	for _, one := range shops {
		w, err := s.Watched(ctx, one)
		if err != nil {
			return nil, err
		}
		for _, i := range w.Incidents {
			file := IncidentFile{Incident: i, Findings: []tillwatch.Finding{}}
			for _, f := range w.Findings {
				if f.Incident == i.ID {
					f.Next = triage.Next(f.Finding, language)
					file.Findings = append(file.Findings, f.Finding)
				}
			}
			slices.SortFunc(file.Findings, triage.ByWeight)
			out = append(out, file)
		}
	}
	slices.SortStableFunc(out, func(a, b IncidentFile) int { return b.Opened.Compare(a.Opened) })
	return out, nil
}

// FindIncident is one of a list by its ID, however it is written. The error is a *[UsageError] that names the nearest.
func FindIncident(all []IncidentFile, id string) (IncidentFile, error) {
	id = strings.ToUpper(id)
	var ids []string
	for _, i := range all {
		if i.ID == id {
			return i, nil
		}
		ids = append(ids, i.ID)
	}
	hint := "tillwatch incident list shows them all"
	if near := Nearest(id, ids); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	return IncidentFile{}, usagef(hint, "there is no incident %q", id)
}
