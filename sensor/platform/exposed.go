package platform

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/tillwatch/tillwatch"
)

// maxProbes bounds the files that are asked for although nothing leads to them.
const maxProbes = 70

// exposed asks for what nobody should be able to fetch. Each answer is proven by its content, and by that the shop does
// not say the same to any other name. Nothing of the content leaves this function.
func (v *visit) exposed(ctx context.Context, readings []reading) error {
	v.progress("files that nobody should be able to fetch", shown(v.start))
	asked := 0
	for _, e := range exposures {
		if !e.concerns(readings) {
			continue
		}
		for _, name := range e.names(v.start.Hostname()) {
			if strings.HasPrefix(name, "..") || asked == maxProbes || ctx.Err() != nil {
				continue
			}
			asked++
			at := v.at(name)
			if !v.shows(ctx, e, at) || v.shows(ctx, e, v.at(another(name))) {
				continue
			}
			if err := v.report(e.sign(shown(at), tillwatch.Certain)); err != nil {
				return err
			}
			break
		}
	}
	return nil
}

func (e exposure) concerns(readings []reading) bool {
	if e.software == "" {
		return true
	}
	for _, r := range readings {
		if r.software == e.software {
			return true
		}
	}
	return false
}

// at is the address of a name below the shop's start page.
func (v *visit) at(name string) *url.URL {
	u := *v.home.url
	u.Path, u.RawPath, u.RawQuery, u.Fragment = path.Join(path.Dir(u.Path+"x"), name), "", "", ""
	if strings.HasSuffix(name, "/") {
		u.Path += "/"
	}
	return &u
}

// another is a name of the same kind that no shop has.
func another(name string) string {
	dir, file := path.Split(strings.TrimSuffix(name, "/"))
	random := strings.ToLower(rand.Text()[:10])
	switch {
	case strings.HasSuffix(name, "/"):
		return dir + random + "/"
	case strings.HasPrefix(file, ".") && strings.Count(file, ".") == 1:
		return dir + "." + random
	}
	return dir + random + path.Ext(file)
}

// shows says whether an address gives such a thing. Only an answer at that very address counts: a log-in page to which
// everything leads is at its own address.
func (v *visit) shows(ctx context.Context, e exposure, at *url.URL) bool {
	a, err := v.client.get(ctx, at, maxProbe)
	if err != nil || a.status != http.StatusOK || e.what != whatAdmin && path.Clean(a.url.Path) != path.Clean(at.Path) {
		return false
	}
	if e.what == whatAdmin && !strings.HasPrefix(a.url.Path, strings.TrimSuffix(at.Path, "/")) || bytes.Equal(a.body, v.home.body) {
		return false
	}
	return e.valid(a.body, a.whole)
}

func (e exposure) sign(place string, sure tillwatch.Certainty) tillwatch.Sign {
	s := tillwatch.Sign{
		Rule: ruleExposed, Severity: e.severity, Certainty: sure, Place: place, Count: 1,
		Summary:  fmt.Sprintf("Anybody can fetch %s.", e.what),
		Evidence: []tillwatch.Evidence{{What: "proven by how the content begins; none of it was kept", Where: place}},
	}
	if sure != tillwatch.Certain {
		s.Severity = max(e.severity-1, tillwatch.Low)
		if e.what == whatGit { // many folders that are looked at are working copies, which no web server serves
			s.Severity = tillwatch.Low
		}
		s.Summary = fmt.Sprintf("In the folder of the shop lies %s. If the web server serves this folder, anybody can fetch it.", e.what)
		s.Evidence[0].What = "known by how the content begins; whether the web server refuses it was not tried"
	}
	return s
}
