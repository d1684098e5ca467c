package main

import (
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/tillwatch/tillwatch/app"
	"github.com/tillwatch/tillwatch/app/report"
)

// incidentFlags are those that every command about incidents has.
type incidentFlags struct {
	state, shop, format string
	language            *string
}

func (f *incidentFlags) add(cmd *cobra.Command) {
	f.language = languageFlag(cmd)
	cmd.Flags().SortFlags = false
	cmd.Flags().StringVar(&f.shop, "shop", "", "`NAME` of the shop (default: all)")
	cmd.Flags().StringVar(&f.format, "format", "text", "form of the answer: `text|json`")
	cmd.Flags().StringVar(&f.state, "state", "", "`folder` of what is remembered (default: this user's state folder)")
}

func (f *incidentFlags) read(cmd *cobra.Command) ([]app.IncidentFile, report.Options, error) {
	options := report.Options{Zone: time.Local}
	if err := oneOf("--format", f.format, "text", "json"); err != nil {
		return nil, options, err
	}
	var err error
	if options.Language, err = languageOf(*f.language, os.Getenv); err != nil {
		return nil, options, err
	}
	dir, err := stateFolder(f.state)
	if err != nil {
		return nil, options, err
	}
	screen := screenOf(cmd.OutOrStdout(), os.Getenv)
	options.Color, options.Width = screen.color, screen.width
	all, err := app.Incidents(cmd.Context(), dir, f.shop, options.Language)
	return all, options, err
}

func incidentCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "incident",
		Short:   "What watch has found, one attack at a time",
		Long:    "What watch has found, one attack at a time: its findings, and how one thing led to the other.",
		Example: "  tillwatch incident list\n  tillwatch incident show I-SSFSTD2S",
		Args:    cobra.ArbitraryArgs,
		RunE:    group,
	}
	cmd.AddCommand(incidentListCommand(), incidentShowCommand())
	return cmd
}

func incidentListCommand() *cobra.Command {
	var f incidentFlags
	list := &cobra.Command{
		Use:     "list",
		Short:   "List the incidents, the newest first",
		Long:    "List the incidents that watch has told of, the newest first.\n\nExit codes: 0, 2 where they cannot be read, 3 for wrong usage.",
		Example: "  tillwatch incident list\n  tillwatch incident list --shop shop.example --format json",
		Args:    noArguments,
	}
	f.add(list)
	list.RunE = func(cmd *cobra.Command, _ []string) error {
		all, options, err := f.read(cmd)
		if err != nil {
			return err
		}
		if f.format == "json" {
			return writeJSON(cmd.OutOrStdout(), all)
		}
		for _, i := range all {
			if err := report.WriteIncident(cmd.OutOrStdout(), i.Incident, nil, options); err != nil {
				return err
			}
		}
		return nil
	}
	return list
}

func incidentShowCommand() *cobra.Command {
	var f incidentFlags
	show := &cobra.Command{
		Use:     "show ID",
		Short:   "Show one incident with all its findings",
		Long:    "Show one incident: what happened in its order, what most likely led to it, and each finding with what to do.\n\nExit codes: 0, 2 where it cannot be read, 3 for wrong usage.",
		Example: "  tillwatch incident show I-SSFSTD2S\n  tillwatch incident show I-SSFSTD2S --format json",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &app.UsageError{Problem: "name one incident", Hint: "tillwatch incident list shows them all"}
			}
			return nil
		},
	}
	f.add(show)
	show.RunE = func(cmd *cobra.Command, args []string) error {
		all, options, err := f.read(cmd)
		if err != nil {
			return err
		}
		one, err := app.FindIncident(all, args[0])
		if err != nil {
			return err
		}
		if f.format == "json" {
			return writeJSON(cmd.OutOrStdout(), one)
		}
		return report.WriteIncident(cmd.OutOrStdout(), one.Incident, one.Findings, options)
	}
	return show
}
