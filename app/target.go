package app

import (
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/files"
)

// ParseTargets recognises each target by its shape or its prefix and gives all of them the same shop: targets named
// together belong together. Errors are a *[UsageError] and repeat no credentials.
func ParseTargets(words []string) ([]tillwatch.Target, error) {
	var targets []tillwatch.Target
	for _, word := range words {
		recognised, err := parseTarget(word)
		if err != nil {
			return nil, err
		}
		for _, t := range recognised {
			if !slices.Contains(targets, t) {
				targets = append(targets, t)
			}
		}
	}
	shop := shopOf(targets)
	for i := range targets {
		targets[i].Shop = shop
	}
	return targets, nil
}

var kindWords = map[tillwatch.Kind]string{
	tillwatch.KindPage:     "a storefront",
	tillwatch.KindFiles:    "files of a shop",
	tillwatch.KindDatabase: "a database",
	tillwatch.KindLog:      "an access log",
	tillwatch.KindIssued:   "an issuer's log",
	tillwatch.KindMembers:  "a list of members",
	tillwatch.KindSource:   "a source repository",
	tillwatch.KindKeys:     "files that may hold keys",
}

// parseTarget gives more than one target where one word names two things: files are judged by what they do, and keys are
// looked for in them, where the folder is a repository in its history, too.
func parseTarget(word string) ([]tillwatch.Target, error) {
	if prefix, rest, found := strings.Cut(word, ":"); found {
		kind := tillwatch.Kind(prefix)
		if _, known := kindWords[kind]; known {
			return ofKind(kind, rest)
		}
	}
	lower := strings.ToLower(word)
	switch {
	case word == "":
		return nil, usagef("name a storefront: tillwatch check https://shop.example/", "a target is empty")
	case strings.HasPrefix(lower, "sftp://"):
		return ofKind(tillwatch.KindFiles, word)
	case word == "-":
		return ofKind(tillwatch.KindLog, word)
	case strings.HasSuffix(lower, ".git"), strings.HasPrefix(lower, "git@"):
		return ofKind(tillwatch.KindSource, word)
	case strings.HasPrefix(lower, "http://"), strings.HasPrefix(lower, "https://"):
		return ofKind(tillwatch.KindPage, word)
	case hasAnyPrefix(lower, "mysql://", "mariadb://", "postgres://", "postgresql://", "sqlite:", "sqlite3:"):
		return ofKind(tillwatch.KindDatabase, word)
	}
	return byFile(word)
}

func byFile(word string) ([]tillwatch.Target, error) {
	info, err := os.Stat(word)
	if err != nil {
		if scheme, _, found := strings.Cut(word, "://"); found {
			return nil, usagef("a storefront begins with http:// or https://, a folder on another machine with sftp://", "a target cannot begin with %s://", scheme)
		}
		if looksLikeHost(word) {
			return nil, usagef("did you mean https://"+word+"?", "%s is no file or folder here", word)
		}
		return nil, usagef("a storefront begins with http:// or https://", "%s is no file or folder here", word)
	}
	codeAndKeys := []tillwatch.Target{{Kind: tillwatch.KindFiles, Place: word}, {Kind: tillwatch.KindKeys, Place: word}}
	switch {
	case info.IsDir() && exists(word, ".git"):
		return []tillwatch.Target{{Kind: tillwatch.KindFiles, Place: word}, {Kind: tillwatch.KindSource, Place: word}}, nil
	case info.IsDir(), isCode(word):
		return codeAndKeys, nil
	case isSQLite(word):
		return ofKind(tillwatch.KindDatabase, "sqlite:"+word)
	case isLog(word):
		return ofKind(tillwatch.KindLog, word)
	case mayHoldKeys(word):
		return ofKind(tillwatch.KindKeys, word)
	}
	return nil, usagef("say what it is with a prefix, as in files:"+word+" (code), log:"+word+", keys:"+word+" (keys in any file, archives included) or sqlite:"+word,
		"%s does not show by its name what it is", word)
}

// isCode says whether a file has the name of one that a shop runs, shows or is set up by.
func isCode(file string) bool {
	lower := strings.ToLower(filepath.Base(file))
	return hasAnySuffix(lower, ".js", ".mjs", ".cjs", ".php", ".phtml", ".php3", ".php4", ".php5", ".php7", ".php8", ".pht", ".phar", ".inc", ".module", ".html", ".htm", ".xhtml", ".svg", ".tpl", ".twig",
		".pl", ".pm", ".cgi", ".py", ".wsgi", ".rb", ".sh", ".java", ".jsp", ".jspx", ".jspf", ".asp", ".asa", ".cer", ".cdx", ".aspx", ".ashx", ".asmx", ".cfm", ".cfc", ".shtml") ||
		slices.Contains([]string{".htaccess", ".user.ini", "php.ini", "crontab"}, lower)
}

// isLog says whether a file has the name of a log, as servers and rotation give it: access.log, access.log.2.gz, access_log-20261129.
func isLog(file string) bool {
	lower := strings.ToLower(filepath.Base(file))
	return hasAnySuffix(lower, ".log", ".gz", ".zst") && !hasAnySuffix(lower, ".tar.gz", ".tar.zst", ".sql.gz", ".sql.zst") ||
		strings.Contains(lower, ".log.") || strings.Contains(lower, "access_log")
}

