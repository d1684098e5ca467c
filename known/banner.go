package known

import (
	"regexp"
	"sync"
)

// bannerLength is how much of a script is looked at for its banner, in bytes.
const bannerLength = 1 << 10

var bannerVersion = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:^|[\s@(v])(\d+\.\d+(?:\.\d+){0,2}(?:-[a-z]+(?:\.?\d+)*)?)(?:[\s,;|)/*]|$)`)
})

// ClaimedVersion gives the version that a script names in the comments before its code, or "". Anybody can write there
// what he likes: it tells what the script is meant to be taken for.
func ClaimedVersion(content []byte) string {
	code := len(content) - len(trimStart(content))
	m := bannerVersion().FindSubmatch(content[:min(code, bannerLength)])
	if m == nil {
		return ""
	}
	return string(m[1])
}
