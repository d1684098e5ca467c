package demoshop

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Names with a part of their own. Every other name under localhost is a third party.
const (
	shopHost = "shop.localhost"
	payHost  = "pay.localhost"
)

// Shop is a running shop. All methods are safe for concurrent use.
type Shop struct {
	config    Config
	state     string
	temporary bool // state goes with the shop

	db        *database
	files     *docroot
	logs      *logs
	tokens    *issuer
	numbering sync.Mutex
	provider  *provider
	received  *recorder
	secret    []byte // for form tokens; a new one with each start

	authority *authority
	plain     *http.Server
	secure    *http.Server
	serving   sync.RWMutex // held for reading by each request, so that Close can wait for the last
	addr      string
	addrTLS   string
	ended     context.CancelFunc // ends responses that would go on for ever
	module    module             // zero unless cards are paid in the payment module
}

// Start opens the shop and returns once it answers. The shop lives until Close or until ctx ends; ctx also bounds the
// seeding. Errors name what to change.
func Start(ctx context.Context, config Config) (*Shop, error) {
	config, err := config.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("demonstration shop: %w", err)
	}
	s := &Shop{config: config, state: config.State, secret: make([]byte, 32)}
	rand.Read(s.secret)
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("demonstration shop: %w", err), s.Close())
	}
	return s, nil
}

func (s *Shop) open(ctx context.Context) (err error) {
	if s.state == "" {
		if s.state, err = os.MkdirTemp("", "demoshop-"); err != nil {
			return err
		}
		s.temporary = true
	}
	if err := os.MkdirAll(s.state, 0o755); err != nil {
		return err
	}
	orElse(&s.config.AdminPassword, rand.Text()[:12])
	orElse(&s.config.Docroot, filepath.Join(s.state, "docroot"))
	if s.files, err = openDocroot(s.config.Docroot); err != nil {
		return err
	}
	if err := s.dress(); err != nil {
		return err
	}
	if s.logs, err = openLogs(filepath.Join(s.state, "log"), s.config.PlainTokenIDs); err != nil {
		return err
	}
	if s.received, err = openRecorder(filepath.Join(s.state, "hosts"), s.logs.received); err != nil {
		return err
	}
	if s.tokens, err = newIssuer(s.state, s.config, s.logs); err != nil {
		return err
	}
	if s.db, err = openDatabase(ctx, filepath.Join(s.state, "shop.db"), s.config); err != nil {
		return err
	}
	if s.authority, err = newAuthority(filepath.Join(s.state, "ca.pem")); err != nil {
		return err
	}
	s.provider = newProvider()
	if err := s.listen(ctx); err != nil {
		return err
	}
	if s.config.Checkout.Payment == ModulePage {
		return s.startModule(ctx)
	}
	return nil
}

func (s *Shop) listen(ctx context.Context) error {
	alive, ended := context.WithCancel(context.WithoutCancel(ctx))
	s.ended = ended
	serve := func(address string) (*http.Server, net.Listener, error) {
		listener, err := net.Listen("tcp", address)
		return &http.Server{
			Handler:           s.handler(),
			ReadHeaderTimeout: 30 * time.Second,
			ErrorLog:          s.logs.errors,
			BaseContext:       func(net.Listener) context.Context { return alive },
		}, listener, err
	}
	plain, listener, err := serve(s.config.Listen)
	if err != nil {
		return fmt.Errorf("%w; choose another port", err)
	}
	secure, listenerTLS, err := serve(s.config.ListenTLS)
	if err != nil {
		return errors.Join(fmt.Errorf("%w; choose another port", err), listener.Close())
	}
	s.plain, s.addr = plain, listener.Addr().String()
	s.secure, s.addrTLS = secure, listenerTLS.Addr().String()
	s.secure.TLSConfig = s.authority.serverConfig()
	go func() { s.stopped(s.plain.Serve(listener)) }()
	go func() { s.stopped(s.secure.ServeTLS(listenerTLS, "", "")) }()
	go func() {
		select {
		case <-ctx.Done():
			_ = s.Close() // whoever wants the error calls Close again
		case <-alive.Done():
		}
	}()
	return nil
}

