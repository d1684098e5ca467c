package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tillwatch/tillwatch/app"
	"github.com/tillwatch/tillwatch/app/report"
)

func keyDecoyCommand() *cobra.Command {
	var f keyFlags
	var v valueFlags
	var p app.DecoyPlan
	var out, setup string
	decoy := &cobra.Command{
		Use:   "decoy --place PLACE",
		Short: "Make a key that opens nothing, to be planted where only a thief would take it from",
		Long: `Make a key that opens nothing, to be planted where only a thief would take it from: one for each place (a repository, a
backup, a CI variable, a laptop). Its use, or a copy of it anywhere else, is an alarm that names the place. It is
registered like any key, and is left in peace at its own place: git:PATH and an address are compared with what check
is given.

  api       written as one of your own keys is, which is read from --from with --name, --file or standard input
  aws       an access key as a credentials file has it
  signing   a key as JWK whose id no verifier knows; a token with that id was made by whoever took it
  database  a user who may do nothing; --setup is the SQL that makes it, for your administrator

What is to be planted goes to --out, or to standard output.

Exit codes: 0, 2 where the register cannot be written, 3 for wrong usage; then nothing was registered.`,
		Example: `  tillwatch key decoy --place git:/srv/git/shop.git --from .env --name API_KEY --as API_KEY_OLD --out decoy.env
  tillwatch key decoy --place backup --kind aws --as backup
  tillwatch key decoy --place ci:deploy --kind database --dialect mysql --host db.shop.example --setup decoy.sql`,
		Args: noKeyValue,
	}
	f.add(decoy)
	flags := decoy.Flags()
	flags.StringVar(&p.Place, "place", "", "`PLACE` that it will be planted in (required)")
	flags.StringVar(&p.Kind, "kind", "api", "what sort of decoy: `"+strings.Join(app.DecoyKinds(), "|")+"`")
	flags.StringVar(&p.ID, "id", "", "`NAME` in the register (default: made of the place)")
	flags.StringVar(&p.As, "as", "", "`NAME` that the planted file gives it")
	v.add(decoy)
	flags.StringVar(&p.KeyID, "like-kid", "", "signing: `ID` of a real key, to be like it")
	flags.StringVar(&p.Dialect, "dialect", "", "database: `mysql|postgres`")
	flags.StringVar(&p.User, "user-like", "", "database: `NAME` of a real user, to be like it")
	flags.StringVar(&p.Host, "host", "localhost", "database: `HOST` that the planted address names")
	flags.StringVar(&p.Namespace, "database", "shop", "database: `NAME` of the database that it names")
	flags.StringVar(&out, "out", "", "write what is to be planted to `FILE`")
	flags.StringVar(&setup, "setup", "", "database: write the SQL to `FILE`")
	decoy.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := oneOf("--kind", p.Kind, app.DecoyKinds()...); err != nil {
			return err
		}
		if p.Kind == "database" && setup == "" {
			return &app.UsageError{Problem: "the user must be made, or nobody sees it tried", Hint: "say with --setup FILE where the SQL for that goes"}
		}
		if p.Kind == "api" {
			list, show, err := v.candidates(cmd.InOrStdin(), "like")
			if err == nil && (show || len(list) != 1) {
				err = &app.UsageError{Problem: "a decoy is like one key", Hint: "give one --name"}
			}
			if err != nil {
				return err
			}
			p.Like = list[0]
		}
		keys, err := f.open(cmd.Context())
		if err != nil {
			return err
		}
		defer keys.Close()
		planted, err := keys.Decoy(cmd.Context(), p, time.Now())
		if err != nil {
			return err
		}
		if setup != "" && len(planted.Setup) > 0 {
			if err := app.WritePrivate(setup, planted.Setup); err != nil {
				return err
			}
		}
		say := cmd.ErrOrStderr()
		if out == "" {
			_, err = cmd.OutOrStdout().Write(planted.Text)
		} else {
			err = app.WritePrivate(out, planted.Text)
		}
		fmt.Fprintf(say, "registered %s as a decoy at %s", planted.ID, report.Shown(p.Place))
		for _, public := range planted.Public {
			fmt.Fprintf(say, ", seen in use as %s", report.Shown(public))
		}
		fmt.Fprintln(say)
		return err
	}
	return decoy
}

func keyFilterCommand() *cobra.Command {
	var f keyFlags
	var out string
	filter := &cobra.Command{
		Use:   "filter --out FILE",
		Short: "Write a file that lets a contractor's hook refuse your keys without having them",
		Long: `Write a file that lets a contractor's hook or CI refuse your keys without having them: tillwatch hook install --filter
FILE. It holds the active keys that cannot be guessed, as digests under a secret of its own; nothing of the register
and nothing of the site key.

` + app.FilterNotice + `

Exit codes: 0, 2 where the file or the register cannot be used, 3 for wrong usage.`,
		Example: "  tillwatch key filter --out shop.filter\n  tillwatch hook install --filter shop.filter",
		Args:    noKeyValue,
	}
	f.add(filter)
	filter.Flags().StringVar(&out, "out", "", "`FILE` to write (required)")
	filter.RunE = func(cmd *cobra.Command, _ []string) error {
		if out == "" {
			return &app.UsageError{Problem: "say where to write to", Hint: "add --out FILE"}
		}
		keys, err := f.open(cmd.Context())
		if err != nil {
			return err
		}
		defer keys.Close()
		made, err := keys.Filter(cmd.Context(), time.Now())
		if err != nil {
			return err
		}
		if err := os.WriteFile(out, made.Text, 0o644); err != nil { // it is for others to read
			return &app.UsageError{Problem: "--out: " + err.Error()}
		}
		fmt.Fprintf(cmd.OutOrStdout(), "%s: %d keys: %s\n", out, len(made.Keys), strings.Join(made.Keys, ", "))
		if len(made.Left) > 0 {
			fmt.Fprintf(cmd.OutOrStdout(), "left out, because they could be guessed with it: %s\n", strings.Join(made.Left, ", "))
		}
		return nil
	}
	return filter
}
