package source

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"slices"
	"strconv"
	"time"
)

// history is what the commits say of the objects in which something was found.
type history struct {
	commits map[oid]*commit
	held    map[oid][]placing // by object
	inHead  map[oid][]string  // the paths that an object has in HEAD
	staged  map[oid]string
	peeled  map[oid]oid // from the tips to their commits
	authors []string
	index   map[oid]int // the marks of the placings' commits
}

// commit is one commit, and which of the placings' commits it has behind it.
type commit struct {
	tree    oid
	at      time.Time
	parents []oid
	author  string
	ordered bool
	behind  marks // never changed once it is set: commits share it
}

// placing is how an object came to a path.
type placing struct {
	path   string
	commit oid
	at     time.Time
	author string
	taken  oid // the last commit that took it away there; zero where none did
}

// readHistory asks for the commits of all objects with hits in one pass over every commit that is there, reachable or
// not. Commits are not walked, but gone through one by one: one that is missing does not hide those behind it.
func (l *look) readHistory(ctx context.Context) (*history, error) {
	h := &history{commits: map[oid]*commit{}, held: map[oid][]placing{}, inHead: map[oid][]string{}, staged: map[oid]string{}, peeled: map[oid]oid{}}
	out, _, err := l.vault.output(ctx, nil, "cat-file", "--batch-all-objects", "--batch-check=%(objecttype) %(objectname)")
	if err != nil && len(out) == 0 {
		return h, ctx.Err()
	}
	var list bytes.Buffer
	for line := range bytes.Lines(out) {
		if id, isCommit := bytes.CutPrefix(line, []byte("commit ")); isCommit {
			list.Write(id)
		}
	}
	if list.Len() > 0 { // of an empty list, git would take its own HEAD
		if err := l.readCommits(ctx, h, list.Bytes()); err != nil {
			return h, err
		}
		if err := l.readPlacings(ctx, h, list.Bytes()); err != nil {
			return h, err
		}
	}
	for id, kind := range l.kinds {
		c := h.commits[id]
		if kind == kindCommit && c != nil {
			h.held[id] = append(h.held[id], placing{commit: id, at: c.at, author: c.author})
		}
	}
	for id, c := range h.commits {
		if _, hit := l.hits[c.tree]; hit {
			h.place(c.tree, placing{commit: id, at: c.at, author: c.author})
		}
	}
	if err := l.readTags(ctx, h); err != nil {
		return h, err
	}
	if err := l.readHead(ctx, h); err != nil {
		return h, err
	}
	if err := l.peel(ctx, h); err != nil {
		return h, err
	}
	h.order()
	return h, ctx.Err()
}

// fieldsOfCommit are those that readCommits reads; %x00 cannot be in any of them.
const fieldsOfCommit = "--format=%H %T %ct %P%x00%an%x00%ae"

// maxAuthors bounds the people who are taken for readers.
const maxAuthors = 10_000

func (l *look) readCommits(ctx context.Context, h *history, list []byte) error {
	authors := map[string]bool{}
	return l.lines(ctx, list, '\n', []string{"log", "--no-walk=unsorted", "--stdin", "--no-show-signature", fieldsOfCommit}, func(line []byte) {
		parts := bytes.Split(line, []byte{0})
		fields := bytes.Fields(parts[0])
		if len(parts) < 3 || len(fields) < 3 {
			return
		}
		id, ok := parseOID(fields[0])
		tree, ok2 := parseOID(fields[1])
		if !ok || !ok2 {
			return
		}
		c := &commit{tree: tree, at: l.moment(fields[2]), author: string(parts[1])}
		for _, p := range fields[3:] {
			if parent, ok := parseOID(p); ok {
				c.parents = append(c.parents, parent)
			}
		}
		h.commits[id] = c
		for _, a := range parts[1:3] {
			if len(authors) < maxAuthors && len(a) > 0 && !authors[string(a)] {
				authors[string(a)] = true
				h.authors = append(h.authors, string(a))
			}
		}
	})
}

// moment reads a commit's time. It is whatever its maker's clock said: what has not been yet is taken for now.
func (l *look) moment(text []byte) time.Time {
	seconds, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil || seconds <= 0 {
		return time.Time{}
	}
	if at := time.Unix(seconds, 0).UTC(); at.Before(l.now) {
		return at
	}
	return l.now.UTC()
}

// maxNamed bounds the objects that git is asked for by name; of more, all changes are gone through.
const maxNamed = 400

func (l *look) readPlacings(ctx context.Context, h *history, list []byte) error {
	wanted := 0
	args := []string{
		"log", "--no-walk=unsorted", "--stdin", "--no-show-signature", "--raw", "-r", "-t", "-m", "--root", "--no-abbrev", "--no-renames", "-z",
		"--no-ext-diff", "--no-textconv", "--ignore-submodules=all", "--format=%x00%H%x00",
	}
	for _, id := range l.hitObjects() {
		if kind := l.kinds[id]; kind == kindBlob || kind == kindTree {
			wanted++
			args = append(args, "--find-object="+id.text(l.vault.width))
		}
	}
	if wanted == 0 {
		return nil
	}
	if wanted > maxNamed {
		args = args[:len(args)-wanted]
	}
	var at oid
	var raw []byte
	return l.lines(ctx, list, 0, args, func(token []byte) {
		if raw != nil { // the path of the change before
			h.change(l, at, raw, string(token))
			raw = nil
			return
		}
		token = bytes.TrimLeft(token, "\n")
		if id, ok := parseOID(token); ok {
			at = id
			return
		}
		if len(token) > 0 && token[0] == ':' {
			raw = slices.Clone(token)
		}
	})
}

