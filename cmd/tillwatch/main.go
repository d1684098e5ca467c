// Tillwatch tells an online shop that customer data is leaking: by which way, whose data, and what to do now.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/tillwatch/tillwatch/app"
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// run is the whole program: it ends with the exit code that the command's help promises.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := interruptible(stderr)
	defer stop()
	root := command()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	called, err := root.ExecuteContextC(ctx)

	var code exit
	var wrong *app.UsageError
	switch {
	case err == nil:
		return app.ExitFine
	case errors.As(err, &code):
		return int(code)
	case errors.As(err, &wrong):
		fmt.Fprintf(stderr, "tillwatch: %s\n", wrong.Problem)
		if wrong.Hint != "" {
			fmt.Fprintf(stderr, "hint: %s\n", wrong.Hint)
		}
		fmt.Fprintf(stderr, "more: %s --help\n", called.CommandPath())
		return app.ExitUsage
	}
	fmt.Fprintf(stderr, "tillwatch: %v\n", err)
	return app.ExitNotSeen
}

// exit is an error that has been told already and only carries the code to end with.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

func command() *cobra.Command {
	root := &cobra.Command{
		Use:   "tillwatch",
		Short: "Tells an online shop that customer data is leaking",
		Long: "Tillwatch tells an online shop that customer data is leaking: by which way, whose data, and what to do now.\n" +
			"It walks the shop like a customer, types made-up data, and watches where that goes. No order is placed.",
		Example: "  tillwatch check https://shop.example/\n" +
			"  tillwatch rule explain page/canary-sent",
		Args:              cobra.ArbitraryArgs,
		RunE:              group,
		SilenceErrors:     true,
		SilenceUsage:      true,
		Version:           app.Version(),
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
	}
	root.SetFlagErrorFunc(flagError)
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages", ".FlagUsagesWrapped 118"))
	root.SetVersionTemplate(versionLine())
	root.AddCommand(checkCommand(), watchCommand(), initCommand(), incidentCommand(), drillCommand(), inventoryCommand(), deployCommand(), keyCommand(), canaryCommand(), verifyCommand(), hookCommand(), ruleCommand(), dataCommand(), doctorCommand(), demoshopCommand(), versionCommand())
	return root
}

// interruptible gives a context that ends at the first Ctrl-C; the second ends the program at once.
func interruptible(stderr io.Writer) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		select {
		case <-ctx.Done():
			return
		case <-signals:
		}
		cancel()
		fmt.Fprintln(stderr, "\ntillwatch: stopping; once more stops at once")
		// A terminal, or a program like timeout, may send one wish to stop more than once.
		for asked := time.Now(); time.Since(asked) < time.Second; {
			<-signals
		}
		os.Exit(app.ExitInterrupted)
	}()
	return ctx, func() {
		signal.Stop(signals)
		cancel()
	}
}
