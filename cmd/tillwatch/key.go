package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/tillwatch/tillwatch/app"
	"github.com/tillwatch/tillwatch/app/report"
)

func keyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "key",
		Short: "The register of the shop's own keys: what each opens, whose it is, who could read it, how old it is",
		Long: `The register of the shop's own keys. It never holds a key: of each it keeps a keyed digest (HMAC-SHA-256), with which
tillwatch check knows the key again in a repository, and tillwatch hook in a push. The secret of the digest, the site
key, is a file outside the register that is made at the first key add:
  $CREDENTIALS_DIRECTORY/tillwatch-site-key   a systemd credential (LoadCredential=), where there is one
  $TILLWATCH_SITE_KEY_FILE                    or the file that this names
  ~/.config/tillwatch/site.key                or else this
Keep a copy of it apart from copies of the register. Without it no registered key can be known again; whoever has both
can try guesses at weak passwords, and nothing more.`,
		Example: `  tillwatch key add --from .env --name DB_PASSWORD --owner tanaka --opens "customers: name,email @ 296019"
  tillwatch key list
  tillwatch check git:/srv/git/shop.git
  tillwatch key offboard sato`,
		Args: cobra.ArbitraryArgs,
		RunE: group,
	}
	cmd.AddCommand(keyAddCommand(), keyListCommand(), keyRetireCommand(), keyRotateCommand(), keyOffboardCommand(), keyDecoyCommand(), keyListenCommand(), keyFilterCommand())
	return cmd
}

// keyFlags say which register is meant.
type keyFlags struct{ state string }

func (f *keyFlags) add(cmd *cobra.Command) {
	cmd.Flags().SortFlags = false
	cmd.Flags().StringVar(&f.state, "state", "", "`folder` of the register, as given to check (default: this user's state folder)")
}

func (f *keyFlags) open(ctx context.Context) (*app.Keys, error) {
	dir := f.state
	if dir == "" {
		var err error
		if dir, err = app.DefaultStateDir(); err != nil {
			return nil, &app.UsageError{Problem: err.Error(), Hint: "name the folder with --state"}
		}
	}
	return app.OpenKeys(ctx, dir, os.Getenv)
}

func keyListCommand() *cobra.Command {
	var f keyFlags
	var format string
	list := &cobra.Command{
		Use:   "list",
		Short: "List the keys with their age, overdue rotations, unknown owners and weak values",
		Long: "List the keys: how old, whose, what they open, which should have been rotated, which have no owner, which are weak.\n" +
			"No site key is needed for it.\n\nExit codes: 0, 2 where the register cannot be read, 3 for wrong usage.",
		Example: "  tillwatch key list\n  tillwatch key list --format json",
		Args:    noKeyValue,
	}
	f.add(list)
	list.Flags().StringVar(&format, "format", "text", "`text|json`")
	list.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := oneOf("--format", format, "text", "json"); err != nil {
			return err
		}
		keys, err := f.open(cmd.Context())
		if err != nil {
			return err
		}
		defer keys.Close()
		entries, err := keys.List(cmd.Context(), time.Now())
		if err != nil {
			return err
		}
		if format == "json" {
			return writeJSON(cmd.OutOrStdout(), entries)
		}
		return writeKeys(cmd.OutOrStdout(), entries)
	}
	return list
}

func writeKeys(w io.Writer, entries []app.KeyEntry) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "key\tkind\tstands\tage\trotate by\towner\topens")
	count := map[string]int{}
	for _, e := range entries {
		rotate, owner := "never", report.Shown(e.Owner)
		if !e.RotateBy.IsZero() {
			rotate = e.RotateBy.Format(time.DateOnly)
		}
		switch {
		case e.Overdue:
			rotate += " OVERDUE"
			count["should have been rotated"]++
		case e.Standing != "active":
			rotate = "-"
		}
		if e.Contractor != "" {
			owner = strings.TrimSpace(owner + " (" + report.Shown(e.Contractor) + ")")
		}
		if e.Owner == "" && e.Standing == "active" {
			owner = strings.TrimSpace("UNKNOWN " + owner)
			count["have no owner"]++
		}
		if e.Standing == "active" && e.Weak {
			count["are weak: whoever gets register and site key can guess them"]++
		}
		if e.Standing == "active" && e.Unrecognised {
			count["would not be found: the site key that they were registered with is lost; rotate them"]++
		}
		if len(e.Tasks) > 0 {
			count["wait to be rotated because somebody left"]++
		}
		stands := string(e.Standing)
		if e.Planted != "" {
			stands, owner = "decoy at "+report.Shown(e.Planted), "-"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%d d\t%s\t%s\t%s\n", e.ID, report.Shown(e.Kind), stands, e.AgeDays, rotate, owner, report.Shown(openings(e)))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, what := range sortedKeys(count) {
		if _, err := fmt.Fprintf(w, "%d %s\n", count[what], what); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "%d keys\n", len(entries))
	return err
}

