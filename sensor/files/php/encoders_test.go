package php

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch"
)

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func packed(s string, open func(io.Writer) io.WriteCloser) string {
	var b bytes.Buffer
	w := open(&b)
	_, _ = io.WriteString(w, s) // into memory
	_ = w.Close()
	return b64(b.String())
}

func deflated(s string) string {
	return packed(s, func(w io.Writer) io.WriteCloser {
		f, _ := flate.NewWriter(w, 9) // 9 is a level
		return f
	})
}

func bytesAs(s, format, between string) string {
	var parts []string
	for _, c := range []byte(s) {
		parts = append(parts, fmt.Sprintf(format, c))
	}
	return strings.Join(parts, between)
}

func xored(s string, key string) string {
	b := []byte(s)
	for i := range b {
		b[i] ^= key[i%len(key)]
	}
	return string(b)
}

// encoders hide code in the ways that are in use. Each makes code that does the same.
var encoders = map[string]func(string) string{
	"base64":  func(s string) string { return "eval(base64_decode('" + b64(s) + "'));" },
	"deflate": func(s string) string { return "eval(gzinflate(base64_decode('" + deflated(s) + "')));" },
	"zlib": func(s string) string {
		return "@eval(gzuncompress(base64_decode('" + packed(s, func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }) + "')));"
	},
	"gzip": func(s string) string {
		return "eval(gzdecode(base64_decode(\"" + packed(s, func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }) + "\")));"
	},
	"rot13":    func(s string) string { return "eval(str_rot13(base64_decode('" + b64(rot13(s)) + "')));" },
	"reversed": func(s string) string { return "eval(base64_decode(strrev('" + reverse(b64(s)) + "')));" },
	"hex":      func(s string) string { return "eval(hex2bin('" + hex.EncodeToString([]byte(s)) + "'));" },
	"pack":     func(s string) string { return "$p = 'pack'; eval($p('H*', '" + hex.EncodeToString([]byte(s)) + "'));" },
	"escapes":  func(s string) string { return `eval("` + bytesAs(s, `\x%02x`, "") + `");` },
	"octal":    func(s string) string { return `eval("` + bytesAs(s, `\%03o`, "") + `");` },
	"chr":      func(s string) string { return "eval(" + bytesAs(s, "chr(%d)", ".") + ");" },
	"chr by numbers": func(s string) string {
		return "foreach (array(" + bytesAs(s, "%d", ",") + ") as $n) { $z .= chr($n); } eval($z);"
	},
	"chr of a text": func(s string) string {
		return "$z = ''; foreach (explode('-', '" + bytesAs(s, "%d", "-") + "') as $n) $z .= chr($n); eval($z);"
	},
	"percent": func(s string) string { return "eval(urldecode('" + bytesAs(s, "%%%02X", "") + "'));" },
	"split names": func(s string) string {
		return "$a = 'base' . '64_de' . 'code'; $b = 'gzinf' . 'late'; eval($b($a('" + deflated(s) + "')));"
	},
	"create_function": func(s string) string { return "$f = create_function('', base64_decode('" + b64(s) + "')); $f();" },
	"assert": func(s string) string {
		return "$a = 'as' . 'sert'; $a(base64_decode('" + b64("eval('"+strings.ReplaceAll(s, "'", `\'`)+"')") + "'));"
	},
	"preg e": func(s string) string { return `preg_replace("/.*/e", "eval(base64_decode('` + b64(s) + `'));", ".");` },
	"array_map": func(s string) string {
		return "array_map('assert', array(base64_decode('" + b64("eval('"+strings.ReplaceAll(s, "'", `\'`)+"')") + "')));"
	},
	"xor": func(s string) string {
		return "$d = base64_decode('" + b64(xored(s, "k3y")) + "'); $k = 'k3y'; for ($i = 0; $i < strlen($d); $i++) { $o .= $d[$i] ^ $k[$i % strlen($k)]; } eval($o);"
	},
	"xor of texts": func(s string) string {
		return "eval(base64_decode('" + b64(xored(s, "Z")) + "') ^ str_repeat('Z', " + fmt.Sprint(len(s)) + "));"
	},
	"function": func(s string) string {
		return "function d($s) { $o = ''; for ($i = 0; $i < strlen($s); $i += 2) { $o .= chr(hexdec(substr($s, $i, 2)) - 1); } return $o; } eval(d('" + bytesAs(bytesPlus(s, 1), "%02x", "") + "'));"
	},
	"strtr": func(s string) string {
		return "eval(base64_decode(strtr('" + strings.NewReplacer("a", "*", "Z", "!", "=", "?").Replace(b64(s)) + "', '*!?', 'aZ=')));"
	},
	"noise": func(s string) string {
		return "eval(base64_decode(str_replace('##', '', '" + strings.ReplaceAll(b64(s), "b", "##b##") + "')));"
	},
	"pieces": func(s string) string {
		e := b64(s)
		n := len(e) / 3
		return "$a = '" + e[:n] + "'; $c = '" + e[2*n:] + "'; $b = '" + e[n:2*n] + "'; eval(base64_decode($a . $b . $c));"
	},
	"globals": func(s string) string {
		return "$GLOBALS['q'] = 'base64_decode'; function z($x) { return $GLOBALS['q']($x); } eval(z('" + b64(s) + "'));"
	},
	"names": func(s string) string {
		return "$O0O_ = 'base64_decode'; $OO0_ = $O0O_('" + b64("base64_decode") + "'); eval($OO0_('" + b64(s) + "'));"
	},
	"urlencoded names": func(s string) string {
		return "$O = urldecode('%6E1%7A%62%2F%6D%615%5C%76%740%6928%2D%70%78%75%71%79%2A6%6C%72%6B%64%679%5F%65%68%63%73%77%6F4%2B%6637%6A'); $f = $O{3}.$O{6}.$O{33}.$O{30}.$O{22}.$O{36}.$O{29}.$O{26}.$O{30}.$O{32}.$O{35}.$O{26}.$O{30}; eval($f('" + b64(s) + "'));"
	},
	"goto": func(s string) string {
		return "goto l2; l1: eval($q); goto l3; l2: $q = base64_decode('" + b64(s) + "'); goto l1; l3:"
	},
	"closing tag": func(s string) string { return "eval('?>' . base64_decode('" + b64("<?php "+s+" ?>") + "'));" },
	"included":    func(s string) string { return "include 'data:text/plain;base64," + b64("<?php "+s+" ?>") + "';" },
	"class": func(s string) string {
		return "class X { private $d = '" + b64(s) + "'; function __construct() { $f = strrev('edoced_46esab'); eval($f($this->d)); } } new X();"
	},
	"self": func(s string) string {
		return "eval(base64_decode(substr(strrchr(file_get_contents(__FILE__), '#'), 1))); exit; #" + b64(s)
	},
}

