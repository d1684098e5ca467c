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
	Locale   string   // empty: each as its neighbour's
	Domains  []string // of mail addresses
}

// CanaryBed is what would be planted: nothing is yet.
type CanaryBed struct {
	CanaryPlan
	Where      string // database and table
	Shop       string // that was recognised; empty: none
	Notes      []string
	Statements []string // SQL, one row each: customers first, then their orders
	Orders     int      // how many of them are orders
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
	if o.Locale != "" && !slices.Contains(CanaryLocales(), o.Locale) {
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
	strata := canary.Strata{Block: o.Block, From: plot.Low, To: plot.High}
	if bed.CanaryPlan, err = PlanCanaries(strata, plot.Members, plot.Taken); err != nil {
		return bed, err
	}
	if n := uint64(len(bed.IDs)); n*20 > plot.Members {
		return bed, usagef(fmt.Sprintf("the customers' numbers go from %d to %d: as in --block %d", plot.Low, plot.High, max(2, (plot.High-plot.Low+1)*40/plot.Members)),
			"%d canaries among %d customers would be too many", n, plot.Members)
	}
	bed.Where, bed.Shop = targets[0].Place+" "+plot.Name, plot.Shop
	if len(bed.IDs) == 0 {
		return bed, usagef("where a shop removes no customer, remove some that were never anybody's (trials, spam) and plant at their numbers; larger blocks (--block) hold more free numbers",
			"no number between %d and %d is free: a canary takes the number of a customer who has left, and here none has", plot.Low, plot.High)
	}
	orders := []string(nil)
	bed.Statements, orders, err = plot.Statements(ctx, bed.IDs, databases.Seeds{Locale: o.Locale, Domains: o.Domains, Random: rand.Reader, Now: time.Now()})
	if err != nil {
		return bed, usagef("", "%v", err)
	}
	bed.Statements, bed.Orders, bed.Notes = append(bed.Statements, orders...), len(orders), plot.Notes
	if bed.Orders > 0 {
		bed.Notes = append(bed.Notes, fmt.Sprintf("%d of them get an order like their neighbour's, as one that was cancelled. To leave them out of the books: all have mail addresses at %s.",
			bed.Orders, strings.Join(o.Domains, ", ")))
	}
	already, err := c.growing(ctx, bed.Where, plot)
	if already > 0 {
		bed.Notes = append(bed.Notes, fmt.Sprintf("%d canaries are there already; these come in addition.", already))
	}
	return bed, err
}

// growing counts the canaries that are in a table: those that were planted there, and whose rows are there.
func (c *Canaries) growing(ctx context.Context, where string, plot *databases.Plot) (int, error) {
	b, err := c.read(ctx)
	if err != nil {
		return 0, err
	}
	there := slices.DeleteFunc(b.Plantings, func(p Planting) bool { return p.Where != where })
	if len(there) == 0 {
		return 0, nil
	}
	b.Plantings = there
	known, err := c.setOf(b)
	if err != nil {
		return 0, err
	}
	n := 0
	for id := range plot.Numbers {
		if known.Is(id) {
			n++
		}
	}
	return n, nil
}

// Confirm looks which plantings whose SQL was only printed are in a database by now: from then on they are alarms. It gives how many
// canaries were found, and how many of the plantings there are still missing, at least in part.
func (c *Canaries) Confirm(ctx context.Context, o CanaryOrder) (found, missing int, err error) {
	targets, err := parseTarget(o.Database)
	if err != nil {
		return 0, 0, err
	}
	if len(targets) != 1 || targets[0].Kind != tillwatch.KindDatabase {
		return 0, 0, usagef("as in tillwatch canary confirm mysql://shop@localhost/shop", "%s is no address of a database", targets[0].Place)
	}
	plot, err := databases.OpenPlot(ctx, databases.Config{Env: c.env}, o.address(), databases.PlantTable{Table: o.Table, ID: o.ID, Columns: map[string]string{}})
	if err != nil {
		return 0, 0, usagef("", "%v", err)
	}
	defer plot.Close()
	b, err := c.read(ctx)
	if err != nil {
		return 0, 0, err
	}
	where, confirmed := targets[0].Place+" "+plot.Name, map[int]bool{}
	for i, p := range b.Plantings {
		if p.Where != where || p.How != PlantedByHand {
			continue
		}
		known, err := c.setOf(canaryBook{Schema: b.Schema, Site: b.Site, Plantings: []Planting{p}})
		if err != nil {
			return 0, 0, err
		}
		n := 0
		for id := range plot.Numbers {
			if known.Is(id) {
				n++
			}
		}
		if n < p.Count {
			missing++
			continue
		}
		found += n
		confirmed[i] = true
	}
	if len(confirmed) == 0 {
		return 0, missing, nil
	}
	return found, missing, c.change(ctx, func(b *canaryBook) {
		for i := range b.Plantings {
			if confirmed[i] {
				b.Plantings[i].How = PlantedConfirmed
			}
		}
	})
}

func (o CanaryOrder) address() string {
	return strings.TrimPrefix(o.Database, string(tillwatch.KindDatabase)+":")
}

// Plant writes down the canaries and, where run says so, runs the statements, all or none. They are written down first, as ones
// that are no alarm yet: whatever ends the program in between, Confirm finds them.
func (c *Canaries) Plant(ctx context.Context, o CanaryOrder, bed CanaryBed, run bool) error {
	err := c.Remember(ctx, Planting{
		At: time.Now().UTC().Truncate(time.Second), Where: bed.Where, Block: bed.Block, From: bed.From, To: bed.To, Full: bed.Full, Bound: bed.Bound, How: PlantedByHand,
	}, bed.IDs)
	if err != nil || !run {
		return err
	}
	if err := databases.Sow(ctx, databases.Config{Env: c.env}, o.address(), bed.Statements); err != nil {
		if forgot := c.forget(context.WithoutCancel(ctx)); forgot != nil {
			return fmt.Errorf("%w (and the list still names them: %w)", err, forgot)
		}
		return usagef("the account needs INSERT on that table, and on that of the orders", "%v", err)
	}
	return c.change(context.WithoutCancel(ctx), func(b *canaryBook) {
		if n := len(b.Plantings); n > 0 {
			b.Plantings[n-1].How = PlantedHere
		}
	})
}

// Database is the part of where canaries are that names the database.
func (b CanaryBed) Database() string { return databaseOf(b.Where) }

func databaseOf(where string) string { return where[:max(0, strings.LastIndexByte(where, ' '))] }
