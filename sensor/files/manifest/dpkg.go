package manifest

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"io"
	"path"
	"strings"
)

// Packaged is the files of the system's packages that lie in some folders: their MD5, and which are configuration.
type Packaged struct {
	sums   map[string]packaged // by whole path without the first slash
	within []string            // folders, without the first slash and with one at the end
	moved  map[string]diversion
}

type packaged struct {
	sum     [16]byte
	name    string // of the package
	setting bool
}

type diversion struct{ to, by string }

// NewPackaged gathers the files that lie in some folders, given by whole paths.
func NewPackaged(folders []string) *Packaged {
	p := &Packaged{sums: map[string]packaged{}, moved: map[string]diversion{}}
	for _, f := range folders {
		p.within = append(p.within, strings.TrimPrefix(path.Clean(f), "/")+"/")
	}
	return p
}

// Diversions reads dpkg's list of files that lie elsewhere for all packages but one: three lines each.
func (p *Packaged) Diversions(r io.Reader) error {
	lines := bufio.NewScanner(r)
	var three []string
	for lines.Scan() {
		if three = append(three, lines.Text()); len(three) == 3 {
			p.moved[strings.TrimPrefix(three[0], "/")] = diversion{strings.TrimPrefix(three[1], "/"), three[2]}
			three = nil
		}
	}
	return lines.Err()
}

// Sums reads the md5sums of one package.
func (p *Packaged) Sums(pkg string, text []byte) {
	for _, folder := range p.within {
		if bytes.Contains(text, []byte("  "+folder)) {
			for line := range bytes.Lines(text) {
				p.line(pkg, strings.TrimRight(string(line), "\r\n"))
			}
			return
		}
	}
}

func (p *Packaged) line(pkg, line string) {
	sum, file, found := strings.Cut(line, "  ")
	if !found {
		return
	}
	p.add(pkg, file, sum, false)
}

func (p *Packaged) add(pkg, file, sum string, setting bool) {
	digest, err := hex.DecodeString(sum)
	if err != nil || len(digest) != 16 {
		return
	}
	if moved, ok := p.moved[file]; ok && moved.by != pkg {
		file = moved.to
	}
	for _, folder := range p.within {
		if strings.HasPrefix(file, folder) {
			p.sums[file] = packaged{[16]byte(digest), pkg, setting}
			return
		}
	}
}

// Status reads dpkg's status file for the configuration files of packages: operators edit those.
func (p *Packaged) Status(r io.Reader) error {
	lines := bufio.NewReaderSize(r, 64<<10)
	pkg, listing := "", false
	for {
		line, err := lines.ReadString('\n')
		switch {
		case strings.HasPrefix(line, "Package: "):
			pkg, listing = strings.TrimSpace(line[len("Package: "):]), false
		case strings.HasPrefix(line, "Conffiles:"):
			listing = true
		case listing && strings.HasPrefix(line, " "):
			if fields := strings.Fields(line); len(fields) == 2 {
				p.add(pkg, strings.TrimPrefix(fields[0], "/"), fields[1], true)
			}
		default:
			listing = false
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// Len is how many files are listed.
func (p *Packaged) Len() int { return len(p.sums) }

// Has says whether a package has a file at a whole path.
func (p *Packaged) Has(file string) bool {
	_, ok := p.sums[strings.TrimPrefix(file, "/")]
	return ok
}

// Standing of a content at a whole path: the package that has a file there, whether its content is that, and whether it
// is one that operators edit. The package is empty where none has one.
func (p *Packaged) Standing(file string, sum [16]byte) (pkg string, same, setting bool) {
	have, ok := p.sums[strings.TrimPrefix(file, "/")]
	return have.name, ok && have.sum == sum, have.setting
}