// stopped notes why a listener stopped, if not because it was told to.
func (s *Shop) stopped(err error) {
	if !errors.Is(err, http.ErrServerClosed) {
		s.logs.errors.Print(err)
	}
}

// Close stops the shop, cutting the requests under way, and removes a temporary state folder. Closing twice is harmless.
func (s *Shop) Close() error {
	var errs []error
	if s.ended != nil {
		s.ended()
	}
	for _, server := range []*http.Server{s.plain, s.secure} {
		if server != nil {
			errs = append(errs, server.Close())
		}
	}
	s.module.close()
	s.serving.Lock()
	defer s.serving.Unlock()
	if s.db != nil {
		errs = append(errs, s.db.Close())
	}
	if s.logs != nil {
		errs = append(errs, s.logs.close())
	}
	if s.temporary {
		errs = append(errs, os.RemoveAll(s.state))
	}
	return errors.Join(errs...)
}

// Run opens the shop, writes its addresses to out, and keeps it open until ctx ends.
func Run(ctx context.Context, config Config, out io.Writer) error {
	s, err := Start(ctx, config)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, `The shop is open.
  shop        %s  (or %s)
  over TLS    %s  (authority: %s)
  admin       %s  log in as admin / %s
  files       %s
  logs        %s
Stop it with Ctrl-C.
`, s.URL(shopHost), "http://"+s.addr+"/", s.TLSURL(shopHost), s.CAFile(), s.URL(shopHost)+"admin", s.config.AdminPassword,
		s.Docroot(), filepath.Join(s.state, "log"))
	if err == nil {
		<-ctx.Done()
	}
	return errors.Join(err, s.Close())
}

// Addr is the address of the http listener, such as "127.0.0.1:8700".
func (s *Shop) Addr() string { return s.addr }

// URL is the address of one of the shop's names over http, such as "http://shop.localhost:8700/".
func (s *Shop) URL(host string) string { return origin("http", host, s.addr) + "/" }

// TLSURL is the address of one of the shop's names over https.
func (s *Shop) TLSURL(host string) string { return origin("https", host, s.addrTLS) + "/" }

// origin gives the origin of a name at the port of a listener.
func origin(scheme, host, addr string) string {
	_, port, _ := net.SplitHostPort(addr)
	return scheme + "://" + net.JoinHostPort(host, port)
}

// CAFile is the certificate of the shop's own authority, as PEM.
func (s *Shop) CAFile() string { return filepath.Join(s.state, "ca.pem") }

// State is the folder of database, logs and keys.
func (s *Shop) State() string { return s.state }

// Docroot is the folder of templates and assets.
func (s *Shop) Docroot() string { return s.config.Docroot }

// HostsDir is the folder with one subfolder of files for each third party.
func (s *Shop) HostsDir() string { return filepath.Join(s.state, "hosts") }

// Database is the file of the shop's SQLite database; there is none where [Config] names a database on a server. Others may
// read and write it while the shop is open.
func (s *Shop) Database() string { return filepath.Join(s.state, "shop.db") }

// AdminPassword is the password of the operator "admin".
func (s *Shop) AdminPassword() string { return s.config.AdminPassword }

// PlacedOrders counts the orders that customers have placed, past ones from the seed included. Orders that wait for
// a payment provider are not among them.
func (s *Shop) PlacedOrders(ctx context.Context) (n int, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT count(*) FROM orders WHERE status <> 'pending'`).Scan(&n)
	return n, err
}

// Client is an HTTP client that finds every name of the shop and trusts its authority. It has no cookie jar and
// follows no redirects beyond the ordinary ten.
func (s *Shop) Client() *http.Client {
	dialer := &net.Dialer{}
	return &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			_, port, _ := net.SplitHostPort(address)
			return dialer.DialContext(ctx, network, net.JoinHostPort("127.0.0.1", port))
		},
		TLSClientConfig:     s.authority.clientConfig(),
		MaxIdleConnsPerHost: 16,
	}}
}
