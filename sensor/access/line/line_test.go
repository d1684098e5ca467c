package line

import (
	"encoding/base64"
	"reflect"
	"strings"
	"testing"
	"time"
)

func at(t *testing.T, text string) int64 {
	t.Helper()
	when, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t.Fatal(err)
	}
	return when.UnixMilli()
}

// told is what a test looks at of an event.
func told(e *Event) string {
	parts := []string{
		string(e.Client), string(e.Method), string(e.Path), string(e.Query), string(e.Referrer), string(e.Agent),
		"sub=" + string(e.Subject), "jti=" + string(e.Token), "kid=" + string(e.Key), "sid=" + string(e.Session), "user=" + string(e.User),
	}
	return strings.Join(parts, "|")
}

func TestEachFormatIsRead(t *testing.T) {
	jwt := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"ES256","kid":"k1"}`)) + "." +
		base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"42","jti":"abc","exp":1790000000,"ext":{"LSID":"s9"}}`)) + ".c2ln"
	for _, c := range []struct {
		name, line string
		format     Format
		at         string
		status     int
		bytes      int64
		want       string
	}{
		{
			"nginx combined", `192.0.2.1 - - [29/Nov/2026:00:27:22 +0900] "GET /member/orders?page=2 HTTP/1.1" 200 612 "https://shop.example/" "Mozilla/5.0 (X11; \x22q\x22)"`,
			Combined, "2026-11-29T00:27:22+09:00", 200, 612, `192.0.2.1|GET|/member/orders|page=2|https://shop.example/|Mozilla/5.0 (X11; \x22q\x22)|sub=|jti=|kid=|sid=|user=`,
		},
		{
			"Apache with quotes escaped, a user and a virtual host", `shop.example:443 2001:db8::7 - tanaka [01/Jan/2026:23:59:60 -0530] "POST /a\"b HTTP/1.1" 302 - "-" "-"`,
			Combined, "2026-01-02T05:30:00Z", 302, 0, `2001:db8::7|POST|/a\"b||||sub=|jti=|kid=|sid=|user=tanaka`,
		},
		{
			"common", `192.0.2.1 - - [29/Feb/2028:12:00:00 +0000] "GET / HTTP/1.0" 304 -`,
			Combined, "2028-02-29T12:00:00Z", 304, 0, `192.0.2.1|GET|/||||sub=|jti=|kid=|sid=|user=`,
		},
		{
			"behind a proxy", `10.0.0.9 - - [29/Nov/2026:00:27:22 +0000] "GET / HTTP/1.1" 200 6 "-" "a" "203.0.113.9, 10.0.0.1" rt=0.1`,
			Combined, "2026-11-29T00:27:22Z", 200, 6, `203.0.113.9|GET|/|||a|sub=|jti=|kid=|sid=|user=`,
		},
		{
			"no HTTP", `192.0.2.1 - - [29/Nov/2026:00:27:22 +0000] "\x16\x03\x01" 400 157 "-" "-"`,
			Combined, "2026-11-29T00:27:22Z", 400, 157, `192.0.2.1||||||sub=|jti=|kid=|sid=|user=`,
		},
		{
			"nginx JSON", `{"time_iso8601":"2026-11-29T00:27:22+09:00","remote_addr":"192.0.2.1","request":"GET /api/me?x=1 HTTP/2.0","status":"200","body_bytes_sent":"99","http_user_agent":"a\"b\u3042","sub":"77","jti":"t-1","kid":"k-1","sid":"s"}`,
			JSON, "2026-11-29T00:27:22+09:00", 200, 99, "192.0.2.1|GET|/api/me|x=1||a\"bあ|sub=77|jti=t-1|kid=k-1|sid=s|user=",
		},
		{
			"Caddy", `{"level":"info","ts":1790000000.5,"logger":"http.log.access","msg":"handled request","request":{"remote_ip":"192.0.2.4","remote_port":"5","client_ip":"192.0.2.4","proto":"HTTP/2.0","method":"GET","host":"shop.example","uri":"/my?a=b","headers":{"User-Agent":["curl/8"],"Referer":["https://r.example/"]},"tls":{"resumed":false}},"bytes_read":0,"user_id":"","duration":0.01,"size":5,"status":404,"resp_headers":{"Server":["Caddy"]}}`,
			JSON, "2026-09-21T14:13:20.5Z", 404, 5, `192.0.2.4|GET|/my|a=b|https://r.example/|curl/8|sub=|jti=|kid=|sid=|user=`,
		},
		{
			"Cloudflare", `{"ClientIP":"2001:db8::1","ClientRequestHost":"shop.example","ClientRequestMethod":"GET","ClientRequestURI":"/a?b","EdgeEndTimestamp":"2026-11-29T00:00:01Z","EdgeResponseBytes":8,"EdgeResponseStatus":200,"EdgeStartTimestamp":1764374400000000000,"RayID":"x","RequestHeaders":{"x-audit-sub":"u7"}}`,
			JSON, "2026-11-29T00:00:01Z", 200, 8, `2001:db8::1|GET|/a|b|||sub=u7|jti=|kid=|sid=|user=`,
		},
		{
			"a token whole", `{"time":"2026-11-29T00:00:00Z","method":"GET","path":"/me","authorization":"Bearer ` + jwt + `","status":200}`,
			JSON, "2026-11-29T00:00:00Z", 200, 0, `|GET|/me||||sub=42|jti=abc|kid=k1|sid=s9|user=`,
		},
		{
			"ALB", `https 2026-11-29T00:27:22.186641Z app/shop/50dc6c 192.0.2.1:2817 10.0.0.1:80 0.000 0.001 0.000 200 200 34 366 "GET https://shop.example:443/member?id=1 HTTP/1.1" "curl/8" ECDHE TLSv1.2 arn "Root=1-58" "shop.example" "arn" 0 2026-11-29T00:27:22.18Z "forward" "-" "-" "10.0.0.1:80" "200" "-" "-"`,
			ALB, "2026-11-29T00:27:22.186Z", 200, 366, `192.0.2.1|GET|/member|id=1||curl/8|sub=|jti=|kid=|sid=|user=`,
		},
		{
			"CloudFront", "2026-11-29\t00:27:22\tNRT57\t366\t192.0.2.1\tGET\td1.cloudfront.net\t/member\t200\thttps://r.example/\tcurl/8\tid=1\t-\tHit\tx",
			CloudFront, "2026-11-29T00:27:22Z", 200, 366, `192.0.2.1|GET|/member|id=1|https://r.example/|curl/8|sub=|jti=|kid=|sid=|user=`,
		},
		{
			"EC-CUBE 4", `[2026-11-29T00:27:22.186641+09:00] front.INFO [abc] [u1] [1207] [Eccube\Controller\Mypage:index:12] - マイページ [GET, https://shop.example/mypage/history/7?a=1, 2, 192.0.2.1, https://shop.example/mypage/, Mozilla/5.0 (X, Y)]`,
			Monolog, "2026-11-29T00:27:22.186+09:00", 0, 0, `192.0.2.1|GET|/mypage/history/7|a=1, 2|https://shop.example/mypage/|Mozilla/5.0 (X, Y)|sub=1207|jti=|kid=|sid=abc|user=`,
		},
		{
			"EC-CUBE 4, the administration", `[2026-11-29 00:27:22] admin.INFO [abc] [u1] [3] [a:b:1] - x [POST, https://shop.example/admin/content/file_manager, 192.0.2.1, N/A, a]`,
			Monolog, "2026-11-29T00:27:22Z", 0, 0, `192.0.2.1|POST|/admin/content/file_manager|||a|sub=|jti=|kid=|sid=abc|user=3`,
		},
		{"a stack trace", "    at Object.<anonymous> (app.js:1)", Note, "", 0, 0, "||||||sub=|jti=|kid=|sid=|user="},
		{"garbage", "\x00\xff\xfe[[[\"", Unread, "", 0, 0, "||||||sub=|jti=|kid=|sid=|user="},
		{"JSON that is cut off", `{"time":"2026-11-29T00:00:00Z","method":"GE`, Unread, "", 0, 0, "||||||sub=|jti=|kid=|sid=|user="},
		{"a time that is none", `192.0.2.1 - - [32/Nov/2026:00:27:22 +0900] "GET / HTTP/1.1" 200 612 "-" "-"`, Unread, "", 0, 0, "||||||sub=|jti=|kid=|sid=|user="},
	} {
		t.Run(c.name, func(t *testing.T) {
			var e Event
			if got := NewReader(nil).Read([]byte(c.line+"\r\n"), &e); got != c.format {
				t.Fatalf("is %v, want %v", got, c.format)
			}
			if got := told(&e); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if c.at != "" && e.At != at(t, c.at) {
				t.Errorf("time %v, want %s", time.UnixMilli(e.At).UTC(), c.at)
			}
			if e.Status != c.status || e.Bytes != c.bytes {
				t.Errorf("status %d, %d bytes; want %d, %d", e.Status, e.Bytes, c.status, c.bytes)
			}
		})
	}
}

