// Package manifest says what belongs into a folder: the files of a release, of the system's packages, of what a package
// manager fetched. It is pure.
package manifest

import (
	"bytes"
	"cmp"
	"iter"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch/known"
)

// Sample is a file whose content may tell which software this is.
type Sample struct {
	Path string // with slashes
	Blob known.Blob
	Size int64
}

const (
	minSize  = 200 // smaller contents lie at thousands of paths
	maxRows  = 50  // of one content
	minVotes = 8   // files that say the same
)

// mapping says that a folder here is a folder of the release; both end with a slash or are empty.
type mapping struct{ here, there string }

// Installation is one copy of a platform's release in a folder.
type Installation struct {
	Platform *known.Platform
	Root     string // the folder it lies in, with a slash at its end; empty for all
	Fit      known.Fit
	Like     []string // other versions that these files cannot be told from
	// Claimed is the version that the files name themselves; empty where that was not found.
	Claimed string
	// Real says that enough of the release is there; otherwise it only shares some files of others.
	Real bool
	// Listed says that the release is one whose files are known: only then does a difference mean anything.
	Listed bool

	votes    int
	mappings []mapping       // the longest first
	folders  map[string]bool // of all releases
}

// Recognise finds the platforms that a folder holds, by contents that are official at paths like theirs, so that renamed
// folders do not matter. Which version it is, [Installation.Decide] says.
func Recognise(data *known.Data, samples iter.Seq[Sample]) []*Installation {
	votes := map[*known.Platform]map[mapping]int{}
	for s := range samples {
		if s.Size < minSize {
			continue
		}
		rows := 0
		best := map[*known.Platform]mapping{}
		for f := range data.Blob(s.Blob) {
			if rows++; rows > maxRows {
				break
			}
			m := mappingOf(s.Path, f.Path)
			if have, ok := best[f.Platform]; !ok || len(m.there) < len(have.there) {
				best[f.Platform] = m
			}
		}
		for p, m := range best {
			if votes[p] == nil {
				votes[p] = map[mapping]int{}
			}
			votes[p][m]++
		}
	}
	var out []*Installation
	for p, counted := range votes {
		out = append(out, installations(p, counted)...)
	}
	slices.SortFunc(out, func(a, b *Installation) int {
		return cmp.Or(cmp.Compare(b.votes, a.votes), cmp.Compare(a.Platform.Name, b.Platform.Name), cmp.Compare(a.Root, b.Root))
	})
	return out
}

// mappingOf cuts off what two paths have in common at their ends, but for the name of a folder.
func mappingOf(here, there string) mapping {
	for {
		i, j := strings.LastIndexByte(here, '/'), strings.LastIndexByte(there, '/')
		if here[i+1:] != there[j+1:] {
			return mapping{folderOf(here), folderOf(there)}
		}
		here, there = here[:max(i, 0)], there[:max(j, 0)]
		if here == "" || there == "" {
			return mapping{folderOf(here), folderOf(there)}
		}
	}
}

func folderOf(path string) string {
	if path == "" {
		return ""
	}
	return path + "/"
}

// installations puts together the mappings of one copy: a folder of the release lies in one place of each.
func installations(p *known.Platform, counted map[mapping]int) []*Installation {
	type counting struct {
		mapping
		votes int
	}
	var all []counting
	for m, n := range counted {
		all = append(all, counting{m, n})
	}
	slices.SortFunc(all, func(a, b counting) int {
		return cmp.Or(cmp.Compare(b.votes, a.votes), cmp.Compare(a.here, b.here), cmp.Compare(a.there, b.there))
	})
	var out []*Installation
	for _, m := range all {
		if m.votes < minVotes {
			break
		}
		i := slices.IndexFunc(out, func(in *Installation) bool {
			return strings.HasPrefix(m.here, in.Root) && !slices.ContainsFunc(in.mappings, func(have mapping) bool { return have.there == m.there })
		})
		if i < 0 {
			out = append(out, &Installation{Platform: p, Root: m.here, votes: m.votes, mappings: []mapping{m.mapping}})
			continue
		}
		out[i].votes += m.votes
		out[i].mappings = append(out[i].mappings, m.mapping)
	}
	for _, in := range out {
		slices.SortStableFunc(in.mappings, func(a, b mapping) int { return cmp.Compare(len(b.here), len(a.here)) })
	}
	return out
}

// There gives the path in the release of a path here, or false where none of it lies there.
func (in *Installation) There(here string) (string, bool) {
	for _, m := range in.mappings {
		if rest, ok := strings.CutPrefix(here, m.here); ok {
			return m.there + rest, true
		}
	}
	return "", false
}

// Here gives the path here of a path in the release, or false where nothing of that part of the release is here.
func (in *Installation) Here(there string) (string, bool) {
	best := mapping{}
	found := false
	for _, m := range in.mappings {
		if strings.HasPrefix(there, m.there) && (!found || len(m.there) > len(best.there)) {
			best, found = m, true
		}
	}
	return best.here + strings.TrimPrefix(there, best.there), found
}

// Has says whether some release has a file at a path here.
func (in *Installation) Has(here string) bool {
	there, ok := in.There(here)
	return ok && len(in.Platform.At(there)) > 0
}

// unlistedShare is the part of a release's files, as 1/unlistedShare, that may have other contents before it is rather
// one that is not listed.
const unlistedShare = 4

