package browser

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unique"

	"github.com/tillwatch/tillwatch"
)

// The bounds of one thing in a recording. Of what is larger the beginning is kept.
const (
	MaxBody   = 4 << 20 // bytes of a request's body
	MaxSource = 8 << 20 // bytes of a script's source

	maxURL = 64 << 10
)

// The bounds of a whole recording. Together with room they keep it near 100 MB at worst, whatever a page does.
const (
	maxRequests     = 20_000
	maxHostRequests = 8_000 // one host must not push out the others
	maxScripts      = 10_000
	maxSocketFrames = 20_000
	maxReads        = 2_000
	maxEvents       = 5_000 // an alert() loop would be millions
)

// room is how many bytes may still be kept of each kind, so that one kind cannot use up what another needs.
type room struct{ addresses, headers, stacks, bodies, sources, sockets int }

func take(room *int, bytes int) bool {
	if bytes > *room {
		return false
	}
	*room -= bytes
	return true
}

// What one entry costs in memory besides its text, roughly.
const (
	headerCost = 64
	callCost   = 80
)

func newRecording() *Recording {
	return &Recording{
		room: room{
			addresses: 10 << 20,
			headers:   14 << 20,
			stacks:    10 << 20,
			bodies:    20 << 20,
			sources:   32 << 20,
			sockets:   6 << 20,
		},
		hosts:   map[string]int{},
		sources: map[string]string{},
		stacks:  map[string][]Call{},
		readers: map[string]int{},
	}
}

// record is a request that may still change.
type record struct {
	Request
	kept                bool
	fromNetwork, paused bool
	pausedBy            string // session
	gotSent, gotReply   bool   // the extra info of either direction
}

// newRequest appends a request, unless a bound is reached: then what is returned belongs to nobody.
func (r *Recording) newRequest(req Request) *record {
	if len(req.URL) > maxURL {
		req.URL, req.Truncated = clip(req.URL, maxURL), true
	}
	host := hostOf(req.URL)
	rec := &record{Request: req}
	r.mu.Lock()
	defer r.mu.Unlock()
	rec.At, rec.Step = time.Now(), r.step
	if len(r.requests) >= maxRequests || r.hosts[host] >= maxHostRequests || !take(&r.room.addresses, len(req.URL)) {
		r.lost.Requests++
		return rec
	}
	r.hosts[host]++
	rec.kept = true
	rec.Seq = len(r.requests) + 1
	r.requests = append(r.requests, rec)
	return rec
}

// update changes a request under the lock.
func (r *Recording) update(rec *record, change func(*Request)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(&rec.Request)
}

// setStack gives a request what caused it.
func (r *Recording) setStack(rec *record, stack []Call) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if rec.kept {
		rec.Stack = r.share(stack)
	}
}

// share is the stack, or one that is equal and was kept before; nil where there is no room for another.
func (r *Recording) share(stack []Call) []Call {
	if len(stack) == 0 {
		return nil
	}
	key := placesOf(stack)
	if kept, ok := r.stacks[key]; ok {
		return kept
	}
	if !take(&r.room.stacks, len(stack)*callCost+len(key)) {
		r.lost.Details++
		return nil
	}
	r.stacks[key] = slices.Clip(stack)
	return stack
}

