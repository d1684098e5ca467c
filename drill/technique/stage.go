package technique

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch/demoshop"
)

// Stage is a shop that is open for one case. It is honest until Plant is called, so that a detector that compares with
// an earlier look has something to compare with.
type Stage struct {
	Case Case
	Site Site
	Shop *demoshop.Shop
	URL  string // address of the shop for customers
	Back string // address of the shop behind what stands in front of it, such as a content delivery network; often the same

	key   *rsa.PrivateKey
	udp   *datagrams
	tls   *greetings
	front *front
	http  *http.Server
}

// Open starts a shop of its own for the case, on free ports of this machine.
func (c Case) Open(ctx context.Context) (stage *Stage, err error) {
	s := &Stage{Case: c}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	var config demoshop.Config
	c.Configure(&config)
	if s.Shop, err = demoshop.Start(ctx, config); err != nil {
		return nil, err
	}
	if s.udp, err = listenUDP(ctx); err != nil {
		return nil, err
	}
	if s.tls, err = listenTLS(ctx); err != nil {
		return nil, err
	}
	if s.key, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		return nil, err
	}
	_, port, _ := net.SplitHostPort(s.Shop.Addr())
	s.Site = Site{
		Docroot: s.Shop.Docroot(), Hosts: s.Shop.HostsDir(), Database: s.Shop.Database(),
		Port: port, UDP: s.udp.port(), TLS: s.tls.port(), Key: &s.key.PublicKey,
	}
	if err := c.Setup(ctx, s.Site); err != nil {
		return nil, err
	}
	s.URL = s.Shop.URL("shop.localhost")
	s.Back = s.URL
	if len(c.front) == 0 {
		return s, nil
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s.front = newFront(c, s.Site, s.Shop.Addr())
	s.http = &http.Server{Handler: s.front, ReadHeaderTimeout: 30 * time.Second}
	go func() { _ = s.http.Serve(listener) }()
	_, port, _ = net.SplitHostPort(listener.Addr().String())
	s.URL = "http://shop.localhost:" + port + "/"
	return s, nil
}

// Plant makes the changes of the case.
func (s *Stage) Plant(ctx context.Context) error {
	if s.front != nil {
		s.front.planted.Store(true)
	}
	return s.Case.Plant(ctx, s.Site)
}

// Close ends the shop and removes all that it left.
func (s *Stage) Close() error {
	var errs []error
	if s.http != nil {
		errs = append(errs, s.http.Close())
	}
	if s.udp != nil {
		errs = append(errs, s.udp.Close())
	}
	if s.tls != nil {
		errs = append(errs, s.tls.Close())
	}
	if s.Shop != nil {
		errs = append(errs, s.Shop.Close())
	}
	return errors.Join(errs...)
}

// Received lists everything that names other than the shop's were sent, then datagrams and the names in TLS greetings.
func (s *Stage) Received() ([]demoshop.Received, error) {
	file, err := os.Open(filepath.Join(s.Shop.State(), "log", "received.json.log"))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var all []demoshop.Received
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		var r demoshop.Received
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return slices.Concat(all, s.udp.received(), s.tls.received()), lines.Err()
}

// Taken reads what the case has taken so far, decoded: one text for each thing that arrived. What does not decode is
// left out, since other requests go to the same host.
func (s *Stage) Taken() ([]string, error) {
	loot := s.Case.Loot
	if loot.File != "" {
		b, err := os.ReadFile(filepath.Join(s.Site.Docroot, filepath.FromSlash(loot.File)))
		if errors.Is(err, os.ErrNotExist) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		return decode([]demoshop.Received{{Body: b}}, loot.Decode, s.key)
	}
	all, err := s.Received()
	if err != nil {
		return nil, err
	}
	var ours []demoshop.Received
	for _, r := range all {
		if matches(loot.Host, r.Host) && strings.HasPrefix(r.Path, loot.Path) {
			ours = append(ours, r)
		}
	}
	texts, err := decode(ours, loot.Decode, s.key)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.Case.ID(), err)
	}
	return texts, nil
}

func matches(pattern, host string) bool {
	ok, _ := path.Match(pattern, host)
	return ok || strings.HasPrefix(pattern, "*.") && strings.HasSuffix(host, pattern[1:])
}
