// Package sshtest runs a real sshd for tests: on loopback, with keys and settings of its own, as a child that ends with
// the test.
package sshtest

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

// Server is a running sshd that lets in the user of the test.
type Server struct {
	User       string
	Port       int
	Key        string // file of the private key that it knows
	KnownHosts string // file with its own key
	HostKey    ssh.PublicKey
	Log        string // file

	t       testing.TB
	sshd    string
	config  string
	process *exec.Cmd
}

// Start starts one. more are further lines of its settings.
func Start(t testing.TB, more ...string) *Server {
	t.Helper()
	sshd, err := exec.LookPath("/usr/sbin/sshd")
	if err != nil {
		t.Fatal("no sshd is installed (.ci/setup servers installs it)")
	}
	who, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	if os.Getuid() == 0 {
		if err := os.MkdirAll("/run/sshd", 0o755); err != nil { // which it wants as root, whatever its settings say
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	s := &Server{
		User: who.Username, t: t, sshd: sshd, config: filepath.Join(dir, "sshd_config"), Log: filepath.Join(dir, "log"),
		Key: filepath.Join(dir, "key"), KnownHosts: filepath.Join(dir, "known_hosts"),
	}
	host := filepath.Join(dir, "host_key")
	s.HostKey = NewKey(t, host, "")
	public := NewKey(t, s.Key, "")
	s.write(filepath.Join(dir, "authorized_keys"), string(ssh.MarshalAuthorizedKey(public)))
	s.Port = freePort(t)
	s.write(s.KnownHosts, fmt.Sprintf("[127.0.0.1]:%d %s", s.Port, ssh.MarshalAuthorizedKey(s.HostKey)))
	lines := append([]string{
		"ListenAddress 127.0.0.1", "Port " + strconv.Itoa(s.Port), "HostKey " + host, "AuthorizedKeysFile " + filepath.Join(dir, "authorized_keys"),
		"PidFile none", "UsePAM no", "StrictModes no", "PasswordAuthentication no", "KbdInteractiveAuthentication no", "UseDNS no",
		"PermitRootLogin prohibit-password", "Subsystem sftp internal-sftp", "MaxStartups 100", "MaxSessions 100", "LogLevel VERBOSE",
	}, more...)
	s.write(s.config, strings.Join(lines, "\n")+"\n")
	s.Run()
	t.Cleanup(s.Kill)
	return s
}

func (s *Server) write(name, text string) {
	s.t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// Run starts it again after [Server.Kill].
func (s *Server) Run() {
	s.t.Helper()
	log, err := os.OpenFile(s.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		s.t.Fatal(err)
	}
	defer log.Close()
	s.process = exec.Command(s.sshd, "-D", "-e", "-f", s.config)
	s.process.Stderr = log
	if err := s.process.Start(); err != nil {
		s.t.Fatal(err)
	}
	place := net.JoinHostPort("127.0.0.1", strconv.Itoa(s.Port))
	for end := time.Now().Add(time.Minute); ; {
		if c, err := net.DialTimeout("tcp", place, time.Second); err == nil {
			c.Close()
			return
		}
		if time.Now().After(end) {
			text, _ := os.ReadFile(s.Log)
			s.t.Fatalf("sshd does not begin: %s", text)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// Kill ends it and every log-in, as a power cut does.
func (s *Server) Kill() {
	if s.process == nil {
		return
	}
	children := descendants(s.process.Process.Pid)
	_ = s.process.Process.Kill()
	end(children)
	_ = s.process.Wait()
	s.process = nil
}

// Break ends every log-in, and lets new ones in.
func (s *Server) Break() { end(descendants(s.process.Process.Pid)) }

// Stop makes every log-in stand still.
func (s *Server) Stop() {
	for _, pid := range descendants(s.process.Process.Pid) {
		_ = syscall.Kill(pid, syscall.SIGSTOP)
	}
}

func end(pids []int) {
	for _, pid := range pids {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
}

// descendants are the processes that one started, and those that they did.
func descendants(pid int) []int {
	children := map[int][]int{}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, stat := range stats {
		text, err := os.ReadFile(stat)
		if err != nil {
			continue
		}
		own, _ := strconv.Atoi(filepath.Base(filepath.Dir(stat)))
		after := text[bytes.LastIndexByte(text, ')')+1:]
		if fields := strings.Fields(string(after)); len(fields) > 1 {
			parent, _ := strconv.Atoi(fields[1])
			children[parent] = append(children[parent], own)
		}
	}
	var all []int
	for list := children[pid]; len(list) > 0; list = list[1:] {
		all = append(all, list[0])
		list = append(list, children[list[0]]...)
	}
	return all
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// NewKey writes a new private key and gives the public one.
func NewKey(t testing.TB, file, passphrase string) ssh.PublicKey {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	var block *pem.Block
	if passphrase == "" {
		block, err = ssh.MarshalPrivateKey(private, "")
	} else {
		block, err = ssh.MarshalPrivateKeyWithPassphrase(private, "", []byte(passphrase))
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
	key, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return key
}
