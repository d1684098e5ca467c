package access

import (
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/access/line"
)

// Grace is how long a token may be in use before the line comes that says it was issued.
const Grace = time.Minute

// judge looks at records one after the other, in the order of their time as far as the logs allow. It is told everything by
// one goroutine.
type judge struct {
	config *Config
	pages  *pages
	keys   *texts
	told   func(tillwatch.Sign) // at once; nil tells at the end only

	now    int64 // the latest time that was read
	from   int64 // the earliest
	chunk  *chunk
	alarms map[alarmKey]*alarm
	order  []alarmKey
	faces  []face // what is known of each key id
	read   *set   // every member that was read
	logins *set   // every member that logged in

	exempts  []exemption
	exempted map[string]int64 // reads by each

	tokens   tokens
	strange  strangers
	sessions sessions
	canaries canaries
	scans    scans
	ratios   ratios
	stuffing stuffing
	admin    admins
}

// face is what is known of a key that signs tokens.
type face struct {
	standing KeyStanding
	asked    bool
	uses     int64
	members  *set
	known    int64 // uses of tokens that were issued
	missed   int64 // uses of tokens that were not
	unknown  int64
}

func newJudge(c *Config, p *pages, k *texts, told func(tillwatch.Sign)) *judge {
	j := &judge{config: c, pages: p, keys: k, told: told, alarms: map[alarmKey]*alarm{}, read: newSet(), logins: newSet()}
	j.sessions.init(c)
	j.ratios.init()
	j.stuffing.init()
	j.admin.init()
	return j
}

func (j *judge) face(k keyIndex) *face {
	for int(k) >= len(j.faces) {
		j.faces = append(j.faces, face{})
	}
	return &j.faces[k]
}

func (j *judge) spot(r *record) spot {
	if j.chunk == nil {
		return spot{}
	}
	return spot{j.chunk.source.name, j.chunk.first + int64(r.index), r.at}
}

// take judges one record of a chunk.
func (j *judge) take(c *chunk, r *record) {
	j.chunk = c
	if r.at == 0 {
		r.at = j.now // a line without a time is of when it stands there
	}
	if j.from == 0 {
		j.from = r.at
	}
	if r.at > j.now {
		j.now = r.at
		j.tick()
	}
	switch r.kind {
	case kindIssued:
		j.tokens.issued(j, r)
		j.sessions.began(j, r)
	case kindLogin:
		j.stuffing.tried(j, r)
		if r.success == line.Yes {
			j.sessions.began(j, r)
		}
	case kindJoin:
		if r.status < 400 {
			j.sessions.began(j, r)
		}
	case kindAdmin:
		j.admin.take(j, r)
	}
	if r.kind != kindIssued && (r.key != 0 || r.token != 0) {
		j.keyUsed(r)
		j.tokens.used(j, r)
	}
	if r.kind != kindIssued && r.actor != 0 && r.token != 0 {
		j.strange.named(j, r)
	}
	if r.kind == kindRead {
		j.readBy(r)
	}
}

// readBy judges a page that is about a member.
func (j *judge) readBy(r *record) {
	if r.member != 0 && (r.actor != r.member || r.token == 0) {
		j.strange.named(j, r)
	}
	if !r.reads || j.excused(r) {
		return
	}
	j.sessions.read(j, r)
	if r.member != 0 {
		if j.read.add(r.member) {
			j.canaries.first(j, r)
		} else {
			j.canaries.again(j, r)
		}
		j.ratios.read(j, r)
		j.stuffing.read(j, r)
	}
	j.scans.read(j, r)
}

// tick is called when time has gone on.
func (j *judge) tick() {
	j.tokens.tick(j)
	j.sessions.tick(j, false)
	j.ratios.tick(j)
	j.stuffing.tick(j)
}

// finish judges what waited for more, and gives all signs as they stand.
func (j *judge) finish() []tillwatch.Sign {
	j.chunk = nil
	j.tokens.finish(j)
	j.sessions.tick(j, true)
	j.ratios.finish(j)
	j.stuffing.finish(j)
	var signs []tillwatch.Sign
	for _, key := range j.order {
		if j.alarms[key].off {
			continue
		}
		signs = append(signs, j.alarms[key].told(true))
	}
	return signs
}
