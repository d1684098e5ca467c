package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tillwatch/tillwatch/app"
	"github.com/tillwatch/tillwatch/app/report"
)

// checkFlags are the words of the command line before they are understood.
type checkFlags struct {
	format, out, failOn, state, suppress string
	language                             *string
	quiet                                bool
	ownKeysOnly                          bool
	shopper                              app.Shopper
	logs                                 app.Logs
	ssh                                  app.SSH
	full                                 bool
}

func checkCommand() *cobra.Command {
	check := &cobra.Command{
		Use:   "check TARGET...",
		Short: "Look once, and say what leaks",
		Long: `Look at a shop once. For a storefront (http:// or https://) Tillwatch walks to the payment step like a customer,
types made-up data, and says where that data went. No order is placed: from the press of the last button on,
nothing leaves this machine.

For a folder or a file it reads every script and page (.js .mjs .cjs .html .htm .xhtml .svg .php .phtml .inc .tpl .twig,
and .htaccess .user.ini php.ini crontab) without running any of it: what does as skimmers do, what was put into a
published library, PHP code through which others can run the server or that passes card data on, settings that run code
where none belongs. What is written in another language that servers run is read in the same way, by its name or its
first line, since a web shell beside a shop in PHP may be in any: Perl, Python, Ruby and shell (.pl .py .rb .sh .cgi,
#!), JSP and servlets, classic ASP, ASP.NET, ColdFusion, and commands in server-side includes (.shtml). It stays within
the folder, follows no link out of it, and looks at node_modules like at any other folder, but not into .git, .hg and
.svn. Targets named together belong to one shop.

A folder on another machine (sftp://user@host/PATH, or sftp://user@host/~/PATH from the user's own folder) is looked
at in the same way over SSH, without anything installed there. The server's key must be in known_hosts; where it is
not, what to run is said. docs/remote.md goes through it for a shop on rented hosting.

For a git repository (a folder with .git, git:PATH, or an address that ends in .git) it looks for the keys that were
registered with tillwatch key add, and for what looks like anybody's key: in every object, also those that no branch
leads to any more, and in the files beside. Nothing that the repository's own configuration names is run. In a folder
that is no repository, and in a file, it looks for keys as well (keys:PLACE for keys alone), archives included.

For a database (mysql:// postgres:// sqlite:FILE) it reads, and never writes: rows that customers wrote, for what would
run when somebody looks at them; rows that the shop runs or shows as they are; triggers, administrators and keys. It
knows EC-CUBE 2 to 4, WordPress with its shops, Magento 2, OpenCart, Zen Cart, PrestaShop and EverShop, and reads the
tables of any other shop by their names. docs/database.md has the GRANT for an account that may only read. With
?ssh=user@host in the address it is reached through that server.

For logs (FILE.log, .gz, .zst, - for standard input, log:FILE, log:FOLDER of rotated files) it looks for those who read
customers without being one: nginx, Apache, Caddy, EC-CUBE, AWS, Cloudflare or JSON, each line recognised by itself.
With issued:FILE, the log of who issues tokens, it finds tokens that nobody issued; with members:FILE (one a line, or a
range as in members:1-20000) members who do not exist. What the logs as they are cannot tell is listed.

Exit codes
  0    nothing at or above --fail-on was found, and everything was looked at
  1    something was found (this goes before 2)
  2    something could not be looked at; the report says what and why
  3    wrong usage; nothing was looked at
  130  interrupted; the report holds what was seen until then

Secrets are never given on the command line, where every user of the machine can read them. They are read from the
file that a flag names, or else from the environment:
  TILLWATCH_BASIC_AUTH  user:password
  TILLWATCH_HEADER      "Name: value" a line, such as a header that the shop's firewall lets through
  TILLWATCH_COOKIES     name=value; name=value
  TILLWATCH_ADMIN       user:password for the log-in of the admin screen (--admin-url)
  TILLWATCH_GIT_AUTH    user:token for a remote repository (default: what git's own helpers know)
  TILLWATCH_SSH_KEY_FILE, TILLWATCH_SSH_PASSPHRASE_FILE, TILLWATCH_SSH_PASSWORD_FILE or TILLWATCH_SSH_PASSWORD
                        of a server (default: ssh-agent, and the keys and hosts in ~/.ssh)
  TILLWATCH_DB_PASSWORD of a database; or the file that TILLWATCH_DB_PASSWORD_FILE names; TILLWATCH_DB_USER (default:
                        what the address says, then ~/.my.cnf, ~/.pgpass and the variables of the server's own programs)

A suppress file is a YAML list; every entry has all of rule, place (* for any text), reason, who, and expiry (its last
day, as in 2027-03-31). Each report counts what it hides.

Screenshots of each step are inside the JSON and HTML reports; card fields are masked in them.`,
		Example: `  tillwatch check https://shop.example/
  tillwatch check https://shop.example/ --format html --out report.html --lang ja
  tillwatch check https://shop.example/ --authorise pay.example --fail-on high --quiet
  tillwatch check /var/www/shop
  tillwatch check /var/www/shop --full                     # every file again, whatever its times say
  tillwatch check sftp://shopuser@ssh.hoster.example/~/public_html
  tillwatch check git:/srv/git/shop.git https://git.example/org/shop.git
  tillwatch check git:https://github.com/ORG               # all repositories of an organisation or user
  tillwatch check mysql://tillwatch@localhost/shop
  tillwatch check log:/var/log/nginx issued:issuer.log members:members.csv
  tillwatch check assets/jquery.min.js --format sarif --out scripts.sarif`,
		Args: cobra.ArbitraryArgs,
	}
	f := checkFlags{language: languageFlag(check)}
	flags := check.Flags()
	flags.SortFlags = false
	flags.SetNormalizeFunc(bothSpellings)
	flags.StringVar(&f.format, "format", "text", "form of the report: `text|json|sarif|html`")
	flags.StringVar(&f.out, "out", "", "write the report to `FILE`, which appears complete or not at all")
	flags.StringVar(&f.failOn, "fail-on", "medium", "lowest severity that makes exit code 1: `critical|high|medium|low|never`")
	flags.StringVar(&f.state, "state", "", "`folder` of the inventory and of since when (default: this user's state folder)")
	flags.StringVar(&f.suppress, "suppress", "", "`FILE` of findings not to be told of, each with reason and expiry")
	flags.BoolVar(&f.quiet, "quiet", false, "no progress on standard error")
	s := &f.shopper
	flags.StringSliceVar(&s.Profiles, "profiles", nil, "customers to walk as, with commas between: "+strings.Join(app.Profiles(), ", ")+"\n(default: one that fits the shop's language)")
	flags.StringVar(&s.Journey, "journey", "", "`FILE` that helps through an unusual checkout")
	flags.StringVar(&s.Record, "record", "", "write the way that was found to `FILE`, for --journey")
	flags.StringArrayVar(&s.Authorised, "authorise", nil, "`HOST` that may receive what customers type (again for each)")
	flags.BoolVar(&s.AllowRegistration, "allow-registration", false, "register an account where there is no guest checkout")
	flags.BoolVar(&s.AllowProvider, "allow-provider", false, "type made-up data into a real payment provider's frame")
	flags.BoolVar(&s.PlaceTestOrder, "place-test-order", false, "where the card is asked for only after the order: PLACE ONE ORDER in the shop (for a\ncustomer who does not exist, not paid), to see the page that asks; cancel it afterwards. With the shop's files or\ndatabase among the targets: ONE MORE, whose made-up card the shop is handed,\nand a search for that card on the server")
	flags.BoolVar(&s.NoWitness, "no-witness", false, "do without the proxy; the last button is then not pressed")
	flags.StringVar(&s.CAFile, "ca", "", "PEM `FILE` of further certificate authorities to trust")
	flags.StringVar(&s.AuthFile, "auth-file", "", "`FILE` with user:password for basic authentication")
	flags.StringVar(&s.HeaderFile, "header-file", "", "`FILE` with headers to send to the shop, \"Name: value\" a line")
	flags.StringVar(&s.CookieFile, "cookie-file", "", "`FILE` with cookies to begin with, also in the cookies.txt form")
	flags.StringVar(&s.AdminURL, "admin-url", "", "`ADDRESS` of the admin screen, best of its list of orders: log in, open the newest orders as an\noperator does, and tell scripts that customers wrote into them; nothing there is changed")
	flags.IntVar(&s.AdminOrders, "admin-orders", 20, "`number` of orders to open there, the newest first")
	flags.StringVar(&s.AdminFile, "admin-file", "", "`FILE` with user:password for the log-in of the admin screen")
	flags.StringVar(&s.Chromium, "chromium", "", "`PATH` of the browser (default: the one that tillwatch doctor finds)")
	flags.StringVar(&s.Origin, "origin", "", "`ADDRESS` of the server behind a content network, as in 192.0.2.7 or 192.0.2.7:8080:\nwhat customers get is compared with what it has")
	flags.DurationVar(&s.Timeout, "timeout", 5*time.Minute, "give up one walk after this `time`")
	flags.BoolVar(&f.full, "full", false, "read every file again, not only what its size, times and number on the disk say may have changed:\nafter a restored backup, or where somebody had root. Done by itself once a day")
	flags.StringVar(&f.ssh.KeyFile, "ssh-key", "", "`FILE` of the private key for sftp:// and ?ssh= (default: ssh-agent and the keys in ~/.ssh)")
	flags.StringVar(&f.ssh.PasswordFile, "ssh-password-file", "", "`FILE` with the password, where a server takes no key")
	flags.StringVar(&f.ssh.KnownHosts, "known-hosts", "", "`FILE` of the keys of servers (default: ~/.ssh/known_hosts)")
	flags.BoolVar(&f.ownKeysOnly, "own-keys-only", false, "in repositories, look for registered keys alone, not for what looks like anybody's")
	l := &f.logs
	flags.StringArrayVar(&l.Routes, "route", nil, "what a page of the logs holds, as in '/customers/{member}/addresses=name,address' (again for each)")
	flags.StringVar(&l.Format, "log-format", "", "`FORMAT` of log lines in no known one, as nginx's log_format writes it")
	flags.DurationVar(&l.SessionLife, "session-life", 0, "how long a log-in lasts, for reads without one (default: as long as tokens, or 720h)")
	flags.StringArrayVar(&l.Exempt, "exempt", nil, "who may read many members, as in 'backup,network=192.0.2.7' or key=, subject=, agent= (again for each);\neach use is counted")
	flags.StringVar(&l.Members.Query, "members-query", "", "`QUERY` that gives the ids of members in the database that members: names")
	flags.StringSliceVar(&l.OnlyAlarms, "only-alarm", nil, "for logs, switch all alarms off but this `RULE`, as in access/ratio (again for each)")
	flags.StringVar(&s.Layers, "layers", "", "use only these ways of noticing: D canaries, I inventory, S scripts, L listeners, P proxy, H the server, V its software")
	_ = flags.MarkHidden("layers") // for debugging and the benchmark of techniques
	check.RunE = func(cmd *cobra.Command, args []string) error { return runCheck(cmd, args, f) }
	return check
}

