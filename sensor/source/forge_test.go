package source

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
)

// host is a host of repositories: git's own program answers for these, and the interface speaks as its software's makers
// describe it, two repositories a page.
type host struct {
	*testing.T
	url  string
	root string

	mu      sync.Mutex
	limited int               // how many questions more are answered with "too many"
	fetched map[string]int    // by repository
	pushed  map[string]string // what the host says of each
	asked   []string          // tokens
}

func openHost(t *testing.T, s software) *host {
	t.Helper()
	where, err := exec.CommandContext(t.Context(), "git", "--exec-path").Output()
	if err != nil {
		t.Fatal(err)
	}
	h := &host{T: t, root: t.TempDir(), fetched: map[string]int{}, pushed: map[string]string{}}
	git := &cgi.Handler{
		Path: filepath.Join(strings.TrimSpace(string(where)), "git-http-backend"),
		Env:  []string{"GIT_PROJECT_ROOT=" + h.root, "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1"},
	}
	mux := http.NewServeMux()
	mux.Handle("/", git)
	mux.HandleFunc("/acme/", func(w http.ResponseWriter, r *http.Request) {
		if name, ok := strings.CutSuffix(r.URL.Path, "/info/refs"); ok {
			h.mu.Lock()
			h.fetched[strings.TrimSuffix(strings.TrimPrefix(name, "/acme/"), ".git")]++
			h.mu.Unlock()
		}
		git.ServeHTTP(w, r)
	})
	mux.HandleFunc(s.root+s.probe, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, `{"version":"1"}`) })
	mux.HandleFunc(s.root+"/", h.list(s))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	h.url = server.URL
	return h
}

// list answers for the user "acme"; there is no organisation of that name.
func (h *host) list(s software) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.asked = append(h.asked, r.Header.Get("Authorization"))
		if h.limited > 0 {
			h.limited--
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		if !strings.HasPrefix(r.URL.Path, s.root+"/users/acme/") {
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, `{"message":"Not Found"}`)
			return
		}
		var names []string
		for name := range h.pushed {
			names = append(names, name)
		}
		slices.Sort(names)
		page := 1
		fmt.Sscan(r.URL.Query().Get("page"), &page)
		from := min(2*(page-1), len(names))
		if to := min(from+2, len(names)); to < len(names) {
			w.Header().Set("Link", fmt.Sprintf(`<%s%s?page=1>; rel="first", <%s%s?page=%d>; rel="next"`, h.url, r.URL.Path, h.url, r.URL.Path, page+1))
			names = names[:to]
		}
		list := []map[string]any{}
		for _, name := range names[from:] {
			address := h.url + "/acme/" + name + ".git"
			if name == "elsewhere" {
				address = "https://thief.example/acme/elsewhere.git"
			}
			list = append(list, map[string]any{
				"full_name": "acme/" + name, "path_with_namespace": "acme/" + name, "clone_url": address, "http_url_to_repo": address,
				"pushed_at": h.pushed[name], "updated_at": h.pushed[name], "last_activity_at": h.pushed[name],
			})
		}
		_ = json.NewEncoder(w).Encode(list)
	}
}

// publish makes a repository with one file.
func (h *host) publish(name, text string) {
	h.Helper()
	r := newRepository(h.T)
	r.commit("config.php", text)
	r.git("clone", "-q", "--bare", r.folder, filepath.Join(h.root, "acme", name+".git"))
	h.pushed[name] = "2020-02-02T12:00:00Z"
}

func (h *host) fetches(name string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.fetched[name]
}

