package manifest

import (
	"encoding/json"
	"path"
	"strings"
)

// Packages are the folders of packages that a lock file lists, below the folder it lies in.
type Packages struct {
	Root    string          // the folder of packages, such as "node_modules" or "vendor", from the tree's root
	Manager string          // "npm" or "Composer"
	listed  map[string]bool // the packages' folders below Root
	vendors map[string]bool // the first folders of those
}

// maxLock bounds a lock file that is read, in bytes.
const maxLock = 64 << 20

// LockFiles says whether a file is one that says which packages belong, and the most of it to read.
func LockFiles(name string) (max int64, ok bool) {
	switch {
	case path.Base(name) == "package-lock.json", path.Base(name) == "npm-shrinkwrap.json", strings.HasSuffix("/"+name, "/vendor/composer/installed.json"):
		return maxLock, true
	}
	return 0, false
}

// ParseLock reads such a file. Nil: it says nothing that can be used.
func ParseLock(name string, text []byte) *Packages {
	if path.Base(name) == "installed.json" {
		return parseComposer(name, text)
	}
	var lock struct {
		Packages map[string]struct {
			Link bool `json:"link"`
		} `json:"packages"`
	}
	if json.Unmarshal(text, &lock) != nil || len(lock.Packages) < 2 {
		return nil
	}
	p := &Packages{Root: joined(path.Dir(name), "node_modules"), Manager: "npm", listed: map[string]bool{}}
	for folder := range lock.Packages {
		if rest, ok := strings.CutPrefix(folder, "node_modules/"); ok {
			p.listed[rest] = true
		}
	}
	return p
}

func parseComposer(name string, text []byte) *Packages {
	type one struct {
		Name    string `json:"name"`
		Install string `json:"install-path"`
	}
	var second struct {
		Packages []one `json:"packages"`
	}
	packages := []one(nil)
	if json.Unmarshal(text, &second) == nil && second.Packages != nil {
		packages = second.Packages
	} else if json.Unmarshal(text, &packages) != nil {
		return nil
	}
	p := &Packages{Root: path.Dir(path.Dir(name)), Manager: "Composer", listed: map[string]bool{"composer": true, "bin": true}}
	for _, one := range packages {
		folder := one.Name
		if one.Install != "" {
			folder = path.Join("composer", one.Install)
		}
		if folder != "" && !strings.HasPrefix(folder, "..") {
			p.listed[folder] = true
		}
	}
	if len(p.listed) < 3 {
		return nil
	}
	p.vendors = map[string]bool{}
	for folder := range p.listed {
		if vendor, _, nested := strings.Cut(folder, "/"); nested {
			p.vendors[vendor] = true
		}
	}
	return p
}

func joined(folder, name string) string {
	if folder == "." {
		return name
	}
	return folder + "/" + name
}

// Foreign gives the folder of the package that a file belongs to, from the tree's root, where no lock file lists it, or
// the file itself where it lies between the packages. It is empty where the file belongs, or lies elsewhere.
func (p *Packages) Foreign(file string) string {
	rest, ok := strings.CutPrefix(file, p.Root+"/")
	if !ok {
		return ""
	}
	parts := strings.Split(rest, "/")
	if strings.HasPrefix(parts[0], ".") { // npm's own folders
		return ""
	}
	if len(parts) == 1 {
		if p.Manager == "Composer" && parts[0] == "autoload.php" {
			return ""
		}
		return file
	}
	for n := len(parts) - 1; n > 0; n-- {
		if p.listed[strings.Join(parts[:n], "/")] {
			return ""
		}
	}
	n := 1
	if strings.HasPrefix(parts[0], "@") || p.Manager == "Composer" && p.vendors[parts[0]] {
		n = 2
	}
	if n >= len(parts) {
		return file
	}
	return p.Root + "/" + strings.Join(parts[:n], "/")
}
