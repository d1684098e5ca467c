package php

import (
	"bytes"
	"strings"
)

// Has tells whether content holds PHP code at all. named says that the file's name is that of a PHP file, of which a
// server runs what stands behind the short opening tag, too.
func Has(content []byte, named bool) bool {
	for rest := content; ; {
		i := bytes.Index(rest, []byte("<?"))
		if i < 0 {
			break
		}
		rest = rest[i+2:]
		switch {
		case len(rest) == 0:
			return named
		case rest[0] == '=':
			return true
		case len(rest) >= 3 && strings.EqualFold(string(rest[:3]), "php") && (len(rest) == 3 || rest[3] <= ' ' || rest[3] == '/' || rest[3] == '#'):
			return true
		case named && !(len(rest) >= 3 && strings.EqualFold(string(rest[:3]), "xml")):
			return true
		}
	}
	return named && hasScriptTag(content)
}

func hasScriptTag(content []byte) bool {
	for _, quote := range []string{"php", `"php"`, `'php'`} {
		if bytes.Contains(content, []byte("language="+quote)) || bytes.Contains(bytes.ToLower(content[:min(len(content), 4096)]), []byte("language="+quote)) {
			return true
		}
	}
	return false
}

// strong are the words in front of a bracket that are looked at wherever they stand; weak are those that matter only
// where the file also has something to hand to them.
var strong, weak = func() (strong, weak map[string]bool) {
	strong, weak = map[string]bool{}, map[string]bool{}
	for _, w := range []string{
		"eval", "assert", "system", "exec", "shell_exec", "passthru", "popen", "proc_open", "pcntl_exec", "create_function", "putenv", "move_uploaded_file", "expect_popen", "dl",
		"register_shutdown_function", "register_tick_function", "array_walk_recursive", "mb_ereg_replace", "mb_eregi_replace", "fsockopen", "pfsockopen", "socket_connect", "stream_socket_client", "socket_create_listen",
		"array_diff_ukey", "array_udiff", "array_uintersect", "uksort", "forward_static_call_array", "iterator_apply", "ini_set", "ini_alter", "import_request_variables", "extract", "reflectionfunction", "com", "ssh2_exec", "extractto", "sqlitecreatefunction", "symlink", "wp_create_user", "wp_insert_user", "mysql_connect", "mysqli_connect", "pg_connect", "mssql_connect",
		"callbackfilteriterator", "recursivecallbackfilteriterator", "registerphpfunctions", "imap_open", "wp_set_auth_cookie", "preg_replace_callback_array", "session_set_save_handler",
		"unserialize",
	} {
		strong[w] = true
	}
	for name := range callbacks {
		weak[name] = true
	}
	for _, w := range []string{
		"file_put_contents", "fwrite", "fputs", "fopen", "copy", "rename", "mail", "mb_send_mail", "wp_mail", "curl_init", "curl_exec", "curl_setopt", "curl_setopt_array", "preg_replace", "preg_filter", "filter_var", "readfile", "file_get_contents", "file", "unlink", "mysql_query",
		"mysqli_query", "error_log", "header", "query", "send", "post", "write", "log", "info", "debug", "request", "include", "require", "include_once", "require_once", "parse_str", "new", "show_source", "highlight_file", "stream_socket_server", "socket_write", "base64_decode", "gzinflate", "str_rot13", "call_user_func",
		"stream_context_create", "wp_remote_post", "wp_remote_get", "insert", "fputcsv", "exif_read_data", "chr", "strrev", "fileputcontents", "invoke", "invokeargs", "scandir", "opendir", "glob", "execute", "gzuncompress", "gzdecode", "hex2bin",
		"setcookie", "filter_input", "gethostbyname", "dns_get_record", "checkdnsrr", "ftp_put", "ftp_fput", "stream_copy_to_stream", "reflectionfunction", "reflectionmethod", "reflectionclass",
	} {
		weak[w] = true
	}
	return strong, weak
}()

// Interesting tells whether the code of a PHP file need be gone through at all: whether it holds anything through which
// an attack could act. It looks at the bytes alone, once, and lets by what only declares, shows and computes.
func Interesting(content []byte) bool {
	weakly := false
	for at := 0; ; {
		i := bytes.IndexByte(content[at:], '(')
		if i < 0 {
			break
		}
		at += i
		switch called(content, at) {
		case callStrong:
			return true
		case callWeak:
			weakly = true
		}
		at++
	}
	if bytes.IndexByte(content, '`') >= 0 && backtick(content) {
		return true
	}
	if !weakly {
		weakly = bytes.Contains(content, []byte("include")) || bytes.Contains(content, []byte("require")) || bytes.Contains(content, []byte("goto ")) || foldContains(content, "include") || foldContains(content, "require")
	}
	return weakly && supplied(content)
}

type callKind uint8

const (
	callPlain callKind = iota
	callWeak
	callStrong
)

