package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tillwatch/tillwatch/app"
)

// group is what a command does that has subcommands: without one it shows its help, with an unknown one it names the
// nearest.
func group(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return cmd.Help()
	}
	var names []string
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	return &app.UsageError{
		Problem: fmt.Sprintf("there is no command %q", cmd.CommandPath()+" "+args[0]),
		Hint:    suggestion(args[0], names, cmd.CommandPath()+" "),
	}
}

// flagError turns what pflag says about a flag into a usage error with the nearest flag.
func flagError(cmd *cobra.Command, err error) error {
	wrong := &app.UsageError{Problem: err.Error()}
	var missing *pflag.NotExistError
	if errors.As(err, &missing) {
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		wrong.Problem = fmt.Sprintf("there is no flag --%s", missing.GetSpecifiedName())
		if missing.GetSpecifiedShortnames() != "" {
			wrong.Problem = fmt.Sprintf("there is no flag -%s", missing.GetSpecifiedName())
		}
		wrong.Hint = suggestion(missing.GetSpecifiedName(), names, "--")
	}
	return wrong
}

func suggestion(word string, known []string, before string) string {
	if near := app.Nearest(word, known); near != "" {
		return fmt.Sprintf("did you mean %s%s?", before, near)
	}
	return ""
}

// noArguments is cobra.NoArgs with the error that this program gives.
func noArguments(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return &app.UsageError{Problem: fmt.Sprintf("%q is too much: the command takes no arguments", args[0])}
	}
	return nil
}

// languageFlag adds --lang; its value is read with [languageOf].
func languageFlag(cmd *cobra.Command) *string {
	return cmd.Flags().String("lang", "", "language for people: `en|ja|ko|id` (default: from LC_ALL or LANG)")
}

func languageOf(flag string, env func(string) string) (string, error) {
	if flag == "" {
		return app.LanguageOf(env), nil
	}
	return app.ParseLanguage(flag)
}