// mayHoldKeys says whether a file has the name of settings, of a dump or of an archive.
func mayHoldKeys(file string) bool {
	lower := strings.ToLower(filepath.Base(file))
	return strings.HasPrefix(lower, ".env") || hasAnySuffix(lower, ".env", ".ini", ".conf", ".cnf", ".json", ".yml", ".yaml", ".toml", ".xml", ".properties", ".pem", ".key", ".txt", ".md",
		".sql", ".sql.gz", ".sql.zst", ".bak", ".zip", ".tar", ".tgz", ".tar.gz", ".tar.zst", ".jar", ".ts", ".go")
}

// isSQLite says whether a file begins as SQLite's do: https://www.sqlite.org/fileformat2.html, section 1.3.
func isSQLite(file string) bool {
	f, err := os.Open(file)
	if err != nil {
		return false
	}
	defer f.Close()
	magic := make([]byte, 16)
	_, err = io.ReadFull(f, magic)
	return err == nil && string(magic) == "SQLite format 3\x00"
}

func ofKind(kind tillwatch.Kind, place string) ([]tillwatch.Target, error) {
	if place == "" {
		return nil, usagef("put it after the colon, as in page:https://shop.example/", "%s: names no place", kind)
	}
	if kind == tillwatch.KindPage {
		return pageTarget(place)
	}
	if kind == tillwatch.KindDatabase {
		return databaseTarget(place)
	}
	if kind == tillwatch.KindFiles && files.IsFar(place) {
		return folderTarget(place)
	}
	return []tillwatch.Target{{Kind: kind, Place: withoutCredentials(place)}}, nil
}

func pageTarget(place string) ([]tillwatch.Target, error) {
	u, err := url.Parse(place)
	if err != nil { // the error repeats the address, and so a password in it
		return nil, usagef("write it as in a browser: https://shop.example/", "the address of the storefront cannot be read")
	}
	u.Scheme = strings.ToLower(u.Scheme)
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, usagef("write it as in a browser: https://shop.example/",
			"%s is no address of a storefront", withoutCredentials(place))
	}
	if u.User != nil {
		u.User = nil
		return nil, usagef("set TILLWATCH_BASIC_AUTH=user:password or use --auth-file: what is on the command line, "+
			"every user of this machine can read", "the address of %s holds credentials", u)
	}
	if u.Path == "" {
		u.Path = "/"
	}
	u.Fragment = ""
	return []tillwatch.Target{{Kind: tillwatch.KindPage, Place: u.String()}}, nil
}

// withoutCredentials cuts user and password out of anything that has the shape of scheme://user:password@host.
func withoutCredentials(place string) string {
	scheme, rest, found := strings.Cut(place, "://")
	if !found {
		return place
	}
	authority, path := rest, ""
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		authority, path = rest[:i], rest[i:]
	}
	return scheme + "://" + authority[strings.LastIndex(authority, "@")+1:] + path
}

// withoutImplied leaves out the look for keys that goes with files where it cannot be taken: nobody asked for it by name.
func withoutImplied(targets []tillwatch.Target, known sensors) []tillwatch.Target {
	return slices.DeleteFunc(slices.Clone(targets), func(t tillwatch.Target) bool {
		_, can := known[t.Kind]
		return !can && impliedBy(t, targets)
	})
}

// impliedBy says that a target is there because the files at its place are looked at.
func impliedBy(t tillwatch.Target, targets []tillwatch.Target) bool {
	files := tillwatch.Target{Kind: tillwatch.KindFiles, Place: t.Place, Shop: t.Shop}
	return (t.Kind == tillwatch.KindSource || t.Kind == tillwatch.KindKeys) && slices.Contains(targets, files)
}

// shopOf names the shop by the host of its storefront, and without one by its first target; of files that is where they
// are, so that "." is not one shop wherever the operator happens to be.
func shopOf(targets []tillwatch.Target) string {
	for _, t := range targets {
		if u, err := url.Parse(t.Place); t.Kind == tillwatch.KindPage && err == nil {
			return strings.ToLower(u.Hostname())
		}
	}
	if len(targets) == 0 {
		return ""
	}
	if files.IsFar(targets[0].Place) {
		return targets[0].Place
	}
	if place, err := filepath.Abs(targets[0].Place); err == nil && targets[0].Kind == tillwatch.KindFiles {
		return place
	}
	return targets[0].Place
}

func looksLikeHost(word string) bool {
	host, _, _ := strings.Cut(word, "/")
	host, _, _ = strings.Cut(host, ":")
	return host == "localhost" || strings.Contains(strings.Trim(host, "."), ".")
}

func hasAnyPrefix(s string, prefixes ...string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

func hasAnySuffix(s string, suffixes ...string) bool {
	for _, suffix := range suffixes {
		if strings.HasSuffix(s, suffix) {
			return true
		}
	}
	return false
}
