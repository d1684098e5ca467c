package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tillwatch/tillwatch/app"
	"github.com/tillwatch/tillwatch/app/report"
)

// hookFlags say which keys are held back.
type hookFlags struct{ state, filter string }

func (f *hookFlags) add(cmd *cobra.Command) {
	cmd.Flags().SortFlags = false
	cmd.Flags().StringVar(&f.state, "state", "", "`folder` of the register (default: this user's state folder)")
	cmd.Flags().StringVar(&f.filter, "filter", "", "a contractor's filter, the `FILE` that tillwatch key filter wrote, in the place of the register")
}

func hookCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "hook",
		Short: "Refuse a commit or a push that holds an active key of the shop's",
		Long: `Refuse a commit or a push that holds an active key of the shop's: on the machine of whoever writes code (pre-commit,
pre-push), with the register or with a contractor's filter, or on the server that receives it (pre-receive).`,
		Example: "  tillwatch hook install\n  tillwatch hook install --filter shop.filter ~/src/shop\n  tillwatch hook install --pre-receive /srv/git/shop.git",
		Args:    cobra.ArbitraryArgs,
		RunE:    group,
	}
	cmd.AddCommand(hookInstallCommand(), hookRunCommand())
	return cmd
}

func hookInstallCommand() *cobra.Command {
	var f hookFlags
	chosen := map[string]*bool{}
	install := &cobra.Command{
		Use:   "install [REPO]",
		Short: "Write the hooks into a repository",
		Long: `Write hooks into a repository (default: the one here): pre-push, or pre-receive where the repository is bare. A hook
that somebody else wrote is not touched; the line to add to it is shown.

Exit codes: 0, 2 where a hook cannot be written, 3 for wrong usage.`,
		Example: "  tillwatch hook install --pre-commit --pre-push\n  tillwatch hook install --filter shop.filter ~/src/shop",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return &app.UsageError{Problem: "hooks are installed into one repository at a time"}
			}
			return nil
		},
	}
	f.add(install)
	for _, hook := range app.Hooks() {
		chosen[hook] = install.Flags().Bool(hook, false, "install the "+hook+" hook")
	}
	install.RunE = func(cmd *cobra.Command, args []string) error {
		plan := app.HookPlan{Repository: ".", StateDir: f.state, Filter: f.filter}
		if len(args) == 1 {
			plan.Repository = args[0]
		}
		for _, hook := range app.Hooks() {
			if *chosen[hook] {
				plan.Hooks = append(plan.Hooks, hook)
			}
		}
		if f.filter != "" { // what is wrong with it is better known now
			if _, err := app.OpenGate(cmd.Context(), "", f.filter, os.Getenv, time.Now()); err != nil {
				return err
			}
		}
		done, err := app.InstallHooks(cmd.Context(), plan)
		for _, name := range done {
			fmt.Fprintln(cmd.OutOrStdout(), name)
		}
		return err
	}
	return install
}

func hookRunCommand() *cobra.Command {
	var f hookFlags
	run := &cobra.Command{
		Use:   "run pre-commit|pre-push|pre-receive [ARGUMENTS OF GIT...]",
		Short: "What a hook runs: look at what is to be committed or pushed",
		Long: `What a hook runs: look at what is to be committed, pushed, or was received, and refuse it where it holds an active key.
File, line, name and owner of the key are told, never its value. Only what the other side does not have yet is looked
at.

Exit codes: 0 nothing is held back, 1 refused, 2 it could not be looked at (which also stops git), 3 wrong usage.`,
		Example: "  tillwatch hook run pre-commit\n  tillwatch hook run pre-push origin https://git.example/shop.git < updates",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return &app.UsageError{Problem: "say which hook: " + strings.Join(app.Hooks(), ", ")}
			}
			return nil
		},
	}
	f.add(run)
	run.RunE = func(cmd *cobra.Command, args []string) error {
		if err := oneOf("the hook", args[0], app.Hooks()...); err != nil {
			return err
		}
		dir, err := stateFolder(f.state)
		if err != nil && f.filter == "" {
			return err
		}
		gate, err := app.OpenGate(cmd.Context(), dir, f.filter, os.Getenv, time.Now())
		if err != nil {
			return err
		}
		var found []app.Refusal
		switch args[0] {
		case app.PreCommit:
			found, err = gate.Committed(cmd.Context(), ".")
		case app.PrePush:
			remote := ""
			if len(args) > 1 {
				remote = args[1]
			}
			found, err = gate.Pushed(cmd.Context(), ".", remote, cmd.InOrStdin())
		default:
			found, err = gate.Received(cmd.Context(), ".", cmd.InOrStdin())
		}
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return nil
		}
		return errors.Join(writeRefusals(cmd.ErrOrStderr(), args[0], found), exit(app.ExitFindings))
	}
	return run
}

func writeRefusals(w io.Writer, hook string, found []app.Refusal) error {
	what := map[string]string{app.PreCommit: "This commit", app.PrePush: "This push", app.PreReceive: "This push"}[hook]
	fmt.Fprintf(w, "tillwatch: refused. %s holds an active key:\n", what)
	for _, r := range found {
		where := "the text of commit or tag " + r.Commit
		if r.File != "" {
			where = fmt.Sprintf("%s:%d", report.Shown(r.File), r.Line)
			if r.Commit != "" {
				where += " in " + r.Commit
			}
		}
		owner := ""
		if r.Owner != "" || r.Contractor != "" {
			owner = fmt.Sprintf(" (owner: %s)", report.Shown(joined(r.Owner, r.Contractor)))
		}
		fmt.Fprintf(w, "  %s: key %s%s\n", where, r.Key, owner)
	}
	if hook != app.PreCommit {
		fmt.Fprintln(w, "Taking it out in a further commit is not enough: take it out of the commits that bring it, then push again.")
	}
	_, err := fmt.Fprintln(w, "If anybody else may have seen it, the owner must rotate it.")
	return err
}

func joined(owner, contractor string) string {
	if owner == "" || contractor == "" {
		return owner + contractor
	}
	return owner + ", " + contractor
}
