package journey

import (
	"slices"
)

// gap stands between the pieces of an address.
func (a answerer) gap() string {
	switch a.set.Person.Country {
	case "JP":
		return ""
	case "KR":
		return " "
	}
	return ", "
}

// addressPieces are the pieces of the address that belong into field i: its own, and those that no other field of the
// form asks for.
func (a answerer) addressPieces(i int) []string {
	run := a.addressRun(i)
	person := a.set.Person
	owner := map[topic]int{}
	var general []int
	for _, k := range run {
		switch t := a.fields[k].topic; t {
		case address:
			general = append(general, k)
		case region, city, street, building:
			if _, taken := owner[t]; !taken {
				owner[t] = k
			}
		}
	}
	last := func(piece topic, otherwise ...topic) {
		if _, has := owner[piece]; has {
			return
		}
		for _, t := range otherwise {
			if k, has := owner[t]; has {
				owner[piece] = k
				return
			}
		}
	}
	if len(general) > 0 {
		first, second := general[0], general[min(1, len(general)-1)]
		if _, has := owner[city]; !has {
			owner[city] = first
		} else {
			second = first
		}
		if _, has := owner[street]; !has {
			owner[street] = second
		}
		if _, has := owner[building]; !has {
			owner[building] = general[len(general)-1]
		}
	}
	last(street, building, city)
	last(city, street, building)
	last(building, street, city)
	if person.Country != "US" {
		last(region, city)
	}
	var pieces []string
	order := []topic{region, city, street, building}
	values := map[topic]string{region: person.Region, city: person.City, street: person.Street, building: person.Building}
	if person.Country == "US" || person.Country == "ID" {
		order = []topic{street, building, city, region}
	}
	for _, piece := range order {
		if k, has := owner[piece]; has && k == i && values[piece] != "" {
			pieces = append(pieces, values[piece])
		}
	}
	if len(pieces) == 0 && wanted(a.fields[i].element) {
		pieces = []string{firstOf([]string{values[a.fields[i].topic], person.Building, person.Street}, "-")}
	}
	return pieces
}

// addressRun is the address that field i belongs to: a form may ask for two, one after the other.
func (a answerer) addressRun(i int) []int {
	var run []int
	seen := map[topic]bool{}
	for k, f := range a.fields {
		switch f.topic {
		case region, city, street, postcode:
			if f.piece < 2 && seen[f.topic] {
				if slices.Contains(run, i) {
					return run
				}
				run, seen = nil, map[topic]bool{}
			}
			seen[f.topic] = true
		}
		run = append(run, k)
	}
	return run
}
