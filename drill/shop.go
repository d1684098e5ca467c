package drill

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// shop is the demonstration shop as a process of its own.
type shop struct {
	url     string
	docroot string
	admin   string // password of the operator "admin"
	command *exec.Cmd
	dir     string
	server  string // address of the database, where it is on one
	ended   chan struct{}
}

var (
	shopLine  = regexp.MustCompile(`http://shop\.localhost:\d+/`)
	adminLine = regexp.MustCompile(`log in as admin / (\S+)`)
)

// openShop starts the shop in a folder of its own, with further words of the command line, and waits until it says where it
// is.
func openShop(ctx context.Context, o Options, words ...string) (*shop, error) {
	dir, err := os.MkdirTemp("", "tillwatch-drill-")
	if err != nil {
		return nil, err
	}
	if o.Database != "" {
		words = append(words, "--database", o.Database, "--new-database")
	}
	s := &shop{dir: dir, server: o.Database, docroot: filepath.Join(dir, "docroot"), ended: make(chan struct{})}
	s.command = exec.CommandContext(ctx, o.Executable, append([]string{"demoshop", "--port", "0", "--state", dir}, words...)...)
	s.command.Cancel = func() error { return s.command.Process.Signal(syscall.SIGTERM) }
	s.command.WaitDelay = 10 * time.Second
	var complaint strings.Builder
	s.command.Stderr = &complaint
	out, err := s.command.StdoutPipe()
	if err == nil {
		err = s.command.Start()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start the shop: %w", err), os.RemoveAll(dir))
	}
	lines := bufio.NewScanner(out)
	for s.admin == "" && lines.Scan() {
		if s.url == "" {
			s.url = shopLine.FindString(lines.Text())
		}
		if m := adminLine.FindStringSubmatch(lines.Text()); m != nil {
			s.admin = m[1]
		}
	}
	go func() {
		for lines.Scan() { // it may go on talking; nobody must wait for us to listen
		}
		_ = s.command.Wait()
		close(s.ended)
	}()
	if s.url == "" {
		return nil, errors.Join(fmt.Errorf("the shop did not open: %s", strings.TrimSpace(complaint.String())), s.close())
	}
	return s, nil
}

// database is the address of the shop's database.
func (s *shop) database() string {
	return cmp.Or(s.server, "sqlite:"+filepath.Join(s.dir, "shop.db"))
}

func (s *shop) close() error {
	_ = s.command.Process.Signal(syscall.SIGTERM)
	<-s.ended
	return os.RemoveAll(s.dir)
}

// tamper appends code to a file of the shop's and gives the function that takes it back.
func (s *shop) tamper(name, code string) (restore func() error, err error) {
	path := filepath.Join(s.docroot, filepath.FromSlash(name))
	original, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(path, append([]byte(string(original)), code...), info.Mode().Perm()); err != nil {
		return nil, err
	}
	return func() error { return os.WriteFile(path, original, info.Mode().Perm()) }, nil
}
