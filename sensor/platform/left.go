package platform

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
)

// left looks for what should not lie where a web server serves it, and for a shop that was closed and forgotten.
func (in *inspection) left(folders []string) error {
	served := in.served(folders)
	for _, e := range exposures {
		if e.what == whatAdmin || e.what == whatTool || e.what == whatListing || !e.concerns(in.found) {
			continue
		}
		for _, dir := range served {
			if err := in.leftIn(dir, e); err != nil {
				return err
			}
		}
	}
	for _, r := range in.found {
		if r.software != "ec-cube" {
			continue
		}
		if err := in.maintained(path.Join(r.folder, ".maintenance")); err != nil {
			return err
		}
	}
	return nil
}

// served are the folders that a web server is likely to serve from: those in which a start page lies, but not those with
// a folder made for that.
func (in *inspection) served(folders []string) []string {
	var out []string
	for _, dir := range folders {
		if strings.Count(dir, "/") > 1 || !in.startPage(dir) ||
			slices.ContainsFunc([]string{"pub", "public", "web"}, func(d string) bool { return in.startPage(path.Join(dir, d)) }) ||
			slices.ContainsFunc(out, func(above string) bool { return above == "." || strings.HasPrefix(dir, above+"/") }) {
			continue
		}
		out = append(out, dir)
	}
	return out
}

func (in *inspection) startPage(dir string) bool {
	return slices.ContainsFunc([]string{"index.php", "index.html", "index.htm"}, func(f string) bool { return in.folder.is(path.Join(dir, f)) })
}

func (in *inspection) leftIn(dir string, e exposure) error {
	host, _, _ := strings.Cut(in.target.Shop, ":")
	if strings.ContainsAny(host, `/\`) {
		host = ""
	}
	for _, name := range e.names(host) {
		if strings.HasSuffix(name, "/") {
			name += "index.php"
		}
		at := path.Join(dir, name)
		if strings.HasPrefix(at, "..") || e.what == whatInstall && !strings.HasSuffix(name, "index.php") && !strings.HasSuffix(name, "install.php") {
			continue
		}
		content, err := in.folder.read(at, maxProbe)
		if err != nil || len(content) == 0 || in.refusedBy(at) {
			continue
		}
		switch {
		case e.what == whatInstall: // its page is made when it is asked for
			if e.software == "wordpress" {
				continue // it belongs there, and does nothing once the shop is set up
			}
		case strings.HasSuffix(at, ".php"): // the web server runs it, and does not show it
			continue
		case !e.valid(content, int64(len(content)) < maxProbe):
			continue
		}
		if in.packageOf(at) != "" {
			continue // the operating system put it there
		}
		if err := in.report(e.sign(in.folder.at(at), tillwatch.Possible)); err != nil {
			return err
		}
	}
	return nil
}

// refusals are what an .htaccess says to refuse a file. Whether it is meant for this file is read from the pattern.
var (
	refusesAll  = re(`(?mi)^\s*(deny\s+from\s+all|require\s+all\s+denied)`)
	refusesSome = re(`(?mi)^\s*(?:<(?:files|filesmatch)\s+~?\s*"?([^">\n]+)"?\s*>|RedirectMatch\s+40[34]\s+(\S+)|RewriteRule\s+(\S+)\s+\S+\s+\[[^\]\n]*\b(?:F|R=40[34])\b)`)
)

// refusedBy says whether an .htaccess beside or above a file refuses it. What cannot be read as a pattern counts as
// refusing: what is told here is no more than possible anyway.
func (in *inspection) refusedBy(name string) bool {
	for dir := path.Dir(name); ; dir = path.Dir(dir) {
		text, err := in.folder.read(path.Join(dir, ".htaccess"), maxProbe)
		if err == nil && refuses(text, strings.TrimPrefix(name, strings.TrimPrefix(dir+"/", "./"))) {
			return true
		}
		if dir == "." || dir == "/" {
			return false
		}
	}
}

func refuses(htaccess []byte, name string) bool {
	all := refusesAll().FindAllIndex(htaccess, -1)
	blocks := refusesSome().FindAllSubmatch(htaccess, 100)
	for _, b := range blocks {
		pattern := string(bytes.Join(b[1:], nil))
		r, err := regexp.Compile(pattern)
		if err != nil || r.MatchString(name) || r.MatchString("/"+name) || r.MatchString(path.Base(name)) || strings.Contains(pattern, "*") && globbed(pattern, path.Base(name)) {
			return true
		}
	}
	return len(all) > 0 && len(blocks) == 0
}

func globbed(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	return ok && err == nil
}

// maintained tells of a shop that was closed a while ago.
func (in *inspection) maintained(name string) error {
	info, err := in.folder.root.Stat(name)
	if err != nil {
		return nil //nolint:nilerr // the shop is open
	}
	s := tillwatch.Sign{
		Rule: ruleMaintenance, Severity: tillwatch.Low, Certainty: tillwatch.Likely, Place: in.folder.at(name), Since: info.ModTime(), Count: 1,
		Summary:  "The shop is closed for maintenance. If nobody here knows why, find out today.",
		Evidence: []tillwatch.Evidence{{What: fmt.Sprintf("this file closes the shop; it lies there since %s", info.ModTime().UTC().Format("2006-01-02")), Where: in.folder.at(name)}},
	}
	if in.config.Now().Sub(info.ModTime()) > old {
		s.Severity = tillwatch.Medium
	}
	return in.report(s)
}

// packageOf gives the Debian package that a file comes from, or nothing. What the distribution keeps up is fixed without
// a new version number of the vendor's.
func (in *inspection) packageOf(name string) string {
	if in.folder.real == "" {
		return "" // another machine has other packages
	}
	file := filepath.Join(in.folder.real, name)
	lists, err := filepath.Glob(filepath.Join(in.config.Dpkg, "info", "*.list"))
	if err != nil || len(lists) == 0 {
		return ""
	}
	parts := strings.Split(filepath.ToSlash(file), "/")
	likely := func(list string) bool { // the package is nearly always named as a folder on the way
		base, _, _ := strings.Cut(strings.TrimSuffix(filepath.Base(list), ".list"), ":")
		return slices.ContainsFunc(parts, func(p string) bool { return p != "" && strings.Contains(base, p) })
	}
	for _, list := range lists {
		if likely(list) && holdsLine(list, file) {
			base, _, _ := strings.Cut(strings.TrimSuffix(filepath.Base(list), ".list"), ":")
			return base
		}
	}
	return ""
}

func holdsLine(list, want string) bool {
	f, err := os.Open(list)
	if err != nil {
		return false
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if s.Text() == want {
			return true
		}
	}
	return false
}
