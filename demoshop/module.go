package demoshop

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// modulePath is the page of the payment module, which a customer comes to after the order.
const modulePath = "/shopping/load_payment_module.php"

// module is the payment module: PHP code in the document root, run by a process of its own. What it is handed, and what
// becomes of it, is the code's business: whoever changes the files has changed the payment.
type module struct {
	command *exec.Cmd
	proxy   *httputil.ReverseProxy
	log     *os.File
	ended   chan struct{}
	once    *sync.Once
}

func (s *Shop) routeModule(mux *http.ServeMux) {
	if s.config.Checkout.Payment != ModulePage {
		return
	}
	mux.HandleFunc(modulePath, func(w http.ResponseWriter, r *http.Request) {
		if s.module.proxy == nil {
			http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
			return
		}
		order, amount := s.provider.asked(r.URL.Query().Get("session"))
		r.Header.Set("X-Order", order)
		r.Header.Set("X-Amount", yen(amount))
		s.module.proxy.ServeHTTP(w, r)
	})
}

// asked tells what a payment that was begun is for.
func (p *provider) asked(id string) (order string, amount int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s := p.sessions[id]; s != nil {
		return s.Order, s.Amount
	}
	return "", 0
}

// startModule runs PHP and returns once it answers. A port that somebody else took meanwhile is given up for another.
func (s *Shop) startModule(ctx context.Context) error {
	program := s.config.PHP
	orElse(&program, "php")
	program, err := exec.LookPath(program)
	if err != nil {
		return fmt.Errorf("the payment module needs PHP (Debian: apt-get install php-cli php-sqlite3): %w", err)
	}
	for try := 1; ; try++ {
		err := s.runModule(ctx, program)
		if err == nil || try == 5 || ctx.Err() != nil {
			return err
		}
	}
}

func (s *Shop) runModule(ctx context.Context, program string) error {
	probe, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	address := probe.Addr().String()
	if err := probe.Close(); err != nil {
		return err
	}
	docroot, err := filepath.Abs(s.config.Docroot)
	if err != nil {
		return err
	}
	database, err := filepath.Abs(s.Database())
	if err != nil {
		return err
	}
	m := module{ended: make(chan struct{}), once: new(sync.Once)}
	if m.log, err = os.OpenFile(filepath.Join(s.state, "log", "php.log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644); err != nil {
		return err
	}
	// Not CommandContext: the process lives as long as the shop, which Close ends.
	m.command = exec.Command(program, "-d", "user_ini.filename=.user.ini", "-S", address, "-t", docroot)
	m.command.Dir = docroot
	m.command.Stdout, m.command.Stderr = m.log, m.log
	m.command.Env = append(os.Environ(), "PHP_CLI_SERVER_WORKERS=4", "SHOP_DATABASE="+database,
		"PROVIDER="+origin("http", "127.0.0.1", s.addr)+"/pay/", "PROVIDER_HOST="+payHost)
	m.command.SysProcAttr = ownGroup()
	if err := m.command.Start(); err != nil {
		return errors.Join(err, m.log.Close())
	}
	go func() {
		_ = m.command.Wait()
		close(m.ended)
	}()
	if err := m.answers(ctx, address); err != nil {
		m.close()
		return err
	}
	m.proxy = httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: address})
	m.proxy.ErrorLog = s.logs.errors
	s.module = m
	return nil
}

// answers waits until PHP accepts connections.
func (m *module) answers(ctx context.Context, address string) error {
	patience := time.NewTimer(20 * time.Second)
	defer patience.Stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-m.ended:
			said, _ := os.ReadFile(m.log.Name())
			return fmt.Errorf("PHP ended at once: %s", strings.TrimSpace(string(said)))
		case <-patience.C:
			return errors.New("PHP does not answer")
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// close ends PHP and its workers. It may be called again.
func (m *module) close() {
	if m.once == nil {
		return
	}
	m.once.Do(func() {
		endGroup(m.command)
		<-m.ended
		_ = m.log.Close()
	})
}
