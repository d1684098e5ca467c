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
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/app/report"
	"github.com/tillwatch/tillwatch/inventory"
	"github.com/tillwatch/tillwatch/store"
)

// Inventory is what is known of one shop. Close it.
type Inventory struct {
	Shop string

	store *store.Store
	own   func(host string) bool
	runs  []tillwatch.Run
}

// OpenInventory opens the inventory of a shop in a state folder. Without a shop there must be only one. Errors that the
// operator can mend are a *[UsageError].
func OpenInventory(ctx context.Context, dir, shop string) (*Inventory, error) {
	nothing := usagef("look at a shop first: tillwatch check https://shop.example/", "no shop has been looked at yet: there is no inventory in %s", dir)
	if _, err := os.Stat(filepath.Join(dir, store.FileName)); errors.Is(err, fs.ErrNotExist) {
		return nil, nothing
	}
	s, err := store.Open(ctx, dir)
	if err != nil {
		return nil, usagef("", "the inventory cannot be opened: %v", err)
	}
	i := &Inventory{store: s}
	if err := i.choose(ctx, shop, nothing); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return i, nil
}

func (i *Inventory) choose(ctx context.Context, shop string, nothing *UsageError) error {
	shops, err := i.store.Shops(ctx)
	switch {
	case err != nil:
		return err
	case len(shops) == 0:
		return nothing
	case shop == "" && len(shops) > 1:
		return usagef("--shop is one of: "+strings.Join(shops, ", "), "there are %d shops in this inventory: name one with --shop", len(shops))
	case shop == "":
		shop = shops[0]
	case !slices.Contains(shops, shop):
		return usagef(DidYouMean(shop, shops), "there is no shop %q in this inventory", shop)
	}
	i.Shop = shop
	if i.runs, err = i.store.Runs(ctx, shop); err != nil {
		return err
	}
	var places []string
	for _, r := range i.runs {
		places = append(places, r.Places...)
	}
	i.own = ownHosts(append(places, "https://"+shop+"/"))
	return nil
}

// Close closes the inventory.
func (i *Inventory) Close() error { return i.store.Close() }

// InventoryEntry is an item of the inventory and how it stands.
type InventoryEntry struct {
	tillwatch.Record
	Status report.Status `json:"status"`
	Why    string        `json:"why,omitempty"` // the newest approval's reason
}

// Entries are all items that the inventory knows, by kind and place.
func (i *Inventory) Entries(ctx context.Context) ([]InventoryEntry, error) {
	book, err := i.book(ctx)
	if err != nil {
		return nil, err
	}
	var out []InventoryEntry
	for _, r := range book.Records {
		e := InventoryEntry{Record: r, Status: report.Status(book.Status(r, i.own))}
		if all := book.Authorised(r); len(all) > 0 {
			e.Why = all[len(all)-1].Why
		}
		out = append(out, e)
	}
	return out, nil
}

// Differences are the items that are not as approved.
func (i *Inventory) Differences(ctx context.Context) ([]inventory.Difference, error) {
	book, err := i.book(ctx)
	return book.Differences(i.own), err
}

// Approvals are all decisions on this shop, oldest first, the withdrawn among them.
func (i *Inventory) Approvals(ctx context.Context) ([]tillwatch.Approval, error) {
	book, err := i.book(ctx)
	return book.Approvals, err
}

// Decision is what an operator decides about items of the inventory: one of All, Places, Rule and Withdraw.
type Decision struct {
	Who, Why string
	All      bool     // everything as it is now
	Places   []string // the items at these places, as they are now; "*" stands for any text
	Rule     string   // pattern of places, for every version that comes
	Kind     string   // of the items meant; empty for every kind
	May      []string // of a rule: what it may do
	Withdraw int64    // the approval that no longer counts
}

// maxWords bounds what is written of a decision.
const maxWords = 4000

// Decide writes a decision down, and gives the approvals that were added: none where everything meant was approved
// already. A decision that cannot be made is a *[UsageError], and nothing is written.
func (i *Inventory) Decide(ctx context.Context, d Decision) ([]tillwatch.Approval, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	var added []tillwatch.Approval
	err := i.store.Update(ctx, i.Shop, func(records []tillwatch.Record, approvals []tillwatch.Approval) (store.Saved, error) {
		book := inventory.Book{Records: records, Approvals: approvals}
		var err error
		if added, err = d.approvals(book, i.own); err != nil {
			return store.Saved{}, err
		}
		now := time.Now()
		for n := range added {
			added[n].At, added[n].Who, added[n].Why = now, d.Who, d.Why
		}
		return store.Saved{Approvals: added}, nil
	})
	return added, err
}

