package page

import (
	"net"
	"net/url"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/tillwatch/tillwatch/known"
)

// owner says whose a destination is, as far as card and contact data are concerned.
type owner int

const (
	foreign      owner = iota // nobody said that this host may receive anything
	own                       // the shop's own site: everything, but a card number in the payment request only
	authorised                // the operator said so: everything
	provider                  // a known payment provider: everything
	providerPart              // a known payment provider's host that is not meant for card fields: contact data
)

// destinations tells whose a host is, for one shop.
type destinations struct {
	shop       string   // host of the start address
	authorised []string // hosts the operator named; "*.x" for x and all below
	providers  *known.Providers
}

func (d destinations) owner(host string) owner {
	host = hostOnly(host)
	for _, pattern := range d.authorised {
		if matchesHost(pattern, host) {
			return authorised
		}
	}
	if sameSite(host, d.shop) {
		return own
	}
	if p, ok := d.providers.ByHost(host); ok {
		if p.Card {
			return provider
		}
		return providerPart
	}
	return foreign
}

// sharedHosting are domains below which each name is another customer's, and that the public suffix list does not have:
// rental hosting and shop services of Japan and Korea.
var sharedHosting = []string{
	"cafe24.com", "coreserver.jp", "easy-myshop.jp", "fc2.com", "futureshop.jp", "heteml.net", "lolipop.jp", "makeshop.jp", "ocnk.net",
	"sakura.ne.jp", "shop-pro.jp", "shopserve.jp", "stores.jp", "thebase.in", "xsrv.jp",
}

// sameSite tells whether two hosts belong to one registrable domain (public suffix plus one label). Addresses and
// names without a public suffix of their own, such as shop.localhost, are the same site only where they are equal or
// one lies below the other.
func sameSite(a, b string) bool {
	a, b = hostOnly(a), hostOnly(b)
	if a == b {
		return true
	}
	if net.ParseIP(a) != nil || net.ParseIP(b) != nil {
		return false
	}
	siteA, siteB := site(a), site(b)
	return siteA != "" && siteA == siteB
}

// site is the registrable domain of a host; empty where it has none.
func site(host string) string {
	for _, shared := range sharedHosting {
		if below, ok := strings.CutSuffix(host, "."+shared); ok {
			return below[strings.LastIndexByte(below, '.')+1:] + "." + shared
		}
	}
	registrable, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return ""
	}
	return registrable
}

func matchesHost(pattern, host string) bool {
	pattern = strings.ToLower(pattern)
	if domain, ok := strings.CutPrefix(pattern, "*."); ok {
		return host == domain || strings.HasSuffix(host, "."+domain)
	}
	return host == hostOnly(pattern)
}

// hostOnly takes a host with or without a port and gives it in lower case without port, brackets and final dot.
func hostOnly(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return strings.TrimSuffix(strings.Trim(strings.ToLower(host), "[]"), ".")
}

// hostOf gives the host of a URL, without port; empty for URLs that go nowhere (data:, blob:, about:).
func hostOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		_, rest, _ := strings.Cut(raw, "://") // a hostile page may ask for what no parser takes
		if i := strings.IndexAny(rest, "/?#"); i >= 0 {
			rest = rest[:i]
		}
		return hostOnly(rest)
	}
	switch u.Scheme {
	case "http", "https", "ws", "wss", "webrtc", "dns", "udp", "tcp", "icmp", "ip":
		return hostOnly(u.Host)
	}
	return ""
}

// bare cuts query and fragment off a URL: they may hold what was typed, so nothing that is shown or stored has them.
func bare(raw string) string {
	if i := strings.IndexAny(raw, "?#"); i >= 0 {
		raw = raw[:i]
	}
	if len(raw) > 300 {
		raw = raw[:300] + "…"
	}
	return raw
}

// originOf gives scheme, host and port of a URL.
func originOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return bare(raw)
	}
	return u.Scheme + "://" + strings.ToLower(u.Host)
}

// shown is a URL as it may be shown and stored: [bare], and without path segments or labels of the host that hold
// digits enough for a card number, a mail address or an escape, or are too long to be a name, since a skimmer may put
// its loot there.
func shown(raw string) string {
	var b strings.Builder
	for rest := bare(raw); rest != ""; {
		i := strings.IndexAny(rest, "/.")
		if i < 0 {
			i = len(rest) - 1
		}
		segment := rest[:i+1]
		if longestNumber(segment) >= 10 || len(segment) > 80 || strings.ContainsAny(segment, "@%") {
			segment = "…" + segment[len(segment)-1:]
		}
		b.WriteString(segment)
		rest = rest[i+1:]
	}
	return b.String()
}

// longestNumber counts the digits of the longest number in s, whatever separates its groups. The digits of a content
// hash have letters between them.
func longestNumber(s string) int {
	longest, digits := 0, 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
			longest = max(longest, digits)
		case r != '-' && r != '_' && r != '+' && r != ' ' && r != ',':
			digits = 0
		}
	}
	return longest
}

func onlyDigits(r rune) rune {
	if r >= '0' && r <= '9' {
		return r
	}
	return -1
}
