package page

import (
	"regexp"
	"sync"
)

// pattern is a regular expression that is compiled when it is first asked for: all of them together would cost each start of
// the program, also one that walks through no shop, too much.
type pattern = func() *regexp.Regexp

func lazily(text string) pattern {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}
