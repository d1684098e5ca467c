package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// Login says how we show who we are, and how a server must. The zero value knows nobody.
type Login struct {
	Keys       []string // files of private keys, in their order
	OnlyKeys   bool     // those were named by the operator: one that cannot be read is an error, and the agent's are left out
	Passphrase string   // of a key that has one
	Password   string   // where the server takes no key
	Agent      string   // socket of an ssh-agent; empty: none
	KnownHosts []string // files with the keys of servers; a new key belongs into the first
	Settings   string   // a file as ~/.ssh/config; empty: none
	User       string   // where neither the address nor the settings name one
}

// Bounds of a connection.
const (
	connectTimeout = 15 * time.Second
	greetTimeout   = 15 * time.Second // of key exchange and log-in
	aliveEvery     = 15 * time.Second
	aliveTimeout   = 30 * time.Second
	maxKeyFile     = 1 << 20
	maxSaid        = 300 // bytes of what a server says for itself
	maxAgentKeys   = 5   // servers close the door after six tries
)

// Connect logs in. What it returns is closed when the server no longer answers.
func Connect(ctx context.Context, a Address, l Login) (*ssh.Client, error) {
	a, l, err := l.settled(a)
	if err != nil {
		return nil, err
	}
	known, err := loadHosts(a, l.KnownHosts)
	if err != nil {
		return nil, err
	}
	offered, closeAgent, err := l.signers()
	if err != nil {
		return nil, err
	}
	defer closeAgent()
	config := &ssh.ClientConfig{
		User: a.User, HostKeyCallback: known.check, HostKeyAlgorithms: known.algorithms(), Auth: l.methods(offered),
		ClientVersion: "SSH-2.0-tillwatch",
	}
	if len(config.Auth) == 0 {
		return nil, errors.New("there is nothing to log in with: name a key with --ssh-key, start ssh-agent, or set TILLWATCH_SSH_PASSWORD_FILE")
	}
	dialer := net.Dialer{Timeout: connectTimeout}
	place := net.JoinHostPort(a.Host, strconv.Itoa(a.Port))
	line, err := dialer.DialContext(ctx, "tcp", place)
	if err != nil {
		return nil, fmt.Errorf("the server cannot be reached: %w", plainError(err))
	}
	stop := context.AfterFunc(ctx, func() { _ = line.Close() }) // nobody waits for it any more
	defer stop()
	_ = line.SetDeadline(time.Now().Add(greetTimeout)) // a connection that cannot have one fails by itself
	conn, channels, requests, err := ssh.NewClientConn(line, place, config)
	if err != nil {
		_ = line.Close() // it is of no use
		return nil, l.refused(ctx, a, known, offered, err)
	}
	_ = line.SetDeadline(time.Time{})
	client := ssh.NewClient(conn, channels, requests)
	go keepAlive(client)
	return client, nil
}

// refused says why a server was not talked to, and what to do about it.
func (l Login) refused(ctx context.Context, a Address, known *hosts, offered []offer, err error) error {
	var wrong *HostKeyError
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &wrong):
		return wrong
	case strings.Contains(err.Error(), "unable to authenticate"):
		var tried []string
		for _, o := range offered {
			tried = append(tried, o.name)
		}
		if l.Password != "" {
			tried = append(tried, "the password")
		}
		if len(offered) == 0 {
			return fmt.Errorf("the server does not let %s in with the password: check the user's name and TILLWATCH_SSH_PASSWORD_FILE, or use a key (--ssh-key), which many servers insist on", a.User)
		}
		return fmt.Errorf("the server does not let %s in; tried: %s. Put the public key into ~/.ssh/authorized_keys there, or name the right key with --ssh-key", a.User, strings.Join(tried, ", "))
	case errors.Is(err, os.ErrDeadlineExceeded):
		return errors.New("the server took the connection and then did not greet in time: is it an SSH server?")
	case errors.Is(err, io.EOF):
		return errors.New("the server closed the connection before the log-in: it may let nobody in from here, or has too many connections")
	}
	if known.asked == nil && strings.Contains(err.Error(), "no common algorithm") && len(known.algorithms()) > 0 {
		return fmt.Errorf("the server has no key of the kinds that are known of it (%s): %w", strings.Join(known.algorithms(), ", "), err)
	}
	text := strings.ToValidUTF8(err.Error(), "") // some of it may be the server's
	return fmt.Errorf("no SSH connection could be made: %s", text[:min(len(text), maxSaid)])
}

