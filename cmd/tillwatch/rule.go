package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/tillwatch/tillwatch/app"
	"github.com/tillwatch/tillwatch/app/report"
)

func ruleCommand() *cobra.Command {
	rule := &cobra.Command{
		Use:     "rule",
		Short:   "List the rules, or explain one",
		Long:    "List the rules that findings fall under, or explain one: what it means, why it matters, what to do now.",
		Example: "  tillwatch rule list\n  tillwatch rule explain page/canary-sent --lang ja",
		Args:    cobra.ArbitraryArgs,
		RunE:    group,
	}
	rule.AddCommand(ruleListCommand(), ruleExplainCommand())
	return rule
}

func ruleListCommand() *cobra.Command {
	list := &cobra.Command{
		Use:     "list",
		Short:   "List all rules with what each means",
		Long:    "List all rules with what each means in a few words.\n\nExit codes: 0, or 3 for wrong usage.",
		Example: "  tillwatch rule list --lang ko",
		Args:    noArguments,
	}
	flag := languageFlag(list)
	list.RunE = func(cmd *cobra.Command, _ []string) error {
		language, err := languageOf(*flag, os.Getenv)
		if err != nil {
			return err
		}
		for _, id := range app.Rules() {
			rule, err := app.ExplainRule(id, language)
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintf(cmd.OutOrStdout(), "%-24s %s\n", id, rule.Title); err != nil {
				return err
			}
		}
		return nil
	}
	return list
}

func ruleExplainCommand() *cobra.Command {
	explain := &cobra.Command{
		Use:   "explain RULE",
		Short: "Explain one rule",
		Long: "Explain one rule: what it means, why it matters (with the case it comes from), what to do now, and what\n" +
			"makes it a false alarm.\n\nExit codes: 0, or 3 for wrong usage.",
		Example: "  tillwatch rule explain page/canary-sent\n  tillwatch rule explain page/fake-form --lang id",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &app.UsageError{Problem: "name one rule", Hint: "tillwatch rule list names them all"}
			}
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return app.Rules(), cobra.ShellCompDirectiveNoFileComp
		},
	}
	flag := languageFlag(explain)
	explain.RunE = func(cmd *cobra.Command, args []string) error {
		language, err := languageOf(*flag, os.Getenv)
		if err != nil {
			return err
		}
		rule, err := app.ExplainRule(args[0], language)
		if err != nil {
			return err
		}
		screen := screenOf(cmd.OutOrStdout(), os.Getenv)
		return report.WriteRule(cmd.OutOrStdout(), rule, report.Options{Color: screen.color, Width: screen.width})
	}
	return explain
}
