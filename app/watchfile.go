package app

import (
	"cmp"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/tillwatch/tillwatch"
)

// WatchFile is what a tillwatch.yaml says.
type WatchFile struct {
	Name     string // of the file
	Shop     string // empty: named after the targets
	Language string // empty: the user's
	State    string // empty: the user's state folder
	Suppress string
	Format   string // "text" or "json"; empty: text
	Targets  []WatchTarget
	Verify   *VerifyConfig // nil: no endpoint
}

// WatchTarget is one thing that is watched.
type WatchTarget struct {
	Line    int
	Word    string // as the command line would have it, with its prefix; it may hold credentials
	Kind    tillwatch.Kind
	Every   time.Duration // 0: as is usual for its kind
	Follow  bool          // report what happens as it happens
	Shopper Shopper
	SSH     SSH // into the server that it is on, or is reached through

	FullEvery time.Duration // of files: how often all of them are read; 0: daily

	OwnKeysOnly bool // of a repository

	Logs Logs // of a log, and of members

	secrets map[string]string // by the name of the variable that would hold it
}

// WatchFormats are the forms in which watch tells.
func WatchFormats() []string { return []string{"text", "json"} }

// maxWatchFile is far more than anybody writes by hand, and bounds what the YAML parser is given.
const maxWatchFile = 256 << 10

// LoadWatchFile reads a tillwatch.yaml, as docs/watch.md describes it. ${NAME} in a value is replaced from env; paths are
// relative to the file's folder. The error is a *[UsageError] that names every mistake with its line.
func LoadWatchFile(name string, env func(string) string) (WatchFile, error) {
	text, err := readBounded(name, maxWatchFile)
	if err != nil {
		return WatchFile{}, usagef("tillwatch init writes one for the shop that it finds", "the configuration cannot be read: %v", err)
	}
	return parseWatchFile(name, text, env)
}

func parseWatchFile(name string, text []byte, env func(string) string) (WatchFile, error) {
	r := &watchReader{file: WatchFile{Name: name}, dir: filepath.Dir(name), env: env}
	if wrong := tame(text); wrong != nil {
		return WatchFile{}, usagef("", "%s: %s", name, wrong.Problem)
	}
	parsed, err := parser.ParseBytes(text, 0)
	if err != nil {
		return WatchFile{}, usagef("", "%s: %s", name, syntaxError(err).Problem)
	}
	r.read(parsed)
	if len(r.wrong) == 0 {
		return r.file, nil
	}
	slices.SortStableFunc(r.wrong, func(a, b mistake) int { return cmp.Compare(a.line, b.line) })
	if len(r.wrong) == 1 {
		return WatchFile{}, usagef("", "%s: %s", name, r.wrong[0])
	}
	var all strings.Builder
	fmt.Fprintf(&all, "%s has %d mistakes:", name, len(r.wrong))
	for _, m := range r.wrong[:min(len(r.wrong), 20)] {
		fmt.Fprintf(&all, "\n  %s", m)
	}
	return WatchFile{}, usagef("", "%s", all.String())
}

// mistake is one thing that is wrong with a file.
type mistake struct {
	line int
	text string
}

func (m mistake) String() string { return fmt.Sprintf("line %d: %s", m.line, m.text) }

// watchReader reads one file and gathers what is wrong with it.
type watchReader struct {
	file  WatchFile
	dir   string
	env   func(string) string
	wrong []mistake
}

func (r *watchReader) mistake(n ast.Node, format string, args ...any) {
	r.wrong = append(r.wrong, mistake{lineOf(n), fmt.Sprintf(format, args...)})
}

var watchKeys = []string{"shop", "language", "state", "suppress", "format", "targets", "verify"}

func (r *watchReader) read(parsed *ast.File) {
	bodies := 0
	for _, doc := range parsed.Docs {
		if doc.Body == nil || doc.Body.Type() == ast.CommentType {
			continue
		}
		bodies++
		pairs, ok := mapping(doc.Body)
		if !ok || bodies > 1 {
			r.mistake(doc.Body, "want keys with values, beginning with \"shop: ...\" or \"targets:\"")
			return
		}
		for _, pair := range pairs {
			r.top(pair)
		}
	}
	if len(r.file.Targets) == 0 && len(r.wrong) == 0 && (r.file.Verify == nil || r.file.Shop == "") {
		r.wrong = append(r.wrong, mistake{1, "nothing to watch: name at least one target, as in \"targets:\" and below it \"  - page: https://shop.example/\""})
	}
}

func (r *watchReader) top(pair *ast.MappingValueNode) {
	key := pair.Key.String()
	into := map[string]*string{
		"shop": &r.file.Shop, "language": &r.file.Language, "state": &r.file.State, "suppress": &r.file.Suppress, "format": &r.file.Format,
	}
	switch to := into[key]; {
	case key == "targets":
		list, ok := pair.Value.(*ast.SequenceNode)
		if !ok {
			if pair.Value.Type() == ast.NullType {
				r.mistake(pair, "targets names nothing to watch yet: take away the # before one, as in \"- page: https://shop.example/\"")
				return
			}
			r.mistake(pair, "targets is a list: begin each with \"- page: ...\", \"- files: ...\" or another kind")
			return
		}
		for _, entry := range list.Values {
			r.target(entry)
		}
	case key == "verify":
		r.verify(pair)
	case to == nil:
		r.unknown(pair, key, watchKeys)
	default:
		text, wrong := r.text(pair.Value)
		switch {
		case wrong != "":
			r.mistake(pair, "%s %s", key, wrong)
		case key == "language" && !slices.Contains(Languages(), text):
			r.mistake(pair, "language cannot be %q; %s", text, DidYouMean(text, Languages()))
		case key == "format" && !slices.Contains(WatchFormats(), text):
			r.mistake(pair, "format cannot be %q; %s", text, DidYouMean(text, WatchFormats()))
		case key == "state" || key == "suppress":
			*to = r.path(text)
		default:
			*to = text
		}
	}
}

