package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/tillwatch/tillwatch/app"
)

func canaryCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "canary",
		Short:   "Customers who do not exist, planted as bait",
		Long:    "Canary customers do not exist: nobody has a reason to read one, so whoever does reads customers one after the other.\nTheir numbers are kept as keyed hashes only; check and watch know them when they read logs (access/canary-read).",
		Example: "  tillwatch canary plant mysql://shop@localhost/shop --domain mail.shop.example\n  tillwatch canary list",
		Args:    cobra.ArbitraryArgs,
		RunE:    group,
	}
	cmd.AddCommand(canaryPlantCommand(), canaryConfirmCommand(), canaryListCommand())
	return cmd
}

type canaryFlags struct {
	order        app.CanaryOrder
	state, out   string
	execute, yes bool
}

func canaryPlantCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "plant DATABASE",
		Short: "Plant one canary customer at a secret place in each block of numbers",
		Long: `Plant one canary customer at a secret place in each block of customer numbers, where a number is free. Before
anything is written it is said when a thief is noticed: for certain within twice a block of numbers read one after the
other, and how many customers read at random. Then the SQL is written to a file, for you to look at and to run; with
--execute it is run after you confirm it, in one transaction.

The rows look like those of the customers beside them: date of registration, age, purchases, status. Names, addresses
and telephone numbers are of the same language and nobody's; mail addresses are at your own domain (--domain). Nothing
that one customer alone has is copied. Where the shop is known and gives free numbers, a canary whose neighbour has
ordered gets an order like his, as one that was cancelled: leave those out of the books by their mail addresses.

EC-CUBE 2 to 4, OpenCart, Zen Cart, PrestaShop, EverShop and others are recognised; for any other shop name the table,
and columns whose names do not say what they hold.

SQL that you run yourself becomes an alarm with tillwatch canary confirm, which looks whether its rows are there. It
names the canaries: delete the file when it was run. Passwords are read as for tillwatch check
(TILLWATCH_DB_PASSWORD).

Exit codes: 0 done, 2 it could not be done, 3 wrong usage or not confirmed.`,
		Example: "  tillwatch canary plant mysql://shop@localhost/shop --domain mail.shop.example --out canaries.sql\n" +
			"  tillwatch canary plant postgres://shop@localhost/shop --domain mail.shop.example --block 1000 --execute\n" +
			"  tillwatch canary plant mysql://shop@localhost/club --table members --column email=mailbox --domain mail.shop.example",
		Args: cobra.MaximumNArgs(1),
	}
	var f canaryFlags
	flags := cmd.Flags()
	flags.SortFlags = false
	o := &f.order
	flags.Uint64Var(&o.Block, "block", 1000, "`numbers` to a block, of which one is a canary's")
	flags.StringSliceVar(&o.Domains, "domain", nil, "`DOMAIN` of the mail addresses, one whose mail you receive (again for more)")
	flags.StringVar(&o.Locale, "locale", "", "language of names and addresses: `ja|ko|id|en` (default: as the customer's beside it)")
	flags.StringVar(&o.Table, "table", "", "`TABLE` of customers, where the shop is not recognised")
	flags.StringVar(&o.ID, "id", "", "`COLUMN` of the customer's number")
	flags.StringArrayVar(&o.Columns, "column", nil, "what a column holds, as in `email=COLUMN` (again for each)")
	flags.StringVar(&f.out, "out", "", "write the SQL to `FILE`, readable by you alone (default: standard output; with --execute nowhere)")
	flags.BoolVar(&f.execute, "execute", false, "run the SQL, after a question")
	flags.BoolVar(&f.yes, "yes", false, "with --execute: do not ask")
	flags.StringVar(&f.state, "state", "", "`folder` of the inventory (default: this user's state folder)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return &app.UsageError{Problem: "no database is named", Hint: "tillwatch canary plant mysql://shop@localhost/shop --domain mail.shop.example"}
		}
		f.order.Database = args[0]
		return plantCanaries(cmd, f)
	}
	return cmd
}

