package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tillwatch/tillwatch/app"
)

func doctorCommand() *cobra.Command {
	doctor := &cobra.Command{
		Use:   "doctor",
		Short: "Say what is missing on this machine, and the command that mends it",
		Long: "Look for what a check needs on this machine: a browser that starts, its sandbox, fonts, a folder to remember\n" +
			"in. Each thing that is missing or poor comes with the command that mends it.\n\n" +
			"Exit codes: 0, 2 where something is missing that a check cannot do without, 3 for wrong usage.",
		Example: "  tillwatch doctor\n  tillwatch doctor --chromium /opt/chrome/chrome",
		Args:    noArguments,
	}
	chromium := doctor.Flags().String("chromium", "", "`PATH` of the browser (default: the one that is found)")
	state := doctor.Flags().String("state", "", "`folder` that remembers (default: this user's state folder)")
	doctor.RunE = func(cmd *cobra.Command, _ []string) error {
		return tellCheckups(cmd.OutOrStdout(), app.Doctor(cmd.Context(), *chromium, *state))
	}
	return doctor
}

func tellCheckups(out io.Writer, checkups []app.Checkup) error {
	marks := map[app.CheckupState]string{app.Good: "ok", app.Poor: "poor", app.Missing: "MISSING"}
	missing := false
	var text strings.Builder
	for _, c := range checkups {
		missing = missing || c.State == app.Missing
		fmt.Fprintf(&text, "%-8s %-8s %s\n", marks[c.State], c.Name, c.Detail)
		if c.Cure != "" {
			fmt.Fprintf(&text, "%-8s %-8s mend it with: %s\n", "", "", c.Cure)
		}
	}
	if _, err := io.WriteString(out, text.String()); err != nil {
		return err
	}
	if missing {
		return exit(app.ExitNotSeen)
	}
	return nil
}
