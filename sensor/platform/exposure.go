package platform

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
)

// exposure is one thing that nobody should be able to fetch from a shop, known by its content and not by its name.
type exposure struct {
	software string // that has it; empty: any
	paths    []string
	what     string
	severity tillwatch.Severity
	proves   func(content []byte) bool
}

func has(text string) func([]byte) bool {
	p := re(text)
	return func(b []byte) bool { return p().Match(b) }
}

func begins(texts ...string) func([]byte) bool {
	return func(b []byte) bool {
		return slices.ContainsFunc(texts, func(t string) bool { return bytes.HasPrefix(b, []byte(t)) })
	}
}

// plain is for files that are text: a page that says something of the kind is none.
func plain(proves func([]byte) bool) func([]byte) bool {
	return func(b []byte) bool { return !markup().Match(b) && proves(b) }
}

var markup = re(`(?i)^\s*(<!doctype html|<html|<head|<\?xml|<!--)`)

// what is exposed, in words; the report says each in the reader's language.
const (
	whatGit      = "the folder of the version control, with the shop's source and often its keys"
	whatSettings = "the shop's settings, with its keys and passwords"
	whatDump     = "a copy of the shop's database, with what customers gave"
	whatArchive  = "an archive that looks like a backup of the shop"
	whatDatabase = "the shop's database"
	whatLog      = "a log of the shop, in which customers' data may stand"
	whatData     = "the shop's data folder, which should lie outside what the web server serves"
	whatInstall  = "the installer, with which the shop can be set up anew"
	whatInfo     = "a page with all settings of PHP"
	whatList     = "the list of the software that the shop is built of, with versions"
	whatListing  = "a list of the files in a folder"
	whatTool     = "a tool for the database"
	whatAdmin    = "the log-in of the administration at its usual address"
)

var (
	settings  = plain(has(`(?m)^[A-Z][A-Z0-9_]+=\S`))
	phpSource = has(`^\s*<\?php`)
	dump      = plain(has(`(?i)(-- (MySQL|MariaDB) dump|-- PostgreSQL database dump|CREATE TABLE [^;(]+\(|INSERT INTO [^;]+VALUES)`))
	archive   = begins("PK\x03\x04", "\x1f\x8b\x08", "BZh", "\xfd7zXZ", "\x28\xb5\x2f\xfd")
	sqlite    = begins("SQLite format 3\x00")
	listing   = has(`(?i)<title>(Index of /|Directory listing for /)`)
	logLines  = plain(has(`(?m)^[^\n]{0,3}\[?\d{4}[-/]\d{2}[-/]\d{2}[T ]\d{2}:\d{2}:\d{2}`))
)

