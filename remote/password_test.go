package remote

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
)

// passwords is an SSH server that takes no key: sshd, run by a test, may not look at passwords.
type passwords struct {
	config *ssh.ServerConfig
	place  FilesConfig
	mute   atomic.Bool // it lets in and greets, and then answers nothing
	lines  atomic.Int32
}

const secret = "correct horse"

func startPasswords(t *testing.T, asks bool) *passwords {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ssh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	let := func(ok bool) (*ssh.Permissions, error) {
		if !ok {
			return nil, errors.New("no")
		}
		return nil, nil
	}
	p := &passwords{config: &ssh.ServerConfig{}}
	if asks { // as servers that use PAM do
		p.config.KeyboardInteractiveCallback = func(_ ssh.ConnMetadata, ask ssh.KeyboardInteractiveChallenge) (*ssh.Permissions, error) {
			answers, err := ask("", "", []string{"Password: "}, []bool{false})
			return let(err == nil && len(answers) == 1 && answers[0] == secret)
		}
	} else {
		p.config.PasswordCallback = func(_ ssh.ConnMetadata, given []byte) (*ssh.Permissions, error) { return let(string(given) == secret) }
	}
	p.config.AddHostKey(key)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			line, err := l.Accept()
			if err != nil {
				return
			}
			p.lines.Add(1)
			go p.serve(line)
		}
	}()
	port := l.Addr().(*net.TCPAddr).Port
	known := filepath.Join(t.TempDir(), "known_hosts")
	if err := os.WriteFile(known, fmt.Appendf(nil, "[127.0.0.1]:%d %s", port, ssh.MarshalAuthorizedKey(key.PublicKey())), 0o600); err != nil {
		t.Fatal(err)
	}
	p.place = FilesConfig{
		Address: Address{User: "shop", Host: "127.0.0.1", Port: port},
		Login:   Login{Password: secret, KnownHosts: []string{known}}, Pauses: []time.Duration{time.Millisecond, time.Millisecond, time.Millisecond},
	}
	return p
}

func (p *passwords) serve(line net.Conn) {
	defer line.Close()
	_, channels, requests, err := ssh.NewServerConn(line, p.config)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	for c := range channels {
		channel, asked, err := c.Accept()
		if err != nil {
			return
		}
		go func() {
			for r := range asked {
				_ = r.Reply(r.Type == "subsystem", nil)
				if r.Type == "subsystem" {
					server, err := sftp.NewServer(&hanging{channel, p}, sftp.ReadOnly())
					if err != nil {
						return
					}
					go server.Serve()
				}
			}
		}()
	}
}

// hanging lets whoever reads from it wait, once its server hangs.
type hanging struct {
	ssh.Channel
	server *passwords
}

func (h *hanging) Write(b []byte) (int, error) {
	const version = 2 // the greeting
	if h.server.mute.Load() && len(b) > 4 && b[4] != version {
		return len(b), nil // an answer that never arrives
	}
	return h.Channel.Write(b)
}

func TestAPasswordLetsIn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "index.php"), []byte("<?php"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, asks := range []bool{false, true} {
		p := startPasswords(t, asks)
		f := connect(t, p.place)
		list, err := f.ReadDir(dir)
		if err != nil || len(list) != 1 {
			t.Errorf("asked for it %v: %v, %d files", asks, err, len(list))
		}
		file, err := f.Open(filepath.Join(dir, "index.php"))
		if err != nil {
			t.Fatal(err)
		}
		if text, err := io.ReadAll(file); err != nil || string(text) != "<?php" {
			t.Errorf("%v: %q", err, text)
		}
		_ = file.Close()
		wrong := p.place
		wrong.Login.Password = "hunter2"
		if _, err := OpenFiles(t.Context(), wrong); err == nil || !strings.Contains(err.Error(), "TILLWATCH_SSH_PASSWORD_FILE") || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("a wrong one: %v", err)
		}
	}
}

func TestAServerThatHangsIsGivenUp(t *testing.T) {
	t.Parallel()
	p := startPasswords(t, false)
	p.place.silence = 50 * time.Millisecond
	told := make(chan error, 10)
	p.place.Lost = func(err error) { told <- err }
	f := connect(t, p.place)
	p.mute.Store(true)
	_, err := f.ReadDir("/")
	var lost *LostError
	if !errors.As(err, &lost) || !strings.Contains(err.Error(), "did not answer") || len(told) != 1 {
		t.Errorf("%v, told %d times", err, len(told))
	}
	if n := p.lines.Load(); n != 2 {
		t.Errorf("%d lines: one more than the first may help", n)
	}
}
