package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/tillwatch/tillwatch/app"
	"github.com/tillwatch/tillwatch/app/report"
)

// valueFlags say where the value of a key comes from.
type valueFlags struct {
	file, from, envFile string
	names               []string
	all                 bool
}

func (f *valueFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.file, "file", "", "`FILE` whose whole content is the value, such as a private key")
	flags.StringVar(&f.from, "from", "", "configuration `FILE` to take values of: .env, config.php, env.php, wp-config.php, JSON, YAML, INI ...")
	flags.StringVar(&f.envFile, "env-file", "", "the same as --from")
	flags.StringArrayVar(&f.names, "name", nil, "`NAME` of a value in that file (again for each)")
}

func addDetails(cmd *cobra.Command, d *app.KeyDetails) {
	flags := cmd.Flags()
	flags.StringVar(&d.ID, "id", "", "`NAME` of the key in the register (default: made of its file and its name there)")
	flags.StringVar(&d.Kind, "kind", "", "what sort of key: `api|database|signing|ssh|password|token|mail`")
	flags.StringVar(&d.Owner, "owner", "", "`PERSON` who answers for it")
	flags.StringVar(&d.Contractor, "contractor", "", "`FIRM` that the owner works for, where it is not the shop")
	flags.StringVar(&d.Purpose, "purpose", "", "`what` it is for")
	flags.StringArrayVar(&d.Opens, "opens", nil, "what it opens, as in `\"orders: name,address @ 296019\"`: place, data, people (again for each)")
	flags.StringArrayVar(&d.Lives, "lives", nil, "`PLACE` where it may be, as in ci:deploy or /srv/shop/.env; * stands for any text (again for each)")
	flags.StringArrayVar(&d.Readers, "reader", nil, "`PERSON` who could read it besides the owner (again for each)")
	flags.StringVar(&d.Created, "created", "", "`DATE` on which the key was made (default: today)")
	flags.StringVar(&d.RotateBy, "rotate-by", "", "`DATE` by which it must be another one, or never (default: a year after it was made)")
}

func keyAddCommand() *cobra.Command {
	var f keyFlags
	var v valueFlags
	var d app.KeyDetails
	add := &cobra.Command{
		Use:   "add",
		Short: "Register keys, without keeping their values",
		Long: `Register keys, without keeping their values. A value comes from standard input, from a file (--file), or out of a
configuration file (--from with the --name of each, or --all); never from the command line, where every user of the
machine can read it and the shell remembers it. --from alone shows what could be registered and registers nothing.

Of a private key in PEM form or as JWK, the fingerprint of the public half is kept, too. Values that can be guessed are
registered with a warning. The file that --from names is then a place where the key may be, unless --lives names others;
in the history of a repository it is a leak all the same.

Exit codes: 0, 2 where the register cannot be written, 3 for wrong usage; then nothing was registered.`,
		Example: `  tillwatch key add --id customers-api --owner tanaka --opens "customers: name,email @ 296019" < key.txt
  tillwatch key add --from /var/www/shop/.env
  tillwatch key add --from /var/www/shop/.env --name DB_PASSWORD --owner sato --contractor "Example Systems"
  tillwatch key add --file deploy.pem --id deploy --reader kim --rotate-by 2027-03-31`,
		Args: noKeyValue,
	}
	f.add(add)
	v.add(add)
	add.Flags().BoolVar(&v.all, "all", false, "register every value that --from finds")
	addDetails(add, &d)
	add.Flags().BoolVar(&d.NewSiteKey, "new-site-key", false, "the old site key is gone for good: begin with a new one")
	add.RunE = func(cmd *cobra.Command, _ []string) error {
		list, show, err := v.candidates(cmd.InOrStdin(), d.ID)
		if err != nil || show {
			if err == nil {
				err = writeCandidates(cmd.OutOrStdout(), v.config(), list)
			}
			return err
		}
		keys, err := f.open(cmd.Context())
		if err != nil {
			return err
		}
		defer keys.Close()
		added, err := keys.Add(cmd.Context(), list, d, time.Now())
		if err != nil {
			return err
		}
		for _, a := range added {
			if err := writeEnrolled(cmd.OutOrStdout(), "registered "+a.ID, a); err != nil {
				return err
			}
		}
		if d.Owner == "" {
			fmt.Fprintln(cmd.OutOrStdout(), "Nobody is named as its owner: say with --owner who must rotate it when it leaks.")
		}
		return nil
	}
	return add
}

func (f *valueFlags) config() string {
	if f.from == "" {
		return f.envFile
	}
	return f.from
}

