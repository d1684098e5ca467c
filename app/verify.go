package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/netutil"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/access/issuer"
	"github.com/tillwatch/tillwatch/sensor/access/ledger"
	"github.com/tillwatch/tillwatch/sensor/access/verify"
)

// VerifyConfig says how the verify endpoint works. Keys, StateDir and Env must be given; of Listen and Socket one.
type VerifyConfig struct {
	Listen          string // host and port, for gateways and issuers
	Socket          string // a Unix socket, for issuers that need no secret then
	Keys            string // file with the JSON Web Keys that verify tokens
	IssuedLog       string // the issuer's log, which is followed
	IssuedTokenFile string // file with the secret that issuers show
	StateDir        string
	Cookies         []string
	IDClaims        []string // default "jti"
	MemberClaims    []string // default "sub"
	Deny            []string // see [verify.Config]
	DenyPending     bool
	Grace           time.Duration // default 60 s
	Life            time.Duration // default 1 h
	Fields          issuer.Fields
	Members         verify.Members // nil: not asked
	Exposed         func(route string) []string
	Env             func(string) string
	// Report takes signs and gaps, one call at a time.
	Report func(tillwatch.Observation)

	shared *sharedLedger // of the watch that it is part of; nil opens its own
}

// Verify is the verify endpoint with its listeners. Serve it, then Close it.
type Verify struct {
	config  VerifyConfig
	keys    *Keys
	own     *sharedLedger // nil where it belongs to a watch
	ledger  *ledger.Asker
	restart ledger.Restart
	last    int64 // when it last answered in an earlier run, in seconds since 1970; zero where it never did
	verify  *verify.Handler
	issued  *verify.Issued // nil where nobody may post
	set     *verify.KeySet
	hasher  ledger.Hasher
	tcp     net.Listener
	unix    net.Listener
	started time.Time

	troubles chan tillwatch.Gap // that wait to be reported
	mu       sync.Mutex         // of reporting
	register kidStandings
}

// maxConnections bounds how many connections are open at once on each listener.
const maxConnections = 8192

// OpenVerify opens listeners and ledger. What the operator can mend is a *[UsageError].
func OpenVerify(ctx context.Context, c VerifyConfig) (v *Verify, err error) {
	if c.Listen == "" && c.Socket == "" {
		return nil, usagef("name an address with --listen", "there is nowhere to listen")
	}
	v = &Verify{config: c, started: time.Now(), troubles: make(chan tillwatch.Gap, 64)}
	defer func() {
		if err != nil {
			_ = v.Close()
			v = nil
		}
	}()
	if v.set, err = verify.OpenKeySet(c.Keys); err != nil {
		return v, usagef("name the issuer's public keys with --jwks: most issuers show them at an address that ends in jwks.json or certs", "%v", err)
	}
	secret, err := readSecret(c.IssuedTokenFile)
	if err != nil {
		return v, err
	}
	if err := v.openState(ctx); err != nil {
		return v, err
	}
	if v.verify, err = verify.New(verify.Config{
		Keys: v.set, Ledger: v.ledger, Hasher: v.hasher, Report: v.report, Register: &v.register, Members: c.Members, Cookies: c.Cookies,
		IDs: c.IDClaims, MemberIDs: c.MemberClaims, Deny: c.Deny, DenyPending: c.DenyPending, Exposed: c.Exposed,
	}); err != nil {
		return v, err
	}
	if secret != nil || c.Socket != "" {
		v.issued, err = verify.NewIssued(verify.IssuedConfig{
			Ledger: v.ledger.Ledger, Hasher: v.hasher, Parser: issuer.NewParser(c.Fields, nil), Secret: secret, Trusted: overSocket,
			Trouble: v.trouble(verify.IssuedPath),
		})
		if err != nil {
			return v, usagef("write a longer one into "+c.IssuedTokenFile, "%v", err)
		}
	}
	return v, v.listen(ctx)
}

// readSecret reads what issuers show; nil where there is no file.
func readSecret(name string) ([]byte, error) {
	if name == "" {
		return nil, nil
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, usagef("make one: head -c 32 /dev/urandom | base64 > "+shellWord(name)+" ; chmod 600 "+shellWord(name), "the secret that issuers show cannot be read: %v", err)
	}
	secret := []byte(strings.TrimSpace(string(text[:min(len(text), 4096)])))
	if len(secret) < 16 {
		return nil, usagef("make a longer one: head -c 32 /dev/urandom | base64 > "+shellWord(name), "the secret in %s has %d characters, fewer than 16", name, len(secret))
	}
	return secret, nil
}

