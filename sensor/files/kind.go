package files

import (
	"path/filepath"
	"strings"
)

// kind is how a file is to be read.
type kind string

const (
	kindScript   kind = "script"
	kindDocument kind = "document" // markup with scripts in it
	kindPHP      kind = "php"      // markup between PHP code
	kindSmarty   kind = "smarty"   // markup with the tags of Smarty, or PHP
	kindTwig     kind = "twig"
)

var kinds = map[string]kind{
	".js": kindScript, ".mjs": kindScript, ".cjs": kindScript,
	".html": kindDocument, ".htm": kindDocument, ".xhtml": kindDocument, ".svg": kindDocument,
	".php": kindPHP, ".phtml": kindPHP,
	".tpl": kindSmarty, ".twig": kindTwig,
}

// kindOf tells by a file's name how to read it; empty for what holds neither scripts nor pages.
func kindOf(name string) kind { return kinds[strings.ToLower(filepath.Ext(name))] }

// kindOfContent tells how to read a file that was named by itself and whose name does not say it.
func kindOfContent(head []byte) kind {
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
