package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/tillwatch/tillwatch/app"
	"github.com/tillwatch/tillwatch/app/report"
)

func deployCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "deploy",
		Short: "Say that files of the shop are being changed on purpose",
		Long: `Files that change are findings, unless somebody said that something is being deployed: what changes between
tillwatch deploy begin and tillwatch deploy end is the new baseline, with who did it and why. What was changed before
stays a finding, and so does what is a skimmer whoever brought it. A deployment approves contents; that a script can
do something new is still told of.`,
		Example: `  tillwatch deploy begin --who sato --why "release 4.2"
  tillwatch deploy end
  tillwatch deploy list`,
		Args: cobra.ArbitraryArgs,
		RunE: group,
	}
	cmd.AddCommand(deployBeginCommand(), deployEndCommand(), deployListCommand())
	return cmd
}

// deployments opens those that the flags mean.
func (f *inventoryFlags) deployments(ctx context.Context, folders []string) (*app.Deployments, error) {
	dir := f.state
	if dir == "" {
		var err error
		if dir, err = app.DefaultStateDir(); err != nil {
			return nil, &app.UsageError{Problem: err.Error(), Hint: "name the folder with --state"}
		}
	}
	d, err := app.OpenDeployments(ctx, dir, f.shop, folders)
	if err == nil {
		d.Env = os.Getenv
	}
	return d, err
}

func deployBeginCommand() *cobra.Command {
	var f inventoryFlags
	var who, why string
	var most time.Duration
	begin := &cobra.Command{
		Use:   "begin [FOLDER...]",
		Short: "From now on, changes are meant",
		Long: `From now on, changes to the shop's files are meant. What is not as approved by now is noted first. FOLDER is the one
that the web server serves; without one it is those that were looked at before.

A deployment that nobody ends counts no more after --for, and what changed during it is a finding.

Exit codes: 0, 2 where something could not be looked at, 3 for wrong usage.`,
		Example: "  tillwatch deploy begin --who sato --why \"release 4.2\"\n  tillwatch deploy begin /var/www/shop --why \"security update\" --for 30m",
		Args:    cobra.ArbitraryArgs,
	}
	f.add(begin)
	begin.Flags().StringVar(&why, "why", "", "the `REASON`, for whoever asks later (required)")
	begin.Flags().StringVar(&who, "who", "", "your `NAME` (default: the name of this user)")
	begin.Flags().DurationVar(&most, "for", 4*time.Hour, "the longest `time` it may take")
	begin.RunE = func(cmd *cobra.Command, args []string) error {
		if who == "" {
			who = userName()
		}
		d, err := f.deployments(cmd.Context(), args)
		if err != nil {
			return err
		}
		defer d.Close()
		one, gaps, err := d.Begin(cmd.Context(), who, why, most)
		if err != nil {
			return err
		}
		fmt.Fprintf(cmd.OutOrStdout(), "%s has begun at %s, by %s. It ends with tillwatch deploy end, before %s.\n",
			one.ID, report.Shown(d.Shop), report.Shown(one.Who), one.Until.Local().Format(time.DateTime))
		return notSeen(cmd.ErrOrStderr(), gaps)
	}
	return begin
}

func deployEndCommand() *cobra.Command {
	var f inventoryFlags
	var discard bool
	end := &cobra.Command{
		Use:   "end",
		Short: "What changed since the beginning is the new baseline",
		Long: "What changed since tillwatch deploy begin is the new baseline. With --discard it is not: all of it is a finding.\n\n" +
			"Exit codes: 0, 2 where something could not be looked at, 3 for wrong usage.",
		Example: "  tillwatch deploy end\n  tillwatch deploy end --discard",
		Args:    noArguments,
	}
	f.add(end)
	end.Flags().BoolVar(&discard, "discard", false, "approve nothing of it")
	end.RunE = func(cmd *cobra.Command, _ []string) error {
		d, err := f.deployments(cmd.Context(), nil)
		if err != nil {
			return err
		}
		defer d.Close()
		one, gaps, err := d.End(cmd.Context(), discard)
		if err != nil {
			return err
		}
		fmt.Fprintf(cmd.OutOrStdout(), "%s has ended at %s. Files approved: %d.\n", one.ID, report.Shown(d.Shop), one.Changed)
		return notSeen(cmd.ErrOrStderr(), gaps)
	}
	return end
}

func notSeen(w io.Writer, gaps []app.Gap) error {
	for _, gap := range gaps {
		fmt.Fprintf(w, "tillwatch: %s: %s\n", report.Shown(gap.Place), report.Shown(gap.Why))
	}
	if len(gaps) > 0 {
		return exit(app.ExitNotSeen)
	}
	return nil
}

func deployListCommand() *cobra.Command {
	var f inventoryFlags
	var format string
	list := &cobra.Command{
		Use:     "list",
		Short:   "List the deployments, with who and why",
		Long:    "List the deployments of a shop, oldest first, with who and why.\n\nExit codes: 0, 2 where the inventory cannot be read, 3 for wrong usage.",
		Example: "  tillwatch deploy list\n  tillwatch deploy list --shop shop.example --format json",
		Args:    noArguments,
	}
	f.add(list)
	list.Flags().StringVar(&format, "format", "text", "`text|json`")
	list.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := oneOf("--format", format, "text", "json"); err != nil {
			return err
		}
		d, err := f.deployments(cmd.Context(), nil)
		if err != nil {
			return err
		}
		defer d.Close()
		all, err := d.List(cmd.Context())
		if err != nil {
			return err
		}
		w := cmd.OutOrStdout()
		if format == "json" {
			return writeJSON(w, append([]app.Deployment{}, all...))
		}
		for _, one := range all {
			state := fmt.Sprintf("ended %s, files approved: %d", day(one.Ended), one.Changed)
			switch {
			case one.Open(time.Now()):
				state = "in progress, until " + day(one.Until)
			case one.Ended.IsZero():
				state = "ran out " + day(one.Until) + ", nothing approved"
			case one.Discarded:
				state = "discarded " + day(one.Ended)
			}
			if _, err := fmt.Fprintf(w, "%s  %s  %s  %s\n%12s%s\n", one.ID, day(one.Begun), report.Shown(one.Who), state, "", report.Shown(one.Why)); err != nil {
				return err
			}
		}
		_, err = fmt.Fprintf(w, "%d deployments\n", len(all))
		return err
	}
	return list
}
