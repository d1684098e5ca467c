package journey

import (
	"fmt"
	"strings"
)

// trace tells what the walk sees and decides. What is written on the page is quoted, what is typed never.
func (w *walker) trace(p *page, mv move) {
	if w.o.Trace == nil {
		return
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%2d %s %s: %s", w.moves, p.kind, p.top.URL, mv.kind)
	if mv.button.element != nil {
		fmt.Fprintf(&b, " %q", clip(mv.button.words(), 40))
	}
	if mv.why != "" {
		fmt.Fprintf(&b, " (%s)", mv.why)
	}
	if mv.kind == filling {
		for _, t := range w.memory.work(p) {
			if t.field < 0 {
				fmt.Fprintf(&b, "\n     choose %q", clip(optionText(t.choice), 40))
				continue
			}
			f := p.fields[t.field]
			fmt.Fprintf(&b, "\n     field %q %q topic %d part %d piece %d/%d", f.Name, clip(firstOf([]string{f.Label, f.Placeholder}, strings.Join(f.Near, " ")), 40), f.topic, f.part, f.piece, f.of)
			if f.Error != "" {
				fmt.Fprintf(&b, " refused: %q", clip(f.Error, 60))
			}
		}
	}
	if mv.kind == stopping {
		fmt.Fprintf(&b, " %s; errors %q", mv.gap, p.top.Errors)
		for _, x := range p.buttons {
			fmt.Fprintf(&b, "\n     %s %q %d %s disabled=%v form=%d", x.Tag, clip(x.words(), 40), x.intent, x.Landmark, x.Disabled, x.Form)
		}
	}
	w.o.Trace(b.String())
}

func (k moveKind) String() string {
	return [...]string{"press", "fill", "open", "escape", "map", "follow the file", "finish", "stop"}[k]
}
