package browser

import (
	"crypto/rand"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
)

var (
	//go:embed disguise.js
	disguiseJS string

	//go:embed ahead.js
	aheadJS string

	//go:embed watcher.js
	watcherJS string
)

// earlyScripts run in every document before its own first line. What the page's world and ours tell each other goes
// over an event whose name the page does not know.
type earlyScripts struct {
	channel string // the event's name
	page    string
	reader  string
	hashes  []string
}

func newEarlyScripts(p Profile) earlyScripts {
	e := earlyScripts{channel: rand.Text()}
	width, height := p.outer()
	facts, _ := json.Marshal(map[string]any{ // strings and numbers always encode
		"channel":  e.channel,
		"kin":      rand.Text(),
		"platform": p.Navigator,
		"mobile":   p.Mobile,
		"width":    width,
		"height":   height,
		"vendor":   p.GPUVendor,
		"renderer": p.GPURenderer,
		"prefix":   e.prefix(),
	})
	e.page = disguiseJS + "(" + string(facts) + ");"
	if p.Ahead != 0 {
		e.page += aheadJS + "(" + strconv.FormatInt(p.Ahead.Milliseconds(), 10) + ");"
	}
	e.reader = watcherJS + "(" + string(facts) + ");"
	for _, source := range []string{e.page, e.reader} {
		sum := sha256.Sum256([]byte(source))
		e.hashes = append(e.hashes, hex.EncodeToString(sum[:]))
	}
	return e
}

// prefix begins the URL of the scripts by which our world reports a read.
func (e earlyScripts) prefix() string { return "reader-" + e.channel + ":" }

// frames are the parameters of Page.addScriptToEvaluateOnNewDocument for a document.
func (e earlyScripts) frames() []map[string]any {
	return []map[string]any{
		{"source": e.page, "runImmediately": true},
		{"source": e.reader, "worldName": world, "runImmediately": true},
	}
}

// worker is what a worker evaluates before its first line.
func (e earlyScripts) worker() string { return e.page }

// own reports whether hash is that of one of these scripts.
func (e earlyScripts) own(hash string) bool { return slices.Contains(e.hashes, hash) }
