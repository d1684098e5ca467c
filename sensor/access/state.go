package access

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"time"

	"github.com/tillwatch/tillwatch"
)

// What is remembered of logs that are followed is one text: how far each file was read, and everything the judge knows of
// that moment. Both stand in one place because only together they are true: a line that is in neither is lost, one that is in
// both is counted twice.
//
//	"TWA", 1 byte version; CRC-32C of the rest, 4 bytes, little-endian; the rest
const (
	stateMagic   = "TWA"
	stateVersion = 4
	stateUnkeyed = 3 // differs only in how tokens were hashed
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

var (
	errStateDamaged = errors.New("what was remembered is damaged")
	errStateOther   = errors.New("what is remembered was written by another version of tillwatch")
	errStateSecret  = errors.New("what is remembered was written with another site key")
)

// seal puts what says whether it is whole before a state.
func seal(body []byte) []byte {
	out := append(make([]byte, 0, len(body)+8), stateMagic...)
	out = append(out, stateVersion)
	out = binary.LittleEndian.AppendUint32(out, crc32.Checksum(body, castagnoli))
	return append(out, body...)
}

func unseal(text []byte) ([]byte, error) {
	switch {
	case len(text) < 8 || string(text[:3]) != stateMagic:
		return nil, errStateDamaged
	case text[3] != stateVersion && text[3] != stateUnkeyed:
		return nil, errStateOther
	case crc32.Checksum(text[8:], castagnoli) != binary.LittleEndian.Uint32(text[4:]):
		return nil, errStateDamaged
	}
	return text[8:], nil
}

// state walks over what a judge knows. What follows from its Config is not part of it.
func (j *judge) state(c *codec) {
	num(c, &j.now)
	num(c, &j.from)
	j.pages.state(c)
	j.keys.state(c)
	list(c, &j.order, func(k *alarmKey) { c.text(&k.rule); c.text(&k.place) })
	for _, key := range j.order {
		if !c.writes {
			j.alarms[key] = &alarm{members: newSet()}
		}
		j.alarms[key].state(c)
		j.alarms[key].off = !j.config.on(key.rule)
	}
	list(c, &j.faces, func(f *face) {
		num(c, &f.uses)
		c.set(&f.members)
		num(c, &f.known)
		num(c, &f.missed)
		num(c, &f.unknown)
	})
	c.set(&j.read)
	c.set(&j.logins)
	table(c, &j.exempted, c.text, func(n *int64) { num(c, n) })
	j.tokens.state(c)
	num(c, &j.strange.day)
	c.set(&j.strange.missing)
	c.set(&j.strange.asked)
	num(c, &j.strange.said)
	num(c, &j.strange.mute)
	j.sessions.state(c)
	table(c, &j.canaries.met, c.id, c.flag)
	j.scans.state(c)
	j.ratios.state(c)
	j.stuffing.state(c, j)
	j.admin.state(c)
}

func (p *pages) state(c *codec) {
	p.mu.Lock()
	defer p.mu.Unlock()
	list(c, &p.list, func(one *page) {
		c.text(&one.name)
		list(c, &one.data, c.text)
		c.text(&one.source)
		c.flag(&one.given)
		c.flag(&one.admin)
	})
	if c.writes {
		return
	}
	if c.bad = c.bad || len(p.list) == 0 || len(p.list) > maxPages; c.bad {
		p.list = []page{{name: "other pages"}}
	}
	clear(p.by)
	for n, one := range p.list[1:] {
		p.by[one.name+"\x00"+one.source] = uint16(n + 1)
	}
}

func (t *texts) state(c *codec) {
	t.mu.Lock()
	defer t.mu.Unlock()
	list(c, &t.list, c.text)
	if c.writes {
		return
	}
	if c.bad = c.bad || len(t.list) == 0 || len(t.list) > maxKeyIDs+1; c.bad {
		t.list = []string{""}
	}
	clear(t.by)
	for n, text := range t.list {
		t.by[text] = keyIndex(n)
	}
}

func (a *alarm) state(c *codec) {
	s := &a.sign
	c.text(&s.Rule)
	num(c, &s.Severity)
	num(c, &s.Certainty)
	c.text(&s.Place)
	since := s.Since.UnixMilli()
	num(c, &since)
	if s.Since = time.UnixMilli(since).UTC(); since == (time.Time{}).UnixMilli() {
		s.Since = time.Time{}
	}
	c.text(&s.Summary)
	list(c, &s.Evidence, func(e *tillwatch.Evidence) { c.text(&e.What); c.text(&e.Where); num(c, &e.Line) })
	list(c, &s.Data, c.text)
	num(c, &s.Subjects.Min)
	num(c, &s.Subjects.Max)
	a.first.state(c)
	num(c, &a.raised)
	num(c, &a.count)
	num(c, &a.next)
	c.set(&a.members)
	c.hashes(&a.networks)
	c.hashes(&a.clients)
	list(c, &a.data, c.text)
	if !c.writes {
		s.Count = 0
		if len(s.Data) == 0 {
			s.Data = nil // nil says that the pages' data counts
		}
	}
}

func (s *spot) state(c *codec) {
	c.text(&s.where)
	num(c, &s.line)
	num(c, &s.at)
}

func (r *record) state(c *codec) {
	num(c, &r.at)
	num(c, &r.route)
	num(c, &r.status)
	num(c, &r.kind)
	c.flag(&r.reads)
	num(c, &r.success)
	c.flag(&r.bare)
	c.flag(&r.write)
	num(c, &r.records)
	c.client(&r.client)
	for _, one := range [...]*id{&r.member, &r.object, &r.actor, &r.account, &r.user, &r.session} {
		c.id(one)
	}
	num(c, &r.agent)
	num(c, &r.key)
	wide(c, &r.token)
	wide(c, &r.bearer)
	num(c, &r.expires)
	num(c, &r.bytes)
}

func (t *tokens) state(c *codec) {
	table(c, &t.waiting, func(k *uint64) { wide(c, k) }, func(s *suspect) { s.record.state(c); s.spot.state(c) })
	for _, n := range [...]*int64{&t.advanced, &t.life, &t.began, &t.last, &t.seen, &t.before, &t.unproven} {
		num(c, n)
	}
}

func (s *sessions) state(c *codec) {
	c.ages(&s.last)
	for _, n := range [...]*int64{&s.first, &s.count, &s.named, &s.early} {
		num(c, n)
	}
	for i := range s.by {
		num(c, &s.by[i].known)
		num(c, &s.by[i].missed)
		c.flag(&s.by[i].armed)
	}
	list(c, &s.waiting, func(w *suspect) { w.record.state(c); w.spot.state(c) })
}

func (s *scans) state(c *codec) {
	s.walks.state(c)
	c.id(&s.high)
	num(c, &s.full)
}

func (w *walk) state(c *codec) {
	for i := range w.last {
		c.id(&w.last[i])
	}
	c.set(&w.seen)
	num(c, &w.reads)
	num(c, &w.fresh)
	num(c, &w.steps)
	num(c, &w.tops)
	table(c, &w.fill, func(k *uint32) { num(c, k) }, func(n *uint16) { num(c, n) })
	if len(w.fill) == 0 {
		w.fill = nil
	}
	num(c, &w.full)
	c.flag(&w.told)
	num(c, &w.at)
}

func (x *ratios) state(c *codec) {
	for i := range x.scales {
		s := &x.scales[i]
		num(c, &s.began)
		c.set(&s.persons)
		c.set(&s.bare)
		list(c, &s.past, c.float)
	}
	for _, n := range [...]*int64{&x.first, &x.logins, &x.early, &x.seen} {
		num(c, n)
	}
}

func (s *stuffing) state(c *codec, j *judge) {
	num(c, &s.began)
	table(c, &s.accounts, c.id, func(t **tries) {
		if !c.writes {
			*t = &tries{}
		}
		num(c, &(*t).good)
		num(c, &(*t).bad)
	})
	num(c, &s.unnamed.good)
	num(c, &s.unnamed.bad)
	c.hashes(&s.sources)
	list(c, &s.past, c.float)
	c.met(&s.entered)
	table(c, &s.perHost, c.client, func(n *uint16) { num(c, n) })
	c.set(&s.after)
	num(c, &s.tries)
	if s.alarm == nil {
		s.alarm = j.alarms[listAlarm]
	}
}

func (a *admins) state(c *codec) {
	table(c, &a.operators, c.id, func(o **operator) {
		if !c.writes {
			*o = &operator{}
		}
		(*o).state(c)
	})
	num(c, &a.requests)
	table(c, &a.exports, func(k *uint16) { num(c, k) }, func(e **exports) {
		if !c.writes {
			*e = &exports{}
		}
		num(c, &(*e).count)
		num(c, &(*e).bytes)
		num(c, &(*e).rows)
	})
}

func (o *operator) state(c *codec) {
	table(c, &o.networks, c.client, c.at)
	table(c, &o.agents, func(k *uint32) { num(c, k) }, c.at)
	for i := range o.hours {
		num(c, &o.hours[i])
	}
	num(c, &o.logins)
	num(c, &o.orderAt)
	num(c, &o.last)
	c.client(&o.lastNet)
}
