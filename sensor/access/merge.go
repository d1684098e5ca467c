package access

import "context"

// flow is the chunks of one source, record by record.
type flow struct {
	source *source
	chunks <-chan *chunk
	now    *chunk
	next   int
}

// fill makes sure that there is a next record; false says that the source has ended.
func (f *flow) fill(ctx context.Context, r *reading) bool {
	for f.now == nil || f.next >= len(f.now.records) {
		if f.now != nil {
			f.account()
			r.put(f.now)
			f.now = nil
		}
		c, open := <-f.chunks
		if !open {
			return false
		}
		<-c.done
		f.now, f.next = c, 0
		if ctx.Err() != nil {
			f.now.records = f.now.records[:0]
			f.now.tally = tally{}
		}
		c.first = *c.number
		*c.number += c.tally.lines
	}
	f.steady()
	return true
}

// account adds what was counted in a chunk.
func (f *flow) account() {
	if f.source.hours == nil {
		f.source.hours = hours{}
	}
	f.source.hours.add(f.now.tally.perHour)
	f.source.bytes += int64(len(f.now.text))
	f.source.long += f.now.long
	if c := &f.now.tally; f.source.tally.to != 0 && c.from != 0 && c.from < f.source.tally.to-2*minute {
		f.source.tally.back++
	}
	f.source.tally.add(&f.now.tally)
}

// add adds what was counted elsewhere.
func (t *tally) add(c *tally) {
	t.lines += c.lines
	for i, n := range c.formats {
		t.formats[i] += n
	}
	if c.from != 0 && (t.from == 0 || c.from < t.from) {
		t.from = c.from
	}
	t.to = max(t.to, c.to)
	t.back += c.back
	t.subject += c.subject
	t.tokens += c.tokens
	t.reads += c.reads
	t.nobody += c.nobody
	t.statics += c.statics
}

// merge hands the records of all sources on in the order of their time.
func merge(ctx context.Context, r *reading, flows []*flow, take func(*chunk, *record), done func(*flow)) {
	live := make([]*flow, 0, len(flows))
	for _, f := range flows {
		if f.fill(ctx, r) {
			live = append(live, f)
		} else {
			done(f)
		}
	}
	for len(live) == 1 {
		f := live[0]
		for {
			take(f.now, &f.now.records[f.next])
			if f.next++; f.next == len(f.now.records) {
				break
			}
			f.steady()
		}
		if !f.fill(ctx, r) {
			done(f)
			return
		}
	}
	for len(live) > 0 {
		least := 0
		for i, f := range live {
			if f.now.records[f.next].at < live[least].now.records[live[least].next].at {
				least = i
			}
		}
		f := live[least]
		take(f.now, &f.now.records[f.next])
		f.next++
		if !f.fill(ctx, r) {
			done(f)
			live = append(live[:least], live[least+1:]...)
		}
	}
}