// bothSpellings takes --authorize for --authorise.
func bothSpellings(_ *pflag.FlagSet, name string) pflag.NormalizedName {
	if name == "authorize" {
		name = "authorise"
	}
	return pflag.NormalizedName(name)
}

func runCheck(cmd *cobra.Command, args []string, f checkFlags) error {
	format, err := app.ParseFormat(f.format)
	if err != nil {
		return err
	}
	failOn, err := app.ParseThreshold(f.failOn)
	if err != nil {
		return err
	}
	language, err := languageOf(*f.language, os.Getenv)
	if err != nil {
		return err
	}
	f.shopper.Env = os.Getenv
	config := app.CheckConfig{
		Targets: args, Language: language, StateDir: f.state, Suppress: f.suppress, Shopper: f.shopper, OwnKeysOnly: f.ownKeysOnly,
		Logs: f.logs, SSH: f.ssh, Full: f.full, Stdin: cmd.InOrStdin(),
	}
	if config.StateDir == "" {
		config.StateDir = usableStateDir(cmd.ErrOrStderr())
	}
	out, err := openOutput(cmd.OutOrStdout(), f.out)
	if err != nil {
		return err
	}
	defer out.discard()

	told := func() {}
	if !f.quiet {
		p := newProgress(cmd.ErrOrStderr(), screenOf(cmd.ErrOrStderr(), os.Getenv))
		config.Progress, told = p.tell, p.stop
	}
	result, err := app.Check(cmd.Context(), config)
	told()
	if result == nil {
		return err
	}
	if err != nil {
		fmt.Fprintf(cmd.ErrOrStderr(), "tillwatch: %v\n", err)
	}

	screen := screenOf(out.Writer, os.Getenv)
	err = report.Write(out, format, result, report.Options{
		Language: language, Color: screen.color, Width: screen.width, Zone: time.Local,
	})
	if err == nil {
		err = out.commit()
	}
	if err != nil {
		return fmt.Errorf("the report could not be written: %w", err)
	}
	if code := app.ExitCode(result, failOn); code != app.ExitFine {
		return exit(code)
	}
	return nil
}

// usableStateDir is the user's own state folder, or none where there can be none, as in a container with a read-only
// file system: a check is worth more than its memory.
func usableStateDir(stderr io.Writer) string {
	dir, err := app.DefaultStateDir()
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	if err != nil {
		fmt.Fprintf(stderr, "tillwatch: earlier checks are not remembered (%v); name a folder with --state\n", err)
		return ""
	}
	return dir
}

// output is where the report goes: standard output, or a file that appears when it is complete.
type output struct {
	io.Writer
	file *app.File
}

func openOutput(stdout io.Writer, name string) (output, error) {
	if name == "" || name == "-" {
		return output{Writer: stdout}, nil
	}
	file, err := app.CreateFile(name)
	if err != nil {
		return output{}, &app.UsageError{
			Problem: fmt.Sprintf("--out: %s", strings.TrimPrefix(err.Error(), "write ")),
			Hint:    "name a file in a folder that exists and can be written",
		}
	}
	return output{Writer: file.File, file: file}, nil
}

func (o output) commit() error {
	if o.file == nil {
		return nil
	}
	return o.file.Commit()
}

func (o output) discard() {
	if o.file != nil {
		o.file.Discard()
	}
}
