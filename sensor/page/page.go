// Package page is the synthetic shopper: it walks a storefront to its payment step like a customer, types a customer
// who does not exist, and reports where what it typed went.
//
// The walk itself is in journey, the browser in browser, the second account of all traffic in witness. This package
// puts them together, keeps the line to the shop cut from the press of the last button on, and judges what was seen:
// judging is pure and works on the record of a visit.
package page

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/canary"
	"github.com/tillwatch/tillwatch/known"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
	"github.com/tillwatch/tillwatch/sensor/page/journey"
)

// Config says how the shopper walks. The zero value walks once, as a customer who speaks the shop's language.
type Config struct {
	Profiles   []string // names of [browser.Profiles]; empty: one that fits the shop's language
	Executable string   // of the browser; empty: the one that is found

	Journey *journey.File       // helps through an unusual checkout; nil: own wits only
	Record  func(*journey.File) // gets the way that was found; nil: nobody wants it

	Authorised        []string // hosts that may receive what customers type, besides known providers; "*.x" for x and below
	AllowRegistration bool     // register an account where there is no guest checkout
	AllowProvider     bool     // type into a known payment provider's frame
	PlaceTestOrder    bool     // let the shop have one order a profile where the card is asked for only after it
	NoWitness         bool     // do without the proxy; the last button is then not pressed

	// SendCard has one further walk of each profile, with PlaceTestOrder, place an order and hand the made-up card to the
	// shop's own server, for whoever then searches that server for it. Ordered is told who ordered; nil: nobody asks.
	SendCard bool
	Ordered  func(canary.Set)

	Roots              []*x509.Certificate // trusted besides the system's
	Username, Password string              // basic authentication, for the shop's own hosts only
	Headers            http.Header         // for the shop's own hosts only
	Cookies            []*http.Cookie

	Admin Admin // to look into after the storefront; zero: none

	Origin string // "address" or "address:port" of the server behind the shop's public address, to compare with; empty: none

	Published *known.Data // the published libraries; nil: those that came with the program

	Timeout time.Duration // of one walk; 0: five minutes
	Layers  Layers        // ways of noticing that are used; empty: all

	// Progress and Step tell what happens while it happens. Both may be nil.
	Progress func(Progress)
	Step     func(Step)
}

// Progress is what the shopper is about to do.
type Progress struct {
	Profile string
	Text    string
	Place   string
}

// Step is one step of a walk, with a picture of what was on the screen.
type Step struct {
	Name    string // "home", "product", "cart", "address", "payment", "order", "press" ...
	Place   string // the address, without query
	Profile string
	At      time.Time
	Picture []byte // PNG, card fields masked; nil where none could be taken
}

// Sensor is the [tillwatch.Sensor] for storefronts. Safe for concurrent use.
type Sensor struct {
	config    Config
	profiles  []browser.Profile
	providers *known.Providers
	random    io.Reader
	now       func() time.Time
}

// New makes a sensor. The error names a profile that does not exist.
func New(c Config) (*Sensor, error) {
	s := &Sensor{config: c, providers: known.PaymentProviders(), random: rand.Reader, now: time.Now}
	all := browser.Profiles()
	for _, name := range c.Profiles {
		i := slices.IndexFunc(all, func(p browser.Profile) bool { return p.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no profile %q; there are %s", name, strings.Join(ProfileNames(), ", "))
		}
		s.profiles = append(s.profiles, all[i])
	}
	if s.config.Timeout == 0 {
		s.config.Timeout = 5 * time.Minute
	}
	return s, nil
}

// ProfileNames lists the customers that can be played.
func ProfileNames() []string {
	var names []string
	for _, p := range browser.Profiles() {
		names = append(names, p.Name)
	}
	return names
}

// Observe walks the shop at t.Place once for each profile and reports items, signs and gaps; the [tillwatch.Pass] only
// where every walk reached the payment step. It returns an error only where ctx ended or report failed.
func (s *Sensor) Observe(ctx context.Context, t tillwatch.Target, report func(tillwatch.Observation) error) error {
	start, err := url.Parse(t.Place)
	if err != nil || start.Host == "" {
		return report(tillwatch.Gap{Place: t.Place, Why: "this is no address of a shop; write it like https://shop.example/"})
	}
	s.progress(browser.Profile{}, "asking for the first page", bare(t.Place))
	door := s.knock(ctx, start)
	if door.problem != "" {
		return errors.Join(ctx.Err(), report(tillwatch.Gap{Place: bare(t.Place), Why: door.problem}))
	}
	complete := true
	profiles := s.profilesFor(door.language)
	for _, profile := range profiles {
		if !s.config.Layers.walks() && !s.sendsCard() {
			break
		}
		look := &look{Sensor: s, start: start, profile: profile, report: report, scope: "page " + bare(t.Place)}
		done, err := look.run(ctx)
		if err != nil {
			return err
		}
		complete = complete && done
	}
	if s.config.Admin.URL != "" && s.config.Layers.On(Screens) {
		if err := s.lookIntoAdmin(ctx, profiles[0], report); err != nil {
			return err
		}
	}
	if !complete || !s.config.Layers.walks() {
		return nil
	}
	return report(tillwatch.Pass{Scope: "page " + bare(t.Place), At: s.now()})
}

// profilesFor are the configured profiles, or one desktop customer of the page's language.
func (s *Sensor) profilesFor(language string) []browser.Profile {
	if len(s.profiles) > 0 {
		return s.profiles
	}
	all := browser.Profiles()
	fits := func(language string) int {
		return slices.IndexFunc(all, func(p browser.Profile) bool { return p.Locale == language && !p.Mobile && !p.Returning })
	}
	i := fits(language)
	if i < 0 {
		i = fits("en")
	}
	return []browser.Profile{all[max(i, 0)]}
}

func (s *Sensor) progress(p browser.Profile, text, place string) {
	if s.config.Progress != nil {
		s.config.Progress(Progress{Profile: p.Name, Text: text, Place: place})
	}
}

func (s *Sensor) destinations(shop string) destinations {
	return destinations{shop: hostOnly(shop), authorised: s.config.Authorised, providers: s.providers}
}
