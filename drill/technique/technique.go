// Package technique holds the benchmark of web skimming: for each of the 48 published techniques, and for a few that are
// ours, a skimmer, an evasion of it that is harder to see, and an honest twin that uses the same means for an honest
// purpose.
//
// They run in the demonstration shop. Each really takes the data of whoever buys there with a browser (the test behind
// the build tag "victims" proves it) and each is inert: what it takes goes to names under localhost, which lead to this
// machine wherever the code runs.
//
// A case is a folder NN-name/{skimmer,evasion,benign} with a manifest, case.json, and the files that it plants. The
// manifests are read from the binary; a broken one is an error of [All].
package technique

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"github.com/tillwatch/tillwatch/demoshop"
)

//go:embed [0-9][0-9]-*
var files embed.FS

// Technique is one row of the benchmark.
type Technique struct {
	Row   int
	Name  string
	Layer string // the one that should catch it alone: D run with canaries, I inventory, S script, L listeners and page, P proxy or jail, H host
	Step3 bool   // nothing of it shows in a browser, so that only sensors on the host can see it
	Ours  bool   // not among the 48 published ones: an addition of this project
	Cases [3]Case
}

// Kind is the part that a case plays in its technique.
type Kind string

// The kinds, in the order of [Technique.Cases].
const (
	Skimmer Kind = "skimmer"
	Evasion Kind = "evasion"
	Benign  Kind = "benign"
)

// Case is one attack, or the honest twin of one.
type Case struct {
	Row   int
	Name  string // of the technique
	Kind  Kind
	About string // one sentence: what it does and how it hides
	Step3 bool   // part of it is on the server, where no browser can see it

	Takes []string // what it takes of a customer: number, code, expiry, holder, email, phone, name, address; empty for an honest twin
	Loot  Loot

	checkout demoshop.Checkout
	holes    demoshop.Holes
	csp      string
	handlers map[string]string // of further hosts, by name of the host
	setup    []step            // what the shop honestly has before
	steps    []step
	front    []rule
	visits   int  // of one customer
	patience int  // seconds on the last page
	tries    int  // customers until one is robbed
	operator bool // an operator looks at the orders afterwards
	files    fs.FS
}

// Loot says where what was taken arrives and how to read it.
type Loot struct {
	Host   string   `json:"host"`   // "*.name" for any name below; "" where it is not sent to a host
	Path   string   `json:"path"`   // prefix of the path; "" for all
	File   string   `json:"file"`   // below the document root, for what the server puts there
	Decode []string `json:"decode"` // outermost first
}

// ID is the folder of the case, such as "01-submit/skimmer".
func (c Case) ID() string { return fmt.Sprintf("%02d-%s/%s", c.Row, c.Name, c.Kind) }

// manifest is the form of case.json.
type manifest struct {
	About    string            `json:"about"`
	Step3    bool              `json:"step3"`
	Takes    []string          `json:"takes"`
	Loot     Loot              `json:"loot"`
	Flow     demoshop.Flow     `json:"flow"`
	Payment  demoshop.Payment  `json:"payment"`
	PlaceBy  demoshop.PlaceBy  `json:"place_by"`
	Split    bool              `json:"split"`
	RawMail  bool              `json:"raw_mail"`
	Editor   bool              `json:"editor"`
	CSP      string            `json:"csp"` // "sound" for the policy under which the honest shop works
	Handlers map[string]string `json:"handlers"`
	Setup    []step            `json:"setup"`
	Steps    []step            `json:"steps"`
	Front    []rule            `json:"front"`
	Visits   int               `json:"visits"`   // that a customer makes until the skimmer has everything; 0 is one
	Patience int               `json:"patience"` // seconds that the customer stays on the last page; 0 is one
	Tries    int               `json:"tries"`    // customers that come until one is robbed, for cases that strike at random; 0 is one
	Operator bool              `json:"operator"` // it strikes when an operator looks at the orders
}

// published is the last row of the published techniques; later ones are ours.
const published = 48