func bytesPlus(s string, n byte) string {
	b := []byte(s)
	for i := range b {
		b[i] += n
	}
	return string(b)
}

var payloads = []string{
	"eval($_POST['a']);", "system($_GET['c']);", "file_put_contents($_POST['f'], $_POST['d']);", "$f = $_REQUEST['f']; $f($_REQUEST['x']);",
	"move_uploaded_file($_FILES['f']['tmp_name'], $_FILES['f']['name']);", "if (md5($_POST['p']) == 'x') { echo shell_exec($_POST['c']); }",
}

// Every payload in every encoding, and in two of them one within the other.
func TestEncodedAttacksAreFound(t *testing.T) {
	t.Parallel()
	try := func(name, src string) {
		if a := Analyse([]byte(src), Options{}); severity(a) < tillwatch.Medium {
			t.Errorf("%s: %v %s\n%s", name, a.Verdicts, a.Partial, src)
		}
		if !Interesting([]byte(src)) {
			t.Errorf("%s: not found worth going through", name)
		}
	}
	for name, encode := range encoders {
		for i, p := range payloads {
			once := encode(p)
			try(fmt.Sprint(name, i), "<?php "+once)
			if name == "self" {
				continue
			}
			for other, outer := range encoders {
				if i == 0 && other != "self" {
					try(other+" of "+name, "<?php "+outer(once))
				}
			}
		}
	}
	for _, p := range payloads { // many levels
		for range 12 {
			p = encoders["deflate"](p)
		}
		try("levels", "<?php "+p)
	}
}

// The verdict is reached through the layers: what is inside is known, not only that something is hidden.
func TestWhatIsInsideIsKnown(t *testing.T) {
	t.Parallel()
	for name, encode := range encoders {
		a := Analyse([]byte("<?php "+encode("system($_GET['c']);")), Options{})
		inside := false
		for _, v := range a.Verdicts {
			for _, r := range v.Reasons {
				inside = inside || strings.Contains(r.What, "(system)")
			}
		}
		if !inside {
			t.Errorf("%s: %v", name, a.Verdicts)
		}
	}
}
