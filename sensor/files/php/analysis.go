package php

import (
	"fmt"
	"sort"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/tillwatch/tillwatch"
)

// Options is what an analysis may know about the shop. The zero value knows nothing.
type Options struct {
	// Own is the shop's host. Empty: not known.
	Own string
	// Provider tells whether a host may receive card data: a payment provider, or one that the operator named. Nil: none.
	Provider func(host string) bool
	// Text says that the file's name is none of a PHP file: only the long opening tags count as such.
	Text bool

	inner int // analyses around this one
}

// Kind says what a verdict is about.
type Kind string

// The kinds of verdicts.
const (
	Webshell Kind = "webshell" // others can run code or write files, or the file hides what it runs
	Skimmer  Kind = "skimmer"  // card data is kept or sent where it does not belong
	Prepend  Kind = "prepend"  // a setting has code run that nobody asked for
)

// Reason is one thing that a verdict rests on, at a place in the file.
type Reason struct {
	What         string
	Line, Column int    // both from 1; columns count UTF-16 units
	Decoded      int    // how many times code was made of a text before this was reached; its place is where that happened
	Host         string // that something is sent to; empty where there is none
	Card         bool   // card data is concerned

	points int
}

// Verdict is how suspicious a file is in one respect, and why.
type Verdict struct {
	Kind     Kind
	Severity tillwatch.Severity
	Score    int      // 0 to 100: within a severity it ranks
	Reasons  []Reason // the weightiest first
}

// Analysis is what the PHP code of a file does, as far as that can be told without running it.
type Analysis struct {
	Partial      string // why some of it was not looked at; empty: all of it was
	Verdicts     []Verdict
	Capabilities []tillwatch.Capability // sorted

	steps int
}

// The scores at which the severities begin.
const (
	scaleLow    = 20
	scaleMedium = 50
	scaleHigh   = 80
)

func (a *Analysis) worst() int {
	worst := 0
	for _, v := range a.Verdicts {
		worst = max(worst, v.Score)
	}
	return worst
}

// maxSource is how much of a file is looked at, in bytes. The rest is looked at where it may hold code, too.
const maxSource = 16 << 20

// Analyse tells what the PHP code in a file does.
//
// It never fails and never panics, whatever src is, and takes no more than 2 s of a core and 200 MB: what is computed for
// ever is stopped after so many steps, and Partial says so. The same source gives the same analysis. It reads no other
// file and runs nothing. Safe for concurrent use.
func Analyse(src []byte, o Options) *Analysis {
	if len(src) > maxSource {
		a := analyse(string(src[:maxSource]), o)
		a.Partial = "too large: only the first 16 MB were looked at"
		return a
	}
	return analyse(string(src), o)
}

func analyse(src string, o Options) (a *Analysis) {
	a = &Analysis{}
	fill()
	defer func() {
		if cause := recover(); cause != nil {
			a.Partial = fmt.Sprintf("the analysis itself failed: %v", cause)
		}
	}()
	l := scan(src, !o.Text)
	m := newMachine(src, o)
	m.record.halt = l.halt
	m.record.source = src
	m.record.checked = sync.OnceValue(func() bool { return asksForKind(src) })
	tree, p := parse(l, m.layer)
	m.run(tree)
	a.steps = m.steps
	switch {
	case l.cut:
		a.Partial = "too much code: only the first part was gone through"
	case m.exhausted:
		a.Partial = "it computes for too long, or is nested too deeply: not all of it was gone through"
	}
	s := look(l)
	j := &judgement{machine: m, record: m.record, survey: s, failed: p.failed, source: src}
	a.Verdicts = j.verdicts()
	a.Capabilities = j.capabilities()
	return a
}

// asksForKind tells whether the code looks at what kind of a file it was handed.
func asksForKind(src string) bool {
	for _, w := range []string{"pathinfo", "PATHINFO_EXTENSION", "getimagesize", "mime_content_type", "finfo", "allowed", "in_array", "check_filetype", "handle_upload"} {
		if strings.Contains(src, w) {
			return true
		}
	}
	return false
}

// lines finds lines and columns.
type lines struct {
	src    string
	starts []int
}

func newLines(src string) *lines {
	l := &lines{src: src, starts: []int{0}}
	for i := 0; ; {
		n := strings.IndexByte(src[i:], '\n')
		if n < 0 {
			return l
		}
		i += n + 1
		l.starts = append(l.starts, i)
	}
}

func (l *lines) at(offset int) (line, column int) {
	offset = min(max(offset, 0), len(l.src))
	line = sort.Search(len(l.starts), func(i int) bool { return l.starts[i] > offset })
	column = 1
	for rest := l.src[l.starts[line-1]:offset]; rest != "" && column < 1_000_000; {
		r, n := utf8.DecodeRuneInString(rest)
		if column++; r > 0xffff {
			column++
		}
		rest = rest[n:]
	}
	return line, column
}
