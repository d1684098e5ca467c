package app

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/tillwatch/tillwatch/key"
)

// SiteKeyName is what a systemd credential with the site key is called.
const SiteKeyName = "tillwatch-site-key"

// siteKeyFile says where the site key is: a credential that systemd hands over, the file that TILLWATCH_SITE_KEY_FILE
// names, or one in this user's configuration folder, which is not the folder of the register: a copy of that alone shall
// be worth nothing. given says that somebody else put it there, so that none is made here.
func siteKeyFile(env func(string) string) (name string, given bool, err error) {
	if dir := env("CREDENTIALS_DIRECTORY"); dir != "" {
		name = filepath.Join(dir, SiteKeyName)
		if _, err := os.Stat(name); !errors.Is(err, fs.ErrNotExist) {
			return name, true, nil
		}
	}
	if name = env("TILLWATCH_SITE_KEY_FILE"); name != "" {
		return name, false, nil
	}
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", false, usagef("name a file with TILLWATCH_SITE_KEY_FILE, or hand the key over as the systemd credential "+SiteKeyName,
			"this user has no folder for the site key: %v", err)
	}
	return filepath.Join(dir, "tillwatch", "site.key"), false, nil
}

// readSiteKey reads the secret. What is wrong with it is a *[UsageError] that repeats nothing of it; where there is no
// file, the error wraps [fs.ErrNotExist].
func readSiteKey(name string, given bool) (key.Site, error) {
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return key.Site{}, err
	}
	if err != nil {
		return key.Site{}, usagef("run this as the user who made it", "the site key cannot be read: %v", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return key.Site{}, usagef("", "the site key cannot be read: %v", err)
	}
	others := fs.FileMode(0o077)
	if given {
		others = 0o007 // systemd lets one further user read a credential by an access list, which shows as its group
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&others != 0 {
		return key.Site{}, usagef("chmod 600 "+shellWord(name)+"   # and if others had it, rotate the weak keys: tillwatch key list names them",
			"the site key in %s can be read or written by others (mode %04o)", name, info.Mode().Perm())
	}
	text, err := io.ReadAll(io.LimitReader(f, 1024))
	if err != nil || !info.Mode().IsRegular() {
		return key.Site{}, usagef("", "the site key in %s cannot be read", name)
	}
	secret := make([]byte, key.MinSecret)
	if n, err := hex.Decode(secret, fit(bytes.TrimSpace(text), 2*key.MinSecret)); err != nil || n != key.MinSecret {
		return key.Site{}, usagef("put the right file back from a backup", "what is in %s is no site key: that is %d hexadecimal digits", name, 2*key.MinSecret)
	}
	return key.NewSite(secret)
}

// fit gives nothing for a text of another length.
func fit(text []byte, n int) []byte {
	if len(text) != n {
		return nil
	}
	return text
}

// makeSiteKey makes a secret where there is none. Of two processes that do so at once, one makes it for both.
func makeSiteKey(name string) error {
	dir := filepath.Dir(name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".site-key-*") // readable by this user alone
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	secret := make([]byte, key.MinSecret)
	_, _ = rand.Read(secret) // never fails
	_, err = fmt.Fprintf(f, "%x\n", secret)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), name); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	syncFolder(dir)
	return nil
}
