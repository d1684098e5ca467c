package platform

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/known"
)

// The bounds of a look inside.
const (
	maxFolders   = 3000
	maxDeep      = 4
	maxReadFile  = 4 << 20
	maxLock      = 32 << 20 // of a composer.lock
	maxInstances = 40       // of software in one folder
)

// marker is a file by which a software is known, and what states its version in it.
type marker struct {
	software string
	file     string // below the folder of the software
	version  pattern
	beside   string // that must be there too; empty: nothing
}

var markers = []marker{
	{"ec-cube2", "class/SC_Initial.php", re(`define\(\s*['"]ECCUBE_VERSION['"]\s*,\s*['"]([^'"]+)['"]`), ""},
	{"ec-cube", "src/Eccube/Common/Constant.php", re(`const\s+VERSION\s*=\s*['"]([^'"]+)['"]`), ""},
	{"wordpress", "wp-includes/version.php", re(`\$wp_version\s*=\s*['"]([^'"]+)['"]`), ""},
	{"magento1", "app/Mage.php", nil, ""},
	{"prestashop", "config/settings.inc.php", re(`['"]_PS_VERSION_['"]\s*,\s*['"]([^'"]+)['"]`), "classes"},
	{"prestashop", "app/AppKernel.php", re(`const\s+VERSION\s*=\s*['"]([^'"]+)['"]`), "classes"},
	{"prestashop", "src/Core/Version.php", re(`const\s+VERSION\s*=\s*['"]([^'"]+)['"]`), "classes"},
	{"opencart", "index.php", re(`define\(\s*['"]VERSION['"]\s*,\s*['"]([^'"]+)['"]`), "catalog"},
	{"zencart", "includes/version.php", nil, ""},
	{"shopware", "engine/Shopware/Kernel.php", re(`['"]version['"]\s*=>\s*['"](\d[^'"]+)['"]`), ""},
	{"shopware", "engine/Shopware/Application.php", re(`const\s+VERSION\s*=\s*['"](\d[^'"]+)['"]`), ""},
	{"evershop", "node_modules/@evershop/evershop/package.json", re(`"version"\s*:\s*"([^"]+)"`), ""},
}

// folder is what is looked at, opened so that no link leads out of it.
type folder struct {
	root  Root
	place string
	real  string // its own name, without links; empty on another machine
}

// Root is an opened folder. What it opens is listed by ReadDir where it is a folder.
type Root interface {
	Open(name string) (fs.File, error)
	Stat(name string) (fs.FileInfo, error)
	Close() error
}

// here is a folder of this machine.
type here struct{ *os.Root }

func (h here) Open(name string) (fs.File, error) { return h.Root.Open(name) }

// isFar says that a place is on another machine.
func isFar(place string) bool { return strings.HasPrefix(strings.ToLower(place), "sftp://") }

// enter opens the folder of the target; nil where it names a single file.
func (l *look) enter(ctx context.Context) (*folder, error) {
	if isFar(l.target.Place) {
		if l.config.Far == nil {
			return nil, errors.New("files of other machines cannot be looked at here")
		}
		root, err := l.config.Far(ctx, l.target.Place)
		if err != nil {
			return nil, err
		}
		if info, err := root.Stat("."); err != nil || !info.IsDir() {
			return nil, errors.Join(err, root.Close())
		}
		return &folder{root: root, place: l.target.Place}, nil
	}
	info, err := os.Stat(l.target.Place)
	if err != nil || !info.IsDir() {
		return nil, err
	}
	return openFolder(l.target.Place)
}

func openFolder(place string) (*folder, error) {
	real, err := filepath.EvalSymlinks(place)
	if err != nil {
		return nil, err
	}
	if real, err = filepath.Abs(real); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(real)
	return &folder{here{root}, place, real}, err
}

// entries are what lies in a folder, or what could be seen of it.
func (f *folder) entries(dir string) ([]fs.DirEntry, error) {
	d, err := f.root.Open(dir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = d.Close() }() // it was only read from
	list, can := d.(fs.ReadDirFile)
	if !can {
		return nil, errors.New("it is no folder")
	}
	entries, _ := list.ReadDir(-1)
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, nil
}

