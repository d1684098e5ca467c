package platform

import (
	"path"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/known"
)

// state is what the files say of one vulnerability, whatever the version says.
type state int

const (
	cannotTell  state = iota
	patched           // the version holds the fix, and so do the files
	handPatched       // the version does not hold the fix, but the files do
	unfixed           // the files are as they were before the fix
	overridden        // the vendor's file is fixed, but one of the shop's own stands in its place and is not
)

// verdict is a state with the places that show it.
type verdict struct {
	state    state
	evidence []tillwatch.Evidence
}

// line is a place in a file that shows whether a hole is open in it, also where somebody changed the file. Only holes
// stand here whose place is known; of others only whole files are compared.
type line struct {
	id    string
	file  string  // in the release
	open  pattern // met in a file in which it is open
	fixed pattern // met where it is not; looked for only where open is not met
}

var lines = []line{
	{
		// What a customer wrote into the order stands in the mail, and was printed as it is.
		"CVE-2021-20717", "src/Eccube/Resource/template/admin/Order/mail_confirm.twig",
		re(`\{\{[^{}]*\btpl_data\b[^{}]*\|\s*raw\b[^{}]*\}\}|\{%-?\s*autoescape\s+false\b`), re(`\{\{[^{}]*\btpl_data\b[^{}]*\}\}`),
	},
}

// maxFix is how many files a release changes whose whole purpose is a fix. Of a release that changes more it cannot be
// told which of them are the fix.
const maxFix = 12

// prover looks for the fix of a vulnerability in the files of one software.
func (in *inspection) prover(r reading) func(known.Vulnerability) verdict {
	p, listed := in.config.Data.Platform(r.software)
	if !listed || len(r.versions) != 1 {
		return nil
	}
	return func(v known.Vulnerability) verdict {
		f := fix{inspection: in, platform: p, reading: r, vulnerability: v}
		return f.verdict()
	}
}

// fix is the search for one fix.
type fix struct {
	*inspection
	platform      *known.Platform
	reading       reading
	vulnerability known.Vulnerability
}

func (f fix) verdict() verdict {
	version := f.reading.versions[0]
	affected := f.vulnerability.Affected.Has(version)
	release, files := f.files(version)
	if release == "" {
		return verdict{}
	}
	var fixed, before, other int
	var good, bad []tillwatch.Evidence
	for _, name := range files {
		place := f.place(name)
		content, err := f.folder.read(place, maxReadFile)
		if err != nil {
			other++
			continue
		}
		switch s, evidence := f.file(name, place, content); s {
		case patched:
			fixed++
			good = append(good, evidence)
		case unfixed:
			before++
			bad = append(bad, evidence)
		case cannotTell, handPatched, overridden:
			other++
		}
	}
	if own := f.overrides(files); len(own) > 0 && (!affected || fixed > 0) {
		return verdict{overridden, own}
	} else if len(own) > 0 {
		bad = append(own, bad...)
	}
	small := len(files) <= maxFix
	switch {
	case fixed > 0 && before == 0 && other == 0:
		if !affected {
			return verdict{state: patched}
		}
		return verdict{handPatched, good}
	case small && before > 0, before > 0 && fixed == 0 && other == 0:
		return verdict{unfixed, bad[:min(len(bad), maxFix)]}
	}
	return verdict{}
}

// files are those that the release with the fix changed, but for those that hold no code or only the version. The release
// is the first with the fix after the shop's version, or, where the version already holds it, the last before. It is empty
// where no such release is listed.
func (f fix) files(version string) (release string, files []string) {
	affected := f.vulnerability.Affected.Has(version)
	at := -1
	for _, candidate := range f.vulnerability.Fixed {
		i := slices.IndexFunc(f.platform.Versions, func(v string) bool { return known.CompareVersions(v, candidate) == 0 })
		if i < 1 || major(candidate) != major(version) || !f.vulnerability.Affected.Has(f.platform.Versions[i-1]) {
			continue
		}
		later := known.CompareVersions(candidate, version) > 0
		if later != affected || at >= 0 && (affected && i > at || !affected && i < at) {
			continue
		}
		at = i
	}
	if at < 0 {
		return "", nil
	}
	return f.platform.Versions[at], changedBetween(f.platform, f.platform.Versions[at-1], f.platform.Versions[at])
}

// major is the line of development as far as its files can be compared: its first number.
func major(version string) string {
	first, _, _ := strings.Cut(version, ".")
	return first
}

var (
	code      = re(`\.(php|twig|tpl|phtml|inc|js)$`)
	versioned = re(`(^|/)(Constant|SC_Initial|version|Version)\.php$|(^|/)(tests?|install|zc_install|html/test|codeception|e2e-tests)/`)
)

