package journey

import (
	_ "embed"
	"strings"
)

//go:embed survey.js
var surveyScript string

// survey is what stands on the page of one frame: what can be pressed, filled and read. It never holds what a field
// holds, only how long that is.
type survey struct {
	URL      string    `json:"url"`
	Born     float64   `json:"born"` // when the document was: no two of a walk have the same
	Title    string    `json:"title"`
	Lang     string    `json:"lang"`
	Ready    string    `json:"ready"`
	Status   int       `json:"status"` // of the document's response; 0 where the browser does not tell
	Headings []string  `json:"headings"`
	Text     string    `json:"text"` // the beginning of what is readable
	Price    bool      `json:"price"`
	Cart     string    `json:"cart"` // the numbers beside the cart's symbol; only their change means something
	Errors   []string  `json:"errors"`
	Captchas []captcha `json:"captchas"`
	Elements []element `json:"elements"`
	Layers   []layer   `json:"layers"`
	Frames   []inner   `json:"frames"`
	Forms    []form    `json:"forms"`
	Width    int       `json:"width"`
	Height   int       `json:"height"`
}

// box is a rectangle in CSS pixels: an element's from the top left of its document, a layer's or inner frame's from
// that of the window.
type box struct{ X, Y, W, H int }

type captcha struct {
	Kind      string
	Visible   bool
	Challenge bool
}

type form struct {
	ID                    int
	Action, Method, Names string
}

type inner struct {
	ID               int
	Name, Src, Title string
	Box              box
	Visible          bool
}

// layer is something that lies over the page: a dialogue, a banner, a drawer.
type layer struct {
	ID     int
	Text   string
	Names  string
	Box    box
	Hits   int  // at how many points of the window it was on top, the middle counting double
	Modal  bool //
	Header bool // it is, or holds, the page's own navigation
}

// element is something a customer could press or fill. The field attributes are empty for what cannot be filled.
type element struct {
	ID         int               `json:"id"` // in its document, as long as that lives
	Tag        string            `json:"tag"`
	Type       string            `json:"type"`
	Role       string            `json:"role"`
	Text       string            `json:"text"`
	Accessible string            `json:"accessible"`
	Name       string            `json:"name"`
	HTMLID     string            `json:"htmlID"`
	Names      string            `json:"names"` // the class attribute
	Href       string            `json:"href"`
	Box        box               `json:"box"`
	Disabled   bool              `json:"disabled"`
	Form       int               `json:"form"`
	Landmark   string            `json:"landmark"`
	Layer      int               `json:"layer"`
	Offer      string            `json:"offer"` // the priced box a link stands in
	Image      bool              `json:"image"`
	Row        int               `json:"row"`     // what holds it and its likes
	Heading    string            `json:"heading"` // written before that row
	Submits    bool              `json:"submits"`
	States     map[string]string `json:"states"`

	Field        bool     `json:"field"`
	Hidden       bool     `json:"hidden"`
	Behind       bool     `json:"behind"` // a widget shows in its place
	Label        string   `json:"label"`
	Near         []string `json:"near"`
	Direct       bool     `json:"direct"` // Near[0] stands right before the field
	Shared       string   `json:"shared"`
	After        string   `json:"after"`
	Placeholder  string   `json:"placeholder"`
	Autocomplete string   `json:"autocomplete"`
	Inputmode    string   `json:"inputmode"`
	Maxlength    int      `json:"maxlength"`
	Pattern      string   `json:"pattern"`
	Required     bool     `json:"required"`
	Readonly     bool     `json:"readonly"`
	Filled       int      `json:"filled"` // length of what it holds
	Digits       int      `json:"digits"` // how many digits are in that
	Checked      bool     `json:"checked"`
	Group        string   `json:"group"` // of a radio button
	Error        string   `json:"error"`
	Options      []option `json:"options"`
	Selected     int      `json:"selected"`
}

type option struct {
	Text, Value string
	Disabled    bool
}

func (e *element) is(kinds ...string) bool {
	for _, kind := range kinds {
		if e.Type == kind || e.Tag == kind || e.Role == kind {
			return true
		}
	}
	return false
}

// words is what a customer would call the element.
func (e *element) words() string {
	for _, text := range []string{e.Text, e.Accessible, e.Label} {
		if strings.TrimSpace(text) != "" {
			return text
		}
	}
	return ""
}

// chosen says whether a radio button, swatch or option is the one in force.
func (e *element) chosen() bool {
	if e.Checked {
		return true
	}
	for _, state := range []string{"aria-checked", "aria-pressed", "aria-selected"} {
		if e.States[state] == "true" {
			return true
		}
	}
	for name := range strings.FieldsSeq(strings.ToLower(e.Names)) {
		switch strings.Trim(name, "-_") {
		case "selected", "active", "is-selected", "is-active", "checked", "current", "on":
			return true
		}
	}
	return false
}
