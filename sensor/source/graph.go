package source

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// order finds out which of the commits that first held something each commit has behind it. Parents come before children.
func (h *history) order() {
	index := map[oid]int{}
	for _, list := range h.held {
		for _, p := range list {
			if _, have := index[p.commit]; !have && len(index) < maxPlacings {
				index[p.commit] = len(index)
			}
		}
	}
	for start := range h.commits {
		stack := []oid{start}
		for len(stack) > 0 {
			id := stack[len(stack)-1]
			c := h.commits[id]
			if c == nil || c.ordered {
				stack = stack[:len(stack)-1]
				continue
			}
			before := len(stack)
			for _, p := range c.parents {
				if parent := h.commits[p]; parent != nil && !parent.ordered {
					stack = append(stack, p)
				}
			}
			if len(stack) > before {
				continue
			}
			c.ordered = true
			c.behind = h.union(c.parents)
			if i, is := index[id]; is {
				own := newMarks(len(index))
				copy(own, c.behind)
				own.set(i)
				c.behind = own
			}
			stack = stack[:before-1]
		}
	}
	h.index = index
}

// maxPlacings bounds the commits whose way to the refs is followed.
const maxPlacings = 4096

func (h *history) union(parents []oid) marks {
	var all marks
	for _, p := range parents {
		c := h.commits[p]
		switch {
		case c == nil || c.behind == nil:
		case all == nil:
			all = c.behind
		case !slices.Equal(all, c.behind):
			all = slices.Clone(all)
			for i, word := range c.behind {
				all[i] |= word
			}
		}
	}
	return all
}

// isBehind says that a commit has another behind it, or is it.
func (h *history) isBehind(c *commit, id oid) bool {
	i, indexed := h.index[id]
	return indexed && c.behind != nil && c.behind.is(i)
}

// way is how one commit is reached.
type way struct {
	refs   []string // whose history has it now
	once   []string // reflogs only
	pushed string   // the remote branch that had it first
	at     time.Time
}

// leads finds what leads to a commit.
func (l *look) leads(h *history, id oid) way {
	var w way
	for _, t := range l.vault.tips {
		c := h.commits[h.peeled[t.id]]
		if t.id != id && (c == nil || !h.isBehind(c, id)) {
			continue
		}
		switch {
		case !t.reflog && t.name != "HEAD" && !strings.HasSuffix(t.name, "_HEAD"):
			w.refs = append(w.refs, t.name)
		case t.reflog || t.name != "HEAD":
			w.once = append(w.once, t.name)
		default:
			w.refs = append(w.refs, t.name)
		}
		if t.remote() && (w.pushed == "" || !t.at.IsZero() && (w.at.IsZero() || t.at.Before(w.at))) {
			w.pushed, w.at = t.name, t.at
		}
	}
	slices.SortFunc(w.refs, func(a, b string) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b))
	})
	w.refs, w.once = slices.Compact(w.refs), slices.Compact(w.once)
	return w
}

// rank puts the refs first that say most.
func rank(ref string) int {
	for i, prefix := range []string{"refs/remotes/", "refs/heads/", "refs/tags/", "refs/stash"} {
		if strings.HasPrefix(ref, prefix) {
			return i
		}
	}
	return 9
}
