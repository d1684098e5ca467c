package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tillwatch/tillwatch/app"
	"github.com/tillwatch/tillwatch/app/report"
)

func verifyCommand() *cobra.Command {
	var c app.VerifyConfig
	var format string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Answer the shop's gateway whether the token of a request was ever issued, and tell of forged ones",
		Long: `Answer nginx (auth_request), Traefik (ForwardAuth), Caddy (forward_auth) or Envoy (ext_authz over HTTP) about the token
of each request: whether its signature is good, and whether the issuer has ever issued it. A valid signature says only
that somebody has the key. It observes: every answer is 200, and what is wrong is told here, until --deny names a route.

What was issued is read from the issuer's log (--issued-log: lines of JSON, or Keycloak's events), or posted to
/v1/issued by whoever knows the secret of --issued-token-file, or over --socket. A token is called unissued, and that
for certain, only where nearly all tokens of its key id have a record: GET /v1/status shows that for each. No token is
kept or shown, only keyed hashes. tillwatch verify recipe NAME prints what to write into the gateway's or the issuer's
configuration.

Exit codes: 0 stopped with Ctrl-C, 2 it cannot go on (the disk is full, the log cannot be read), 3 wrong usage.`,
		Example: `  tillwatch verify --jwks jwks.json --issued-log /var/log/keycloak/keycloak.log
  tillwatch verify --jwks jwks.json --issued-token-file /etc/tillwatch/issued.secret --deny '/api/address/*'
  tillwatch verify recipe nginx`,
		Args: cobra.ArbitraryArgs,
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&c.Listen, "listen", "127.0.0.1:9460", "`HOST:PORT` for the gateway and issuers; port 0 takes a free one")
	f.StringVar(&c.Keys, "jwks", "", "`file` with the issuer's public keys (JSON Web Key Set); read again when it changes")
	f.StringVar(&c.IssuedLog, "issued-log", "", "`file` of the issuer's log, which is followed")
	f.StringVar(&c.IssuedTokenFile, "issued-token-file", "", "`file` with the secret that issuers show when they post to /v1/issued")
	f.StringVar(&c.Socket, "socket", "", "Unix `socket` at which issuers post without a secret")
	f.StringArrayVar(&c.Cookies, "cookie", nil, "`name` of a cookie that holds the token, where Authorization does not (may be repeated)")
	f.StringArrayVar(&c.IDClaims, "id-claim", nil, "`claim` that is the token's id, best first (default jti; a dot goes into an object)")
	f.StringArrayVar(&c.MemberClaims, "member-claim", nil, "`claim` that says whose token it is, best first (default sub)")
	f.StringArrayVar(&c.Fields.ID, "id-field", nil, "`field` of the issuer's log that is the token's id, best first (default jti, token_id, sid …)")
	f.StringArrayVar(&c.Fields.Member, "member-field", nil, "`field` of the issuer's log that says whose token it is (default sub, user_id …)")
	f.StringArrayVar(&c.Deny, "deny", nil, "`route` on which forged tokens are refused with 403, such as '/api/address/*' (may be repeated)")
	f.BoolVar(&c.DenyPending, "deny-pending", false, "refuse there also while the record may be on its way: only where issuers post before they hand out")
	f.DurationVar(&c.Grace, "grace", time.Minute, "`time` by which a use may come before its record")
	f.DurationVar(&c.Life, "life", time.Hour, "longest `life` of a token, where the issuer's log does not say it")
	f.StringVar(&c.StateDir, "state", "", "`folder` of register and ledger (default: this user's state folder)")
	f.StringVar(&format, "format", "text", "one line for each thing to tell, as `text|json`")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return group(cmd, args)
		}
		if err := oneOf("--format", format, "text", "json"); err != nil {
			return err
		}
		return runVerify(cmd, c, format)
	}
	cmd.AddCommand(verifyRecipeCommand())
	return cmd
}

func runVerify(cmd *cobra.Command, c app.VerifyConfig, format string) error {
	switch {
	case c.Keys == "":
		return &app.UsageError{Problem: "the issuer's public keys are missing", Hint: "name their file with --jwks"}
	case c.IssuedLog == "" && c.IssuedTokenFile == "" && c.Socket == "":
		return &app.UsageError{
			Problem: "nothing says which tokens were issued",
			Hint:    "name the issuer's log with --issued-log, or let it post: --issued-token-file, --socket",
		}
	}
	if c.StateDir == "" {
		var err error
		if c.StateDir, err = app.DefaultStateDir(); err != nil {
			return &app.UsageError{Problem: err.Error(), Hint: "name the folder with --state"}
		}
	}
	c.Env = os.Getenv
	c.Report = app.WriteObservations(cmd.OutOrStdout(), format == "json")
	v, err := app.OpenVerify(cmd.Context(), c)
	if err != nil {
		return err
	}
	if was := v.Restart(); was != "" {
		fmt.Fprintln(cmd.ErrOrStderr(), was)
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "listening at %s ; stop with Ctrl-C\n", strings.Join(v.Addresses(), " and "))
	err = v.Serve(cmd.Context())
	for _, gap := range v.Status().Unjudged {
		fmt.Fprintf(cmd.ErrOrStderr(), "not seen: %s: %s\n", report.Shown(gap.Place), report.Shown(gap.Why))
	}
	if closing := v.Close(); err == nil {
		err = closing
	}
	return err
}

func verifyRecipeCommand() *cobra.Command {
	names := strings.Join(app.Recipes(), ", ")
	return &cobra.Command{
		Use:   "recipe NAME",
		Short: "Print what to write into the configuration of a gateway or an issuer",
		Long: "Print how a gateway asks the verify endpoint and logs whose token it was, as keyed hashes and never the token, or how an\n" +
			"issuer says what it issued. Known are: " + names + ".\n\nExit codes: 0, 3 for wrong usage.",
		Example: "  tillwatch verify recipe nginx\n  tillwatch verify recipe keycloak",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &app.UsageError{Problem: "name one server or issuer", Hint: "it can be one of: " + names}
			}
			text, err := app.LogRecipe(args[0])
			if err != nil {
				return err
			}
			_, err = io.WriteString(cmd.OutOrStdout(), text)
			return err
		},
	}
}
