package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/net/netutil"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/access/intake"
)

// logsSecret is the variable with what those show who post lines of logs.
const logsSecret = "TILLWATCH_LOGS_SECRET"

// receiver is a place at which lines of logs arrive: syslog over UDP or TCP, or HTTP.
type receiver struct {
	place, network, address string
	secret                  []byte
	dir                     string // where they wait to be read
}

// isReceiver says whether a place of a log is one at which lines arrive.
func isReceiver(place string) bool { return hasAnyPrefix(place, "udp://", "tcp://", "http://") }

// newReceiver reads a place such as udp://127.0.0.1:5514. Where it names no host, only this machine can send. Errors are a
// *[UsageError].
func newReceiver(c CheckConfig, place string) (receiver, error) {
	const hint = "write it as udp://127.0.0.1:5514 or tcp://127.0.0.1:5514 for syslog, or as http://127.0.0.1:5580 for lines that are posted"
	r := receiver{place: place}
	if !c.follow || c.StateDir == "" {
		return r, usagef("tillwatch watch -c tillwatch.yaml listens, until it is stopped", "%s: lines that arrive there can only be watched", place)
	}
	u, err := url.Parse(place)
	if err != nil || u.Port() == "" || strings.Trim(u.Path, "/") != "" && u.Path != intake.Path {
		return r, usagef(hint, "%s is no place to listen at", withoutCredentials(place))
	}
	r.network, r.address = u.Scheme, net.JoinHostPort(u.Hostname(), u.Port())
	if u.Hostname() == "" {
		r.address = net.JoinHostPort("127.0.0.1", u.Port())
	}
	if r.network == "http" {
		if r.secret = []byte(strings.TrimSpace(c.Logs.secrets[place])); len(r.secret) == 0 && c.Shopper.Env != nil {
			r.secret = []byte(strings.TrimSpace(c.Shopper.Env(logsSecret)))
		}
		if _, err := intake.NewPost(nil, r.secret, nil); err != nil {
			return r, usagef("make one: head -c 32 /dev/urandom | base64 > logs.token ; chmod 600 logs.token, and name it with token_file: logs.token", "%s: %v", place, err)
		}
	}
	sum := sha256.Sum256([]byte(place))
	r.dir = filepath.Join(c.StateDir, "access", "received-"+hex.EncodeToString(sum[:6]))
	return r, nil
}

// listening is a sensor for logs that also lets lines arrive.
type listening struct {
	tillwatch.Sensor
	receivers []receiver
}

func (l listening) Observe(ctx context.Context, t tillwatch.Target, report func(tillwatch.Observation) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	troubles := make(chan tillwatch.Gap, 64)
	ended := make(chan error, len(l.receivers)+1)
	running := 0
	for _, r := range l.receivers {
		serve, err := r.open(ctx, func(why string) {
			select {
			case troubles <- tillwatch.Gap{Place: r.place, Why: why}:
			default: // enough is said
			}
		})
		if err != nil {
			cancel()
			err = fmt.Errorf("%s: %w", r.place, err)
			for range running {
				err = errors.Join(err, <-ended)
			}
			return err
		}
		running++
		go func() { ended <- serve() }()
	}
	running++
	observations := make(chan tillwatch.Observation)
	go func() { // what it reports comes through here, so that one thing is reported at a time
		ended <- l.Sensor.Observe(ctx, t, func(o tillwatch.Observation) error {
			select {
			case observations <- o:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	var failed error
	for running > 0 {
		var err error
		select {
		case g := <-troubles:
			err = report(g)
		case o := <-observations:
			err = report(o)
		case err = <-ended:
			running--
			cancel() // one without the others is no watch
		}
		if err != nil {
			failed = errors.Join(failed, err)
			cancel()
		}
	}
	return failed
}

// open listens, and gives what serves until ctx ends.
func (r receiver) open(ctx context.Context, trouble func(string)) (func() error, error) {
	spool, err := intake.OpenSpool(r.dir)
	if err != nil {
		return nil, err
	}
	done := func(serve func() error) (func() error, error) {
		return func() error { return errors.Join(serve(), spool.Close()) }, nil
	}
	var listen net.ListenConfig
	if r.network == "udp" {
		c, err := listen.ListenPacket(ctx, "udp", r.address)
		if err != nil {
			return nil, errors.Join(err, spool.Close())
		}
		return done(func() error { return intake.Packets(ctx, c, spool, trouble) })
	}
	l, err := listen.Listen(ctx, "tcp", r.address)
	if err != nil {
		return nil, errors.Join(err, spool.Close())
	}
	if r.network == "tcp" {
		return done(func() error { return intake.Streams(ctx, l, spool, trouble) })
	}
	post, err := intake.NewPost(spool, r.secret, trouble)
	if err != nil {
		return nil, errors.Join(err, l.Close(), spool.Close())
	}
	server := &http.Server{
		Handler: post, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 64 << 10,
	}
	return done(func() error {
		stop := context.AfterFunc(ctx, func() { server.Close() })
		defer stop()
		if err := server.Serve(netutil.LimitListener(l, maxSenders)); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
}

// maxSenders bounds how many connections are open at once.
const maxSenders = 1024
