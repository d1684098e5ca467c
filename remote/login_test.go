package remote

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"github.com/tillwatch/tillwatch/remote/sshtest"
)

func TestWhoIsNotLetInIsToldWhatWasTried(t *testing.T) {
	t.Parallel()
	s := sshtest.Start(t)
	dir := t.TempDir()
	other := filepath.Join(dir, "other")
	sshtest.NewKey(t, other, "")
	c := loginTo(s)
	c.Login.Keys = []string{other}
	if _, err := OpenFiles(t.Context(), c); err == nil || !strings.Contains(err.Error(), other) || !strings.Contains(err.Error(), "authorized_keys") {
		t.Error(err)
	}
	locked := filepath.Join(dir, "locked")
	sshtest.NewKey(t, locked, "open sesame")
	c.Login.Keys = []string{locked}
	if _, err := OpenFiles(t.Context(), c); err == nil || !strings.Contains(err.Error(), "ssh-add "+locked) {
		t.Error(err)
	}
	c.Login.Passphrase = "wrong one"
	if _, err := OpenFiles(t.Context(), c); err == nil || strings.Contains(err.Error(), "wrong one") {
		t.Error(err)
	}
	c.Login.Passphrase = "open sesame"
	if _, err := OpenFiles(t.Context(), c); err == nil || !strings.Contains(err.Error(), "does not let") {
		t.Error(err)
	}
	if err := os.WriteFile(other, []byte("-----BEGIN SECRET-----\nhunter2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c.Login.Keys = []string{other}
	if _, err := OpenFiles(t.Context(), c); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Error(err)
	}
	c.Login = Login{KnownHosts: c.Login.KnownHosts}
	if _, err := OpenFiles(t.Context(), c); err == nil || !strings.Contains(err.Error(), "--ssh-key") {
		t.Error(err)
	}
}

func TestTheAgentSigns(t *testing.T) {
	t.Parallel()
	s := sshtest.Start(t)
	text, err := os.ReadFile(s.Key)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ssh.ParseRawPrivateKey(text)
	if err != nil {
		t.Fatal(err)
	}
	ring := agent.NewKeyring()
	if err := ring.Add(agent.AddedKey{PrivateKey: key}); err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "agent") // names of sockets are short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	l, err := net.Listen("unix", filepath.Join(dir, "s"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go agent.ServeAgent(ring, c)
		}
	}()
	c := loginTo(s)
	c.Login = Login{Agent: l.Addr().String(), KnownHosts: c.Login.KnownHosts}
	connect(t, c)
}

func TestSettingsOfSSHNameServers(t *testing.T) {
	t.Parallel()
	s := sshtest.Start(t)
	home := t.TempDir()
	if err := os.Mkdir(filepath.Join(home, ".ssh"), 0o700); err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(s.Key)
	if err := os.WriteFile(filepath.Join(home, ".ssh/shop key"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	settings := filepath.Join(home, ".ssh/config")
	config := fmt.Sprintf("Host myshop\n  HostName 127.0.0.1\n  Port %d\n  User %s\n  IdentityFile \"~/.ssh/shop key\"\nHost behind\n  ProxyJump bastion\n", s.Port, s.User)
	if err := os.WriteFile(settings, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	c := loginTo(s)
	c.Address = Address{Host: "myshop"}
	c.Login = Login{Settings: settings, KnownHosts: c.Login.KnownHosts}
	connect(t, c)
	c.Address = Address{Host: "behind"}
	if _, err := OpenFiles(t.Context(), c); err == nil || !strings.Contains(err.Error(), "ProxyJump") {
		t.Error(err)
	}
}

func TestAPortOnWhichSomethingElseListens(t *testing.T) {
	t.Parallel()
	for _, says := range []string{"", "HTTP/1.1 400 Bad Request\r\n\r\n", strings.Repeat("SSH-1.5-old\r\n", 1), strings.Repeat("x", 1<<20)} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				_, _ = c.Write([]byte(says))
				if says != "" {
					c.Close()
				} // and one says nothing at all
			}
		}()
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		if says == "" {
			cancel() // whoever is stopped waits for nothing
		}
		_, err = OpenFiles(ctx, FilesConfig{Address: Address{User: "u", Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port}, Login: Login{Password: "p"}})
		if err == nil || says != "" && errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%.20q: %v", says, err)
		}
		cancel()
		l.Close()
	}
}
