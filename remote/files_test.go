package remote

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch/remote/sshtest"
)

func loginTo(s *sshtest.Server) FilesConfig {
	return FilesConfig{
		Address: Address{User: s.User, Host: "127.0.0.1", Port: s.Port},
		Login:   Login{Keys: []string{s.Key}, OnlyKeys: true, KnownHosts: []string{s.KnownHosts}},
		Pauses:  []time.Duration{time.Millisecond, 20 * time.Millisecond},
	}
}

func connect(t *testing.T, c FilesConfig) *Files {
	t.Helper()
	f, err := OpenFiles(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func TestFilesAreReadThroughBreaksOfTheLine(t *testing.T) {
	t.Parallel()
	s := sshtest.Start(t)
	dir := t.TempDir()
	text := strings.Repeat("0123456789abcdef", 64<<10)
	if err := os.WriteFile(filepath.Join(dir, "large"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	f := connect(t, loginTo(s))
	file, err := f.Open(filepath.Join(dir, "large"))
	if err != nil {
		t.Fatal(err)
	}
	half := make([]byte, len(text)/2)
	if _, err := io.ReadFull(file, half); err != nil {
		t.Fatal(err)
	}
	s.Break()
	rest, err := io.ReadAll(file)
	if err != nil || string(half)+string(rest) != text {
		t.Fatalf("%v: %d bytes", err, len(half)+len(rest))
	}
	if err := file.Close(); err != nil {
		t.Error(err)
	}
	s.Break()
	var group sync.WaitGroup
	for range 20 { // one makes the line again, for all
		group.Go(func() {
			if _, err := f.Stat(dir); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if _, err := f.Stat(filepath.Join(dir, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

func TestAServerThatHangsIsLeftAndAskedAgain(t *testing.T) {
	t.Parallel()
	s := sshtest.Start(t)
	c := loginTo(s)
	c.silence = 300 * time.Millisecond
	f := connect(t, c)
	s.Stop()
	if _, err := f.ReadDir(t.TempDir()); err != nil {
		t.Error(err)
	}
}

func TestALineThatIsGoneIsToldOnce(t *testing.T) {
	t.Parallel()
	s := sshtest.Start(t)
	c := loginTo(s)
	told := make(chan error, 10)
	c.Lost = func(err error) { told <- err }
	f := connect(t, c)
	s.Kill()
	var lost *LostError
	for range 3 {
		if _, err := f.ReadDir("/"); !errors.As(err, &lost) {
			t.Error(err)
		}
	}
	if len(told) != 1 {
		t.Errorf("told %d times", len(told))
	}
}

func TestWhatCannotBeReadIsSaidSo(t *testing.T) {
	t.Parallel()
	s := sshtest.Start(t, "ForceCommand /bin/false")
	_, err := OpenFiles(t.Context(), loginTo(s))
	if err == nil || !strings.Contains(err.Error(), "offers no SFTP") {
		t.Error(err)
	}
}

func TestAFolderWithoutEndIsCutOff(t *testing.T) {
	t.Parallel()
	var stopped error
	m := &meter{stop: func(err error) { stopped = err }}
	name := []byte{0, 0, 0, 12, packetName, 0, 0, 0, 1, 0, 0, 0, 0, 'x', 'y', 'z'}
	binary.BigEndian.PutUint32(name[countAt:], maxNames/4)
	data := []byte{0, 0, 0, 6, 103, 255, 255, 255, 255, 255}
	feed := func(packet []byte) error {
		for _, cut := range []int{1, 5, len(packet)} { // however they are cut
			at := min(cut, len(packet))
			m.from = io.MultiReader(strings.NewReader(string(packet[:at])), strings.NewReader(string(packet[at:])))
			for {
				if _, err := m.Read(make([]byte, 64)); stopped != nil {
					return err
				} else if err != nil {
					break
				}
			}
		}
		return nil
	}
	if err := feed(name); err != nil || stopped != nil {
		t.Fatal("names count where no folder is listed:", err)
	}
	m.begin()
	if err := feed(data); err != nil {
		t.Fatal(err)
	}
	if err := feed(name); err != nil {
		t.Fatal("after three quarters:", err)
	}
	if err := feed(name); err == nil || stopped == nil {
		t.Error("no end")
	}
}

func FuzzMeter(f *testing.F) {
	f.Add([]byte{0, 0, 0, 9, packetName, 0, 0, 0, 1, 0, 0, 0, 7}, uint8(3))
	f.Add([]byte{0, 0, 0, 1, packetName, 255, 255, 255, 255, 101}, uint8(1))
	f.Add([]byte{0, 0, 0, 0, 0}, uint8(2))
	f.Fuzz(func(t *testing.T, sent []byte, cut uint8) {
		count := func(step int) string {
			m := &meter{}
			m.begin()
			for p := sent; len(p) > 0; {
				n := min(step, len(p))
				m.count(p[:n])
				p = p[n:]
			}
			return fmt.Sprint(m.names, m.bytes, m.have, m.rest)
		}
		if whole, cut := count(len(sent)+1), count(int(cut)+1); whole != cut {
			t.Errorf("at once %s, in pieces %s", whole, cut)
		}
	})
}