func plantCanaries(cmd *cobra.Command, f canaryFlags) error {
	ctx := cmd.Context()
	if f.yes && !f.execute {
		return &app.UsageError{Problem: "--yes is only for --execute"}
	}
	list, err := openCanaries(cmd, f.state)
	if err != nil {
		return err
	}
	defer list.Close()
	bed, err := list.PrepareCanaries(ctx, f.order)
	if err != nil {
		return err
	}
	people := cmd.ErrOrStderr()
	if bed.Shop != "" {
		fmt.Fprintf(people, "The shop is %s.\n", bed.Shop)
	}
	for _, line := range append(bed.Explain(), bed.Notes...) {
		fmt.Fprintln(people, line)
	}
	fmt.Fprintln(people)
	to := cmd.OutOrStdout()
	if f.execute && f.out == "" {
		to = io.Discard // it names the canaries, and a terminal keeps what was on it
	}
	out, err := openOutput(to, f.out)
	if err != nil {
		return err
	}
	defer out.discard()
	if out.file != nil {
		if err := out.file.Chmod(0o600); err != nil {
			return err
		}
	}
	if _, err := fmt.Fprintf(out, "BEGIN;\n%s;\nCOMMIT;\n", strings.Join(bed.Statements, ";\n")); err != nil {
		return err
	}
	if f.execute && !f.yes {
		fmt.Fprintf(people, "\nThis adds %d customers to %s, and %d orders. Write the number of customers to run it: ", len(bed.IDs), bed.Where, bed.Orders)
		answer, _ := bufio.NewReader(cmd.InOrStdin()).ReadString('\n') // no answer is none
		if strings.TrimSpace(answer) != fmt.Sprint(len(bed.IDs)) {
			fmt.Fprintln(people, "\nNot confirmed; nothing was planted.")
			return exit(app.ExitUsage)
		}
	}
	if err := list.Plant(ctx, f.order, bed, f.execute); err != nil {
		return err
	}
	if f.execute {
		fmt.Fprintf(people, "%d canary customers are planted; logs are read with them from now on.\n", len(bed.IDs))
	} else {
		fmt.Fprintf(people, "Nothing is planted yet. Run the SQL, then: tillwatch canary confirm %s\nand delete the SQL, since it names the canaries. Logs are read with them from then on.\n", bed.Database())
	}
	return out.commit()
}

func canaryConfirmCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "confirm DATABASE",
		Short: "Look whether SQL that was printed has been run, and count its canaries from then on",
		Long: `Look whether the rows of SQL that canary plant printed are in the database by now. Until then their numbers are no
alarm: a customer may get one. Nothing is written into the database.

Exit codes: 0 all are there, 2 some are missing, 3 wrong usage.`,
		Example: "  tillwatch canary confirm mysql://shop@localhost/shop",
		Args:    cobra.MaximumNArgs(1),
	}
	var o app.CanaryOrder
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.Table, "table", "", "`TABLE` of customers, where the shop is not recognised")
	flags.StringVar(&o.ID, "id", "", "`COLUMN` of the customer's number")
	state := flags.String("state", "", "`folder` of the inventory (default: this user's state folder)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return &app.UsageError{Problem: "no database is named", Hint: "tillwatch canary confirm mysql://shop@localhost/shop"}
		}
		o.Database = args[0]
		list, err := openCanaries(cmd, *state)
		if err != nil {
			return err
		}
		defer list.Close()
		found, missing, err := list.Confirm(cmd.Context(), o)
		if err != nil {
			return err
		}
		switch {
		case missing > 0:
			fmt.Fprintf(cmd.ErrOrStderr(), "%d canary customers are confirmed; of %d plantings rows are missing: was their SQL run?\n", found, missing)
			return exit(app.ExitNotSeen)
		case found == 0:
			fmt.Fprintln(cmd.OutOrStdout(), "There was nothing to confirm in this table.")
		default:
			fmt.Fprintf(cmd.OutOrStdout(), "%d canary customers are confirmed; logs are read with them from now on.\n", found)
		}
		return nil
	}
	return cmd
}

func openCanaries(cmd *cobra.Command, state string) (*app.Canaries, error) {
	if state == "" {
		dir, err := app.DefaultStateDir()
		if err != nil {
			return nil, err
		}
		state = dir
	}
	return app.OpenCanaries(cmd.Context(), state, os.Getenv)
}

func canaryListCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list",
		Short: "Say what was planted when; the numbers themselves are not kept",
		Long: "Say what was planted when, where, and within how many numbers read one after the other a thief meets one for certain.\n" +
			"The numbers themselves are not kept, only keyed hashes of them.\n\nExit codes: 0 done, 2 the list cannot be read, 3 wrong usage.",
		Example: "  tillwatch canary list",
		Args:    cobra.NoArgs,
	}
	state := cmd.Flags().String("state", "", "`folder` of the inventory (default: this user's state folder)")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		list, err := openCanaries(cmd, *state)
		if err != nil {
			return err
		}
		defer list.Close()
		plantings, err := list.List(cmd.Context())
		if err != nil {
			return err
		}
		if len(plantings) == 0 {
			fmt.Fprintln(cmd.OutOrStdout(), "No canary customers are planted: tillwatch canary plant --help")
			return nil
		}
		table := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "planted\twhere\tcanaries\tnumbers\tone in\tcertain within\thow")
		for _, p := range plantings {
			fmt.Fprintf(table, "%s\t%s\t%d\t%d-%d\t%d\t%d in turn\t%s\n", p.At.Local().Format(time.DateOnly), p.Where, p.Count, p.From, p.To, p.Block, p.Bound, p.How)
		}
		return table.Flush()
	}
	return cmd
}
