package technique

import (
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
)

type httpHandler = http.Handler

// handlers are the third parties that do more than serve files, by the name that manifests use.
var handlers = map[string]func(Case) http.Handler{
	"relay":   func(Case) http.Handler { return http.HandlerFunc(relay) },
	"pass-on": func(Case) http.Handler { return http.HandlerFunc(passOn) },
}

const provider = "pay.localhost"

// relay is a man in the middle: it answers as the payment provider does, by asking it.
func relay(w http.ResponseWriter, r *http.Request) {
	proxy := httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) {
		p.SetURL(&url.URL{Scheme: "http", Host: net.JoinHostPort("127.0.0.1", port(r))})
		p.Out.Host = net.JoinHostPort(provider, port(r))
	}, ModifyResponse: func(answer *http.Response) error {
		for name := range answer.Header {
			if strings.HasPrefix(name, "Access-Control-") {
				answer.Header.Del(name) // the name itself allows every origin already
			}
		}
		return nil
	}}
	proxy.ServeHTTP(w, r)
}

// passOn takes what is posted and has the browser post it once more, to the payment provider.
func passOn(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "http://"+net.JoinHostPort(provider, port(r))+r.URL.RequestURI(), http.StatusTemporaryRedirect)
}

func port(r *http.Request) string {
	_, port, err := net.SplitHostPort(r.Host)
	if err != nil {
		return "80"
	}
	return port
}
