package access

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/tillwatch/tillwatch"
)

// follower reads logs as they grow. Each round takes what has come since the last one, of all logs together by the time of
// its lines, so that reading what has piled up is the same as reading what comes.
type follower struct {
	*look
	reading *reading
	chains  map[string]*chain
	scanned time.Time
	scan    time.Duration // how long finding the files took
	said    map[string]bool
	failed  error // of reporting

	ranges []*part // of the round
	parts  map[*source]*part
	chunk  *chunk
	part   *part
	taken  int64

	lineAt   int64     // the latest time that a line has told
	lineCame time.Time // when
	saved    time.Time
	saving   time.Duration // how long it took
	hour     int64         // of the last look for silence
	checked  time.Time     // when gaps and the members were last looked after
	passed   time.Time
	members  *refresher
}

// part is what a round reads of one file.
type part struct {
	*tailed
	chain  *chain
	from   int64 // the first line that is not judged yet
	number int64 // the line behind the last
	source *source
	err    error
	begun  bool
	over   bool
}

const (
	followPoll = 300 * time.Millisecond
	followSave = 10 * time.Second
	saveShare  = 20      // saving takes at most one part in so many of the time
	scanShare  = 20      // likewise finding files
	saveLines  = 1 << 16 // after so many records the clock is looked at
	passEvery  = time.Minute
	maxSaid    = 1000
	keptHours  = 24 * 15
)

// follow reads until ctx ends. The error is that of report.
func (l *look) follow(ctx context.Context) error {
	f := &follower{look: l, chains: map[string]*chain{}, said: map[string]bool{}, saved: time.Now(), lineCame: time.Now()}
	f.config.Poll, f.config.SaveEvery = cmp.Or(f.config.Poll, followPoll), cmp.Or(f.config.SaveEvery, followSave)
	f.judge = newJudge(&l.config, l.pages, l.keys, func(s tillwatch.Sign) { f.report(s) })
	f.judge.tokens.durable = &durable{config: &l.config, trouble: f.gap}
	defer f.closeFiles()
	if err := f.load(); err != nil {
		return err
	}
	f.judge.exemptions(l.hash)
	f.members = refreshMembers(ctx, &l.config)
	f.reading = newReading(ctx, l.parser)
	defer f.reading.done.Wait()
	defer close(f.reading.jobs)
	poll := time.NewTicker(f.config.Poll)
	defer poll.Stop()
	for f.failed == nil {
		f.find()
		f.round(ctx)
		f.between(ctx)
		select {
		case <-ctx.Done():
			f.save()
			return errors.Join(f.failed, f.judge.tokens.close(f.judge.now))
		case <-poll.C:
		}
	}
	return errors.Join(f.failed, f.judge.tokens.close(f.judge.now))
}

// report hands on what was found; after an error nothing more is, and the following ends.
func (f *follower) report(o tillwatch.Observation) {
	if f.failed == nil {
		f.failed = f.look.report(o)
	}
}

// gap says once what could not be seen.
func (f *follower) gap(place, why string) {
	key := place + "\x00" + why
	if f.said[key] || len(f.said) >= maxSaid {
		return
	}
	f.said[key] = true
	f.report(tillwatch.Gap{Place: place, Why: why})
}

// lost is a gap in a file; in the issuer's log it also means that tokens may have been issued that nobody knows of.
func (f *follower) lost(c *chain) func(t *tailed, place, why string) {
	return func(t *tailed, place, why string) {
		if t != nil && c.issues {
			f.judge.tokens.gap(t.last, f.judge.now)
		}
		f.gap(place, why)
	}
}

func (f *follower) closeFiles() {
	for _, c := range f.chains {
		for _, t := range c.files {
			t.close()
		}
	}
}

// find looks for files that came or went, as often as that is cheap, and at once when one was rotated or cut off.
func (f *follower) find() {
	now := time.Now()
	due := f.scanned.IsZero() || now.Sub(f.scanned) >= max(f.config.Poll, scanShare*f.scan)
	for _, c := range f.chains {
		for _, t := range c.files {
			due = due || t.file != nil && (t.gone() || !t.packed && t.cutOff())
		}
	}
	if !due {
		return
	}
	met := map[string]bool{}
	for _, c := range f.chains {
		met[c.at] = true
	}
	begun := false
	for _, place := range append([]string{f.target.Place}, f.config.With...) {
		found, err := candidates(place)
		if err != nil {
			f.gap(place, "it could not be read: "+err.Error())
			continue
		}
		only := ""
		if info, err := os.Stat(place); err != nil || !info.IsDir() {
			only = place
		}
		if len(found) == 0 {
			f.gap(place, "there is no log yet; it is read as soon as there is one")
		}
		for key := range found {
			if f.chains[key] == nil {
				f.chains[key] = &chain{key: key, source: &source{name: key}}
			}
		}
		for key, c := range f.chains { // those of which nothing is left, too
			if files, here := found[key]; here || c.at == place {
				c.at = place
				c.match(files, only, !met[place] && f.scanned.IsZero(), now, f.config.Format)
				begun = begun || !met[place]
				c.settle(now, f.lost(c))
			}
		}
	}
	f.scanned, f.scan = now, time.Since(now)
	if begun { // whatever is rotated away from now on is known to be unread
		f.save()
	}
}

