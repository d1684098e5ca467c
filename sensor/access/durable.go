package access

import (
	"errors"
	"fmt"
	"time"

	"github.com/tillwatch/tillwatch/sensor/access/ledger"
)

// durable keeps the records of issued tokens of logs that are followed. A record must be on disk before the place behind
// its line is remembered; so that not each line waits for the disk, they are written together.
type durable struct {
	config  *Config
	trouble func(place, why string)
	own     bool // the ledger is ours to close
	batch   []ledger.Entry
	fresh   map[uint64]uint64 // tokens of the batch, and whose they are
	used    []ledger.Use      // of tokens of the batch
	next    time.Time         // when the ledger is asked again
	pruned  int64
}

const (
	batchRecords = 4096
	maxBatch     = 1 << 18 // that are held while the disk is full
	askEvery     = 20 * time.Millisecond
	// Linger is how long a token is remembered after its expiry: logs may be read that long after their lines were written.
	Linger = 6 * time.Hour
	// beyond is how far the time of a line may be ahead of ours for the ledger to be told: a line of next year must not make it
	// forget what is valid.
	beyond = time.Minute
)

// clock is a time of the log in seconds, as the ledger is told it.
func (t *tokens) clock(at int64) int64 {
	if t.durable != nil {
		at = min(at, time.Now().Add(beyond).UnixMilli())
	}
	return at / 1000
}

// open opens the ledger at the time of the log, which may be long past: what has expired since was valid then. One that is
// shared goes by the time of all who ask.
func (t *tokens) open(at int64) error {
	if t.ledger != nil {
		return nil
	}
	d := t.durable
	if d.config.Ledger != nil {
		l, err := d.config.Ledger()
		if err != nil {
			return fmt.Errorf("the ledger of issued tokens cannot be opened: %w", err)
		}
		t.ledger = l.Ask(asking)
		return nil
	}
	dir, now := d.config.LedgerDir, t.clock(at)
	c := ledger.Config{Dir: dir, Linger: Linger, Sole: AskerName}
	l, restart, err := ledger.Open(c, now)
	if errors.Is(err, ledger.ErrDamaged) {
		d.trouble(dir, "what is remembered of the issuer's log is damaged: it is put aside, and which key ids are armed is learned anew")
		if err = ledger.SetAside(dir); err == nil {
			if l, restart, err = ledger.Open(c, now); err == nil {
				l.Gap(ledger.Stretch{To: now, Why: "what was remembered is damaged"})
			}
		}
	}
	if err == nil && d.config.LedgerWas != "" {
		if err = l.TakeOver(d.config.LedgerWas, AskerName, false, now); err != nil {
			err = errors.Join(err, l.Close(now))
		}
	}
	if err != nil {
		return fmt.Errorf("the ledger of issued tokens cannot be opened: %w", err)
	}
	if restart.Lost > 0 {
		d.trouble(dir, "a part of the records of issued tokens cannot be read any more: until now counts as a gap")
	}
	t.ledger, d.own = l.Ask(asking), true
	return nil
}

// reopen goes on after a restart: uses that waited wait on.
func (t *tokens) reopen(j *judge) error {
	if t.seen == 0 && t.durable.config.Ledger == nil {
		return nil
	}
	if err := t.open(j.now); err != nil {
		if t.durable.config.Ledger == nil {
			return err
		}
		t.durable.trouble("ledger of issued tokens", err.Error()+": whether tokens were issued cannot be said")
		return nil
	}
	for token, s := range t.waiting {
		if t.ledger.Judge(t.use(j, &s.record)) != ledger.Pending {
			delete(t.waiting, token)
		}
	}
	return nil
}

func (t *tokens) use(j *judge, r *record) ledger.Use {
	return ledger.Use{
		Token: ledger.Fingerprint(r.token), Member: ledger.Fingerprint(r.bearer), Kid: t.kid(j, r.key), Expires: r.expires, At: r.at / 1000,
	}
}

// keep takes a record that is to be written down soon.
func (d *durable) keep(t *tokens, j *judge, r *record, e ledger.Entry) {
	if err := t.open(r.at); err != nil {
		d.trouble("ledger of issued tokens", err.Error()+": whether tokens were issued cannot be said")
		return
	}
	if d.fresh == nil {
		d.fresh = map[uint64]uint64{}
	}
	if len(d.batch) < maxBatch {
		d.batch = append(d.batch, e)
		d.fresh[r.token] = r.bearer
	}
	if len(d.batch) >= batchRecords && len(d.batch)%batchRecords == 0 {
		t.flush(j)
	}
}

// knows says that a token is about to be written down.
func (d *durable) knows(r *record) bool {
	bearer, there := d.fresh[r.token]
	return there && (bearer == 0 || bearer == r.bearer)
}

// flush writes records down. Where that fails, their time counts as a gap, and it is tried again.
func (t *tokens) flush(j *judge) {
	d := t.durable
	if d == nil || len(d.batch) == 0 {
		return
	}
	last := t.clock(d.batch[len(d.batch)-1].Issued * 1000)
	if err := t.ledger.Record(last, d.batch...); err != nil {
		d.trouble("ledger of issued tokens", err.Error()+"; meanwhile no token is called forged")
		t.ledger.Gap(ledger.Stretch{From: d.batch[0].Issued, To: max(last, t.clock(j.now)), Why: "records could not be written down"})
		return
	}
	d.batch = d.batch[:0]
	clear(d.fresh)
	for _, u := range d.used {
		t.ledger.Judge(u)
	}
	d.used = d.used[:0]
}

// due says whether the ledger is to be asked now for verdicts: its disk sets the pace, not the lines of a log that is read
// at once.
func (d *durable) due() bool {
	now := time.Now()
	if now.Before(d.next) {
		return false
	}
	d.next = now.Add(askEvery)
	return true
}

// prune forgets uses whose record came while they waited: of those the ledger says nothing.
func (t *tokens) prune(j *judge) {
	grace := Grace.Milliseconds()
	if j.now-t.durable.pruned < grace {
		return
	}
	t.durable.pruned = j.now
	for token, s := range t.waiting {
		if s.record.at+2*grace > j.now {
			continue
		}
		switch t.ledger.Judge(t.use(j, &s.record)) {
		case ledger.Pending:
		case ledger.Issued:
			j.face(s.record.key).known++
			delete(t.waiting, token)
		default:
			delete(t.waiting, token)
		}
	}
}

// gap says that the issuer's log has nothing of a time, in milliseconds.
func (t *tokens) gap(from, to int64) {
	if t.ledger != nil {
		t.ledger.Gap(ledger.Stretch{From: from / 1000, To: to/1000 + 1, Why: "a part of the issuer's log was not seen"})
	}
}

// close ends what is ours.
func (t *tokens) close(at int64) error {
	if t.durable == nil || !t.durable.own {
		return nil
	}
	return t.ledger.Close(t.clock(at))
}
