package main

import (
	"cmp"
	"fmt"
	"os"
	"os/user"
	"time"

	"github.com/spf13/cobra"

	"github.com/tillwatch/tillwatch/app"
)

func inventoryApproveCommand() *cobra.Command {
	var f inventoryFlags
	var d app.Decision
	approve := &cobra.Command{
		Use:   "approve [PLACE...]",
		Short: "Say in writing that items are as they should be",
		Long: `Say in writing that items are as they should be: by hand, as they are now, or by a rule for every version that comes.

An approval by hand is of the content and of what the item was seen to do. PLACE is as tillwatch inventory list shows
it; * stands for any text. --all means everything that is not approved yet: so a baseline is made.

A rule is for scripts that change without telling, such as a payment provider's: it names a place (with its host) and
what whatever is there may do. What a rule does not allow is a finding. --may is one of
  "reads card"  "sends pay.example"  "sends *.example"  "sends self" (hosts of the script's own owner)  "nothing"

Approvals are only ever added; --withdraw says that one no longer counts, and why.

Exit codes: 0, 2 where the inventory cannot be written, 3 for wrong usage.`,
		Example: `  tillwatch inventory approve --all --why "baseline, reviewed with the agency"
  tillwatch inventory approve https://shop.example/assets/checkout.js --why "release 4.2: address look-up"
  tillwatch inventory approve --rule "https://js.pay.example/*" --kind script --may "sends self" \
      --why "our payment provider's SDK: reads nothing itself, talks to itself"
  tillwatch inventory approve --withdraw 12 --why "contract ended"`,
		Args: cobra.ArbitraryArgs,
	}
	f.add(approve)
	flags := approve.Flags()
	flags.BoolVar(&d.All, "all", false, "everything that is not approved yet, as it is now")
	flags.StringVar(&d.Rule, "rule", "", "`PATTERN` of places: approve every version of what is there")
	flags.StringArrayVar(&d.May, "may", nil, "what a rule allows: a `CAPABILITY` (again for each)")
	flags.StringVar(&d.Kind, "kind", "", "only items of this kind: `script|host|header|frame|form|account`")
	flags.Int64Var(&d.Withdraw, "withdraw", 0, "`NUMBER` of the approval that no longer counts")
	flags.StringVar(&d.Why, "why", "", "the `REASON`, for whoever asks later (required)")
	flags.StringVar(&d.Who, "who", "", "your `NAME` (default: the name of this user)")
	approve.RunE = func(cmd *cobra.Command, args []string) error {
		d.Places = args
		if err := oneOf("--kind", d.Kind, "", "script", "host", "header", "frame", "form", "account"); err != nil {
			return err
		}
		if d.Who == "" {
			d.Who = userName()
		}
		inventory, err := f.open(cmd.Context())
		if err != nil {
			return err
		}
		defer inventory.Close()
		added, err := inventory.Decide(cmd.Context(), d)
		if err != nil {
			return err
		}
		said := fmt.Sprintf("%d approved at %s, by %s.", len(added), inventory.Shop, d.Who)
		switch {
		case d.Withdraw != 0:
			said = fmt.Sprintf("Approval %d no longer counts.", d.Withdraw)
		case d.Rule != "":
			said = fmt.Sprintf("The rule counts from now on, by %s.", d.Who)
		case len(added) == 0:
			said = "All of that is approved already."
		}
		_, err = fmt.Fprintln(cmd.OutOrStdout(), said)
		return err
	}
	return approve
}

// userName is who is at the keyboard, as far as the system knows.
func userName() string {
	if name := os.Getenv("SUDO_USER"); name != "" {
		return name
	}
	u, err := user.Current()
	if err != nil {
		return cmp.Or(os.Getenv("USER"), os.Getenv("USERNAME"))
	}
	return u.Username
}

func inventoryExportCommand() *cobra.Command {
	var f inventoryFlags
	var pci bool
	var out string
	var every time.Duration
	export := &cobra.Command{
		Use:   "export --pci --out DIR",
		Short: "Write the evidence for PCI DSS 6.4.3 and 11.6.1",
		Long: `Write the evidence for PCI DSS 6.4.3 and 11.6.1 into a folder: one page to read and print, and the same as CSV files
(scripts, headers, changes, looks), with a proposal for a Content-Security-Policy and integrity attributes.

--every says how often somebody should have looked; where nobody did, that is listed too. PCI DSS asks for at least
once in seven days (168h), unless a risk analysis of yours says otherwise.

Exit codes: 0, 2 where the evidence cannot be written, 3 for wrong usage.`,
		Example: "  tillwatch inventory export --pci --out pci/ --every 168h\n  tillwatch inventory export --pci --out pci/ --shop shop.example --lang ja",
		Args:    noArguments,
	}
	f.add(export)
	language := languageFlag(export)
	export.Flags().BoolVar(&pci, "pci", false, "evidence for PCI DSS 4.0.1 (the one form there is)")
	export.Flags().StringVar(&out, "out", "", "`DIR` to write to (required)")
	export.Flags().DurationVar(&every, "every", 0, "`time` between looks that should not be exceeded, such as 168h")
	export.RunE = func(cmd *cobra.Command, _ []string) error {
		switch {
		case !pci:
			return &app.UsageError{Problem: "say which evidence", Hint: "add --pci"}
		case out == "":
			return &app.UsageError{Problem: "say where to write to", Hint: "add --out DIR"}
		case every < 0:
			return &app.UsageError{Problem: "--every cannot be negative"}
		}
		chosen, err := languageOf(*language, os.Getenv)
		if err != nil {
			return err
		}
		inventory, err := f.open(cmd.Context())
		if err != nil {
			return err
		}
		defer inventory.Close()
		names, err := inventory.Export(cmd.Context(), out, chosen, every, time.Now())
		for _, name := range names {
			fmt.Fprintln(cmd.OutOrStdout(), name)
		}
		return err
	}
	return export
}
