package php

import (
	"bytes"
	"regexp"
	"strings"
	"sync"

	"github.com/tillwatch/tillwatch"
)

// IsSettings tells by a file's name whether [Settings] reads it: .htaccess, .user.ini and php.ini, by whatever ending a
// server is told to look for, and tables of cron.
func IsSettings(name string) bool {
	lower := strings.ToLower(name)
	return lower == ".htaccess" || lower == "htaccess" || lower == ".user.ini" || lower == "user.ini" || lower == "php.ini" || strings.HasPrefix(lower, "php.ini-") || lower == "crontab" || strings.HasSuffix(lower, ".crontab") || lower == "web.config"
}

const maxSettings = 1 << 20

var (
	settingPrepend = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)^\s*(?:php_(?:admin_)?value\s+)?(auto_prepend_file|auto_append_file)\s*=?\s*["']?([^"'\s;]+)`)
	})
	settingHandler = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)^\s*(AddHandler|AddType|SetHandler|ForceType|Action)\s+(.+)$`)
	})
	settingEngine = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)^\s*php_(?:admin_)?(?:flag|value)\s+engine\s+(on|1)\b`)
	})
	settingRedirect = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)^\s*(RewriteRule|Redirect(?:Match|Permanent|Temp)?)\s+(.*?)(https?://([^/\s"'$%]+)\S*)`)
	})
	settingInclude = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)^\s*(?:php_(?:admin_)?(?:flag|value)\s+)?(allow_url_include|disable_functions|zend_extension|extension)\s*=?\s*["']?([^"'\s;]*)`)
	})
	cronLine = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^\s*(@\w+|[\d*/,\-]+\s+[\d*/,\-]+\s+[\d*/,\-\w]+\s+[\d*/,\-\w]+\s+[\d*/,\-\w]+)\s+(.+)$`)
	})
	section = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)^\s*<(Files|FilesMatch|Location|LocationMatch|Directory)\s+(~\s*)?"?([^">]+)"?>`)
	})
	tillPath = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)checkout|payment|onepage|onestep|shopping|cart|order|billing|kasse|purchase`)
	})
)

// Settings judges a file that tells a web server or PHP what to run, or cron. uploads says that it lies in a folder of
// uploads, where code has no place. It looks at the first 1 MB.
func Settings(name string, uploads bool, content []byte, o Options) *Analysis {
	a := &Analysis{}
	if len(content) > maxSettings {
		content = content[:maxSettings]
		a.Partial = "too large: only the first 1 MB was looked at"
	}
	var prepend, skim, shell []Reason
	files := ""
	for i, line := range strings.Split(strings.ReplaceAll(string(content), "\r", ""), "\n") {
		if i > 20_000 {
			a.Partial = "too large: only the first 20,000 lines were looked at"
			break
		}
		if trimmed := strings.TrimSpace(line); trimmed == "" || trimmed[0] == '#' || trimmed[0] == ';' {
			continue
		}
		if len(line) > 4000 {
			line = line[:4000]
		}
		column := len(line) - len(strings.TrimLeft(line, " \t")) + 1
		add := func(list *[]Reason, points int, what, host string) {
			*list = append(*list, Reason{What: what, Line: i + 1, Column: column, Host: host, points: points})
		}
		if m := section().FindStringSubmatch(line); m != nil {
			files = m[3]
		} else if strings.HasPrefix(strings.TrimSpace(line), "</") {
			files = ""
		}
		switch {
		case strings.Contains(strings.ToLower(name), "cron"):
			if m := cronLine().FindStringSubmatch(line); m != nil {
				if shellPatterns().MatchString(m[2]) {
					add(&shell, 82, "cron runs a command that fetches code and runs it, or opens a shell to somebody else", "")
				} else if strings.Contains(m[2], "/tmp/") || strings.Contains(m[2], "/dev/shm/") {
					add(&shell, 58, "cron runs a file out of a folder that anybody can write to", "")
				}
			}
			continue
		case settingPrepend().MatchString(line):
			m := settingPrepend().FindStringSubmatch(line)
			if v := strings.ToLower(m[2]); v == "none" || v == "off" || v == "0" {
				continue
			}
			points, what := prependPoints(m[2])
			add(&prepend, points, "has "+what+" run "+map[bool]string{true: "before", false: "after"}[strings.EqualFold(m[1], "auto_prepend_file")]+" each page ("+strings.ToLower(m[1])+")", "")
		case settingHandler().MatchString(line):
			if points, what := handlerPoints(settingHandler().FindStringSubmatch(line), files, uploads); points > 0 {
				add(&prepend, points, what, "")
			}
		case settingEngine().MatchString(line) && uploads:
			add(&prepend, 58, "switches PHP on in a folder of uploads", "")
		case settingRedirect().MatchString(line):
			m := settingRedirect().FindStringSubmatch(line)
			host := strings.ToLower(strings.Split(m[4], ":")[0])
			if tillPath().MatchString(m[2]) && o.stranger(host) {
				add(&skim, 56, "leads customers from the till to "+host, host)
			}
		case settingInclude().MatchString(line):
			m := settingInclude().FindStringSubmatch(line)
			v := strings.ToLower(m[2])
			switch strings.ToLower(m[1]) {
			case "allow_url_include":
				if v == "on" || v == "1" || v == "true" {
					add(&prepend, 45, "lets PHP run code of other servers (allow_url_include)", "")
				}
			case "extension", "zend_extension":
				if strings.HasPrefix(v, "/tmp") || strings.HasPrefix(v, "/var/tmp") || strings.HasPrefix(v, "/dev/shm") || IsUploads(v) {
					add(&prepend, 75, "loads an extension out of a folder that anybody can write to", "")
				}
			}
		}
		if strings.Contains(line, "<?php") || strings.Contains(line, "<?=") {
			add(&prepend, 66, "holds PHP code, in a file that says what is run", "")
		}
	}
	for _, v := range []Verdict{grade(Prepend, prepend), grade(Skimmer, skim), grade(Webshell, shell)} {
		if v.Score >= scaleLow {
			a.Verdicts = append(a.Verdicts, v)
		}
	}
	return a
}

// stranger tells whether a host is neither the shop's own nor that of a payment provider.
func (o Options) stranger(host string) bool {
	if host == "" || !strings.Contains(host, ".") || host == "localhost" {
		return false
	}
	own := o.Own != "" && (host == o.Own || strings.HasSuffix(host, "."+o.Own) || strings.HasSuffix(o.Own, "."+host))
	return !own && (o.Provider == nil || !o.Provider(host))
}

// IsUploads tells whether a folder is one that shops keep pictures and what customers upload in.
func IsUploads(folder string) bool {
	lower := "/" + strings.ToLower(strings.ReplaceAll(folder, "\\", "/")) + "/"
	for _, w := range []string{"/upload/", "/uploads/", "/media/", "/images/", "/image/", "/img/", "/save_image/", "/temp_image/", "/cache/", "/tmp/", "/files/", "/pub/media/", "/user_data/"} {
		if strings.Contains(lower, w) {
			return true
		}
	}
	return false
}

// prependPoints says how telling it is that this file is run with each page.
func prependPoints(path string) (int, string) {
	lower := strings.ToLower(path)
	base := lower[strings.LastIndexByte(lower, '/')+1:]
	switch {
	case strings.Contains(lower, "://") || strings.HasPrefix(lower, "data:"):
		return 88, "code of another server"
	case imageNames[suffix(lower)] || suffix(lower) == "txt" || suffix(lower) == "log" || suffix(lower) == "css" || suffix(lower) == "js" || suffix(lower) == "svg":
		return 85, "a file that says it holds no code"
	case strings.HasPrefix(lower, "/tmp/") || strings.HasPrefix(lower, "/var/tmp/") || strings.HasPrefix(lower, "/dev/shm/") || IsUploads(lower[:max(strings.LastIndexByte(lower, '/'), 0)]):
		return 82, "a file out of a folder that others can write to"
	case strings.HasPrefix(base, ".") || !strings.Contains(base, "."):
		return 65, "a hidden file"
	case base == "wordfence-waf.php" || strings.Contains(base, "firewall") || strings.Contains(base, "-waf") || strings.Contains(base, "ninja"):
		return 30, "a file that says it is a firewall's"
	}
	return 52, "a file"
}

// handlerPoints says how telling it is that files with such names are run as PHP.
func handlerPoints(m []string, files string, uploads bool) (int, string) {
	args := strings.Fields(strings.ReplaceAll(m[2], "\"", ""))
	if len(args) == 0 {
		return 0, ""
	}
	runner := strings.ToLower(args[0])
	if !strings.Contains(runner, "php") && !strings.Contains(runner, "cgi-script") && !strings.Contains(runner, "proxy:") || strings.Contains(runner, "source") || strings.Contains(strings.ToLower(m[1]), "action") && !strings.Contains(runner, "php") {
		return 0, ""
	}
	var suffixes []string
	switch strings.ToLower(m[1]) {
	case "sethandler", "forcetype":
		suffixes = namesIn(files)
		if files == "" {
			suffixes = []string{""}
		}
	default:
		for _, a := range args[1:] {
			suffixes = append(suffixes, strings.ToLower(strings.TrimPrefix(a, ".")))
		}
	}
	for _, s := range suffixes {
		switch {
		case s == "" && uploads:
			return 72, "has every file in a folder of uploads run as code"
		case s == "" && strings.Contains(runner, "cgi-script"):
			return 0, ""
		case s == "":
			return 25, "has every file here run as code"
		case imageNames[s] || s == "txt" || s == "log" || s == "css" || s == "svg" || s == "xml" || s == "json" || s == "dat" || s == "bak":
			return 84, "has files that say they hold no code (." + s + ") run as PHP"
		case s == "js" || !runs(s) && s != "html" && s != "htm" && s != "shtml" && s != "cgi" && s != "pl" && s != "py" && s != "php56" && !strings.HasPrefix(s, "php") && s != "fcgi" && s != "sh" && s != "xhtml" && s != "tpl" && s != "module":
			return 60, "has files with an unusual ending (." + s + ") run as PHP"
		case uploads:
			return 55, "has files in a folder of uploads run as PHP"
		}
	}
	return 0, ""
}

// namesIn are the endings that a pattern of names is about.
func namesIn(pattern string) []string {
	var list []string
	for _, w := range strings.FieldsFunc(strings.ToLower(pattern), func(r rune) bool { return r > 0x7f || !wordBytes[byte(r)] }) {
		if imageNames[w] || w == "php" || w == "txt" || w == "log" || w == "css" || w == "svg" || w == "phtml" || w == "html" || w == "htm" || w == "xml" || w == "dat" || w == "ph" {
			list = append(list, w)
		}
	}
	return list
}

func grade(kind Kind, reasons []Reason) Verdict {
	v := Verdict{Kind: kind, Reasons: reasons}
	for i, r := range reasons {
		if r.points > v.Score {
			v.Score = r.points
			reasons[0], reasons[i] = reasons[i], reasons[0]
		}
	}
	v.Severity = severityOf(v.Score)
	return v
}

func severityOf(score int) tillwatch.Severity {
	switch {
	case score >= scaleHigh:
		return tillwatch.High
	case score >= scaleMedium:
		return tillwatch.Medium
	case score >= scaleLow:
		return tillwatch.Low
	}
	return tillwatch.Info
}

// IsArchive tells by a file's name whether other files are packed in it, or texts of all kinds: what stands there is not
// run where it stands.
func IsArchive(name string) bool {
	switch suffix(strings.ToLower(name)) {
	case "zip", "gz", "tar", "tgz", "bz2", "xz", "phar", "sql", "md", "rst", "diff", "patch", "po", "pot", "pdf", "jar", "deb", "phpt", "map", "log", "go", "py", "java", "ts", "scss", "less":
		return true
	}
	return false
}

// Stray judges PHP code in a picture or another file that is shown and never run: whatever it does, somebody put it there.
func Stray(name string, content []byte) (Verdict, bool) {
	if !imageNames[suffix(strings.ToLower(name))] {
		return Verdict{}, false
	}
	i := bytes.Index(bytes.ToLower(content), []byte("<?php"))
	if i < 0 || i+6 > len(content) || content[i+5] > ' ' {
		return Verdict{}, false
	}
	r := Reason{What: "holds PHP code in a file that says it is a picture or data", points: 56}
	r.Line, r.Column = newLines(string(content)).at(i)
	return grade(Webshell, []Reason{r}), true
}
