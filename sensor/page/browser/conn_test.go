package browser

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// fakeBrowser is the other end of the pipe.
type fakeBrowser struct {
	*conn
	commands *bufio.Reader
	answers  *io.PipeWriter
}

func newFakeBrowser(t *testing.T, onEvent func(message), onOversize func(head, tail []byte)) *fakeBrowser {
	t.Helper()
	answers, theirAnswers := io.Pipe()
	theirCommands, commands := io.Pipe()
	f := &fakeBrowser{conn: newConn(answers, commands, onEvent, onOversize), commands: bufio.NewReader(theirCommands), answers: theirAnswers}
	t.Cleanup(f.close)
	return f
}

func (f *fakeBrowser) command(t *testing.T) message {
	t.Helper()
	line, err := f.commands.ReadBytes(0)
	if err != nil {
		t.Fatal(err)
	}
	var m message
	if err := json.Unmarshal(line[:len(line)-1], &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func (f *fakeBrowser) say(t *testing.T, text string) {
	t.Helper()
	if _, err := io.WriteString(f.answers, text+"\x00"); err != nil {
		t.Fatal(err)
	}
}

func TestCallsGetTheirAnswers(t *testing.T) {
	events := make(chan string, 10)
	f := newFakeBrowser(t, func(m message) { events <- m.Method }, nil)
	type result struct {
		n   int
		err error
	}
	results := make(chan result, 3)
	for i := range 3 {
		go func() {
			var out struct{ Value int }
			err := f.call(limit(t), "S", "Do.it", map[string]int{"n": i}, &out)
			results <- result{out.Value - i, err}
		}()
	}
	var got []message
	for range 3 {
		got = append(got, f.command(t))
	}
	f.say(t, `{"method":"Some.event","params":{}}`)
	f.say(t, `{"id":999,"result":{}}`)
	f.say(t, `this is no JSON`)
	f.say(t, ``)
	f.say(t, `{"method":7}`)
	for i := len(got) - 1; i >= 0; i-- { // answers may come in any order
		var params struct{ N int }
		if err := json.Unmarshal(got[i].Params, &params); err != nil || got[i].SessionID != "S" {
			t.Fatal(got[i], err)
		}
		f.say(t, fmt.Sprintf(`{"id":%d,"sessionId":"S","result":{"value":%d}}`, got[i].ID, params.N+100))
	}
	for range 3 {
		if r := <-results; r.err != nil || r.n != 100 {
			t.Errorf("%+v", r)
		}
	}
	if e := <-events; e != "Some.event" {
		t.Error(e)
	}
}

func TestCallsThatFail(t *testing.T) {
	f := newFakeBrowser(t, func(message) {}, nil)
	errs := make(chan error, 1)
	call := func(ctx context.Context) {
		var out struct{ Value int }
		errs <- f.call(ctx, "S", "Do.it", nil, &out)
	}

	go call(limit(t))
	f.say(t, fmt.Sprintf(`{"id":%d,"error":{"code":-32000,"message":"no such thing"}}`, f.command(t).ID))
	var refused *protocolError
	if err := <-errs; !errors.As(err, &refused) || !strings.Contains(err.Error(), "Do.it: no such thing") {
		t.Errorf("refused: %v", err)
	}

	go call(limit(t))
	f.say(t, fmt.Sprintf(`{"id":%d,"result":{"value":"a text"}}`, f.command(t).ID))
	if err := <-errs; err == nil {
		t.Error("a result of another shape was taken")
	}

	ctx, cancel := context.WithCancelCause(limit(t))
	go call(ctx)
	f.command(t)
	cancel(errors.New("no longer wanted"))
	if err := <-errs; err == nil || !strings.Contains(err.Error(), "no longer wanted") {
		t.Errorf("cancelled: %v", err)
	}

	go call(limit(t))
	f.command(t)
	f.abandon("S", ErrGone)
	if err := <-errs; !errors.Is(err, ErrGone) {
		t.Errorf("abandoned: %v", err)
	}

	go call(limit(t))
	f.command(t)
	_ = f.answers.Close()
	if err := <-errs; !errors.Is(err, ErrClosed) {
		t.Errorf("browser died: %v", err)
	}
	go call(limit(t))
	if err := <-errs; !errors.Is(err, ErrClosed) {
		t.Errorf("after that: %v", err)
	}
	if len(f.pending) != 0 {
		t.Errorf("%d calls are still waited for", len(f.pending))
	}
}

func TestMessagesAboveTheBound(t *testing.T) {
	heads := make(chan [2]string, 1)
	f := newFakeBrowser(t, func(message) {}, func(head, tail []byte) { heads <- [2]string{string(head), string(tail)} })
	errs := make(chan error, 1)
	go func() { errs <- f.call(limit(t), "", "Do.it", nil, nil) }()
	id := f.command(t).ID
	big := strings.Repeat("x", maxMessage)
	f.say(t, fmt.Sprintf(`{"id":%d,"result":{"value":"%s"}}`, id, big))
	var large *oversizeError
	if err := <-errs; !errors.As(err, &large) {
		t.Errorf("got %v", err)
	}
	f.say(t, `{"method":"Fetch.requestPaused","params":{"requestId":"job-1","request":{"url":"http://x/\u0026","postData":"`+big+`"}},"sessionId":"S1"}`)
	got := <-heads
	for _, c := range []struct{ from, mark, want string }{
		{got[0], `"requestId":`, "job-1"}, {got[0], `"url":`, "http://x/&"}, {got[1], `"sessionId":`, "S1"}, {got[0], `"postData":`, "xxxx"},
	} {
		if text, ok := jsonText([]byte(c.from), c.mark, 10); !ok || !strings.HasPrefix(text, c.want) {
			t.Errorf("%s is %q, want %q", c.mark, text, c.want)
		}
	}
	go func() { errs <- f.call(limit(t), "", "Do.it", nil, nil) }()
	f.say(t, fmt.Sprintf(`{"id":%d,"result":{}}`, f.command(t).ID))
	if err := <-errs; err != nil {
		t.Errorf("the message after it: %v", err)
	}
}

func FuzzFrames(f *testing.F) {
	f.Add([]byte("{}\x00{\"id\":1}\x00"))
	f.Add([]byte("\x00\x00x"))
	f.Fuzz(func(t *testing.T, stream []byte) {
		r := frameReader{r: bufio.NewReaderSize(bytes.NewReader(stream), 16)}
		var whole []byte
		for {
			line, tail, err := r.next()
			if err != nil {
				break
			}
			if tail != nil {
				t.Fatal("a small message was called large")
			}
			whole = append(append(whole, line...), 0)
		}
		if want := stream[:bytes.LastIndexByte(stream, 0)+1]; !bytes.Equal(whole, want) {
			t.Fatalf("read %q of %q", whole, stream)
		}
	})
}

// FuzzEvents feeds events of any shape to a browser whose sessions exist: none may panic or block.
func FuzzEvents(f *testing.F) {
	for _, seed := range []string{
		`{"method":"Target.attachedToTarget","params":{"sessionId":"P","targetInfo":{"targetId":"T","type":"page","url":"http://a/"}}}`,
		`{"method":"Target.attachedToTarget","sessionId":"S","params":{"sessionId":"W","targetInfo":{"targetId":"V","type":"worker"}}}`,
		`{"method":"Target.detachedFromTarget","params":{"sessionId":"S"}}`,
		`{"method":"Network.requestWillBeSent","sessionId":"S","params":{"requestId":"1","request":{"url":"http://a/","method":"GET","headers":{"A":"b","C":1}},"initiator":{"type":"script","stack":{"callFrames":[{"url":"u","lineNumber":1e9}],"parent":{"callFrames":[]}}},"redirectResponse":{"url":"http://a/","status":302},"type":"Document","frameId":"T"}}`,
		`{"method":"Network.requestWillBeSentExtraInfo","sessionId":"S","params":{"requestId":"1","headers":{"Cookie":"x"}}}`,
		`{"method":"Network.responseReceivedExtraInfo","sessionId":"S","params":{"requestId":"1","headers":{},"statusCode":"200"}}`,
		`{"method":"Network.responseReceived","sessionId":"S","params":{"requestId":"1","response":{"status":200,"mimeType":"text/event-stream"}}}`,
		`{"method":"Network.loadingFailed","sessionId":"S","params":{"requestId":"1","errorText":"net::ERR"}}`,
		`{"method":"Fetch.requestPaused","sessionId":"S","params":{"requestId":"i","request":{"url":"http://a/","method":"POST","hasPostData":true,"postDataEntries":[{"bytes":"QUJD"},{}]},"networkId":"1"}}`,
		`{"method":"Fetch.authRequired","sessionId":"S","params":{"requestId":"i","request":{"url":"http://a/"},"authChallenge":{"source":"Server"}}}`,
		`{"method":"Network.webSocketFrameSent","sessionId":"S","params":{"requestId":"2","response":{"opcode":2,"payloadData":"!!"}}}`,
		`{"method":"Debugger.scriptParsed","sessionId":"S","params":{"scriptId":"1","url":"data:","executionContextAuxData":{"isDefault":true,"frameId":"T"},"stackTrace":{"callFrames":[],"parentId":{"id":"1"}}}}`,
		`{"method":"Page.frameNavigated","sessionId":"S","params":{"frame":{"id":"T","loaderId":"L","url":"http://[::1"}}}`,
		`{"method":"Page.javascriptDialogOpening","sessionId":"S","params":{"type":"alert"}}`,
		`{"method":"Inspector.targetCrashed","sessionId":"S","params":{}}`,
		`{"method":"Page.frameDetached","sessionId":"S","params":{"frameId":"T","reason":"remove"}}`,
		`{"method":"Browser.downloadWillBegin","params":[]}`,
	} {
		f.Add([]byte(seed), []byte(seed))
	}
	f.Fuzz(func(t *testing.T, first, second []byte) {
		b := newBrowser(Options{Profile: Profiles()[0], version: "156.0.0.0"}, "")
		b.conn = newConn(io.NopCloser(strings.NewReader("")), discard{}, b.onEvent, b.onOversize)
		<-b.conn.done
		b.onAttached("", attachedToTarget{SessionID: "S", TargetInfo: targetInfo{TargetID: "T", Type: "page"}})
		for _, line := range [][]byte{first, second, first} {
			var m message
			if json.Unmarshal(line, &m) == nil {
				b.onEvent(m)
			}
		}
		b.onOversize(first, second)
		_ = b.rec.Requests()
		_ = b.Tabs()
	})
}

type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) Close() error                { return nil }

func FuzzJSONText(f *testing.F) {
	f.Add([]byte(`{"a":"b\u00e9\"c","d":1}`), 10)
	f.Add([]byte(`{"a":"b\u00`), 100)
	f.Add([]byte(`{"a":"b\\`), 3)
	f.Fuzz(func(t *testing.T, data []byte, limit int) {
		text, ok := jsonText(data, `"a":`, limit)
		var whole struct {
			A string `json:"a"`
		}
		if !bytes.HasPrefix(data, []byte(`{"a":"`)) || bytes.Count(data, []byte(`"a"`)) > 1 || json.Unmarshal(data, &whole) != nil {
			return
		}
		if limit >= len(data) && (!ok || text != whole.A) {
			t.Fatalf("%q instead of %q", text, whole.A)
		}
	})
}

func FuzzReport(f *testing.F) {
	f.Add("value%0Acard_number%0A4%0Ahash%092%0938%09http%3A%2F%2Fa%2Fb.js%09steal")
	f.Add("peer%0A%0A1")
	f.Fuzz(func(t *testing.T, text string) {
		r, ok := parseReport(text)
		if ok && (r.count < 1 || len(r.calls) > maxStack || len(r.field) > 256) {
			t.Fatalf("%+v", r)
		}
	})
}
