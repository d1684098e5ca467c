package technique

import "github.com/tillwatch/tillwatch/demoshop"

// Customers is how many customers, or visits of one, it takes until somebody is robbed in a shop with this case: more than
// one where it strikes at random or lets a first visit go.
func (c Case) Customers() int { return max(c.tries, c.visits) }

// CardAfterOrder says that the shop of the case asks for the card only once it has the order, so that its operator has to
// allow a test order for the page that asks to be seen.
func (c Case) CardAfterOrder() bool { return c.checkout.Payment == demoshop.ProviderPage }