// round judges what has come since the last.
func (f *follower) round(ctx context.Context) {
	now := time.Now()
	f.ranges, f.parts = nil, map[*source]*part{}
	var flows []*flow
	for _, key := range slices.Sorted(maps.Keys(f.chains)) {
		c := f.chains[key]
		var parts []*part
		for _, t := range c.files {
			if t.file != nil && t.look(now) {
				s := &source{name: t.name, at: t.cutAt, grows: !t.final}
				p := &part{tailed: t, chain: c, from: t.judged, number: t.line, source: s}
				parts = append(parts, p)
				f.parts[s] = p
			}
		}
		if len(parts) > 0 {
			f.ranges = append(f.ranges, parts...)
			flows = append(flows, &flow{source: c.source, chunks: f.stream(ctx, parts)})
		}
	}
	if len(flows) == 0 {
		return
	}
	f.chunk, f.part = nil, nil
	merge(ctx, f.reading, flows, f.take, func(*flow) {})
	f.judge.chunk = nil // it is given back
	if ctx.Err() != nil || f.failed != nil {
		return // what was judged is noted, the rest comes again
	}
	for _, p := range f.ranges {
		f.finish(p, now)
	}
	f.judge.tokens.flush(f.judge)
	f.judge.tokens.settle(f.judge, false)
}

// stream gives the chunks of the parts of one log, one after the other.
func (f *follower) stream(ctx context.Context, parts []*part) <-chan *chunk {
	out := make(chan *chunk, 4)
	go func() {
		defer close(out)
		for _, p := range parts {
			in, err := p.reader()
			if err == nil {
				err = f.reading.cut(ctx, p.source, in, &p.number, out)
			}
			if p.err = err; ctx.Err() != nil {
				return
			}
		}
	}()
	return out
}

// take judges one record, and notes that it is judged.
func (f *follower) take(c *chunk, r *record) {
	if c != f.chunk {
		f.chunk = c
		if p := f.parts[c.source]; p != f.part {
			f.part = p
			f.before(p)
		}
		f.progress(c)
	}
	p, n := f.part, c.first+int64(r.index)
	if n < p.from || f.failed != nil {
		return
	}
	if r.at > f.lineAt {
		f.lineAt, f.lineCame = r.at, time.Now()
	}
	if r.kind == kindIssued {
		p.chain.issues = true
	}
	f.judge.take(c, r)
	p.offset, p.skip, p.header, p.line, p.judged = c.at, false, c.header, c.first, n+1
	p.last = r.at
	if f.taken++; f.taken%saveLines == 0 {
		f.saveDue()
	}
}

// before finishes the parts that come before one in its log: their lines are judged, or were none to judge.
func (f *follower) before(p *part) {
	for _, other := range f.ranges {
		if other == p {
			break
		}
		if other.chain == p.chain {
			f.finish(other, time.Now())
		}
	}
	p.begun = true
}

// finish notes that all of a part is judged.
func (f *follower) finish(p *part, now time.Time) {
	if p.over {
		return
	}
	p.over = true
	p.cutAt, p.line, p.judged = p.source.at, p.number, p.number
	switch {
	case errors.Is(p.err, io.ErrUnexpectedEOF) && p.packed:
		p.broken = now // more may be on its way
	case p.err != nil:
		f.gap(p.name, unreadable(p.name, p.number-1, p.err))
		if p.packed {
			p.done = true
			p.close()
		}
	case p.packed && p.source.half > 0:
		p.final = true
	case p.packed:
		p.done = true
		p.close()
	}
}

// between does what is to be done when all that has come was judged.
func (f *follower) between(ctx context.Context) {
	now := time.Now()
	if at := f.lineAt + now.Sub(f.lineCame).Milliseconds(); f.lineAt > 0 && at > f.judge.now {
		f.judge.now = at // time goes on when no line comes
		f.judge.tick()
	}
	f.silence()
	f.members.take(f)
	if now.Sub(f.checked) >= time.Minute {
		f.checked = now
		for _, g := range f.unread() {
			f.gap(g.Place, g.Why)
		}
	}
	if now.Sub(f.passed) >= passEvery && ctx.Err() == nil {
		f.passed = now
		f.report(tillwatch.Pass{Scope: "log " + f.target.Place, At: now})
	}
	f.saveDue()
}

