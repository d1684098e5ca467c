package technique

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
)

// rule is one thing that the server in front of the shop does: what nginx, PHP or a content delivery network would do.
type rule struct {
	Path   string            `json:"path"`   // exact, or a prefix that ends in "*"; "" for every page
	Always bool              `json:"always"` // before anything is planted too
	Serve  string            `json:"serve"`  // answer with this file of the case
	Type   string            `json:"type"`   // its media type
	Store  string            `json:"store"`  // append the body of a POST to this file of the document root
	Send   string            `json:"send"`   // HOST/PATH: post the body of a POST to this third party, from the server
	Encode string            `json:"encode"` // with Store or Send: "base64", "xor", "log" or as it is
	Pass   bool              `json:"pass"`   // with Store or Send: then let the shop answer; else the answer is 204
	Mirror string            `json:"mirror"` // HOST/PREFIX of another of the shop's names that answers instead
	To     string            `json:"to"`     // with Old: what stands in its place in the answer and its Location
	Append string            `json:"append"` // add this file of the case to the end of what the shop answers
	Old    string            `json:"old"`    // with Append: put it before this text instead
	Suffix string            `json:"suffix"` // added to the Location of the answer
	Share  int               `json:"share"`  // strike one answer of so many; 0 is all
	When   map[string]string `json:"when"`   // only requests whose headers of these names contain these texts; for answers that are changed
	Set    map[string]string `json:"set"`    // headers of the answer
	Remove []string          `json:"remove"` // headers of the answer
}

func (r rule) covers(path string) bool {
	if prefix, ok := strings.CutSuffix(r.Path, "*"); ok {
		return strings.HasPrefix(path, prefix)
	}
	return r.Path == path
}

func (r rule) meant(request http.Header) bool {
	for name, text := range r.When {
		if !strings.Contains(request.Get(name), text) {
			return false
		}
	}
	return true
}

// front stands before a shop and forwards to it.
type front struct {
	c       Case
	site    Site
	proxy   *httputil.ReverseProxy
	planted atomic.Bool
	served  []atomic.Int64 // by rule
}

// asked is the path that the browser asked for, before a mirror turned it into another.
func asked(r *http.Request) string {
	path, _ := r.Context().Value(askedKey{}).(string)
	return path
}

type askedKey struct{}

func newFront(c Case, s Site, shop string) *front {
	f := &front{c: c, site: s, served: make([]atomic.Int64, len(c.front))}
	f.proxy = &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: shop})
			r.Out.Host = r.In.Host
			r.Out.Header.Del("Accept-Encoding")
			r.Out.Header.Del("If-None-Match")
		},
		ModifyResponse: f.tamper,
	}
	return f
}

func (f *front) rules() []rule {
	var list []rule
	for _, r := range f.c.front {
		if r.Always || f.planted.Load() {
			list = append(list, r)
		}
	}
	return list
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r = r.WithContext(context.WithValue(r.Context(), askedKey{}, r.URL.Path))
	for _, at := range f.rules() {
		switch {
		case !at.covers(r.URL.Path):
		case at.Serve != "":
			f.serve(w, at)
			return
		case at.Mirror != "":
			host, prefix, _ := strings.Cut(at.Mirror, "/")
			r.Host, r.URL.Path = host, "/"+prefix+strings.TrimPrefix(r.URL.Path, strings.TrimSuffix(at.Path, "*"))
		case at.Store+at.Send != "" && r.Method == http.MethodPost:
			if !f.keep(w, r, at) {
				return
			}
		}
	}
	f.proxy.ServeHTTP(w, r)
}

func (f *front) serve(w http.ResponseWriter, at rule) {
	b, err := f.c.expand(f.site, at.Serve, false)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", at.Type)
	for name, value := range at.Set {
		w.Header().Set(name, value)
	}
	_, _ = w.Write(b)
}

