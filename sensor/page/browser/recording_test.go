package browser

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/tillwatch/tillwatch"
)

// heap is the memory in use after a collection.
func heap() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

func TestARecordingIsBounded(t *testing.T) {
	before := heap()
	r := newRecording()
	body := func(i int) []byte { return fmt.Appendf(make([]byte, 0, 64<<10), "%0*d", 64<<10-1, i) }
	for i := range 100_000 {
		rec := r.newRequest(Request{URL: fmt.Sprintf("http://host%d.example/%s", i%40, strings.Repeat("p", i%200)), Method: "POST"})
		r.setHeaders(rec, headers{"user-agent": "x", "referer": fmt.Sprintf("http://%d.example/%s", i, strings.Repeat("r", 300))})
		r.setResponse(rec, 200, headers{"set-cookie": strings.Repeat("c", 1000) + fmt.Sprint(i)}, "text/html")
		stack := make([]Call, maxStack)
		r.setStack(rec, stack)
		if i%20 == 0 {
			r.setBody(rec, body(i), true)
			r.addScript(Script{ID: fmt.Sprint(i), Source: string(body(i)), Parent: stack})
			r.addSocketFrame(SocketFrame{Payload: tillwatch.NewBody(body(i))})
		}
		if i%10 == 0 {
			r.addRead(Read{Field: fmt.Sprint(i), How: "value", Stack: stack})
			r.addEvent(Event{Kind: Dialog, URL: strings.Repeat("u", 10_000), Text: strings.Repeat("t", 10_000)})
		}
	}
	if grown := heap() - before; grown > 120<<20 {
		t.Errorf("the recording takes %d MB", grown>>20)
	}
	lost := r.Lost()
	if lost.Requests == 0 || lost.Bodies == 0 || lost.Details == 0 || lost.Sources == 0 || lost.SocketFrames == 0 || lost.Reads == 0 || lost.Events == 0 || !lost.Any() {
		t.Errorf("what was left out is not counted: %+v", lost)
	}
	if n := len(r.Requests()); n+lost.Requests != 100_000 {
		t.Errorf("%d kept and %d lost of 100000", n, lost.Requests)
	}
	runtime.KeepAlive(r)
}

func TestLongThingsAreCutAndItIsSaid(t *testing.T) {
	r := newRecording()
	rec := r.newRequest(Request{URL: "http://a.example/?" + strings.Repeat("q", 2*maxURL)})
	r.setBody(rec, make([]byte, 3*MaxBody), true)
	r.addScript(Script{ID: "1", Source: strings.Repeat("s", MaxSource+1)})
	got := r.Requests()[0]
	if !got.Truncated || got.Body.Len() != MaxBody || len(got.URL) != maxURL {
		t.Errorf("truncated %t, %d bytes, URL of %d", got.Truncated, got.Body.Len(), len(got.URL))
	}
	script := r.Scripts()[0]
	if !script.Truncated || len(script.Source) != MaxSource || len(script.SHA256) != 64 {
		t.Errorf("truncated %t, %d bytes, digest %q", script.Truncated, len(script.Source), script.SHA256)
	}
	if small := r.newRequest(Request{URL: "http://b.example/"}); small.Truncated {
		t.Error("a small one is called truncated")
	}
}

func TestOneHostDoesNotPushOutTheOthers(t *testing.T) {
	r := newRecording()
	for range maxHostRequests + 1000 {
		r.newRequest(Request{URL: "http://noise.example/"})
	}
	r.newRequest(Request{URL: "http://evil.example/loot"})
	all := r.Requests()
	if last := all[len(all)-1]; last.URL != "http://evil.example/loot" || r.Lost().Requests != 1000 {
		t.Errorf("last %q, lost %d", last.URL, r.Lost().Requests)
	}
}

func TestRecordingFromSeveralSides(t *testing.T) {
	r := newRecording()
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for range 200 {
				r.Mark(fmt.Sprint(i))
				rec := r.newRequest(Request{URL: "http://a.example/"})
				r.setBody(rec, []byte("body"), true)
				r.addScript(Script{Source: "x"})
				_, _, _ = r.Requests(), r.Scripts(), r.Readers()
			}
		})
	}
	all.Wait()
	if n := len(r.Requests()); n != 1600 {
		t.Errorf("%d requests", n)
	}
	for i, q := range r.Requests() {
		if q.Seq != i+1 {
			t.Fatalf("request %d has number %d", i, q.Seq)
		}
	}
}

func TestBodiesDoNotPrint(t *testing.T) {
	r := newRecording()
	rec := r.newRequest(Request{URL: "http://a.example/"})
	r.setBody(rec, []byte("4111111111111111"), true)
	if text := fmt.Sprintf("%v %+v %#v", r.Requests()[0], r.Requests(), *rec); strings.Contains(text, "4111") {
		t.Errorf("a body printed: %s", text)
	}
}
