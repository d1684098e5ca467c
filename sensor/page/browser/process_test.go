package browser

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// orphanVariable makes the test binary a program that starts a browser and waits to be killed.
const orphanVariable = "TILLWATCH_TEST_ORPHAN"

func orphan() {
	b, err := Launch(context.Background(), Options{})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	if _, err := b.NewTab(context.Background()); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(b.process.folder)
	select {}
}

// processesOf are the processes whose command line names the profile folder.
func processesOf(folder string) []string {
	var found []string
	files, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, file := range files {
		line, _ := os.ReadFile(file)
		if strings.Contains(string(line), folder) {
			found = append(found, file)
		}
	}
	return found
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func TestNothingIsLeftWhenWeAreKilled(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("reads /proc")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), orphanVariable+"=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(out).ReadString('\n')
	folder := strings.TrimSpace(line)
	if !strings.HasPrefix(filepath.Base(folder), folderPrefix) {
		_ = cmd.Process.Kill()
		t.Fatalf("the child says %q", line)
	}
	if len(processesOf(folder)) < 2 {
		t.Errorf("the browser has %d processes", len(processesOf(folder)))
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	waitFor(t, "the end of the browser", func() bool { return len(processesOf(folder)) == 0 })

	long := time.Now().Add(-time.Hour)
	if err := os.Chtimes(filepath.Join(folder, lockName), long, long); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the folder's removal by the next browser", func() bool {
		sweep(filepath.Dir(folder), time.Minute)
		return !exists(folder)
	})
}

func TestNothingIsLeftWhenTheContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	b, err := Launch(ctx, Options{})
	if err != nil {
		t.Fatal(err)
	}
	tab, err := b.NewTab(ctx)
	if err != nil {
		t.Fatal(err)
	}
	folder := b.process.folder
	waiting := make(chan error, 1)
	go func() {
		frames, err := tab.Frames(context.Background())
		if err == nil {
			err = frames[0].Eval(context.Background(), "new Promise(() => {})", nil)
		}
		waiting <- err
	}()
	cancel()
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	if err := <-waiting; !errors.Is(err, ErrClosed) {
		t.Errorf("a call that was waiting got %v", err)
	}
	if _, err := b.NewTab(context.Background()); !errors.Is(err, ErrClosed) {
		t.Errorf("a call afterwards got %v", err)
	}
	if exists(folder) {
		t.Errorf("%s is still there", folder)
	}
	if left := processesOf(folder); len(left) > 0 {
		t.Errorf("processes are left: %v", left)
	}
}

func TestABrowserThatDies(t *testing.T) {
	b := sharedBrowser(t)
	tab := newTab(t, b)
	f := mainFrame(t, tab)
	waiting := make(chan error, 1)
	go func() { waiting <- f.Eval(context.Background(), "new Promise(() => {})", nil) }()
	b.process.tree.kill()
	if err := <-waiting; !errors.Is(err, ErrClosed) {
		t.Errorf("a call that was waiting got %v", err)
	}
	for what, err := range map[string]error{
		"Navigate": tab.Navigate(limit(t), "about:blank"),
		"Click":    tab.Click(limit(t), 1, 1),
		"Type":     tab.Type(limit(t), "a"),
		"Eval":     f.Eval(limit(t), "1", nil),
	} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("%s got %v", what, err)
		}
	}
	if _, err := tab.Settle(limit(t), SettleOptions{}); !errors.Is(err, ErrClosed) {
		t.Errorf("Settle got %v", err)
	}
	if err := b.Close(); err != nil || exists(b.process.folder) {
		t.Errorf("closing: %v, folder there: %t", err, exists(b.process.folder))
	}
}

func TestLaunchThatIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if b, err := Launch(ctx, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, %v", b, err)
	}
}

func TestLaunchOfWhatIsNoBrowser(t *testing.T) {
	for _, executable := range []string{"/bin/true", "/nonexistent/chromium"} {
		b, err := Launch(limit(t), Options{Executable: executable})
		if err == nil {
			_ = b.Close()
			t.Errorf("%s was taken for a browser", executable)
		} else if !strings.Contains(err.Error(), executable) {
			t.Errorf("the error does not name %s: %v", executable, err)
		}
	}
}

func TestInstallCommand(t *testing.T) {
	for release, want := range map[string]string{
		"ID=debian\n":                 "apt-get install -y chromium",
		"ID=ubuntu\nID_LIKE=debian\n": "google-chrome-stable",
		"NAME=\"Rocky\"\nID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n": "dnf install",
		"ID=alpine\n":             "apk add chromium",
		"":                        "chromium",
		"ID=\nID_LIKE=\"\"\n====": "chromium",
	} {
		if got := linuxInstall(release); !strings.Contains(got, want) {
			t.Errorf("%q: %s", release, got)
		}
	}
}

func TestASnapIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "chromium-browser")
	if err := os.WriteFile(path, []byte("#!/bin/sh\nexec /snap/bin/chromium \"$@\"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := usable(path); !errors.Is(err, errSnap) {
		t.Errorf("got %v", err)
	}
}