// keep is what a script of the attacker's does on the server with what it is sent: it writes it into a file that looks
// harmless, or sends it on. It tells whether the shop is to answer.
func (f *front) keep(w http.ResponseWriter, r *http.Request, at rule) bool {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	switch {
	case err != nil:
	case at.Send != "":
		err = f.send(r.Context(), at.Send, encode(at.Encode, body))
	default:
		var file *os.File
		if file, err = os.OpenFile(filepath.Join(f.site.Docroot, filepath.FromSlash(at.Store)), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644); err == nil {
			_, err = file.Write(encode(at.Encode, body))
			_ = file.Close()
		}
	}
	switch {
	case err != nil:
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return false
	case at.Pass:
		r.Body = io.NopCloser(bytes.NewReader(body))
		return true
	default:
		w.WriteHeader(http.StatusNoContent)
		return false
	}
}

// send posts to a third party as the server itself, so that no browser sees it.
func (f *front) send(ctx context.Context, to string, body []byte) error {
	host, path, _ := strings.Cut(to, "/")
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+net.JoinHostPort("127.0.0.1", f.site.Port)+"/"+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Host = net.JoinHostPort(host, f.site.Port)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	return answer.Body.Close()
}

// encode is how the server's script writes what it keeps.
func encode(how string, body []byte) []byte {
	switch how {
	case "base64":
		return append([]byte(base64.StdEncoding.EncodeToString(body)), '\n')
	case "xor":
		return append([]byte(hex.EncodeToString(xor(string(body), []byte("s3ss")))), '\n')
	case "log": // a line like those that the web server writes
		return fmt.Appendf(nil, "192.0.2.41 - - [22/Nov/2026:06:25:02 +0900] \"GET /assets/css/shop.css?v=%x HTTP/1.1\" 200 14517\n", xor(string(body), []byte("s3ss")))
	default:
		return append(body, '\n')
	}
}

// tamper changes answers of the shop's.
func (f *front) tamper(r *http.Response) error {
	html := strings.HasPrefix(r.Header.Get("Content-Type"), "text/html")
	for i, at := range f.c.front {
		if !at.Always && !f.planted.Load() || at.Serve != "" {
			continue
		}
		if at.Path == "" && !html || at.Path != "" && !at.covers(asked(r.Request)) {
			continue
		}
		if !at.meant(r.Request.Header) {
			continue
		}
		if n := f.served[i].Add(1); at.Share > 1 && n%int64(at.Share) != 1 {
			continue
		}
		for name, value := range at.Set {
			r.Header.Set(name, f.ports(value))
		}
		for _, name := range at.Remove {
			r.Header.Del(name)
		}
		if location := r.Header.Get("Location"); location != "" && at.Suffix != "" {
			r.Header.Set("Location", location+at.Suffix)
		}
		if at.To != "" {
			location := r.Header.Get("Location")
			r.Header.Set("Location", strings.Replace(location, f.ports(at.Old), f.ports(at.To), 1))
			if location == "" {
				r.Header.Del("Location")
			}
		}
		if at.Append == "" && (at.To == "" || !html) {
			continue
		}
		if err := f.rewrite(r, at); err != nil {
			return err
		}
	}
	return nil
}

func (f *front) ports(text string) string {
	return strings.NewReplacer("PORT", f.site.Port).Replace(text)
}

func (f *front) rewrite(r *http.Response, at rule) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	var code []byte
	if at.Append != "" {
		if code, err = f.c.expand(f.site, at.Append, false); err != nil {
			return err
		}
	}
	switch {
	case at.To != "":
		body = bytes.Replace(body, []byte(at.Old), []byte(f.ports(at.To)), 1)
	case at.Old != "":
		body = bytes.Replace(body, []byte(at.Old), append(code, at.Old...), 1)
	default:
		body = append(body, code...)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.ContentLength = int64(len(body))
	r.Header.Set("Content-Length", strconv.Itoa(len(body)))
	r.Header.Del("ETag")
	return nil
}
