package tillwatch_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/tillwatch/tillwatch"

// mayImport is the import table of docs/design.md: which packages of ours each room may import. "" is the root, "*"
// everything but what the room's own entry in butNot names. Sub-folders share the row of their room and may import
// each other. A row changes only together with the table in the document, in a commit that says why.
var mayImport = map[string][]string{
	"":                nil,
	"inventory":       {""},
	"triage":          {""},
	"canary":          {""},
	"script":          {""},
	"known":           {""},
	"known/generate":  {"", "known", "script"}, // the program that makes the embedded data: it reads and writes files
	"key":             {""},
	"duty":            {""},
	"sensor/page":     {"", "canary", "script", "known", "key"},
	"sensor/files":    {"", "canary", "script", "known", "key"},
	"sensor/database": {"", "canary", "script", "known", "key"},
	"sensor/access":   {"", "canary", "script", "known", "key"},
	"sensor/source":   {"", "canary", "script", "known", "key"},
	"sensor/platform": {"", "canary", "script", "known", "key"},
	"remote":          nil, // SSH: whose key, which log-in, and a line that breaks are the same for files and databases, and no sensor imports another
	"notifier":        {""},
	"store":           {""},
	"evidence":        {""},
	"demoshop":        nil,
	"fleet":           {"", "store"},
	"pipeline":        {"", "inventory", "triage", "store", "evidence", "fleet"},
	"console":         {"", "store", "evidence", "duty"},
	"drill":           {"", "demoshop", "canary", "app"},
	"app":             {"*"},
	"cmd/tillwatch":   {"app", "drill", "demoshop"},
}

var butNot = map[string][]string{"app": {"drill", "cmd/tillwatch"}}

// pure rooms judge what they are handed: nothing in them reads a file, runs a program or talks to a network.
var (
	pure   = []string{"inventory", "triage", "canary", "script", "known", "key", "duty"}
	impure = []string{"os", "os/exec", "net", "net/http", "database/sql", "syscall"}
)

// room gives the row of the table that a folder belongs to, or false where it has no right to exist.
func room(dir string) (string, bool) {
	for r := dir; ; r = path.Dir(r) {
		if r == "." {
			r = ""
		}
		if _, ok := mayImport[r]; ok {
			return r, r != "" || dir == "." || dir == ""
		}
		if r == "" {
			return "", false
		}
	}
}

func TestEachPackageImportsOnlyWhatItsRoomMay(t *testing.T) {
	files := 0
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || name != "." && strings.HasPrefix(d.Name(), ".")) {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		files++
		checkImports(t, filepath.ToSlash(name))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 10 {
		t.Errorf("only %d Go files found: the walk went wrong", files)
	}
}

func checkImports(t *testing.T, name string) {
	from, ok := room(path.Dir(name))
	if !ok {
		t.Errorf("%s: %s is no room of the house", name, path.Dir(name))
		return
	}
	f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
	if err != nil {
		t.Error(err)
		return
	}
	isTest := strings.HasSuffix(name, "_test.go")
	for _, spec := range f.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		if why := forbidden(from, imported, isTest); why != "" {
			t.Errorf("%s imports %s: %s", name, imported, why)
		}
	}
}

// goja's parser is used and its runtime is not: that imports a profiler package which cannot be had beside the SQLite
// driver's version of it, and its natives cannot be interrupted.
const goja = "github.com/dop251/goja"

var gojaParts = []string{"ast", "file", "parser", "token", "unistring"}

func forbidden(from, imported string, isTest bool) string {
	if rest, ok := strings.CutPrefix(imported+"/", goja+"/"); ok {
		if from == "script" && slices.Contains(gojaParts, strings.TrimSuffix(rest, "/")) {
			return ""
		}
		return "only script uses goja, and of it only " + strings.Join(gojaParts, ", ")
	}
	if !strings.HasPrefix(imported+"/", module+"/") {
		switch {
		case from == "" && !isTest && strings.Contains(strings.Split(imported, "/")[0], "."):
			return "the root imports the standard library only"
		case slices.Contains(pure, from) && !isTest && slices.Contains(impure, imported):
			return from + " is pure"
		}
		return ""
	}
	to, _ := room(strings.TrimPrefix(strings.TrimPrefix(imported, module), "/"))
	if to == from || slices.Contains(mayImport[from], to) {
		return ""
	}
	if slices.Contains(mayImport[from], "*") && !slices.Contains(butNot[from], to) {
		return ""
	}
	if isTest && from != "" && (to == "demoshop" || to == "") {
		return "" // any test may look at a real shop, and read the words
	}
	return "the table lets " + from + " import only " + strings.Join(mayImport[from], ", ")
}

func TestTopLevelFoldersAreRooms(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	rooms := []string{"docs", "changelog", "sensor", "cmd", "bin"} // bin is what make build leaves
	for r := range mayImport {
		rooms = append(rooms, strings.Split(r, "/")[0])
	}
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") && !slices.Contains(rooms, e.Name()) {
			t.Errorf("%s/ has no right to a top-level folder", e.Name())
		}
	}
}

func TestTheFenceHolds(t *testing.T) {
	for _, c := range []struct {
		from, imported string
		isTest, ok     bool
	}{
		{"canary", module, false, true},
		{"canary", module + "/known", false, false},
		{"sensor/page", module + "/sensor/files", false, false},
		{"sensor/page", module + "/sensor/page/browser", false, true},
		{"sensor/page", module + "/demoshop", true, true},
		{"sensor/page", module + "/demoshop", false, false},
		{"app", module + "/drill", false, false},
		{"app", module + "/sensor/page", false, true},
		{"", "github.com/spf13/cobra", false, false},
		{"triage", "net/http", false, false},
		{"triage", "net/url", false, true},
		{"script", goja + "/parser", false, true},
		{"script", goja, false, false},
		{"script", goja, true, false},
		{"known", goja + "/parser", false, false},
	} {
		if why := forbidden(c.from, c.imported, c.isTest); (why == "") != c.ok {
			t.Errorf("%q importing %q (test: %v): allowed %v, want %v", c.from, c.imported, c.isTest, why == "", c.ok)
		}
	}
}
