package main

import (
	"io"
	"os"

	"golang.org/x/term"
)

// screen is what can be done with an output.
type screen struct {
	terminal bool
	color    bool
	width    int // in columns; 0 where it is no terminal
}

// screenOf looks at what out is. Colours are for terminals only, and not where the user set NO_COLOR (no-color.org) or
// the terminal is dumb.
func screenOf(out io.Writer, env func(string) string) screen {
	f, isFile := out.(*os.File)
	if !isFile || !term.IsTerminal(int(f.Fd())) {
		return screen{}
	}
	s := screen{terminal: true, color: env("NO_COLOR") == "" && env("TERM") != "dumb"}
	if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 { // 0: a terminal that does not know
		s.width = max(40, min(width, 120))
	}
	return s
}
