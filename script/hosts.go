package script

import (
	"net/netip"
	"strings"
)

// hostOf is the host that a URL names; what is not known of it is "*". A relative address gives "".
func hostOf(target string) string {
	t := strings.TrimLeft(target, " \t\r\n")
	t = strings.ReplaceAll(t, `\`, "/")
	i := strings.Index(t, "//")
	switch {
	case i == 0:
	case i > 0 && strings.TrimLeft(t[:i], hole) == "": // a scheme that is not known
	case i > 0 && t[i-1] == ':' && len(t[:i]) <= 8+2*strings.Count(t[:i], hole) && !strings.ContainsAny(t[:i], "/?#. "):
	case strings.HasPrefix(t, "stun:") || strings.HasPrefix(t, "turn:"):
		return cleanHost(t[5:])
	default:
		return ""
	}
	return cleanHost(t[i+2:])
}

func cleanHost(t string) string {
	if i := strings.IndexAny(t, "/?#\"'<> \t\r\n,;"); i >= 0 {
		t = t[:i]
	}
	if i := strings.LastIndexByte(t, '@'); i >= 0 {
		t = t[i+1:]
	}
	if i := strings.LastIndexByte(t, ':'); i >= 0 && !strings.Contains(t[i:], "]") {
		t = t[:i]
	}
	t = strings.ToLower(strings.Trim(t, "[]."))
	if t == "" {
		return ""
	}
	for strings.Contains(t, hole) {
		t = strings.ReplaceAll(t, hole, "*")
	}
	for strings.Contains(t, "**") {
		t = strings.ReplaceAll(t, "**", "*")
	}
	if len(t) > 253 {
		return ""
	}
	for i := 0; i < len(t); i++ {
		c := t[i]
		if c < 0x80 && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '.' && c != '-' && c != '_' && c != '*' && c != ':' {
			return ""
		}
	}
	return t
}

// registrable is the part of a host that somebody had to register: its last two labels, or three where the last two
// are a country's commercial registry. An address is itself.
func registrable(host string) string {
	if _, err := netip.ParseAddr(host); err == nil {
		return host
	}
	labels := strings.Split(host, ".")
	n := len(labels)
	if n < 2 {
		return host
	}
	keep := 2
	if n > 2 && len(labels[n-1]) == 2 {
		switch labels[n-2] {
		case "co", "com", "net", "org", "ne", "or", "ac", "go", "gov", "edu", "web", "ltd", "plc", "my", "biz":
			keep = 3
		}
	}
	return strings.Join(labels[n-keep:], ".")
}

// knownHost tells whether enough of a host is known to say whose it is.
func knownHost(host string) bool {
	r := registrable(host)
	switch host[strings.LastIndexByte(host, '.')+1:] {
	case "js", "mjs", "css", "html", "php", "json", "gif", "png", "jpg", "svg": // a file's name after two slashes
		return false
	}
	return host != "" && !strings.Contains(r, "*") && strings.Contains(r, ".") || isAddress(host)
}

// isPicture tells whether an address is that of a picture or a font.
func isPicture(target string) bool {
	return isAsset(target) && !strings.Contains(target, ".js") && !strings.Contains(target, ".css") && !strings.Contains(target, ".svg")
}

// isAsset tells whether an address or a name is that of a file that a page is made of, and that nothing is sent to.
func isAsset(target string) bool {
	if i := strings.IndexAny(target, "?#"); i >= 0 {
		target = target[:i]
	}
	switch strings.ToLower(target[strings.LastIndexByte(target, '.')+1:]) {
	case "png", "jpg", "jpeg", "gif", "webp", "ico", "svg", "css", "woff", "woff2", "ttf", "js", "avif", "bmp":
		return strings.Contains(target, ".")
	}
	return false
}

func isAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

// isLocal tells whether a host is the page's own machine or an example's: nobody receives anything there.
func isLocal(host string) bool {
	return host == "localhost" || strings.HasPrefix(host, "127.") || host == "::1" || host == "0.0.0.0" || host == "www.w3.org"
}

// imitated are the names that shops know from their pages and therefore do not look at twice, each with the domains
// that really are its owner's.
var imitated = []struct {
	name  string
	owner []string
}{
	{"googletagmanager", []string{"googletagmanager.com"}},
	{"googleanalytics", []string{"google-analytics.com", "googleanalytics.com"}},
	{"googleapis", []string{"googleapis.com"}},
	{"googletag", []string{"googletagmanager.com", "googletagservices.com"}},
	{"googlesyndication", []string{"googlesyndication.com"}},
	{"googleadservices", []string{"googleadservices.com"}},
	{"gstatic", []string{"gstatic.com"}},
	{"doubleclick", []string{"doubleclick.net", "doubleclick.com", "doubleclickbygoogle.com"}},
	{"jquery", []string{"jquery.com", "jquery.org", "jqueryui.com", "jquerymobile.com", "jquerytools.org", "jqueryscript.net"}},
	{"jsdelivr", []string{"jsdelivr.net", "jsdelivr.com"}},
	{"cdnjs", []string{"cloudflare.com", "cdnjs.com"}},
	{"cloudflare", []string{"cloudflare.com", "cloudflare.net", "cloudflareinsights.com", "cloudflarestream.com", "cloudflareaccess.com", "cloudflare-ipfs.com", "cloudflare-dns.com", "cloudflareclient.com", "cloudflarestorage.com"}},
	{"bootstrapcdn", []string{"bootstrapcdn.com"}},
	{"fontawesome", []string{"fontawesome.com", "fontawesome.io"}},
	{"facebook", []string{"facebook.com", "facebook.net"}},
	{"magento", []string{"magento.com", "magentocommerce.com", "magento.cloud", "magentosite.cloud"}},
	{"woocommerce", []string{"woocommerce.com"}},
	{"hotjar", []string{"hotjar.com", "hotjar.io"}},
	{"newrelic", []string{"newrelic.com"}},
	{"trustpilot", []string{"trustpilot.com", "trustpilot.net"}},
	{"modernizr", []string{"modernizr.com"}},
	{"recaptcha", []string{"recaptcha.net", "google.com"}},
	{"paypal", []string{"paypal.com", "paypalobjects.com", "paypal.cn"}},
	{"stripe", []string{"stripe.com", "stripe.network", "stripecdn.com"}},
	{"braintree", []string{"braintreegateway.com", "braintree-api.com", "braintreepayments.com"}},
	{"adyen", []string{"adyen.com"}},
	{"klarna", []string{"klarna.com", "klarna.net", "klarnacdn.net", "klarnaservices.com"}},
	{"worldpay", []string{"worldpay.com"}},
	{"authorizenet", []string{"authorize.net"}},
	{"shopify", []string{"shopify.com", "shopifycdn.com", "shopifysvc.com", "myshopify.com", "shopifycloud.com"}},
	{"zendesk", []string{"zendesk.com", "zdassets.com"}},
	{"sucuri", []string{"sucuri.net"}},
	{"google", []string{"google.com", "google.co.jp", "withgoogle.com", "googlesource.com", "googleblog.com", "googleusercontent.com", "googlevideo.com", "googlemail.com", "googleoptimize.com", "googlecode.com", "googledomains.com", "google.cn", "googlezip.net"}},
}

// imitates is the domain that host is made to be mistaken for, or "". A name swapped by a letter or two, joined with
// a word, or under another top-level domain is an imitation; one of the owner's own is not.
func imitates(host string) string {
	if isAddress(host) || !strings.Contains(host, ".") {
		return ""
	}
	domain := registrable(host)
	label, _, _ := strings.Cut(domain, ".")
	plain := strings.NewReplacer("-", "", "_", "").Replace(label)
	unlike := strings.NewReplacer("0", "o", "1", "l", "rn", "m", "vv", "w").Replace(plain)
	for _, i := range imitated {
		for _, owner := range i.owner {
			if domain == owner || strings.HasPrefix(domain, i.name+".") && len(domain)-len(i.name) <= 7 && i.name == "google" {
				return ""
			}
		}
	}
	for _, i := range imitated {
		contains := len(i.name) >= 8 && strings.Contains(unlike, i.name)
		near := len(i.name) >= 8 && distance(plain, i.name) <= 1+len(i.name)/12 && plain != ""
		if contains || near || len(i.name) >= 6 && unlike == i.name || joined(label, i.name) {
			return i.owner[0]
		}
	}
	return ""
}

// isImitated tells whether a domain is one of those that others imitate.
func isImitated(domain string) bool {
	for _, i := range imitated {
		for _, owner := range i.owner {
			if domain == owner {
				return true
			}
		}
	}
	return false
}

// joined tells whether name is one of the words of a label joined by hyphens that are all of the kind a library's host
// has.
func joined(label, name string) bool {
	words := strings.Split(label, "-")
	found := false
	for _, w := range words {
		switch w {
		case name:
			found = true
		case "cdn", "js", "min", "api", "code", "lib", "static", "analytics", "stat", "stats", "tag", "tags", "ui", "script", "scripts", "cloud", "libs", "net", "web", "pay", "payment", "payments", "checkout", "secure", "form", "forms", "verify", "online", "account", "shop", "store":
		default:
			return false
		}
	}
	return found && len(words) > 1
}

// distance is the number of letters to be put, dropped, changed or swapped to make b of a; above 3 it stops counting.
func distance(a, b string) int {
	if len(a)-len(b) > 3 || len(b)-len(a) > 3 {
		return 4
	}
	before, previous, current := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range previous {
		previous[j] = j
	}
	for i := 1; i <= len(a); i++ {
		current[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			current[j] = min(previous[j]+1, current[j-1]+1, previous[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				current[j] = min(current[j], before[j-2]+1)
			}
		}
		before, previous, current = previous, current, before
	}
	return min(previous[len(b)], 4)
}
