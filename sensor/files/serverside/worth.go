package serverside

import "strings"

// hints are words of which a file of a language has one of each list, or nothing can be found in it: where something
// comes from, and where it could go. Another way to be worth a look is that it runs what it decodes.
type hints struct{ from, to, decodes []string }

var hintsOf = map[Language]hints{
	Perl: {
		from:    []string{"param", "QUERY_STRING", "HTTP_", "PATH_INFO", "REQUEST_URI", "STDIN", "cookie", "ocket", "->req", "Vars", "recv", "upload", "->http"},
		to:      []string{"system", "exec", "eval", "`", "qx", "open", "do", "require", "/ee", "e;"},
		decodes: []string{"decode_base64", "pack", "reverse", `\x`, "tr/", "chr"},
	},
	Python: {
		from:    []string{"cgi", "request", "environ", "getenv", "stdin", "ocket", "argument", "web.input", "RequestHandler", "urlopen", "route(", "FastAPI", "flask", "bottle"},
		to:      []string{"system", "popen", "Popen", "subprocess", "exec", "eval", "spawn", "open(", "getattr", "__import__", "import_module", "commands", "write_"},
		decodes: []string{"b64decode", "base64", "codecs", `\x`, "chr(", "fromhex", "decompress", "marshal", "[::-1]"},
	},
	Ruby: {
		from:    []string{"param", "request", "cgi", "CGI", "ENV", "env", "req.", "STDIN", "stdin", "ocket", "TCP", "cookies"},
		to:      []string{"system", "exec", "eval", "`", "%x", "popen", "Open3", "spawn", "send", "open", "File.", "IO.", "load", "ERB"},
		decodes: []string{"decode64", "unpack", "pack", "reverse", `\x`, "chr"},
	},
	Java: {
		from: []string{"getParameter", "getHeader", "getQueryString", "getCookies", "equest", "Socket", "getPart", "getPathInfo"},
		to:   []string{"xec", "Process", "defineClass", "eval", "Loader", "FileOutputStream", "FileWriter", "Files", "invoke", "RandomAccess", "PrintWriter", "Expression", "Decoder", "lookup", "ObjectInput", "transferTo"},
	},
}

// worth tells whether a file need be gone through at all.
func worth(l Language, src string) bool {
	h, ok := hintsOf[l]
	if !ok {
		return true
	}
	return hasAny(src, h.to...) && hasAny(src, h.from...) || h.decodes != nil && hasAny(src, h.decodes...) && (strings.Contains(src, "eval") || strings.Contains(src, "exec"))
}
