package php

import (
	"strings"
	"testing"
)

// hostile are sources that parsers and machines without bounds fail on.
func hostile() map[string]string {
	many := func(s string, n int) string { return strings.Repeat(s, n) }
	return map[string]string{
		"nothing":                   "",
		"opening tag":               "<?php",
		"cut in a string":           "<?php $a = \"abc{$b",
		"cut in a comment":          "<?php /* eval($_GET['x']);",
		"brackets":                  "<?php " + many("(", 300_000),
		"arrays":                    "<?php $a = " + many("[", 300_000),
		"braces":                    "<?php " + many("{", 300_000),
		"signs":                     "<?php $a = " + many("!", 300_000) + "1;",
		"silence":                   "<?php $a = " + many("@", 300_000) + "1;",
		"references":                "<?php $a = " + many("&", 300_000) + "$b;",
		"dollars":                   "<?php " + many("$", 300_000) + "a;",
		"concatenation":             "<?php $a = 'a'" + many(".'b'", 100_000) + ";",
		"sum":                       "<?php $a = 1" + many("+1", 100_000) + ";",
		"ternaries":                 "<?php $a = " + many("1?2:", 100_000) + "3;",
		"arrows":                    "<?php $a" + many("->b()", 100_000) + ";",
		"else if":                   "<?php if ($a) {}" + many(" elseif ($b) {}", 50_000),
		"nested ifs":                "<?php " + many("if ($a) ", 100_000) + "b();",
		"quotes in braces":          "<?php $a = \"" + many("{$a[\"", 50_000),
		"braces in quotes":          "<?php $a = \"" + many("${", 100_000),
		"heredocs":                  "<?php " + many("<<<A\n", 50_000),
		"comments":                  many("<?php /*", 50_000),
		"tags":                      many("<?php ?>", 50_000),
		"less":                      many("<", 500_000),
		"endless loop":              "<?php while (true) { $a .= 'x'; } eval($_GET['x']);",
		"endless for":               "<?php for (;;) { $a[] = $a; }",
		"long loop":                 "<?php for ($i = 0; $i < 1e12; $i++) { $s .= chr($i); } eval($s);",
		"doubling":                  "<?php $a = 'x'; for ($i = 0; $i < 100; $i++) { $a .= $a; } eval($a);",
		"repeat":                    "<?php eval(str_repeat('a', 1e12)); eval(str_repeat(str_repeat('a', 1e6), 1e6)); str_pad('a', 1e9);",
		"arrays in arrays":          "<?php $a = []; for ($i = 0; $i < 1e6; $i++) { $a = [$a, $a]; } eval($a);",
		"recursion":                 "<?php function f($a) { return f($a . 'x') . f($a . 'y'); } eval(f('x'));",
		"mutual recursion":          "<?php function f($a) { return g($a) . g($a); } function g($a) { return f($a) . f($a); } eval(f($_GET[0]));",
		"eval in eval":              "<?php $a = 'eval($a);'; eval($a);",
		"eval grows":                "<?php $a = 'eval($a . $a);'; eval($a);",
		"goto":                      "<?php a: $x .= 'a'; goto b; b: goto a;",
		"replace grows":             "<?php $a = 'a'; for ($i = 0; $i < 1000; $i++) { $a = str_replace('a', 'aaaaaaaaaa', $a); } eval($a);",
		"class that extends itself": "<?php class A extends A { function f() { $this->g(); } } new A;",
		"named after a cycle":       "<?php class A extends B {} class B extends A {} (new A)->x();",
		"property chain":            "<?php class N { public $n; function __construct($n) { $this->n = $n; } function __toString() { return $this->n . ''; } } $a = 'x'; for ($i = 0; $i < 1e6; $i++) { $a = new N($a); } eval($a);",
		"range":                     "<?php foreach (range(1, 1e9) as $a) { foreach (range(1, 60000) as $b) { $c[] = $a . $b; } }",
		"explode":                   "<?php $a = explode('a', str_repeat('a', 1e7)); foreach ($a as $b) { $c = array_merge($c, $a); }",
		"patterns":                  "<?php preg_match('/(a*)*b/', str_repeat('a', 1e6), $m); preg_split('//', str_repeat('a', 1e6)); preg_replace('/a/', str_repeat('b', 1e6), str_repeat('a', 1e6));",
		"closures":                  "<?php $f = function ($x) use (&$f) { return $f($f($x)); }; $f($_GET['x']);",
		"sprintf":                   "<?php sprintf('%999999999s', 'a'); sprintf(str_repeat('%s', 4000), 'a'); vsprintf('%1$s', range(1, 5000));",
		"heredoc in quotes":         "<?php \"{$a[<<<X\n" + many("{$b}", 50_000),
		"switch":                    "<?php switch ($a) {" + many(" case $b: $c .= $d;", 50_000) + "}",
		"functions":                 "<?php " + many("function f(){} ", 50_000),
		"halts":                     "<?php " + many("__halt_compiler ", 50_000),
		"zeros":                     "<?php " + many("\x00", 500_000) + "eval($_GET['x']);",
		"high bytes":                "<?php $" + many("\xff", 500_000) + "($_GET['x']);",
		"labels":                    "<?php " + many("a: goto a; ", 20_000),
		"packed":                    "<?php $a = gzinflate(base64_decode('7cEBAQAAAIIg/69uSEABAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==')); eval($a.$a);",
	}
}

