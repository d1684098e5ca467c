package drill

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/app"
	"github.com/tillwatch/tillwatch/app/report"
	"github.com/tillwatch/tillwatch/canary"
	"github.com/tillwatch/tillwatch/drill/traffic"
)

const (
	tokenMembers   = 1_000_000
	thiefRate      = 8    // requests a second, as in the case
	shortestWindow = 300  // seconds, of the alarm that compares members read with members logged in
	canaryBlock    = 1000 // numbers to a block
	honestLines    = 3_000_000
	currentKey     = "member-2026"
	retiredKey     = "member-2024"
	tokenLife      = 10 * time.Minute
	aboutOneLine   = 350 // bytes of the largest log's lines
	mostDrillLines = 3_600_000
)

var tokenCase = Case{
	Name:          "Coupang: tokens made with a signing key of a developer who had left, from many addresses, among which some 44 million named members who did not exist, 14 April to 8 November 2025",
	UnnoticedDays: 208, RecordsLost: 33_673_817,
}

// token is a key that was never withdrawn, and tokens made with it: the logs of a shop and of the issuer of its tokens are
// written with a thief in them, and read as any operator's are, each alarm alone. The thief's requests are few among the
// lines; his time is stretched, not waited for.
func token(ctx context.Context, o Options) (out Outcome, err error) {
	out = Outcome{Drill: "token", Incidents: []string{}, Alarms: []Alarm{}, Case: tokenCase}
	dir, err := os.MkdirTemp("", "tillwatch-token-")
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	d := &tokenDrill{options: o, out: &out, dir: dir, members: o.Members, seed: 20251116}
	if d.members == 0 {
		d.members = tokenMembers
	}
	if err := d.prepare(ctx); err != nil {
		return out, err
	}
	if err := d.honest(ctx); err != nil {
		return out, err
	}
	for _, t := range d.forgers() {
		if err := d.against(ctx, t); err != nil {
			return out, err
		}
	}
	d.table()
	out.Passed = out.Failure == ""
	return out, nil
}

// tokenDrill is a drill in progress. The first thing that shows something wrong is in out.Failure.
type tokenDrill struct {
	options Options
	out     *Outcome
	dir     string
	members int
	seed    uint64
	decoy   string // id of the decoy key
	plan    app.CanaryPlan
	rows    []tokenRow
	falsely map[string]int // alarms on the honest day, by rule
}

func (d *tokenDrill) fail(format string, args ...any) {
	if d.out.Failure == "" {
		d.out.Failure = fmt.Sprintf(format, args...)
	}
}

func (d *tokenDrill) state() string { return filepath.Join(d.dir, "state") }

func (d *tokenDrill) env(name string) string {
	if name == "TILLWATCH_SITE_KEY_FILE" {
		return filepath.Join(d.dir, "site.key")
	}
	return ""
}

// prepare registers the keys, one of them retired and one a decoy, and plants the canaries.
func (d *tokenDrill) prepare(ctx context.Context) (err error) {
	keys, err := app.OpenKeys(ctx, d.state(), d.env)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, keys.Close()) }()
	for _, id := range []string{currentKey, retiredKey} {
		candidates, err := d.signingKey(id)
		if err != nil {
			return err
		}
		details := app.KeyDetails{ID: id, Kind: "signing", Owner: "login team", Opens: []string{fmt.Sprintf("GET /member: name,address @ %d", d.members)}}
		if _, err := keys.Add(ctx, candidates, details, time.Now()); err != nil {
			return err
		}
	}
	if err := keys.Retire(ctx, retiredKey, time.Now()); err != nil {
		return err
	}
	planted, err := keys.Decoy(ctx, app.DecoyPlan{Place: "laptop:login-team", Kind: "signing"}, time.Now())
	if err != nil {
		return err
	}
	for _, p := range planted.Public {
		d.decoy = strings.TrimPrefix(p, "kid:")
	}

	list, err := app.OpenCanaries(ctx, d.state(), d.env)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, list.Close()) }()
	exists := func(id uint64) bool { return !traffic.Left(int64(id)) } // canaries take the numbers of those who have left
	s := canary.Strata{Block: min(canaryBlock, max(2, uint64(d.members)/10)), From: 1, To: uint64(d.members)}
	if d.plan, err = app.PlanCanaries(s, uint64(d.members), exists); err != nil {
		return err
	}
	d.options.tell("%s", strings.Join(d.plan.Explain(), "\n"))
	return list.Remember(ctx, app.Planting{
		At: time.Now(), Where: "the drill's shop", Block: s.Block, From: s.From, To: s.To, Full: d.plan.Full, Bound: d.plan.Bound, How: app.PlantedHere,
	}, d.plan.IDs)
}

