package key

import (
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

// encoding is a way to write a value, and the places it is written in; @ stands for it.
type encoding struct {
	name   string
	of     func(v string) string
	places []string
}

func replaced(pairs ...string) func(string) string { return strings.NewReplacer(pairs...).Replace }

func eachByte(format string) func(string) string {
	return func(v string) string {
		var b strings.Builder
		for _, c := range []byte(v) {
			fmt.Fprintf(&b, format, c)
		}
		return b.String()
	}
}

func inPieces(join string) func(string) string {
	return func(v string) string {
		var quoted []string
		for runes := []rune(v); len(runes) > 0; {
			n := min(len(runes), 5)
			quoted = append(quoted, strconv.Quote(string(runes[:n])))
			runes = runes[n:]
		}
		return strings.Join(quoted, join)
	}
}

func inLines(width int, end string) func(string) string {
	return func(v string) string {
		long := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("padding of a file ", 9) + v + strings.Repeat(" and more", 20)))
		var b strings.Builder
		for i := 0; i < len(long); i += width {
			b.WriteString(long[i:min(len(long), i+width)] + end)
		}
		return b.String()
	}
}

func asJSON(v string) string { b, _ := json.Marshal(v); return string(b) }

func asCSV(v string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	_ = w.Write([]string{"user", v, "last"})
	w.Flush()
	return b.String()
}

func asXML(v string) string { var b bytes.Buffer; _ = xml.EscapeText(&b, []byte(v)); return b.String() }

func wide(big bool) func(string) string {
	return func(v string) string {
		var b []byte
		for _, u := range utf16.Encode([]rune(v)) {
			if big {
				b = append(b, byte(u>>8), byte(u))
			} else {
				b = append(b, byte(u), byte(u>>8))
			}
		}
		return string(b)
	}
}

var quotedPlaces = []string{
	"k = @;", "{\"a\":1,\"k\":@,\"b\":[]}", "call(@)", "x=[@,1]", "const K=@,L=2;function f(){}", "export default {key: @}",
	"private static final String K = @;", "var k string = @ // of the shop", "os.environ['K'] = @", "key: @\nnext: 1\n",
}