func (f *folder) at(name string) string {
	if f.real == "" {
		return strings.TrimRight(f.place, "/") + strings.TrimSuffix("/"+path.Clean(name), "/.")
	}
	return filepath.ToSlash(filepath.Join(f.place, name))
}

// read gives a file's content, or the beginning of it.
func (f *folder) read(name string, limit int64) ([]byte, error) {
	file, err := f.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read from
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is no ordinary file")
	}
	return io.ReadAll(io.LimitReader(file, limit))
}

func (f *folder) is(name string) bool {
	_, err := f.root.Stat(name)
	return err == nil
}

// inside looks at a folder. A single file is no software.
func (l *look) inside(ctx context.Context) error {
	f, err := l.enter(ctx)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return l.gap(l.target.Place, "it cannot be opened: "+reason(err))
	case f == nil:
		return nil
	}
	defer func() { _ = f.root.Close() }() // it was only read from
	l.progress("which software lies here", l.target.Place)
	folders, full := f.folders(ctx)
	if err := ctx.Err(); err != nil {
		return err
	}
	in := &inspection{look: l, folder: f, scope: "platform " + l.target.Place}
	for _, dir := range folders {
		in.find(dir)
	}
	for _, r := range in.found {
		if err := in.tell(r); err != nil {
			return err
		}
	}
	if err := in.left(folders); err != nil {
		return err
	}
	if far, is := f.root.(interface{ Lost() error }); is && far.Lost() != nil {
		return l.gap(l.target.Place, "which software lies here could not all be looked at: "+far.Lost().Error())
	}
	if full {
		return l.gap(l.target.Place, "there are too many folders here: which software lies in the others was not looked at; name the folder of the shop")
	}
	return l.report(tillwatch.Pass{Scope: in.scope, At: l.config.Now()})
}

// notOurs are folders in which no software of a shop lies, and many folders do.
func notOurs(name string) bool {
	switch name {
	case "node_modules", "vendor", ".git", ".svn", ".hg", "cache", "tmp", "templates_c", "generated", "locale", "save_image", "upload", "uploads":
		return true
	}
	return false
}

// folders lists the folders down to a depth, those that lie highest first.
func (f *folder) folders(ctx context.Context) (list []string, full bool) {
	list = []string{"."}
	depth := map[string]int{}
	for i := 0; i < len(list) && ctx.Err() == nil; i++ {
		if depth[list[i]] == maxDeep {
			continue
		}
		entries, err := f.entries(list[i])
		if err != nil {
			continue // the sensor for files tells of it
		}
		for _, e := range entries {
			if !e.IsDir() || notOurs(e.Name()) {
				continue
			}
			if len(list) == maxFolders {
				return list, true
			}
			name := path.Join(list[i], e.Name())
			depth[name] = depth[list[i]] + 1
			list = append(list, name)
		}
	}
	return list, false
}

// inspection is one look inside.
type inspection struct {
	*look
	folder *folder
	scope  string
	found  []reading
}

// find adds the software that lies in a folder.
func (in *inspection) find(dir string) {
	for _, m := range markers {
		name := path.Join(dir, m.file)
		if !in.folder.is(name) || m.beside != "" && !in.folder.is(path.Join(dir, m.beside)) || in.has(m.software, dir) {
			continue
		}
		text, err := in.folder.read(name, maxReadFile)
		if err != nil {
			continue
		}
		if version := stateIn(m, text); version != "" {
			in.add(m.software, dir, version, name)
		}
	}
	if strings.HasSuffix(dir, "wp-content/plugins") || strings.HasSuffix(dir, "wp-content/mu-plugins") {
		in.plugins(dir)
	}
	if in.folder.is(path.Join(dir, "composer.lock")) {
		in.packages(path.Join(dir, "composer.lock"))
	}
}

func (in *inspection) has(software, dir string) bool {
	return slices.ContainsFunc(in.found, func(r reading) bool { return r.software == software && r.folder == homeOf(software, dir) })
}

// homeOf is the folder that paths of a software's releases start from. EC-CUBE 2 is known by what lies in its data
// folder, which is often renamed.
func homeOf(software, dir string) string {
	if software == "ec-cube2" {
		return path.Dir(dir)
	}
	return dir
}

