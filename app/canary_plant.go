package app

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/canary"
	databases "github.com/tillwatch/tillwatch/sensor/database"
)

// CanaryOrder says what is to be planted where.
type CanaryOrder struct {
	Database string // its address, as a target has it
	Table    string // empty: that of the shop that is recognised
	ID       string
	Columns  []string // "ROLE=COLUMN"
	Block    uint64
	Locale   string
	Domains  []string // of mail addresses
}

// CanaryBed is what would be planted: nothing is yet.
type CanaryBed struct {
	CanaryPlan
	Where      string // database and table
	Shop       string // that was recognised; empty: none
	Notes      []string
	Statements []string // SQL, one row each
}

// CanaryLocales are those of names and addresses.
func CanaryLocales() []string { return []string{"ja", "ko", "id", "en"} }

// PrepareCanaries looks at the customers in a database and makes what is to be planted among them. It only reads. Errors are a
// *[UsageError].
func (c *Canaries) PrepareCanaries(ctx context.Context, o CanaryOrder) (CanaryBed, error) {
	var bed CanaryBed
	if len(o.Domains) == 0 {
		return bed, usagef("as in --domain mail.shop.example: customers have mail addresses at many domains, so several make canaries harder to tell; a mail to one is proof that the data is used outside",
			"name a domain whose mail you receive")
	}
	for _, domain := range o.Domains {
		if strings.ContainsAny(domain, "@'\" \t\r\n") || !strings.Contains(domain, ".") {
			return bed, usagef("as in --domain mail.shop.example", "--domain: %q is no domain", domain)
		}
	}
	if !slices.Contains(CanaryLocales(), o.Locale) {
		return bed, usagef("", "--locale cannot be %q; %s", o.Locale, DidYouMean(o.Locale, CanaryLocales()))
	}
	targets, err := parseTarget(o.Database)
	if err != nil {
		return bed, err
	}
	if len(targets) != 1 || targets[0].Kind != tillwatch.KindDatabase {
		return bed, usagef("as in tillwatch canary plant mysql://shop@localhost/shop", "%s is no address of a database", targets[0].Place)
	}
	table := databases.PlantTable{Table: o.Table, ID: o.ID, Columns: map[string]string{}}
	for _, word := range o.Columns {
		role, column, found := strings.Cut(word, "=")
		if !found {
			return bed, usagef("write it as email=COLUMN; a column can hold: "+strings.Join(databases.PlantRoles(), ", "), "--column %s does not name a column", word)
		}
		table.Columns[role] = column
	}
	plot, err := databases.OpenPlot(ctx, databases.Config{Env: c.env}, o.address(), table)
	if err != nil {
		return bed, usagef("", "%v", err)
	}
	defer plot.Close()
	known, err := c.Set(ctx)
	if err != nil {
		return bed, err
	}
	strata := canary.Strata{Block: o.Block, From: plot.Low, To: plot.High}
	if bed.CanaryPlan, err = PlanCanaries(strata, plot.Members, plot.Taken); err != nil {
		return bed, err
	}
	if n := uint64(len(bed.IDs)); n*20 > plot.Members {
		return bed, usagef(fmt.Sprintf("the customers' numbers go from %d to %d: as in --block %d", plot.Low, plot.High, max(2, (plot.High-plot.Low+1)*40/plot.Members)),
			"%d canaries among %d customers would be too many", n, plot.Members)
	}
	bed.Where, bed.Shop, bed.Notes = targets[0].Place+" "+plot.Name, plot.Shop, plot.Notes
	if known != nil {
		already := 0
		for id := plot.Low; id <= plot.High; id++ {
			if plot.Taken(id) && known.Is(id) {
				already++
			}
		}
		if already > 0 {
			bed.Notes = append(bed.Notes, fmt.Sprintf("%d canaries are there already; these come in addition", already))
		}
	}
	if len(bed.IDs) == 0 {
		return bed, usagef("larger blocks (--block) hold more free numbers; and plant again when customers have left", "no number between %d and %d is free: every block is full", plot.Low, plot.High)
	}
	bed.Statements, err = plot.Statements(ctx, bed.IDs, databases.Seeds{Locale: o.Locale, Domains: o.Domains, Random: rand.Reader, Now: time.Now()})
	return bed, err
}

func (o CanaryOrder) address() string {
	return strings.TrimPrefix(o.Database, string(tillwatch.KindDatabase)+":")
}

// Plant writes down the canaries and, where run says so, runs the statements, all or none. They are written down first: a canary
// that nobody knows would never be an alarm, and one that is not there harms nobody.
func (c *Canaries) Plant(ctx context.Context, o CanaryOrder, bed CanaryBed, run bool) error {
	p := Planting{
		At: time.Now().UTC().Truncate(time.Second), Where: bed.Where, Block: bed.Block, From: bed.From, To: bed.To, Full: bed.Full, Bound: bed.Bound, How: PlantedByHand,
	}
	if !run {
		return c.Remember(ctx, p, bed.IDs)
	}
	p.How = PlantedHere
	if err := c.Remember(ctx, p, bed.IDs); err != nil {
		return err
	}
	if err := databases.Sow(ctx, databases.Config{Env: c.env}, o.address(), bed.Statements); err != nil {
		if forgot := c.forget(context.WithoutCancel(ctx)); forgot != nil {
			return fmt.Errorf("%w (and the list still names them: %w)", err, forgot)
		}
		return usagef("the account needs INSERT on that table", "%v", err)
	}
	return nil
}