func TestFieldsOfAW3CLogAreNamedByItsHeader(t *testing.T) {
	r := NewReader(nil)
	var e Event
	if got := r.Read([]byte("#Fields: date time c-ip cs-method cs-uri-stem sc-status"), &e); got != Note {
		t.Error(got)
	}
	if got := r.Read([]byte("2026-11-29\t00:27:22\t192.0.2.1\tGET\t/member\t200"), &e); got != CloudFront || string(e.Path) != "/member" || e.Status != 200 {
		t.Errorf("%v: %s", got, told(&e))
	}
}

func TestAPatternOfTheOperator(t *testing.T) {
	p, err := ParsePattern(`$remote_addr $sent_http_x_audit_sub ${sent_http_x_audit_jti}; [$time_local] "$request" $status "$http_user_agent" $request_time`)
	if err != nil {
		t.Fatal(err)
	}
	r := NewReader(p)
	var e Event
	line := `192.0.2.1 77 t1; [29/Nov/2026:00:27:22 +0900] "GET /a?b HTTP/1.1" 200 "x" 0.01`
	if got := r.Read([]byte(line), &e); got != Custom || told(&e) != "192.0.2.1|GET|/a|b||x|sub=77|jti=t1|kid=|sid=|user=" {
		t.Errorf("%v: %s", got, told(&e))
	}
	if got := r.Read([]byte(`{"time":"2026-11-29T00:00:00Z","method":"GET","path":"/"}`), &e); got != JSON {
		t.Errorf("a line of another format in the same file is %v", got)
	}
	for _, bad := range []string{"", "no variables", "$remote_addr$request", "$remote_addr $status", "$time_local $status"} {
		if _, err := ParsePattern(bad); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}

func TestTimesInEachForm(t *testing.T) {
	r := NewReader(nil)
	want := at(t, "2026-11-29T00:27:22.5Z")
	for _, text := range []string{
		"2026-11-29T00:27:22.5Z", "2026-11-29T09:27:22.500+09:00", "2026-11-28 18:57:22.500000 -0530", "1795912042.5", "1795912042500", "1795912042500000", "1795912042500000000",
	} {
		if got, ok := r.time([]byte(text)); !ok || got != want {
			t.Errorf("%s is %v, %v", text, time.UnixMilli(got).UTC(), ok)
		}
	}
	for _, text := range []string{"", "-", "0", "12:00", "2026-13-01T00:00:00Z", "2026-11-29T25:00:00Z", "2026-11-29T00:00:00+99:00", "99999999999999999999999"} {
		if got, ok := r.time([]byte(text)); ok {
			t.Errorf("%q is %v", text, time.UnixMilli(got))
		}
	}
}

func TestReadingAllocatesNothing(t *testing.T) {
	r := NewReader(nil)
	var e Event
	lines := [][]byte{
		[]byte(`192.0.2.1 - - [29/Nov/2026:00:27:22 +0900] "GET /member/orders?page=2 HTTP/1.1" 200 612 "https://shop.example/" "Mozilla/5.0"`),
		[]byte(`{"time":"2026-11-29T00:00:00Z","method":"GET","uri":"/member","status":200,"user_agent":"a\"b","sub":"1","jti":"x","kid":"k"}`),
	}
	read := func() {
		for _, l := range lines {
			r.Read(l, &e)
		}
	}
	read()
	if n := testing.AllocsPerRun(100, read); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestNamesMeanOneThing(t *testing.T) {
	for name, f := range ambiguous {
		if names[name] != fieldInside {
			t.Errorf("%s means %d", name, f)
		}
	}
	for name, want := range map[string]field{"user_id": fieldSubject, "X-Audit-Jti": fieldToken, "session_id": fieldSession, "http_referer": fieldReferrer, "username": fieldAccount} {
		if got := names[normal(name)]; got != want {
			t.Errorf("%s means %d, want %d", name, got, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		`192.0.2.1 - - [29/Nov/2026:00:27:22 +0900] "GET /a\"b?c HTTP/1.1" 200 612 "-" "x"`,
		`{"time":"2026-11-29T00:00:00Z","request":{"method":"GET","headers":{"User-Agent":["x"]}},"authorization":"Bearer eyJhIjoxfQ.eyJhIjoxfQ.x"}`,
		`https 2026-11-29T00:27:22.186641Z app 192.0.2.1:2817 - 0 0 0 200 200 34 366 "GET https://a:443/ HTTP/1.1" "c"`,
		"2026-11-29\t00:27:22\tNRT57\t366\t192.0.2.1\tGET\td\t/m\t200\t-\t-\tid=1",
		`[2026-11-29T00:27:22.186641+09:00] front.INFO [a] [b] [1] [c:d:1] - m [GET, https://s/, 192.0.2.1, r, a]`,
		"#Fields: date time cs-method", `{"a":"\u00`, `[[[[`, `{"a":[{"b":[`, "",
	} {
		f.Add([]byte(seed))
	}
	p, _ := ParsePattern(`$remote_addr [$time_local] "$request" $status`)
	f.Fuzz(func(t *testing.T, text []byte) {
		var e Event
		for _, r := range []*Reader{NewReader(nil), NewReader(p)} {
			for range 2 { // what a line leaves behind must not harm the next
				r.Read(text, &e)
			}
			if e.Format == Unread && (e.At != 0 || e.Path != nil) {
				t.Error("an unread line left something behind")
			}
		}
	})
}

func FuzzPattern(f *testing.F) {
	f.Add(`$remote_addr [$time_local] "$request" $status`, `192.0.2.1 [29/Nov/2026:00:27:22 +0900] "GET / HTTP/1.1" 200`)
	f.Fuzz(func(_ *testing.T, format, text string) {
		if p, err := ParsePattern(format); err == nil {
			var e Event
			NewReader(p).Read([]byte(text), &e)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	for name, text := range map[string]string{
		"combined": `198.18.2.7 - - [01/Nov/2026:00:00:00 +0000] "GET /api/customers/123456/addresses HTTP/1.1" 200 612 "https://shop.example/" "Mozilla/5.0 (Linux; Android 16; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Mobile Safari/537.36"`,
		"JSON":     `{"time":"2026-11-01T00:00:00.002Z","request_id":"c0a40a493f35d3da","remote_addr":"198.18.2.7","host":"shop.example","method":"POST","uri":"/login","status":302,"bytes":0,"seconds":0.000,"referer":"https://shop.example/","user_agent":"Mozilla/5.0 (Linux; Android 16; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Mobile Safari/537.36","sub":"79645","jti":"778e82d77b174ffe3b9e21a93be015a3","kid":"member-2026","sid":"6a308d241d1bdd19"}`,
	} {
		b.Run(name, func(b *testing.B) {
			r := NewReader(nil)
			var e Event
			for b.Loop() {
				r.Read([]byte(text), &e)
			}
		})
	}
}

func TestALazyReaderReadsTheSame(t *testing.T) {
	for _, text := range []string{
		`192.0.2.1 - - [29/Nov/2026:00:27:22 +0900] "GET / HTTP/1.1" 200 612 "https://shop.example/\"x" "Mozilla/5.0 (\"a)"`,
		`10.0.0.1 - - [29/Nov/2026:00:27:22 +0900] "GET / HTTP/1.1" 200 612 "-" "curl" "203.0.113.7, 10.0.0.2"`,
		`192.0.2.1 - - [29/Nov/2026:00:27:22 +0900] "GET / HTTP/1.1" 200 612`,
		`192.0.2.1 - - [29/Nov/2026:00:27:22 +0900] "GET / HTTP/1.1" 200 612 "cut off`,
	} {
		var eager, late Event
		lazy := NewReader(nil)
		lazy.Lazy = true
		if a, b := NewReader(nil).Read([]byte(text), &eager), lazy.Read([]byte(text), &late); a != b || a != Combined {
			t.Fatalf("%s: %s and %s", text, a, b)
		}
		if late.Agent != nil || late.Referrer != nil {
			t.Errorf("%s: not lazy", text)
		}
		if late.Complete(); !reflect.DeepEqual(eager, late) {
			t.Errorf("%s:\n%+v\n%+v", text, eager, late)
		}
	}
}
