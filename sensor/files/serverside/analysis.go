package serverside

import (
	"fmt"
	"regexp"
	"sort"
	"strings"
	"sync"

	"github.com/tillwatch/tillwatch"
)

// Reason is one thing that an analysis rests on, at a place in the file.
type Reason struct {
	What         string
	Line, Column int  // both from 1; columns count UTF-16 units
	Decoded      bool // it was reached in code that was made of a text; its place is where that happened

	points int
}

// Analysis is how suspicious a file is, and why.
type Analysis struct {
	Language     Language
	Severity     tillwatch.Severity
	Score        int                    // 0 to 100: within a severity it ranks
	Reasons      []Reason               // the weightiest first; empty where there is nothing to say
	Capabilities []tillwatch.Capability // sorted
	Partial      string                 // why some of it was not looked at; empty: all of it was
}

const (
	maxSource  = 4 << 20
	maxReasons = 20

	scaleLow    = 20
	scaleMedium = 50
	scaleHigh   = 80
)

// Analyse tells what a file in the given language does.
//
// It never fails and never panics, whatever content is, and takes no more than a few seconds of a core and 200 MB: of
// more than 4 MB, and of code that is nested or loops too deeply, only a part is gone through, and Partial says so. The
// same content gives the same analysis. Safe for concurrent use.
func Analyse(l Language, content []byte) (a *Analysis) {
	a = &Analysis{Language: l}
	if l == None {
		return a
	}
	defer func() {
		if cause := recover(); cause != nil {
			a.Partial = fmt.Sprintf("the analysis itself failed: %v", cause)
		}
	}()
	if len(content) > maxSource {
		content = content[:maxSource]
		a.Partial = "too large: only the first 4 MB were looked at"
	}
	src := text(content)
	r := &record{}
	look(l, src, r, a)
	r.together()
	a.judge(src, r)
	return a
}

// look goes through the file as its language has it.
func look(l Language, src string, r *record, a *Analysis) {
	r.handler = hasAny(src, "HTTPRequestHandler", "RequestHandler")
	r.small, r.large = len(src) < 12<<10, len(src) > 100<<10 && (l == Perl || l == Python || l == Ruby || l == Java)
	r.process = hasAny(strings.ToLower(src), "process")
	r.answers = strings.Contains(strings.ToLower(src), "content-type:") || l != Perl && l != Python && l != Ruby ||
		hasAny(src, "QUERY_STRING", "CONTENT_LENGTH", "REQUEST_METHOD", "use CGI", "Mojolicious", "Dancer", "Plack")
	var pieces []piece
	switch l {
	case Shell:
		if s := shell(src, false); s != nil {
			r.hits = s.hits
		}
		return
	case SSI:
		includes(src, r)
		return
	case JSP:
		pieces = jsp(src)
	case Java:
		pieces = []piece{{dialectOf[Java], unescaped(src, true)}}
	case ASP, ASPNET:
		pieces = asp(src, l == ASPNET)
		if at := strings.Index(src, "#@~^"); at >= 0 && strings.Contains(src[at:], "^#~@") {
			r.hit(at, 56, "is encoded so that nobody can read what it does")
		}
	case ColdFusion:
		pieces = coldFusion(src)
	default:
		pieces = []piece{{dialectOf[l], src}}
	}
	if !worth(l, src) {
		return
	}
	steps := maxSteps
	for _, p := range pieces {
		if l == ASPNET {
			d := *p.dialect
			d.lang = ASPNET
			p.dialect = &d
		}
		tokens := scan(p.dialect, p.code)
		m := newMachine(p.dialect, r, &steps)
		if l == ASPNET {
			m.controls(src)
		}
		m.follow(tokens)
		if len(tokens) >= maxTokens || steps <= 0 {
			a.Partial = "it is too long or nested too deeply: not all of it was gone through"
		}
	}
}

var serverControl = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?is)<(?:asp:(?:textbox|fileupload|hiddenfield|dropdownlist)|input|textarea|select)\b([^>]*)>`)
})

var idOf = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)\bid\s*=\s*["']?(\w+)`) })

// controls marks what is typed into the controls of a page.
func (m *machine) controls(src string) {
	for _, t := range serverControl().FindAllStringSubmatch(src, 200) {
		id := idOf().FindStringSubmatch(t[1])
		if id == nil || !strings.Contains(strings.ToLower(t[1]), "runat") {
			continue
		}
		for _, p := range []string{"text", "value", "selectedvalue", "postedfile", "filename", "filebytes"} {
			v := &variable{seen: fromRequest}
			v.mark = fromRequest
			m.global.vars[strings.ToLower(id[1])+"."+p] = v
		}
	}
}

// judge weighs what was seen.
func (a *Analysis) judge(src string, r *record) {
	sort.SliceStable(r.hits, func(i, k int) bool { return r.hits[i].points > r.hits[k].points })
	if len(r.hits) == 0 || r.hits[0].points < scaleLow {
		return
	}
	a.Score = r.hits[0].points
	if a.Score >= scaleMedium {
		for i, h := range r.hits[1:] {
			if i < 3 && h.points >= 40 && h.what != r.hits[0].what {
				a.Score = min(a.Score+6, 100)
			}
		}
	}
	a.Severity = severityOf(a.Score)
	for _, h := range r.hits[:min(len(r.hits), maxReasons)] {
		reason := Reason{What: h.what, Decoded: h.inner, points: h.points}
		reason.Line, reason.Column = position(src, h.pos)
		a.Reasons = append(a.Reasons, reason)
	}
	if a.Score >= scaleMedium {
		a.Capabilities = []tillwatch.Capability{tillwatch.Executes}
		if hasAny(r.hits[0].what, "writes") {
			a.Capabilities[0] = tillwatch.WritesFiles
		}
	}
}

func severityOf(score int) tillwatch.Severity {
	switch {
	case score >= scaleHigh:
		return tillwatch.High
	case score >= scaleMedium:
		return tillwatch.Medium
	case score >= scaleLow:
		return tillwatch.Low
	}
	return tillwatch.Info
}
