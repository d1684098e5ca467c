package files

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/canary"
)

// Finder finds the data of customers who do not exist, whatever hides it; a [canary.Matcher] is one.
type Finder interface {
	Search(data []byte) (found []canary.Match, whole bool)
}

// TraceConfig says where a trace looks besides the folder of its target. The zero value looks in the places where servers
// keep what is temporary.
type TraceConfig struct {
	Far    Far       // opens files of other machines; nil: none are searched
	Since  time.Time // when the customer came: only files that changed from then on are read; zero: all are
	Around []string  // folders with files of the server's; nil: [Surroundings]
	Flat   []string  // folders of which only the files are read that lie in them directly; nil: those for temporary files
}

// The bounds of one trace.
const (
	maxTraced   = 2_000_000 // files whose metadata is looked at
	traceWindow = 1 << 20   // bytes that are searched at once
	traceTail   = 64 << 20  // of a larger file only so much of its end is read: what was added since the order
	aroundTail  = 2 << 20   // the same outside the shop's own folder
	aroundBytes = 64 << 20  // that are searched there altogether
	overlap     = 16 << 10  // between two windows
)

// Surroundings are the folders in which a shop's server leaves what it writes: data and logs beside the document root,
// sessions, logs, queues of mail.
func Surroundings(docroot string) []string {
	around := []string{"/var/lib/php/sessions", "/var/log", "/var/spool/postfix", "/var/spool/exim4", "/var/spool/mqueue", "/var/mail"}
	if root, err := filepath.Abs(docroot); err == nil {
		for _, name := range []string{"data", "var", "storage", "system"} {
			around = append(around, filepath.Join(filepath.Dir(root), name))
		}
	}
	return around
}

