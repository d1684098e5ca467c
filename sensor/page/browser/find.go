package browser

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// MissingError says that this machine has no browser we can drive, and how to install one.
type MissingError struct {
	Install string   // the command for this system
	Refused []string // browsers that were found and cannot be used, each with the reason
}

func (e *MissingError) Error() string {
	text := "no Chromium or Chrome found; install one with: " + e.Install
	if len(e.Refused) > 0 {
		text += " (found but not usable: " + strings.Join(e.Refused, "; ") + ")"
	}
	return text
}

// Find is the path of the Chromium or Chrome on this machine. The error is a [*MissingError].
func Find() (string, error) {
	var refused []string
	for _, name := range candidates() {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		if err := usable(path); err != nil {
			refused = append(refused, path+": "+err.Error())
			continue
		}
		return path, nil
	}
	return "", &MissingError{Install: installCommand(), Refused: refused}
}

func candidates() []string {
	switch runtime.GOOS {
	case "darwin":
		return []string{
			"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
			"/Applications/Chromium.app/Contents/MacOS/Chromium",
			"chromium",
		}
	case "windows":
		var paths []string
		for _, root := range []string{"ProgramFiles", "ProgramFiles(x86)", "LocalAppData"} {
			if dir := os.Getenv(root); dir != "" {
				paths = append(paths,
					filepath.Join(dir, `Google\Chrome\Application\chrome.exe`),
					filepath.Join(dir, `Chromium\Application\chrome.exe`))
			}
		}
		return append(paths, "chrome.exe")
	default:
		return []string{"chromium", "google-chrome-stable", "google-chrome", "chromium-browser", "chrome"}
	}
}

// usable refuses the snap package: its confinement gives it a /tmp and a home of its own, and no inherited pipes.
func usable(path string) error {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return err
	}
	if strings.HasPrefix(real, "/snap/") || filepath.Base(real) == "snap" {
		return errSnap
	}
	f, err := os.Open(real)
	if err != nil {
		return nil // executable but not readable is fine: it need not be a script
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, 4<<10))
	if err == nil && bytes.HasPrefix(head, []byte("#!")) && bytes.Contains(head, []byte("/snap/bin/")) {
		return errSnap
	}
	return nil
}

var errSnap = errors.New("a snap package, whose confinement does not let another program drive it")

func installCommand() string {
	switch runtime.GOOS {
	case "darwin":
		return "brew install --cask google-chrome"
	case "windows":
		return "winget install Google.Chrome"
	}
	release, _ := os.ReadFile("/etc/os-release")
	return linuxInstall(string(release))
}

func linuxInstall(osRelease string) string {
	ids := " "
	for line := range strings.Lines(osRelease) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		if name == "ID" || name == "ID_LIKE" {
			ids += strings.Trim(value, `"'`) + " "
		}
	}
	for _, system := range []struct{ id, command string }{
		// Ubuntu's chromium package only installs the snap.
		{"ubuntu", "curl -LO https://dl.google.com/linux/direct/google-chrome-stable_current_amd64.deb && sudo apt-get install -y ./google-chrome-stable_current_amd64.deb"},
		{"debian", "sudo apt-get install -y chromium"},
		{"alpine", "apk add chromium"},
		{"fedora", "sudo dnf install -y chromium"},
		{"rhel", "sudo dnf install -y epel-release && sudo dnf install -y chromium"},
		{"amzn", "sudo dnf install -y chromium"},
		{"arch", "sudo pacman -S --noconfirm chromium"},
		{"suse", "sudo zypper install -y chromium"},
	} {
		if strings.Contains(ids, " "+system.id+" ") {
			return system.command
		}
	}
	return fmt.Sprintf("your system's package manager (package %q)", "chromium")
}
