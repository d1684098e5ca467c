package main

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"

	"github.com/tillwatch/tillwatch/demoshop"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"tillwatch": main})
}

func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("XDG_STATE_HOME", filepath.Join(env.WorkDir, "state"))
			env.Setenv("LANG", "C.UTF-8")
			// not below the script's folder, which only this user can enter: the browser may be another
			env.Setenv("TMPDIR", os.TempDir())
			// the folder of the program alone, for a machine that has nothing else
			env.Setenv("ONLYUS", filepath.SplitList(env.Getenv("PATH"))[0])
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "openshop": openShop, "append": appendFile, "until": until, "sql": runSQL, "verifies": verifies,
		},
	})
}

// exits runs a command that must end with an exit code: "exits 3 tillwatch chek".
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	code := 0
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		code = failed.ExitCode()
	} else {
		ts.Check(err)
	}
	if code != want {
		ts.Fatalf("exit code %d, want %d", code, want)
	}
}

// until waits for a file to hold a text: "until FILE PATTERN".
func until(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: until FILE PATTERN")
	}
	pattern, err := regexp.Compile(args[1])
	ts.Check(err)
	text := ""
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if b, err := os.ReadFile(ts.MkAbs(args[0])); err == nil {
			if text = string(b); pattern.MatchString(text) {
				return
			}
		}
	}
	ts.Fatalf("%s never held %q; it holds:\n%s", args[0], args[1], text)
}

// openshop opens the demonstration shop for the rest of the script: $SHOP is its address, $DOCROOT its files.
func openShop(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: openshop")
	}
	shop, err := demoshop.Start(context.Background(), demoshop.Config{State: ts.MkAbs("shop")})
	ts.Check(err)
	ts.Defer(func() { _ = shop.Close() })
	ts.Setenv("SHOP", shop.URL("shop.localhost"))
	ts.Setenv("DOCROOT", shop.Docroot())
}

// runSQL runs the statements of a file on an SQLite database: "sql DATABASE FILE".
func runSQL(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: sql DATABASE FILE")
	}
	db, err := sql.Open("sqlite", "file:"+ts.MkAbs(args[0])+"?_pragma=busy_timeout(10000)")
	ts.Check(err)
	defer db.Close()
	_, err = db.Exec(ts.ReadFile(args[1]))
	ts.Check(err)
}

// appendFile adds one file to the end of another: "append TO FROM".
func appendFile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: append TO FROM")
	}
	to, err := os.OpenFile(ts.MkAbs(args[0]), os.O_WRONLY|os.O_APPEND, 0)
	ts.Check(err)
	defer to.Close()
	_, err = to.WriteString("\n" + ts.ReadFile(args[1]))
	ts.Check(err)
}

func TestEveryCommandSaysHowItIsUsed(t *testing.T) {
	t.Parallel()
	var visit func(*cobra.Command)
	visit = func(c *cobra.Command) {
		if c.Example == "" || c.Short == "" || c.Long == "" {
			t.Errorf("%s: no example or no description", c.CommandPath())
		}
		if c.RunE == nil {
			t.Errorf("%s does nothing", c.CommandPath())
		}
		if !c.HasSubCommands() && !strings.Contains(strings.ToLower(c.Long), "exit code") {
			t.Errorf("%s does not say its exit codes", c.CommandPath())
		}
		for line := range strings.Lines(c.Long + "\n" + c.Example) {
			if len(line) > 121 {
				t.Errorf("%s: a line of %d columns: %s", c.CommandPath(), len(line), line)
			}
		}
		for _, sub := range c.Commands() {
			visit(sub)
		}
	}
	visit(command())
}