// Trace searches files for the card of a customer who does not exist, after that customer has ordered: a shop hands a
// card on and keeps it nowhere, so that a copy was made by somebody else. It looks at t's folder, logs, pictures and
// sessions included, and at what lies around it, and reports a sign for each file and a gap for what it could not read.
// Only an end of ctx, or of report, is an error.
func Trace(ctx context.Context, c TraceConfig, t tillwatch.Target, finder Finder, report func(tillwatch.Observation) error) error {
	tr := &trace{config: c, finder: finder, report: report, seen: map[string]bool{}}
	if IsFar(t.Place) {
		return tr.far(ctx, t.Place)
	}
	info, err := os.Stat(t.Place)
	if err != nil {
		return report(tillwatch.Gap{Place: shown(t.Place), Why: "it cannot be searched for the card of the test order: " + reason(err)})
	}
	if !info.IsDir() {
		return tr.file(ctx, t.Place, true)
	}
	if err := tr.folder(ctx, t.Place, true); err != nil {
		return err
	}
	around, flat := c.Around, c.Flat
	if around == nil {
		around = Surroundings(t.Place)
	}
	if flat == nil {
		flat = []string{os.TempDir(), "/var/tmp", "/dev/shm"}
	}
	for _, dir := range around {
		if err := tr.folder(ctx, dir, false); err != nil {
			return err
		}
	}
	for _, dir := range flat {
		entries, _ := os.ReadDir(dir) // what another user keeps to himself there the shop cannot write either
		for _, e := range entries {
			if e.Type().IsRegular() {
				if err := tr.file(ctx, filepath.Join(dir, e.Name()), false); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

type trace struct {
	config TraceConfig
	finder Finder
	report func(tillwatch.Observation) error
	seen   map[string]bool // folders
	files  int
	around int64 // bytes searched outside the shop's own folder
}

// folder searches a folder and all below; links are not followed. served says that it is the shop's own, of which nothing
// may be left out in silence.
func (tr *trace) folder(ctx context.Context, dir string, served bool) error {
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil // there is none here
	}
	return filepath.WalkDir(real, func(name string, d fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		switch {
		case err != nil && served:
			return tr.report(tillwatch.Gap{Place: shown(name), Why: "it cannot be searched for the card of the test order: " + reason(err)})
		case err != nil:
			return nil
		case d.IsDir() && tr.seen[name]:
			return filepath.SkipDir
		case d.IsDir():
			tr.seen[name] = true
			return nil
		case !d.Type().IsRegular():
			return nil
		}
		return tr.file(ctx, name, served)
	})
}

// file searches one file of this machine, unless it did not change since.
func (tr *trace) file(ctx context.Context, name string, served bool) error {
	info, err := os.Lstat(name)
	if err != nil || !info.Mode().IsRegular() {
		return nil // gone
	}
	return tr.one(ctx, traceable{name, info.Size(), changed(info), func() (traceFile, error) { return os.Open(name) }}, served)
}

// traceable is a file that may be searched.
type traceable struct {
	name    string
	size    int64
	changed time.Time
	open    func() (traceFile, error)
}

type traceFile interface {
	fs.File
	io.ReaderAt
}

// one searches one file, unless it did not change since.
func (tr *trace) one(ctx context.Context, f traceable, served bool) error {
	name := f.name
	tr.files++
	if tr.files > maxTraced {
		if tr.files == maxTraced+1 {
			return tr.report(tillwatch.Gap{Place: shown(name), Why: "there are more files than are searched for the card of the test order: the others were not searched"})
		}
		return nil
	}
	if f.changed.Before(tr.config.Since) {
		return nil // it is as it was before
	}
	tail := int64(traceTail)
	if !served {
		tail = aroundTail
		before := tr.around
		if tr.around += min(f.size, tail); tr.around > aroundBytes {
			if before <= aroundBytes {
				return tr.report(tillwatch.Gap{Place: shown(name), Why: "more was written on this machine since the test order than is searched for its card outside the shop's folder: the rest was not searched"})
			}
			return nil
		}
	}
	found, whole, err := tr.search(ctx, f, tail)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil && served && !errors.Is(err, fs.ErrNotExist):
		return tr.report(tillwatch.Gap{Place: shown(name), Why: "it cannot be searched for the card of the test order: " + reason(err)})
	case err != nil:
		return nil
	}
	if sign, ok := found.sign(name, served, time.Now()); ok {
		return tr.report(sign)
	}
	if !whole && served {
		return tr.report(tillwatch.Gap{Place: shown(name), Why: "it holds more than is unpacked when it is searched for the card of the test order: not all of it was searched"})
	}
	return nil
}

// traced is what was found in one file.
type traced struct {
	matches []canary.Match
	line    int // of the first, from 1; 0 where the file has no lines
}

func (tr *trace) search(ctx context.Context, t traceable, tail int64) (found traced, whole bool, err error) {
	f, err := t.open()
	if err != nil {
		return found, false, err
	}
	defer func() { _ = f.Close() }() // it was only read from
	info, err := f.Stat()
	if err != nil {
		return found, false, err
	}
	whole = true
	r := io.NewSectionReader(f, max(0, info.Size()-tail), tail) // a file that grows while it is read ends all the same
	window := make([]byte, 0, traceWindow)
	line := 1
	for ctx.Err() == nil {
		n, err := io.ReadFull(r, window[len(window):cap(window)])
		window = window[:len(window)+n]
		matches, all := tr.look(window, err != nil)
		whole = whole && all
		for _, m := range matches {
			if len(found.matches) == 0 && info.Size() <= tail && !bytes.ContainsRune(window[:min(len(window), 512)], 0) {
				found.line = line + bytes.Count(window[:tr.begin(window, m.Offset)], []byte{'\n'})
			}
			found.matches = append(found.matches, m)
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return found, whole, nil
		}
		if err != nil {
			return found, whole, err
		}
		keep := min(overlap, len(window))
		line += bytes.Count(window[:len(window)-keep], []byte{'\n'})
		window = append(window[:0], window[len(window)-keep:]...)
	}
	return found, whole, ctx.Err()
}

// begin is where a match begins: an encoding that may be broken into lines seems to begin in the line before.
func (tr *trace) begin(window []byte, at int) int {
	at = min(at, len(window))
	end := bytes.IndexByte(window[at:], '\n')
	if end < 0 {
		return at
	}
	if here, _ := tr.finder.Search(window[at : at+end]); len(here) == 0 {
		return at + end + 1
	}
	return at
}

// Ciphers with a key are seen through in short messages only, so that each line, and each long word of it, is one. The
// last lines are those that were written since.
const (
	maxMessages = 1000
	longWord    = 40
	longestLine = 16 << 10
)

// look searches a window as a whole, and that at a file's end also line by line.
func (tr *trace) look(window []byte, last bool) (found []canary.Match, whole bool) {
	found, whole = tr.finder.Search(window)
	if len(found) > 0 || !last {
		return found, whole
	}
	messages, end := 0, len(window)
	for end > 0 && messages < maxMessages {
		start := bytes.LastIndexByte(window[:end], '\n') + 1
		line := bytes.TrimSpace(window[start:end])
		if len(line) >= longWord && len(line) <= longestLine && len(line) < len(window) && printable(line) {
			for _, part := range parts(line) {
				messages++
				matches, _ := tr.finder.Search(part)
				for _, m := range matches {
					m.Offset = start
					found = append(found, m)
				}
			}
		}
		end = start - 1
	}
	return found, whole
}

// printable says that nearly all of a line is text of some sort.
func printable(line []byte) bool {
	odd := 0
	for _, c := range line {
		if c < ' ' && c != '\t' && c != '\r' || c == 0x7f {
			odd++
		}
	}
	return odd*20 <= len(line)
}

// parts are a line and the long words in it.
func parts(line []byte) [][]byte {
	list := [][]byte{line}
	words := bytes.FieldsFunc(line, func(r rune) bool { return r <= ' ' || strings.ContainsRune(`"'=&?;,|<>:`, r) })
	if len(words) > 1 {
		for _, w := range words {
			if len(w) >= longWord {
				list = append(list, w)
			}
		}
	}
	return list
}

// sign grades what a file holds. A card number is nowhere to be kept: in the folder of the web server it is a thief's
// larder, and in a session or a log a leak of the shop's own making (PCI DSS 3.3.1 forbids to keep the code at all).
// Names and addresses are the shop's business.
func (f traced) sign(name string, served bool, now time.Time) (tillwatch.Sign, bool) {
	card := slices.DeleteFunc(slices.Clone(f.matches), func(m canary.Match) bool { return m.Field.Data() != "card" })
	if !slices.ContainsFunc(card, func(m canary.Match) bool { return m.Field == canary.CardNumber }) {
		return tillwatch.Sign{}, false
	}
	var fields []string
	for _, field := range canary.Fields(f.matches) {
		fields = append(fields, string(field))
	}
	how := "in clear"
	if i := slices.IndexFunc(card, func(m canary.Match) bool { return m.Field == canary.CardNumber }); len(card[i].Encoding) > 0 {
		how = "hidden as " + strings.Join(card[i].Encoding, ", then ")
	}
	sign := tillwatch.Sign{
		Rule: "files/canary-found", Place: shown(name), Severity: tillwatch.Critical, Certainty: tillwatch.Certain, Since: now, Count: 1,
		Data:     canary.Data(f.matches),
		Summary:  fmt.Sprintf("The card of a test order was written to %s on the server, %s: the shop keeps what customers pay with, or somebody makes it.", shown(name), how),
		Evidence: []tillwatch.Evidence{{What: "the card of the customer who does not exist, " + how, Where: shown(name), Line: f.line, Fields: fields}},
	}
	if !served {
		sign.Severity = tillwatch.High
	}
	return sign, true
}
