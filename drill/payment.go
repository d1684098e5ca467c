package drill

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/app"
)

//go:embed payment/copy.php
var cardCopy string

const (
	paymentFile = "data/module/mdl_komorebi/LC_Page_Mdl_Komorebi_Credit.php"
	paymentLine = "public function lfDoCredit(array $arrForm)\n    {\n"
	pictureFile = "assets/img/spring.png"
)

// payment is a changed payment module in an outdated shop: the card, its code and its holder are copied on the server, to a
// picture, the database and a thief. No browser sees anything of it.
func payment(ctx context.Context, o Options) (out Outcome, err error) {
	out = Outcome{Drill: "payment", Incidents: []string{}, Alarms: []Alarm{}, Case: Case{
		Name:          "JTAS Store of the Japan Tariff Association, EC-CUBE 2: changed files of the payment application, 21 December 2018 to 24 May 2019",
		UnnoticedDays: 154, RecordsLost: 228,
	}}
	d, err := openInside(ctx, o, &out, "--face", "eccube2", "--payment", "module")
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	p := &paymentDrill{inside: d}
	for _, step := range []func(context.Context) error{p.honest, p.changed, p.noticed, p.invisible, p.traced, p.one} {
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

type paymentDrill struct {
	*inside
	at time.Time // the change
}

// outdated says that a rule is about the shop's software: on this shop such findings are right before any attack.
func outdated(rule string) bool { return strings.HasPrefix(rule, "platform/") }

// honest looks at the shop as it is: nobody has attacked it yet, and its software is years past its end.
func (d *paymentDrill) honest(ctx context.Context) error {
	picture := filepath.Join(d.shop.docroot, filepath.FromSlash(pictureFile))
	if err := os.WriteFile(picture, onePixel, 0o644); err != nil {
		return err
	}
	d.options.tell("The shop is open at %s; its payment module is PHP. First a check of the honest shop, its files and its database, with a test order.", d.shop.url)
	began := time.Now()
	seen, err := d.baseline(ctx, app.Shopper{PlaceTestOrder: true}, outdated)
	if err != nil || d.out.Failure != "" {
		return err
	}
	named := false
	for _, f := range above(seen, tillwatch.Info) {
		if !outdated(f.Rule) {
			continue
		}
		named = named || f.Rule == "platform/end-of-life" && strings.Contains(f.Summary+" "+f.Place+" "+where(f), "2.1")
		d.out.Alarms = append(d.out.Alarms, Alarm{Rule: f.Rule, Layer: "platform", Seconds: time.Since(began).Seconds()})
		d.options.tell("ALARM %s (%s, %s): %s", f.Rule, f.Severity, f.Certainty, f.Summary)
	}
	if !named {
		return d.fail("the shop's software was not recognised as EC-CUBE 2 past its end of life")
	}
	return nil
}

// changed is the attack.
func (d *paymentDrill) changed(ctx context.Context) error {
	file := filepath.Join(d.shop.docroot, filepath.FromSlash(paymentFile))
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	code := strings.ReplaceAll(cardCopy, "THIEF", d.thief.local())
	tampered := bytes.Replace(b, []byte(paymentLine), []byte(paymentLine+code), 1)
	if bytes.Equal(tampered, b) {
		return fmt.Errorf("%s has another form than the drill knows", paymentFile)
	}
	d.begins(ctx)
	if err := os.WriteFile(file, tampered, 0o644); err != nil {
		return err
	}
	d.at = time.Now()
	d.begins(ctx)
	d.options.tell("%s: %s was changed. It copies cards into a picture and the database, and sends them to %s.", d.at.Format(time.TimeOnly), paymentFile, d.thief.local())
	return nil
}

// noticed looks at the files alone.
func (d *paymentDrill) noticed(ctx context.Context) error {
	_, err := d.until(ctx, "files", d.at, true, app.Shopper{}, func(f tillwatch.Finding) bool {
		return strings.HasPrefix(f.Rule, "files/") && strings.Contains(f.Place+where(f), filepath.Base(paymentFile))
	}, d.shop.docroot)
	return err
}

// invisible shows that no look at the storefront finds it, and that cards do leave meanwhile.
func (d *paymentDrill) invisible(ctx context.Context) error {
	state, err := d.alone()
	if err != nil {
		return err
	}
	seen, err := d.check(ctx, state, app.Shopper{PlaceTestOrder: true, Layers: "DISLP"}, d.shop.url)
	if err != nil {
		return err
	}
	for _, f := range above(seen, tillwatch.Low) {
		if !outdated(f.Rule) {
			return d.fail("the browser was to see nothing, and said %s: %s", f.Rule, f.Summary)
		}
	}
	for patience := time.Now().Add(30 * time.Second); d.thief.count.Load() == 0; {
		if time.Now().After(patience) {
			return d.fail("no card reached the thief: the drill does not show what it is to show")
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	d.options.tell("The browser saw nothing of it; the thief has received %d cards.", d.thief.count.Load())
	return nil
}

// traced is the search for the card of a test order, with the look at the files switched off.
func (d *paymentDrill) traced(ctx context.Context) error {
	seen, err := d.until(ctx, "canary on the server", d.at, true, app.Shopper{PlaceTestOrder: true, Layers: "T"}, rule("files/canary-found"), d.everything()...)
	if err != nil || seen == nil {
		return err
	}
	for _, f := range above(seen, tillwatch.Low) {
		if f.Rule == "database/canary-found" {
			d.out.Alarms = append(d.out.Alarms, Alarm{
				Rule: f.Rule, Layer: "canary on the server", Seconds: time.Since(d.at).Seconds(),
				RequestsBefore: int(d.customers.requests.Load() - d.requests), RecordsLost: int(d.customers.orders.Load() - d.orders),
			})
			d.options.tell("ALARM %s (%s, %s): %s", f.Rule, f.Severity, f.Certainty, f.Summary)
			return nil
		}
	}
	return d.fail("the card in the database was not found")
}

func (d *paymentDrill) one(ctx context.Context) error {
	return d.together(ctx, app.Shopper{PlaceTestOrder: true}, []string{"files/changed", "files/skimmer"}, []string{"files/canary-found"}, []string{"database/canary-found"})
}

// onePixel is a picture.
var onePixel = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82")
