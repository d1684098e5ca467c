package app

import (
	"cmp"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// yaml is the configuration for a shop, with every key that a beginner may want to change.
func (s FoundShop) yaml() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	target := func(found bool, lines ...string) { // what was not found stands there as an example
		for _, l := range lines {
			if !found && !strings.HasPrefix(l, "  #") {
				l = "  #" + strings.TrimPrefix(l, " ")
			}
			line("%s", l)
		}
		line("")
	}
	storefront := s.storefront()
	line("# What Tillwatch watches, and how. All keys: docs/watch.md. tillwatch watch --try says what this file means.")
	line("# ${NAME} in a value is taken from the environment; no secret has to stand here. Paths are relative to this file.")
	line("")
	if u, err := url.Parse(storefront); err == nil && u.Hostname() != "" {
		line("shop: %s", u.Hostname())
	} else {
		line("#shop: shop.example")
	}
	line("#language: ja          # en, ja, ko or id (default: that of whoever starts the watch)")
	line("#state: state          # folder of what is remembered (default: this user's state folder)")
	line("#suppress: suppress.yaml")
	line("#format: json          # one line of JSON for each event, for programs")
	line("")
	line("targets:")
	target(storefront != "", "  # The storefront, walked like a customer up to the payment. No order is placed.",
		"  - page: "+cmp.Or(storefront, "https://shop.example/"), "    interval: 15m",
		"    #authorise: [pay.example]   # who may receive what customers type, besides known payment providers",
		"    #profiles: [ja]             # which customers to walk as")
	target(s.Docroot != "", "  # The files of the shop, looked at as they change, and all of them once an hour.",
		"  - files: "+quoted(cmp.Or(s.Docroot, "/var/www/shop")), "    interval: 1h")
	target(false, "  # The database, read with SELECT only, by a user of its own. Put its password, and nothing else, into the file",
		"  # that password_file names, readable by the watch alone, and take away the # before the lines.",
		"  - database: "+quoted(cmp.Or(s.Database, "mysql://tillwatch@localhost/shop")), "    password_file: database.password")
	target(false, "  # The access log, followed as it grows and is rotated.", "  - log: "+quoted(cmp.Or(s.log(), "/var/log/nginx/access.log")))
	target(s.Repository != "", "  # The repository, looked through for the keys that tillwatch key add has registered.",
		"  - git: "+quoted(cmp.Or(s.Repository, "/srv/git/shop.git")), "    interval: 1h")
	target(false, "  # Keys in files that are in no repository: a folder of backups, what is handed to contractors.",
		"  - keys: "+quoted(cmp.Or(s.Docroot, "/srv/backup")), "    interval: 6h")
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// quoted writes a text so that YAML reads it as it is.
func quoted(s string) string {
	if strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-:@") == "" {
		return s
	}
	return strconv.Quote(s)
}

func (s FoundShop) next(file string) []string {
	var out []string
	if s.storefront() == "" && s.Docroot == "" && s.Repository == "" {
		out = append(out, "name at least one target in "+file)
	} else if s.storefront() == "" {
		out = append(out, "write the address of the storefront into "+file)
	}
	if s.Database != "" {
		out = append(out, "make a database user that may only read, and put its password into a file (see the database target in "+file+")")
	}
	return append(out,
		"tillwatch watch -c "+file+" --try     says what would be watched",
		"tillwatch watch -c "+file,
		"tillwatch inventory approve --all --why \"...\"     once you have looked at what the shop is made of",
	)
}
