package line

import (
	"bytes"
	"reflect"
	"testing"
)

// slowly reads a line without what makes usual lines fast.
func slowly(r *Reader, line []byte, e *Event) Format {
	*e = Event{}
	r.held = r.held[:0]
	r.shapes.rest = 1 << 30
	if e.Format = r.read(bytes.TrimRight(line, "\r\n"), e); e.Format == Unread {
		*e = Event{}
	}
	return e.Format
}

// FuzzFastIsSlow reads lines one after the other as fast as can be, and slowly: the two must not differ, whatever came before.
func FuzzFastIsSlow(f *testing.F) {
	for _, seed := range []string{
		"192.0.2.1 - - [29/Nov/2026:00:27:22 +0900] \"GET /a?b=?c HTTP/1.1\" 200 612 \"-\" \"x\"\n::1 - - [29/Nov/2026:00:27:23 +0900] \"POST /!a HTTP/2.0\" 404 -",
		"1 - - [29/Nov/2026:00:27:59 +0900] \"GET /a\\\"b HTTP/1.1\" 200 6 \"-\"\n1[ - - [29/Nov/2026:00:27:60 +0900] \"GET / HTTP/1.1\" 200 6",
		"2026-11-29\t00:27:22\tNRT - - [29/Nov/2026:00:27:22 +0900] \"GET / HTTP/1.1\" 200 6\r\n2 - - [29/Nov/2026:00:28:22 -0900] \"GET  HTTP/1.1\" 200 6",
		`{"time":"2026-11-29T00:00:01Z","method":"GET","uri":"/a","status":200}` + "\n" + `{"time":"2026-11-29T00:00:02Z","method":"POST","uri":"/b?c","status":404}`,
		`{"ts":1790000000.5,"request":{"method":"GET","uri":"/","headers":{"User-Agent":["x","y"]}},"a":{},"status":1}` + "\n" + `{"ts":1790000001.5,"request":{"method":"PUT","uri":"/b","headers":{"User-Agent":["z"]}},"a":{},"status":2}`,
		`{"t":1,"a":"b\"c","time":"2026-11-29 00:00:01"}` + "\n" + `{"t":"1","a":"b","time":"2026-11-29 00:00:01"} x` + "\n" + `{"t":"1","a":"b","time":"2026-11-29 00:01:01`,
		`{"time":1790000000,"user":"a","path":"/"}` + "\n" + `{"time":1790000000,"user":{"sub":"7"},"path":"/"}` + "\n" + `{"time":1790000000,"user":"b","path":"/"}`,
		`{"time":1790000000,"event":[{"jti":"a"}],"path":"/"}` + "\n" + `{"time":1790000000,"event":[{"jti":"b"}],"path":"/"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		fast, slow := NewReader(nil), NewReader(nil)
		var got, want Event
		for range 2 {
			for one := range bytes.SplitSeq(text, []byte("\n")) {
				a, b := fast.Read(one, &got), slowly(slow, one, &want)
				plain := got
				plain.usual = false
				if a != b || !reflect.DeepEqual(plain, want) {
					t.Errorf("%q:\n%v %+v\n%v %+v", one, a, plain, b, want)
				}
			}
		}
	})
}

func TestUsualLinesAreReadFast(t *testing.T) {
	r := NewReader(nil)
	var e Event
	for _, text := range []string{
		`192.0.2.1 - - [29/Nov/2026:00:27:22 +0900] "GET /member/orders?page=2 HTTP/1.1" 200 612 "https://shop.example/" "Mozilla/5.0"`,
		`2001:db8::7 - - [29/Nov/2026:00:27:22 +0900] "DELETE /a!b/c HTTP/2.0" 404 - "-" "-"`,
	} {
		if !r.usual([]byte(text), &e) {
			t.Errorf("not usual: %s", text)
		}
	}
	for _, text := range []string{
		`{"time":"2026-11-29T00:00:00Z","request":{"method":"GET","headers":{"User-Agent":["x"]}},"tls":{"a":1},"status":200}`,
		`{"time":"2026-11-30T00:00:00Z","request":{"method":"POST","headers":{"User-Agent":["y","z\""]}},"tls":{"b":[2]},"status":"404"}`,
	} {
		r.shapes.credit = mostCredit
		if r.Read([]byte(text), &e); r.shapes.credit == mostCredit && r.shapes.steps == 0 {
			t.Errorf("not learned: %s", text)
		}
	}
	if r.shapes.credit != mostCredit {
		t.Error("the second line has not the shape of the first")
	}
}

// TestShapesAreBounded reads lines that have nothing in common.
func TestShapesAreBounded(t *testing.T) {
	r := NewReader(nil)
	var e Event
	for i := range 30_000 {
		name := string(rune('a'+i%26)) + string(rune('a'+i/26%26)) + string(rune('a'+i/676%26)) + string(rune('a'+i/17576%26))
		line := []byte(`{"time":"2026-11-29T00:00:00Z","` + name + `":1,"` + name + name + `":2,"path":"/"}`)
		if r.Read(line, &e) != JSON {
			t.Fatal(string(line))
		}
	}
	if r.shapes.steps > maxSteps || r.shapes.size > maxTexts {
		t.Errorf("%d steps, %d bytes", r.shapes.steps, r.shapes.size)
	}
}
