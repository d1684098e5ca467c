package main

import (
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch/app"
)

func TestProgressIsALineForEachStepWhereThereIsNoTerminal(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	p := newProgress(&out, screen{})
	p.tell(app.Progress{Profile: "mobile-ja", Text: "cart", Place: "https://shop.example/cart"})
	p.tell(app.Progress{Text: "evil \x1b]0;title\x07\nsecond line"})
	p.stop()
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines: %q", len(lines), lines)
	}
	if !strings.HasSuffix(lines[0], " s  mobile-ja: cart  https://shop.example/cart") {
		t.Errorf("got %q", lines[0])
	}
	if strings.ContainsAny(lines[1], "\x1b\x07") {
		t.Errorf("terminal controls in %q", lines[1])
	}
}

func TestProgressIsOneLineOnATerminal(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	p := newProgress(&out, screen{terminal: true, width: 40})
	p.tell(app.Progress{Text: "お支払い", Place: "https://shop.example/a/very/long/address/that/does/not/fit"})
	p.stop()
	got := out.String()
	if strings.Contains(got, "\n") {
		t.Errorf("a line break in %q", got)
	}
	if !strings.HasSuffix(got, "\r\x1b[K") {
		t.Errorf("the line stays: %q", got)
	}
	for part := range strings.SplitSeq(got, "\r\x1b[K") {
		if len([]rune(part)) > 39 {
			t.Errorf("too long: %q", part)
		}
	}
}

func TestColorsAreForTerminalsOnly(t *testing.T) {
	t.Parallel()
	if s := screenOf(&strings.Builder{}, func(string) string { return "" }); s.terminal || s.color {
		t.Errorf("got %+v", s)
	}
}
