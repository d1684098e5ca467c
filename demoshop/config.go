package demoshop

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Config says how the shop is set up. The zero value is a working, honest shop with no customers on free ports.
type Config struct {
	Listen    string // loopback address for http; "" is 127.0.0.1 and a free port
	ListenTLS string // loopback address for https; "" is 127.0.0.1 and a free port

	// State is the folder for database, logs and keys. What is there is used again, so that a second start finds the
	// orders of the first. "" is a temporary folder, removed by Close.
	State string
	// Docroot is the folder of templates and assets; "" is "docroot" below State. An empty folder is filled with the
	// originals, any other is left as it is.
	Docroot string
	// Hosts answers for further names, such as "chat.localhost". What they are sent is kept all the same.
	Hosts map[string]http.Handler

	// Database is a database on a server, to be used instead of a file below State, as in mysql://shop@localhost/shop or
	// postgres://shop@localhost/shop. An empty one is filled. [ModulePage] reads a file only.
	Database         string
	DatabasePassword string
	NewDatabase      bool // refuse one that holds a shop already

	Seed      int64 // makes customers, orders and their passwords; the same seed gives the same shop
	Customers int   // members in an empty database
	Orders    int   // past orders of those members in an empty database

	Face Face   // whose software the shop looks like; "" is nobody's
	PHP  string // the program that runs the payment module, see [ModulePage]; "" is "php" on the path

	AdminPassword string // of the operator "admin"; "" is a random one, see [Shop.AdminPassword]

	Checkout Checkout
	Holes    Holes
	Trouble  Trouble
	Staging  Staging

	// CSP is the Content-Security-Policy of the shop's pages; "" sends none. "HOST:name" stands for the origin of that
	// name, as in "script-src 'self' HOST:pay.localhost"; see [SoundCSP].
	CSP string

	TokenLife         time.Duration // of access tokens; 0 is an hour
	PlainTokenIDs     bool          // write jti and sub into the logs in clear instead of as keyed hashes
	TrustForwardedFor bool          // take the client's address from X-Forwarded-For, as behind a proxy
}

// SoundCSP is a policy under which every page of the shop works.
const SoundCSP = "default-src 'self'; " +
	"script-src 'self' 'unsafe-inline' HOST:analytics.localhost HOST:pay.localhost; " +
	"style-src 'self' 'unsafe-inline' HOST:cdn.localhost; img-src 'self' data:; " +
	"connect-src 'self' HOST:analytics.localhost; frame-src HOST:pay.localhost; " +
	"form-action 'self' HOST:pay.localhost; base-uri 'none'; object-src 'none'"

// Checkout says how buying works here.
type Checkout struct {
	Flow    Flow    // "" is OnePage
	Payment Payment // how cards are paid; "" is OwnCard
	PlaceBy PlaceBy // how the last button sends the order; "" is Form

	SplitFields  bool // older Japanese forms: name, furigana, postal code and phone in parts, no autocomplete tokens
	AjaxCard     bool // card fields are fetched when the card is chosen
	LinkButtons  bool // buttons are links and boxes with a script
	LoginWall    bool // only members may buy
	Captcha      bool // a puzzle stands before the checkout
	SoldOut      bool // nothing is in stock
	RefuseRobots bool // no session for a User-Agent that calls itself headless or a bot
}

// Flow is the shape of the checkout.
type Flow string

// The flows of a checkout.
const (
	OnePage    Flow = "one-page"
	Accordion  Flow = "accordion" // one page whose later sections are fetched when the one before is filled in
	Steps      Flow = "steps"     // customer, delivery, payment, confirmation: a page each
	SinglePage Flow = "spa"       // one document, steps drawn by script, no form element
)

// Payment is the way cards are paid.
type Payment string

// The ways of paying by card. Cash on delivery and bank transfer are always offered beside them.
const (
	OwnCard       Payment = "card"     // fields in the shop's own page, sent to the shop
	ProviderFrame Payment = "iframe"   // fields in a frame of pay.localhost, the shop gets a token
	ProviderPage  Payment = "redirect" // fields on a page of pay.localhost, the customer comes back
	ModulePage    Payment = "module"   // fields on a page of the shop's own after the order, served by a real PHP process
)

// cardLater says that the card is asked for only once the shop has the order.
func (c Checkout) cardLater() bool { return c.Payment == ProviderPage || c.Payment == ModulePage }

// Face is a shop software that the shop can be taken for, by what it shows outside and by the files that it lies among.
type Face string

// EccubeTwo is EC-CUBE 2.13 as Japanese shops still run it, long after its end of life. Nothing of it is EC-CUBE's own
// code: the marks by which it is recognised are here, written anew.
const EccubeTwo Face = "eccube2"

