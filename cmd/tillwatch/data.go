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
		Short: "What is known of published files, holes and providers: list it, or put a newer file in its place",
		Long: `Tillwatch knows published browser libraries, the files of shop releases, the holes in shop software and payment
providers by lists that come with it, so that it works without a network. A newer list can replace the one inside the
program, and databases of vulnerabilities can be added from a file.`,
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
		Short: "Use a newer list of published files or vulnerabilities",
		Long: "Check a newer list of published files, vulnerabilities or ends of life and keep it in the state folder, where it\n" +
			"replaces the one in the program from then on. A file that is damaged, or older than what is used, is refused and\n" +
			"changes nothing. What is on a list of published files counts as published: take it only from where you took the\n" +
			"program.\n\n" +
			"Two databases of others are added to the program's own list of vulnerabilities, each replacing its last import:\n" +
			"records of the OSV form (a .json file, or a zip file of them such as the Packagist dump of osv.dev), and the\n" +
			"catalogue of exploited vulnerabilities of CISA (known_exploited_vulnerabilities.json).\n\n" +
			"Exit codes: 0, 2 where it could not be written, 3 for wrong usage and for a file that is refused.",
		Example: "  tillwatch data update published.bin\n  tillwatch data update Packagist.zip\n  tillwatch data update known_exploited_vulnerabilities.json",
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
		_, err := fmt.Fprintf(w, "%-15s  %s  %s\n                 %s\n", s.Name, s.Date, cmp.Or(s.File, "in this program"), holds(s))
		if err != nil {
			return err
		}
	}
	return nil
}

func holds(s app.DataSet) string {
	switch s.Name {
	case "providers":
		return fmt.Sprintf("%d payment providers with %d hosts", s.Holds["providers"], s.Holds["hosts"])
	case "vulnerabilities":
		return fmt.Sprintf("%d vulnerabilities of shop software", s.Holds["vulnerabilities"])
	case "end-of-life":
		return fmt.Sprintf("%d lines of shop software that are not kept up any more", s.Holds["lines"])
	case "osv":
		return fmt.Sprintf("%d vulnerabilities of Composer packages, imported", s.Holds["vulnerabilities"])
	case "kev":
		return fmt.Sprintf("%d vulnerabilities that are known to be exploited, imported", s.Holds["vulnerabilities"])
	}
	return strings.Join([]string{
		fmt.Sprintf("%d libraries in %d releases, known by %d digests and %d statements",
			s.Holds["libraries"], s.Holds["library_releases"], s.Holds["library_digests"], s.Holds["library_statements"]),
		fmt.Sprintf("%d shop platforms in %d versions, known by %d files", s.Holds["platforms"], s.Holds["platform_versions"], s.Holds["platform_files"]),
	}, "\n                 ")
}