func TestAllRepositoriesOfAnOwner(t *testing.T) {
	t.Parallel()
	for _, software := range []software{github, gitlab, gitea} {
		t.Run(software.name, func(t *testing.T) {
			t.Parallel()
			h, s := openHost(t, software), newShop(t)
			for _, name := range []string{"a-clean", "b-leak", "c-clean"} {
				text := "<?php\n"
				if name == "b-leak" {
					text += "$key = '" + s.value + "';\n"
				}
				h.publish(name, text)
			}
			h.pushed["elsewhere"] = "2020-02-02T12:00:00Z"
			h.limited = 2
			var waited []time.Duration
			c := s.config()
			c.State = &memoryState{}
			c.Auth = func(string) (string, string) { return "someone", "token-of-a-reader" }
			c.pause = func(_ context.Context, d time.Duration) error {
				waited = append(waited, d)
				return nil
			}

			look := func() (keys, gaps []string) {
				err := New(c).Observe(t.Context(), tillwatch.Target{Kind: tillwatch.KindSource, Place: h.url + "/acme", Shop: "shop.example"}, func(o tillwatch.Observation) error {
					switch o := o.(type) {
					case tillwatch.Sign:
						if o.Rule == "source/key-active" {
							keys = append(keys, o.Place)
						}
					case tillwatch.Gap:
						gaps = append(gaps, o.Why)
					}
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				return keys, gaps
			}
			keys, gaps := look()
			if len(keys) != 1 || !strings.Contains(keys[0], "b-leak") || len(gaps) != 1 || !strings.Contains(gaps[0], "another host") {
				t.Fatalf("found %q, not seen %q", keys, gaps)
			}
			if len(waited) != 2 || waited[0] != 7*time.Second {
				t.Errorf("waited %v", waited)
			}
			if i := slices.IndexFunc(h.asked, func(a string) bool { return !strings.HasSuffix(a, " token-of-a-reader") }); i >= 0 {
				t.Errorf("asked with %q", h.asked[i])
			}

			before := h.fetches("a-clean")
			h.pushed["c-clean"] = "2020-03-03T12:00:00Z"
			fetchedLeak, fetchedPushed := h.fetches("b-leak"), h.fetches("c-clean")
			if keys, _ = look(); len(keys) != 1 {
				t.Errorf("the second look found %q", keys)
			}
			if h.fetches("a-clean") != before || h.fetches("b-leak") == fetchedLeak || h.fetches("c-clean") == fetchedPushed {
				t.Errorf("fetched again: %v", h.fetched)
			}
		})
	}
}

func TestAnOwnerThatCannotBeAskedIsAGap(t *testing.T) {
	t.Parallel()
	h := openHost(t, gitea)
	h.limited = 1 << 20
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>a shop</html>") }))
	t.Cleanup(other.Close)
	looping := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Link", `<`+r.URL.Path+`?again>; rel="next"`)
		if r.URL.RawQuery == "again" {
			w.Header().Set("Link", `<`+r.URL.Path+`?again>; rel="next"`)
		}
		if strings.HasSuffix(r.URL.Path, "/version") {
			fmt.Fprint(w, `{}`)
			return
		}
		fmt.Fprint(w, `[]`)
	}))
	t.Cleanup(looping.Close)
	for place, why := range map[string]string{
		h.url + "/acme":       "answers no more questions for now",
		other.URL + "/acme":   "answers neither as GitHub",
		looping.URL + "/acme": "goes on at another place",
	} {
		c := newShop(t).config()
		c.pause = func(context.Context, time.Duration) error { return nil }
		got := observe(t, c, place)
		if len(got.gaps) != 1 || !strings.Contains(fmt.Sprint(got.gaps), why) {
			t.Errorf("%s: %v", place, got.gaps)
		}
	}
}

func TestWhatNamesAnOwner(t *testing.T) {
	for place, want := range map[string]string{
		"https://git.example/acme": "acme", "https://git.example/acme/": "acme", "https://git.example/group/below/": "group/below",
		"https://git.example/acme/shop": "", "https://git.example/acme/shop.git": "", "https://git.example/shop.git": "", "https://git.example/": "",
		"ssh://git@git.example/acme": "", "/srv/acme": "", "git@git.example:acme/shop.git": "", "http://git.example/acme?x=1": "",
	} {
		if _, owner, _ := ownerOf(place); owner != want {
			t.Errorf("%s: %q, want %q", place, owner, want)
		}
	}
}

func FuzzListOfRepositories(f *testing.F) {
	f.Add([]byte(`[{"full_name":"acme/shop","clone_url":"https://git.example/acme/shop.git","pushed_at":"2020-02-02T12:00:00Z"}]`))
	f.Add([]byte(`[{"clone_url":7}]`))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, s := range []software{github, gitlab, gitea} {
			_, _ = s.read(body)
		}
	})
}
