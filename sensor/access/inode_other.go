//go:build !unix

package access

import "io/fs"

// identify knows no file here: each is known again by its beginning.
func identify(fs.FileInfo) (dev, ino uint64) { return 0, 0 }
