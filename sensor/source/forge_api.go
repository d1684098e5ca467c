package source

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// forge is a host of repositories, asked by its own interface.
type forge struct {
	base   *url.URL
	token  string
	limits Limits
	pause  func(ctx context.Context, d time.Duration) error // nil: by the clock
	now    func() time.Time

	software software
	api      string // where the interface begins
	client   *http.Client
}

// software is what a host runs: how it is known, asked and read.
type software struct {
	name   string
	root   string // of the interface, below the host
	probe  string // answers with JSON on this software alone
	header func(token string) (name, value string)
	lists  func(owner string) []string // of an organisation's repositories, then of a user's
	read   func(body []byte) ([]hosted, error)
}

// The interfaces, as their makers describe them: GitHub's REST of 2022-11-28, GitLab's v4, Gitea's and Forgejo's v1.
var (
	github = software{
		name: "GitHub", root: "/api/v3", probe: "/meta", // of GitHub Enterprise Server; github.com has a host for it
		header: bearer,
		lists: func(owner string) []string {
			return []string{"/orgs/" + url.PathEscape(owner) + "/repos?per_page=100&type=all", "/users/" + url.PathEscape(owner) + "/repos?per_page=100&type=owner"}
		},
		read: func(body []byte) ([]hosted, error) {
			return readList(body, func(r struct {
				FullName string    `json:"full_name"`
				CloneURL string    `json:"clone_url"`
				PushedAt time.Time `json:"pushed_at"`
			},
			) hosted {
				return hosted{name: r.FullName, address: r.CloneURL, pushed: r.PushedAt}
			})
		},
	}
	gitlab = software{
		name: "GitLab", root: "/api/v4", probe: "/metadata",
		header: bearer,
		lists: func(owner string) []string {
			group := "/groups/" + url.PathEscape(owner) + "/projects?per_page=100&include_subgroups=true&order_by=id"
			return []string{group, "/users/" + url.PathEscape(owner) + "/projects?per_page=100&order_by=id"}
		},
		read: func(body []byte) ([]hosted, error) {
			return readList(body, func(r struct {
				Name     string    `json:"path_with_namespace"`
				CloneURL string    `json:"http_url_to_repo"`
				Activity time.Time `json:"last_activity_at"`
				Empty    bool      `json:"empty_repo"`
			},
			) hosted {
				return hosted{name: r.Name, address: r.CloneURL, pushed: r.Activity, empty: r.Empty}
			})
		},
	}
	gitea = software{
		name: "Gitea or Forgejo", root: "/api/v1", probe: "/version",
		header: func(token string) (string, string) { return "Authorization", "token " + token },
		lists: func(owner string) []string {
			return []string{"/orgs/" + url.PathEscape(owner) + "/repos?limit=50", "/users/" + url.PathEscape(owner) + "/repos?limit=50"}
		},
		read: func(body []byte) ([]hosted, error) {
			return readList(body, func(r struct {
				FullName string    `json:"full_name"`
				CloneURL string    `json:"clone_url"`
				Updated  time.Time `json:"updated_at"`
				Empty    bool      `json:"empty"`
			},
			) hosted {
				return hosted{name: r.FullName, address: r.CloneURL, pushed: r.Updated, empty: r.Empty}
			})
		},
	}
)

func bearer(token string) (name, value string) { return "Authorization", "Bearer " + token }

func readList[T any](body []byte, read func(T) hosted) ([]hosted, error) {
	var entries []T
	if err := json.Unmarshal(body, &entries); err != nil {
		return nil, errors.New("the list of repositories cannot be read")
	}
	var list []hosted
	for _, e := range entries {
		list = append(list, read(e))
	}
	return list, nil
}

// The bounds of what a host may cost.
const (
	askTimeout  = 30 * time.Second
	maxAnswer   = 16 << 20
	longestWait = 70 * time.Minute // hosts count requests by the hour
	tries       = 4
)

// errNone says that the host knows nothing of that name.
var errNone = errors.New("there is none")

// recognise finds out what the host runs.
func (f *forge) recognise(ctx context.Context) error {
	f.client = &http.Client{Timeout: askTimeout, CheckRedirect: func(r *http.Request, via []*http.Request) error {
		if len(via) > 5 || r.URL.Host != via[0].URL.Host {
			return errors.New("it leads to another host")
		}
		return nil
	}}
	root := url.URL{Scheme: f.base.Scheme, Host: f.base.Host}
	if strings.EqualFold(f.base.Hostname(), "github.com") {
		f.software, f.api = github, "https://api.github.com"
		return nil
	}
	for _, s := range []software{gitea, gitlab, github} {
		f.software, f.api = s, root.String()+s.root
		response, body, err := f.ask(ctx, f.api+s.probe)
		if err != nil {
			return err
		}
		known := response.StatusCode == http.StatusOK || response.StatusCode == http.StatusUnauthorized || response.StatusCode == http.StatusForbidden
		if known && json.Valid(body) && strings.HasPrefix(strings.TrimSpace(string(body)), "{") {
			return nil
		}
	}
	return fmt.Errorf("%s answers neither as GitHub, nor as GitLab, Gitea or Forgejo does: name its repositories one by one (git:https://%[1]s/OWNER/NAME.git)", f.base.Host)
}

