package known

import (
	"encoding/binary"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Platform is a shop software whose releases are listed. It is not to be changed.
type Platform struct {
	Name string // "ec-cube2", "magento2"
	// Official is whether the list was made of the vendor's own repository. Otherwise it was made of a mirror whose
	// keeper could have changed something: what rests on it alone is likely, not certain.
	Official bool
	Versions []string // oldest first, in the order that every interval of versions goes by

	strip      string // stands before the path in the release, not in a document root
	under      string // stands before the path in a document root, not in the release
	extensions []string
	exclude    []*regexp.Regexp
	except     []*regexp.Regexp
	releases   *releases
	firstBlock int
	endBlock   int
}

// Platforms gives every platform with listed releases.
func (d *Data) Platforms() []*Platform { return slices.Clone(d.releases.platforms) }

// Platform gives the platform of that name.
func (d *Data) Platform(name string) (*Platform, bool) {
	i := slices.IndexFunc(d.releases.platforms, func(p *Platform) bool { return p.Name == name })
	if i < 0 {
		return nil, false
	}
	return d.releases.platforms[i], true
}

// Covers says whether a file at path would be listed if a release held it. Of a path that is not covered (an image, a
// document, a test) the list says nothing: it is neither official nor foreign. Path is as in the release, with slashes.
func (p *Platform) Covers(path string) bool {
	if !strings.HasPrefix(path, p.strip) || dotted(path) || !p.listsExtension(path) {
		return false
	}
	matches := func(r *regexp.Regexp) bool { return r.MatchString(path) }
	return !slices.ContainsFunc(p.exclude, matches) || slices.ContainsFunc(p.except, matches)
}

// FromDocroot gives the path in the release of a file at path below the document root, or false where no release puts
// a file there. EC-CUBE 2 has a document root and a second folder beside it, both to be found by their content: its
// paths are those of the folder that holds both.
func (p *Platform) FromDocroot(path string) (string, bool) {
	rest, ok := strings.CutPrefix(path, p.under)
	return p.strip + rest, ok
}

// InDocroot gives the path below the document root of a file at path in the release, or false where it is not put there.
func (p *Platform) InDocroot(path string) (string, bool) {
	rest, ok := strings.CutPrefix(path, p.strip)
	return p.under + rest, ok
}

// dotted says whether a component of path begins with a dot, but for the two such files that configure a web server.
func dotted(path string) bool {
	for part := range strings.SplitSeq(path, "/") {
		if strings.HasPrefix(part, ".") && part != ".htaccess" && part != ".user.ini" {
			return true
		}
	}
	return false
}

func (p *Platform) listsExtension(path string) bool {
	dot := strings.LastIndexByte(path, '.')
	return dot >= 0 && slices.ContainsFunc(p.extensions, func(e string) bool { return strings.EqualFold(e, path[dot+1:]) })
}

// setPlatforms reads the platforms and the first block of each and the one after its last.
func (r *releases) setPlatforms(header string, ranges column) (err error) {
	if r.platforms, err = parsePlatforms(header); err != nil {
		return err
	}
	if len(r.platforms) != ranges.len() {
		return fmt.Errorf("%d platforms, but files of %d", len(r.platforms), ranges.len())
	}
	for i, p := range r.platforms {
		p.releases = r
		p.firstBlock = int(binary.LittleEndian.Uint32(ranges.at(i)))
		p.endBlock = int(binary.LittleEndian.Uint32(ranges.at(i)[offsetWidth:]))
	}
	return nil
}

// parsePlatforms reads the header lines of the list of releases, without their "#".
func parsePlatforms(header string) ([]*Platform, error) {
	var h platformHeader
	for line := range strings.Lines(header) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if err := h.line(fields); err != nil {
			return nil, fmt.Errorf("%s: %w", fields[0], err)
		}
	}
	return h.platforms, nil
}

const maxPlatforms = 1000

type platformHeader struct {
	platforms       []*Platform
	announced       int              // number of versions of the last platform
	exclude, except []*regexp.Regexp // of every platform
}

func (h *platformHeader) line(fields []string) error {
	switch fields[0] {
	case "tillwatch-release-files", "date", "columns", "dot-rule":
		return nil
	case "platform":
		return h.platform(fields)
	}
	if len(fields) != 3 {
		return errors.New("want three fields")
	}
	switch fields[0] {
	case "exclude":
		return h.pattern(fields, &h.exclude, func(p *Platform) *[]*regexp.Regexp { return &p.exclude })
	case "exclude-except":
		return h.pattern(fields, &h.except, func(p *Platform) *[]*regexp.Regexp { return &p.except })
	case "extensions", "versions":
		p := h.current(fields[1])
		if p == nil {
			return fmt.Errorf("%q is not the platform of the lines before", fields[1])
		}
		if fields[0] == "extensions" {
			p.extensions = strings.Split(fields[2], ",")
			return nil
		}
		return h.setVersions(p, strings.Split(fields[2], " "))
	}
	// A rule of a later format would change what is covered.
	return errors.New("this program does not know that header line")
}

// current gives the platform that was named last, if that is its name.
func (h *platformHeader) current(name string) *Platform {
	if n := len(h.platforms); n > 0 && h.platforms[n-1].Name == name {
		return h.platforms[n-1]
	}
	return nil
}

func (h *platformHeader) platform(fields []string) error {
	if len(fields) != 7 {
		return errors.New("want seven fields")
	}
	if slices.ContainsFunc(h.platforms, func(p *Platform) bool { return p.Name == fields[1] }) {
		return fmt.Errorf("%q comes twice", fields[1])
	}
	if fields[2] != "official" && fields[2] != "mirror" {
		return fmt.Errorf("%q is neither official nor mirror", fields[2])
	}
	n, err := strconv.Atoi(fields[5])
	if err != nil || n < 1 || n > maxVersions {
		return fmt.Errorf("%q is no number of versions", fields[5])
	}
	if len(h.platforms) == maxPlatforms {
		return fmt.Errorf("more than %d platforms", maxPlatforms)
	}
	h.announced = n
	h.platforms = append(h.platforms, &Platform{
		Name:     fields[1],
		Official: fields[2] == "official",
		strip:    dashed(fields[3]),
		under:    dashed(fields[4]),
		exclude:  slices.Clone(h.exclude),
		except:   slices.Clone(h.except),
	})
	return nil
}

func (h *platformHeader) setVersions(p *Platform, versions []string) error {
	if len(versions) != h.announced {
		return fmt.Errorf("%d versions, where %d were announced", len(versions), h.announced)
	}
	seen := map[string]bool{}
	for _, v := range versions {
		if v == "" || strings.ContainsAny(v, ",") || strings.Contains(v, "..") || seen[v] {
			return fmt.Errorf("%q is no version or comes twice", v)
		}
		seen[v] = true
	}
	p.Versions = versions
	return nil
}

func (h *platformHeader) pattern(fields []string, all *[]*regexp.Regexp, of func(*Platform) *[]*regexp.Regexp) error {
	r, err := regexp.Compile(fields[2])
	if err != nil {
		return err
	}
	switch p := h.current(fields[1]); {
	case fields[1] == "*" && h.platforms == nil:
		*all = append(*all, r)
	case p != nil:
		*of(p) = append(*of(p), r)
	default:
		return fmt.Errorf("%q is not the platform of the lines before", fields[1])
	}
	return nil
}

func dashed(field string) string {
	if field == "-" {
		return ""
	}
	return field
}
