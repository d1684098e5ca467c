package serverside

import (
	"bytes"
	"path"
	"strings"
)

// Language is what a file is written in.
type Language string

// The languages. A page is markup around code.
const (
	None       Language = ""
	Perl       Language = "Perl"
	Python     Language = "Python"
	Ruby       Language = "Ruby"
	Shell      Language = "shell"
	Java       Language = "Java"
	JSP        Language = "JSP"
	ASP        Language = "ASP"
	ASPNET     Language = "ASP.NET"
	ColdFusion Language = "ColdFusion"
	SSI        Language = "server-side includes"
)

var byExtension = map[string]Language{
	".pl": Perl, ".pm": Perl, ".plx": Perl, ".cgi": Perl, ".fcgi": Perl, ".py": Python, ".pyw": Python, ".wsgi": Python, ".psp": Python,
	".rb": Ruby, ".ru": Ruby, ".rbx": Ruby, ".sh": Shell, ".bash": Shell, ".ksh": Shell,
	".java": Java, ".jsp": JSP, ".jspx": JSP, ".jspf": JSP, ".jsw": JSP, ".jsv": JSP, ".jhtml": JSP, ".jtml": JSP, ".tag": JSP, ".tagx": JSP,
	".asp": ASP, ".asa": ASP, ".cer": ASP, ".cdx": ASP,
	".aspx": ASPNET, ".ashx": ASPNET, ".asmx": ASPNET, ".ascx": ASPNET, ".asax": ASPNET, ".master": ASPNET, ".soap": ASPNET,
	".cs": ASPNET, ".vb": ASPNET,
	".cfm": ColdFusion, ".cfml": ColdFusion, ".cfc": ColdFusion, ".shtml": SSI, ".shtm": SSI, ".stm": SSI,
}

// templates are endings of files that begin like a page of a server's and are something else.
var templates = map[string]bool{
	".erb": true, ".ejs": true, ".eex": true, ".heex": true, ".jst": true, ".ep": true, ".mako": true, ".rhtml": true, ".tt": true, ".epl": true,
	".md": true, ".rst": true, ".diff": true, ".patch": true, ".js": true, ".mjs": true, ".css": true, ".php": true, ".underscore": true,
}

// Named tells a file's language by its name alone.
func Named(name string) Language { return byExtension[strings.ToLower(path.Ext(name))] }

// LanguageOf tells a file's language by its name and by what it begins with: a server may be told to run any name. None:
// it is in none of these.
func LanguageOf(name string, content []byte) Language {
	head := content[:min(len(content), 1024)]
	if i, ok := interpreter(head); ok {
		return i
	}
	ext := strings.ToLower(path.Ext(name))
	if l := byExtension[ext]; l != None {
		return l
	}
	if templates[ext] {
		return None
	}
	if first := firstByte(head); first != '<' && first != 0x4c && first != 0 {
		return None
	}
	lower := strings.ToLower(strings.TrimLeft(text(head), "\ufeff \t\r\n"))
	switch {
	case hasAny(lower, "<jsp:", "java.sun.com/jsp", "<%@page", "<%@ page import", "<%@ page content", "<%@ page session", "<%@ page pageenc", "<%!"):
		return JSP
	case hasAny(lower, "<%@ webhandler", "<%@webhandler", "<%@ webservice", "<%@webservice", "<%@ page", "<%@ import"):
		return ASPNET
	case strings.HasPrefix(lower, "<cf"):
		return ColdFusion
	case strings.HasPrefix(lower, "<%"):
		if hasAny(lower, "getparameter", "java.", "getruntime", "string ", "out.print") {
			return JSP
		}
		return ASP
	case bytes.Contains(content, []byte("<!--#exec")):
		return SSI
	}
	return None
}

func firstByte(head []byte) byte {
	head = bytes.TrimLeft(head, "\xef\xbb\xbf\xff\xfe \t\r\n")
	if len(head) == 0 {
		return ' '
	}
	return head[0]
}

func hasAny(s string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// interpreter is the language of the program that a first line names.
func interpreter(head []byte) (Language, bool) {
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	if !bytes.HasPrefix(head, []byte("#!")) {
		return None, false
	}
	line, _, _ := bytes.Cut(head, []byte("\n"))
	for _, w := range strings.Fields(strings.ReplaceAll(string(line[2:]), "\\", "/")) {
		base := strings.TrimSuffix(strings.ToLower(path.Base(w)), ".exe")
		switch {
		case strings.HasPrefix(base, "perl"):
			return Perl, true
		case strings.HasPrefix(base, "python"), strings.HasPrefix(base, "pypy"):
			return Python, true
		case strings.HasPrefix(base, "ruby"), base == "jruby":
			return Ruby, true
		case base == "sh", base == "bash", base == "dash", base == "ksh", base == "zsh", base == "ash", base == "busybox":
			return Shell, true
		}
	}
	return None, false
}
