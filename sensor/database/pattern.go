package database

import (
	"regexp"
	"sync"
)

// pattern is a regular expression that is compiled when it is first asked for: all of them together would cost each start of
// the program, also one that looks at no database, more than everything else.
type pattern = func() *regexp.Regexp

func lazily(text string) pattern {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}
