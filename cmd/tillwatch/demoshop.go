package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/tillwatch/tillwatch/app"
	"github.com/tillwatch/tillwatch/demoshop"
)

// demoshopFlags are the words of the command line that are not simply fields of a demoshop.Config.
type demoshopFlags struct {
	port, portTLS                         int
	flow, payment, placeBy, trouble, face string
	holes                                 []string
	config                                demoshop.Config
}

func demoshopCommand() *cobra.Command {
	shop := &cobra.Command{
		Use:   "demoshop",
		Short: "Run the demonstration shop",
		Long: `Run a small but real shop on this machine, to try Tillwatch on. It is honest until a hole is opened with --hole or a
file of its document root is changed; it listens on loopback only.

Stop it with Ctrl-C. Exit codes: 0, 2 where it could not be opened, 3 for wrong usage.`,
		Example: `  tillwatch demoshop --port 8700
  tillwatch demoshop --port 8700 --flow steps --payment iframe --customers 1000
  tillwatch demoshop --face eccube2 --payment module
  tillwatch demoshop --database postgres://demo@localhost/demo
  tillwatch check http://shop.localhost:8700/`,
		Args: noArguments,
	}
	f := &demoshopFlags{}
	c := &f.config
	flags := shop.Flags()
	flags.SortFlags = false
	flags.IntVar(&f.port, "port", 0, "`PORT` for http (default: a free one)")
	flags.IntVar(&f.portTLS, "tls-port", 0, "`PORT` for https (default: a free one)")
	flags.StringVar(&c.State, "state", "", "`FOLDER` for database, logs and keys (default: one that is removed at the end)")
	flags.StringVar(&c.Database, "database", "", "`ADDRESS` of a database on this machine to keep the shop in instead of a file, as in mysql://demo@localhost/demo (MariaDB) or "+
		"postgres://demo@localhost/demo; an empty one is filled; its password is read from TILLWATCH_DB_PASSWORD")
	flags.BoolVar(&c.NewDatabase, "new-database", false, "refuse a database that holds a shop already")
	flags.StringVar(&c.Docroot, "docroot", "", "`FOLDER` of templates and scripts; an empty one is filled (default: in the state folder)")
	flags.IntVar(&c.Customers, "customers", 0, "`NUMBER` of members in a new database")
	flags.IntVar(&c.Orders, "orders", 0, "`NUMBER` of past orders in a new database")
	flags.Int64Var(&c.Seed, "seed", 0, "makes other customers and orders")
	flags.StringVar(&f.flow, "flow", "", "`SHAPE` of the checkout: one-page, steps or spa")
	flags.StringVar(&f.payment, "payment", "", "`WAY` of paying by card: card, iframe, redirect or module (a page that a real PHP process serves)")
	flags.StringVar(&f.face, "face", "", "look like a shop of this `SOFTWARE`: eccube2 (EC-CUBE 2.13)")
	flags.StringVar(&c.PHP, "php", "", "`PROGRAM` that runs the payment module (default: php)")
	flags.StringVar(&f.placeBy, "place-by", "", "`WAY` in which the last button sends the order: form, fetch, xhr, beacon or websocket")
	flags.BoolVar(&c.Checkout.SplitFields, "split-fields", false, "name, postal code and phone in parts, as older Japanese shops have them")
	flags.BoolVar(&c.Checkout.AjaxCard, "ajax-card", false, "fetch the card fields when the card is chosen")
	flags.BoolVar(&c.Checkout.LinkButtons, "link-buttons", false, "buttons are links and boxes with a script")
	flags.BoolVar(&c.Checkout.LoginWall, "login-wall", false, "only members may buy")
	flags.BoolVar(&c.Checkout.Captcha, "captcha", false, "a puzzle stands before the checkout")
	flags.BoolVar(&c.Checkout.SoldOut, "sold-out", false, "nothing is in stock")
	flags.BoolVar(&c.Checkout.RefuseRobots, "refuse-robots", false, "no session for a browser that calls itself headless")
	flags.StringArrayVar(&f.holes, "hole", nil, "open a `HOLE`: raw-order-mail, template-editor, key-file or customer-api (again for each)")
	flags.StringVar(&f.trouble, "trouble", "", "`TROUBLE` that no visitor gets past: maintenance, redirect-loop, alert-loop, busy-loop, never-ends, huge, download or crash")
	flags.StringVar(&c.Trouble.Path, "trouble-path", "", "`PATH` where the trouble strikes (default: the front page)")
	flags.StringVar(&c.CSP, "csp", "", "Content-Security-Policy of the shop's pages; HOST:pay.localhost stands for that name's origin")
	flags.DurationVar(&c.TokenLife, "token-life", 0, "life of access tokens (default: one hour)")
	flags.BoolVar(&c.PlainTokenIDs, "plain-token-ids", false, "write token identifiers into the logs in clear")
	flags.BoolVar(&c.TrustForwardedFor, "trust-forwarded-for", false, "take the client's address from X-Forwarded-For")
	shop.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := f.understand(); err != nil {
			return err
		}
		f.config.DatabasePassword = os.Getenv("TILLWATCH_DB_PASSWORD")
		return demoshop.Run(cmd.Context(), f.config, cmd.OutOrStdout())
	}
	return shop
}

// understand fills the config from the words.
func (f *demoshopFlags) understand() error {
	var words []error
	word := func(flag, value string, known ...string) string {
		if value != "" && !slices.Contains(known, value) {
			words = append(words, &app.UsageError{
				Problem: fmt.Sprintf("--%s cannot be %q", flag, value), Hint: app.DidYouMean(value, known),
			})
		}
		return value
	}
	c := &f.config
	c.Checkout.Flow = demoshop.Flow(word("flow", f.flow, "one-page", "steps", "spa"))
	c.Checkout.Payment = demoshop.Payment(word("payment", f.payment, "card", "iframe", "redirect", "module"))
	c.Face = demoshop.Face(word("face", f.face, "eccube2"))
	c.Checkout.PlaceBy = demoshop.PlaceBy(word("place-by", f.placeBy, "form", "fetch", "xhr", "beacon", "websocket"))
	c.Trouble.Kind = demoshop.TroubleKind(word("trouble", f.trouble, "maintenance", "redirect-loop", "alert-loop", "busy-loop",
		"never-ends", "huge", "download", "crash"))
	for _, name := range f.holes {
		switch word("hole", name, "raw-order-mail", "template-editor", "key-file", "customer-api") {
		case "raw-order-mail":
			c.Holes.RawOrderMail = true
		case "template-editor":
			c.Holes.TemplateEditor = true
		case "key-file":
			c.Holes.KeyFile = true
		case "customer-api":
			c.Holes.CustomerAPI = true
		}
	}
	c.Listen, c.ListenTLS = loopback(f.port), loopback(f.portTLS)
	return errors.Join(words...)
}

func loopback(port int) string { return "127.0.0.1:" + strconv.Itoa(port) }
