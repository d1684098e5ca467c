package database

import (
	"strings"

	"github.com/tillwatch/tillwatch"
	"golang.org/x/net/html"
)

// breakout looks at a text as it stands in an attribute, in a script's string or in a style: where it ends that, and what
// it begins then.
func (s *suspicion) breakout(text string) {
	lower := strings.ToLower(text)
	if strings.Contains(lower, "on") || strings.Contains(lower, "style") || strings.Contains(lower, "href") || strings.Contains(lower, "src") {
		for _, quote := range []string{`"`, `'`, ""} {
			if quote == "" || strings.Contains(text, quote) {
				s.fromAttribute(text, quote)
			}
		}
	}
	if m := fromString().FindString(text); m != "" {
		s.add(tillwatch.High, tillwatch.Likely, "code that ends a text in a script", m)
		s.run(strings.TrimLeft(m, "\\'\"` ;)}],+-*/&|^!~%?:"))
	}
	if strings.Contains(lower, "expression") && cssAlone().MatchString(text) {
		s.add(tillwatch.High, tillwatch.Likely, "a style that runs code", cssAlone().FindString(text))
	}
}

// fromAttribute reads the text in an attribute that is quoted so; what the first attribute does not hold is new ones.
func (s *suspicion) fromAttribute(text, quote string) {
	z := html.NewTokenizer(strings.NewReader("<x a=" + quote + text + quote + " >"))
	z.SetMaxBuf(maxText * 2)
	if kind := z.Next(); kind != html.StartTagToken && kind != html.SelfClosingTagToken {
		return
	}
	t := z.Token()
	for i, a := range t.Attr {
		if i == 0 && a.Key == "a" || i > 200 {
			continue
		}
		switch {
		case isHandler(a.Key) && looksLikeCode(a.Val):
			certainty := tillwatch.Likely
			if quote == "" { // few pages leave the quotes out
				certainty = tillwatch.Possible
			}
			s.add(tillwatch.High, certainty, "an event handler ("+a.Key+") that ends an attribute of the page", a.Key+"="+a.Val)
			s.run(a.Val)
		case a.Key == "style":
			s.style(a.Val, false)
		case (a.Key == "href" || a.Key == "src" || a.Key == "formaction" || a.Key == "action" || a.Key == "srcdoc") && quote != "":
			s.scripted("x", a.Val, a.Key+"="+a.Val)
			if a.Key == "srcdoc" {
				s.nested(a.Val)
			}
		}
	}
}

// known are functions and objects that code which was written into a script begins with.
const knownNames = `alert|confirm|prompt|print|eval|fetch|atob|import|setTimeout|setInterval|Function|require|open|Image|XMLHttpRequest` +
	`|document|window|location|self|top|parent|globalThis|navigator|localStorage|sessionStorage|jQuery|String|constructor|this|console|process`

var (
	fromString = lazily("(?s)(?:\\\\?['\"`])\\s*[;)}\\],+\\-*/&|^%?:]+[\\s;)}!~+\\-(]*(?:new\\s+)?(?:" + knownNames + "|\\$)(?:\\[[^\\]]{1,40}\\]|\\.[\\w$]{1,40}){0,6}(?:\\(|`|\\s*=[^=]).{0,300}")
	cssAlone   = lazily(`(?i)[\w-]+\s*:\s*e\s*(?:x|/\*.{0,40}\*/|\\)[\w/*\\ ]{0,40}expression\s*\(|[\w-]+\s*:\s*expression\s*\(.{0,100}`)
	codeLike   = lazily("[\\w$\\])]\\s?(?:\\(|`)|[\\w$\\])]\\s*=[^=]|\\b(?:" + knownNames + ")\\s*[.\\[]|\\beval\\b|\\bthrow\\b|\\\\x[0-9a-f]{2}|\\\\u[0-9a-f]{4}")
	roomInCode = lazily("[\\w$\\])](?:\\(|`)|[\\w$\\])]\\s*=[^=]|\\b(?:" + knownNames + ")[.\\[]")
)

// looksLikeCode tells code from words.
func looksLikeCode(s string) bool {
	if strings.ContainsRune(s, ' ') {
		return roomInCode().MatchString(s)
	}
	return codeLike().MatchString(s)
}

// handlers are the event handlers that browsers have.
var handlers = func() map[string]bool {
	names := map[string]bool{}
	for _, event := range strings.Fields(`abort activate afterprint afterscriptexecute afterupdate animationcancel animationend
		animationiteration animationstart auxclick beforeactivate beforecopy beforecut beforedeactivate beforeeditfocus beforeinput
		beforematch beforepaste beforeprint beforescriptexecute beforetoggle beforeunload beforeupdate begin blur bounce cancel canplay
		canplaythrough cellchange change click close command contentvisibilityautostatechange contextlost contextmenu contextrestored
		controlselect copy cuechange cut dataavailable datasetchanged datasetcomplete dblclick deactivate drag dragend dragenter
		dragexit dragleave dragover dragstart drop durationchange emptied end ended error errorupdate filterchange finish focus focusin
		focusout formdata fullscreenchange fullscreenerror gotpointercapture gesturechange gestureend gesturestart hashchange help input
		invalid keydown keypress keyup languagechange layoutcomplete load loadeddata loadedmetadata loadend loadstart location losecapture
		lostpointercapture message messageerror mousedown mouseenter mouseleave mousemove mouseout mouseover mouseup mousewheel move
		moveend movestart offline online pagehide pagereveal pageshow pageswap paste pause play playing pointercancel pointerdown
		pointerenter pointerleave pointermove pointerout pointerover pointerrawupdate pointerup popstate progress propertychange
		ratechange readystatechange rejectionhandled repeat reset resize resizeend resizestart rowdelete rowenter rowexit rowinserted
		rowsdelete rowsinserted scroll scrollend scrollsnapchange scrollsnapchanging search securitypolicyviolation seeked seeking
		select selectionchange selectstart show slotchange stalled start stop storage submit suspend timeupdate toggle touchcancel
		touchend touchmove touchstart transitioncancel transitionend transitionrun transitionstart unhandledrejection unload volumechange
		waiting webkitanimationend webkitanimationiteration webkitanimationstart webkitmouseforcechanged webkitmouseforcedown
		webkitmouseforceup webkitmouseforcewillbegin webkitplaybacktargetavailabilitychanged webkittransitionend webkitwillrevealbottom wheel zoom`) {
		names["on"+event] = true
	}
	return names
}()

func isHandler(name string) bool { return handlers[name] }