// openState opens the register of keys, makes the site key where there is none, and opens the ledger.
func (v *Verify) openState(ctx context.Context) (err error) {
	if v.keys, err = OpenKeys(ctx, v.config.StateDir, v.config.Env); err != nil {
		return err
	}
	if v.hasher, err = tokenHasher(ctx, v.keys); err != nil {
		return err
	}
	if err := v.refresh(ctx); err != nil {
		return err
	}
	shared := v.config.shared
	if shared == nil {
		v.own = &sharedLedger{stateDir: v.config.StateDir, life: v.config.Life}
		shared = v.own
	}
	whole, restart, err := shared.open()
	if err != nil {
		return err
	}
	v.ledger, v.restart = whole.Ask(ledger.AskerConfig{Name: verifyAsker, Grace: v.config.Grace}), restart
	now := v.started.Unix()
	v.last = v.ledger.Clock()
	v.ledger.Present(now)
	if v.config.IssuedTokenFile != "" || v.config.Socket != "" { // nobody could post while nobody listened
		if v.last != 0 {
			v.ledger.Gap(ledger.Stretch{From: v.last, To: now, Why: "tillwatch was not running"})
		}
		v.ledger.Heard(now)
	}
	return nil
}

func (v *Verify) listen(ctx context.Context) (err error) {
	var listen net.ListenConfig
	if v.config.Listen != "" {
		if v.tcp, err = listen.Listen(ctx, "tcp", v.config.Listen); err != nil {
			return usagef("name another address with --listen; port 0 takes a free one", "%v", err)
		}
	}
	if v.config.Socket != "" {
		if info, err := os.Lstat(v.config.Socket); err == nil && info.Mode()&os.ModeSocket != 0 {
			if c, err := net.Dial("unix", v.config.Socket); err == nil {
				c.Close()
				return usagef("name another with --socket", "somebody listens at %s already", v.config.Socket)
			}
			os.Remove(v.config.Socket) // left by one that was killed
		}
		if v.unix, err = listen.Listen(ctx, "unix", v.config.Socket); err != nil {
			return usagef("name another with --socket", "%v", err)
		}
		if err := os.Chmod(v.config.Socket, 0o660); err != nil {
			return err
		}
	}
	return nil
}

// Addresses are where it listens.
func (v *Verify) Addresses() []string {
	var out []string
	if v.tcp != nil {
		out = append(out, "http://"+v.tcp.Addr().String())
	}
	if v.unix != nil {
		out = append(out, "unix:"+v.unix.Addr().String())
	}
	return out
}

// Restart says what was found of an earlier run, in one sentence; empty where there was none.
func (v *Verify) Restart() string {
	r := v.restart
	if v.last == 0 {
		return ""
	}
	text := fmt.Sprintf("%d issued tokens are known from before", r.Tokens)
	if v.config.IssuedTokenFile != "" || v.config.Socket != "" {
		text += fmt.Sprintf("; not seen: what was issued between %s and now, unless it is posted again", time.Unix(v.last, 0).Format(time.DateTime))
	}
	if r.Lost > 0 {
		text += fmt.Sprintf("; %d files have a part that cannot be read, so the time until now counts as a gap", r.Lost)
	}
	return text
}

func (v *Verify) report(o tillwatch.Observation) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.config.Report(o)
}

// trouble reports what is wrong at a place without waiting: on a full disk nothing can be reported, and issuers must hear of it.
func (v *Verify) trouble(place string) func(why string) {
	return func(why string) {
		select {
		case v.troubles <- tillwatch.Gap{Place: place, Why: why}:
		default: // enough is said
		}
	}
}

func (v *Verify) tellTroubles(ctx context.Context) {
	for {
		select {
		case g := <-v.troubles:
			v.report(g)
		case <-ctx.Done():
			for len(v.troubles) > 0 {
				v.report(<-v.troubles)
			}
			return
		}
	}
}

// socketKey marks the connections of the Unix socket.
type socketKey struct{}

func overSocket(r *http.Request) bool { return r.Context().Value(socketKey{}) != nil }

