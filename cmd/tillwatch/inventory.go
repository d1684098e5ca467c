package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tillwatch/tillwatch/app"
	"github.com/tillwatch/tillwatch/app/report"
)

// inventoryFlags say which inventory is meant.
type inventoryFlags struct{ state, shop string }

func inventoryCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "inventory",
		Short: "What the shop is made of: list it, approve it, see what changed, hand it to an assessor",
		Long: `Each check writes down what it saw: the scripts with what they read and where they send, the hosts, the security
headers of each page. Until something is approved, all of it is new and nothing is an alarm. Approve a baseline once
you trust what is there; from then on a script that can do more, a new host, or a weaker header is a finding, and
other changes are only recorded.

Approvals and changes are only ever added. A wrong approval is withdrawn by a further one.`,
		Example: `  tillwatch check https://shop.example/
  tillwatch inventory approve --all --why "baseline, reviewed with the agency on 22 November"
  tillwatch inventory diff
  tillwatch inventory export --pci --out pci/ --every 168h`,
		Args: cobra.ArbitraryArgs,
		RunE: group,
	}
	cmd.AddCommand(inventoryListCommand(), inventoryApproveCommand(), inventoryDiffCommand(), inventoryExportCommand())
	return cmd
}

func (f *inventoryFlags) add(cmd *cobra.Command) {
	cmd.Flags().SortFlags = false
	cmd.Flags().StringVar(&f.state, "state", "", "`folder` of the inventory, as given to check (default: this user's state folder)")
	cmd.Flags().StringVar(&f.shop, "shop", "", "`NAME` of the shop, where the inventory holds several")
}

// open opens the inventory that the flags mean.
func (f *inventoryFlags) open(ctx context.Context) (*app.Inventory, error) {
	dir := f.state
	if dir == "" {
		var err error
		if dir, err = app.DefaultStateDir(); err != nil {
			return nil, &app.UsageError{Problem: err.Error(), Hint: "name the folder with --state"}
		}
	}
	return app.OpenInventory(ctx, dir, f.shop)
}

func inventoryListCommand() *cobra.Command {
	var f inventoryFlags
	var status, kind, format string
	var approvals bool
	list := &cobra.Command{
		Use:     "list",
		Short:   "List what has been seen, and how it stands",
		Long:    "List what has been seen of a shop with its status (new, approved, changed, gone), or the approvals.\n\nExit codes: 0, 2 where the inventory cannot be read, 3 for wrong usage.",
		Example: "  tillwatch inventory list --status changed\n  tillwatch inventory list --kind script --format json\n  tillwatch inventory list --approvals",
		Args:    noArguments,
	}
	f.add(list)
	list.Flags().StringVar(&status, "status", "", "only items with this status: `new|approved|changed|gone`")
	list.Flags().StringVar(&kind, "kind", "", "only items of this kind: `script|host|header|file`")
	list.Flags().BoolVar(&approvals, "approvals", false, "list the approvals instead")
	list.Flags().StringVar(&format, "format", "text", "`text|json`")
	list.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := oneOf("--format", format, "text", "json"); err != nil {
			return err
		}
		if err := oneOf("--status", status, "", "new", "approved", "changed", "gone"); err != nil {
			return err
		}
		inventory, err := f.open(cmd.Context())
		if err != nil {
			return err
		}
		defer inventory.Close()
		if approvals {
			return listApprovals(cmd.Context(), cmd.OutOrStdout(), inventory, format)
		}
		entries, err := inventory.Entries(cmd.Context())
		if err != nil {
			return err
		}
		chosen := []app.InventoryEntry{}
		for _, e := range entries {
			if (kind == "" || e.Kind == kind) && (status == "" || string(e.Status) == status) {
				chosen = append(chosen, e)
			}
		}
		if format == "json" {
			return writeJSON(cmd.OutOrStdout(), chosen)
		}
		return writeEntries(cmd.OutOrStdout(), chosen)
	}
	return list
}