// signingKey makes a key that signs tokens, as a file from which an operator registers it.
func (d *tokenDrill) signingKey(kid string) ([]app.KeyCandidate, error) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(map[string]string{
		"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": kid,
		"x": base64.RawURLEncoding.EncodeToString(public), "d": base64.RawURLEncoding.EncodeToString(private.Seed()),
	})
	if err != nil {
		return nil, err
	}
	name := filepath.Join(d.dir, kid+".json")
	if err := os.WriteFile(name, text, 0o600); err != nil {
		return nil, err
	}
	candidates, _, err := app.KeyCandidates(name)
	return candidates, errors.Join(err, os.Remove(name))
}

// logs are those of one shop.
type logs struct {
	access, issuer string
	attempts       []traffic.Attempt
	written        traffic.Written
}

func (l *logs) remove() error { return errors.Join(os.Remove(l.access), os.Remove(l.issuer)) }

// write writes logs from a seed that no other logs of the drill have.
func (d *tokenDrill) write(c traffic.Config) (l logs, err error) {
	d.seed++
	c.Seed, c.Members, c.Format, c.Key, c.TokenFor = d.seed, d.members, traffic.JSON, currentKey, tokenLife
	c.Each = func(a traffic.Attempt) { l.attempts = append(l.attempts, a) }
	l.access, l.issuer = filepath.Join(d.dir, "access.log"), filepath.Join(d.dir, "issuer.log")
	access, err := os.Create(l.access)
	if err != nil {
		return l, err
	}
	defer func() { err = errors.Join(err, access.Close()) }()
	issuer, err := os.Create(l.issuer)
	if err != nil {
		return l, err
	}
	defer func() { err = errors.Join(err, issuer.Close()) }()
	if l.written, err = traffic.Write(c, access, issuer); err != nil {
		return l, fmt.Errorf("the logs could not be written (the largest takes some %d MB in %s): %w", mostDrillLines*aboutOneLine>>20, os.TempDir(), err)
	}
	return l, nil
}

// check is the ordinary check of logs.
func (d *tokenDrill) check(ctx context.Context, l logs, say app.Logs, bare bool) (*report.Report, error) {
	c := app.CheckConfig{Targets: []string{"log:" + l.access}, Language: d.options.Language, StateDir: d.state(), Shopper: app.Shopper{Env: d.env}, Logs: say}
	if !bare {
		c.Targets = append(c.Targets, "issued:"+l.issuer, fmt.Sprintf("members:1-%d", d.members))
	}
	r, err := app.Check(ctx, c)
	if err == nil {
		err = ctx.Err()
	}
	return r, err
}

// honest is a day without a thief, with all alarms on.
func (d *tokenDrill) honest(ctx context.Context) error {
	l, err := d.write(traffic.Config{Lines: honestLines})
	if err != nil {
		return err
	}
	began := time.Now()
	seen, err := d.check(ctx, l, app.Logs{}, false)
	if err != nil {
		return err
	}
	d.falsely = map[string]int{}
	for _, f := range above(seen, tillwatch.Low) {
		d.falsely[f.Rule]++
		d.out.FalseAlarms++
		d.fail("the honest day raised %s: %s", f.Rule, f.Summary)
	}
	if len(seen.NotSeen) > 0 {
		d.fail("of the honest day something was not seen: %s", whyNot(seen.NotSeen))
	}
	d.options.tell("An honest day of %d lines, all alarms on: %d false alarms (read in %s).", l.written.Lines, d.out.FalseAlarms, time.Since(began).Round(100*time.Millisecond))
	return l.remove()
}

