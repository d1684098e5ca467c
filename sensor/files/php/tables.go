package php

import "sync"

var filled sync.Once

// fill makes the tables that refer to each other.
func fill() {
	filled.Do(func() {
		folds = fillFolds()
		for name, f := range folds {
			if f == nil {
				delete(folds, name)
			}
		}
		specials = fillSpecials()
		builtins = fillBuiltins()
	})
}

// builtin is all that the tables have of one name in front of brackets, so that they are asked once.
type builtin struct {
	special  special
	fold     foldFunc
	drops    bool
	language bool // it is a function of PHP
	word     bool
	encrypts bool
}

var builtins map[string]*builtin

func fillBuiltins() map[string]*builtin {
	all := map[string]*builtin{}
	of := func(name string) *builtin {
		if all[name] == nil {
			all[name] = &builtin{}
		}
		return all[name]
	}
	for name, s := range specials {
		of(name).special = s
	}
	for name, f := range folds {
		of(name).fold = f
	}
	for name := range drops {
		of(name).drops = true
	}
	for name, is := range ofLanguage() {
		of(name).language = is
	}
	for name, s := range words {
		of(name).word = s.isWord()
	}
	for name, is := range encrypts {
		of(name).encrypts = is
	}
	return all
}

// notBuiltin is what there is of any other name.
var notBuiltin = &builtin{}

// drops are the functions whose values say nothing any more of what they were made of.
var drops = func() map[string]bool {
	set := map[string]bool{}
	for _, name := range []string{
		"strlen", "count", "sizeof", "intval", "floatval", "is_array", "is_string", "is_numeric", "is_int", "is_object", "is_null", "is_bool", "is_file", "is_dir", "is_callable", "is_readable",
		"is_writable", "is_writeable", "is_executable", "is_link", "is_uploaded_file", "in_array", "array_key_exists", "array_search", "strpos", "stripos", "strrpos", "strcmp", "strcasecmp", "strncmp", "strncasecmp",
		"substr_count", "md5", "sha1", "crc32", "hash", "hash_hmac", "crypt", "password_hash", "password_verify", "time", "date", "mktime", "strtotime", "checkdate", "filesize", "filemtime", "fileatime", "filectime",
		"fileperms", "fileowner", "filegroup", "file_exists", "function_exists", "class_exists", "method_exists", "property_exists", "defined", "extension_loaded", "ctype_alnum", "ctype_alpha", "ctype_digit",
		"ctype_xdigit", "ctype_space", "ctype_upper", "ctype_lower", "preg_match", "preg_match_all", "preg_quote", "ereg", "eregi", "version_compare", "is_a", "is_subclass_of", "ord", "rand", "mt_rand", "microtime", "uniqid", "session_id",
		"session_start", "header", "setcookie", "ip2long", "checkdnsrr", "levenshtein", "similar_text", "abs", "round", "floor", "ceil", "max", "min", "disk_free_space", "disk_total_space", "gettype", "memory_get_usage",
		"curl_errno", "curl_error", "error_log", "strspn", "strcspn", "str_contains", "str_starts_with", "str_ends_with", "mb_strlen", "mb_strpos", "number_format", "array_sum", "strnatcmp", "ctype_punct", "boolval", "gethostbyname", "md5_file", "sha1_file", "password_get_info", "spl_object_hash", "spl_object_id", "get_class", "iconv_strlen",
	} {
		set[name] = true
	}
	return set
}()

// callbackAt says which argument of a function is called, and which are handed to it.
type callbackAt struct {
	function int
	data     []int
}

var callbacks = map[string]callbackAt{
	"call_user_func": {0, []int{1, 2, 3, 4}}, "call_user_func_array": {0, []int{1}}, "forward_static_call": {0, []int{1, 2}}, "forward_static_call_array": {0, []int{1}},
	"array_map": {0, []int{1, 2}}, "array_filter": {1, []int{0}}, "array_walk": {1, []int{0, 2}}, "array_walk_recursive": {1, []int{0, 2}}, "array_reduce": {1, []int{2, 0}},
	"usort": {1, []int{0}}, "uasort": {1, []int{0}}, "uksort": {1, []int{0}}, "array_udiff": {2, []int{0, 1}}, "array_diff_ukey": {2, []int{0, 1}}, "array_uintersect": {2, []int{0, 1}},
	"array_udiff_assoc": {2, []int{0, 1}}, "array_udiff_uassoc": {2, []int{0, 1}}, "array_intersect_uassoc": {2, []int{0, 1}}, "array_intersect_ukey": {2, []int{0, 1}}, "array_uintersect_assoc": {2, []int{0, 1}},
	"array_uintersect_uassoc": {2, []int{0, 1}}, "array_diff_uassoc": {2, []int{0, 1}},
	"register_shutdown_function": {0, []int{1, 2}}, "register_tick_function": {0, []int{1, 2}}, "ob_start": {0, nil}, "set_error_handler": {0, nil}, "set_exception_handler": {0, nil},
	"iterator_apply": {1, []int{2}}, "spl_autoload_register": {0, nil}, "preg_replace_callback": {1, []int{2}}, "mb_ereg_replace_callback": {1, []int{2}}, "header_register_callback": {0, nil},
	"assert_options": {1, nil}, "call_user_method": {0, []int{2}}, "sqlite_create_function": {2, nil}, "libxml_set_external_entity_loader": {0, nil},
	"stream_filter_register": {9, nil}, "iterator_to_array": {9, nil},
}
