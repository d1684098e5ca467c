package known

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // the git blob id is a SHA-1 by definition
	"encoding/hex"
	"strconv"
)

// Blob is a git blob id: the SHA-1 of "blob ", the length, a zero byte and the content.
type Blob [sha1.Size]byte

// BlobOf gives the id of content.
func BlobOf(content []byte) Blob {
	h := sha1.New() //nolint:gosec // as above
	h.Write(append(strconv.AppendInt([]byte("blob "), int64(len(content)), 10), 0))
	h.Write(content)
	return Blob(h.Sum(nil))
}

// BlobLF gives the id of content with every CRLF made LF, or false where it has none. Transfers convert line ends, so
// a changed file may be an official one under this id.
func BlobLF(content []byte) (Blob, bool) {
	if !bytes.Contains(content, crlf) {
		return Blob{}, false
	}
	return BlobOf(toLF(content)), true
}

func (b Blob) String() string { return hex.EncodeToString(b[:]) }

var crlf = []byte("\r\n")

func toLF(content []byte) []byte { return bytes.ReplaceAll(content, crlf, []byte("\n")) }
