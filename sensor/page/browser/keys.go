package browser

import (
	"fmt"
	"strings"
)

// key is one key of a US keyboard.
type key struct {
	key     string // KeyboardEvent.key
	code    string // KeyboardEvent.code
	virtual int    // Windows' virtual key code, KeyboardEvent.keyCode
	text    string // what it types
	shift   bool   // it needs the shift key
}

// The modifiers' bits.
const (
	alt     = 1
	control = 2
	meta    = 4
	shift   = 8
)

var namedKeys = map[string]key{
	"Tab":        {"Tab", "Tab", 9, "", false},
	"Enter":      {"Enter", "Enter", 13, "\r", false},
	"Backspace":  {"Backspace", "Backspace", 8, "", false},
	"Delete":     {"Delete", "Delete", 46, "", false},
	"Escape":     {"Escape", "Escape", 27, "", false},
	"Home":       {"Home", "Home", 36, "", false},
	"End":        {"End", "End", 35, "", false},
	"PageUp":     {"PageUp", "PageUp", 33, "", false},
	"PageDown":   {"PageDown", "PageDown", 34, "", false},
	"ArrowLeft":  {"ArrowLeft", "ArrowLeft", 37, "", false},
	"ArrowUp":    {"ArrowUp", "ArrowUp", 38, "", false},
	"ArrowRight": {"ArrowRight", "ArrowRight", 39, "", false},
	"ArrowDown":  {"ArrowDown", "ArrowDown", 40, "", false},
	"Space":      {" ", "Space", 32, " ", false},
	"Shift":      {"Shift", "ShiftLeft", 16, "", false},
	"Control":    {"Control", "ControlLeft", 17, "", false},
	"Alt":        {"Alt", "AltLeft", 18, "", false},
	"Meta":       {"Meta", "MetaLeft", 91, "", false},
}

var modifierBits = map[string]int{"Alt": alt, "Control": control, "Meta": meta, "Shift": shift}

// punctuation are the keys that are neither letter nor digit: what they type without and with shift.
var punctuation = []struct {
	plain, shifted rune
	code           string
	virtual        int
}{
	{'`', '~', "Backquote", 192},
	{'-', '_', "Minus", 189},
	{'=', '+', "Equal", 187},
	{'[', '{', "BracketLeft", 219},
	{']', '}', "BracketRight", 221},
	{'\\', '|', "Backslash", 220},
	{';', ':', "Semicolon", 186},
	{'\'', '"', "Quote", 222},
	{',', '<', "Comma", 188},
	{'.', '>', "Period", 190},
	{'/', '?', "Slash", 191},
}

const shiftedDigits = ")!@#$%^&*("

// keyOf is the key that types r; false where no key of the keyboard does.
func keyOf(r rune) (key, bool) {
	switch text := string(r); {
	case r == ' ':
		return namedKeys["Space"], true
	case r == '\n' || r == '\r':
		return namedKeys["Enter"], true
	case r == '\t':
		return namedKeys["Tab"], true
	case 'a' <= r && r <= 'z':
		return key{text, "Key" + strings.ToUpper(text), int(r - 'a' + 'A'), text, false}, true
	case 'A' <= r && r <= 'Z':
		return key{text, "Key" + text, int(r), text, true}, true
	case '0' <= r && r <= '9':
		return key{text, "Digit" + text, int(r), text, false}, true
	case r < 128 && strings.ContainsRune(shiftedDigits, r):
		digit := strings.IndexRune(shiftedDigits, r)
		return key{text, fmt.Sprintf("Digit%d", digit), '0' + digit, text, true}, true
	}
	for _, p := range punctuation {
		if r == p.plain || r == p.shifted {
			return key{string(r), p.code, p.virtual, string(r), r == p.shifted}, true
		}
	}
	return key{}, false
}

func (k key) down() command { return k.event("keyDown", 0) }

func (k key) up() command { return k.event("keyUp", 0) }

func (k key) event(kind string, modifiers int) command {
	if k.shift {
		modifiers |= shift
	}
	params := map[string]any{
		"type": kind, "key": k.key, "code": k.code, "windowsVirtualKeyCode": k.virtual, "modifiers": modifiers,
	}
	if kind == "keyDown" {
		if k.text != "" && modifiers&^shift == 0 {
			params["text"], params["unmodifiedText"] = k.text, k.text
		} else {
			params["type"] = "rawKeyDown"
		}
	}
	return command{"Input.dispatchKeyEvent", params}
}

// chord is a key by name with those held before it, such as "Control+a".
func chord(name string) ([]command, error) {
	parts := strings.Split(name, "+")
	if strings.HasSuffix(name, "+") {
		parts = append(parts[:max(0, len(parts)-2)], "+") // the plus key itself
	}
	var down, up []command
	held := 0
	for i, part := range parts {
		bit, modifier := modifierBits[part]
		k, ok := namedKeys[part]
		if runes := []rune(part); !ok && len(runes) == 1 {
			k, ok = keyOf(runes[0])
		}
		if !ok || i < len(parts)-1 && !modifier {
			return nil, fmt.Errorf("%q is no key", name)
		}
		press := k.event("keyDown", held|bit)
		if held == control && k.key == "a" {
			press.params["commands"] = []string{"selectAll"} // without an operating system's window nobody translates it
		}
		down = append(down, press)
		up = append([]command{k.event("keyUp", held)}, up...)
		held |= bit
	}
	return append(down, up...), nil
}