func (r *watchReader) unknown(n ast.Node, key string, known []string) {
	r.mistake(n, "unknown key %q; %s", key, DidYouMean(key, known))
}

// target reads one entry of the list.
func (r *watchReader) target(entry ast.Node) {
	pairs, ok := mapping(entry)
	if !ok {
		r.mistake(entry, "a target begins with its kind, as in \"page: https://shop.example/\"")
		return
	}
	var words []string
	kind := -1
	for i, k := range watchKinds {
		words = append(words, k.word)
		for _, pair := range pairs {
			if pair.Key.String() != k.word {
				continue
			}
			if kind >= 0 {
				r.mistake(pair, "a target is one thing: begin a new one for %q with \"- \"", k.word)
				return
			}
			kind = i
		}
	}
	before := len(r.wrong)
	if kind < 0 {
		for _, pair := range pairs {
			if key := pair.Key.String(); Nearest(key, words) != "" {
				r.unknown(pair, key, words)
				return
			}
		}
		r.mistake(entry, "the target has no kind: one of %q", words)
		return
	}
	t := WatchTarget{Line: lineOf(entry), Kind: watchKinds[kind].kind, Follow: watchKinds[kind].follows, secrets: map[string]string{}}
	for _, pair := range pairs {
		r.option(&t, pair, watchKinds[kind].word)
	}
	if len(r.wrong) == before {
		r.check(entry, &t, kind)
		r.file.Targets = append(r.file.Targets, t)
	}
}

func (r *watchReader) option(t *WatchTarget, pair *ast.MappingValueNode, kindWord string) {
	key := pair.Key.String()
	if key == kindWord {
		word, wrong := r.text(pair.Value)
		if wrong != "" {
			r.mistake(pair, "%s %s", key, wrong)
			return
		}
		t.Word = string(t.Kind) + ":" + r.place(t.Kind, word)
		if _, err := parseTarget(t.Word); err != nil {
			r.mistake(pair, "%s: %s", key, err.Error())
		}
		return
	}
	var known []string
	for _, o := range watchOptions() {
		fits := len(o.kinds) == 0 || slices.Contains(o.kinds, t.Kind)
		if fits {
			known = append(known, o.key)
		}
		if o.key != key {
			continue
		}
		if !fits {
			r.mistake(pair, "%s is not for %s", key, kindWord)
			return
		}
		if wrong := o.set(r, t, pair.Value); wrong != "" {
			r.mistake(pair, "%s %s", key, wrong)
		}
		return
	}
	r.unknown(pair, key, append(known, kindWord))
}

// leastTestOrders is the shortest time between two orders that the shop has to cancel.
const leastTestOrders = 24 * time.Hour

func (r *watchReader) check(entry ast.Node, t *WatchTarget, kind int) {
	k := watchKinds[kind]
	if t.SSH.Through != "" {
		r.through(entry, t)
	}
	switch {
	case t.Every != 0 && t.Every < k.least:
		r.mistake(entry, "interval of %s is at least %s", k.word, k.least)
	case t.Shopper.PlaceTestOrder && t.Every < leastTestOrders:
		r.mistake(entry, "place_test_order places an order at each look: set interval to 24h or more")
	}
	for _, other := range r.file.Targets {
		if other.Word == t.Word {
			r.mistake(entry, "%s is named twice, first on line %d", k.word, other.Line)
		}
	}
}

// through names in the address of a database the server that it is reached through.
func (r *watchReader) through(entry ast.Node, t *WatchTarget) {
	if _, already := cutTunnel(t.Word); already != "" {
		r.mistake(entry, "the address names a server with ssh= already: leave one of them out")
		return
	}
	join := "?"
	if strings.Contains(t.Word, "?") {
		join = "&"
	}
	t.Word += join + "ssh=" + url.QueryEscape(t.SSH.Through)
	if _, err := parseTarget(t.Word); err != nil {
		r.mistake(entry, "ssh: %s", err.Error())
	}
}

// place makes a path of a target relative to the file's folder, as all paths in it are.
func (r *watchReader) place(kind tillwatch.Kind, word string) string {
	switch kind {
	case tillwatch.KindFiles, tillwatch.KindLog, tillwatch.KindIssued, tillwatch.KindSource, tillwatch.KindKeys:
		if !strings.Contains(word, "://") && !strings.HasPrefix(word, "git@") && word != "-" {
			return r.path(word)
		}
	case tillwatch.KindMembers:
		if !strings.Contains(word, ":") && strings.Trim(word, "0123456789- ") != "" { // neither a database nor a range
			return r.path(word)
		}
	}
	return word
}

func (r *watchReader) path(name string) string {
	if name == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(r.dir, name)
}
