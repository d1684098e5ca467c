package drill

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/app"
)

//go:embed orderform/order.js
var orderScript string

// library is the shop's own copy of a well-known library, which the script in the order changes.
const library = "assets/vendor/js-cookie/js.cookie.min.js"

// orderform is a script in an order: it runs in the admin screen when the operator opens the order, changes the shop's own
// copy of a library with the operator's rights, and from then on the checkout sends what is typed to a thief.
func orderform(ctx context.Context, o Options) (out Outcome, err error) {
	out = Outcome{Drill: "orderform", Incidents: []string{}, Alarms: []Alarm{}, Case: Case{
		Name:          "eleven Japanese shops, among them Tully's Coffee Japan, October 2020 to May 2024: a script in an order, opened in the admin screen",
		UnnoticedDays: 1300, RecordsLost: 92_685,
	}}
	d, err := openInside(ctx, o, &out, "--hole", "raw-order-mail", "--hole", "template-editor", "--customers", "20", "--orders", "4")
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	f := &orderformDrill{inside: d}
	for _, step := range []func(context.Context) error{f.honest, f.ordered, f.shown, f.opened, f.changed, f.skimmed, f.one} {
		if err := step(ctx); err != nil {
			return out, err
		}
		if out.Failure != "" {
			return out, nil
		}
	}
	out.Passed = true
	return out, nil
}

type orderformDrill struct {
	*inside
	at       time.Time // the order
	number   string
	tampered time.Time // the library
}

func (d *orderformDrill) honest(ctx context.Context) error {
	d.options.tell("The shop is open at %s. First a check of the honest shop, its files, its database and its admin screen.", d.shop.url)
	_, err := d.baseline(ctx, d.admin(app.Shopper{}), func(string) bool { return false })
	return err
}

// ordered lets the thief order as a customer does. Nobody has opened the order when the row is noticed.
func (d *orderformDrill) ordered(ctx context.Context) error {
	var requests atomic.Int64
	v, err := newVisitor(strings.TrimSuffix(d.shop.url, "/"), &requests)
	if err != nil {
		return err
	}
	note, err := d.note()
	if err != nil {
		return err
	}
	at, err := v.order(ctx, url.Values{"family_name": {"佐藤"}, "given_name": {"健"}, "email": {"k.sato@example.com"}, "payment": {"cod"}, "note": {note}})
	if err != nil {
		return err
	}
	if at.Path != "/checkout/complete" {
		return fmt.Errorf("the thief's order led to %s", at.Path)
	}
	if d.number = v.placed; d.number == "" {
		return errors.New("the shop does not say which number the thief's order has")
	}
	d.at = time.Now()
	d.options.tell("%s: a \"customer\" has ordered, with a script in the note.", d.at.Format(time.TimeOnly))
	_, err = d.until(ctx, "database", d.at, false, app.Shopper{}, rule("database/active-content"), d.shop.database())
	return err
}

// note is what the thief writes into the order form, on one line: the mail breaks lines.
func (d *orderformDrill) note() (string, error) {
	oneLine := func(code string) string {
		var lines []string
		for line := range strings.Lines(code) {
			lines = append(lines, strings.TrimSpace(line))
		}
		return strings.Join(lines, " ")
	}
	var literal bytes.Buffer
	encoder := json.NewEncoder(&literal)
	encoder.SetEscapeHTML(true)
	if err := encoder.Encode("\n" + oneLine(strings.ReplaceAll(skimmer, "THIEF", d.thief.url))); err != nil {
		return "", err
	}
	code := strings.Replace(oneLine(orderScript), "SKIMMER", strings.TrimSpace(literal.String()), 1)
	return "のし紙をお願いします。<script>" + code + "</script>", nil
}

// shown looks into the admin screen, before any operator does.
func (d *orderformDrill) shown(ctx context.Context) error {
	_, err := d.until(ctx, "admin screen", d.at, false, d.admin(app.Shopper{Layers: "A"}), rule("page/order-admin-script"), d.shop.url)
	if err != nil || d.out.Failure != "" {
		return err
	}
	return d.untouched()
}

// untouched holds that nothing was changed yet: the look into the admin screen keeps the script from it.
func (d *orderformDrill) untouched() error {
	b, err := os.ReadFile(filepath.Join(d.shop.docroot, filepath.FromSlash(library)))
	if err == nil && bytes.Contains(b, []byte("s.gif")) {
		return d.fail("the script came true while it was looked for")
	}
	return err
}

// opened is what happens where nobody heeds the alarms: the operator opens the order in his own browser.
func (d *orderformDrill) opened(ctx context.Context) error {
	desk, err := app.OpenDesk(ctx, d.admin(app.Shopper{}))
	if err != nil {
		return err
	}
	defer func() { _ = desk.Close() }()
	d.begins(ctx)
	d.options.tell("%s: the operator opens the order all the same.", time.Now().Format(time.TimeOnly))
	if err := desk.Visit(ctx, d.shop.url+"admin/orders/"+d.number+"/mail"); err != nil {
		return err
	}
	file := filepath.Join(d.shop.docroot, filepath.FromSlash(library))
	for patience := time.Now().Add(30 * time.Second); ; {
		b, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if bytes.Contains(b, []byte("s.gif")) {
			break
		}
		if time.Now().After(patience) {
			return d.fail("the script in the order did not change the library: the drill does not show what it is to show")
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	d.tampered = time.Now()
	d.begins(ctx)
	d.options.tell("%s: with the operator's session the script has changed %s.", d.tampered.Format(time.TimeOnly), library)
	return nil
}

// changed looks at the files alone.
func (d *orderformDrill) changed(ctx context.Context) error {
	_, err := d.until(ctx, "files", d.tampered, true, app.Shopper{}, func(f tillwatch.Finding) bool {
		return strings.HasPrefix(f.Rule, "files/") && strings.Contains(f.Place+where(f), filepath.Base(library))
	}, d.shop.docroot)
	return err
}

func where(f tillwatch.Finding) string {
	var all []string
	for _, e := range f.Evidence {
		all = append(all, e.Where)
	}
	return strings.Join(all, " ")
}

// skimmed looks at the storefront alone.
func (d *orderformDrill) skimmed(ctx context.Context) error {
	_, err := d.until(ctx, "page", d.tampered, true, app.Shopper{}, func(f tillwatch.Finding) bool {
		if f.Rule != "page/canary-sent" || f.Certainty != tillwatch.Certain {
			return false
		}
		for _, e := range f.Evidence {
			if strings.HasPrefix(e.Destination, d.thief.url) && strings.HasSuffix(e.Where, library) {
				return true
			}
		}
		return false
	}, d.shop.url)
	return err
}

func (d *orderformDrill) one(ctx context.Context) error {
	shopper := d.admin(app.Shopper{AdminOrders: 10 + int(d.customers.orders.Load())}) // others have ordered since
	return d.together(ctx, shopper, []string{"database/active-content"}, []string{"page/order-admin-script"},
		[]string{"files/changed", "files/skimmer", "page/library-modified"}, []string{"page/canary-sent"})
}
