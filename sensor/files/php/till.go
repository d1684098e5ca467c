package php

import (
	"regexp"
	"strings"
	"sync"
)

// tillPage is what stands in the addresses of pages where customers pay, and tillField in the names of what they type there.
var (
	tillPage = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)check_?out|one_?step|one_?page|payment|billing|kasse|shopping|place_?order|/order|cart\b|purchase`)
	})
	tillField = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)card|cvv|cvc|cc[_-]|billing|payment|expir|security_?code`)
	})
)

// searched notes what a function looks for and puts in, where that says what the file is about.
func (m *machine) searched(name string, n *node, args []value) {
	var needle, subject value
	switch name {
	case "strpos", "stripos", "strstr", "stristr", "str_contains", "strrpos", "substr_count":
		if len(args) < 2 {
			return
		}
		needle, subject = args[1], args[0]
	case "preg_match", "in_array", "fnmatch":
		if len(args) < 2 {
			return
		}
		needle, subject = args[0], args[1]
		if name == "in_array" {
			needle, subject = args[1], args[0]
		}
	case "str_replace", "str_ireplace", "preg_replace", "substr_replace":
		if len(args) > 2 {
			m.scripted(n, args[1], 66)
		}
		return
	default:
		return
	}
	k := subject.all()
	if m.record.till || k&(markRequest|markBody) == 0 {
		return
	}
	words := needle.text()
	if needle.kind == vArray {
		words = ""
		for i, v := range needle.array.values {
			if i < 100 {
				words += v.text() + " "
			}
		}
	}
	switch {
	case k&markServer != 0 && tillPage().MatchString(words), k&markBody != 0 && tillField().MatchString(words):
		m.record.till = true
	}
}

// scripted judges a script's tag that is put into a page: the address of an honest one can be read.
func (m *machine) scripted(n *node, v value, points int) {
	if v.kind == vArray || len(v.s) < 16 || v.marks&markDecoded == 0 {
		return
	}
	tag := v.s
	i := strings.Index(strings.ToLower(tag), "<script")
	if i < 0 {
		return
	}
	tag = tag[i:]
	at := strings.Index(tag, "//")
	if at < 0 || at > 300 {
		return
	}
	host := hostOf("https:" + tag[at:])
	if host != "" && !m.readable(host) && m.whose(host) != hostOwn {
		m.record.add(hit{kind: hitInject, points: points, what: "puts a script into the page whose address cannot be read here: from " + host, host: host}, n)
	}
}

// requestBody is what a framework calls all that a request brings.
func requestBody(base *node, name string) marks {
	switch strings.ToLower(name) {
	case "post", "getpost", "getparams", "all", "getparsedbody", "getpostvalue", "getbody", "getcontent", "getpostparams", "rawbody", "getrawbody", "toarray", "input":
	default:
		return 0
	}
	for range 3 {
		if base == nil {
			return 0
		}
		switch base.op {
		case opProperty, opMethod, opVar, opCall:
			of := base.str
			if base.op == opCall && base.a != nil {
				of = base.a.str
			}
			if of = strings.ToLower(of); of == "request" || of == "getrequest" || of == "objformparam" || of == "_request" || of == "req" {
				return markBody
			}
		default:
			return 0
		}
		base = base.a
	}
	return 0
}

// secretNames are the names of files in which software keeps its passwords.
var secretNames = map[string]bool{
	"wp-config.php": true, "configuration.php": true, "env.php": true, ".env": true, "local.xml": true, "parameters.php": true, "settings.inc.php": true, "settings.php": true,
	"parameters.yml": true, "database.php": true, "localsettings.php": true, "passwd": true, "shadow": true, "id_rsa": true, "app_config.php": true, "my.cnf": true, ".my.cnf": true,
}

// secret tells whether a file holds passwords.
func secret(path string) marks {
	if i := strings.LastIndexAny(path, `/\`); secretNames[strings.ToLower(path[i+1:])] {
		return markSecret
	}
	return 0
}

// encrypts are the functions that make a text unreadable and are not computed.
var encrypts = map[string]bool{
	"openssl_encrypt": true, "mcrypt_encrypt": true, "mcrypt_generic": true, "mcrypt_cbc": true, "mcrypt_ecb": true, "sodium_crypto_secretbox": true, "sodium_crypto_box": true,
	"sodium_crypto_box_seal": true, "sodium_crypto_aead_aes256gcm_encrypt": true, "bzcompress": true, "igbinary_serialize": true,
}

// database is a connection to a database; where that is another's, what is put into it is sent there.
func (m *machine) database(class string, args []value) value {
	if len(args) == 0 {
		return unknown(0)
	}
	host := args[0].text()
	if class == "pdo" {
		_, of, ok := strings.Cut(host, "host=")
		if !ok {
			return unknown(0)
		}
		host, _, _ = strings.Cut(of, ";")
	}
	host, _, _ = strings.Cut(strings.TrimPrefix(host, "p:"), ":")
	if of := m.whose(hostOf("tcp://" + host)); of != hostAddress && of != hostOther {
		return unknown(0)
	}
	return value{kind: vHandle, ref: &handle{path: text("tcp://"+host, args[0].marks), network: true, database: true}}
}