// plainError is what went wrong without the addresses of sockets around it.
func plainError(err error) error {
	if op := (*net.OpError)(nil); errors.As(err, &op) {
		return op.Err
	}
	return err
}

// offer is a key that we can sign with.
type offer struct {
	ssh.Signer
	name string
}

func (l Login) methods(offered []offer) []ssh.AuthMethod {
	var methods []ssh.AuthMethod
	if len(offered) > 0 {
		signers := make([]ssh.Signer, len(offered))
		for i, o := range offered {
			signers[i] = o.Signer
		}
		methods = append(methods, ssh.PublicKeys(signers...))
	}
	if l.Password != "" {
		methods = append(methods, ssh.Password(l.Password), ssh.KeyboardInteractive(func(_, _ string, questions []string, echos []bool) ([]string, error) {
			answers := make([]string, len(questions))
			for i := range questions {
				if !echos[i] { // a question whose answer may be seen is not for a password
					answers[i] = l.Password
				}
			}
			return answers, nil
		}))
	}
	return methods
}

// signers are the keys of the files and then of the agent. The agent must stay open until they have signed.
func (l Login) signers() (list []offer, done func(), err error) {
	done = func() {}
	var locked []string
	for _, file := range l.Keys {
		signer, err := readKey(file, l.Passphrase)
		switch missing := (*ssh.PassphraseMissingError)(nil); {
		case err == nil:
			list = append(list, offer{signer, file})
		case errors.As(err, &missing):
			locked = append(locked, file)
		case l.OnlyKeys:
			return nil, done, fmt.Errorf("the key %s cannot be used: %w", file, err)
		}
	}
	if l.Agent != "" && (!l.OnlyKeys || len(locked) > 0) {
		if line, err := net.Dial("unix", l.Agent); err == nil {
			done = func() { _ = line.Close() } // nothing was kept there
			_ = line.SetDeadline(time.Now().Add(connectTimeout + greetTimeout))
			signers, _ := agent.NewClient(line).Signers() // one that is locked has none
			for i, s := range signers {
				if i < maxAgentKeys {
					list = append(list, offer{s, "ssh-agent's " + ssh.FingerprintSHA256(s.PublicKey())})
				}
			}
		}
	}
	if len(list) == 0 && len(locked) > 0 && l.Password == "" {
		return nil, done, fmt.Errorf("the key %s has a passphrase: run ssh-add %s, or set TILLWATCH_SSH_PASSPHRASE_FILE", locked[0], locked[0])
	}
	return list, done, nil
}

func readKey(file, passphrase string) (ssh.Signer, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, plainPath(err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxKeyFile))
	if err != nil {
		return nil, plainPath(err)
	}
	signer, err := ssh.ParsePrivateKey(text)
	var missing *ssh.PassphraseMissingError
	switch {
	case err == nil:
		return signer, nil
	case !errors.As(err, &missing):
		return nil, errors.New("it is no private key in a form that is known here") // the error could repeat some of it
	case passphrase == "":
		return nil, err
	}
	if signer, err = ssh.ParsePrivateKeyWithPassphrase(text, []byte(passphrase)); err != nil {
		return nil, errors.New("its passphrase is another one")
	}
	return signer, nil
}

func plainPath(err error) error {
	if path := (*os.PathError)(nil); errors.As(err, &path) {
		return path.Err
	}
	return err
}

// keepAlive closes a connection whose other end has gone without a word: a firewall forgot it, or the machine lost its
// power.
func keepAlive(c *ssh.Client) {
	over := make(chan struct{})
	go func() {
		_ = c.Wait() // however it ended
		close(over)
	}()
	tick := time.NewTicker(aliveEvery)
	defer tick.Stop()
	for {
		select {
		case <-over:
			return
		case <-tick.C:
		}
		late := time.AfterFunc(aliveTimeout, func() { _ = c.Close() })
		_, _, err := c.SendRequest("keepalive@openssh.com", true, nil)
		late.Stop()
		if err != nil {
			_ = c.Close() // it is broken
			return
		}
	}
}
