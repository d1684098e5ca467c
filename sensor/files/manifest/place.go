package manifest

import (
	"path"
	"slices"
	"strings"
	"unicode"
)

// Class is what a file can do, by its name. The order is that of the weight of a change.
type Class int

// The classes.
const (
	Data     Class = iota // texts, archives, logs
	Picture               // pictures, fonts, films
	Style                 // style sheets
	Template              // what becomes a page
	Code                  // what runs, here or in a browser
	Control               // what tells the server or PHP what to run
)

var classes = classTable()

var extensions = map[Class]string{
	Picture:  "png jpg jpeg jpe gif webp avif bmp ico tif tiff heic woff woff2 ttf otf eot mp3 mp4 webm ogg ogv wav mov avi m4a m4v psd",
	Style:    "css scss sass less",
	Template: "html htm xhtml svg tpl twig liquid latte mustache hbs ejs vue xml xsl xslt mo po json yml yaml neon",
	Code: "php php3 php4 php5 php7 php8 phps pht phtml phar inc js mjs cjs jsx ts tsx cgi pl pm py rb lua sh bash asp aspx ashx jsp jspx cfm so dll exe wasm ctp " +
		"module install sql",
}

// control are the names of files that tell a server or PHP what to run.
var control = []string{".htaccess", ".htpasswd", ".user.ini", "php.ini", "web.config", ".env", "crontab", "nginx.conf"}

func classTable() map[string]Class {
	out := map[string]Class{}
	for class, words := range extensions {
		for _, word := range strings.Fields(words) {
			out[word] = class
		}
	}
	return out
}

// ClassOf is the class of a file of that name. Code anywhere in the name counts: a server may be told to run a.php.jpg.
func ClassOf(name string) Class {
	lower := strings.ToLower(path.Base(name))
	if slices.Contains(control, lower) {
		return Control
	}
	words := strings.Split(lower, ".")
	if len(words) < 2 {
		return Data
	}
	class := classes[words[len(words)-1]]
	for _, word := range words[1 : len(words)-1] {
		if class < Code && serverSide[word] {
			class = Code
		}
	}
	return class
}

var serverSide = map[string]bool{
	"php": true, "php3": true, "php4": true, "php5": true, "php7": true, "php8": true, "phtml": true, "pht": true, "phar": true,
	"cgi": true, "pl": true, "py": true, "asp": true, "aspx": true, "jsp": true, "sh": true,
}

// RunsOnServer says whether a server may run a file of that name.
func RunsOnServer(name string) bool {
	words := strings.Split(strings.ToLower(path.Base(name)), ".")
	return slices.ContainsFunc(words[1:], func(word string) bool { return serverSide[word] })
}

// Spot is what sort of place a file lies in.
type Spot int

// The spots.
const (
	Ordinary  Spot = iota
	Fetched        // a package manager put it there
	Generated      // the shop itself writes there while it runs, code too: caches, compiled templates, logs, sessions
	Pages          // operators put pages and pictures there, and some shops run what is put there
	Received       // what customers and operators upload: nothing there is meant to run
)

var spots = map[string]Spot{
	"node_modules": Fetched, "vendor": Fetched, "bower_components": Fetched,
	"cache": Generated, "caches": Generated, "templates_c": Generated, "compile": Generated, "compiled": Generated, "generated": Generated,
	"tmp": Generated, "temp": Generated, "log": Generated, "logs": Generated, "session": Generated, "sessions": Generated, "var": Generated,
	"page_cache": Generated, "backup": Generated, "backups": Generated,
	"user_data": Pages, "images": Pages, "image": Pages, "img": Pages, "pictures": Pages, "photos": Pages, "fonts": Pages,
	"upload": Received, "uploads": Received, "media": Received, "save_image": Received, "temp_image": Received, "avatars": Received,
	"attachments": Received, "customer_address": Received,
}

// SpotOf is what sort of place a path below a document root is. Below a folder that a package manager filled nothing is
// anything else: packages name their own folders as they like.
func SpotOf(p string) Spot {
	folder := path.Dir(p)
	spot := Ordinary
	for part := range strings.SplitSeq(folder, "/") {
		s := spots[strings.ToLower(part)]
		if s == Fetched {
			return Fetched
		}
		if s == Ordinary || spot == Received || spot == Generated && s != Received {
			continue
		}
		spot = s
	}
	return spot
}

// payment are the words for where customers pay.
var payment = []string{
	"payment", "payments", "pay", "checkout", "credit", "creditcard", "card", "cards", "settlement", "kessai", "billing", "shopping",
	"onepage", "gateway", "paypal", "stripe",
}

// Pays says whether a path names a part of a shop in which customers pay.
func Pays(p string) bool {
	for part := range strings.SplitSeq(p, "/") {
		for _, word := range words(part) {
			if slices.Contains(payment, word) {
				return true
			}
		}
	}
	return false
}

// words are the words that a name is made of: LC_Page_Shopping_Payment, onepageCheckout, credit-card.
func words(name string) []string {
	var out []string
	var word []rune
	keep := func() {
		if len(word) > 0 {
			out = append(out, strings.ToLower(string(word)))
		}
		word = nil
	}
	for _, r := range name {
		switch {
		case !unicode.IsLetter(r):
			keep()
			continue
		case unicode.IsUpper(r) && len(word) > 0 && unicode.IsLower(word[len(word)-1]):
			keep()
		}
		word = append(word, r)
	}
	keep()
	return out
}

// installed are the files that installers write, and operators edit: changed or new there is normal.
var installed = []string{
	"wp-config.php", "config.php", "define.php", ".env", "env.php", "local.xml", "settings.inc.php", "parameters.php", "configure.php",
	".htaccess", "defines_custom.inc.php", "mtb_constants.php", "robots.txt", "dist-configure.php", "config.yml", "autoload.php",
}

// Installed says whether an installer or an operator writes a file of that name.
func Installed(p string) bool { return slices.Contains(installed, strings.ToLower(path.Base(p))) }
