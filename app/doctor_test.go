package app

import (
	"strings"
	"testing"
)

func TestEachSystemHasItsOwnCommands(t *testing.T) {
	t.Parallel()
	for release, want := range map[string]string{
		"ID=debian\n": "apt-get",
		"ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n": "apt-get",
		"ID=fedora\n": "dnf",
		"ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n": "dnf",
		"ID=arch\n":   "pacman",
		"ID=alpine\n": "apk",
		"ID=\"opensuse-leap\"\nID_LIKE='suse opensuse'\n": "zypper",
	} {
		s := linuxSystem(release)
		if !strings.Contains(s.chromium, want) || !strings.Contains(s.fonts, want) {
			t.Errorf("%q: %+v, want %s", release, s, want)
		}
	}
	if s := linuxSystem("ID=unheard-of\n"); s != (system{}) {
		t.Errorf("commands for an unknown system: %+v", s)
	}
}

func TestDoctorFindsWhatIsThere(t *testing.T) {
	t.Parallel()
	state := t.TempDir()
	got := map[string]Checkup{}
	for _, c := range Doctor(t.Context(), "", state) {
		got[c.Name] = c
		if c.State == Good && c.Cure != "" || c.Detail == "" {
			t.Errorf("%+v", c)
		}
	}
	if c := got["browser"]; c.State == Good && !strings.Contains(c.Detail, "version ") {
		t.Errorf("the browser's version is missing: %+v", c)
	}
	if c := got["memory"]; c.State != Good || c.Detail != state {
		t.Errorf("memory: %+v", c)
	}
}
