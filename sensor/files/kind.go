package files

import (
	"path/filepath"
	"strings"

	"github.com/tillwatch/tillwatch/sensor/files/php"
	"github.com/tillwatch/tillwatch/sensor/files/serverside"
)

// kind is how a file is to be read.
type kind string

const (
	kindScript   kind = "script"
	kindDocument kind = "document" // markup with scripts in it
	kindPHP      kind = "php"      // markup between PHP code
	kindSmarty   kind = "smarty"   // markup with the tags of Smarty, or PHP
	kindTwig     kind = "twig"
	kindServer   kind = "server"   // code in another language of servers
	kindSettings kind = "settings" // what a web server, PHP or cron is told to run

	kindUploadSettings kind = "settings of uploads" // the same, in a folder of uploads
)

var kinds = map[string]kind{
	".js": kindScript, ".mjs": kindScript, ".cjs": kindScript,
	".html": kindDocument, ".htm": kindDocument, ".xhtml": kindDocument, ".svg": kindDocument,
	".php": kindPHP, ".phtml": kindPHP, ".php3": kindPHP, ".php4": kindPHP, ".php5": kindPHP, ".php7": kindPHP, ".php8": kindPHP, ".pht": kindPHP, ".phar": kindPHP, ".inc": kindPHP, ".module": kindPHP, ".theme": kindPHP, ".install": kindPHP, ".phps": kindPHP,
	".tpl": kindSmarty, ".twig": kindTwig,
}

// kindOf tells by a file's name how to read it; empty for what holds neither scripts nor pages.
func kindOf(name string) kind {
	base := strings.ToLower(filepath.Base(name))
	if php.IsSettings(base) {
		if php.IsUploads(filepath.ToSlash(filepath.Dir(name))) {
			return kindUploadSettings
		}
		return kindSettings
	}
	if k := kinds[filepath.Ext(base)]; k != "" {
		return k
	}
	if strings.Contains(base, ".php.") { // a server with a loose setting runs it all the same
		return kindPHP
	}
	if serverside.Named(base) != serverside.None {
		return kindServer
	}
	return ""
}

// kindOfContent tells how to read a file that was named by itself and whose name does not say it.
func kindOfContent(head []byte) kind {
	if serverside.LanguageOf("", head) != serverside.None {
		return kindServer
	}
	if strings.HasPrefix(strings.TrimLeft(string(head), "\ufeff \t\r\n"), "<") {
		return kindDocument
	}
	return kindScript
}

// skipped are folders in which version control keeps its own files: nothing in them is handed to a browser as a script.
func skipped(folder string) bool { return folder == ".git" || folder == ".hg" || folder == ".svn" }

// fetchedFolder holds what a package manager fetched. Its files are judged like any other, for shops serve from it; but
// they come and go by the thousand, and so are no items of the inventory.
const fetchedFolder = "node_modules"
