package browser

import (
	"cmp"
	"encoding/base64"
)

// onEvent takes one event. It runs on the goroutine that reads the pipe, so it never waits for an answer.
func (b *Browser) onEvent(m message) {
	switch m.Method {
	case "Target.attachedToTarget":
		var e attachedToTarget
		if unmarshal(m.Params, &e) == nil && e.SessionID != "" {
			b.onAttached(m.SessionID, e)
		}
		return
	case "Target.detachedFromTarget":
		var e struct {
			SessionID string `json:"sessionId"`
		}
		if unmarshal(m.Params, &e) == nil {
			b.onDetached(e.SessionID)
		}
		return
	case "Browser.downloadWillBegin":
		var e struct {
			URL  string `json:"url"`
			Name string `json:"suggestedFilename"`
		}
		if unmarshal(m.Params, &e) == nil {
			b.rec.addEvent(Event{Kind: Download, URL: e.URL, Text: e.Name})
		}
		return
	}
	s := b.sessionOf(m.SessionID)
	if s == nil {
		b.onStray(m)
		return
	}
	if !b.onNetworkEvent(s, m) {
		b.onPageEvent(s, m)
	}
}

// onStray deals with a session that is already gone: a request that waits must be answered all the same.
func (b *Browser) onStray(m message) {
	if m.Method != "Fetch.requestPaused" {
		return
	}
	var e requestPaused
	if unmarshal(m.Params, &e) == nil {
		b.onPaused(&session{id: m.SessionID, watching: true}, &e)
	}
}

func (b *Browser) onNetworkEvent(s *session, m message) bool {
	switch m.Method {
	case "Fetch.requestPaused":
		var e requestPaused
		if unmarshal(m.Params, &e) == nil {
			b.onPaused(s, &e)
		}
	case "Fetch.authRequired":
		var e struct {
			RequestID string `json:"requestId"`
			Request   struct {
				URL string `json:"url"`
			} `json:"request"`
			Challenge struct {
				Source string `json:"source"`
			} `json:"authChallenge"`
		}
		if unmarshal(m.Params, &e) == nil {
			b.onAuthRequired(s, e.RequestID, e.Request.URL, e.Challenge.Source)
		}
	case "Network.requestWillBeSent":
		var e requestWillBeSent
		if unmarshal(m.Params, &e) == nil {
			b.onRequestWillBeSent(s, &e)
		}
	case "Network.requestWillBeSentExtraInfo":
		var e struct {
			RequestID string  `json:"requestId"`
			Headers   headers `json:"headers"`
		}
		if unmarshal(m.Params, &e) == nil {
			b.onSentExtra(e.RequestID, e.Headers)
		}
	case "Network.responseReceivedExtraInfo":
		var e struct {
			RequestID  string  `json:"requestId"`
			Headers    headers `json:"headers"`
			StatusCode int     `json:"statusCode"`
		}
		if unmarshal(m.Params, &e) == nil {
			b.onReplyExtra(e.RequestID, e.StatusCode, e.Headers)
		}
	case "Network.responseReceived":
		var e struct {
			RequestID string       `json:"requestId"`
			Response  responseInfo `json:"response"`
		}
		if unmarshal(m.Params, &e) == nil {
			b.onResponse(e.RequestID, &e.Response)
		}
	case "Network.loadingFinished", "Network.loadingFailed":
		var e struct {
			RequestID string `json:"requestId"`
			ErrorText string `json:"errorText"`
		}
		if unmarshal(m.Params, &e) == nil {
			b.onFinished(e.RequestID, e.ErrorText)
		}
	case "Network.webSocketCreated":
		var e struct {
			RequestID string    `json:"requestId"`
			URL       string    `json:"url"`
			Initiator initiator `json:"initiator"`
		}
		if unmarshal(m.Params, &e) == nil {
			b.onSocketCreated(s, e.RequestID, e.URL, e.Initiator)
		}
	case "Network.webTransportCreated":
		var e struct {
			URL       string    `json:"url"`
			Initiator initiator `json:"initiator"`
		}
		if unmarshal(m.Params, &e) == nil {
			b.onTransport(s, e.URL, e.Initiator)
		}
	case "Network.webSocketClosed":
		var e struct {
			RequestID string `json:"requestId"`
		}
		if unmarshal(m.Params, &e) == nil {
			b.onSocketClosed(s, e.RequestID)
		}
	case "Network.webSocketFrameSent", "Network.webSocketFrameReceived":
		var e struct {
			RequestID string `json:"requestId"`
			Response  struct {
				Opcode      int    `json:"opcode"`
				PayloadData string `json:"payloadData"`
			} `json:"response"`
		}
		if unmarshal(m.Params, &e) == nil {
			b.onSocketFrame(s, e.RequestID, m.Method == "Network.webSocketFrameSent", e.Response.Opcode, e.Response.PayloadData)
		}
	default:
		return false
	}
	return true
}

func (b *Browser) onPageEvent(s *session, m message) {
	switch m.Method {
	case "Debugger.scriptParsed", "Debugger.scriptFailedToParse":
		var e scriptParsed
		if unmarshal(m.Params, &e) == nil {
			b.onScript(s, &e)
		}
	case "Debugger.paused":
		b.conn.send(s.id, "Debugger.resume", nil, nil)
	case "Inspector.targetCrashed":
		b.onCrash(s)
	case "Emulation.virtualTimeBudgetExpired":
		b.onExpired(s)
	case "DOMStorage.domStorageItemAdded", "DOMStorage.domStorageItemUpdated":
		var e struct {
			ID struct {
				SecurityOrigin string `json:"securityOrigin"`
				StorageKey     string `json:"storageKey"`
				Local          bool   `json:"isLocalStorage"`
			} `json:"storageId"`
			Key   string `json:"key"`
			Value string `json:"newValue"`
		}
		if unmarshal(m.Params, &e) == nil {
			b.onKept(s, e.Key, e.Value, e.ID.Local, cmp.Or(e.ID.SecurityOrigin, e.ID.StorageKey))
		}
	case "Page.frameAttached":
		var e struct {
			FrameID  string `json:"frameId"`
			ParentID string `json:"parentFrameId"`
		}
		if unmarshal(m.Params, &e) == nil {
			b.onFrameAttached(s, e.FrameID, e.ParentID)
		}
	case "Page.frameNavigated":
		var e struct {
			Frame frameInfo `json:"frame"`
		}
		if unmarshal(m.Params, &e) == nil {
			b.onFrameNavigated(s, e.Frame)
		}
	case "Page.navigatedWithinDocument":
		var e struct {
			FrameID string `json:"frameId"`
			URL     string `json:"url"`
		}
		if unmarshal(m.Params, &e) == nil {
			b.onMoved(s, e.FrameID, e.URL)
		}
	case "Page.frameDetached":
		var e struct {
			FrameID string `json:"frameId"`
			Reason  string `json:"reason"`
		}
		if unmarshal(m.Params, &e) == nil {
			b.onFrameDetached(s, e.FrameID, e.Reason)
		}
	case "Page.javascriptDialogOpening":
		var e struct {
			URL  string `json:"url"`
			Type string `json:"type"`
		}
		if unmarshal(m.Params, &e) == nil {
			b.onDialog(s, e.URL, e.Type)
		}
	}
}

// decodeText is a text of the protocol's as bytes: what is no text travels as base64.
func decodeText(text string, encoded bool) []byte {
	if encoded {
		if raw, err := base64.StdEncoding.DecodeString(text); err == nil {
			return raw
		}
	}
	return []byte(text)
}