// change takes ":MODE MODE ID ID STATUS" and the path.
func (h *history) change(l *look, id oid, raw []byte, path string) {
	fields := bytes.Fields(raw)
	c := h.commits[id]
	if len(fields) < 5 || c == nil {
		return
	}
	before, _ := parseOID(fields[2])
	after, _ := parseOID(fields[3])
	if _, hit := l.hits[after]; hit {
		h.place(after, placing{path: path, commit: id, at: c.at, author: c.author})
	}
	if _, hit := l.hits[before]; hit && before != after {
		h.take(before, path, id, c.at)
	}
}

// place keeps the first commit of each path.
func (h *history) place(object oid, p placing) {
	list := h.held[object]
	for i := range list {
		if list[i].path != p.path {
			continue
		}
		first := list[i].commit == (oid{}) || p.at.Before(list[i].at) || p.at.Equal(list[i].at) && slices.Contains(h.commits[list[i].commit].parents, p.commit)
		if first {
			p.taken = list[i].taken
			list[i] = p
		}
		return
	}
	h.held[object] = append(list, p)
}

// take keeps the last commit that took an object away from a path.
func (h *history) take(object oid, path string, id oid, at time.Time) {
	list := h.held[object]
	for i := range list {
		if list[i].path == path {
			if old := h.commits[list[i].taken]; old == nil || at.After(old.at) {
				list[i].taken = id
			}
			return
		}
	}
	h.held[object] = append(list, placing{path: path, taken: id})
}

// readTags reads who made the annotated tags with hits, and when.
func (l *look) readTags(ctx context.Context, h *history) error {
	for _, id := range l.hitObjects() {
		if l.kinds[id] != kindTag || len(h.held) > maxPlacings {
			continue
		}
		p := placing{path: l.unplaced(h, id)}
		begun := false // the message, which says what it likes
		err := l.lines(ctx, nil, '\n', []string{"cat-file", "tag", id.text(l.vault.width)}, func(line []byte) {
			begun = begun || len(line) == 0
			tagger, is := bytes.CutPrefix(line, []byte("tagger "))
			if fields := bytes.Fields(tagger); is && !begun && len(fields) > 2 {
				name, _, _ := bytes.Cut(tagger, []byte(" <"))
				p.author, p.at = string(name), l.moment(fields[len(fields)-2])
			}
		})
		if err != nil {
			return err
		}
		h.held[id] = []placing{p}
	}
	return nil
}

// readHead finds the objects that are in HEAD, and those that are staged.
func (l *look) readHead(ctx context.Context, h *history) error {
	entry := func(into func(id oid, path string)) func([]byte) {
		return func(token []byte) {
			attributes, path, _ := bytes.Cut(token, []byte("\t"))
			for _, f := range bytes.Fields(attributes) {
				if id, ok := parseOID(f); ok && l.hits[id] != nil {
					into(id, string(path))
				}
			}
		}
	}
	if l.vault.head != (oid{}) && l.all.has(l.vault.head[:]) {
		args := []string{"ls-tree", "-r", "-t", "-z", "--full-tree", l.vault.head.text(l.vault.width)}
		if err := l.lines(ctx, nil, 0, args, entry(func(id oid, path string) { h.inHead[id] = append(h.inHead[id], path) })); err != nil {
			return err
		}
	}
	return l.lines(ctx, nil, 0, []string{"ls-files", "--stage", "-z"}, entry(func(id oid, path string) { h.staged[id] = path }))
}

// peel finds the commits that the tips lead to.
func (l *look) peel(ctx context.Context, h *history) error {
	var list bytes.Buffer
	var asked []oid
	for _, t := range l.vault.tips {
		if _, have := h.peeled[t.id]; have || !l.all.has(t.id[:]) {
			continue
		}
		h.peeled[t.id] = t.id
		if h.commits[t.id] == nil {
			asked = append(asked, t.id)
			list.WriteString(t.id.text(l.vault.width) + "^{commit}\n")
		}
	}
	if len(asked) == 0 {
		return nil
	}
	i := 0
	return l.lines(ctx, list.Bytes(), '\n', []string{"cat-file", "--batch-check=%(objectname)"}, func(line []byte) {
		if id, ok := parseOID(line); ok && i < len(asked) {
			h.peeled[asked[i]] = id
		}
		i++
	})
}

// lines runs git and hands on what it writes, in parts that end with a sign. That git stops early is noted.
func (l *look) lines(ctx context.Context, stdin []byte, end byte, args []string, do func([]byte)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd := l.vault.git(ctx, args...)
	cmd.Stdin = bytes.NewReader(stdin)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return gitError(err)
	}
	r := bufio.NewReaderSize(out, 1<<20)
	for {
		part, err := r.ReadBytes(end)
		if len(part) > 0 {
			do(bytes.TrimSuffix(part, []byte{end}))
		}
		if err != nil {
			if err != io.EOF {
				cancel()
			}
			break
		}
	}
	err = cmd.Wait()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		l.unseen.add(whyHistory, "git "+args[0])
	}
	return nil
}

const whyHistory = "the history could not be read to the end, so commits and dates may be missing"
