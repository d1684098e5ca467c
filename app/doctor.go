package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// Checkup is what the doctor says of one thing that this machine has or lacks.
type Checkup struct {
	Name   string
	State  CheckupState
	Detail string
	Cure   string // the exact command that mends it; empty where nothing needs mending or no command can
}

// CheckupState says how bad it is.
type CheckupState int

// The states. Only Missing keeps a check from working; with Poor it works less well.
const (
	Good CheckupState = iota
	Poor
	Missing
)

// Doctor looks for what a check needs on this machine: a browser that starts, its sandbox, fonts for the pictures, and a
// folder to remember in. chromium and stateDir are as in a check; empty means the usual ones.
func Doctor(ctx context.Context, chromium, stateDir string) []Checkup {
	system := thisSystem()
	checkups := checkBrowser(ctx, chromium, system)
	return append(checkups, checkFonts(ctx, system), checkState(stateDir))
}

// doctorPatience is far more than a browser takes to start on a slow machine.
const doctorPatience = 90 * time.Second

func checkBrowser(ctx context.Context, chromium string, s system) []Checkup {
	path := chromium
	if path == "" {
		found, err := browser.Find()
		var missing *browser.MissingError
		switch {
		case errors.As(err, &missing):
			detail := "no Chromium or Chrome found"
			if len(missing.Refused) > 0 {
				detail += "; not usable: " + strings.Join(missing.Refused, "; ")
			}
			return []Checkup{{Name: "browser", State: Missing, Detail: detail, Cure: missing.Install}}
		case err != nil:
			return []Checkup{{Name: "browser", State: Missing, Detail: err.Error()}}
		}
		path = found
	}
	ctx, cancel := context.WithTimeout(ctx, doctorPatience)
	defer cancel()
	started, err := browser.Launch(ctx, browser.Options{Executable: path})
	if err != nil {
		return []Checkup{{Name: "browser", State: Missing, Detail: path + ": " + err.Error(), Cure: s.mend(chromium, err)}}
	}
	defer started.Close()
	sandbox := Checkup{Name: "sandbox", Detail: "works"}
	if why := started.SandboxOff(); why != "" {
		sandbox = Checkup{
			Name: "sandbox", State: Poor, Cure: s.allowSandbox(),
			Detail: "the kernel refuses it, so the shop's pages run without it (" + why + ")",
		}
	}
	return []Checkup{{Name: "browser", Detail: fmt.Sprintf("%s, version %s, starts", path, started.Version())}, sandbox}
}

// checkFonts looks for one Japanese font: without, the pictures of such a shop show boxes. macOS and Windows have them.
func checkFonts(ctx context.Context, s system) Checkup {
	if runtime.GOOS != "linux" {
		return Checkup{Name: "fonts", Detail: "come with the system"}
	}
	list, err := exec.CommandContext(ctx, "fc-list", ":lang=ja", "family").Output()
	if err == nil && len(strings.TrimSpace(string(list))) > 0 {
		return Checkup{Name: "fonts", Detail: "Japanese and Korean text shows in pictures"}
	}
	return Checkup{Name: "fonts", State: Poor, Detail: "no Japanese font: pictures of such shops show boxes", Cure: s.fonts}
}

func checkState(dir string) Checkup {
	var err error
	if dir == "" {
		dir, err = DefaultStateDir()
	}
	if err == nil {
		_, err = openFolder(dir)
	}
	if err != nil {
		return Checkup{Name: "memory", State: Poor, Detail: "earlier checks are not remembered: " + err.Error(), Cure: "name a folder that can be written with --state"}
	}
	return Checkup{Name: "memory", Detail: dir}
}

// system is what is done where on this kind of system.
type system struct {
	chromium string // reinstalls the browser
	fonts    string
}

func thisSystem() system {
	switch runtime.GOOS {
	case "darwin":
		return system{chromium: "brew reinstall --cask google-chrome"}
	case "windows":
		return system{chromium: "winget install --force Google.Chrome"}
	}
	release, _ := os.ReadFile("/etc/os-release") // a system that does not say what it is gets no command
	return linuxSystem(string(release))
}

func linuxSystem(osRelease string) system {
	ids := map[string]bool{}
	for line := range strings.Lines(osRelease) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		if name == "ID" || name == "ID_LIKE" {
			for id := range strings.FieldsSeq(strings.Trim(value, `"'`)) {
				ids[id] = true
			}
		}
	}
	switch {
	case ids["ubuntu"]: // its chromium package only installs the snap
		return system{"sudo apt-get install --reinstall -y google-chrome-stable", "sudo apt-get install -y fonts-noto-cjk"}
	case ids["debian"]:
		return system{"sudo apt-get install --reinstall -y chromium", "sudo apt-get install -y fonts-noto-cjk"}
	case ids["fedora"], ids["rhel"]:
		return system{"sudo dnf reinstall -y chromium", "sudo dnf install -y google-noto-sans-cjk-fonts"}
	case ids["arch"]:
		return system{"sudo pacman -S --noconfirm chromium", "sudo pacman -S --noconfirm noto-fonts-cjk"}
	case ids["alpine"]:
		return system{"apk fix chromium", "apk add font-noto-cjk"}
	case ids["suse"]:
		return system{"sudo zypper install -y --force chromium", "sudo zypper install -y google-noto-sans-cjk-fonts"}
	}
	return system{}
}

// mend makes a browser start that does not. One that the operator named is the operator's to mend.
func (s system) mend(named string, err error) string {
	switch {
	case errors.Is(err, fs.ErrPermission) && os.Geteuid() == 0:
		return "export TMPDIR=/tmp (root's browser runs as another user, who cannot enter " + os.TempDir() + ")"
	case named != "":
		return "tillwatch doctor (without --chromium it looks for the system's browser)"
	}
	return s.chromium
}

// allowSandbox is what lets a browser make the namespaces its sandbox is made of, as far as the kernel says what stops it.
func (s system) allowSandbox() string {
	for _, knob := range []struct{ file, stops, command string }{
		{"/proc/sys/kernel/unprivileged_userns_clone", "0", "sudo sysctl -w kernel.unprivileged_userns_clone=1"},
		{"/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1", "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"},
		{"/proc/sys/user/max_user_namespaces", "0", "sudo sysctl -w user.max_user_namespaces=15000"},
	} {
		if value, err := os.ReadFile(knob.file); err == nil && strings.TrimSpace(string(value)) == knob.stops {
			return knob.command
		}
	}
	return "in a container: docker run --security-opt seccomp=unconfined ..."
}