func writeEntries(w io.Writer, entries []app.InventoryEntry) error {
	for _, e := range entries {
		can := "-"
		if v := e.Versions; len(v) > 0 && len(v[len(v)-1].Capabilities) > 0 {
			words := []string{}
			for _, c := range v[len(v)-1].Capabilities {
				words = append(words, string(c))
			}
			can = strings.Join(words, ", ")
		}
		_, err := fmt.Fprintf(w, "%-8s  %-6s  %s\n%18s%s; seen %s to %s\n", e.Status, e.Kind, report.Shown(e.Place), "",
			report.Shown(can), day(e.First), day(e.Last))
		if err == nil && e.Why != "" {
			_, err = fmt.Fprintf(w, "%18sapproved: %s\n", "", report.Shown(e.Why))
		}
		if err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "%d items\n", len(entries))
	return err
}

func listApprovals(ctx context.Context, w io.Writer, inventory *app.Inventory, format string) error {
	all, err := inventory.Approvals(ctx)
	if err != nil || format == "json" {
		if err == nil {
			err = writeJSON(w, all)
		}
		return err
	}
	for _, a := range all {
		what := report.Shown(strings.TrimSpace(a.Kind + " " + a.Place))
		switch {
		case a.Withdraws != 0:
			what = fmt.Sprintf("withdraws %d (%s)", a.Withdraws, what)
		case a.Rule:
			what = fmt.Sprintf("rule: %s may %s", what, report.Shown(strings.Join(a.May, ", ")))
		}
		if _, err := fmt.Fprintf(w, "%4d  %s  %s  %s\n%6s%s\n", a.ID, a.At.Local().Format(time.DateTime), report.Shown(a.Who), what, "", report.Shown(a.Why)); err != nil {
			return err
		}
	}
	return nil
}

func inventoryDiffCommand() *cobra.Command {
	var f inventoryFlags
	var format string
	diff := &cobra.Command{
		Use:   "diff",
		Short: "Show what is not as approved",
		Long: "Show every item that is not as approved: the new, those with other content or that can do more, and the gone.\n\n" +
			"Exit codes: 0 everything is as approved, 1 something is not, 2 the inventory cannot be read, 3 wrong usage.",
		Example: "  tillwatch inventory diff\n  tillwatch inventory diff --shop shop.example --format json",
		Args:    noArguments,
	}
	f.add(diff)
	diff.Flags().StringVar(&format, "format", "text", "`text|json`")
	diff.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := oneOf("--format", format, "text", "json"); err != nil {
			return err
		}
		inventory, err := f.open(cmd.Context())
		if err != nil {
			return err
		}
		defer inventory.Close()
		differences, err := inventory.Differences(cmd.Context())
		if err != nil {
			return err
		}
		w := cmd.OutOrStdout()
		if format == "json" {
			if err := writeJSON(w, differences); err != nil {
				return err
			}
		}
		for _, d := range differences {
			if format != "text" {
				break
			}
			lines := []string{fmt.Sprintf("%-8s  %-6s  %s", d.Status, d.Record.Kind, report.Shown(d.Record.Place))}
			for _, v := range d.Contents {
				if v.Digest != "" && d.Status == "changed" {
					lines = append(lines, fmt.Sprintf("%10sother content since %s: %s", "", day(v.First), v.Digest))
				}
			}
			for _, c := range d.Gained {
				lines = append(lines, fmt.Sprintf("%10snot approved: %s", "", report.Shown(string(c))))
			}
			for _, weak := range d.Weaker {
				lines = append(lines, fmt.Sprintf("%10sweaker: %s: %s", "", report.Shown(weak.Header), report.Shown(weak.What)))
			}
			if _, err := fmt.Fprintln(w, strings.Join(lines, "\n")); err != nil {
				return err
			}
		}
		if len(differences) > 0 {
			return exit(app.ExitFindings)
		}
		if format == "text" {
			_, err = fmt.Fprintf(w, "Everything at %s is as approved.\n", inventory.Shop)
		}
		return err
	}
	return diff
}

func oneOf(flag, word string, words ...string) error {
	for _, known := range words {
		if word == known {
			return nil
		}
	}
	return &app.UsageError{Problem: fmt.Sprintf("%s cannot be %q", flag, word), Hint: app.DidYouMean(word, words)}
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(true)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

func day(t time.Time) string { return t.Local().Format("2006-01-02 15:04") }
