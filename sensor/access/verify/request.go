package verify

import (
	"cmp"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"strings"
)

// Path is where the handler is mounted. Envoy puts the original path behind it.
const Path = "/v1/verify"

// tokenOf is the token of a request. many says that it brought several, so that the shop may look at another than we do.
func tokenOf(r *http.Request, cookies []string) (token string, many bool) {
	values := r.Header["Authorization"]
	for _, v := range values {
		scheme, rest, _ := strings.Cut(strings.TrimSpace(v), " ")
		if strings.EqualFold(scheme, "Bearer") && token == "" {
			token = strings.TrimSpace(rest)
		}
	}
	if many = len(values) > 1; token != "" || len(cookies) == 0 {
		return token, many
	}
	for _, name := range cookies {
		if found := r.CookiesNamed(name); len(found) > 0 {
			return found[0].Value, many || len(found) > 1
		}
	}
	return "", many
}

// routeOf is what the customer asked for, without query and without what may be a customer's: nginx is told to say it in
// X-Original-URI, Traefik and Caddy say X-Forwarded-Uri, Envoy puts it behind the handler's own path.
func routeOf(r *http.Request) string { return route(pathOf(r)) }

func pathOf(r *http.Request) string {
	if said := cmp.Or(r.Header.Get("X-Original-Uri"), r.Header.Get("X-Forwarded-Uri")); said != "" {
		return said
	}
	return strings.TrimPrefix(r.URL.Path, Path)
}

// cleaned is a path as a shop is likely to understand it, so that another spelling does not lead past a refusal.
func cleaned(asked string) string {
	if i := strings.IndexAny(asked, "?#"); i >= 0 {
		asked = asked[:i]
	}
	for range 2 {
		if plain, err := url.PathUnescape(asked); err == nil {
			asked = plain
		}
	}
	asked = strings.ReplaceAll(strings.ToLower(asked), "\\", "/")
	if i := strings.IndexByte(asked, ';'); i >= 0 {
		asked = asked[:i]
	}
	return path.Clean("/" + asked)
}

// maxRoute bounds a route.
const maxRoute = 200

// route puts "{}" in the place of each part of a path that may name a customer or an order.
func route(asked string) string {
	if i := strings.IndexAny(asked, "?#;"); i >= 0 {
		asked = asked[:i]
	}
	if len(asked) > maxRoute {
		asked = asked[:maxRoute]
	}
	var out strings.Builder
	for part := range strings.SplitSeq(strings.TrimPrefix(asked, "/"), "/") {
		out.WriteByte('/')
		if isName(part) {
			out.WriteString(part)
		} else {
			out.WriteString("{}")
		}
	}
	return out.String()
}

// isName says that a part of a path is a word of the shop's, such as "address-list", "v2" or "index.php".
func isName(part string) bool {
	if len(part) > 32 {
		return false
	}
	digits := 0
	for _, c := range []byte(part) {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '-', c == '_', c == '.':
		default:
			return false
		}
	}
	version := digits <= 2 && len(part) <= 3 && part != "" && (part[0] == 'v' || part[0] == 'V')
	return digits == 0 || version
}

// matches says whether a path fits a pattern in which "*" stands for any text.
func matches(pattern, asked string) bool {
	parts := strings.Split(pattern, "*")
	rest, fits := strings.CutPrefix(asked, parts[0])
	if !fits || len(parts) == 1 {
		return fits && rest == ""
	}
	last := parts[len(parts)-1]
	for _, p := range parts[1 : len(parts)-1] {
		_, after, found := strings.Cut(rest, p)
		if !found {
			return false
		}
		rest = after
	}
	return strings.HasSuffix(rest, last)
}

// addressOf is the network address that a request is said to come from. It is evidence and decides nothing: the gateway
// may pass on what its client claims.
func addressOf(r *http.Request) string {
	said := r.Header.Get("X-Real-Ip")
	if said == "" {
		all := r.Header.Get("X-Forwarded-For")
		said = strings.TrimSpace(all[strings.LastIndexByte(all, ',')+1:])
	}
	if said == "" {
		said, _, _ = net.SplitHostPort(r.RemoteAddr)
	}
	if a, err := netip.ParseAddr(said); err == nil {
		return a.WithZone("").String()
	}
	return ""
}