// exposures are asked for from outside and looked for inside. HOST stands for the shop's name.
var exposures = []exposure{
	{"", []string{".git/HEAD"}, whatGit, tillwatch.High, plain(has(`^(ref: refs/|[0-9a-f]{40}\s*$)`))},
	{"", []string{".svn/wc.db"}, whatGit, tillwatch.High, sqlite},
	{"", []string{".hg/requires"}, whatGit, tillwatch.High, plain(has(`^(revlogv1|dotencode|fncache|generaldelta|share-safe|store)`))},
	{"", []string{".env", ".env.local", ".env.prod", ".env.bak", ".env.old"}, whatSettings, tillwatch.High, settings},
	{"", []string{"auth.json"}, whatSettings, tillwatch.High, plain(has(`"(http-basic|github-oauth|bearer)"\s*:`))},
	{"", []string{"HOST.sql", "backup.sql", "dump.sql", "db.sql", "database.sql", "data.sql"}, whatDump, tillwatch.Critical, dump},
	{"", []string{"HOST.sql.gz", "HOST.zip", "HOST.tar.gz", "HOST.tgz", "backup.zip", "backup.tar.gz", "www.zip", "public_html.zip"}, whatArchive, tillwatch.High, archive},
	{"", []string{"phpinfo.php", "info.php", "test.php"}, whatInfo, tillwatch.Medium, has(`(?s)<title>(PHP [\d.]+\S* - )?phpinfo\(\)</title>.*PHP Version`)},
	{"", []string{"composer.lock"}, whatList, tillwatch.Low, func(b []byte) bool {
		return bytes.HasPrefix(bytes.TrimSpace(b), []byte("{")) && bytes.Contains(b, []byte(`"content-hash"`))
	}},
	{"", []string{"adminer.php"}, whatTool, tillwatch.Medium, has(`(?i)<title>[^<]*Adminer`)},
	{"", []string{"phpmyadmin/"}, whatTool, tillwatch.Low, has(`(?i)<title>[^<]*phpMyAdmin`)},

	{"ec-cube2", []string{"data/Smarty/templates/default/site_frame.tpl", "../data/Smarty/templates/default/site_frame.tpl"}, whatData, tillwatch.High, has(`<!--\{(\$|include|strip|/)`)},
	{"ec-cube2", []string{"data/logs/site.log", "data/logs/error.log"}, whatLog, tillwatch.High, logLines},
	{"ec-cube2", []string{"install/"}, whatInstall, tillwatch.High, has(`(?i)EC-?\s?CUBE[^<]{0,40}(インストール|install)`)},
	{"ec-cube2", []string{"admin/"}, whatAdmin, tillwatch.Low, login(`管理機能|EC-?CUBE`)},
	{"ec-cube", []string{"install.php", "html/install.php", "install"}, whatInstall, tillwatch.High, has(`(?i)<title>[^<]{0,60}EC-?CUBE[^<]{0,40}(インストール|install)`)},
	{"ec-cube", []string{"app/config/eccube/config.yml", "app/config/eccube/database.yml"}, whatSettings, tillwatch.High, plain(has(`(?m)^\s*(auth_magic|password|database):`))},
	{"ec-cube", []string{"var/eccube.db"}, whatDatabase, tillwatch.Critical, sqlite},
	{"ec-cube", []string{"var/log/", "app/log/"}, whatListing, tillwatch.Medium, listing},
	{"ec-cube", []string{".maintenance"}, whatList, tillwatch.Low, plain(has(`^(auto_maintenance|normal|auto)[a-z_]*:`))},
	{"ec-cube", []string{"admin/login", "admin/"}, whatAdmin, tillwatch.Low, login(`EC-?CUBE|管理`)},
	{"magento1", []string{"app/etc/local.xml"}, whatSettings, tillwatch.High, has(`(?s)<config>.*<(key|password)>`)},
	{"magento1", []string{"downloader/"}, whatAdmin, tillwatch.Medium, login(`Magento Connect`)},
	{"magento1", []string{"var/export/", "dev/"}, whatListing, tillwatch.Medium, listing},
	{"magento2", []string{"app/etc/env.php"}, whatSettings, tillwatch.High, phpSource},
	{"magento2", []string{"setup/"}, whatInstall, tillwatch.Medium, has(`(?i)<title>[^<]*Magento[^<]*(Setup|Installation)`)},
	{"magento2", []string{"media/customer_address/", "pub/media/customer_address/", "var/export/"}, whatListing, tillwatch.Medium, listing},
	{"wordpress", []string{"wp-config.php.bak", "wp-config.php~", "wp-config.php.save", "wp-config.old", "wp-config.txt"}, whatSettings, tillwatch.High, has(`DB_PASSWORD`)},
	{"wordpress", []string{"wp-content/debug.log"}, whatLog, tillwatch.Medium, plain(has(`^\[\d{2}-\w{3}-\d{4} [\d:]+ [^\]]+\] PHP`))},
	{"wordpress", []string{"wp-admin/install.php"}, whatInstall, tillwatch.High, has(`(?s)<title>WordPress[^<]*</title>.*name="(weblog_title|language)"`)},
	{"prestashop", []string{"install/", "install-dev/"}, whatInstall, tillwatch.High, has(`(?i)<title>[^<]*PrestaShop[^<]*(Installation|Install)`)},
	{"prestashop", []string{"admin/"}, whatAdmin, tillwatch.Low, login(`PrestaShop`)},
	{"opencart", []string{"install/"}, whatInstall, tillwatch.High, has(`(?i)<title>[^<]*(OpenCart|Installation)`)},
	{"opencart", []string{"system/storage/logs/error.log"}, whatLog, tillwatch.Medium, logLines},
	{"opencart", []string{"admin/"}, whatAdmin, tillwatch.Low, login(`Administration|OpenCart`)},
	{"zencart", []string{"zc_install/"}, whatInstall, tillwatch.High, has(`(?i)<title>[^<]*Zen Cart`)},
	{"shopware", []string{"recovery/install/"}, whatInstall, tillwatch.High, has(`(?i)<title>[^<]*Shopware[^<]*Install`)},
}

// login proves that a page asks for a password, and for whose.
func login(whose string) func([]byte) bool {
	mine, asks := re(`(?i)`+whose), re(`(?i)<input[^>]+type\s*=\s*["']?password`)
	return func(b []byte) bool { return asks().Match(b) && mine().Match(b) }
}

// valid says whether content is what it looks like, as far as that can be said of its beginning.
func (e exposure) valid(content []byte, whole bool) bool {
	if len(content) == 0 || !e.proves(content) {
		return false
	}
	if e.what == whatList && whole && strings.HasPrefix(string(bytes.TrimSpace(content)), "{") {
		return json.Valid(content)
	}
	return true
}

// names are the paths with the shop's own name in place of HOST.
func (e exposure) names(host string) []string {
	host = strings.TrimPrefix(strings.ToLower(host), "www.")
	short, _, _ := strings.Cut(host, ".")
	var out []string
	for _, p := range e.paths {
		if !strings.Contains(p, "HOST") {
			out = append(out, p)
			continue
		}
		if host != "" {
			out = append(out, strings.ReplaceAll(p, "HOST", host))
		}
		if short != host && short != "" {
			out = append(out, strings.ReplaceAll(p, "HOST", short))
		}
	}
	return out
}