func (d *Decision) check() error {
	d.Who, d.Why = strings.TrimSpace(d.Who), strings.TrimSpace(d.Why)
	ways := 0
	for _, given := range []bool{d.All, len(d.Places) > 0, d.Rule != "", d.Withdraw != 0} {
		if given {
			ways++
		}
	}
	switch {
	case ways == 0:
		return usagef("name places, or --all, or --rule PATTERN; tillwatch inventory diff shows what waits for a decision", "nothing to approve")
	case ways > 1:
		return usagef("", "places, --all, --rule and --withdraw exclude one another")
	case d.Why == "":
		return usagef(`write why, as in --why "our own checkout, reviewed with the agency"`, "an approval needs a written reason: PCI DSS 6.4.3 asks for one")
	case d.Who == "":
		return usagef("name yourself with --who", "an approval needs somebody who made it")
	case len(d.Why) > maxWords || len(d.Who) > maxWords:
		return usagef("", "the reason or the name is longer than %d characters", maxWords)
	case len(d.May) > 0 && d.Rule == "":
		return usagef("an approval by hand is of what the item does now", "--may belongs to --rule")
	}
	return nil
}

func (d *Decision) approvals(book inventory.Book, own func(string) bool) ([]tillwatch.Approval, error) {
	switch {
	case d.Withdraw != 0:
		i := slices.IndexFunc(book.Approvals, func(a tillwatch.Approval) bool { return a.ID == d.Withdraw && a.Withdraws == 0 })
		if i < 0 {
			return nil, usagef("tillwatch inventory list --approvals names them all", "there is no approval %d of this shop", d.Withdraw)
		}
		return []tillwatch.Approval{{Kind: book.Approvals[i].Kind, Place: book.Approvals[i].Place, Withdraws: d.Withdraw}}, nil
	case d.Rule != "":
		rule, err := inventory.ParseRule(d.Kind, d.Rule, d.May)
		if err != nil {
			return nil, usagef("", "--rule: %v", err)
		}
		return []tillwatch.Approval{rule}, nil
	}
	if len(book.Records) == 0 {
		return nil, usagef("tillwatch check says why; the report lists what could not be looked at", "nothing of this shop has been seen yet, so nothing can be approved")
	}
	var chosen []tillwatch.Record
	used := make([]bool, len(d.Places))
	for _, r := range book.Records {
		if d.Kind != "" && r.Kind != d.Kind {
			continue
		}
		meant := d.All
		for n, place := range d.Places {
			if inventory.Matches(place, r.Place) {
				meant, used[n] = true, true
			}
		}
		if meant {
			chosen = append(chosen, r)
		}
	}
	if n := slices.Index(used, false); n >= 0 {
		return nil, usagef(nearestPlace(d.Places[n], book.Records), "nothing at %q is in the inventory", d.Places[n])
	}
	return book.Approve(chosen, own), nil
}

func nearestPlace(word string, records []tillwatch.Record) string {
	var places []string
	for _, r := range records {
		places = append(places, r.Place)
	}
	if near := Nearest(word, places); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return "tillwatch inventory list shows all places"
}

// Export writes the evidence for PCI DSS 6.4.3 and 11.6.1 into a folder, which is made where it is missing, and gives the
// names of the files. every is how often somebody should have looked; 0: not said.
func (i *Inventory) Export(ctx context.Context, dir, language string, every time.Duration, now time.Time) ([]string, error) {
	book, err := i.book(ctx)
	if err != nil {
		return nil, err
	}
	changes, err := i.store.Changes(ctx, i.Shop)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, usagef("name a folder that can be written", "--out: %v", err)
	}
	d := report.NewDossier(i.Shop, book, changes, i.runs, i.own, every, now)
	d.Program = Version()
	var names []string
	for _, part := range d.Parts() {
		name := filepath.Join(dir, part.Name)
		if err := writeFile(name, func(f *File) error { return part.Write(f, report.Options{Language: language, Zone: time.Local}) }); err != nil {
			return names, fmt.Errorf("%s could not be written: %w", name, err)
		}
		names = append(names, name)
	}
	return names, nil
}

func writeFile(name string, write func(*File) error) error {
	f, err := CreateFile(name)
	if err != nil {
		return err
	}
	defer f.Discard()
	if err := write(f); err != nil {
		return err
	}
	return f.Commit()
}

func (i *Inventory) book(ctx context.Context) (inventory.Book, error) {
	records, approvals, err := i.store.Book(ctx, i.Shop)
	return inventory.Book{Records: records, Approvals: approvals}, err
}
