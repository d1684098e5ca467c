package access

// Canaries knows which members do not exist but for us. Their list is kept as keyed hashes.
type Canaries interface {
	// Is says whether a member is a canary, by number, or by name where it is no number. It is asked once for each member.
	Is(member uint64) bool
}

// canaries looks for canary customers among those who are read. Nobody has a reason to read one.
type canaries struct {
	met map[id]bool // those that were read
}

func (c *canaries) first(j *judge, r *record) {
	if j.config.Canaries == nil || !r.member.numeric() || !j.config.Canaries.Is(uint64(r.member)) {
		return
	}
	if c.met == nil {
		c.met = map[id]bool{}
	}
	c.met[r.member] = true
	c.tell(j, r)
}

func (c *canaries) again(j *judge, r *record) {
	if len(c.met) > 0 && c.met[r.member] {
		c.tell(j, r)
	}
}

func (c *canaries) tell(j *judge, r *record) {
	name := j.pages.get(r.route).name
	j.raise(alarmKey{"access/canary-read", "pages " + name}, r, func(a *alarm) {
		a.sign.Summary = "A customer who does not exist but was planted as bait was read: " + name + ". Whoever reads it reads customers one after the other."
	})
}