// PlaceBy is the means by which the last button sends the order.
type PlaceBy string

// The means of placing an order.
const (
	Form      PlaceBy = "form"
	Fetch     PlaceBy = "fetch"
	XHR       PlaceBy = "xhr"
	Beacon    PlaceBy = "beacon"
	WebSocket PlaceBy = "websocket"
)

// Holes are the weaknesses of the published cases. All are closed until set.
type Holes struct {
	RawOrderMail   bool // the admin's mail preview shows order fields as HTML, as in CVE-2021-20717
	TemplateEditor bool // the admin panel edits and uploads files of the document root
	KeyFile        bool // the token signing key lies in a readable file below State/keys
	CustomerAPI    bool // GET /api/customers and /api/customers/ID answer to anyone
}

// Staging closes the shop to strangers, as shops are before they open. The zero value is an open shop.
type Staging struct {
	User, Password string // of basic authentication
	Header, Value  string // a request header that the firewall wants to see
}

// Trouble is something a visitor cannot get past.
type Trouble struct {
	Kind TroubleKind // "" is none
	Path string      // where it strikes; "" is the front page. Maintenance strikes everywhere but in the admin panel
}

// TroubleKind names a trouble.
type TroubleKind string

// The troubles.
const (
	Maintenance  TroubleKind = "maintenance"   // 503 with Retry-After
	RedirectLoop TroubleKind = "redirect-loop" // to itself without end
	AlertLoop    TroubleKind = "alert-loop"    // alert() without end
	BusyLoop     TroubleKind = "busy-loop"     // a script that never yields
	NeverEnds    TroubleKind = "never-ends"    // a page that goes on arriving
	Huge         TroubleKind = "huge"          // a response of 2 GB
	Download     TroubleKind = "download"      // an attachment instead of a page
	Crash        TroubleKind = "crash"         // a page that kills its renderer
)

func (c Config) withDefaults() (Config, error) {
	orElse(&c.Listen, "127.0.0.1:0")
	orElse(&c.ListenTLS, "127.0.0.1:0")
	orElse(&c.Checkout.Flow, OnePage)
	orElse(&c.Checkout.Payment, OwnCard)
	orElse(&c.Checkout.PlaceBy, Form)
	orElse(&c.Trouble.Path, "/")
	orElse(&c.TokenLife, time.Hour)
	for _, address := range []string{c.Listen, c.ListenTLS} {
		if err := loopback(address); err != nil {
			return c, err
		}
	}
	if c.Customers < 0 || c.Orders < 0 {
		return c, fmt.Errorf("customers %d, orders %d: neither can be negative", c.Customers, c.Orders)
	}
	if c.Orders > 0 && c.Customers == 0 {
		return c, fmt.Errorf("%d past orders need customers to belong to", c.Orders)
	}
	if c.Database != "" && c.Checkout.Payment == ModulePage {
		return c, errors.New("the payment module reads a file: it goes with no database on a server")
	}
	for name := range c.Hosts {
		if name == shopHost || name == payHost || !strings.HasSuffix(name, ".localhost") {
			return c, fmt.Errorf("host %q: a further name must end in .localhost and not be one of the shop's own", name)
		}
	}
	return c, errors.Join(
		oneOf("checkout flow", c.Checkout.Flow, OnePage, Accordion, Steps, SinglePage),
		oneOf("payment", c.Checkout.Payment, OwnCard, ProviderFrame, ProviderPage, ModulePage),
		oneOf("face", c.Face, "", EccubeTwo),
		oneOf("means of placing an order", c.Checkout.PlaceBy, Form, Fetch, XHR, Beacon, WebSocket),
		oneOf("trouble", c.Trouble.Kind, "", Maintenance, RedirectLoop, AlertLoop, BusyLoop, NeverEnds, Huge, Download, Crash),
	)
}

func orElse[T comparable](value *T, fallback T) {
	var zero T
	if *value == zero {
		*value = fallback
	}
}

func oneOf[T ~string](what string, value T, allowed ...T) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	words := make([]string, 0, len(allowed))
	for _, a := range allowed {
		if a != "" {
			words = append(words, string(a))
		}
	}
	return fmt.Errorf("%s %q is unknown; known are %s", what, value, strings.Join(words, ", "))
}

// loopback refuses to show a shop with switchable holes to any network.
func loopback(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("listen address %q: want HOST:PORT, such as 127.0.0.1:8700", address)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("listen address %q: the demonstration shop has holes on purpose and listens on loopback only", address)
	}
	return nil
}
