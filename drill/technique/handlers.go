package technique

import (
	"encoding/base64"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"sync"
)

type httpHandler = http.Handler

// handlers are the third parties that do more than serve files, by the name that manifests use.
var handlers = map[string]func(Case) http.Handler{
	"pass-on":      func(Case) http.Handler { return http.HandlerFunc(passOn) },
	"once":         once,
	"visitor-gate": visitorGate,
	"sealed-gate":  sealedGate,
	"shims":        shims,
	"hand-back":    func(Case) http.Handler { return http.HandlerFunc(handBack) },
	"relay":        func(Case) http.Handler { return http.HandlerFunc(relay) },
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

// handBack takes what is posted and leads the customer back to the shop, as if the session had ended.
func handBack(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "http://"+net.JoinHostPort("shop.localhost", port(r))+"/checkout", http.StatusSeeOther)
}

func port(r *http.Request) string {
	_, port, err := net.SplitHostPort(r.Host)
	if err != nil {
		return "80"
	}
	return port
}

// code answers with a script of the case. The site is what the request tells: a third party knows no more.
func (c Case) code(w http.ResponseWriter, r *http.Request, name string) {
	b, err := c.expand(Site{Port: port(r)}, name, false)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(b)
}

// once hands each visitor the payload one time, in the checkout, and the stub at all others.
func once(c Case) http.Handler {
	var mu sync.Mutex
	given := map[string]bool{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		visitor, page := r.URL.Query().Get("visitor"), r.URL.Query().Get("page")
		if visitor == "" {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		mu.Lock()
		first := !given[visitor] && page == "/checkout"
		given[visitor] = given[visitor] || first
		mu.Unlock()
		if first {
			c.code(w, r, "payload.js")
			return
		}
		c.code(w, r, "stub.js")
	})
}

// visitorGate hands the payload to customers and the stub to machines that look for it.
func visitorGate(c Case) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		agent := r.Header.Get("User-Agent")
		switch {
		case r.Method == http.MethodPost:
			w.WriteHeader(http.StatusNoContent)
		case strings.Contains(r.Header.Get("Referer"), "/checkout") && !strings.Contains(agent, "Headless") &&
			(strings.Contains(agent, "Windows NT") || strings.Contains(agent, "Macintosh")) && strings.HasPrefix(r.Header.Get("Accept-Language"), "ja"):
			c.code(w, r, "payload.js")
		default:
			c.code(w, r, "stub.js")
		}
	})
}

// sealedGate wants a number that only a page with the right traits can have computed, and encrypts the payload for it.
func sealedGate(c Case) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		parts := strings.Split(strings.TrimSuffix(r.URL.Path, ".json"), "-")
		rules := ""
		if n := len(parts); n >= 3 {
			sealed, _ := strconv.Atoi(parts[n-2])
			stamp, _ := strconv.Atoi(parts[n-1])
			const all = 0b111111
			if (sealed^0x2a5f)-stamp == all*1009 && r.Header.Get("Referer") != "" && r.Header.Get("Sec-Fetch-Mode") == "cors" {
				b, err := c.expand(Site{Port: port(r)}, "payload.js", false)
				if err != nil {
					http.Error(w, err.Error(), http.StatusInternalServerError)
					return
				}
				rules = base64.StdEncoding.EncodeToString(xor(string(b), []byte(strconv.Itoa(stamp))))
			}
		}
		_ = json.NewEncoder(w).Encode(map[string]string{"locale": "ja-JP", "currency": "JPY", "rules": rules})
	})
}

// shims is an honest service whose answer depends on the browser.
func shims(c Case) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.Header.Get("User-Agent"), "Chrome/") {
			c.code(w, r, "stub.js")
			return
		}
		c.code(w, r, "payload.js")
	})
}
