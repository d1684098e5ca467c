package browser

import "time"

// exchange is what one request id of the browser's stands for: a request, and the redirects it was answered with.
type exchange struct {
	id       string
	hops     []*record
	session  string
	frameID  string
	loaderID string
	kind     string // Request.Type
	tab      *Tab
	since    time.Time
	sent     []headers // what the network layer added, when that came before the request itself
	replied  []earlyReply
}

type earlyReply struct {
	status int
	fields headers
}

// exchanges are the requests that events may still come for. Guarded by Browser.mu.
//
// Chromium does not say "this was the last event", so finished ones stay until finishedKept later ones have finished.
type exchanges struct {
	byID     map[string]*exchange
	open     map[string]*exchange // those whose end the renderer waits for
	finished []string             // a ring
	next     int
}

const (
	finishedKept = 1024
	maxHops      = 64 // Chromium gives up after 20 redirects
)

func newExchanges() exchanges {
	return exchanges{byID: map[string]*exchange{}, open: map[string]*exchange{}, finished: make([]string, finishedKept)}
}

// get is the exchange with that id, made if need be.
func (xs *exchanges) get(id string) *exchange {
	x := xs.byID[id]
	if x == nil {
		x = &exchange{id: id}
		xs.byID[id] = x
		xs.retire(x) // until it opens, nothing promises that its end will be told
	}
	return x
}

// retire lets go of x once enough others have come.
func (xs *exchanges) retire(x *exchange) {
	old := xs.finished[xs.next]
	if old != x.id && xs.open[old] == nil {
		delete(xs.byID, old)
	}
	xs.finished[xs.next] = x.id
	xs.next = (xs.next + 1) % len(xs.finished)
}

// begin marks x as open.
func (xs *exchanges) begin(x *exchange) {
	if xs.open[x.id] == nil {
		xs.open[x.id] = x
		x.since = time.Now()
	}
}

// close marks x as done and reports whether it was open.
func (xs *exchanges) close(x *exchange) bool {
	if xs.open[x.id] == nil {
		return false
	}
	delete(xs.open, x.id)
	xs.retire(x)
	return true
}

func (xs *exchanges) dropSession(session string) {
	xs.closeWhere(func(x *exchange) bool { return x.session == session })
}

// closeWhere closes what will get no end because who waited for it is gone.
func (xs *exchanges) closeWhere(match func(*exchange) bool) {
	for _, x := range xs.open {
		if match(x) {
			xs.close(x)
		}
	}
}

// hop is the record of the step that asks for address, where neither event of the kind that is asked for has claimed
// it yet.
func (x *exchange) hop(address string, free func(*record) bool) *record {
	for _, rec := range x.hops {
		if (rec.URL == address || rec.Truncated && len(address) > maxURL) && free(rec) {
			return rec
		}
	}
	return nil
}

// addHop appends a step of the exchange to the recording.
func (b *Browser) addHop(x *exchange, req Request) *record {
	if n := len(x.hops); n > 0 {
		req.RedirectOf = x.hops[n-1].Seq
	}
	rec := b.rec.newRequest(req)
	if len(x.hops) < maxHops {
		x.hops = append(x.hops, rec)
	}
	return rec
}
