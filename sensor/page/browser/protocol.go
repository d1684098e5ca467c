package browser

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
)

// The messages of the DevTools protocol that are used here, with the fields that are used.

type targetInfo struct {
	TargetID      string `json:"targetId"`
	Type          string `json:"type"`
	URL           string `json:"url"`
	OpenerID      string `json:"openerId"`
	ParentFrameID string `json:"parentFrameId"`
}

type attachedToTarget struct {
	SessionID  string     `json:"sessionId"`
	TargetInfo targetInfo `json:"targetInfo"`
}

type frameInfo struct {
	ID             string `json:"id"`
	ParentID       string `json:"parentId"`
	LoaderID       string `json:"loaderId"`
	Name           string `json:"name"`
	URL            string `json:"url"`
	URLFragment    string `json:"urlFragment"`
	UnreachableURL string `json:"unreachableUrl"`
}

type frameTree struct {
	Frame       frameInfo   `json:"frame"`
	ChildFrames []frameTree `json:"childFrames"`
}

type callFrame struct {
	FunctionName string `json:"functionName"`
	ScriptID     string `json:"scriptId"`
	URL          string `json:"url"`
	LineNumber   int    `json:"lineNumber"`
	ColumnNumber int    `json:"columnNumber"`
}

type stackTrace struct {
	Description string      `json:"description"`
	CallFrames  []callFrame `json:"callFrames"`
	Parent      *stackTrace `json:"parent"`
	ParentID    *struct {
		ID string `json:"id"`
	} `json:"parentId"`
}

type scriptParsed struct {
	ScriptID    string      `json:"scriptId"`
	URL         string      `json:"url"`
	StartLine   int         `json:"startLine"`
	StartColumn int         `json:"startColumn"`
	Hash        string      `json:"hash"`
	ContextID   int         `json:"executionContextId"`
	HasURL      bool        `json:"hasSourceURL"`
	IsModule    bool        `json:"isModule"`
	Length      int         `json:"length"`
	Embedder    string      `json:"embedderName"`
	Stack       *stackTrace `json:"stackTrace"`
	Aux         struct {
		IsDefault bool   `json:"isDefault"`
		Type      string `json:"type"`
		FrameID   string `json:"frameId"`
	} `json:"executionContextAuxData"`
}

type initiator struct {
	Type         string      `json:"type"`
	Stack        *stackTrace `json:"stack"`
	URL          string      `json:"url"`
	LineNumber   *float64    `json:"lineNumber"`
	ColumnNumber *float64    `json:"columnNumber"`
}

// headers are header fields by their name in lower case; several fields of one name are one value in several lines.
type headers map[string]string

// UnmarshalJSON takes what is a text and leaves out what is not.
func (h *headers) UnmarshalJSON(b []byte) error {
	var fields map[string]any
	if err := json.Unmarshal(b, &fields); err != nil {
		return err
	}
	*h = make(headers, len(fields))
	for name, value := range fields {
		if text, ok := value.(string); ok {
			(*h)[intern(strings.ToLower(name))] = intern(clip(text, maxHeader))
		}
	}
	return nil
}

// maxHeader bounds the recorded value of one header field.
const maxHeader = 16 << 10

func (h headers) cost() int {
	sum := 0
	for _, value := range h {
		sum += headerCost + len(value)
	}
	return sum
}

type requestInfo struct {
	URL             string  `json:"url"`
	URLFragment     string  `json:"urlFragment"`
	Method          string  `json:"method"`
	Headers         headers `json:"headers"`
	HasPostData     bool    `json:"hasPostData"`
	PostDataEntries []struct {
		Bytes []byte `json:"bytes"`
	} `json:"postDataEntries"`

	beginning []byte // of a body that was too large for a message
}

// body is the request's body as far as the event carries it, at most MaxBody bytes, and whether that is all of it. An
// entry without bytes stands for a file or a blob.
func (r *requestInfo) body() (body []byte, whole bool) {
	if r.beginning != nil {
		return r.beginning, false
	}
	whole = !r.HasPostData || len(r.PostDataEntries) > 0
	for _, e := range r.PostDataEntries {
		part := e.Bytes[:min(len(e.Bytes), MaxBody-len(body))]
		whole = whole && len(part) > 0 && len(part) == len(e.Bytes)
		body = append(body, part...)
	}
	return body, whole
}

type responseInfo struct {
	URL               string  `json:"url"`
	Status            int     `json:"status"`
	Headers           headers `json:"headers"`
	MimeType          string  `json:"mimeType"`
	FromServiceWorker bool    `json:"fromServiceWorker"`
}

type requestWillBeSent struct {
	RequestID        string        `json:"requestId"`
	LoaderID         string        `json:"loaderId"`
	DocumentURL      string        `json:"documentURL"`
	Request          requestInfo   `json:"request"`
	Initiator        initiator     `json:"initiator"`
	RedirectResponse *responseInfo `json:"redirectResponse"`
	Type             string        `json:"type"`
	FrameID          string        `json:"frameId"`
	HasUserGesture   bool          `json:"hasUserGesture"`
}

type requestPaused struct {
	RequestID    string      `json:"requestId"`
	Request      requestInfo `json:"request"`
	FrameID      string      `json:"frameId"`
	ResourceType string      `json:"resourceType"`
	NetworkID    string      `json:"networkId"`
}

// unmarshal decodes what fits and leaves out what does not: a field whose type has changed in a newer browser must not
// cost the event.
func unmarshal(data []byte, v any) error {
	err := json.Unmarshal(data, v)
	var mismatch *json.UnmarshalTypeError
	if errors.As(err, &mismatch) {
		return nil
	}
	return err
}

// calls flattens a stack: innermost first, then what had scheduled it.
func (s *stackTrace) calls() []Call {
	var calls []Call
	for ; s != nil; s = s.Parent {
		for _, f := range s.CallFrames {
			if len(calls) == maxStack {
				return calls
			}
			calls = append(calls, Call{
				ScriptID: intern(f.ScriptID),
				URL:      intern(clip(f.URL, 2<<10)),
				Function: intern(clip(f.FunctionName, 256)),
				Line:     f.LineNumber + 1,
				Column:   f.ColumnNumber + 1,
			})
		}
	}
	return calls
}

// maxStack bounds the recorded calls of one stack, async parents included.
const maxStack = 64

// jsonText is the JSON string that follows mark in data, as far as data goes and at most limit bytes of it.
func jsonText(data []byte, mark string, limit int) (text string, ok bool) {
	i := bytes.Index(data, []byte(mark+`"`))
	if i < 0 {
		return "", false
	}
	data = data[i+len(mark)+1:]
	end := 0
	for end < len(data) && end < limit && data[end] != '"' {
		step := 1
		if data[end] == '\\' {
			step = 2
			if end+1 < len(data) && data[end+1] == 'u' {
				step = 6
			}
		}
		if end+step > len(data) {
			break
		}
		end += step
	}
	quoted := make([]byte, 0, end+2)
	quoted = append(append(append(quoted, '"'), data[:end]...), '"')
	return text, json.Unmarshal(quoted, &text) == nil
}
