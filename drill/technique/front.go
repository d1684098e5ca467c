package technique

import (
	"bytes"
	"io"
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
	Store  string            `json:"store"`  // append the body of a POST to this file of the document root, and answer 204
	Append string            `json:"append"` // add this file of the case to the end of what the shop answers
	Old    string            `json:"old"`    // replace this text of what the shop answers by Append
	Share  int               `json:"share"`  // strike one answer of so many; 0 is all
	Set    map[string]string `json:"set"`    // headers of the answer
	Remove []string          `json:"remove"` // headers of the answer
}

func (r rule) covers(path string) bool {
	if prefix, ok := strings.CutSuffix(r.Path, "*"); ok {
		return strings.HasPrefix(path, prefix)
	}
	return r.Path == path
}

// front stands before a shop and forwards to it.
type front struct {
	c       Case
	site    Site
	proxy   *httputil.ReverseProxy
	planted atomic.Bool
	served  []atomic.Int64 // by rule
}

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
	for _, at := range f.rules() {
		switch {
		case !at.covers(r.URL.Path):
		case at.Serve != "":
			f.serve(w, at)
			return
		case at.Store != "" && r.Method == http.MethodPost:
			f.store(w, r, at)
			return
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

// store is what a script of the attacker's does on the server: it keeps what it is sent in a file that looks harmless.
func (f *front) store(w http.ResponseWriter, r *http.Request, at rule) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err == nil {
		var file *os.File
		if file, err = os.OpenFile(filepath.Join(f.site.Docroot, filepath.FromSlash(at.Store)), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644); err == nil {
			_, err = file.Write(append(body, '\n'))
			_ = file.Close()
		}
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// tamper changes answers of the shop's.
func (f *front) tamper(r *http.Response) error {
	html := strings.HasPrefix(r.Header.Get("Content-Type"), "text/html")
	for i, at := range f.c.front {
		if !at.Always && !f.planted.Load() || at.Serve != "" || at.Store != "" {
			continue
		}
		if at.Path == "" && !html || at.Path != "" && !at.covers(r.Request.URL.Path) {
			continue
		}
		if n := f.served[i].Add(1); at.Share > 1 && n%int64(at.Share) != 1 {
			continue
		}
		for name, value := range at.Set {
			r.Header.Set(name, strings.ReplaceAll(value, "PORT", f.site.Port))
		}
		for _, name := range at.Remove {
			r.Header.Del(name)
		}
		if at.Append == "" {
			continue
		}
		if err := f.rewrite(r, at); err != nil {
			return err
		}
	}
	return nil
}

func (f *front) rewrite(r *http.Response, at rule) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	code, err := f.c.expand(f.site, at.Append, false)
	if err != nil {
		return err
	}
	if at.Old == "" {
		body = append(body, code...)
	} else {
		body = bytes.Replace(body, []byte(at.Old), append(code, at.Old...), 1)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.ContentLength = int64(len(body))
	r.Header.Set("Content-Length", strconv.Itoa(len(body)))
	r.Header.Del("ETag")
	return nil
}
