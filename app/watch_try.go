package app

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/tillwatch/tillwatch"
	databases "github.com/tillwatch/tillwatch/sensor/database"
	"github.com/tillwatch/tillwatch/sensor/files"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// PlannedTarget is what a watch would do with one target, and whether it could do so now.
type PlannedTarget struct {
	Name string   // kind and place
	How  string   // how often
	Not  []string // why it, or what of it, cannot be looked at now, and what to do; none: it can
}

// tryPatience is how long a target may take to answer.
const tryPatience = 20 * time.Second

// PlanWatch says what a watch would do, and tries whether each target can be reached, all at once. Everything that can be
// wrong is found out as by [Watch]; nothing is judged, and nothing is stored.
func PlanWatch(ctx context.Context, c WatchConfig) (shop string, plan []PlannedTarget, err error) {
	w, err := newWatch(ctx, c, checkSensors())
	if err != nil {
		return "", nil, err
	}
	tries := map[string]func(context.Context) []string{}
	for i, t := range w.config.File.Targets {
		tries[watchKinds[kindWord(t.Kind)].word+" "+w.places[i]] = func(ctx context.Context) []string { return w.try(ctx, t, w.places[i]) }
	}
	var group sync.WaitGroup
	for _, j := range w.jobs {
		if w.beside[j.Name] {
			continue // it looks at the same target
		}
		p := PlannedTarget{Name: j.Name, How: "every " + spelled(j.Every)}
		if _, is := j.Sensor.(*cardSearch); is {
			p.How = "after each test order, for its card"
		} else if j.Stream {
			p.How = "as it changes, or else " + p.How
		}
		plan = append(plan, p)
	}
	for i := range plan {
		try := tries[plan[i].Name]
		if v := w.config.File.Verify; try == nil && v != nil && strings.HasPrefix(plan[i].Name, "verify ") {
			try = func(ctx context.Context) []string { return tryListening(ctx, v) }
		}
		if try == nil {
			continue
		}
		group.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, tryPatience)
			defer cancel()
			plan[i].Not = try(ctx)
		})
	}
	group.Wait()
	return w.shop, plan, errors.Join(w.close(), ctx.Err())
}

// try says why a target cannot be looked at now.
func (w *watcher) try(ctx context.Context, t WatchTarget, place string) []string {
	env := w.envOf(t)
	var err error
	switch t.Kind {
	case tillwatch.KindPage:
		err = tryPage(ctx, t.Shopper, env, place)
	case tillwatch.KindDatabase:
		return w.tryDatabase(ctx, t, place)
	case tillwatch.KindFiles:
		if err = tryLocal(place); files.IsFar(place) {
			err = tryFar(ctx, t.SSH, env, place)
		}
	case tillwatch.KindMembers:
		switch {
		case isDatabase(place):
			t.Word = strings.TrimPrefix(t.Word, string(tillwatch.KindMembers)+":")
			return w.tryDatabase(ctx, t, place)
		case strings.Trim(place, "0123456789- ") == "": // a range
		default:
			err = tryLocal(place)
		}
	case tillwatch.KindLog, tillwatch.KindIssued:
		if place == "-" || isReceiver(place) {
			break // it is tried when the others are: another program may listen for now
		}
		err = tryLocal(place)
	case tillwatch.KindSource, tillwatch.KindKeys:
		if strings.Contains(place, "://") || !strings.HasPrefix(place, "/") && strings.Contains(place, "@") {
			err = tryDial(ctx, place)
			break
		}
		err = tryLocal(place)
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.DeadlineExceeded):
		return []string{"it gave no answer in " + spelled(tryPatience)}
	}
	return []string{err.Error()}
}

// tryDatabase logs in and asks what there is: what the account may not see is said with the statement that would show it.
func (w *watcher) tryDatabase(ctx context.Context, t WatchTarget, place string) []string {
	word := t.Word
	if t.Kind == tillwatch.KindMembers {
		word = string(tillwatch.KindDatabase) + ":" + word
	}
	config, err := databaseConfig(CheckConfig{Targets: []string{word}, Shopper: Shopper{Env: w.envOf(t)}, SSH: t.SSH})
	if err != nil {
		return []string{err.Error()}
	}
	not, err := databases.New(config).Try(ctx, place)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return []string{"it gave no answer in " + spelled(tryPatience)}
	case err != nil:
		return []string{err.Error()}
	}
	return not
}

// tryLocal reads the beginning of a file, or of the list of a folder.
func tryLocal(place string) error {
	info, err := os.Stat(place)
	if err == nil && !info.IsDir() && !info.Mode().IsRegular() { // opening a pipe may wait for ever
		return errors.New("it is neither a file nor a folder")
	}
	f, err := os.Open(place)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("there is no such file or folder here")
	case errors.Is(err, fs.ErrPermission):
		return errors.New("it may not be read: run tillwatch as a user who may, or give its user the right to read it")
	case err != nil:
		return err
	}
	defer f.Close()
	if info.IsDir() {
		if _, err := f.ReadDir(1); err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("the folder cannot be listed: %w", err)
		}
		return nil
	}
	_, err = f.Read(make([]byte, 1))
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// tryFar logs in to a server and lists the folder.
func tryFar(ctx context.Context, s SSH, env func(string) string, place string) error {
	login, err := s.login(env)
	if err != nil {
		return err
	}
	f, path, err := openFiles(ctx, login, place, nil, nil, nil)
	if err != nil {
		return err
	}
	if _, err := f.ReadDir(path); err != nil {
		return errors.Join(fmt.Errorf("the folder cannot be listed: %w", err), f.Close())
	}
	return f.Close()
}