// changedBetween are the files of code that differ between two releases.
func changedBetween(p *known.Platform, before, after string) []string {
	type pair struct{ before, after known.Blob }
	found := map[string]pair{}
	for f := range p.Files() {
		a, b := f.Versions.Has(before), f.Versions.Has(after)
		if !a && !b || !code().MatchString(f.Path) || versioned().MatchString(f.Path) {
			continue
		}
		one := found[f.Path]
		if a {
			one.before = f.Blob
		}
		if b {
			one.after = f.Blob
		}
		found[f.Path] = one
	}
	var names []string
	for name, one := range found {
		if one.before != one.after && one.after != (known.Blob{}) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// place is where a file of a release lies. EC-CUBE 2 has a data folder that is often renamed.
func (f fix) place(name string) string {
	if f.reading.software == "ec-cube2" {
		if rest, is := strings.CutPrefix(name, "data/"); is {
			return path.Join(f.reading.folder, f.dataFolder(), rest)
		}
	}
	inRoot, ok := f.platform.InDocroot(name)
	if !ok {
		inRoot = name
	}
	return path.Join(f.reading.folder, inRoot)
}

// dataFolder is the name of the folder in which EC-CUBE 2 states its version.
func (f fix) dataFolder() string {
	for _, e := range f.reading.evidence {
		if rest, is := strings.CutSuffix(e.Where, "/class/SC_Initial.php"); is {
			return path.Base(rest)
		}
	}
	return "data"
}

// file says whether one file is as before the fix or as after it: by its bytes where a release has them, else by the
// line that is known to matter.
func (f fix) file(name, place string, content []byte) (state, tillwatch.Evidence) {
	where := f.folder.at(place)
	if listed, ok := match(f.platform.At(name), content); ok {
		fixedIn := false
		for v := range listed.Versions.All() {
			if major(v) == major(f.reading.versions[0]) && f.vulnerability.Affected.Has(v) {
				e := f.lineOf(name, content, func(l line) pattern { return l.open })
				e.What, e.Where = "this file is as in "+nameOf(f.platform.Name)+" "+v+", which is without the fix", where
				return unfixed, e
			}
			fixedIn = fixedIn || f.isFix(v)
		}
		if fixedIn {
			e := f.lineOf(name, content, func(l line) pattern { return l.fixed })
			e.What, e.Where = "this file is as in "+nameOf(f.platform.Name)+" "+listed.Versions.String()+", which hold the fix", where
			return patched, e
		}
		return cannotTell, tillwatch.Evidence{}
	}
	return f.byLine(name, where, content)
}

// isFix says whether a release is one that holds the fix.
func (f fix) isFix(version string) bool {
	return slices.ContainsFunc(f.vulnerability.Fixed, func(first string) bool { return known.CompareVersions(version, first) >= 0 })
}

// byLine judges a file that is of no release.
func (f fix) byLine(name, where string, content []byte) (state, tillwatch.Evidence) {
	if e := f.lineOf(name, content, func(l line) pattern { return l.open }); e.Line > 0 {
		e.What, e.Where = "this line prints what a customer wrote as it is", where
		return unfixed, e
	}
	if e := f.lineOf(name, content, func(l line) pattern { return l.fixed }); e.Line > 0 {
		e.What, e.Where = "this line makes what a customer wrote harmless", where
		return patched, e
	}
	return cannotTell, tillwatch.Evidence{}
}

// lineOf gives the place in a file that shows a hole, or that it is mended; line 0 where no such place is known or there.
func (f fix) lineOf(name string, content []byte, which func(line) pattern) tillwatch.Evidence {
	for _, l := range lines {
		if l.id != f.vulnerability.ID || l.file != name {
			continue
		}
		if at := which(l)().FindIndex(content); at != nil {
			return tillwatch.Evidence{Line: 1 + strings.Count(string(content[:at[0]]), "\n"), Column: 1}
		}
	}
	return tillwatch.Evidence{}
}

// overrides looks at the files of the shop's own that stand in place of the vendor's, and gives those in which the hole is
// open.
func (f fix) overrides(files []string) []tillwatch.Evidence {
	var out []tillwatch.Evidence
	for _, name := range files {
		for _, own := range f.inPlaceOf(name) {
			content, err := f.folder.read(own, maxReadFile)
			if err != nil {
				continue
			}
			if s, e := f.file(name, own, content); s == unfixed {
				e.What = "this file of the shop's own stands in place of " + path.Base(name) + " and " + strings.TrimPrefix(e.What, "this file ")
				out = append(out, e)
			}
		}
	}
	return out
}

// inPlaceOf are the files that a shop may put in place of one of the vendor's.
func (f fix) inPlaceOf(name string) []string {
	switch f.reading.software {
	case "ec-cube":
		if rest, is := strings.CutPrefix(name, "src/Eccube/Resource/template/"); is {
			kind, rest, _ := strings.Cut(rest, "/")
			if kind == "admin" {
				return []string{path.Join(f.reading.folder, "app/template/admin", rest)}
			}
			return f.glob(path.Join(f.reading.folder, "app/template"), rest, "admin")
		}
	case "ec-cube2":
		if rest, is := strings.CutPrefix(name, "data/Smarty/templates/default/"); is {
			return f.glob(path.Join(f.reading.folder, f.dataFolder(), "Smarty/templates"), rest, "default", "admin", "mobile", "sphone")
		}
	}
	return nil
}

// glob gives rest in each folder below dir but some.
func (f fix) glob(dir, rest string, but ...string) []string {
	entries, err := f.folder.entries(dir)
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		if e.IsDir() && !slices.Contains(but, e.Name()) && len(out) < 20 {
			out = append(out, path.Join(dir, e.Name(), rest))
		}
	}
	return out
}
