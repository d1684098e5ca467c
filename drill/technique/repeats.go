package technique

import (
	"slices"

	"github.com/tillwatch/tillwatch/demoshop"
)

// Customers is how many customers, or visits of one, it takes until somebody is robbed in a shop with this case: more than
// one where it strikes at random or lets a first visit go.
func (c Case) Customers() int { return max(c.tries, c.visits) }

// CardAfterOrder says that the shop of the case asks for the card only once it has the order, so that its operator has to
// allow a test order for the page that asks to be seen.
func (c Case) CardAfterOrder() bool { return c.checkout.Payment == demoshop.ProviderPage }

// halfOnHost are rows of which a part can be seen in a browser, and another on the shop's server only.
var halfOnHost = []int{8, 20, 32, 46}

// OnHost says that the case, or a part of it, is on the shop's server: its operator lets the files and the database be
// looked at, and the card of a test order be followed there.
func (c Case) OnHost() bool { return rows[c.Row].step3 || slices.Contains(halfOnHost, c.Row) }

// Operator says that the case is about somebody who looks at the orders in the admin screen.
func (c Case) Operator() bool { return c.operator }
