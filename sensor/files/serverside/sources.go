package serverside

import "strings"

// serverVariable tells whether a server puts what a request says into a variable of that name.
func serverVariable(name string) bool {
	upper := strings.ToUpper(name)
	if strings.HasPrefix(upper, "HTTP_") {
		return upper != "HTTP_HOST"
	}
	switch upper {
	case "QUERY_STRING", "REQUEST_URI", "PATH_INFO", "WSGI.INPUT", "RACK.INPUT", "QUERY_STRING_UNESCAPED", "REQUEST_BODY", "X-HTTP-BODY":
		return true
	}
	return strings.HasPrefix(upper, "X-")
}

// harmless is what is asked of a request that others cannot say as they like.
var harmless = ops("mappath", "contentlength", "totalbytes", "applicationpath", "physicalpath", "physicalapplicationpath", "islocal", "issecureconnection", "isauthenticated", "httpmethod", "requesttype", "filepath", "userhostaddress", "contenttype", "count", "length", "getcontextpath", "getrealpath", "getsession", "getservletcontext", "method", "scheme", "user", "urlopen", "urlretrieve", "currentexecutionfilepath", "logonuseridentity", "app", "session", "clientcertificate", "build_opener", "install_opener", "proxyhandler", "path_translated")

var pythonRequest = ops("args", "form", "values", "headers", "cookies", "json", "data", "query", "body", "get", "post", "files", "meta", "params", "query_params", "get_json", "get_data", "stream", "environ", "query_string", "arguments", "querystring", "forms", "rel_url", "match_info", "text", "read", "get_header", "get_cookie", "content", "query_arguments", "body_arguments", "raw_post_data")

var rubyRequest = ops("body", "query_string", "headers", "get_header", "env", "params", "cookies", "query", "raw_post", "get", "post", "user_agent", "path_info", "fullpath", "url", "header")

// source marks what a request says, as far as a name tells it.
func (m *machine) source(v *value) {
	parts := strings.Split(v.path, ".")
	last := parts[len(parts)-1]
	bare := strings.TrimRight(last, "()[]")
	if harmless[bare] {
		return
	}
	yes := false
	switch {
	case m.lang == ASP && m.name != "perl" && m.name != "python" || m.lang == ASPNET:
		for i, p := range parts {
			p = strings.TrimRight(p, "()[]")
			yes = yes || (p == "request" || p == "httprequest") && (i == 0 || parts[i-1] != "net" && parts[i-1] != "web") && (i < len(parts)-1 || last != p || m.is("("))
		}
	case m.name == "cf":
		first := strings.TrimRight(parts[0], "()[]")
		yes = (first == "form" || first == "url" || first == "cookie") && (len(parts) > 1 || last != first) ||
			first == "cgi" && len(parts) > 1 && serverVariable(bare) || first == "arguments" && m.fn.open || first == "gethttprequestdata" && last != first
	case m.name == "el":
		yes = len(parts) > 1 && (parts[0] == "param" || parts[0] == "paramvalues" || parts[0] == "header" || parts[0] == "headervalues" || parts[0] == "cookie")
	case m.name == "python":
		for i, p := range parts[:len(parts)-1] {
			yes = yes || (p == "request" || p == "req" || p == "self.request") && pythonRequest[strings.TrimRight(parts[i+1], "()[]")]
		}
		if m.record.handler && len(parts) == 2 && parts[0] == "self" && (bare == "path" || bare == "headers" || bare == "rfile") {
			yes = true
		}
		if v.path == "sys.stdin" || strings.HasPrefix(v.path, "sys.stdin.") {
			v.mark |= fromInput
		}
	case m.name == "ruby":
		first := strings.TrimRight(parts[0], "()[]")
		yes = first == "params" && m.fn.find("params") == nil || first == "cookies" || (first == "request" || first == "req") && len(parts) > 1 && rubyRequest[strings.TrimRight(parts[1], "()[]")]
		if first == "stdin" {
			v.mark |= fromInput
		}
	}
	if yes {
		v.mark |= fromRequest
		m.record.answers = true
	}
}

var javaRequest = ops("getparameter", "getparametervalues", "getparametermap", "getheader", "getheaders", "getquerystring", "getcookies", "getparameternames", "getpart", "getparts", "getpathinfo", "getrequesturi", "getrequesturl", "getheadernames")

var perlRequest = ops("param", "cookie", "vars", "url_param", "raw_cookie", "query_string", "keywords", "path_info", "upload", "http", "postdata", "multi_param", "body_parameters", "query_parameters", "raw_body")