// placesOf is the same text for the same stack. Function names follow from the places.
func placesOf(stack []Call) string {
	var b strings.Builder
	for _, c := range stack {
		b.WriteString(c.URL)
		for _, part := range []string{c.ScriptID, strconv.Itoa(c.Line), strconv.Itoa(c.Column)} {
			b.WriteByte(0)
			b.WriteString(part)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// setHeaders replaces a request's header fields.
func (r *Recording) setHeaders(rec *record, h headers) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if rec.kept && r.takeHeaders(h) {
		rec.Headers = h
	}
}

// setResponse gives a request its answer, as far as it is known.
func (r *Recording) setResponse(rec *record, status int, h headers, mime string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if status != 0 {
		rec.Status = status
	}
	if mime != "" {
		rec.MIME = clip(mime, 256)
	}
	if rec.kept && h != nil && r.takeHeaders(h) {
		rec.ResponseHeaders = h
	}
}

func (r *Recording) takeHeaders(h headers) bool {
	if take(&r.room.headers, h.cost()) {
		return true
	}
	r.lost.Details++
	return false
}

// setBody gives a request its body, where that is more than it has.
func (r *Recording) setBody(rec *record, body []byte, whole bool) {
	if len(body) > MaxBody {
		body, whole = slices.Clone(body[:MaxBody]), false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	had := rec.Body.Len()
	if !rec.kept || len(body) <= had {
		return
	}
	if !take(&r.room.bodies, len(body)-had) {
		r.lost.Bodies++
		rec.Truncated = true
		return
	}
	rec.Body = tillwatch.NewBody(body)
	rec.Truncated = rec.Truncated || !whole
}

// now stamps what is kept later with the moment and the step at which it happened.
func (r *Recording) now() (time.Time, string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return time.Now(), r.step
}

// addScript keeps a script, which now has stamped.
func (r *Recording) addScript(s Script) {
	if s.Source != "" && s.SHA256 == "" {
		sum := sha256.Sum256([]byte(s.Source))
		s.SHA256 = hex.EncodeToString(sum[:])
	}
	if len(s.Source) > MaxSource {
		s.Source, s.Truncated = clip(s.Source, MaxSource), true
	}
	s.URL, s.Claimed, s.FrameURL = clip(s.URL, maxURL), clip(s.Claimed, 2<<10), clip(s.FrameURL, 2<<10)

	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.scripts) >= maxScripts || !take(&r.room.addresses, len(s.URL)+len(s.Claimed)) {
		r.lost.Scripts++
		return
	}
	if kept, ok := r.sources[s.SHA256]; ok {
		s.Source = kept
	} else if take(&r.room.sources, len(s.Source)) {
		r.sources[s.SHA256] = s.Source
	} else {
		r.lost.Sources++
		s.Source, s.Truncated = "", true
	}
	s.Parent = r.share(s.Parent)
	r.scripts = append(r.scripts, s)
}

func (r *Recording) addSocketFrame(f SocketFrame) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.sockets) >= maxSocketFrames || !take(&r.room.sockets, f.Payload.Len()) {
		r.lost.SocketFrames++
		return
	}
	f.At, f.Step, f.Stack = time.Now(), r.step, r.share(f.Stack)
	r.sockets = append(r.sockets, f)
}

// addRead keeps a reader, or counts it where it is known.
func (r *Recording) addRead(read Read) {
	key := read.Session + read.How + "\x00" + read.Field + "\n" + placesOf(read.Stack)
	r.mu.Lock()
	defer r.mu.Unlock()
	if i, ok := r.readers[key]; ok {
		r.reads[i].Count += read.Count
		return
	}
	if len(r.reads) >= maxReads {
		r.lost.Reads++
		return
	}
	read.At, read.Step, read.Stack = time.Now(), r.step, r.share(read.Stack)
	r.readers[key] = len(r.reads)
	r.reads = append(r.reads, read)
}

func (r *Recording) addEvent(e Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.events) >= maxEvents {
		r.lost.Events++
		return
	}
	e.At, e.Step, e.Stack = time.Now(), r.step, r.share(e.Stack)
	e.URL, e.Text = clip(e.URL, 2<<10), clip(e.Text, 1<<10)
	r.events = append(r.events, e)
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

// clip cuts a text after limit bytes, without holding on to the rest.
func clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(strings.Clone(s[:limit]), "")
}

// intern shares texts that come again and again: header names, script URLs, function names.
func intern(s string) string {
	if len(s) > 1<<10 {
		return s
	}
	return unique.Make(s).Value()
}