// rows gives the layer that each row names first, and whether the row lives on the host alone.
var rows = map[int]struct {
	layer string
	step3 bool
}{
	1: {"D", false}, 2: {"L", false}, 3: {"D", false}, 4: {"I", false}, 5: {"I", false}, 6: {"L", false},
	7: {"I", false}, 8: {"D", false}, 9: {"D", false}, 10: {"I", false}, 11: {"D", false}, 12: {"I", false},
	13: {"D", false}, 14: {"P", false}, 15: {"D", false}, 16: {"P", false}, 17: {"D", false}, 18: {"D", false},
	19: {"P", false}, 20: {"D", false}, 21: {"D", false}, 22: {"D", false}, 23: {"D", false}, 24: {"D", false},
	25: {"D", false}, 26: {"D", false}, 27: {"D", false}, 28: {"D", false}, 29: {"D", false}, 30: {"D", false},
	31: {"D", false}, 32: {"D", false}, 33: {"I", false}, 34: {"I", false}, 35: {"D", false}, 36: {"D", false},
	37: {"I", false}, 38: {"D", false}, 39: {"L", false}, 40: {"I", false}, 41: {"H", true}, 42: {"H", true},
	43: {"H", true}, 44: {"H", true}, 45: {"H", true}, 46: {"D", false}, 47: {"I", false}, 48: {"I", false},
	49: {"D", false}, 50: {"D", false}, 51: {"D", false}, 52: {"I", false}, 53: {"D", false}, 54: {"D", false}, 55: {"D", false},
}

// All reads the techniques, in the order of their rows.
func All() ([]Technique, error) {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, err
	}
	var all []Technique
	for _, e := range entries {
		number, name, _ := strings.Cut(e.Name(), "-")
		row, err := strconv.Atoi(number)
		if _, known := rows[row]; err != nil || !known {
			return nil, fmt.Errorf("%s: no row of the benchmark has this number", e.Name())
		}
		t := Technique{Row: row, Name: name, Layer: rows[row].layer, Step3: rows[row].step3, Ours: row > published}
		for i, kind := range []Kind{Skimmer, Evasion, Benign} {
			if t.Cases[i], err = read(row, name, kind); err != nil {
				return nil, fmt.Errorf("%s/%s: %w", e.Name(), kind, err)
			}
		}
		all = append(all, t)
	}
	return all, nil
}

func read(row int, name string, kind Kind) (Case, error) {
	c := Case{Row: row, Name: name, Kind: kind}
	sub, err := fs.Sub(files, path.Clean(c.ID()))
	if err != nil {
		return c, err
	}
	b, err := fs.ReadFile(sub, "case.json")
	if err != nil {
		return c, err
	}
	decoder := json.NewDecoder(strings.NewReader(string(b)))
	decoder.DisallowUnknownFields()
	var m manifest
	if err := decoder.Decode(&m); err != nil {
		return c, fmt.Errorf("case.json: %w", err)
	}
	if (kind == Benign) != (len(m.Takes) == 0) {
		return c, fmt.Errorf("case.json: an honest twin takes nothing, the others say what they take")
	}
	c.About, c.Step3, c.Takes, c.Loot = m.About, m.Step3 || rows[row].step3, m.Takes, m.Loot
	c.checkout = demoshop.Checkout{Flow: m.Flow, Payment: m.Payment, PlaceBy: m.PlaceBy, SplitFields: m.Split}
	c.holes.RawOrderMail, c.holes.TemplateEditor = m.RawMail, m.Editor
	c.csp, c.handlers, c.setup, c.steps, c.front, c.files = m.CSP, m.Handlers, m.Setup, m.Steps, m.Front, sub
	c.visits, c.patience, c.tries, c.operator = max(m.Visits, 1), max(m.Patience, 1), max(m.Tries, 1), m.Operator
	for _, name := range c.handlers {
		if _, ok := handlers[name]; !ok {
			return c, fmt.Errorf("case.json: no handler is called %q", name)
		}
	}
	return c, nil
}
