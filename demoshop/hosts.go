package demoshop

import (
	"errors"
	"net"
	"net/http"
	"strings"
)

// handler answers for every name.
func (s *Shop) handler() http.Handler {
	storefront, provider := s.storefront(), s.provider.handler()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.serving.RLock()
		defer s.serving.RUnlock()
		host := hostname(r)
		switch {
		case host == shopHost || host == "localhost" || net.ParseIP(host) != nil && ours(host):
			s.logged(storefront).ServeHTTP(w, r)
		case host == payHost:
			allowEveryOrigin(s.received.thirdParty(host, provider)).ServeHTTP(w, r)
		case ours(host):
			allowEveryOrigin(s.received.thirdParty(host, s.config.Hosts[host])).ServeHTTP(w, r)
		default:
			// A foreign name that points at loopback is a page trying to reach into this machine.
			http.Error(w, "this server answers for names under localhost only", http.StatusMisdirectedRequest)
		}
	})
}

func hostname(r *http.Request) string {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return strings.ToLower(strings.Trim(host, "[]"))
}

// ours tells whether a name leads to this machine whatever a name server says.
func ours(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}

// allowEveryOrigin is what analytics services, payment providers and thieves have in common.
func allowEveryOrigin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if from := r.Header.Get("Origin"); from != "" {
			h := w.Header()
			h.Set("Access-Control-Allow-Origin", from)
			h.Set("Access-Control-Allow-Credentials", "true")
			h.Set("Access-Control-Allow-Private-Network", "true")
			h.Add("Vary", "Origin")
			if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
				h.Set("Access-Control-Allow-Methods", r.Header.Get("Access-Control-Request-Method"))
				h.Set("Access-Control-Allow-Headers", r.Header.Get("Access-Control-Request-Headers"))
				h.Set("Access-Control-Max-Age", "600")
				w.WriteHeader(http.StatusNoContent)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// Errors that a handler may return instead of answering.
var (
	errNotFound   = errors.New("not found")
	errForbidden  = errors.New("forbidden")
	errUnreadable = errors.New("unreadable")
)
