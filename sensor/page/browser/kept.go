package browser

import (
	"context"
	"net/http"
	"time"

	"github.com/tillwatch/tillwatch"
)

// Kept is one value that a page put into its local or session storage, at the moment it did: what is taken out again
// is seen too.
type Kept struct {
	At   time.Time
	Step string
	Stored
}

// onKept records a value that a page's storage has now.
func (b *Browser) onKept(s *session, key, value string, local bool, origin string) {
	kind := "session"
	if local {
		kind = "local"
	}
	b.mu.Lock()
	own := s.tab != nil && s.tab.own
	top := ""
	if s.tab != nil {
		if top = originOf(s.tab.url); top == originOf(origin) {
			top = ""
		}
	}
	b.mu.Unlock()
	if own {
		return
	}
	b.rec.addKept(Kept{Stored: Stored{Kind: kind, Origin: originOf(origin), Top: top, Key: clip(key, 2<<10), Value: tillwatch.NewBody([]byte(clip(value, 64<<10)))}})
}

// The bounds of what is recorded of storage. A page may count something up in it for ever.
const (
	maxKept  = 4_000
	roomKept = 6 << 20
)

func (r *Recording) addKept(k Kept) {
	r.mu.Lock()
	defer r.mu.Unlock()
	k.At, k.Step = time.Now(), r.step
	cost := len(k.Key) + k.Value.Len() + headerCost
	if len(r.kept) >= maxKept || r.keptBytes+cost > roomKept {
		r.lost.Kept++
		return
	}
	r.keptBytes += cost
	r.kept = append(r.kept, k)
}

// Kept are the values that pages put into local and session storage so far.
func (r *Recording) Kept() []Kept {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Kept(nil), r.kept...)
}

// Stored is what the origins of the tab's documents have stored now, and all cookies. See [Browser.Storage] for those
// of other pages too; this asks for nothing and opens no tab.
func (t *Tab) Stored(ctx context.Context) ([]Stored, error) {
	stored, err := t.browser.cookies(ctx)
	if err != nil {
		return nil, err
	}
	frames, err := t.documents(ctx)
	if err != nil {
		return stored, err
	}
	done := map[place]bool{}
	for _, f := range frames {
		p := place{originOf(frames[0].URL), originOf(f.URL)}
		if p.origin == "" || done[p] {
			continue
		}
		entries, e := f.stored(ctx, p)
		if e != nil {
			err = e
			continue
		}
		done[p] = true
		stored = append(stored, entries...)
	}
	return stored, err
}

// Cookies are all that the browser has, for another launch: those that end with the browser are not in its folder.
func (b *Browser) Cookies(ctx context.Context) ([]*http.Cookie, error) {
	var got struct {
		Cookies []struct {
			Name     string  `json:"name"`
			Value    string  `json:"value"`
			Domain   string  `json:"domain"`
			Path     string  `json:"path"`
			Expires  float64 `json:"expires"`
			HTTPOnly bool    `json:"httpOnly"`
			Secure   bool    `json:"secure"`
		} `json:"cookies"`
	}
	if err := b.conn.call(ctx, "", "Storage.getCookies", nil, &got); err != nil {
		return nil, err
	}
	jar := make([]*http.Cookie, 0, len(got.Cookies))
	for _, c := range got.Cookies {
		cookie := &http.Cookie{Name: c.Name, Value: c.Value, Domain: c.Domain, Path: c.Path, HttpOnly: c.HTTPOnly, Secure: c.Secure}
		if c.Expires > 0 {
			cookie.Expires = time.Unix(int64(c.Expires), 0)
		}
		jar = append(jar, cookie)
	}
	return jar, nil
}