// page reads one page of a list, and gives the address of the next.
func (f *forge) page(ctx context.Context, address string, list *[]hosted) (next string, err error) {
	response, body, err := f.ask(ctx, address)
	if err != nil {
		return "", err
	}
	switch response.StatusCode {
	case http.StatusOK:
	case http.StatusNotFound:
		return "", errNone
	case http.StatusUnauthorized, http.StatusForbidden:
		return "", fmt.Errorf("%s refused the log-in: set TILLWATCH_GIT_AUTH=user:token to one that may read its repositories", f.base.Host)
	default:
		return "", fmt.Errorf("%s answered with status %d", f.base.Host, response.StatusCode)
	}
	if *list, err = f.software.read(body); err != nil {
		return "", err
	}
	return nextPage(response, address)
}

var nextLink = regexp.MustCompile(`<([^<>]+)>\s*;[^,]*\brel="?next"?`)

// nextPage is where the list goes on (RFC 8288); empty at its end.
func nextPage(response *http.Response, from string) (string, error) {
	m := nextLink.FindStringSubmatch(strings.Join(response.Header.Values("Link"), ","))
	if m == nil {
		return "", nil
	}
	base, err := url.Parse(from)
	if err != nil {
		return "", err
	}
	next, err := base.Parse(m[1])
	if err != nil || next.Host != base.Host || next.Scheme != base.Scheme || next.String() == from {
		return "", errors.New("the list of repositories goes on at another place, which was not followed")
	}
	return next.String(), nil
}

// ask asks once more where the host is at its limit or out of order, when it says so and for as long as it says.
func (f *forge) ask(ctx context.Context, address string) (*http.Response, []byte, error) {
	var failure error
	for try := range tries {
		response, body, err := f.get(ctx, address)
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		wait := time.Second << (2 * try)
		switch {
		case err != nil:
			failure = fmt.Errorf("%s does not answer", f.base.Host)
		case limited(response):
			wait = retryAfter(response, f.now(), wait)
			failure = fmt.Errorf("%s answers no more questions for now (it says to wait %s): look again later, what was looked at is remembered", f.base.Host, wait.Round(time.Second))
			if wait > longestWait {
				return nil, nil, failure
			}
		case response.StatusCode >= 500:
			failure = fmt.Errorf("%s is out of order (status %d)", f.base.Host, response.StatusCode)
		default:
			return response, body, nil
		}
		if try == tries-1 {
			break
		}
		if err := f.wait(ctx, wait); err != nil {
			return nil, nil, err
		}
	}
	return nil, nil, failure
}

func (f *forge) get(ctx context.Context, address string) (*http.Response, []byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, nil, err
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "tillwatch")
	if f.token != "" {
		request.Header.Set(f.software.header(f.token))
	}
	response, err := f.client.Do(request)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	if err == nil && len(body) > maxAnswer {
		err = errors.New("the answer is too large")
	}
	return response, body, err
}

func (f *forge) wait(ctx context.Context, d time.Duration) error {
	if f.pause != nil {
		return f.pause(ctx, d)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// limited tells an answer that refuses because too much was asked: 429, and of GitHub also 403.
func limited(r *http.Response) bool {
	return r.StatusCode == http.StatusTooManyRequests ||
		r.StatusCode == http.StatusForbidden && (r.Header.Get("Retry-After") != "" || r.Header.Get("X-RateLimit-Remaining") == "0")
}

// retryAfter is how long a host asks to wait: in seconds or as a date (RFC 9110, 10.2.3), or as the moment at which it begins
// to count anew (GitHub's X-RateLimit-Reset, GitLab's RateLimit-Reset).
func retryAfter(r *http.Response, now time.Time, otherwise time.Duration) time.Duration {
	if text := r.Header.Get("Retry-After"); text != "" {
		if n, err := strconv.Atoi(text); err == nil && n >= 0 && n < 1<<31 {
			return time.Duration(n) * time.Second
		}
		if at, err := http.ParseTime(text); err == nil {
			return max(at.Sub(now), 0)
		}
	}
	for _, name := range []string{"X-RateLimit-Reset", "RateLimit-Reset"} {
		if at, err := strconv.ParseInt(r.Header.Get(name), 10, 64); err == nil && at > 0 {
			return max(time.Unix(at, 0).Sub(now), 0) + time.Second
		}
	}
	return otherwise
}