// silence tells of hours in which a log said nothing, once an hour. A log that has stopped is silent up to now.
func (f *follower) silence() {
	hour := f.judge.now / hourMS
	if f.judge.now == 0 || hour == f.hour {
		return
	}
	f.hour = hour
	for _, c := range f.chains {
		h := maps.Clone(c.source.hours)
		for old := range h {
			if old < hour-keptHours {
				delete(h, old)
				delete(c.source.hours, old)
			}
		}
		if len(h) == 0 {
			continue
		}
		h[hour] += 0
		for _, one := range h.holes() {
			sign, gap := one.tell(c.key)
			sign.Place = c.key + " from " + sign.Since.Format("2006-01-02 15:04 MST") // the same while it lasts
			sign.Count = int(one.to - one.from)
			gap.Place = sign.Place
			f.report(sign)
			f.gap(gap.Place, gap.Why)
			if c.issues {
				f.judge.tokens.gap(one.from*hourMS, one.to*hourMS)
			}
		}
	}
}

// unread says what could not be read or judged, in words that change only when it doubles.
func (f *follower) unread() []tillwatch.Gap {
	for _, c := range f.chains {
		f.look.sources = append(f.look.sources, c.source)
	}
	out := f.look.gaps()
	f.look.sources = nil
	told := map[string]bool{}
	return slices.DeleteFunc(out, func(g tillwatch.Gap) bool { // the numbers in it rise all the time
		key := g.Place + "\x00" + wordsOnly(g.Why)
		again := told[key] || f.said[key]
		told[key], f.said[key] = true, true
		return again
	})
}

// wordsOnly leaves the digits out of a sentence.
func wordsOnly(s string) string {
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			out = append(out, s[i])
		}
	}
	return string(out)
}

func (f *follower) stateKey() string { return "followed logs " + f.target.Place }

// load reads what is remembered. What cannot be read is said, and everything begins anew.
func (f *follower) load() error {
	if f.config.State == nil {
		return f.judge.tokens.reopen(f.judge)
	}
	text, err := f.config.State.Load(f.stateKey())
	if err != nil {
		return fmt.Errorf("what is remembered of the logs cannot be read: %w", err)
	}
	if text == nil {
		return f.judge.tokens.reopen(f.judge)
	}
	err = f.restore(text)
	if err == nil {
		return f.judge.tokens.reopen(f.judge)
	}
	f.gap(f.target.Place+" (memory)", err.Error()+": the logs that are there are read from their beginning, and what is usual is learned anew")
	f.look.pages, f.look.keys, f.chains, f.lineAt = newPages(), newTexts(), map[string]*chain{}, 0
	told, lasts := f.judge.told, f.judge.tokens.durable
	f.judge = newJudge(&f.look.config, f.look.pages, f.look.keys, told)
	f.judge.tokens.durable = lasts
	return f.judge.tokens.reopen(f.judge)
}

func (f *follower) restore(text []byte) (err error) {
	defer func() {
		if recover() != nil { // a bitmap that is not one
			err = errStateDamaged
		}
	}()
	body, err := unseal(text)
	if err != nil {
		return err
	}
	c := &codec{in: body}
	if f.state(c); !c.bad && len(c.in) == 0 {
		if text[3] == stateUnkeyed && f.config.Hasher != nil {
			clear(f.judge.tokens.waiting) // what waited is known by another hash now
		}
		return nil
	}
	if c.other {
		return errStateSecret
	}
	return errStateDamaged
}

// state walks over what is remembered.
func (f *follower) state(c *codec) {
	mine := f.hash.sum([]byte("tillwatch"))
	theirs := mine
	if wide(c, &theirs); theirs != mine {
		c.bad, c.other = true, true
		return
	}
	num(c, &f.lineAt)
	chains := slices.Collect(maps.Values(f.chains))
	list(c, &chains, func(one **chain) {
		if !c.writes {
			*one = &chain{}
		}
		(*one).state(c)
	})
	for _, one := range chains {
		f.chains[one.key] = one
	}
	f.judge.state(c)
}

// saveDue saves where that is due: the more there is to save, the less often.
func (f *follower) saveDue() {
	if time.Since(f.saved) >= max(f.config.SaveEvery, saveShare*f.saving) {
		f.save()
	}
}

// save makes durable what was reported, what was issued, and how far everything is.
func (f *follower) save() {
	if f.config.State == nil || f.failed != nil {
		return
	}
	began := time.Now()
	f.judge.tokens.flush(f.judge)
	c := &codec{writes: true}
	f.state(c)
	if err := f.config.State.Save(f.stateKey(), seal(c.out)); err != nil {
		f.gap(f.target.Place+" (memory)", "how far the logs are read cannot be saved, so that after a restart much is read again: "+err.Error())
	}
	f.saved, f.saving = time.Now(), time.Since(began)
}
