package technique

import "strings"

// Places are the parts of addresses by which a browser meets what the case plants: the path of a script, or "" where it is
// put into pages.
func (c Case) Places() []string {
	var places []string
	for _, at := range c.steps {
		for _, name := range []string{at.Append, at.Prepend, at.Create, at.Replace, at.Host} {
			if strings.HasPrefix(name, "templates/") {
				places = append(places, "")
			} else if name != "" {
				places = append(places, name)
			}
		}
		if at.Block != "" || at.SQL != "" {
			places = append(places, "")
		}
	}
	for _, at := range c.front {
		switch {
		case at.Always || at.Append == "" && at.Serve == "":
		case strings.HasPrefix(at.Path, "/assets/") || at.Serve != "":
			places = append(places, strings.TrimSuffix(strings.TrimPrefix(at.Path, "/"), "*"))
		default:
			places = append(places, "")
		}
	}
	return places
}
