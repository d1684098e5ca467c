package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/tillwatch/tillwatch/app"
	"github.com/tillwatch/tillwatch/drill"
)

type drillFlags struct {
	json     string
	members  int
	database string
	stay     bool
	quiet    bool
	language *string
}

func drillCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "drill [NAME...]",
		Short: "Replay a published leak against the demonstration shop",
		Long: `Replay a published leak against the demonstration shop on this machine, and measure how long it goes unnoticed and what
is lost until then. The shop, its files, its customers and the browser are real; the loot goes to a server on
loopback that only counts. Without a name all drills are held:

  orderform  a script in an order runs in the admin screen when the operator opens the order, and puts a skimmer
             into the shop's own copy of a library; each layer has to notice by itself
  payment    a changed payment module in an outdated shop copies cards on the server, where no browser sees it
             (needs PHP)
  skim       lines added to a script of the payment page send what is typed there to another server
  source     a contractor pushes a key to the customers' server into a public repository; a thief finds it; the
             contractor leaves (needs git)
  token      somebody reads members with tokens that he signs himself, a few among millions of lines of logs, from
             thousands of addresses; each alarm has to notice by itself (no browser; some 1.3 GB of disk for a while)

Exit codes: 0 all passed, 1 one was not passed, 2 one could not be held, 3 wrong usage, 130 interrupted.`,
		Example: "  tillwatch drill skim\n  tillwatch drill skim --json out.json\n  tillwatch drill skim --stay\n  tillwatch drill source\n  tillwatch drill token --members 33673817\n  tillwatch drill orderform --database postgres://drill@localhost/drill",
		Args:    cobra.ArbitraryArgs,
	}
	f := drillFlags{language: languageFlag(cmd)}
	cmd.Flags().StringVar(&f.json, "json", "", "write the result to `FILE`, - for standard output")
	cmd.Flags().IntVar(&f.members, "members", 0, "`number` of the shop's members, for token (default 1000000)")
	cmd.Flags().StringVar(&f.database, "database", "", "`ADDRESS` of an empty database on this machine for the shop of orderform, as in mysql://drill@localhost/drill (MariaDB) "+
		"or postgres://drill@localhost/drill; its password is read from TILLWATCH_DB_PASSWORD (default: a file)")
	cmd.Flags().BoolVar(&f.stay, "stay", false, "leave shop and report open until Ctrl-C")
	cmd.Flags().BoolVar(&f.quiet, "quiet", false, "only the result")
	cmd.RunE = func(cmd *cobra.Command, names []string) error { return runDrills(cmd, names, f) }
	return cmd
}

func runDrills(cmd *cobra.Command, names []string, f drillFlags) error {
	for _, name := range names {
		if !slices.Contains(drill.Names(), name) {
			return &app.UsageError{
				Problem: fmt.Sprintf("there is no drill %q; there are: %v", name, drill.Names()),
				Hint:    suggestion(name, drill.Names(), "tillwatch drill "),
			}
		}
	}
	language, err := languageOf(*f.language, os.Getenv)
	if err != nil {
		return err
	}
	if f.database != "" && (len(names) != 1 || names[0] != "orderform") {
		return &app.UsageError{Problem: "--database is for the drill orderform alone", Hint: "tillwatch drill orderform --database ADDRESS"} // which may hold a password
	}
	if f.members != 0 && (f.members < 10_000 || f.members > 1_000_000_000) {
		return &app.UsageError{Problem: fmt.Sprintf("--members cannot be %d", f.members), Hint: "10000 to 1000000000, as in --members 33673817"}
	}
	executable, err := os.Executable()
	if err != nil {
		return err
	}
	out, err := openOutput(cmd.OutOrStdout(), f.json)
	if err != nil {
		return err
	}
	defer out.discard()
	people := cmd.OutOrStdout()
	if f.json == "-" {
		people = cmd.ErrOrStderr()
	}
	options := drill.Options{Executable: executable, Language: language, Members: f.members, Database: f.database}
	if !f.quiet {
		options.Tell = func(line string) { fmt.Fprintln(people, line) }
	}

	if f.stay {
		options.Leave = func(ctx context.Context, stage drill.Stage) error { return stay(ctx, people, stage) }
	}
	outcomes, err := drill.Run(cmd.Context(), names, options)
	if cmd.Context().Err() != nil && len(outcomes) == 0 {
		return exit(app.ExitInterrupted)
	}
	if err != nil {
		return err
	}
	if f.json != "" {
		if err := errors.Join(drill.WriteJSON(out, outcomes), out.commit()); err != nil {
			return err
		}
	}
	fmt.Fprintln(people)
	if err := drill.WriteTable(people, outcomes); err != nil {
		return err
	}
	if slices.ContainsFunc(outcomes, func(o drill.Outcome) bool { return !o.Passed }) {
		return exit(app.ExitFindings)
	}
	return nil
}

// stay shows the report over HTTP and waits for Ctrl-C.
func stay(ctx context.Context, out io.Writer, stage drill.Stage) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, stage.Report)
	})}
	go func() { _ = server.Serve(listener) }()
	fmt.Fprintf(out, "\nThe shop, with the skimmer in it:  %s\nThe report:                        http://%s/\nStop with Ctrl-C.\n", stage.Shop, listener.Addr())
	<-ctx.Done()
	return server.Close()
}
