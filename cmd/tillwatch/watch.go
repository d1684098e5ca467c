package main

import (
	"cmp"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/tillwatch/tillwatch/app"
	"github.com/tillwatch/tillwatch/app/report"
)

func watchCommand() *cobra.Command {
	var file, state, format string
	var quiet, try bool
	watch := &cobra.Command{
		Use:   "watch",
		Short: "Keep looking, and tell what is found as it is found",
		Long: `Keep looking at the targets of a configuration file: at each storefront every 15 minutes, at files, databases
and logs as they change, at repositories once an hour, or as the file says. What is found is told on
standard output, as text or as lines of JSON (docs/watch.md describes both): each finding once, and again only where
it got worse, was seen twice as often, or is back after it was gone.

What is found is stored before it is told. After a restart, also after a kill, what was not told yet is told, and
nothing else twice. A look that did not take place is told as well (watch/not-looked), and tried again.

Ctrl-C or SIGTERM stops the watch. One watch looks after one shop; tillwatch init writes a configuration for it.

Exit codes: 0 stopped, 2 it cannot go on (with --try: something cannot be looked at), 3 wrong usage (nothing was
looked at).`,
		Example: `  tillwatch init && tillwatch watch
  tillwatch watch -c /etc/tillwatch/tillwatch.yaml --format json >> /var/log/tillwatch.jsonl
  tillwatch watch --try`,
		Args: noArguments,
	}
	language := languageFlag(watch)
	flags := watch.Flags()
	flags.SortFlags = false
	flags.StringVarP(&file, "config", "c", "tillwatch.yaml", "configuration `FILE`")
	flags.StringVar(&format, "format", "", "form of what is told: `text|json` (default: as the file says, or text)")
	flags.StringVar(&state, "state", "", "`folder` of what is remembered, where the file names none (default: this user's state folder)")
	flags.BoolVar(&try, "try", false, "read the file, say what would be watched and whether each target can be reached now, and end")
	flags.BoolVar(&quiet, "quiet", false, "nothing on standard error about each look")
	watch.RunE = func(cmd *cobra.Command, _ []string) error {
		read, err := app.LoadWatchFile(file, os.Getenv)
		if err != nil {
			return err
		}
		lang := cmp.Or(*language, read.Language)
		if lang, err = languageOf(lang, os.Getenv); err != nil {
			return err
		}
		read.Language = lang
		if format != "" {
			if err := oneOf("--format", format, app.WatchFormats()...); err != nil {
				return err
			}
			read.Format = format
		}
		screen := screenOf(cmd.OutOrStdout(), os.Getenv)
		config := app.WatchConfig{
			File: read, StateDir: state, Env: os.Getenv, Out: cmd.OutOrStdout(), Color: screen.color, Width: screen.width,
		}
		if cmp.Or(read.State, state) == "" {
			if config.StateDir, err = stateFolder(""); err != nil {
				return err
			}
		}
		if !quiet {
			config.Log = func(l app.WatchLog) {
				line := l.At.Format("15:04:05")
				if l.Target != "" {
					line += "  " + l.Target
				}
				fmt.Fprintln(cmd.ErrOrStderr(), report.Shown(line+"  "+l.Text))
			}
		}
		if try {
			return tryWatch(cmd, config)
		}
		return app.Watch(cmd.Context(), config)
	}
	return watch
}

// tryWatch says what would be watched, and of each target whether it can be reached now.
func tryWatch(cmd *cobra.Command, c app.WatchConfig) error {
	shop, plan, err := app.PlanWatch(cmd.Context(), c)
	switch {
	case cmd.Context().Err() != nil:
		return exit(app.ExitInterrupted)
	case err != nil:
		return err
	}
	out := cmd.OutOrStdout()
	lines, missed := []string{"shop " + shop}, 0
	for _, t := range plan {
		lines = append(lines, t.Name+"  "+t.How)
		for _, why := range t.Not {
			lines = append(lines, "  NOT SEEN: "+why)
		}
		if len(t.Not) > 0 {
			missed++
		}
	}
	if missed == 0 {
		lines = append(lines, "All of it can be looked at now.")
	} else {
		lines = append(lines, fmt.Sprintf("Of %d targets, %d cannot be looked at now, or not whole.", len(plan), missed))
	}
	for _, line := range lines {
		if _, err := fmt.Fprintln(out, report.Shown(line)); err != nil {
			return err
		}
	}
	if missed > 0 {
		return exit(app.ExitNotSeen)
	}
	return nil
}