func sortedKeys(count map[string]int) []string {
	var names []string
	for name := range count {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func openings(e app.KeyEntry) string {
	var parts []string
	for _, o := range e.Opens {
		part := o.What
		if len(o.Data) > 0 {
			part += ": " + strings.Join(o.Data, ",")
		}
		if o.About > 0 {
			part += fmt.Sprintf(" of %d", o.About)
		}
		parts = append(parts, part)
	}
	if len(parts) == 0 {
		return "-"
	}
	return strings.Join(parts, "; ")
}

func keyRetireCommand() *cobra.Command {
	var f keyFlags
	var at string
	retire := &cobra.Command{
		Use:   "retire KEY",
		Short: "Say that a key opens nothing any more",
		Long: "Say that a key opens nothing any more, because it was withdrawn where it was used. It stays in the register for good:\n" +
			"who uses it from then on has it from where it leaked.\n\nExit codes: 0, 2 where the register cannot be written, 3 for wrong usage.",
		Example: "  tillwatch key retire deploy-2019\n  tillwatch key retire deploy-2019 --at 2026-09-17",
		Args:    oneKey,
	}
	f.add(retire)
	retire.Flags().StringVar(&at, "at", "", "`DATE` from which on it opens nothing (default: now)")
	retire.RunE = func(cmd *cobra.Command, args []string) error {
		when := time.Now()
		if at != "" {
			var err error
			if when, err = app.KeyDate("--at", at); err != nil {
				return err
			}
		}
		keys, err := f.open(cmd.Context())
		if err != nil {
			return err
		}
		defer keys.Close()
		if err := keys.Retire(cmd.Context(), args[0], when); err != nil {
			return err
		}
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s opens nothing from %s on. It stays in the register: whoever uses it then has it from where it leaked.\n", args[0], day(when))
		return err
	}
	return retire
}

func keyOffboardCommand() *cobra.Command {
	var f keyFlags
	var repositories []string
	var format string
	offboard := &cobra.Command{
		Use:   "offboard PERSON",
		Short: "List every key that somebody who leaves could have read, and keep each open until it is rotated",
		Long: `List every active key that somebody could have read: as its owner, as a recorded reader, or by writing to a repository
that a check found the key in. Each of them is a task: a finding of every tillwatch check (source/offboarding-open)
until the key is retired or rotated, and its use after that is an alarm that never expires.

PERSON is the name that the register has, or the mail address of their commits. --repository looks through a repository
now; without one, what earlier checks saw counts.

Exit codes: 0 there is nothing to rotate, 1 there is, 2 a repository could not be looked at or the register not written,
3 wrong usage.`,
		Example: "  tillwatch key offboard sato\n  tillwatch key offboard sato@contractor.example --repository /srv/git/shop.git",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &app.UsageError{Problem: "name one person, in quotation marks if the name has spaces"}
			}
			return nil
		},
	}
	f.add(offboard)
	offboard.Flags().StringArrayVar(&repositories, "repository", nil, "`REPO` to look through for keys and for who wrote there (again for each)")
	offboard.Flags().StringVar(&format, "format", "text", "`text|json`")
	offboard.RunE = func(cmd *cobra.Command, args []string) error {
		if err := oneOf("--format", format, "text", "json"); err != nil {
			return err
		}
		keys, err := f.open(cmd.Context())
		if err != nil {
			return err
		}
		defer keys.Close()
		gaps, err := keys.LookThrough(cmd.Context(), repositories)
		if err != nil {
			return err
		}
		left, err := keys.Offboard(cmd.Context(), args[0], time.Now())
		if err != nil {
			return err
		}
		if format == "json" {
			err = writeJSON(cmd.OutOrStdout(), left.Tasks)
		} else {
			err = writeOffboarding(cmd.OutOrStdout(), args[0], left)
		}
		for _, g := range gaps {
			fmt.Fprintf(cmd.ErrOrStderr(), "not seen: %s: %s\n", report.Shown(g.Place), report.Shown(g.Why))
		}
		switch {
		case err != nil:
			return err
		case len(left.Tasks) > 0:
			return exit(app.ExitFindings)
		case len(gaps) > 0:
			return exit(app.ExitNotSeen)
		}
		return nil
	}
	return offboard
}

func writeOffboarding(w io.Writer, person string, left app.Offboarding) error {
	if len(left.Tasks) == 0 {
		fmt.Fprintf(w, "No active key is registered that %s could have read.\n", report.Shown(person))
	}
	for i, t := range left.Tasks {
		if i == 0 {
			fmt.Fprintf(w, "%s could read %d keys that are still active. Rotate each, where it is used and then here:\n", report.Shown(person), len(left.Tasks))
		}
		fmt.Fprintf(w, "  [ ] %s (%s): %s; opens %s\n      tillwatch key rotate %s   # open since %s\n",
			t.Key, report.Shown(t.Kind), report.Shown(t.Why), report.Shown(openings(app.KeyEntry{Opens: t.Opens})), t.Key, day(t.Since))
	}
	if left.Unlisted {
		fmt.Fprintln(w, "No repository was looked at with these keys yet, or none held one: name them with --repository, so that who wrote there counts too.")
	}
	return nil
}

// noKeyValue refuses every argument without repeating it: it may be a key.
func noKeyValue(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return app.NoKeyValue()
	}
	return nil
}

// oneKey wants the name of one key.
func oneKey(_ *cobra.Command, args []string) error {
	switch len(args) {
	case 0:
		return &app.UsageError{Problem: "name the key", Hint: "tillwatch key list names them all"}
	case 1:
		return nil
	}
	return app.NoKeyValue()
}
