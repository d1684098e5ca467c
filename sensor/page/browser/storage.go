package browser

import (
	"context"
	_ "embed"
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
)

//go:embed storage.js
var storageJS string

// Stored is one thing that a site left in the browser.
type Stored struct {
	Kind   string // "cookie", "local", "session", "name" (of a window), "indexeddb", "cache", "serviceworker"
	Origin string // of a cookie its domain
	Top    string // the origin of the page around it, where that differs: storage is kept apart by it
	Key    string
	Value  tillwatch.Body // of a service worker, its script's URL; at most 64 KB
}

// place is what storage is kept apart by: the page's origin and the frame's.
type place struct{ top, origin string }

// maxPlaces bounds how many origins are asked for what they stored.
const maxPlaces = 64

// Storage is what all sites that were seen have stored: cookies, and of every origin that ever had a frame local and
// session storage, databases, caches and service workers. Origins without a frame now are shown an empty page of ours
// in their name; nothing is sent to them. Session storage ends with its tab and is read from frames that are there.
// A page that stops answering costs its own entries: what was read is returned together with the error.
func (b *Browser) Storage(ctx context.Context) ([]Stored, error) {
	stored, err := b.cookies(ctx)
	if err != nil {
		return nil, err
	}
	done := map[place]bool{}
	var failed []error
	for _, t := range b.Tabs() {
		frames, err := t.documents(ctx)
		if err != nil {
			failed = append(failed, err)
			continue
		}
		for _, f := range frames {
			p := place{originOf(frames[0].URL), originOf(f.URL)}
			if p.origin == "" || done[p] && f.Parent != nil {
				continue
			}
			entries, err := f.stored(ctx, p)
			if err != nil {
				failed = append(failed, err)
				continue
			}
			done[p] = true
			stored = append(stored, entries...)
		}
	}
	var left []place
	b.mu.Lock()
	for _, p := range b.places {
		if !done[p] {
			left = append(left, p)
		}
	}
	b.mu.Unlock()
	entries, err := b.revisit(ctx, left)
	return append(stored, entries...), errors.Join(append(failed, err)...)
}

func (b *Browser) cookies(ctx context.Context) ([]Stored, error) {
	var got struct {
		Cookies []struct {
			Name   string `json:"name"`
			Value  string `json:"value"`
			Domain string `json:"domain"`
		} `json:"cookies"`
	}
	if err := b.conn.call(ctx, "", "Storage.getCookies", nil, &got); err != nil {
		return nil, err
	}
	stored := make([]Stored, 0, len(got.Cookies))
	for _, c := range got.Cookies {
		stored = append(stored, Stored{Kind: "cookie", Origin: c.Domain, Key: c.Name, Value: tillwatch.NewBody([]byte(c.Value))})
	}
	return stored, nil
}

func (f *Frame) stored(ctx context.Context, p place) ([]Stored, error) {
	var entries []struct{ Kind, Key, Value string }
	if err := f.Eval(ctx, storageJS, &entries); err != nil {
		return nil, err
	}
	stored := make([]Stored, 0, len(entries))
	for _, e := range entries {
		s := Stored{Kind: e.Kind, Origin: p.origin, Key: e.Key, Value: tillwatch.NewBody([]byte(e.Value))}
		if p.top != p.origin {
			s.Top = p.top
		}
		stored = append(stored, s)
	}
	return stored, nil
}

// revisit reads what origins without a frame have stored, in a tab whose every request is answered by us.
func (b *Browser) revisit(ctx context.Context, places []place) ([]Stored, error) {
	if len(places) == 0 {
		return nil, nil
	}
	t, err := b.newTab(ctx, true)
	if err != nil {
		return nil, err
	}
	defer t.Close()
	if err := t.call(ctx, "Network.setBypassServiceWorker", map[string]any{"bypass": true}, nil); err != nil {
		return nil, err
	}
	var stored []Stored
	var failed []error
	for _, p := range places {
		b.mu.Lock()
		t.inside = ""
		if p.origin != p.top {
			t.inside = p.origin
		}
		b.mu.Unlock()
		entries, err := t.visit(ctx, p)
		stored = append(stored, entries...)
		if err != nil {
			failed = append(failed, err)
		}
	}
	return stored, errors.Join(failed...)
}

func (t *Tab) visit(ctx context.Context, p place) ([]Stored, error) {
	if err := t.Navigate(ctx, p.top+"/"); err != nil {
		return nil, err
	}
	if _, err := t.Settle(ctx, SettleOptions{Quiet: 1}); err != nil {
		return nil, err
	}
	frames, err := t.documents(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(frames, func(f *Frame) bool { return originOf(f.URL) == p.origin })
	if i < 0 {
		return nil, nil
	}
	return frames[i].stored(ctx, p)
}

// emptyPage is what our own tab is shown in the name of an origin; with a frame of another one where that is meant.
func emptyPage(inside string) string {
	if inside == "" {
		return "<!doctype html><title></title>"
	}
	return `<!doctype html><title></title><iframe src="` + strings.ReplaceAll(inside, `"`, "%22") + `/"></iframe>`
}

// originOf is the origin of an address of the web; empty for any other.
func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
