package access

import (
	"fmt"
	"strings"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/access/line"
)

// admins watches the operator's side, where phishing and scripts stored by customers strike.
//
// A script that runs in an operator's browser goes from the order it was stored in to what it wants to change within
// seconds, and its requests name no page or one that has no form for that. An operator who was phished is suddenly at a network where nobody of
// the shop ever was.
type admins struct {
	operators map[id]*operator
	requests  int64
	exports   map[uint16]*exports
}

// operator is one who administers: by his name where the log has one, otherwise by address and browser.
type operator struct {
	networks map[client]int64 // last time at each
	agents   map[uint32]int64
	hours    [24]int32
	logins   int32
	orderAt  int64 // when he last looked at an order
	last     int64
	lastNet  client
}

type exports struct {
	count int64
	bytes int64 // the largest so far
	rows  int32
}

const (
	maxOperators = 10_000
	quick        = 10_000 // milliseconds from an order to a template
	together     = 5 * minute
	knownAfter   = 5 // log-ins before one at a new place is worth a word
)

func (a *admins) init() { a.operators, a.exports = map[id]*operator{}, map[uint16]*exports{} }

func (a *admins) take(j *judge, r *record) {
	if r.status >= 400 && r.success != line.No { // what strangers try at /admin all day long
		return
	}
	a.requests++
	p := j.pages.get(r.route)
	name := p.name
	if r.account != 0 && r.success != line.Unsaid || strings.Contains(name, "log-in") {
		a.login(j, r)
		return
	}
	o := a.who(r)
	if o == nil {
		return
	}
	if r.status == 0 || r.status < 300 || r.write {
		a.path(j, r, o, name)
		a.twice(j, r, o)
		a.export(j, r, name)
	}
}

func (a *admins) who(r *record) *operator {
	key := r.user
	if key == 0 {
		key = r.session
	}
	if key == 0 {
		key = id(mix(uint64(r.client), uint64(r.agent)+1)) | hashed
	}
	o := a.operators[key]
	if o == nil {
		if len(a.operators) >= maxOperators {
			return nil
		}
		o = &operator{networks: map[client]int64{}, agents: map[uint32]int64{}}
		a.operators[key] = o
	}
	return o
}

// login judges where a log-in of the administration comes from.
func (a *admins) login(j *judge, r *record) {
	if r.success != line.Yes || r.user == 0 && r.account == 0 {
		return
	}
	q := *r
	if q.user == 0 {
		q.user = r.account
	}
	o := a.who(&q)
	if o == nil {
		return
	}
	net := r.client.network()
	_, here := o.networks[net]
	_, agent := o.agents[r.agent]
	hour := int(r.at / hourMS % 24)
	usualHour := o.hours[(hour+23)%24]+o.hours[hour]+o.hours[(hour+1)%24] > 0
	if o.logins >= knownAfter && !here {
		what := "a network"
		if !agent {
			what = "a network and with a browser"
		}
		if !usualHour {
			what += " and at an hour"
		}
		j.raise(alarmKey{"access/admin", "log-in of an operator from " + r.client.String()}, r, func(al *alarm) {
			al.sign.Severity, al.sign.Certainty = tillwatch.Low, tillwatch.Possible
			if !agent || !usualHour {
				al.sign.Severity = tillwatch.Medium
			}
			al.sign.Summary = fmt.Sprintf("An operator logged in to the administration from %s at which he never was before, %s.", what, r.client)
			al.sign.Data = []string{"everything"}
		})
	}
	o.logins++
	o.networks[net] = r.at
	o.agents[r.agent] = r.at
	o.hours[hour]++
	a.bound(o)
}

func (a *admins) bound(o *operator) {
	if len(o.networks) > 256 {
		clear(o.networks)
	}
	if len(o.agents) > 256 {
		clear(o.agents)
	}
}

// path finds the way from an order to a template that no operator takes: there is no time to read the order.
func (a *admins) path(j *judge, r *record, o *operator, name string) {
	all := wordsOf(name)
	if all&wordOrder != 0 && !r.write {
		o.orderAt = r.at
		return
	}
	if !r.write || all&wordTemplate == 0 || o.orderAt == 0 || r.at < o.orderAt || r.at-o.orderAt > quick {
		return
	}
	seconds := float64(r.at-o.orderAt) / 1000
	bare := r.bare
	j.raise(alarmKey{"access/admin", "pages " + name}, r, func(al *alarm) {
		al.sign.Severity, al.sign.Certainty = tillwatch.High, tillwatch.Likely
		al.sign.Summary = fmt.Sprintf("In the administration, %s was written to %.0f s after an order was looked at: a script that a customer left in the order does that, not a person.", name, seconds)
		if !bare {
			al.sign.Severity, al.sign.Certainty = tillwatch.Medium, tillwatch.Possible
		}
		al.sign.Data = []string{"everything"}
	})
}

// twice finds one operator in two networks at the same time. Only a name that the log has tells that.
func (a *admins) twice(j *judge, r *record, o *operator) {
	net := r.client.network()
	if r.user != 0 && o.lastNet != 0 && o.lastNet != net && r.at-o.last < together && r.at >= o.last {
		if back, was := o.networks[net]; was && r.at-back < together { // there, here, and there again
			j.raise(alarmKey{"access/admin", "one operator in two networks, " + r.client.String()}, r, func(al *alarm) {
				al.sign.Severity, al.sign.Certainty = tillwatch.Medium, tillwatch.Possible
				al.sign.Summary = fmt.Sprintf("One operator is active in two networks at the same time, one of them %s: a stolen session, or a second person with the same name.", r.client)
				al.sign.Data = []string{"everything"}
			})
		}
	}
	o.networks[net] = r.at
	o.last, o.lastNet = r.at, net
	a.bound(o)
}

// export finds one that is larger than those before.
func (a *admins) export(j *judge, r *record, name string) {
	if wordsOf(name)&wordExport == 0 {
		return
	}
	e := a.exports[r.route]
	if e == nil {
		e = &exports{}
		a.exports[r.route] = e
	}
	known := e.count >= knownAfter
	larger := r.bytes > 3*e.bytes && r.bytes > 1<<20 || r.records > 3*e.rows && r.records > 1000
	if known && larger && j.exempt(r) == nil {
		j.raise(alarmKey{"access/admin", "export " + name}, r, func(al *alarm) {
			al.sign.Severity, al.sign.Certainty = tillwatch.Medium, tillwatch.Possible
			al.sign.Summary = fmt.Sprintf("An export of the administration, %s, is more than three times as large as any before it.", name)
			al.sign.Subjects = tillwatch.Subjects{Max: int(r.records)}
			al.sign.Data = dataOrders
		})
	}
	e.count++
	e.bytes, e.rows = max(e.bytes, r.bytes), max(e.rows, r.records)
}

// wordsOf is what the parts of a page's name say.
func wordsOf(name string) word {
	var all word
	for part := range strings.SplitSeq(strings.TrimPrefix(name, "/"), "/") {
		mean, _ := meaningOf([]byte(part))
		all |= mean
	}
	return all
}