// sourceCall marks what a request or a connection says, as far as a call tells it.
func (m *machine) sourceCall(out *value, args []value) {
	path := out.path
	name := out.last()
	yes, net := false, false
	switch m.name {
	case "java":
		switch {
		case javaRequest[name]:
			yes = true
		case name == "getinputstream" || name == "getreader":
			yes = hasAny(path, "request", "req.", "httpexchange")
			net = hasAny(path, "socket")
		case name == "getrequestbody" || name == "getrequestheaders":
			yes = true
		}
	case "el":
		m.source(out)
	case "perl":
		switch {
		case perlRequest[name]:
			yes = m.record.answers && (strings.Contains(path, ".") || name == "param" || name == "cookie" || name == "multi_param")
		case strings.Contains(path, "io::socket") && name == "new":
			net = true
		case name == "read" || name == "sysread" || name == "recv":
			if len(args) > 1 && args[1].name != "" {
				from := fromNet
				if strings.Contains(args[0].path, "stdin") {
					from = fromInput
				} else if name == "read" {
					from = args[0].mark
				}
				m.assign(args[1].name, value{mark: from}, false)
			}
		}
	case "python":
		switch {
		case strings.HasSuffix(path, "fieldstorage()"), path == "web.input()", path == "cgi.parse()":
			yes = true
		case name == "get_argument" || name == "get_query_argument" || name == "get_body_argument" || name == "get_arguments" || name == "get_cookie" && strings.HasPrefix(path, "self"):
			yes = strings.HasPrefix(path, "self.")
		case name == "recv" || name == "recvfrom" || name == "accept":
			net = len(args) > 0 || name == "accept"
		case (name == "urlopen" || name == "get") && hasAny(path, "urllib", "requests"):
			net = true
		case name == "getenv" || name == "get":
			if len(args) > 0 && args[0].known && hasAny(path, "env") && serverVariable(args[0].text) {
				yes = true
			}
		}
	case "ruby":
		switch {
		case path == "cgi.new()" || strings.HasSuffix(path, "rack.request.new()"):
			yes = true
		case hasAny(path, "tcpsocket.new", "tcpsocket.open", "tcpserver", "socket.tcp"):
			net = true
		case name == "fetch" && hasAny(path, "env") && len(args) > 0 && serverVariable(args[0].text):
			yes = true
		case hasAny(path, "uri.open", "net.http.get"):
			net = true
		}
	default:
		m.source(out)
		net = name == "downloadstring" || name == "downloaddata" || path == "new:tcpclient()"
	}
	if strings.HasPrefix(path, "new:socket") || path == "new:tcpclient()" {
		net = true
	}
	if yes {
		out.mark |= fromRequest
		m.record.answers = true
	}
	if net {
		out.mark |= fromNet
	}
}

// clean tells whether what a function gives can no longer be what a request wanted it to be.
func clean(name string) bool { return cleaners[name] }

var cleaners = ops("int", "float", "len", "parseint", "parsefloat", "cint", "clng", "cdbl", "cbool", "val", "to_i", "to_f", "toint32", "toint64", "integer.parseint", "long.parselong", "parselong", "parseboolean", "tryparse", "quote", "quotemeta", "shellescape", "shelljoin", "escapeshellarg", "secure_filename", "htmlencode", "escape_html", "ord", "asc", "ascw", "hexdigest", "md5", "sha1", "sha256", "isnumeric", "isnull", "isempty", "isset", "defined", "exists", "length", "size", "count", "startswith", "endswith", "equals", "equalsignorecase", "contains", "indexof", "instr", "len()", "isinstance", "hasattr", "any", "all", "bool", "cdate", "formatnumber", "val()", "is_integer", "strcmp", "strcomp", "uuid", "uuid4", "crypt", "ubound", "lbound", "isdefined", "structkeyexists", "parse_int", "listfindnocase", "compare", "start_with?", "include?", "empty?", "key?", "nil?", "has_key", "containskey", "get_object_or_404", "filter", "objects", "hash", "createhash", "decode_jwt", "digest", "integer", "parseint()", "toguid", "getextension", "fileexists", "directoryexists", "folderexists")

// opaque are functions whose answer is somebody else's.
var opaque = ops("query", "select", "execute_query", "executequery", "fetchone", "fetchall", "fetchrow_array", "find_by", "where", "createelement", "getattribute", "render", "executescalar", "executereader", "getconnection", "prepare", "preparestatement", "find", "search", "lookup", "getrequestdispatcher", "get_or_create", "selectone", "system", "exec", "popen", "open", "check_output", "getoutput", "run", "start", "capture2", "capture3", "connect", "getproperty", "translate", "gettext", "message", "getmessage", "getstring()")
