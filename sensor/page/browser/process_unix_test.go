//go:build linux || darwin

package browser

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAFolderThatTheBrowserCannotReach(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	err := (account{uid: 65534, gid: 65534, drop: true}).reach(filepath.Join(dir, "x"))
	if err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("got %v", err)
	}
}
