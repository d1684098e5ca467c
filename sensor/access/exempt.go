package access

// exemptions reads who may read many.
func (j *judge) exemptions(h hasher) {
	j.exempted = map[string]int64{}
	for _, e := range j.config.Exempt {
		one := exemption{name: e.Name, key: e.Key, subject: h.id([]byte(e.Subject))}
		if e.Network != "" {
			one.network = readClient([]byte(e.Network)).network()
		}
		if e.Agent != "" {
			one.agent = uint32(h.sum([]byte(e.Agent)))
		}
		j.exempts = append(j.exempts, one)
	}
}

// exempt gives the name of who may do what a record says, or "".
func (j *judge) exempt(r *record) string {
	for _, e := range j.exempts {
		switch {
		case e.key == "" && e.subject == 0 && e.network == 0 && e.agent == 0,
			e.key != "" && e.key != j.keys.get(r.key),
			e.subject != 0 && e.subject != r.actor,
			e.network != 0 && e.network != r.client.network(),
			e.agent != 0 && e.agent != r.agent:
			continue
		}
		return e.name
	}
	return ""
}