// tryDial connects to the server of a repository; whether it lets us in, the first look tells.
func tryDial(ctx context.Context, place string) error {
	host, port := "", ""
	if u, err := url.Parse(place); err == nil && u.Host != "" {
		host, port = u.Hostname(), cmp.Or(u.Port(), map[string]string{"https": "443", "http": "80", "ssh": "22", "git": "9418"}[u.Scheme])
	} else if _, rest, found := strings.Cut(place, "@"); found {
		host, _, _ = strings.Cut(rest, ":")
		port = "22"
	}
	if host == "" || port == "" {
		return nil
	}
	c, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(host, port))
	if err != nil {
		return errors.New("no server answers at " + net.JoinHostPort(host, port) + ": " + netReason(err))
	}
	return c.Close()
}

// tryPage asks for a page as a browser would.
func tryPage(ctx context.Context, s Shopper, env func(string) string, place string) error {
	s.Env = env
	if s.Chromium == "" {
		var missing *browser.MissingError
		if _, err := browser.Find(); errors.As(err, &missing) {
			return fmt.Errorf("there is no browser to look with: %s", missing.Install)
		}
	}
	secrets, err := s.secrets()
	if err != nil {
		return err
	}
	roots, err := readRoots(s.CAFile)
	if err != nil {
		return err
	}
	pool := (*x509.CertPool)(nil)
	if len(roots) > 0 {
		if pool, err = x509.SystemCertPool(); err != nil {
			pool = x509.NewCertPool()
		}
		for _, root := range roots {
			pool.AddCert(root)
		}
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		host, port, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		switch {
		case s.Origin != "":
			if h, p, err := net.SplitHostPort(s.Origin); err == nil {
				host, port = h, p
			} else {
				host = strings.Trim(s.Origin, "[]")
			}
		case host == "localhost" || strings.HasSuffix(host, ".localhost"):
			host = "127.0.0.1" // as browsers have it
		}
		return (&net.Dialer{}).DialContext(ctx, network, net.JoinHostPort(host, port))
	}}
	defer transport.CloseIdleConnections()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, place, nil)
	if err != nil {
		return err
	}
	request.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36")
	for name, values := range secrets.headers {
		request.Header[name] = values
	}
	for _, c := range secrets.cookies {
		request.AddCookie(c)
	}
	if secrets.user != "" {
		request.SetBasicAuth(secrets.user, secrets.password)
	}
	own := request.URL.Hostname()
	client := http.Client{Transport: transport, CheckRedirect: func(r *http.Request, via []*http.Request) error {
		if len(via) > 5 || r.URL.Hostname() != own {
			return http.ErrUseLastResponse // it answered
		}
		return nil
	}}
	response, err := client.Do(request)
	if err != nil {
		return errors.New("the page cannot be asked for: " + netReason(err))
	}
	defer response.Body.Close()
	switch code := response.StatusCode; {
	case code == http.StatusUnauthorized:
		return errors.New("the shop asks for a log-in (401): name it with auth_file")
	case code >= 400:
		return fmt.Errorf("the shop answers with %d (%s)", code, strings.ToLower(http.StatusText(code)))
	}
	return nil
}

// netReason says what an error of the network means. It repeats no address's query.
func netReason(err error) string {
	var dns *net.DNSError
	var unknown x509.UnknownAuthorityError
	var invalid x509.CertificateInvalidError
	var name x509.HostnameError
	var dial *net.OpError
	switch {
	case errors.As(err, &dns):
		return "there is no host of that name"
	case errors.As(err, &unknown):
		return "its certificate is signed by nobody that is known here: name the authority with ca"
	case errors.As(err, &invalid), errors.As(err, &name):
		return "its certificate is not valid for it: " + errors.Unwrap(err).Error()
	case errors.Is(err, context.DeadlineExceeded):
		return "it gave no answer in " + spelled(tryPatience)
	case errors.As(err, &dial) && dial.Op == "dial":
		return "nothing answers there (" + dial.Err.Error() + ")"
	}
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err.Error()
	}
	return err.Error()
}

// tryListening says whether the verify endpoint could listen.
func tryListening(ctx context.Context, v *VerifyConfig) []string {
	if v.Listen == "" {
		if _, err := os.Stat(filepath.Dir(v.Socket)); err != nil {
			return []string{"the folder of the socket is not there: " + filepath.Dir(v.Socket)}
		}
		return nil
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", v.Listen)
	if err != nil {
		return []string{"it cannot listen there: " + netReason(err)}
	}
	if err := l.Close(); err != nil {
		return []string{err.Error()}
	}
	return nil
}