// called tells what stands in front of a bracket.
func called(content []byte, at int) callKind {
	end := at
	for end > 0 && (content[end-1] == ' ' || content[end-1] == '\t' || content[end-1] == '\n' || content[end-1] == '\r') {
		end--
	}
	if end == 0 {
		return callPlain
	}
	switch c := content[end-1]; {
	case c == ']' || c == '}' && end == at:
		return callWeak // what an array or an expression holds is called
	case c == ')':
		if end == at {
			return callWeak
		}
		return callPlain
	case c == '/' && end > 1 && content[end-2] == '*':
		return callStrong // nobody writes a comment there but to hide
	case c == '\'' || c == '"':
		if end == at {
			return callStrong // 'name'(...)
		}
		return callPlain
	case !wordBytes[c]:
		return callPlain
	}
	begin := end - 1
	for begin > 0 && wordBytes[content[begin-1]] {
		begin--
	}
	if begin > 0 && content[begin-1] == '$' {
		return callWeak
	}
	if end-begin > longestCall || callLengths[content[begin]]&(1<<(end-begin)) == 0 {
		return callPlain
	}
	var lower [longestCall]byte
	word := lower[:end-begin]
	for i, c := range content[begin:end] {
		if c >= 'A' && c <= 'Z' {
			c += 32
		}
		word[i] = c
	}
	return calls[string(word)]
}

// longestCall is the length of the longest word that is looked at in front of a bracket, in bytes.
const longestCall = 28

// calls are the words that are looked at in front of a bracket, and callLengths tells for each letter that one begins with, in
// capitals too, how long such words are: most words are none of them.
var calls, callLengths = func() (calls map[string]callKind, lengths [256]uint32) {
	calls = map[string]callKind{}
	for w := range weak {
		calls[w] = callWeak
	}
	for w := range strong {
		calls[w] = callStrong
	}
	for w := range calls {
		if len(w) < 2 || len(w) > longestCall {
			continue
		}
		lengths[w[0]] |= 1 << len(w)
		if w[0] >= 'a' && w[0] <= 'z' {
			lengths[w[0]-32] |= 1 << len(w)
		}
	}
	return calls, lengths
}()

// backtick tells whether a backtick stands where code may, and not in a comment of documentation or a query.
func backtick(content []byte) bool {
	for at := 0; ; {
		i := bytes.IndexByte(content[at:], '`')
		if i < 0 {
			return false
		}
		at += i
		before := at
		for before > 0 && (content[before-1] == ' ' || content[before-1] == '\t' || content[before-1] == '\n' || content[before-1] == '\r' || content[before-1] == '@') {
			before--
		}
		if before == 0 {
			return true
		}
		switch c := content[before-1]; c {
		case '=', '(', ';', '{', '}', '.', ',', '?', ':', '>', '!', '/', '&', '|', '[':
			return true
		default:
			if word := content[max(0, before-6):before]; bytes.HasSuffix(bytes.ToLower(word), []byte("echo")) || bytes.HasSuffix(bytes.ToLower(word), []byte("print")) || bytes.HasSuffix(bytes.ToLower(word), []byte("return")) {
				return true
			}
		}
		at++
	}
}

// supplies are what something comes in through that is worth following.
var supplies = newNeedles(
	"$_", "$GLOBALS", "HTTP_", "$$", "${", "input", "getenv", "headers", "base64_", "gzinflate", "gzuncompress", "gzdecode", "rot13",
	"chr(", "strrev", "hex2bin", "pack(", `\x`, "http://", "https://", "ftp://", "data:", "card", "Card", "CARD", "cc_", "cvv", "Cvv", "CVV", "cvc",
	"security_code", ".ico", ".jpg", ".png", ".gif", "exif", "<?php", "'^'", `"^"`, "goto ", "__FILE__", "substr(", `\1`, `\0`, "str_replace", "ccN", "getCc", "auto_prepend", "%",
	"Eval", "EVal", "EvAl", "EvaL", "EVAl", "EVaL", "EvAL", "EVAL", "Chr", "CHr", "ChR", "CHR", // however these are written
)

// supplied tells whether there is any of that in the code, in one pass over it.
func supplied(content []byte) bool {
	first := bytes.Index(content, []byte("<?"))
	rest := content[max(first, 0):]
	if len(rest) > 5 {
		rest = rest[5:]
	}
	if len(rest) < 400 {
		return true
	}
	return anyOf(supplies, rest)
}

// foldContains looks for a word in capitals, wherever its first letter is one.
func foldContains(content []byte, word string) bool {
	first := word[0] - 32
	for at := 0; ; {
		i := bytes.IndexByte(content[at:], first)
		if i < 0 {
			return false
		}
		at += i
		if at+len(word) <= len(content) && strings.EqualFold(string(content[at:at+len(word)]), word) {
			return true
		}
		at++
	}
}
