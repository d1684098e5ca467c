package technique

// Customers is how many customers, or visits of one, it takes until somebody is robbed in a shop with this case: more than
// one where it strikes at random or lets a first visit go.
func (c Case) Customers() int { return max(c.tries, c.visits) }
