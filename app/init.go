package app

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// InitPlan says where to look for a shop and where to write its configuration.
type InitPlan struct {
	Dir   string // a folder of the shop
	Etc   string // where web servers have their configuration; "/etc" on most machines
	Out   string // the file to write
	Force bool   // replace it where it is there
}

// FoundShop is what was found of a shop.
type FoundShop struct {
	Platform   string // as people call it; empty where none was recognised
	Docroot    string // empty where none was found
	Repository string
	Database   string // address of the database without any credentials; empty where none is named
	Hosts      []site
}

// Init finds the shop and writes a tillwatch.yaml for it. It gives what it found, and what to do next, a line each.
// Errors are a *[UsageError]; then nothing was written.
func Init(p InitPlan) (found, next []string, err error) {
	info, err := os.Stat(p.Dir)
	if err != nil || !info.IsDir() {
		return nil, nil, usagef("name a folder of the shop with --dir", "%s is no folder here", p.Dir)
	}
	if _, err := os.Lstat(p.Out); err == nil && !p.Force {
		return nil, nil, usagef("name another file with --out, or replace it with --force", "%s is there already", p.Out)
	}
	shop := findShop(p.Dir, p.Etc)
	err = writeFile(p.Out, func(f *File) error {
		_, err := f.WriteString(shop.yaml())
		return err
	})
	if err != nil {
		return nil, nil, usagef("name a file in a folder that can be written with --out", "%v", err)
	}
	return shop.found(), shop.next(p.Out), nil
}

// findShop looks at a folder first, and at what the web servers serve where that is no shop.
func findShop(dir, etc string) FoundShop {
	sites := findSites(etc)
	if absolute, err := filepath.Abs(dir); err == nil {
		dir = absolute
	}
	shop := recognise(dir)
	if shop.Docroot == "" {
		for _, s := range sites {
			if one := recognise(s.root); s.root != "" && one.Platform != "" {
				shop = one
				break
			}
		}
	}
	for _, s := range sites {
		if s.root != "" && shop.Docroot != "" && (within(s.root, shop.Docroot) || within(shop.Docroot, s.root)) {
			shop.Hosts = append(shop.Hosts, s)
		}
	}
	if len(shop.Hosts) == 0 && len(sites) == 1 { // whoever has one site here means it
		shop.Hosts = sites
		if shop.Docroot == "" {
			shop.Docroot = sites[0].root
		}
	}
	for up := dir; shop.Repository == ""; up = filepath.Dir(up) {
		if exists(up, ".git") {
			shop.Repository = up
		}
		if up == filepath.Dir(up) {
			break
		}
	}
	return shop
}

// platform is a shop's software: a file that only it has, and where it names its database.
type platform struct {
	name     string
	marks    []string // all of them are there
	config   string
	database func(text string) string
}

var platforms = []platform{
	{name: "WordPress with WooCommerce", marks: []string{"wp-includes/version.php", "wp-content/plugins/woocommerce"}, config: "wp-config.php", database: phpDefines("mysql", "DB_HOST", "DB_NAME")},
	{name: "WordPress with Welcart", marks: []string{"wp-includes/version.php", "wp-content/plugins/usc-e-shop"}, config: "wp-config.php", database: phpDefines("mysql", "DB_HOST", "DB_NAME")},
	{name: "WordPress", marks: []string{"wp-includes/version.php"}, config: "wp-config.php", database: phpDefines("mysql", "DB_HOST", "DB_NAME")},
	{name: "EC-CUBE 4", marks: []string{"src/Eccube", "app/config/eccube"}, config: ".env", database: databaseURL},
	{name: "EC-CUBE 3", marks: []string{"src/Eccube"}, config: "app/config/eccube/database.yml", database: yamlDatabase},
	{name: "EC-CUBE 2", marks: []string{"data/class", "html"}, config: "data/config/config.php", database: phpDefines("", "DB_SERVER", "DB_NAME")},
	{name: "Magento 2", marks: []string{"app/etc/env.php", "pub"}, config: "app/etc/env.php", database: phpArray("host", "dbname")},
	{name: "PrestaShop", marks: []string{"classes/PrestaShopAutoload.php"}, config: "app/config/parameters.php", database: phpArray("database_host", "database_name")},
	{name: "PrestaShop", marks: []string{"classes/Product.php", "config/defines.inc.php"}, config: "app/config/parameters.php", database: phpArray("database_host", "database_name")},
	{name: "OpenCart", marks: []string{"catalog/controller", "system/startup.php"}, config: "config.php", database: phpDefines("mysql", "DB_HOSTNAME", "DB_DATABASE")},
	{name: "Zen Cart", marks: []string{"includes/application_top.php", "includes/modules/payment"}, config: "includes/configure.php", database: phpDefines("mysql", "DB_SERVER", "DB_DATABASE")},
	{name: "EverShop", marks: []string{"node_modules/@evershop/evershop"}, config: ".env", database: environment},
}

// recognise says what shop a folder, or the folder above a web root, holds.
func recognise(dir string) FoundShop {
	for _, folder := range []string{dir, filepath.Dir(dir)} {
		for _, p := range platforms {
			if slices.ContainsFunc(p.marks, func(mark string) bool { return !exists(folder, mark) }) {
				continue
			}
			shop := FoundShop{Platform: p.name, Docroot: folder}
			if text, err := readBounded(filepath.Join(folder, p.config), maxSecretFile); err == nil {
				shop.Database = p.database(string(text))
			}
			return shop
		}
	}
	for _, pattern := range []string{"*", "*/*"} {
		names, _ := filepath.Glob(filepath.Join(globbed(dir), pattern)) // the patterns are well formed
		if slices.ContainsFunc(names, func(name string) bool {
			return hasAnySuffix(strings.ToLower(name), ".php", ".html", ".htm", ".js", ".mjs", ".phtml", ".twig", ".tpl")
		}) {
			return FoundShop{Docroot: dir}
		}
	}
	return FoundShop{}
}

