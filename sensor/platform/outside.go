package platform

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/known"
)

// outside looks at a shop by what its host says to anybody.
func (l *look) outside(ctx context.Context) error {
	start, err := url.Parse(l.target.Place)
	if err != nil || start.Host == "" {
		return l.gap(l.target.Place, "this is no address of a shop")
	}
	bounded, cancel := context.WithTimeout(ctx, l.config.Timeout)
	defer cancel()
	c := newClient(l.config, start)
	defer c.close()
	v := &visit{look: l, client: c, start: start, scope: "platform " + l.target.Place}
	seen, err := v.run(bounded)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if bounded.Err() != nil || c.requests > maxRequests {
		return l.gap(l.target.Place, "the shop's software was not looked at to the end: the shop answers too slowly")
	}
	if !seen {
		return nil
	}
	return l.report(tillwatch.Pass{Scope: v.scope, At: l.config.Now()})
}

// visit is one look from outside.
type visit struct {
	*look
	client *client
	start  *url.URL
	scope  string

	home  answer
	face  *face
	pages []page
}

// page is one page of the shop that was looked at.
type page struct {
	url  *url.URL
	face *face
}

// run says whether the shop let itself be looked at. It returns an error only where report failed.
func (v *visit) run(ctx context.Context) (seen bool, err error) {
	v.progress("which software the shop runs", shown(v.start))
	if v.home, err = v.client.get(ctx, v.start, maxPage); err != nil {
		if ctx.Err() != nil {
			return false, nil //nolint:nilerr // told of by the caller
		}
		return false, v.gap(v.target.Place, notLooked+whyNot(err))
	}
	v.face = faceOf(v.home)
	v.pages = append(v.pages, page{v.home.url, v.face})
	switch status := v.home.status; {
	case status == http.StatusServiceUnavailable: // closed, which is told of
	case status == http.StatusUnauthorized:
		return false, v.gap(v.target.Place, notLooked+"the shop asks for a user name and a password (401)")
	case status >= 400:
		return false, v.gap(v.target.Place, notLooked+fmt.Sprintf("the shop refused the request (%d)", status))
	}
	readings := v.readings(ctx)
	for _, r := range readings {
		if err := v.report(r.item(v.scope, nameOf(r.software))); err != nil {
			return false, err
		}
		if err := v.reportAll(v.judge(r, v.target.Place, nil)); err != nil {
			return false, err
		}
	}
	if err := v.exposed(ctx, readings); err != nil {
		return false, err
	}
	return true, v.stopped(ctx)
}

const notLooked = "which software the shop runs was not looked at: "

func shown(u *url.URL) string { return u.Scheme + "://" + u.Host + u.Path }

// readings are the software that the start page shows, with the versions it may be.
func (v *visit) readings(ctx context.Context) []reading {
	met := recognise(v.face)
	var out []reading
	for _, software := range softwareOrder(met) {
		r := v.reading(ctx, software, met[software])
		out = append(out, r)
	}
	return out
}

func (v *visit) reading(ctx context.Context, software string, hints []hint) reading {
	r := reading{software: software, certainty: tillwatch.Likely}
	for _, h := range hints {
		r.evidence = append(r.evidence, tillwatch.Evidence{What: "the page shows " + h.what, Where: shown(v.home.url)})
	}
	version, within := stated(hints)
	if software == "magento2" {
		version = v.magento(ctx, &r)
	}
	for _, w := range within {
		r.within = intersect(r.within, w)
	}
	if version != "" && software != "magento2" {
		r.versions, r.within = []string{version}, nil
		return r
	}
	p, listed := v.config.Data.Platform(software)
	if !listed {
		return r
	}
	if version != "" { // "2.4" says which line, and no more
		if line, err := known.ParseRanges(version + ".." + version + ".9999-p9999"); err == nil {
			within = append(within, line)
			r.within = intersect(r.within, line)
		}
	}
	candidates := restrict(p.Versions, within)
	if len(candidates) == 0 {
		return r
	}
	page := v.home.url.Path
	folders := foldersOf(software, v.face.assetPaths(v.home.url), page)
	v.progress("which version of "+nameOf(software), shown(v.home.url))
	files := narrow(ctx, p, candidates, folders, v.file)
	r.evidence = append(r.evidence, files.evidence...)
	if files.matched > 0 || len(within) > 0 {
		r.versions = files.versions
		newest := p.Versions[len(p.Versions)-1]
		r.newer = slices.Contains(r.versions, newest) && !slices.ContainsFunc(within, func(w known.Ranges) bool { return !w.Has(beyond) })
	}
	return r
}

// intersect keeps it simple: of two sets of ranges the narrower one stands, which is the later of the lower ends and the
// earlier of the upper ones.
func intersect(a, b known.Ranges) known.Ranges {
	if len(a) != 1 || len(b) != 1 {
		return b
	}
	out := a[0]
	if known.CompareVersions(b[0].From, out.From) > 0 || out.From == "" {
		out.From = b[0].From
	}
	if b[0].To != "" && (out.To == "" || known.CompareVersions(b[0].To, out.To) < 0) {
		out.To, out.Before = b[0].To, b[0].Before
	}
	return known.Ranges{out}
}

// file fetches a file of the shop's at a path of its host.
func (v *visit) file(ctx context.Context, name string) ([]byte, bool) {
	u := *v.home.url
	u.Path, u.RawPath, u.RawQuery, u.Fragment = name, "", "", ""
	a, err := v.client.get(ctx, &u, maxStatic)
	if err != nil || a.status != http.StatusOK || !a.whole || strings.HasPrefix(a.contentType(), "text/html") {
		return nil, false
	}
	return a.body, true
}

var magentoVersion = re(`^Magento/(2\.\d+)(?:\.\d+)? \((\w+)\)\s*$`)

// magento asks for the address at which Magento 2 says its line and edition.
func (v *visit) magento(ctx context.Context, r *reading) string {
	u := *v.home.url
	u.Path, u.RawPath, u.RawQuery = "/magento_version", "", ""
	a, err := v.client.get(ctx, &u, maxProbe)
	if err != nil || a.status != http.StatusOK {
		return ""
	}
	m := magentoVersion().FindSubmatch(a.body)
	if m == nil {
		return ""
	}
	r.evidence = append(r.evidence, tillwatch.Evidence{What: "the address magento_version says " + string(m[1]) + " (" + string(m[2]) + ")", Where: shown(&u)})
	return string(m[1])
}