var encodings = []encoding{
	{"as it is", func(v string) string { return v }, []string{
		"@", "export DB_PASSWORD=@\nNEXT=1", "DB_PASSWORD=@", "DB_PASSWORD=\"@\"\n", "DB_PASSWORD='@'\r\n", "password: @\r\n", "<<@>>",
		"[client]\npassword = @\n", "db.password=@", "spring.datasource.password: @", "  password: |\n    @\n  next: 2",
		"services:\n  db:\n    environment:\n      - MYSQL_PASSWORD=@\n", "ENV API_KEY=@", "ENV API_KEY @\nRUN true", "ARG KEY=\"@\"",
		"cat <<EOF > .env\nKEY=@\nEOF\n", "//registry.example/:_authToken=@\n", "machine api.example login shop password @\n",
		"db.internal:5432:shop:app:@\n", "postgres://app:@@db.internal:5432/shop", "https://deploy:@@git.example/x.git",
		"Authorization: Bearer @\r\n", "curl -H 'X-Api-Key: @' https://x.example", "curl -u shop:@ https://x.example", "mysql -uroot -p@ shop",
		"mysql -u root -p'@' shop", "# key: `@`\n", "| key | @ |\n", "- the key is @.", "> @", "2026-01-01 12:00:00 INFO login with @ ok", "level=info key=@ msg=x",
		"<password><![CDATA[@]]></password>", "Server=db;User Id=a;Password=@;", "jdbc:mysql://h/d?user=a&password=@", "env:\n  KEY: '@'\n", "script:\n  - deploy --key @\n",
		"-  old\n+KEY=@\n", "commit message: removed @", "/* @ */", "// @", "#@", "<!-- @ -->", "set KEY=@\r\n", "$env:KEY = '@'", "[@]", "(@)", "{@}", "a,@,b", "a\t@\tb", "a\x00@\x00b",
		"variable \"k\" {\n  default = \"@\"\n}", "proxy_set_header X-Key @;", "SetEnv KEY @\n", "requirepass @\n", "token=@&x=1",
	}},
	{"JSON", asJSON, quotedPlaces},
	{"Go", strconv.Quote, quotedPlaces},
	{"ASCII", strconv.QuoteToASCII, quotedPlaces},
	{"PHP, one quote", replaced(`\`, `\\`, `'`, `\'`), []string{
		"<?php define('DB_PASSWORD', '@');", "'db' => ['password' => '@'],", "$config['key'] = '@';", "return ['key'=>'@','b'=>1];", "define(\"KEY\", '@');",
		"const KEY = '@';", "$k='@'.$x;", "array('a' => array('key' => '@'))", "putenv('K=@');", "new Client('@', true)",
	}},
	{"MySQL", replaced(`\`, `\\`, `'`, `\'`, `"`, `\"`), []string{
		"INSERT INTO conf VALUES (1,'key','@',NULL);", "IDENTIFIED BY '@';", "UPDATE c SET v='@' WHERE k='key';", "(7,'smtp','a:1:{s:3:\\\"key\\\";s:9:\\\"@\\\";}'),", "SET PASSWORD FOR 'a'@'%' = '@';",
	}},
	{"SQL", replaced(`'`, `''`), []string{
		"INSERT INTO conf VALUES (1, 'key', '@', NULL);", "ALTER ROLE app PASSWORD '@';", "SELECT '@'", "WHERE k = '@' AND b", "key: '@'\nnext: 2\n", "- '@'\n", "VALUES ('@')",
	}},
	{"CSV", asCSV, []string{"@", "a,b,c\r\n@", "\ufeffa,b,c\n@", "id,key,x\n1,2,3\n@4,5,6\n"}},
	{"shell", replaced(`'`, `'\''`), []string{
		"export KEY='@'", "curl -H 'X-Api-Key: @'", "KEY='@' ./deploy", "echo '@' | docker login", "sshpass -p '@' ssh x", "K=$(printf %s '@')", "mysql -p'@'", "alias d='deploy @'",
	}},
	{"shell, two quotes", replaced(`\`, `\\`, `"`, `\"`, `$`, `\$`, "`", "\\`"), []string{
		"export KEY=\"@\"", "curl -H \"X-Api-Key: @\"", "KEY=\"@\" ./deploy", "echo \"@\" | docker login", "PASS=\"@\"; run",
	}},
	{"shell, no quotes", func(v string) string {
		var b strings.Builder
		for _, c := range []byte(v) {
			if c < 0x80 && !isWord[c] {
				b.WriteByte('\\')
			}
			b.WriteByte(c)
		}
		return b.String()
	}, []string{"KEY=@ x", "deploy --key @\n", "key\\ is\\ @", "mysql -p@ shop", "k=@&x"}},
	{"Compose", replaced("$", "$$"), []string{"KEY: \"@\"", "- KEY=@\n", "  KEY: @", "command: run --key @", "key = \"@\""}},
	{"command file", replaced("%", "%%"), []string{"set KEY=@\r\n", "deploy @\r\n", "Environment=KEY=@\n", "0 1 * * * deploy @\n", "key = @\n"}},
	{"properties", replaced(`\`, `\\`, ":", `\:`, "=", `\=`, "#", `\#`, "!", `\!`, " ", `\ `), []string{"db.password=@", "db.password = @\n", "key: @\n", "key @", "a=1\nb=@\nc=3"}},
	{"HTML", html.EscapeString, []string{"<input value=\"@\">", "<td>@</td>", "<a href='/?k=@'>", "<meta name=key content=\"@\">", "<code>@</code>", "<script data-key=\"@\"></script>", "<p>@<br>"}},
	{"XML", asXML, []string{"<password>@</password>", "<add key=\"k\" value=\"@\"/>", "<string name=\"k\">@</string>", "<entry>@</entry>", "<env><k>@</k></env>", "<dict><key>k</key><string>@</string></dict>"}},
	{"query", url.QueryEscape, []string{"https://api.example/?k=@&x=1", "k=@", "a=1&k=@", "curl -d 'k=@'", "GET /x?k=@ HTTP/1.1", "location.href='/p?k=@'", "Referer: https://x.example/?k=@\r\n"}},
	{"path", url.PathEscape, []string{"/@", "https://api.example/v1/@/orders", "GET /hooks/@ HTTP/1.1", "postgres://app:@@db/shop", "mysql://a:@@h", "amqp://a:@@h/v", "redis://:@@h:6379/0"}},
	{"percent", eachByte("%%%02X"), []string{"k=@&x=1", "/@/", "unescape('@')", "x?@", "@"}},
	{"bytes", eachByte(`\x%02x`), []string{"\"@\"", "b'@'", "$'@'", "printf '@'", "char k[] = \"@\";", "re = /@/", "k = \"a=@\""}},
	{"octal", eachByte(`\%03o`), []string{"\"@\"", "$'@'", "printf '@'", "char k[] = \"@\";", "echo -e '@'"}},
	{"code points", func(v string) string {
		var b strings.Builder
		for _, r := range v {
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		return b.String()
	}, []string{"\"@\"", "{\"k\":\"@\"}", "k='@'", "k=@\n", "f(`@`)"}},
	{"braces", func(v string) string {
		var b strings.Builder
		for _, r := range v {
			fmt.Fprintf(&b, `\u{%x}`, r)
		}
		return b.String()
	}, []string{"\"@\"", "k='@'", "f(`@`)", "<?php \"@\"", "println!(\"@\")"}},
	{"entities", func(v string) string {
		var b strings.Builder
		for _, r := range v {
			fmt.Fprintf(&b, `&#%d;`, r)
		}
		return b.String()
	}, []string{"<td>@</td>", "<a href=\"@\">", "@", "<p>key: @", "value='@'"}},
	{"hex entities", func(v string) string {
		var b strings.Builder
		for _, r := range v {
			fmt.Fprintf(&b, `&#x%X;`, r)
		}
		return b.String()
	}, []string{"<td>@</td>", "<a href=\"@\">", "@", "<p>key: @", "value='@'"}},
	{"base64", func(v string) string { return base64.StdEncoding.EncodeToString([]byte(v)) }, []string{
		"auth = '@'", "@", "apiVersion: v1\nkind: Secret\ndata:\n  password: @\n", "Authorization: Basic @\r\n", "atob(\"@\")", "base64_decode('@')", "APP_KEY=base64:@\n",
		"data:text/plain;base64,@", "echo @ | base64 -d", "{\"data\":\"@\"}", "\"a\\n@\"", "x(\"@\")", "key=\"@\"", "<data>@</data>", "[\"@\",1]", "/@", "k/@ x", "- @\n", "b64:@",
	}},
	{"base64 of a pair", func(v string) string { return base64.StdEncoding.EncodeToString([]byte("user:" + v + "\n")) }, []string{
		"Authorization: Basic @\r\n", "{\"auths\":{\"x\":{\"auth\":\"@\"}}}", "_auth=@\n", "_auth = \"@\"", "h['Authorization'] = 'Basic @'", "curl -H 'Authorization: Basic @'", "auth: @",
	}},
	{"base64 of a line", func(v string) string { return base64.StdEncoding.EncodeToString([]byte("KEY=" + v + "; export KEY")) }, []string{
		"env: @", "eval(atob('@'))", "@", "content: @\nencoding: b64\n", "user_data = \"@\"", "write_files:\n- content: @",
	}},
	{"base64 for addresses", func(v string) string { return base64.RawURLEncoding.EncodeToString([]byte("a=" + v + "&b")) }, []string{
		"/s/@", "?state=@&x", "eyJ.@.x", "k=@", "https://x.example/@/y", "cookie: s=@; Path=/", "\"d\":\"@\"",
	}},
	{"base64 in lines of 76", inLines(76, "\r\n"), []string{"@", "Content-Transfer-Encoding: base64\r\n\r\n@\r\n--b", "data: |\n@", "\n\n@\n\n"}},
	{"base64 in lines of 64", inLines(64, "\n"), []string{"@", "-----BEGIN X-----\n@-----END X-----\n", "x = '\n@'", "key: |\n@"}},
	{"base64 in indented lines", inLines(60, "\n    "), []string{"@", "data:\n  key: |\n    @", "<data>\n    @</data>"}},
	{"base64 in escaped lines", inLines(64, `\n`), []string{"\"@\"", "{\"f\":\"@\"}", "f('@')"}},
	{"hex", func(v string) string { return hex.EncodeToString([]byte(v)) }, []string{
		"0x@", "@", "hex2bin('@')", "X'@'", "\"@\"", "k=@&x", "unhex('@')", "decode('@', 'hex')", "key: @\n", "[@]", "a_@_b", "E'\\\\x@'",
	}},
	{"HEX", func(v string) string { return strings.ToUpper(hex.EncodeToString([]byte(v))) }, []string{"0x@", "@", "X'@'", "\"@\"", "key: @\n", "INSERT INTO c VALUES (0x@);", "k=@"}},
	{"hex of a line", func(v string) string { return hex.EncodeToString([]byte("KEY=" + v + "\n")) }, []string{"@", "0x@", "'@'", "blob: @", "f(\"@\")"}},
	{"pieces, dot", inPieces(" . "), []string{"$k = @;", "f(@)", "define('K', @);", "'k' => @,", "return @;"}},
	{"pieces, plus", inPieces(" +\n    "), []string{"k = @;", "f(@)", "{k: @}", "String k = @;", "return @"}},
	{"pieces, tight", inPieces("+"), []string{"k=@;", "f(@)", "{k:@}", "a=1,k=@,b", "return @"}},
	{"pieces, nothing", inPieces("\n\t"), []string{"char *k = @;", "k = (@)", "f(@)", "#define K @", "x = [@]"}},
	{"pieces, two dots", inPieces(" .. "), []string{"local k = @", "f(@)", "k = @;"}},
	{"pieces, bars", inPieces(" || "), []string{"SELECT @;", "SET k = @;", "VALUES (@)"}},
	{"pieces, ampersand", inPieces(" & "), []string{"k = @", "Const K = @", "f(@)"}},
	{"pieces, next line", func(v string) string {
		runes := []rune(v)
		q := func(r []rune) string { s := strconv.Quote(string(r)); return s[1 : len(s)-1] }
		return `"` + q(runes[:4]) + "\\\n" + q(runes[4:]) + `"`
	}, []string{"k=@", "ENV K=@", "#define K @", "key: @", "x(@)"}},
}

// whole16 are spellings of a whole file, not of a value in it.
var whole16 = []struct {
	name string
	of   func(string) string
}{
	{"UTF-16, little", wide(false)},
	{"UTF-16, big", wide(true)},
	{"UTF-16, marked", func(s string) string { return "\xff\xfe" + wide(false)(s) }},
	{"UTF-16, big, marked", func(s string) string { return "\xfe\xff" + wide(true)(s) }},
}

func testMatcher(t testing.TB) *Matcher {
	t.Helper()
	var prints []Print
	for _, v := range values {
		p, err := testSite(t).Print([]byte(v))
		if err != nil {
			t.Fatal(err)
		}
		prints = append(prints, p)
	}
	return NewMatcher(testSite(t), prints)
}

func TestAKeyIsFoundHoweverItIsWritten(t *testing.T) {
	m := testMatcher(t)
	find := func(i int, name, text string, from, to int) {
		t.Helper()
		for _, f := range m.Find([]byte(text)) {
			if f.Key == i && f.Offset >= from && f.Offset <= to {
				return
			}
		}
		t.Errorf("%q as %s was not found in %.200q, but %+v", values[i], name, text[from:min(to+20, len(text))], m.Find([]byte(text)))
	}
	placements, texts := 0, 0
	for _, e := range encodings {
		for _, place := range e.places {
			placements++
			before, after, _ := strings.Cut(place, "@")
			if strings.Contains(after, "@") && strings.HasPrefix(after, "'") { // the last one is the value's
				at := strings.LastIndex(place, "@")
				before, after = place[:at], place[at+1:]
			}
			for i, v := range values {
				text := before + e.of(v) + after
				texts++
				find(i, e.name, text, 0, len(text))
				if i == placements%len(values) {
					lead := strings.Repeat("lorem ipsum dolor sit amet, ", 1500)
					find(i, e.name, lead+text+"\nfoo", len(lead), len(lead)+len(text))
				}
			}
		}
	}
	for _, w := range whole16 {
		for _, place := range encodings[0].places {
			if strings.HasPrefix(place, "@") || len(place) < 12 {
				continue // nothing but a mark would say that it is UTF-16
			}
			placements++
			for i, v := range values {
				text := w.of("# a comment in plain letters\n" + strings.Replace(place, "@", v, 1))
				texts++
				find(i, w.name, text, 0, len(text))
			}
		}
	}
	for i, v := range values {
		if v[0] > 0x7f {
			continue // nothing tells it from other numbers
		}
		for _, big := range []bool{false, true} {
			archive := "shop.ps1" + strings.Repeat("\x00", 300) + wide(big)("$key = '"+v+"'\r\n") + strings.Repeat("\x00\x01\x02", 100) + "end"
			find(i, "UTF-16 in an archive", archive, 300, len(archive)-300)
		}
		tar := ".env" + strings.Repeat("\x00", 600) + "KEY=" + base64.StdEncoding.EncodeToString([]byte(v)) + "\n" + strings.Repeat("\x00", 600)
		find(i, "base64 in an archive", tar, 600, 700)
	}
	if placements < 300 {
		t.Errorf("%d placements are fewer than the 300 that are promised", placements)
	}
	t.Logf("%d placements, %d texts", placements, texts)
}