// against lets one thief come, and tries each of his alarms with all others switched off.
func (d *tokenDrill) against(ctx context.Context, t forger) error {
	l, err := d.write(traffic.Config{Lines: t.lines, Rate: t.rate, Attack: &t.attack})
	if err != nil {
		return err
	}
	d.options.tell("%s: %d of his requests among %d lines.", t.name, len(l.attempts), l.written.Lines)
	for _, e := range t.alarms {
		say := app.Logs{OnlyAlarms: []string{e.rule}}
		if e.bare {
			say.SessionLife = 30 * time.Minute // without the issuer's log nothing else tells it
		}
		seen, err := d.check(ctx, l, say, e.bare)
		if err != nil {
			return err
		}
		d.rows = append(d.rows, d.row(t, e, l, seen))
	}
	if t.whole {
		seen, err := d.check(ctx, l, app.Logs{}, false)
		if err != nil {
			return err
		}
		for _, incident := range seen.Incidents {
			d.out.Incidents = append(d.out.Incidents, incident.ID)
		}
		if len(seen.Incidents) != 1 {
			d.fail("with all alarms on, %q is %d incidents and not one", t.name, len(seen.Incidents))
		}
		if d.options.Leave != nil {
			page := filepath.Join(d.dir, "report.html")
			if err := errors.Join(writeHTML(page, seen, d.options.Language), d.options.Leave(ctx, Stage{Shop: l.access, Report: page})); err != nil {
				return err
			}
		}
	}
	return l.remove()
}

// row says what an alarm came to.
func (d *tokenDrill) row(t forger, e expected, l logs, seen *report.Report) tokenRow {
	row := tokenRow{thief: t.name, rule: e.rule, honest: d.falsely[e.rule]}
	var first tillwatch.Finding
	var told time.Time
	for _, f := range seen.Findings {
		if f.Rule != e.rule {
			d.fail("%s was told with all alarms off but %s", f.Rule, e.rule)
			continue
		}
		if at := toldAt(f); !row.told || at.Before(told) {
			first, told, row.told = f, at, true
		}
	}
	if !row.told {
		if e.must {
			d.fail("%s alone did not notice %q", e.rule, t.name)
		}
		return row
	}
	if !e.must {
		row.beyond = true
	}
	cause := causeOf(first, l)
	if cause < 0 && e.rule != "access/ratio" {
		d.fail("%s names a line that is not the thief's", e.rule)
		return row
	}
	if cause < 0 { // it is of many requests: those that were made until it was told
		for _, a := range l.attempts {
			if !a.At.After(told) {
				row.before++
				row.lose(a)
			}
		}
		// That is with his time stretched. At the speed of the case the shortest window must close first.
		row.before, row.lost = max(row.before, thiefRate*shortestWindow), max(row.lost, thiefRate*shortestWindow)
	} else {
		row.cause = cause + 1
		waited := max(0, int(told.Sub(l.attempts[cause].At).Seconds()*thiefRate+0.999))
		row.before = cause + waited // the thief goes on while the alarm waits, which takes as long at any speed
		for _, a := range l.attempts[:cause+1] {
			row.lose(a)
		}
		row.lost += int(float64(waited)*(1-t.attack.Unknown) + 0.999)
		if e.first != nil {
			if want := slices.IndexFunc(l.attempts, e.first); want != cause {
				d.fail("%s was caused by request %d of %q, and the first such is request %d", e.rule, cause+1, t.name, want+1)
			}
		}
	}
	if e.within > 0 && row.lost > e.within {
		d.fail("%s lost %d records to %q, and %d are the limit", e.rule, row.lost, t.name, e.within)
	}
	d.out.Alarms = append(d.out.Alarms, Alarm{
		Rule: e.rule, Layer: "access", Attack: t.name, Seconds: float64(row.before) / thiefRate, RequestsBefore: row.before, RecordsLost: row.lost,
	})
	return row
}

// causeOf is which of the thief's requests a finding names, or -1.
func causeOf(f tillwatch.Finding, l logs) int {
	for _, e := range f.Evidence {
		if e.Where == l.access && e.Line > 0 {
			return slices.IndexFunc(l.attempts, func(a traffic.Attempt) bool { return a.Line == int64(e.Line) })
		}
	}
	return -1
}

// toldAt is when the log said that a finding was told.
func toldAt(f tillwatch.Finding) time.Time {
	for _, e := range f.Evidence {
		if _, text, found := strings.Cut(e.What, "told when the log was read up to "); found {
			at, _ := time.Parse(time.RFC3339, text)
			return at
		}
	}
	return f.Since
}