// candidates reads what is to be registered; show says that the operator has not chosen yet.
func (f *valueFlags) candidates(stdin io.Reader, id string) (list []app.KeyCandidate, show bool, err error) {
	config := f.config()
	switch {
	case config != "" && f.file != "" || f.from != "" && f.envFile != "":
		return nil, false, &app.UsageError{Problem: "--file, --from and --env-file exclude one another"}
	case config == "" && (len(f.names) > 0 || f.all):
		return nil, false, &app.UsageError{Problem: "--name and --all belong to --from"}
	case config != "":
		list, skipped, err := app.KeyCandidates(config)
		if err != nil {
			return nil, false, err
		}
		if len(f.names) > 0 {
			list, err = app.ChooseKeys(list, f.names)
			return list, false, err
		}
		if f.all && len(list) == 0 {
			return nil, false, &app.UsageError{Problem: "the file has no value that can be registered"}
		}
		for _, line := range skipped {
			fmt.Fprintf(os.Stderr, "left out: %s\n", report.Shown(line))
		}
		return list, !f.all, nil
	}
	value, err := f.value(stdin)
	if err != nil {
		return nil, false, err
	}
	if id == "" {
		return nil, false, &app.UsageError{Problem: "name the key with --id"}
	}
	one, err := app.KeyValue(id, value)
	return []app.KeyCandidate{one}, false, err
}

// value is all of a file, or all of standard input; at a terminal it is asked for and not shown.
func (f *valueFlags) value(stdin io.Reader) ([]byte, error) {
	if f.file != "" {
		opened, err := os.Open(f.file)
		if err != nil {
			return nil, &app.UsageError{Problem: "--file: " + err.Error()}
		}
		defer opened.Close()
		stdin = opened
	} else if terminal, ok := stdin.(*os.File); ok && term.IsTerminal(int(terminal.Fd())) {
		fmt.Fprint(os.Stderr, "The value (it is not shown): ")
		value, err := term.ReadPassword(int(terminal.Fd()))
		fmt.Fprintln(os.Stderr)
		return value, err
	}
	return app.ReadKeyValue(stdin)
}

func writeCandidates(w io.Writer, file string, list []app.KeyCandidate) error {
	for _, c := range list {
		note := fmt.Sprintf("%d bytes, about %.0f bits", c.Value.Len(), c.Bits)
		if c.Weak() {
			note += ": WEAK, can be guessed"
		}
		if _, err := fmt.Fprintf(w, "%s:%d  %s  (%s; %s)\n", file, c.Line, report.Shown(c.Name), report.Shown(c.Kind), note); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "%d values could be registered. Nothing was: choose with --name, or --all.\n", len(list))
	return err
}

func writeEnrolled(w io.Writer, what string, e app.Enrolled) error {
	if e.From != "" {
		what += ", of " + report.Shown(e.From)
	}
	if !e.RotateBy.IsZero() {
		what += ", to be rotated by " + e.RotateBy.Format(time.DateOnly)
	}
	_, err := fmt.Fprintf(w, "%s\n", what)
	if err == nil && e.Warning != "" {
		_, err = fmt.Fprintf(w, "  warning: %s\n", e.Warning)
	}
	return err
}

func keyRotateCommand() *cobra.Command {
	var f keyFlags
	var v valueFlags
	var d app.KeyDetails
	rotate := &cobra.Command{
		Use:   "rotate KEY",
		Short: "Register the value that takes a key's place, and retire the old one",
		Long: `Register the value that takes a key's place, and retire the old one. First change the key where it is used. What is not
said of the new one (owner, purpose, what it opens, where it lives) it takes over; who could read the old one could
not read the new one. The value comes from where key add takes it.

Exit codes: 0, 2 where the register cannot be written, 3 for wrong usage.`,
		Example: "  tillwatch key rotate customers-api < new-key.txt\n  tillwatch key rotate env-db-password --from .env --name DB_PASSWORD",
		Args:    oneKey,
	}
	f.add(rotate)
	v.add(rotate)
	addDetails(rotate, &d)
	rotate.RunE = func(cmd *cobra.Command, args []string) error {
		list, show, err := v.candidates(cmd.InOrStdin(), args[0])
		switch {
		case err != nil:
			return err
		case show:
			return writeCandidates(cmd.OutOrStdout(), v.config(), list)
		case len(list) != 1:
			return &app.UsageError{Problem: "one key is rotated at a time", Hint: "give one --name"}
		}
		keys, err := f.open(cmd.Context())
		if err != nil {
			return err
		}
		defer keys.Close()
		done, err := keys.Rotate(cmd.Context(), args[0], list[0], d, time.Now())
		if err != nil {
			return err
		}
		if err := writeEnrolled(cmd.OutOrStdout(), "registered "+done.ID+" in the place of "+args[0], done); err != nil {
			return err
		}
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s is retired: whoever uses it from now on has it from where it leaked.\n", args[0])
		return err
	}
	return rotate
}
