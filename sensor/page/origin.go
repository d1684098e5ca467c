package page

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/script"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// Between a shop and its customers stands a content network or a proxy that can serve something else than the shop has.
// The shop's files are then clean, and so is everything that looks at them. Asking the shop's own server for what
// customers were given shows it.

// Bounds of the comparison: the shop's server bears some dozens of requests, one after the other.
const (
	maxAssets     = 60
	maxPages      = 6
	maxAsset      = 5 << 20
	originTimeout = 15 * time.Second
)

// origin asks the server behind the shop's public address, by the same names and over the same protocol.
type origin struct {
	*look
	client *http.Client // to the server behind
	public *http.Client // the way customers go
	d      destinations
}

func (l *look) newOrigin() *origin {
	behind := &http.Transport{DialContext: l.dialOrigin, TLSClientConfig: &tls.Config{RootCAs: l.roots()}, MaxConnsPerHost: 1}
	public := &http.Transport{DialContext: dialLocal, TLSClientConfig: &tls.Config{RootCAs: l.roots()}, MaxConnsPerHost: 1}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &origin{
		look: l, d: l.destinations(l.start.Host),
		client: &http.Client{Transport: behind, Timeout: originTimeout, CheckRedirect: stay},
		public: &http.Client{Transport: public, Timeout: originTimeout, CheckRedirect: stay},
	}
}

func (o *origin) close() {
	o.client.CloseIdleConnections()
	o.public.CloseIdleConnections()
}

// dialOrigin connects to the configured server whatever name is asked for. Where no port was given it is the name's own.
func (l *look) dialOrigin(ctx context.Context, network, address string) (net.Conn, error) {
	target := l.config.Origin
	if _, _, err := net.SplitHostPort(target); err != nil {
		_, port, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		target = net.JoinHostPort(strings.Trim(target, "[]"), port)
	}
	return new(net.Dialer).DialContext(ctx, network, target)
}

// compare asks the server behind for the scripts and public pages that the customer of a visit got from the shop's own
// hosts, and reports what is different.
func (o *origin) compare(ctx context.Context, v *visit) ([]tillwatch.Sign, []tillwatch.Gap) {
	var signs []tillwatch.Sign
	var gaps []tillwatch.Gap
	scripts := o.assets(v)
	missing := map[string][]browser.Script{} // by folder
	answered := map[string]bool{}
	for _, s := range scripts {
		sign, err := o.script(ctx, s)
		folder := path.Dir(bare(s.URL))
		switch {
		case ctx.Err() != nil:
			return signs, gaps
		case errors.Is(err, errMissing):
			missing[folder] = append(missing[folder], s)
		case err != nil:
			gaps = append(gaps, tillwatch.Gap{Place: steadyAddress(s.URL), Why: "it was not compared with the shop's own server (--origin): " + o.why(err)})
			if len(gaps) >= 3 {
				return signs, gaps // the server does not answer: no use in asking on
			}
		default:
			answered[folder] = true
			if sign.Rule != "" {
				signs = append(signs, sign)
			}
		}
	}
	for folder, list := range missing {
		for _, s := range list {
			if answered[folder] { // its neighbours are there
				signs = append(signs, edgeSign(s, tillwatch.Medium, "Customers get a script at %s that the shop's own server does not have.", "served to customers, but not by the shop's own server"))
				continue
			}
			gaps = append(gaps, tillwatch.Gap{Place: steadyAddress(s.URL), Why: "the shop's own server (--origin) does not have it, so that it could not be compared: it may come from another store of files"})
		}
	}
	for _, page := range o.pages(v) {
		found, err := o.page(ctx, page)
		signs = append(signs, found...)
		if err != nil && ctx.Err() == nil && len(gaps) < 3 {
			gaps = append(gaps, tillwatch.Gap{Place: steadyAddress(page), Why: "it was not compared with the shop's own server (--origin): " + o.why(err)})
		}
	}
	slices.SortFunc(signs, func(a, b tillwatch.Sign) int { return strings.Compare(a.Place, b.Place) })
	slices.SortFunc(gaps, func(a, b tillwatch.Gap) int { return strings.Compare(a.Place, b.Place) })
	return signs, gaps
}

// assets are the scripts of files that came from the shop's own hosts, each address once.
func (o *origin) assets(v *visit) []browser.Script {
	var out []browser.Script
	seen := map[string]bool{}
	for _, s := range v.scripts {
		if s.Kind != "external" || s.Source == "" || s.Truncated || seen[s.URL] || len(out) >= maxAssets || o.d.owner(hostOf(s.URL)) != own || edgeService(s.URL) {
			continue
		}
		seen[s.URL] = true
		out = append(out, s)
	}
	return out
}

// edgeService says that an address belongs to the content network itself, which answers it without asking the shop.
func edgeService(address string) bool {
	return strings.Contains(address, "/cdn-cgi/") || strings.Contains(address, "/akam/") || hostOf(address) == "static.cloudflareinsights.com"
}

var errMissing = errors.New("not there")