// Decide finds the version: the one that the files name, where it is listed, or else the nearest. Files are those of the
// folder, by their paths here; claimed is what the platform's own file says, or empty.
func (in *Installation) Decide(files iter.Seq2[string, known.Blob], claimed string) {
	fits := in.Platform.Nearest(in.mapped(files))
	in.Claimed = claimed
	if len(fits) == 0 {
		return
	}
	in.Fit = fits[0]
	for _, f := range fits[1:] {
		if f.Same == in.Fit.Same && f.Changed == in.Fit.Changed && f.Extra == in.Fit.Extra && f.Missing == in.Fit.Missing {
			in.Like = append(in.Like, f.Version)
		}
	}
	// A version that the files name and that is listed is what it is, for a change may make another one fit better.
	i := slices.IndexFunc(fits, func(f known.Fit) bool { return claimed != "" && known.CompareVersions(f.Version, claimed) == 0 })
	if i > 0 && fits[i].Same*unlistedShare >= in.Fit.Same*(unlistedShare-1) {
		in.Fit, in.Like = fits[i], nil
	}
	in.Real = in.Fit.Same*leastShare >= in.Fit.Same+in.Fit.Changed+in.Fit.Missing
	in.Listed = in.Real && (claimed == "" || i >= 0) && in.Fit.Changed*unlistedShare <= in.Fit.Same+in.Fit.Changed
}

// leastShare is the part of a release, as 1/leastShare, that must be there before a folder holds that platform: they share
// the libraries of others.
const leastShare = 10

func (in *Installation) mapped(files iter.Seq2[string, known.Blob]) iter.Seq2[string, known.Blob] {
	return func(yield func(string, known.Blob) bool) {
		for here, blob := range files {
			if there, ok := in.There(here); ok && !yield(there, blob) {
				return
			}
		}
	}
}

// Differences are those to the release, with the paths in it, and files by their paths here.
func (in *Installation) Differences(files iter.Seq2[string, known.Blob]) []known.Difference {
	return in.Platform.Compare(in.Fit.Version, in.mapped(files))
}

// claim is where a platform's files name their own version.
type claim struct {
	file    string // in the release
	pattern *regexp.Regexp
}

var claims = map[string][]claim{
	"wordpress":   {{"wp-includes/version.php", regexp.MustCompile(`\$wp_version\s*=\s*'([^']+)'`)}},
	"ec-cube2":    {{"data/class/SC_Initial.php", regexp.MustCompile(`ECCUBE_VERSION',\s*['"]([^'"]+)['"]`)}},
	"ec-cube":     {{"src/Eccube/Common/Constant.php", regexp.MustCompile(`const VERSION\s*=\s*'([^']+)'`)}},
	"opencart":    {{"upload/index.php", regexp.MustCompile(`define\('VERSION',\s*'([^']+)'`)}},
	"woocommerce": {{"woocommerce.php", regexp.MustCompile(`(?m)^\s*\*\s*Version:\s*(\S+)`)}},
	"prestashop": {
		{"app/AppKernel.php", regexp.MustCompile(`const VERSION\s*=\s*'([^']+)'`)},
		{"config/settings.inc.php", regexp.MustCompile(`_PS_VERSION_',\s*'([^']+)'`)},
	},
	"magento2": {{"composer.json", regexp.MustCompile(`"magento/product-community-edition":\s*"([^"]+)"`)}},
}

// Claims are the files here, without the folder, whose text may name the version.
func (in *Installation) Claims() []string {
	var out []string
	for _, c := range claims[in.Platform.Name] {
		if here, ok := in.Here(c.file); ok {
			out = append(out, here)
		}
	}
	return out
}

// Claim reads the version that the text of such a file names; empty where it names none.
func (in *Installation) Claim(here string, text []byte) string {
	for _, c := range claims[in.Platform.Name] {
		if at, ok := in.Here(c.file); ok && at == here {
			if m := c.pattern.FindSubmatch(text); m != nil {
				// WordPress calls 6.5.0 by the name of 6.5.
				return string(m[1])
			}
		}
	}
	return ""
}

// overlays are platforms whose extensions put their files between those of the release.
var overlays = []string{"opencart", "zencart"}

// Overlaid says that files of extensions lie between those of the release.
func (in *Installation) Overlaid() bool { return slices.Contains(overlays, in.Platform.Name) }

// Forms are what a content may have been before a transfer changed it: as it is, without a byte order mark, with the line
// ends of either system.
func Forms(content []byte) [][]byte {
	forms := [][]byte{content}
	if bare, marked := bytes.CutPrefix(content, []byte("\ufeff")); marked {
		content = bare
		forms = append(forms, bare)
	}
	lf := bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n"))
	if len(lf) != len(content) {
		forms = append(forms, lf)
	}
	if crlf := bytes.ReplaceAll(lf, []byte("\n"), []byte("\r\n")); len(crlf) != len(content) && bytes.IndexByte(content, 0) < 0 {
		forms = append(forms, crlf)
	}
	return forms
}

// HasFolder says whether some release has a file in a folder here, or below it.
func (in *Installation) HasFolder(here string) bool {
	if in.folders == nil {
		in.folders = map[string]bool{}
		last := ""
		for f := range in.Platform.Files() {
			if f.Path == last {
				continue
			}
			last = f.Path
			for folder := path.Dir(f.Path); folder != "." && !in.folders[folder]; folder = path.Dir(folder) {
				in.folders[folder] = true
			}
		}
	}
	there, ok := in.There(here + "/")
	there = strings.Trim(there, "/")
	return ok && (there == "" || in.folders[there])
}
