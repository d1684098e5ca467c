package access

import (
	"fmt"
	"strings"

	"github.com/tillwatch/tillwatch"
)

// ParseExempt reads "NAME,network=ADDRESS,key=ID,subject=NUMBER,agent=TEXT". An agent, which comes last because it may hold
// commas, is not enough: anybody can send any.
func ParseExempt(text string) (Exempt, error) {
	name, rest, _ := strings.Cut(text, ",")
	e := Exempt{Name: strings.TrimSpace(name)}
	for rest != "" {
		what, value, found := strings.Cut(strings.TrimSpace(rest), "=")
		rest = ""
		if what != "agent" {
			value, rest, _ = strings.Cut(value, ",")
		}
		value = strings.TrimSpace(value)
		into := map[string]*string{"network": &e.Network, "key": &e.Key, "subject": &e.Subject, "agent": &e.Agent}[what]
		if into == nil || !found || value == "" {
			return e, fmt.Errorf("%q is none of network=ADDRESS, key=ID, subject=NUMBER and agent=TEXT", what)
		}
		*into = value
	}
	switch {
	case e.Name == "" || strings.Contains(e.Name, "="):
		return e, fmt.Errorf("%q does not begin with a name: write it as in backup,network=192.0.2.7", text)
	case e.Key == "" && e.Subject == "" && e.Network == "":
		return e, fmt.Errorf("%s needs a network, a key or a subject: a browser's name can be sent by anybody", e.Name)
	case e.Network != "" && readClient([]byte(e.Network)) == noAddress:
		return e, fmt.Errorf("%q is no address", e.Network)
	}
	return e, nil
}

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

// exempt gives who may do what a record says, or nil.
func (j *judge) exempt(r *record) *exemption {
	for i := range j.exempts {
		e := &j.exempts[i]
		switch {
		case e.key == "" && e.subject == 0 && e.network == 0 && e.agent == 0,
			e.key != "" && e.key != j.keys.get(r.key),
			e.subject != 0 && e.subject != r.actor,
			e.network != 0 && e.network != r.client.network(),
			e.agent != 0 && e.agent != r.agent:
			continue
		}
		return e
	}
	return nil
}

// excused notes that somebody who may read many has read. It says so once and when the number has doubled, so that what is
// excused can be seen.
func (j *judge) excused(r *record) bool {
	if len(j.exempts) == 0 {
		return false
	}
	e := j.exempt(r)
	if e == nil {
		return false
	}
	who := e.name
	j.exempted[who]++
	j.raise(alarmKey{"access/exempt", "exempt: " + who}, r, func(a *alarm) {
		a.sign.Severity = tillwatch.Info
		a.sign.Summary = fmt.Sprintf("Members are read by %s, whom the configuration allows to read many.", who)
	})
	return true
}
