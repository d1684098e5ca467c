package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tillwatch/tillwatch/app"
	"github.com/tillwatch/tillwatch/app/report"
)

func initCommand() *cobra.Command {
	var plan app.InitPlan
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Write a configuration for the shop that is found here",
		Long: `Write a tillwatch.yaml for the shop that is found here: its platform and where its database is by its files, its
addresses, its document root and its log by the configuration of nginx and Apache, its repository. Nothing is looked at
yet, nothing of the shop is changed, and no password is read into the file. What cannot be found out with the web
server's log as it is (nginx, Apache, Caddy) is said, with the lines that would change that.

Exit codes: 0, 3 for wrong usage (nothing was written).`,
		Example: "  tillwatch init\n  tillwatch init --dir /var/www/shop --out /etc/tillwatch/tillwatch.yaml",
		Args:    noArguments,
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&plan.Dir, "dir", ".", "`folder` of the shop")
	flags.StringVar(&plan.Out, "out", "tillwatch.yaml", "`FILE` to write")
	flags.BoolVar(&plan.Force, "force", false, "replace the file where it is there already")
	flags.StringVar(&plan.Etc, "etc", "/etc", "`folder` of the web servers' configurations")
	_ = flags.MarkHidden("etc") // for machines that keep them elsewhere, and for tests
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		found, next, err := app.Init(plan)
		if err != nil {
			return err
		}
		out := cmd.OutOrStdout()
		fmt.Fprintln(out, "Found")
		for _, line := range found {
			fmt.Fprintln(out, "  "+report.Shown(line))
		}
		fmt.Fprintf(out, "Written: %s\nNext\n", plan.Out)
		for i, line := range next {
			fmt.Fprintf(out, "  %d. %s\n", i+1, report.Shown(line))
		}
		if advice := app.LogAdvice(plan); advice != "" {
			fmt.Fprintln(out)
			for line := range strings.Lines(advice) {
				fmt.Fprintln(out, report.Shown(strings.TrimRight(line, "\n")))
			}
		}
		return nil
	}
	return cmd
}
