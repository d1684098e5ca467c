package inventory

import (
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/tillwatch/tillwatch"
)

// Owner is the registrable domain of the host that an item comes from: of a script with an address that of the address,
// of one inside a page that of the page, of a host its own.
func Owner(item tillwatch.Item) string {
	place := item.Place
	if item.Kind == "host" {
		return Registrable(place)
	}
	if i := strings.LastIndex(place, " "); i >= 0 { // "inline script 1a2b of https://shop.example/cart"
		place = place[i+1:]
	}
	return Registrable(hostOf(place))
}

// Registrable is the part of a host's name that somebody registered. Of addresses and of names without a public suffix,
// such as shop.localhost, it is all of it.
func Registrable(host string) string {
	host = strings.TrimSuffix(strings.Trim(strings.ToLower(host), "[]"), ".")
	if _, err := netip.ParseAddr(host); err == nil {
		return host
	}
	if domain, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil && !strings.HasSuffix(host, ".localhost") {
		return domain
	}
	return host
}

// hostOf is the host of an address, without its port; empty for what is no address.
func hostOf(address string) string {
	_, rest, found := strings.Cut(address, "://")
	if !found {
		return ""
	}
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i]
	}
	u := url.URL{Host: rest[strings.LastIndexByte(rest, '@')+1:]}
	return strings.ToLower(u.Hostname())
}
