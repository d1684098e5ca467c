package known_test

import (
	"bytes"
	"testing"

	"github.com/tillwatch/tillwatch/known"
)

func TestTrim(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{
		"":      "",
		"a()\n": "a()",
		"\ufeff/*! banner */ // more\n\n a() \n//# sourceMappingURL=a.map\n": "a()",
		"a() // said here":                      "a() // said here", // after code on its line it could as well be in a string
		"a()\n/* one */\n/* two */\n// three\n": "a()",
		"/* not closed":                         "/* not closed",
		"/*/ a()":                               "/*/ a()",
		"// alone":                              "",
		"a()\n// x\u2028evil()":                 "a()\n// x\u2028evil()",
		"// x\u2029evil()\n a()":                "evil()\n a()",
		"// x\revil()\n a()":                    "evil()\n a()",
		"a()\r// x":                             "a()",
		"a() /* b */ evil() /* c */":            "a() /* b */ evil()",
		"a() /* b */ evil() // */":              "a() /* b */ evil() // */",
		"a()\n/* b */ evil() /* c */ //*/":      "a()\n/* b */ evil() /* c */ //*/",
		"a()\n\t // x":                          "a()",
		"*/":                                    "*/",
	} {
		if got := string(known.Trim([]byte(content))); got != want {
			t.Errorf("%q: %q, want %q", content, got, want)
		}
	}
}

func FuzzTrim(f *testing.F) {
	f.Add([]byte("/* a */ b() // c"))
	f.Add([]byte("\ufeff//\u2028b()\r\n/* */\n//"))
	f.Fuzz(func(t *testing.T, content []byte) {
		trimmed := known.Trim(content)
		if !bytes.Contains(content, trimmed) {
			t.Errorf("%q is no part of %q", trimmed, content)
		}
		if again := known.Trim(trimmed); !bytes.Equal(again, trimmed) {
			t.Errorf("%q can be trimmed again, to %q", trimmed, again)
		}
	})
}