// Serve answers until ctx ends. Its own listeners carry nothing else: the console has others.
func (v *Verify) Serve(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var work sync.WaitGroup
	defer work.Wait()
	defer cancel()
	ended := make(chan error, 3)
	var servers []*http.Server
	serve := func(l net.Listener, mark bool) {
		s := &http.Server{
			Handler: http.HandlerFunc(v.answer), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 30 * time.Second,
			IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 256 << 10,
		}
		if mark {
			s.ConnContext = func(ctx context.Context, _ net.Conn) context.Context {
				return context.WithValue(ctx, socketKey{}, true)
			}
		}
		servers = append(servers, s)
		go func() { ended <- s.Serve(netutil.LimitListener(l, maxConnections)) }()
	}
	if v.tcp != nil {
		serve(v.tcp, false)
	}
	if v.unix != nil {
		serve(v.unix, true)
	}
	work.Go(func() { v.verify.Run(ctx) })
	work.Go(func() { v.keepRegister(ctx) })
	work.Go(func() { collectSeldom(ctx) })
	work.Go(func() { v.tellTroubles(ctx) })
	if v.config.IssuedLog != "" {
		work.Go(func() { ended <- v.follow(ctx) })
	}
	var err error
	select {
	case <-ctx.Done():
	case err = <-ended:
	}
	for _, s := range servers {
		grace, stop := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		if s.Shutdown(grace) != nil {
			s.Close()
		}
		stop()
	}
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// answer routes a request. A mux would redirect what it does not find clean, and a gateway takes a redirect for a no.
func (v *Verify) answer(w http.ResponseWriter, r *http.Request) {
	switch path := r.URL.Path; {
	case path == verify.Path || strings.HasPrefix(path, verify.Path+"/"):
		v.verify.ServeHTTP(w, r)
	case path == verify.IssuedPath && v.issued != nil:
		v.issued.ServeHTTP(w, r)
	case path == "/v1/status" && r.Method == http.MethodGet:
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(v.Status())
	default:
		http.NotFound(w, r)
	}
}

// VerifyStatus says how far tokens can be judged.
type VerifyStatus struct {
	Keys     []string          `json:"keys"` // ids in the key set
	Coverage []ledger.Coverage `json:"coverage"`
	Gaps     []ledger.Stretch  `json:"gaps"` // of the issuer's log
	Reached  int64             `json:"reached"`
	Tokens   int               `json:"tokens"` // issued and not expired
	Exact    int               `json:"exact"`
	Miss     float64           `json:"miss"` // the share of tokens never issued that is taken for issued
	Bytes    int               `json:"bytes"`
	Held     int               `json:"held"`
	Answers  map[string]int64  `json:"answers"`
	Unjudged []tillwatch.Gap   `json:"-"`
}

// Status says how far tokens can be judged now.
func (v *Verify) Status() VerifyStatus {
	s := v.ledger.Stats()
	return VerifyStatus{
		Keys: v.set.IDs(), Coverage: v.ledger.Coverage(), Gaps: v.ledger.Gaps(), Reached: v.ledger.Reached(), Tokens: s.Tokens, Exact: s.Exact,
		Miss: s.Miss, Bytes: s.Bytes, Held: s.Held, Answers: v.verify.Counts(), Unjudged: v.ledger.Unjudged("verify"),
	}
}

func (v *Verify) follow(ctx context.Context) error {
	state, err := openFolder(filepath.Join(v.config.StateDir, "access"))
	if err != nil {
		return err
	}
	place := v.config.IssuedLog
	return issuer.Follow(ctx, issuer.FollowConfig{
		File: place, Parser: issuer.NewParser(v.config.Fields, nil), State: state,
		Record: func(tokens []issuer.Token) error {
			return v.ledger.Record(time.Now().Unix(), verify.Entries(v.hasher, tokens)...)
		},
		Gap: func(why string) {
			now := time.Now().Unix()
			v.ledger.Gap(ledger.Stretch{From: max(v.last, v.ledger.Reached()), To: now, Why: why})
			v.report(tillwatch.Gap{Place: place, Why: why})
		},
		Trouble: v.trouble(place),
	})
}

// Close ends listening and writes down what is to be kept.
func (v *Verify) Close() error {
	var errs []error
	if v.tcp != nil {
		v.tcp.Close()
	}
	if v.unix != nil {
		v.unix.Close()
	}
	if v.ledger != nil {
		v.ledger.Present(time.Now().Unix())
	}
	errs = append(errs, v.own.close())
	if v.keys != nil {
		errs = append(errs, v.keys.Close())
	}
	return errors.Join(errs...)
}
