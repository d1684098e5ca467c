package app

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Committed looks at what is about to be committed.
func (g *Gate) Committed(ctx context.Context, repository string) ([]Refusal, error) {
	out, err := gitCommand(ctx, repository, "diff", "--cached", "--raw", "-z", "--no-renames", "--abbrev=64", "--diff-filter=d", "--no-ext-diff", "--ignore-submodules").Output()
	if err != nil {
		return nil, fmt.Errorf("git does not say what is to be committed: %w", err)
	}
	names := map[string]string{}
	var ids []string
	fields := bytes.Split(out, []byte{0})
	for i := 0; i+1 < len(fields); i += 2 { // ":100644 100644 ID ID M", and the path
		head := strings.Fields(string(fields[i]))
		if len(head) != 5 || head[1] == "160000" { // a submodule is a repository of its own
			continue
		}
		if _, have := names[head[3]]; !have {
			ids = append(ids, head[3])
		}
		names[head[3]] = string(fields[i+1])
	}
	return g.objects(ctx, repository, ids, names)
}

// Pushed looks at what a push brings that the remote does not have yet: of what was there before, nobody would learn
// anything new by refusing it. updates is what git writes to a pre-push hook.
func (g *Gate) Pushed(ctx context.Context, repository, remote string, updates io.Reader) ([]Refusal, error) {
	var wanted []string
	lines := bufio.NewScanner(updates)
	for lines.Scan() { // local ref, local id, remote ref, remote id
		f := strings.Fields(lines.Text())
		if len(f) != 4 {
			return nil, fmt.Errorf("this is not what git tells a %s hook", PrePush)
		}
		wanted = append(wanted, f[1])
		if !isZero(f[3]) {
			wanted = append(wanted, "^"+f[3])
		}
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	var not []string
	if remote != "" && !strings.ContainsAny(remote, ":*?[\\") && !filepath.IsAbs(remote) { // else it is an address, of which nothing is known
		not = []string{"--not", "--remotes=" + remote}
	}
	return g.brought(ctx, repository, wanted, not)
}

// Received looks at what a push brought to a server, before its refs are changed. updates is what git writes to a
// pre-receive hook.
func (g *Gate) Received(ctx context.Context, repository string, updates io.Reader) ([]Refusal, error) {
	var wanted []string
	lines := bufio.NewScanner(updates)
	for lines.Scan() { // old id, new id, ref
		f := strings.Fields(lines.Text())
		if len(f) != 3 {
			return nil, fmt.Errorf("this is not what git tells a %s hook", PreReceive)
		}
		wanted = append(wanted, f[1])
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	return g.brought(ctx, repository, wanted, []string{"--not", "--all"})
}

func isZero(id string) bool { return strings.Trim(id, "0") == "" }

// brought looks at all objects that lead from the wanted commits and not from those with a ^.
func (g *Gate) brought(ctx context.Context, repository string, wanted, not []string) ([]Refusal, error) {
	var input strings.Builder
	for _, id := range wanted {
		if !isZero(id) { // a ref that is deleted brings nothing
			input.WriteString(id + "\n")
		}
	}
	if input.Len() == 0 {
		return nil, nil
	}
	if err := present(ctx, repository, wanted); err != nil {
		return nil, err
	}
	list := gitCommand(ctx, repository, append([]string{"rev-list", "--objects", "--ignore-missing", "--stdin"}, not...)...)
	list.Stdin = strings.NewReader(input.String())
	var complaint bytes.Buffer
	list.Stderr = &complaint
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("git does not say what the push brings: %w: %s", err, bytes.TrimSpace(complaint.Bytes()))
	}
	names := map[string]string{}
	var ids []string
	for line := range strings.Lines(string(out)) {
		id, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		names[id] = name
		ids = append(ids, id)
	}
	found, err := g.objects(ctx, repository, ids, names)
	if err != nil {
		return nil, err
	}
	for i := range found {
		if i < maxBlamed {
			found[i].Commit = g.broughtBy(ctx, repository, found[i], input.String(), not)
		}
	}
	return found, nil
}

// present makes sure that what is to be looked at is there: rev-list passes over what is missing, which may be so of what
// the remote has, and of nothing else.
func present(ctx context.Context, repository string, wanted []string) error {
	var ids []string
	for _, id := range wanted {
		if !strings.HasPrefix(id, "^") && !isZero(id) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	check := gitCommand(ctx, repository, "cat-file", "--batch-check=%(objecttype)")
	check.Stdin = strings.NewReader(strings.Join(ids, "\n") + "\n")
	out, err := check.Output()
	if err != nil {
		return fmt.Errorf("git cannot be run: %w", err)
	}
	n := 0
	for line := range strings.Lines(string(out)) {
		if strings.HasSuffix(strings.TrimSpace(line), " missing") {
			return fmt.Errorf("not everything could be looked at: git has no object %s", strings.TrimSpace(line))
		}
		n++
	}
	if n != len(ids) {
		return fmt.Errorf("not everything could be looked at: git knows %d of %d commits", n, len(ids))
	}
	return nil
}

// maxBlamed bounds for how many keys the commit is looked for.
const maxBlamed = 20

// broughtBy names the commit of a push that first brought an object; "" where git cannot tell.
func (g *Gate) broughtBy(ctx context.Context, repository string, r Refusal, wanted string, not []string) string {
	if r.File == "" {
		return r.Object[:min(len(r.Object), 12)]
	}
	log := gitCommand(ctx, repository, append([]string{"log", "--reverse", "--format=%h", "--find-object=" + r.Object, "--ignore-missing", "--stdin"}, not...)...)
	log.Stdin = strings.NewReader(wanted)
	out, err := log.Output()
	if err != nil {
		return ""
	}
	first, _, _ := strings.Cut(string(out), "\n")
	return first
}

// piece is how much of an object is looked at at once, and overlap what the next piece repeats: more than the longest key
// takes in any writing.
const (
	piece   = 8 << 20
	overlap = 256 << 10
)

// objects reads objects in one run of git and looks for keys in each.
func (g *Gate) objects(ctx context.Context, repository string, ids []string, names map[string]string) ([]Refusal, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	place := repository
	if absolute, err := filepath.Abs(repository); err == nil {
		place = filepath.ToSlash(absolute)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cat := gitCommand(ctx, repository, "cat-file", "--batch", "--buffer")
	cat.Stdin = strings.NewReader(strings.Join(ids, "\n") + "\n")
	cat.Stderr = os.Stderr
	pipe, err := cat.StdoutPipe()
	if err == nil {
		err = cat.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("git cannot be run: %w", err)
	}
	var found []Refusal
	r := bufio.NewReaderSize(pipe, 1<<20)
	for range ids {
		more, err := g.object(r, place, names)
		if err != nil {
			cancel()
			_ = cat.Wait()
			return nil, err
		}
		found = append(found, more...)
	}
	return found, cat.Wait()
}

// object reads one answer of git's: "ID KIND SIZE", the content, and a line break.
func (g *Gate) object(r *bufio.Reader, repository string, names map[string]string) ([]Refusal, error) {
	head, err := r.ReadString('\n')
	fields := strings.Fields(head)
	if err != nil || len(fields) != 3 {
		return nil, fmt.Errorf("not everything could be looked at: git cannot read the object %s", strings.TrimSpace(head))
	}
	size, err := strconv.ParseInt(fields[2], 10, 64)
	if err != nil {
		return nil, fmt.Errorf("not everything could be looked at: git answers %s", strings.TrimSpace(head))
	}
	name := names[fields[0]]
	if fields[1] == "commit" || fields[1] == "tag" { // its own text, which is no file
		name = ""
	}
	var found []Refusal
	add := func(list []Refusal) {
		for _, one := range list {
			one.Object = fields[0]
			if !slices.Contains(found, one) { // in what two pieces share
				found = append(found, one)
			}
		}
	}
	var kept []byte
	line := 1
	for size > 0 {
		text := make([]byte, len(kept)+int(min(size, piece)))
		copy(text, kept)
		n, err := io.ReadFull(r, text[len(kept):])
		if err != nil {
			return nil, fmt.Errorf("not everything could be looked at: git broke off in %s", fields[0])
		}
		size -= int64(n)
		add(g.look(text, repository, name, line))
		if size > 0 {
			cut := max(0, len(text)-overlap)
			line += bytes.Count(text[:cut], []byte("\n"))
			kept = text[cut:]
		}
	}
	_, err = r.Discard(1)
	return found, err
}
