package access

import "time"

// steady mends the time of a flow's next record where it is ahead of what comes behind it in its log: a machine's clock was
// wrong, or somebody wrote a time of his own. One such line would hold the whole log up until all others are read, so that
// what was issued would come after its use. It counts as of when it stands there; so does one of a day that is yet to come.
func (f *flow) steady() {
	r := &f.now.records[f.next]
	if r.at > f.source.before+ahead {
		f.mend(r)
	}
	if r.at != 0 {
		f.source.before = r.at
	}
}

func (f *flow) mend(r *record) {
	rest := f.now.records[f.next+1:]
	before := f.source.before
	if before != 0 && mostly(rest[:min(len(rest), looksAhead)], r.at-ahead) || r.at > time.Now().UnixMilli()+dayMS {
		r.at = before
	}
}

const (
	ahead      = 2 * minute
	looksAhead = 64 // lines
)

// mostly says whether most of some lines are from before a moment.
func mostly(records []record, moment int64) bool {
	n := 0
	for i := range records {
		if at := records[i].at; at != 0 && at < moment {
			n++
		}
	}
	return 2*n > len(records)
}