// script compares one script by its statements, so that a network that takes out comments and blanks changes nothing.
// What the server itself gives anew at each request is not compared.
func (o *origin) script(ctx context.Context, s browser.Script) (tillwatch.Sign, error) {
	behind, err := o.get(ctx, o.client, s.URL)
	if err != nil {
		return tillwatch.Sign{}, err
	}
	if script.Digest(behind) == script.Digest([]byte(s.Source)) {
		return tillwatch.Sign{}, nil
	}
	again, err := o.get(ctx, o.client, s.URL)
	if err != nil || script.Digest(again) != script.Digest(behind) {
		return tillwatch.Sign{}, err
	}
	sign := edgeSign(s, tillwatch.High, "Customers get another script at %s than the shop's own server has: what stands between them changed it, or serves an old copy.", "")
	list := script.Statements([]byte(s.Source))
	have := map[uint64]bool{}
	for _, statement := range script.Statements(behind) {
		have[statement.Hash] = true
	}
	unknown := 0
	for _, statement := range list {
		if have[statement.Hash] {
			continue
		}
		if unknown++; unknown == 1 {
			e := tillwatch.Evidence{What: "the first statement that the shop's own server does not have", Where: steadyAddress(s.URL)}
			e.Line, e.Column = place([]byte(s.Source), statement.Start)
			sign.Evidence = append(sign.Evidence, e)
		}
	}
	if unknown == 0 {
		sign.Severity = tillwatch.Low // something is left out: an older or a shortened copy
		sign.Evidence = append(sign.Evidence, tillwatch.Evidence{What: "something of the shop's own copy is left out", Where: steadyAddress(s.URL)})
	}
	return sign, nil
}

func edgeSign(s browser.Script, severity tillwatch.Severity, summary, what string) tillwatch.Sign {
	sign := tillwatch.Sign{
		Rule: "page/edge-differs", Place: steadyAddress(s.URL), Severity: severity, Certainty: tillwatch.Likely, Since: s.At, Count: 1,
		Summary: fmt.Sprintf(summary, steadyAddress(s.URL)),
	}
	if what != "" {
		sign.Evidence = []tillwatch.Evidence{{What: what, Where: sign.Place}}
	}
	return sign
}

// pages are the addresses of pages that a visitor without a cart can open, too.
func (o *origin) pages(v *visit) []string {
	out := []string{o.start.String()}
	for _, r := range v.requests {
		if r.Main && r.Method == http.MethodGet && r.Status == http.StatusOK && o.d.owner(hostOf(r.URL)) == own && !slices.Contains(out, r.URL) && len(out) < maxPages {
			out = append(out, r.URL)
		}
	}
	return out
}

// page compares which scripts a page names, as a visitor without cookies gets it from either side. What the server's two
// answers do not have in common with each other does not count: it is made anew each time.
func (o *origin) page(ctx context.Context, address string) ([]tillwatch.Sign, error) {
	public, err := o.get(ctx, o.public, address)
	if err != nil {
		return nil, nil // only a customer with a cart gets it
	}
	behind := map[string]bool{}
	for range 2 {
		text, err := o.get(ctx, o.client, address)
		if err != nil {
			return nil, err
		}
		for _, name := range scriptNames(text, address) {
			behind[name] = true
		}
	}
	var signs []tillwatch.Sign
	for _, name := range scriptNames(public, address) {
		if behind[name] {
			continue
		}
		signs = append(signs, tillwatch.Sign{
			Rule: "page/edge-differs", Place: steadyAddress(address), Severity: tillwatch.High, Certainty: tillwatch.Likely, Since: o.now(), Count: 1,
			Summary:  fmt.Sprintf("The page %s has a script for customers that it does not have at the shop's own server.", steadyAddress(address)),
			Evidence: []tillwatch.Evidence{{What: "in the page that customers get, but not in that of the shop's own server", Where: name}},
		})
		break // one page, one sign
	}
	return signs, nil
}

// scriptNames are the scripts of a page: the addresses of files, and the outlines of code inside it.
func scriptNames(text []byte, address string) []string {
	base, err := url.Parse(address)
	if err != nil {
		return nil
	}
	var out []string
	inside := false
	for z := html.NewTokenizer(bytes.NewReader(text)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return out
		case html.StartTagToken:
			name, more := z.TagName()
			if inside = string(name) == "script"; !inside {
				continue
			}
			var source string
			for more {
				var key, value []byte
				if key, value, more = z.TagAttr(); string(key) == "src" {
					source = string(value)
				}
			}
			if u, err := base.Parse(source); source != "" && err == nil && !edgeService(u.String()) {
				out = append(out, steadyAddress(u.String()))
			}
		case html.TextToken:
			if code := string(z.Text()); inside && strings.TrimSpace(code) != "" && !strings.Contains(code, "/cdn-cgi/") {
				out = append(out, "inline script "+outline(code)+" of "+steadyAddress(address))
			}
			inside = false
		}
	}
}

// get asks for a public address with the operator's pass. Only the shop's own hosts are asked.
func (o *origin) get(ctx context.Context, client *http.Client, address string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	request.Header = o.config.Headers.Clone()
	if request.Header == nil {
		request.Header = http.Header{}
	}
	if o.config.Username != "" {
		request.SetBasicAuth(o.config.Username, o.config.Password)
	}
	request.Header.Set("User-Agent", plainAgent)
	request.Header.Set("Accept-Language", cmp.Or(o.profile.Locale, "en"))
	request.Header.Set("Cache-Control", "no-cache")
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	switch {
	case response.StatusCode == http.StatusNotFound || response.StatusCode == http.StatusGone:
		return nil, errMissing
	case response.StatusCode != http.StatusOK:
		return nil, statusError(response.StatusCode)
	}
	return io.ReadAll(io.LimitReader(response.Body, maxAsset))
}

type statusError int

func (e statusError) Error() string { return fmt.Sprintf("it answered with status %d", int(e)) }

// why says what stopped a request, and what to do about it.
func (o *origin) why(err error) string {
	var status statusError
	switch {
	case errors.As(err, &status):
		return status.Error()
	case errors.Is(err, errMissing):
		return "it does not have it"
	}
	behind := *o.start // whose trouble it is
	behind.Host = o.config.Origin
	return whyNoAnswer(err, &behind)
}