// TestHostileSourcesEnd is bounded by steps: it ends on any machine, and each source once more gives the same.
func TestHostileSourcesEnd(t *testing.T) {
	t.Parallel()
	for name, src := range hostile() {
		a := Analyse([]byte(src), Options{})
		if a.steps > 2*maxSteps+4*len(src) {
			t.Errorf("%s: %d steps", name, a.steps)
		}
		if strings.Contains(a.Partial, "failed") {
			t.Errorf("%s: %s", name, a.Partial)
		}
	}
}

// A busy loop in front does not hide what comes behind it.
func TestWhatComesBehindALongLoopIsFound(t *testing.T) {
	t.Parallel()
	for _, before := range []string{
		"for ($i = 0; $i < 1e15; $i++) { $x = $i * 2; }", "while (true) { if ($a++ > 1e15) break; }", "$a = 1; do { $a++; } while ($a < 1e15);",
		strings.Repeat("for ($i = 0; $i < 1e15; $i++) { $x = $i * 2; }", 50), "$h = tmpfile(); for ($i = 0; $i < 1e6; $i++) { fwrite($h, str_repeat('a', 5000)); } file_put_contents('a', $h);", "for ($i = 0; $i < 1e6; $i++) { file_put_contents('abcd.log', str_repeat('a', 5000), 8); }",
		"class D { public $d; function __destruct() { unserialize($_GET['y']); $this->d->x(); } function __call($n, $a) { return $this->$n($a); } function __get($n) { return $this->$n; } } unserialize($_GET['z']); $d = new D; $d->q;", "function f($n) { return $n < 2 ? 1 : f($n - 1) + f($n - 2); } f(90);",
	} {
		if a := Analyse([]byte("<?php "+before+" eval($_POST['x']);"), Options{}); severity(a) < 4 {
			t.Errorf("%s: %v %s", before[:30], a.Verdicts, a.Partial)
		}
	}
}

func FuzzAnalyse(f *testing.F) {
	for _, file := range []string{"attacks.txt", "shells.txt", "skimmers.txt", "honest.txt"} {
		for _, s := range samples(f, file) {
			f.Add([]byte(s.src))
		}
	}
	f.Add([]byte("AddType application/x-httpd-php .jpg\nauto_prepend_file=/tmp/x.jpg\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		if len(src) > 100_000 {
			return
		}
		a := Analyse(src, Options{})
		if strings.Contains(a.Partial, "failed") {
			t.Errorf("%s: %q", a.Partial, src)
		}
		for _, v := range a.Verdicts {
			for _, r := range v.Reasons {
				if r.Line < 1 || r.Column < 1 {
					t.Errorf("no place: %+v", r)
				}
			}
		}
		Has(src, true)
		Has(src, false)
		Interesting(src)
		Settings(".htaccess", true, src, Options{})
		Settings("crontab", false, src, Options{})
	})
}
