package browser

import (
	"context"
	"encoding/json"
	"fmt"
)

// Click presses and releases at a point of the tab's viewport, in CSS pixels: the mouse, or on a telephone a finger.
// It returns when the page has dealt with it.
func (t *Tab) Click(ctx context.Context, x, y float64) error {
	if t.browser.options.Profile.Mobile {
		return t.inOrder(ctx,
			command{"Input.dispatchTouchEvent", map[string]any{"type": "touchStart", "touchPoints": []any{map[string]any{"x": x, "y": y}}}},
			command{"Input.dispatchTouchEvent", map[string]any{"type": "touchEnd", "touchPoints": []any{}}},
		)
	}
	mouse := func(kind, button string, buttons, clicks int) command {
		return command{"Input.dispatchMouseEvent", map[string]any{
			"type": kind, "x": x, "y": y, "button": button, "buttons": buttons, "clickCount": clicks, "pointerType": "mouse",
		}}
	}
	return t.inOrder(ctx,
		mouse("mouseMoved", "none", 0, 0),
		mouse("mousePressed", "left", 1, 1),
		mouse("mouseReleased", "left", 0, 1),
	)
}

// Type types text into what has the focus, with the events of a keyboard for ASCII and those of an input method for
// the rest. It returns when the page has dealt with all of it.
func (t *Tab) Type(ctx context.Context, text string) error {
	var commands []command
	var composed []rune
	flush := func() {
		if len(composed) > 0 {
			commands = append(commands, command{"Input.insertText", map[string]any{"text": string(composed)}})
			composed = nil
		}
	}
	for _, r := range text {
		k, ok := keyOf(r)
		if !ok {
			composed = append(composed, r)
			continue
		}
		flush()
		commands = append(commands, k.down(), k.up())
	}
	flush()
	return t.inOrder(ctx, commands...)
}

// Press presses and releases a key by its name, such as "Tab", "Enter", "Backspace" or "a". "Control+a" holds the
// keys before the last.
func (t *Tab) Press(ctx context.Context, name string) error {
	commands, err := chord(name)
	if err != nil {
		return err
	}
	return t.inOrder(ctx, commands...)
}

type command struct {
	method string
	params map[string]any
}

// inOrder sends the commands without waiting in between, and waits for all: the browser keeps their order.
func (t *Tab) inOrder(ctx context.Context, commands ...command) error {
	if err := t.state(); err != nil || len(commands) == 0 {
		return err
	}
	answers := make(chan error, len(commands))
	for _, c := range commands {
		t.browser.conn.send(t.session.id, c.method, c.params, func(_ json.RawMessage, err error) { answers <- err })
	}
	var failed error
	for range commands {
		select {
		case err := <-answers:
			if err != nil && failed == nil {
				failed = fmt.Errorf("%s: %w", commands[0].method, err)
			}
		case <-ctx.Done():
			return fmt.Errorf("%s: %w", commands[0].method, context.Cause(ctx))
		}
	}
	return failed
}
