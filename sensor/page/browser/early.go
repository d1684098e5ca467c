package browser

import (
	"crypto/rand"
	_ "embed"
	"encoding/json"
)

var (
	//go:embed disguise.js
	disguiseJS string

	//go:embed watcher.js
	watcherJS string
)

// earlyScripts run in every document before its own first line. What the page's world and ours tell each other goes
// over an event whose name the page does not know.
type earlyScripts struct {
	channel string // the event's name
	page    string
	reader  string
	thread  string
}

func newEarlyScripts(p Profile) earlyScripts {
	e := earlyScripts{channel: rand.Text()}
	facts, _ := json.Marshal(map[string]any{ // strings and numbers always encode
		"channel":  e.channel,
		"vendor":   p.GPUVendor,
		"renderer": p.GPURenderer,
		"platform": p.Navigator,
		"cores":    p.Cores,
		"prefix":   e.prefix(),
	})
	e.page = disguiseJS + "(" + string(facts) + ");"
	e.reader = watcherJS + "(" + string(facts) + ");"
	e.thread = e.page
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
func (e earlyScripts) worker() string { return e.thread }
