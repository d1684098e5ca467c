package files

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tillwatch/tillwatch"
)

func TestTemplatesBecomeMarkup(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind     kind
		in, want string
		php      bool
	}{
		"no PHP":              {kindPHP, "<p>a</p>", "<p>a</p>", false},
		"a value":             {kindPHP, "var n = <?= $n ?>;", "var n = 0        ;", true},
		"echo":                {kindPHP, "n(<?php echo $n;?>)", "n(0               )", true},
		"a statement":         {kindPHP, "a<?php if ($x): ?>b", "a                 b", true},
		"a mark in a string":  {kindPHP, `a<?php $x = '?>' . "\"?>"; ?>b`, "a" + strings.Repeat(" ", 28) + "b", true},
		"in a comment":        {kindPHP, "a<? /* ?> */ ?>b", "a              b", true},
		"a comment of a line": {kindPHP, "a<?php // it's ?>b' <?= 1 ?>", "a                b' 0       ", true},
		"a comment, then more": {
			kindPHP, "a<?php # it's\n$x = 1; ?>b", "a            \n          b", true,
		},
		"heredoc":        {kindPHP, "a<?php $x = <<<END\nit's ?> \n  END; ?>b", "a                 \n        \n         b", true},
		"not closed":     {kindPHP, "a\n<?php function f() {}\n", "a\n" + strings.Repeat(" ", 21) + "\n", true},
		"XML is no PHP":  {kindPHP, `<?xml version="1.0"?><svg/>`, `<?xml version="1.0"?><svg/>`, false},
		"nor in a page":  {kindDocument, "<?mso x?><p/>", "<?mso x?><p/>", false},
		"Japanese":       {kindPHP, "<?php /* 購入 */ ?>決済", "                 決済", true},
		"Twig":           {kindTwig, "f({{ a }});{% if b %}g();{% endif %}{# c #}", "f(0      );          g();                  ", false},
		"Smarty":         {kindSmarty, "f({$a|escape:'javascript'});{if $b}g({ x: 1 });{/if}", "f(0                       );       g({ x: 1 });     ", false},
		"literal":        {kindSmarty, "{literal}f({if:1}){/literal}{if $a}", "         f({if:1})                 ", false},
		"EC-CUBE's form": {kindSmarty, "f(<!--{$a}-->);<!--{if $b}-->g();<!--{/if}-->", "f(0          );              g();            ", false},
	} {
		got, php := blank(c.kind, []byte(c.in))
		if string(got) != c.want || php != c.php {
			t.Errorf("%s: %q (PHP: %v), want %q", name, got, php, c.want)
		}
	}
}

func TestAScriptInATemplateIsFoundWhereItIs(t *testing.T) {
	t.Parallel()
	for name, head := range map[string]string{
		"a.php":  "<?php $q = \"it's <script> ?>\";\n// 注文\n?>\n<script>var total = <?= $total ?>;\n",
		"a.tpl":  "{* <script> *}\n\n{if $a}\n<script>var total = {$total};\n",
		"a.twig": "{# 購入 <script> #}\n\n{% if a %}\n<script>var total = {{ total }};\n",
	} {
		got := observe(t, Config{}, folder(t, map[string]string{name: head + thief + "</script>"}))
		if len(got.signs) != 1 || got.signs[0].Severity != tillwatch.High || got.signs[0].Evidence[0].Line != 7 {
			t.Errorf("%s: %q %+v", name, got.all, got.signs)
		}
	}
}

func TestHostileTemplatesTakeNoLonger(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind kind
		text string
	}{
		"a tag that never ends": {kindTwig, "{%" + strings.Repeat("{{x}}", 1<<20)},
		"braces":                {kindSmarty, strings.Repeat("{if ", 1<<20)},
		"comments":              {kindPHP, "<?php\n" + strings.Repeat("//\n", 1<<20)},
		"heredocs":              {kindPHP, "<?php\n" + strings.Repeat("<<<A\nA\n", 1<<19)},
		"marks":                 {kindSmarty, strings.Repeat("<!--{", 1<<20)},
		"signs":                 {kindSmarty, strings.Repeat("<", 1<<22)},
		"literals":              {kindSmarty, strings.Repeat("{literal}", 1<<19)},
	} {
		if got, _ := blank(c.kind, []byte(c.text)); len(got) != len(c.text) {
			t.Errorf("%s: %d bytes became %d", name, len(c.text), len(got))
		}
	}
}

func FuzzBlank(f *testing.F) {
	for _, seed := range []string{"<?php '\\", "<?= <<<A\nA", "<!--{literal}-->{", "{{ {% #}", "<?", "<?php #", "é<?é?>é", "{literal}"} {
		for _, k := range []kind{kindPHP, kindSmarty, kindTwig, kindDocument} {
			f.Add(string(k), seed)
		}
	}
	f.Fuzz(func(t *testing.T, k, text string) {
		got, _ := blank(kind(k), []byte(text))
		if strings.Count(string(got), "\n") != strings.Count(text, "\n") {
			t.Errorf("%q became %q: other lines", text, got)
		}
		if utf8.ValidString(text) && utf8.RuneCount(got) != utf8.RuneCountInString(text) {
			t.Errorf("%q became %q: other columns", text, got)
		}
	})
}