// globbed is a path as part of a pattern that fits it alone.
func globbed(dir string) string {
	return strings.NewReplacer(`[`, `\[`, `*`, `\*`, `?`, `\?`, `\`, `\\`).Replace(dir)
}

func exists(dir, name string) bool {
	_, err := os.Stat(filepath.Join(dir, filepath.FromSlash(name)))
	return err == nil
}

func within(inner, outer string) bool {
	rest, err := filepath.Rel(outer, inner)
	return err == nil && rest != ".." && !strings.HasPrefix(rest, ".."+string(filepath.Separator))
}

// address is that of a database, without credentials. A host may have a port or be a socket.
func address(scheme, host, name string) string {
	if name == "" || strings.ContainsAny(name, "/?#@ \t\"'<>$") {
		return ""
	}
	if host == "" || strings.ContainsAny(host, "/?#@ \t\"'<>$") {
		host = "localhost"
	}
	if h, port, err := net.SplitHostPort(host); err == nil && (port == "" || strings.Trim(port, "0123456789") != "") {
		host = h
	}
	return scheme + "://tillwatch@" + host + "/" + name
}

// matched is what the first group of a pattern that took part holds.
func matched(pattern *regexp.Regexp, text string) string {
	for _, group := range slices.Concat([]string{}, pattern.FindStringSubmatch(text), []string{"", ""})[1:] {
		if group != "" {
			return group
		}
	}
	return ""
}

// phpDefines reads define('NAME', 'value') lines. Where no scheme is given, DB_TYPE names it.
func phpDefines(scheme, host, name string) func(string) string {
	value := func(text, constant string) string {
		return matched(regexp.MustCompile(`define\s*\(\s*['"]`+constant+`['"]\s*,\s*(?:'([^']*)'|"([^"]*)")`), text)
	}
	return func(text string) string {
		scheme := scheme
		if scheme == "" {
			scheme = "mysql"
			if strings.HasPrefix(value(text, "DB_TYPE"), "pg") {
				scheme = "postgres"
			}
		}
		return address(scheme, value(text, host), value(text, name))
	}
}

// phpArray reads 'key' => 'value' of a file that returns an array.
func phpArray(host, name string) func(string) string {
	value := func(text, key string) string {
		return matched(regexp.MustCompile(`['"]`+key+`['"]\s*=>\s*(?:'([^']*)'|"([^"]*)")`), text)
	}
	return func(text string) string { return address("mysql", value(text, host), value(text, name)) }
}

var databaseLine = regexp.MustCompile(`(?m)^\s*DATABASE_URL\s*=\s*['"]?(\w+)://(?:[^\s'"/]*@)?([^\s'"/@]*)/([^\s'"?]+)`)

// databaseURL reads DATABASE_URL=scheme://user:password@host/name, of which user and password are left out.
func databaseURL(text string) string {
	found := databaseLine.FindStringSubmatch(text)
	if found == nil {
		return ""
	}
	switch scheme := found[1]; {
	case strings.HasPrefix(scheme, "mysql"), strings.HasPrefix(scheme, "mariadb"):
		return address("mysql", found[2], found[3])
	case strings.HasPrefix(scheme, "postgres"), strings.HasPrefix(scheme, "pgsql"):
		return address("postgres", found[2], found[3])
	}
	return ""
}

func yamlDatabase(text string) string {
	value := func(key string) string {
		return matched(regexp.MustCompile(`(?m)^\s*`+key+`:\s*['"]?([^'"\s]+)`), text)
	}
	scheme := "mysql"
	if strings.Contains(value("driver"), "pgsql") {
		scheme = "postgres"
	}
	return address(scheme, value("host"), value("dbname"))
}

// environment reads DB_HOST and DB_NAME of an .env file; EverShop knows PostgreSQL only.
func environment(text string) string {
	value := func(key string) string {
		return matched(regexp.MustCompile(`(?m)^\s*`+key+`\s*=\s*['"]?([^'"\s]+)`), text)
	}
	return address("postgres", value("DB_HOST"), value("DB_NAME"))
}

func (s FoundShop) storefront() string {
	for _, secure := range []bool{true, false} {
		for _, h := range s.Hosts {
			if h.secure == secure && h.name != "" {
				if secure {
					return "https://" + h.name + "/"
				}
				return "http://" + h.name + "/"
			}
		}
	}
	return ""
}

func (s FoundShop) found() []string {
	var out []string
	add := func(what, value string) {
		if value != "" {
			out = append(out, fmt.Sprintf("%-12s %s", what, value))
		}
	}
	add("shop", s.Platform)
	add("storefront", s.storefront())
	add("files", s.Docroot)
	add("database", s.Database)
	add("log", s.log())
	add("repository", s.Repository)
	if len(out) == 0 {
		out = []string{"no shop that this program knows: write its targets into the file"}
	}
	return out
}

func (s FoundShop) log() string {
	for _, h := range s.Hosts {
		if h.log != "" {
			return h.log
		}
	}
	return ""
}