func (in *inspection) add(software, dir, version, file string) {
	if len(in.found) == maxInstances || in.has(software, dir) {
		return
	}
	r := reading{
		software: software, folder: homeOf(software, dir), versions: []string{version}, exact: true, certainty: tillwatch.Certain,
		evidence: []tillwatch.Evidence{{What: "this file states version " + version, Where: in.folder.at(file)}},
	}
	r.packaged = in.packageOf(file)
	in.found = append(in.found, r)
}

var (
	mageVersion = re(`(?s)function getVersionInfo\(\).*?'major'\s*=>\s*'(\d+)'.*?'minor'\s*=>\s*'(\d+)'.*?'revision'\s*=>\s*'(\d+)'.*?'patch'\s*=>\s*'(\d*)'`)
	zenMajor    = re(`['"]PROJECT_VERSION_MAJOR['"]\s*,\s*['"]([\d.]+)['"]`)
	zenMinor    = re(`['"]PROJECT_VERSION_MINOR['"]\s*,\s*['"]([\w.-]+)['"]`)
	plain64     = re(`^[\w.+-]{1,64}$`)
)

// stateIn is the version that a marker states.
func stateIn(m marker, text []byte) string {
	version := ""
	switch m.software {
	case "magento1":
		if v := mageVersion().FindSubmatch(text); v != nil {
			version = strings.TrimSuffix(string(v[1])+"."+string(v[2])+"."+string(v[3])+"."+string(v[4]), ".")
		}
	case "zencart":
		major, minor := zenMajor().FindSubmatch(text), zenMinor().FindSubmatch(text)
		if major != nil && minor != nil {
			version = string(major[1]) + "." + string(minor[1])
		}
	default:
		if v := m.version().FindSubmatch(text); v != nil {
			version = string(v[1])
		}
	}
	if !plain64().MatchString(version) || version[0] < '0' || version[0] > '9' {
		return ""
	}
	return version
}

var (
	pluginName    = re(`(?mi)^[ \t/*#@]*Plugin Name:`)
	pluginVersion = re(`(?mi)^[ \t/*#@]*Version:[ \t]*([\w.+-]{1,64})`)
)

// plugins adds the plugins of a WordPress by their headers.
func (in *inspection) plugins(dir string) {
	entries, err := in.folder.entries(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		for _, file := range []string{e.Name() + ".php", "plugin.php", "index.php"} {
			name := path.Join(dir, e.Name(), file)
			head, err := in.folder.read(name, 8<<10) // WordPress itself reads no more
			if err != nil || !pluginName().Match(head) {
				continue
			}
			if v := pluginVersion().FindSubmatch(head); v != nil && v[1][0] >= '0' && v[1][0] <= '9' {
				in.add(e.Name(), path.Join(dir, e.Name()), string(v[1]), name)
			}
			break
		}
	}
}

// packages adds what Composer installed: the shop software, and packages in which something is known to be open.
func (in *inspection) packages(name string) {
	text, err := in.folder.read(name, maxLock)
	if err != nil {
		return
	}
	var lock struct {
		Packages []struct {
			Name    string `json:"name"`
			Version string `json:"version"`
		} `json:"packages"`
	}
	if json.Unmarshal(text, &lock) != nil {
		return // half a lock file is the sensor for files' matter
	}
	dir := path.Dir(name)
	for _, p := range lock.Packages {
		software := known.SoftwareOf(p.Name)
		version := strings.TrimPrefix(p.Version, "v")
		if software == "magento/magento2-base" || software == "magento/product-enterprise-edition" {
			software = "magento2"
		}
		_, shop := names[software]
		if !plain64().MatchString(version) || version[0] < '0' || version[0] > '9' || in.has(software, dir) {
			continue
		}
		if shop || slices.ContainsFunc(in.config.Vulnerabilities.Of(software), func(v known.Vulnerability) bool { return v.Affected.Has(version) }) {
			in.add(software, dir, version, name)
		}
	}
}

// tell reports one software that was found, and what is open in it.
func (in *inspection) tell(r reading) error {
	place := nameOf(r.software)
	if r.folder != "." {
		place += " in " + r.folder
	}
	if err := in.report(r.item(in.scope, place)); err != nil {
		return err
	}
	return in.reportAll(in.judge(r, filepath.ToSlash(in.target.Place), in.prover(r)))
}

// old is how long a maintenance file lies before it is worth a look.
const old = 7 * 24 * time.Hour

func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}
