package serverside

import (
	"runtime/debug"
	"strings"
	"testing"
)

// TestHostileCodeEnds goes through code that is made to be gone through for ever, or to let whoever reads it fall over.
func TestHostileCodeEnds(t *testing.T) {
	t.Parallel()
	// As deep as code can be: a stack that overflows takes the whole program with it.
	defer debug.SetMaxStack(debug.SetMaxStack(32 << 20))
	Analyse(Perl, []byte("STDIN system\n"+strings.Repeat("\\", 30_000)))
	begin := map[Language]string{Perl: "STDIN system\n", Python: "request eval\n", Ruby: "request eval\n", JSP: "<% ", ASP: "<% "}
	for l, start := range begin {
		for _, piece := range []string{"\\", "!", "not ", "new ", "lambda a:", "{", "${", "'a'", "/", "a.b(", "x = x + 'a';"} {
			if a := Analyse(l, []byte(start+strings.Repeat(piece, 500))); strings.Contains(a.Partial, "itself") {
				t.Errorf("%s %q: %s", l, piece, a.Partial)
			}
		}
	}
}
