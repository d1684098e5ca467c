package source

import (
	"bytes"
	"encoding/hex"
	"os"
	"path/filepath"
)

// follow looks at what an object refers to. What is referred to and not there was not seen: that is how a partial clone, a
// lost pack and a submodule show.
func (s *stream) follow(o object, data []byte) {
	switch o.kind {
	case kindTree:
		s.followTree(o, data)
	case kindCommit, kindTag:
		s.followLines(o, data)
	case kindBlob:
		if len(data) < maxPointer && bytes.HasPrefix(data, []byte("version https://git-lfs.github.com/spec/")) {
			s.followPointer(o, data)
		}
	}
}

// maxPointer is how long a file can be that stands for a large one kept elsewhere.
const maxPointer = 1024

// followTree takes "MODE NAME", a zero and an id for each entry.
func (s *stream) followTree(o object, data []byte) {
	for len(data) > 0 {
		end := bytes.IndexByte(data, 0)
		if end < 0 || end+1+s.all.width > len(data) {
			s.note(o.id, whyDamaged)
			return
		}
		id := data[end+1 : end+1+s.all.width]
		mode, name, _ := bytes.Cut(data[:end], []byte(" "))
		switch {
		case string(mode) == "160000":
			// That a submodule is there does not change with the tree: it is told of again where the tree is read again.
			s.submodule(o.id, string(name))
		case !s.all.has(id):
			s.note(o.id, whyMissing)
		}
		data = data[end+1+s.all.width:]
	}
}

func (s *stream) submodule(tree oid, name string) {
	s.unseen.add(whySubmodule, s.safe(name))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unclear[tree] = 0
}

// followLines takes "tree ID", "parent ID" and "object ID" at the beginning of a commit or a tag.
func (s *stream) followLines(o object, data []byte) {
	for line := range bytes.Lines(data) {
		what, rest, found := bytes.Cut(bytes.TrimSuffix(line, []byte("\n")), []byte(" "))
		if !found {
			return
		}
		isParent := string(what) == "parent"
		if string(what) != "tree" && string(what) != "object" && !isParent {
			return
		}
		id, ok := parseOID(rest)
		if !ok {
			s.note(o.id, whyDamaged)
			return
		}
		if !s.all.has(id[:]) && (!isParent || !s.vault.shallow) { // what a shallow clone leaves out is told of once
			s.note(o.id, whyMissing)
		}
	}
}

// followPointer tells whether the file that a pointer stands for is here: then it is read with the other files.
func (s *stream) followPointer(o object, data []byte) {
	_, rest, found := bytes.Cut(data, []byte("\noid sha256:"))
	digest, _, _ := bytes.Cut(rest, []byte("\n"))
	if _, err := hex.DecodeString(string(digest)); !found || len(digest) != 64 || err != nil {
		return
	}
	name := string(digest)
	if _, err := os.Stat(filepath.Join(s.vault.common, "lfs", "objects", name[:2], name[2:4], name)); err != nil {
		s.note(o.id, whyLFS)
	}
}
