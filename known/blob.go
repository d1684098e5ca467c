package known

import "bytes"

var crlf = []byte("\r\n")

func toLF(content []byte) []byte { return bytes.ReplaceAll(content, crlf, []byte("\n")) }
