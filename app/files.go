package app

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/files"
	"github.com/tillwatch/tillwatch/store"
)

// docroot makes the sensor for folders and files. Errors are a *[UsageError].
func docroot(c CheckConfig, o observers) (tillwatch.Sensor, error) {
	authorised, err := hostPatterns(c.Shopper.Authorised)
	if err != nil {
		return nil, err
	}
	data, _, err := published(c.StateDir)
	if err != nil {
		return nil, err
	}
	config := files.Config{
		Data: data, Trusted: receivers(authorised), Own: storefrontHost(c.Targets),
		Edition: edition(authorised), Follow: c.follow, Every: c.every, Full: c.Full, FullEvery: c.FullEvery,
		Progress: func(done, all int, place string) {
			o.progress(Progress{Text: fmt.Sprintf("%d/%d", done, all), Place: place})
		},
	}
	if config.Far, err = c.SSH.files(c.Targets, c.Shopper.Env, o.progress); err != nil {
		return nil, err
	}
	if c.StateDir != "" {
		if config.State, err = c.state("files"); err != nil {
			return nil, err
		}
		a := &approvedFiles{stateDir: c.StateDir, shop: cmp.Or(c.shop, shopOfWords(c.Targets))}
		config.Approved = a.approved
		w := &storedWindows{stateDir: c.StateDir, shop: a.shop}
		config.Windows = w.windows
	}
	return files.New(config), nil
}

// storefrontHost is the host of the storefront among the targets that were named together: the files are its files.
func storefrontHost(words []string) string {
	targets, err := ParseTargets(words)
	if err != nil || !slices.ContainsFunc(targets, func(t tillwatch.Target) bool { return t.Kind == tillwatch.KindPage }) {
		return ""
	}
	return shopOf(targets)
}

// edition names what a judgement of the same file depends on besides the data: this build of the program, and who is
// authorised. Versions do not tell two builds of one commit apart, the program's own file does.
func edition(authorised []string) string {
	build := Version()
	if name, err := os.Executable(); err == nil {
		if info, err := os.Stat(name); err == nil {
			build += fmt.Sprintf(" %d %d", info.Size(), info.ModTime().UnixNano())
		}
	}
	return build + " " + strings.Join(slices.Sorted(slices.Values(authorised)), " ")
}

// approvedFiles knows which contents of files somebody approved in the inventory.
type approvedFiles struct {
	stateDir, shop string

	mu   sync.Mutex
	read time.Time
	all  map[string]bool // place, a zero byte and digest
}

// approvalsAge is for how long approvals are not read again.
const approvalsAge = 2 * time.Second

func (a *approvedFiles) approved(place, digest string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.all == nil || time.Since(a.read) > approvalsAge {
		if all, err := a.load(); err == nil { // what cannot be read approves nothing, and the comparison tells of it
			a.all = all
		}
		a.read = time.Now()
	}
	return a.all[place+"\x00"+digest]
}

func (a *approvedFiles) load() (map[string]bool, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	s, err := store.Open(ctx, a.stateDir)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	_, approvals, err := s.Book(ctx, a.shop)
	if err != nil {
		return nil, err
	}
	withdrawn := map[int64]bool{}
	for _, one := range approvals {
		withdrawn[one.Withdraws] = true
	}
	out := map[string]bool{}
	for _, one := range approvals {
		if one.Kind != "file" || one.Rule || one.Withdraws != 0 || withdrawn[one.ID] {
			continue
		}
		for _, version := range one.Versions {
			out[one.Place+"\x00"+version] = true
		}
	}
	return out, nil
}

func shopOfWords(words []string) string {
	targets, err := ParseTargets(words)
	if err != nil || len(targets) == 0 {
		return ""
	}
	return targets[0].Shop
}
