package app

import (
	"path/filepath"
	"slices"
	"strings"
)

// site is one host that a web server answers for.
type site struct {
	name, root, log, file string
	secure                bool
}

// siteFiles are where web servers have their sites, below /etc.
var siteFiles = []string{
	"nginx/sites-enabled/*", "nginx/conf.d/*.conf", "nginx/nginx.conf",
	"apache2/sites-enabled/*", "httpd/conf.d/*.conf", "httpd/conf/httpd.conf",
}

// maxSiteFiles bounds what is read of web servers' configurations.
const maxSiteFiles = 500

func findSites(etc string) []site {
	var sites []site
	read := 0
	for _, pattern := range siteFiles {
		names, _ := filepath.Glob(filepath.Join(etc, filepath.FromSlash(pattern))) // the patterns are well formed
		for _, name := range names {
			if read++; read > maxSiteFiles {
				return sites
			}
			text, err := readBounded(name, maxSecretFile)
			if err != nil {
				continue
			}
			found := parseNginx(string(text))
			if !strings.HasPrefix(pattern, "nginx") {
				found = parseApache(string(text))
			}
			for _, s := range found {
				if s.file = name; s.root != "" || s.name != "" {
					sites = append(sites, s)
				}
			}
		}
	}
	return sites
}

// parseNginx reads what it needs of the server blocks, wherever directives and braces stand.
func parseNginx(text string) []site {
	var clean strings.Builder
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		clean.WriteString(strings.TrimRight(line, "\r\n") + "\n")
	}
	spaced := strings.NewReplacer("{", " { ", "}", " } ", ";", " ; ").Replace(clean.String())
	var sites []site
	var words []string
	depth, server := 0, -1 // server is the depth inside the block that is read
	for _, word := range strings.Fields(spaced) {
		switch word {
		case "{":
			depth++
			if server < 0 && len(words) > 0 && words[0] == "server" {
				server = depth
				sites = append(sites, site{})
			}
			words = nil
		case "}":
			if depth == server {
				server = -1
			}
			depth--
			words = nil
		case ";":
			if depth == server && server > 0 && len(words) > 1 {
				sites[len(sites)-1].nginx(words[0], words[1:])
			}
			words = nil
		default:
			words = append(words, strings.Trim(word, `"'`))
		}
	}
	return sites
}

func (s *site) nginx(directive string, values []string) {
	switch directive {
	case "server_name":
		for _, v := range values {
			if s.name == "" && isHostName(v) {
				s.name = v
			}
		}
	case "root":
		s.root = values[0]
	case "access_log":
		if filepath.IsAbs(values[0]) {
			s.log = values[0]
		}
	case "listen":
		s.secure = s.secure || slices.Contains(values, "ssl") || strings.HasSuffix(values[0], "443")
	}
}

func parseApache(text string) []site {
	var sites []site
	open := false
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) < 2 && !strings.HasPrefix(strings.ToLower(strings.TrimSpace(line)), "</virtualhost") {
			continue
		}
		switch directive := strings.ToLower(words[0]); {
		case directive == "<virtualhost":
			open = true
			sites = append(sites, site{secure: strings.Contains(line, ":443")})
		case strings.HasPrefix(directive, "</virtualhost"):
			open = false
		case !open:
		default:
			s := &sites[len(sites)-1]
			value := strings.Trim(words[1], `"'`)
			switch directive {
			case "servername":
				if name, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(value, "https://"), "http://"), ":"); isHostName(name) {
					s.name = name
				}
			case "documentroot":
				s.root = value
			case "customlog":
				s.log = strings.ReplaceAll(value, "${APACHE_LOG_DIR}", "/var/log/apache2")
				if !filepath.IsAbs(s.log) {
					s.log = ""
				}
			case "sslengine":
				s.secure = s.secure || strings.EqualFold(value, "on")
			}
		}
	}
	return sites
}

// isHostName says whether a web server's name for a site can be visited: no pattern, no catch-all.
func isHostName(s string) bool {
	return s != "_" && s != "" && s[0] != '.' && strings.Trim(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz0123456789-.") == ""
}
