package drill

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/tillwatch/tillwatch/drill/traffic"
)

// forger is somebody who makes tokens, and the alarms that are tried against him, each alone.
type forger struct {
	name   string
	lines  int64
	rate   float64 // lines a second; 0: as is usual
	attack traffic.Attack
	alarms []expected
	whole  bool // with all alarms on, too
}

// expected is an alarm that is tried.
type expected struct {
	rule   string
	must   bool                       // the drill is not passed where it is silent
	bare   bool                       // the access log alone: no issuer's log, no list of members
	first  func(traffic.Attempt) bool // what causes it; nil where that is not one request
	within int                        // most records that may be lost; 0: not bounded
}

// forgers are those of the case, in variations.
func (d *tokenDrill) forgers() []forger {
	const share = 0.0002
	n := int64(d.members)
	first := func(traffic.Attempt) bool { return true }
	nobody := func(a traffic.Attempt) bool { return a.Member > n }
	bait := func(a traffic.Attempt) bool {
		_, is := slices.BinarySearch(d.plan.IDs, uint64(a.Member))
		return is
	}
	unissued := expected{rule: "access/token-unissued", must: true, first: first}
	unknown := expected{rule: "access/member-unknown", must: true, first: nobody}
	noLogin := expected{rule: "access/read-without-login", must: true, first: first}
	maybe := func(rules ...string) (all []expected) {
		for _, rule := range rules {
			all = append(all, expected{rule: rule})
		}
		return all
	}
	three := []expected{unissued, unknown, noLogin}
	// Of canaries only the number of requests counts, so he comes more often there: no honest line lies between that would
	// matter, and the logs can be short.
	const often = 0.02
	certain := expected{rule: "access/canary-read", must: true, first: bait, within: int(2*d.plan.Block) + 1}
	return []forger{
		{
			name: "as in the case", lines: 1_000_000, whole: true, alarms: append(three, maybe("access/scan", "access/ratio")...),
			attack: traffic.Attack{From: 400_000, Share: share, Addresses: 10_000, Unknown: 0.57},
		},
		{name: "slow (0.001 % of lines)", lines: 2_000_000, alarms: three, attack: traffic.Attack{From: 400_000, Share: 0.00001, Addresses: 10_000, Unknown: 0.57}},
		{name: "each request from another address", lines: 1_000_000, alarms: three, attack: traffic.Attack{From: 400_000, Share: share, Unknown: 0.57}},
		{
			name: "only existing members, each from another address", lines: mostDrillLines, attack: traffic.Attack{From: 2_600_000, Share: share},
			alarms: []expected{unissued, noLogin, {rule: "access/member-unknown"}, {rule: "access/ratio", must: true, bare: true, within: 20_000}},
		},
		{
			name: "replays tokens that were issued", lines: 1_000_000, attack: traffic.Attack{From: 400_000, Share: share, Addresses: 10_000, Replay: true},
			alarms: maybe("access/token-unissued", "access/member-unknown", "access/read-without-login", "access/scan", "access/ratio"),
		},
		{
			name: "with a retired key", lines: 500_000, attack: traffic.Attack{From: 300_000, Share: share, Addresses: 10_000, Unknown: 0.57, Key: retiredKey},
			alarms: []expected{{rule: "access/key-retired", must: true, first: first}},
		},
		{
			name: "with the decoy key", lines: 500_000, attack: traffic.Attack{From: 300_000, Share: share, Addresses: 10_000, Unknown: 0.57, Key: d.decoy},
			alarms: []expected{{rule: "access/key-decoy", must: true, first: first}},
		},
		{
			name: "numbers in turn", lines: 400_000, attack: traffic.Attack{From: 100_000, Share: often, Addresses: 10_000, Unknown: 0.57, InOrder: true},
			alarms: append([]expected{certain}, maybe("access/scan")...),
		},
		{
			name: "existing members at random", lines: 400_000, attack: traffic.Attack{From: 100_000, Share: 2 * often, Addresses: 10_000},
			alarms: []expected{{rule: "access/canary-read", must: true, first: bait}},
		},
		{
			name: "numbers in turn, from one address", lines: 400_000, attack: traffic.Attack{From: 300_000, Share: share, Addresses: 1, InOrder: true},
			alarms: []expected{{rule: "access/scan", must: true}},
		},
	}
}

// tokenRow is what one alarm alone came to.
type tokenRow struct {
	thief, rule string
	told        bool
	beyond      bool // it was not asked for
	cause       int  // the request that caused it, from 1; 0: many together
	before      int  // requests until it was told, at the speed of the case
	lost        int
	honest      int
}

func (r *tokenRow) lose(a traffic.Attempt) {
	if a.Exists {
		r.lost++
	}
}

// table tells what each alarm came to.
func (d *tokenDrill) table() {
	var text bytes.Buffer
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\nthief\talarm, alone\tcaused by request\trequests before it\trecords lost\ttime at 8/s\tfalse alarms, honest day")
	last := ""
	for _, r := range d.rows {
		name := r.thief
		if name == last {
			name = ""
		}
		last = r.thief
		if !r.told {
			fmt.Fprintf(w, "%s\t%s\tsilent\t\t\t\t%d\n", name, r.rule, r.honest)
			continue
		}
		cause := "many together"
		if r.cause > 0 {
			cause = fmt.Sprint(r.cause)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%d\t%s\t%d\n", name, r.rule, cause, r.before, r.lost, seconds(float64(r.before)/thiefRate), r.honest)
	}
	fmt.Fprintf(w, "the case\tnone: a customer's e-mail\t\t\t%d accounts\t%d days\t\n", tokenCase.RecordsLost, tokenCase.UnnoticedDays)
	_ = w.Flush() // into memory
	d.options.tell("%s", strings.TrimRight(text.String(), "\n"))
	d.options.tell("\nA token or a read without a record is told of after a minute of grace, in which the record may still come: that minute is counted.\nA replayed token was issued, its member exists and logged in: only what binds a token to its client stops that.")
}
