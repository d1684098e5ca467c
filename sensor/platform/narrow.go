package platform

import (
	"context"
	"path"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/known"
)

// A release's own scripts and style sheets lie where everybody can fetch them, and most releases change some of them. So
// the version shows although nothing states it: of the files that all candidates should have, the one is asked for that
// tells most of them apart, and so on until one version is left, nothing tells the rest apart, or enough was asked.

// maxAsked bounds the files that are asked for to tell versions apart.
const maxAsked = 10

// served says where a web server serves a folder of a release.
type served struct{ release, address string }

// fetcher gives the content at a path below the address of a shop, or of a folder; false where there is none.
type fetcher func(ctx context.Context, name string) ([]byte, bool)

// told is what the files said.
type told struct {
	versions []string // the candidates that explain most of the files
	matched  int      // files whose content is that of a listed release
	strange  int      // files that no listed release has like this
	evidence []tillwatch.Evidence
	newest   bool // the newest release that is listed explains them all
}

// narrow tells candidates apart by their files.
func narrow(ctx context.Context, p *known.Platform, candidates []string, folders []served, fetch fetcher) told {
	votes := map[string]int{}
	left := slices.Clone(candidates)
	out := told{}
	files := publicFiles(p, folders)
	asked := map[string]bool{}
	absent := 0
	for range maxAsked {
		name := telling(files, asked, left)
		if name == "" || absent > 3 && out.matched == 0 || ctx.Err() != nil {
			break
		}
		asked[name] = true
		content, ok := fetch(ctx, address(name, folders))
		if !ok {
			absent++
			continue
		}
		file, ok := match(files[name], content)
		if !ok {
			out.strange++
			continue
		}
		out.matched++
		out.evidence = append(out.evidence, tillwatch.Evidence{
			What: "this file is as in " + nameOf(p.Name) + " " + file.Versions.String(), Where: address(name, folders),
		})
		for v := range file.Versions.All() {
			votes[v]++
		}
		left = most(candidates, votes)
	}
	out.versions = left
	out.newest = out.matched == 0 || votes[p.Versions[len(p.Versions)-1]] == out.matched
	return out
}

// match finds the file of a release with this content, or with the same content and other line ends.
func match(files []known.File, content []byte) (known.File, bool) {
	blob := known.BlobOf(content)
	other, converted := known.BlobLF(content)
	for _, f := range files {
		if f.Blob == blob || converted && f.Blob == other {
			return f, true
		}
	}
	return known.File{}, false
}

// most are the candidates with the most votes.
func most(candidates []string, votes map[string]int) []string {
	best := 0
	for _, v := range candidates {
		best = max(best, votes[v])
	}
	return slices.DeleteFunc(slices.Clone(candidates), func(v string) bool { return votes[v] < best })
}

var static = re(`\.(js|css)$`)

// publicFiles are the scripts and style sheets of all releases that a web server serves, by path.
func publicFiles(p *known.Platform, folders []served) map[string][]known.File {
	files := map[string][]known.File{}
	for f := range p.Files() {
		if static().MatchString(f.Path) && address(f.Path, folders) != "" && !strings.Contains(f.Path, "/admin") && !strings.HasPrefix(f.Path, "admin") {
			files[f.Path] = append(files[f.Path], f)
		}
	}
	return files
}

// address is where a file of a release is served, or empty where it is not.
func address(name string, folders []served) string {
	for _, s := range folders {
		if rest, ok := strings.CutPrefix(name, s.release); ok {
			return s.address + rest
		}
	}
	return ""
}

// telling is the file that tells most of the candidates apart, or empty where none does.
func telling(files map[string][]known.File, asked map[string]bool, candidates []string) string {
	if len(candidates) < 2 {
		return ""
	}
	wanted := map[string]bool{}
	for _, v := range candidates {
		wanted[v] = true
	}
	best, bestCost := "", len(candidates)*len(candidates)
	for name, versions := range files {
		if asked[name] {
			continue
		}
		cost, held := 0, 0
		for _, f := range versions {
			n := 0
			for v := range f.Versions.All() {
				if wanted[v] {
					n++
				}
			}
			cost += n * n
			held += n
		}
		absent := len(candidates) - held
		cost += 2 * absent * absent // that a file is not there says little
		if cost < bestCost || cost == bestCost && best != "" && (len(name) < len(best) || len(name) == len(best) && name < best) {
			best, bestCost = name, cost
		}
	}
	return best
}

// foldersOf says where the folders of a software are served, by the addresses of what a page loads. Paths are those below
// the host.
func foldersOf(software string, assets []string, page string) []served {
	base := func(anchors ...string) string {
		for _, a := range assets {
			for _, anchor := range anchors {
				if i := strings.Index(a, anchor); i >= 0 {
					return a[:i+1]
				}
			}
		}
		return path.Dir(page+"x") + "/"
	}
	clean := func(b string) string { return strings.ReplaceAll(b, "//", "/") }
	switch software {
	case "ec-cube2":
		return []served{{"html/", clean(base("/user_data/packages/", "/js/eccube", "/js/site.js", "/js/win_op.js"))}}
	case "ec-cube":
		b := clean(base("/html/template/", "/html/bundle/", "/template/default/"))
		if slices.ContainsFunc(assets, func(a string) bool { return strings.HasPrefix(a, b+"html/") }) {
			b += "html/"
		}
		return []served{{"html/", b}}
	case "wordpress":
		b := clean(base("/wp-includes/", "/wp-content/"))
		return []served{{"wp-includes/js/", b + "wp-includes/js/"}, {"wp-includes/css/", b + "wp-includes/css/"}, {"wp-includes/blocks/", b + "wp-includes/blocks/"}}
	case "woocommerce":
		return []served{{"assets/", clean(base("/wp-content/")) + "wp-content/plugins/woocommerce/assets/"}}
	case "prestashop":
		b := clean(base("/themes/", "/modules/", "/js/jquery/"))
		return []served{{"js/", b + "js/"}, {"themes/", b + "themes/"}, {"modules/", b + "modules/"}}
	case "opencart":
		return []served{{"upload/catalog/view/", clean(base("/catalog/view/")) + "catalog/view/"}}
	case "zencart":
		return []served{{"includes/templates/", clean(base("/includes/templates/")) + "includes/templates/"}}
	case "magento2":
		for _, a := range assets {
			if m := magentoStatic().FindString(a); m != "" {
				return []served{{"lib/web/", m}}
			}
		}
	}
	return nil
}

var magentoStatic = re(`^.*/static/(?:version\d+/)?frontend/[^/]+/[^/]+/[^/]+/`)
