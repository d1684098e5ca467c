package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tillwatch/tillwatch/app"
)

func dataCommand() *cobra.Command {
	data := &cobra.Command{
		Use:   "data",
		Short: "What is known of published files and providers: list it, or put a newer file in its place",
		Long: `Tillwatch knows published browser libraries, the files of shop releases and payment providers by lists that come with
it, so that it works without a network. A newer list can replace the one inside the program.`,
		Example: "  tillwatch data list\n  tillwatch data update published.bin",
		Args:    cobra.ArbitraryArgs,
		RunE:    group,
	}
	data.AddCommand(dataListCommand(), dataUpdateCommand())
	return data
}

// stateFolder is the folder that --state names, or this user's.
func stateFolder(flag string) (string, error) {
	if flag != "" {
		return flag, nil
	}
	dir, err := app.DefaultStateDir()
	if err != nil {
		return "", &app.UsageError{Problem: err.Error(), Hint: "name the folder with --state"}
	}
	return dir, nil
}

func dataListCommand() *cobra.Command {
	list := &cobra.Command{
		Use:   "list",
		Short: "List the data with its date, and how much it holds",
		Long: "List the data that is used with its date, how much it holds, and whether a newer file replaces it.\n\n" +
			"Exit codes: 0, or 3 for wrong usage and where an installed file is damaged.",
		Example: "  tillwatch data list\n  tillwatch data list --format json",
		Args:    noArguments,
	}
	state := list.Flags().String("state", "", "`folder` that holds newer files (default: this user's state folder)")
	format := list.Flags().String("format", "text", "`text|json`")
	list.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := oneOf("--format", *format, "text", "json"); err != nil {
			return err
		}
		dir, err := stateFolder(*state)
		if err != nil {
			return err
		}
		sets, err := app.Data(dir)
		if err != nil {
			return err
		}
		if *format == "json" {
			return writeJSON(cmd.OutOrStdout(), sets)
		}
		return writeData(cmd.OutOrStdout(), sets...)
	}
	return list
}

func dataUpdateCommand() *cobra.Command {
	update := &cobra.Command{
		Use:   "update FILE",
		Short: "Use a newer list of published files",
		Long: "Check a newer list of published files and keep it in the state folder, where it replaces the one in the program\n" +
			"from then on. A file that is damaged, or older than what is used, is refused and changes nothing. What is on\n" +
			"the list counts as published: take it only from where you took the program.\n\n" +
			"Exit codes: 0, 2 where it could not be written, 3 for wrong usage and for a file that is refused.",
		Example: "  tillwatch data update published.bin",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &app.UsageError{Problem: "name one file"}
			}
			return nil
		},
	}
	state := update.Flags().String("state", "", "`folder` to keep it in (default: this user's state folder)")
	update.RunE = func(cmd *cobra.Command, args []string) error {
		dir, err := stateFolder(*state)
		if err != nil {
			return err
		}
		set, changed, err := app.UpdateData(dir, args[0])
		if err != nil {
			return err
		}
		said := "Used from now on:"
		if !changed {
			said = "What is used is of the same day, and was left as it is:"
		}
		if _, err := fmt.Fprintln(cmd.OutOrStdout(), said); err != nil {
			return err
		}
		return writeData(cmd.OutOrStdout(), set)
	}
	return update
}

func writeData(w io.Writer, sets ...app.DataSet) error {
	for _, s := range sets {
		_, err := fmt.Fprintf(w, "%-10s  %s  %s\n            %s\n", s.Name, s.Date, cmp.Or(s.File, "in this program"), holds(s))
		if err != nil {
			return err
		}
	}
	return nil
}

func holds(s app.DataSet) string {
	if s.Name == "providers" {
		return fmt.Sprintf("%d payment providers with %d hosts", s.Holds["providers"], s.Holds["hosts"])
	}
	return strings.Join([]string{
		fmt.Sprintf("%d libraries in %d releases, known by %d digests and %d statements",
			s.Holds["libraries"], s.Holds["library_releases"], s.Holds["library_digests"], s.Holds["library_statements"]),
		fmt.Sprintf("%d shop platforms in %d versions, known by %d files", s.Holds["platforms"], s.Holds["platform_versions"], s.Holds["platform_files"]),
	}, "\n            ")
}
