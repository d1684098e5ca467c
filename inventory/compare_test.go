package inventory

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
)

var start = time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)

// shop is an inventory in memory that is looked at day by day.
type shop struct {
	book Book
	day  int
}

func (s *shop) look(items ...tillwatch.Item) Outcome { return s.lookAt([]string{"page"}, items...) }

func (s *shop) lookAt(scopes []string, items ...tillwatch.Item) Outcome {
	s.day++
	out := s.book.Compare(Look{
		Run: "R", At: start.AddDate(0, 0, s.day), Items: items, Scopes: scopes,
		Own:      func(host string) bool { return Registrable(host) == "shop.example" },
		Receives: func(host string) bool { return host == "pay.example" || host == "other-pay.example" },
		Imitates: func(host string, genuine []string) string {
			if host == "o1d.example" && slices.Contains(genuine, "old.example") {
				return "old.example"
			}
			return ""
		},
	})
	for _, r := range out.Records {
		i := slices.IndexFunc(s.book.Records, func(have tillwatch.Record) bool { return have.Kind == r.Kind && have.Place == r.Place })
		if i < 0 {
			s.book.Records = append(s.book.Records, r)
			continue
		}
		s.book.Records[i] = r
	}
	return out
}

func (s *shop) own(host string) bool { return Registrable(host) == "shop.example" }

func (s *shop) approveAll() int {
	added := s.book.Approve(s.book.Records, s.own)
	s.approve(added...)
	return len(added)
}

func (s *shop) approve(added ...tillwatch.Approval) {
	for _, a := range added {
		a.ID, a.At, a.Who, a.Why = int64(len(s.book.Approvals)+1), start.AddDate(0, 0, s.day).Add(time.Hour), "tanaka", "reviewed"
		s.book.Approvals = append(s.book.Approvals, a)
	}
}

const library = "https://shop.example/slick.js"

func scriptItem(place, digest string, can ...tillwatch.Capability) tillwatch.Item {
	return tillwatch.Item{Kind: "script", Place: place, Scope: "page", Digest: "sha256:" + digest, Stages: []string{"payment"}, Capabilities: can}
}

func hostItem(host string) tillwatch.Item {
	return tillwatch.Item{Kind: "host", Place: host, Scope: "page", Stages: []string{"payment"}}
}

func signs(o Outcome) string {
	var out []string
	for _, s := range o.Signs {
		out = append(out, s.Rule+" "+s.Severity.String())
	}
	return strings.Join(out, ", ")
}

func statusOf(t *testing.T, o Outcome, place string) Status {
	t.Helper()
	for _, i := range o.Items {
		if i.Place == place {
			return i.Status
		}
	}
	t.Fatalf("%s is not among the items", place)
	return ""
}

func TestWithoutAnApprovalEverythingIsNewAndNothingAnAlarm(t *testing.T) {
	var s shop
	first := s.look(scriptItem(library, "1", "reads card", "sends evil.example"), hostItem("evil.example"))
	second := s.look(scriptItem(library, "2", "reads card", "sends worse.example"), hostItem("worse.example"))
	for _, o := range []Outcome{first, second} {
		if len(o.Signs) > 0 || statusOf(t, o, library) != New {
			t.Errorf("signs %q, status %s", signs(o), statusOf(t, o, library))
		}
	}
	if len(second.Changes) != 4 { // other content, one capability more, one host gone, one added
		t.Errorf("changes %+v", second.Changes)
	}
}

func TestTheSameShopIsTheSameFiftyTimes(t *testing.T) {
	var s shop
	items := []tillwatch.Item{scriptItem(library, "1", "reads card", "sends a.example"), hostItem("a.example"), headerItem("x-frame-options: DENY\n")}
	s.look(items...)
	s.approveAll()
	want := s.look(items...)
	if signs(want) != "" || statusOf(t, want, library) != Approved || len(want.Changes) > 0 {
		t.Fatalf("signs %q, changes %+v", signs(want), want.Changes)
	}
	for n := range 50 {
		slices.Reverse(items)
		if got := s.look(items...); !reflect.DeepEqual(got.Items, want.Items) || len(got.Signs)+len(got.Changes) > 0 {
			t.Fatalf("look %d differs: %+v", n, got)
		}
	}
	if s.approveAll() != 0 {
		t.Error("there was something left to approve")
	}
}

func TestNewContentAloneIsRecorded(t *testing.T) {
	var s shop
	s.look(scriptItem(library, "1", "reads card"))
	s.approveAll()
	o := s.look(scriptItem(library, "2", "reads card"))
	if signs(o) != "" || statusOf(t, o, library) != Changed || len(o.Changes) != 1 || o.Changes[0].What != tillwatch.ContentChanged {
		t.Errorf("signs %q, status %s, changes %+v", signs(o), statusOf(t, o, library), o.Changes)
	}
	normal := tillwatch.Item{Kind: "script", Place: "inline", Scope: "page", Digest: "sha256:a", Normalised: "sha256:n"}
	s.look(scriptItem(library, "2"), normal)
	s.approveAll()
	normal.Digest = "sha256:b"
	if o := s.look(scriptItem(library, "2"), normal); statusOf(t, o, "inline") != Approved || len(o.Changes) > 0 {
		t.Errorf("what differs from answer to answer is a change: %+v", o.Changes)
	}
}

func TestCapabilitiesAreGraded(t *testing.T) {
	elsewhere := func(i tillwatch.Item) tillwatch.Item { i.Stages = []string{"home"}; return i }
	for name, c := range map[string]struct {
		then tillwatch.Item
		want string
	}{
		"reads card":                {scriptItem(library, "2", "reads card"), "page/capability-new low"},
		"one piece reads and sends": {scriptItem(library, "2", "joins card and evil.example"), "page/capability-new high"},
		"one piece reads and sends to a provider that is new": {scriptItem(library, "2", "joins card and pay.example"), "page/capability-new medium"},
		"one piece reads and sends to the provider":           {scriptItem(library, "2", "joins card and other-pay.example"), ""},
		"reads card and keeps it":                             {scriptItem(library, "2", "passes on what it reads", "reads card"), "page/capability-new high"},
		"reads card and sends":                                {scriptItem(library, "2", "reads card", "sends evil.example"), "page/capability-new high"},
		"sends from payment":                                  {scriptItem(library, "2", "sends evil.example"), "page/capability-new low"},
		"sends to a provider":                                 {scriptItem(library, "2", "sends pay.example"), "page/capability-new low"},
		"sends to the shop":                                   {scriptItem(library, "2", "sends api.shop.example"), ""},
		"what it could before":                                {scriptItem(library, "2", "sends a.example"), ""},
		"the same content does more":                          {scriptItem(library, "1", "reads card"), "page/capability-new high"},
		"a new script that does nothing":                      {scriptItem("https://shop.example/new.js", "9"), ""},
		"a new script that reads cards":                       {scriptItem("https://shop.example/new.js", "9", "passes on what it reads", "reads card"), "page/capability-new high"},
		"what puts blanks between digits":                     {scriptItem("https://shop.example/new.js", "9", "reads card"), "page/capability-new low"},
		"a stranger's that reads cards":                       {scriptItem("https://new.example/new.js", "9", "reads card"), "page/capability-new medium"},
		"a tokeniser of the provider's":                       {scriptItem("https://shop.example/new.js", "9", "reads card", "sends pay.example"), "page/capability-new low"},
		"a worker that keeps copies":                          {scriptItem("https://shop.example/sw.js", "9"), ""},
		"a worker that reads requests":                        {scriptItem("https://shop.example/sw.js", "9", "reads requests", "sends new.example"), "page/capability-new high"},
		"a worker that changes pages":                         {scriptItem("https://shop.example/sw.js", "9", "rewrites pages"), "page/capability-new high"},
		"a new script on another page":                        {elsewhere(scriptItem("https://shop.example/new.js", "9", "sends evil.example")), "page/capability-new low"},
		"code that is executed by a file":                     {tillwatch.Item{Kind: "file", Place: "/a.php", Scope: "page", Capabilities: []tillwatch.Capability{"executes"}}, "page/capability-new medium"},
	} {
		var s shop
		s.look(scriptItem(library, "1", "sends a.example"), hostItem("other-pay.example"))
		s.approveAll()
		o := s.look(c.then, hostItem("other-pay.example"))
		if got := signs(o); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if o := s.look(c.then, hostItem("other-pay.example")); signs(o) != c.want {
			t.Errorf("%s, the second time: %q, want %q", name, signs(o), c.want)
		}
		if s.approveAll(); signs(s.look(c.then)) != "" {
			t.Errorf("%s: still an alarm after it was approved", name)
		}
	}
}

func TestWhatAScriptDidOnceItCanDo(t *testing.T) {
	var s shop
	s.look(scriptItem(library, "1"))
	s.approveAll()
	s.look(scriptItem(library, "2", "reads card", "sends evil.example"))
	if o := s.look(scriptItem(library, "2")); signs(o) != "page/capability-new high" {
		t.Errorf("a skimmer that fires now and then is forgotten: %q", signs(o))
	}
	if o := s.look(scriptItem(library, "1")); signs(o) != "" || statusOf(t, o, library) != Approved {
		t.Errorf("put back, it is still an alarm: %q", signs(o))
	}
}

func TestKnownItemsKeepWhatTheyCouldBeforeTheFirstApproval(t *testing.T) {
	var s shop
	known := scriptItem("https://shop.example/old.js", "1", "sends a.example")
	s.look(scriptItem(library, "1"), known)
	s.approve(s.book.Approve(s.book.Records[:1], s.own)...)
	if o := s.look(scriptItem(library, "1"), known); signs(o) != "" || statusOf(t, o, known.Place) == Approved && statusOf(t, o, library) == Approved {
		t.Errorf("signs %q", signs(o))
	}
	known.Capabilities = []tillwatch.Capability{"reads card"}
	if o := s.look(scriptItem(library, "1"), known); signs(o) != "page/capability-new high" {
		t.Errorf("signs %q", signs(o))
	}
}

func TestHostsThatWereNotThere(t *testing.T) {
	for name, c := range map[string]struct {
		items []tillwatch.Item
		want  string
	}{
		"a script from it":  {[]tillwatch.Item{hostItem("new.example"), scriptItem("https://new.example/a.js", "5")}, "page/host-new low"},
		"one that reads":    {[]tillwatch.Item{hostItem("new.example"), scriptItem("https://new.example/a.js", "5", "reads card")}, "page/capability-new medium, page/host-new high"},
		"read by another":   {[]tillwatch.Item{hostItem("new.example"), scriptItem("https://shop.example/a.js", "5", "reads card", "sends new.example")}, "page/capability-new high, page/host-new high"},
		"an imitation":      {[]tillwatch.Item{hostItem("o1d.example")}, "page/host-new high"},
		"only asked":        {[]tillwatch.Item{hostItem("new.example")}, "page/host-new low"},
		"a provider":        {[]tillwatch.Item{hostItem("pay.example"), scriptItem("https://pay.example/a.js", "5")}, ""},
		"the shop's":        {[]tillwatch.Item{hostItem("cdn.shop.example"), scriptItem("https://cdn.shop.example/a.js", "5")}, ""},
		"there all along":   {[]tillwatch.Item{hostItem("old.example")}, ""},
		"under a name of a": {[]tillwatch.Item{hostItem("shop.example.new.example"), scriptItem("https://shop.example.new.example/a.js", "5")}, "page/host-new low"},
	} {
		var s shop
		s.look(scriptItem(library, "1"), hostItem("old.example"))
		s.approveAll()
		if got := signs(s.look(c.items...)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestARuleApprovesEveryVersionAndNoMoreThanItSays(t *testing.T) {
	var s shop
	s.look(scriptItem(library, "1"))
	s.approveAll()
	rule, err := ParseRule("script", "https://js.sdk.example/*", []string{"sends self"})
	if err != nil {
		t.Fatal(err)
	}
	s.approve(rule)
	const sdk = "https://js.sdk.example/v3/"
	items := []tillwatch.Item{hostItem("js.sdk.example"), hostItem("api.sdk.example")}
	for _, digest := range []string{"7", "8"} {
		o := s.look(append(items, scriptItem(sdk, digest, "sends api.sdk.example"))...)
		if statusOf(t, o, sdk) != Approved || strings.Contains(signs(o), "capability") || strings.Contains(signs(o), "medium") {
			t.Errorf("version %s: %s, %q", digest, statusOf(t, o, sdk), signs(o))
		}
	}
	o := s.look(append(items, scriptItem(sdk, "9", "reads card"))...)
	if statusOf(t, o, sdk) != Changed || !strings.Contains(signs(o), "page/capability-new high") {
		t.Errorf("beyond the rule: %s, %q", statusOf(t, o, sdk), signs(o))
	}
	s.approve(tillwatch.Approval{Withdraws: 2})
	if o := s.look(append(items, scriptItem(sdk, "7"))...); statusOf(t, o, sdk) != New {
		t.Errorf("withdrawn, it is %s", statusOf(t, o, sdk))
	}
}

func TestOnlyAPassCallsSomethingGone(t *testing.T) {
	var s shop
	s.look(scriptItem(library, "1"), hostItem("a.example"))
	s.approveAll()
	if o := s.lookAt(nil); len(o.Items) != 0 || len(o.Changes) != 0 {
		t.Errorf("without a pass: %+v", o)
	}
	if o := s.lookAt([]string{"another page"}); len(o.Items) != 0 {
		t.Errorf("with a pass of something else: %+v", o)
	}
	o := s.look(hostItem("a.example"))
	if statusOf(t, o, library) != Gone || len(o.Changes) != 1 || o.Changes[0].What != tillwatch.Removed {
		t.Errorf("%+v", o)
	}
	if o := s.look(hostItem("a.example")); statusOf(t, o, library) != Gone || len(o.Changes) != 0 {
		t.Errorf("the second time: %+v", o)
	}
	if n := s.approveAll(); n != 1 {
		t.Errorf("%d approvals", n)
	}
	if o := s.look(hostItem("a.example")); len(o.Items) != 1 {
		t.Errorf("approved as gone, it is still told of: %+v", o.Items)
	}
	if o := s.look(hostItem("a.example"), scriptItem(library, "1")); len(o.Changes) != 1 || o.Changes[0].What != tillwatch.Returned {
		t.Errorf("back again: %+v", o.Changes)
	}
}

func TestOldContentsAreForgottenBeforeApprovedOnes(t *testing.T) {
	var s shop
	s.look(scriptItem(library, "approved"))
	s.approveAll()
	for n := range 3 * maxVersions {
		s.look(scriptItem(library, strings.Repeat("x", n+1)))
	}
	r := s.book.Records[0]
	if len(r.Versions) > maxVersions || !slices.ContainsFunc(r.Versions, func(v tillwatch.Version) bool { return v.ID() == "sha256:approved" }) {
		t.Errorf("%d versions, the approved one among them: no", len(r.Versions))
	}
}

func headerItem(value string) tillwatch.Item {
	return tillwatch.Item{Kind: "header", Place: "payment page of https://shop.example", Scope: "page", Digest: "sha256:" + value, Value: value, Stages: []string{"payment"}}
}

func TestWeakerHeadersAreTold(t *testing.T) {
	for name, c := range map[string]struct{ before, after, want string }{
		"policy gone":     {"content-security-policy: script-src 'self'\n", "", "page/header-weakened high"},
		"wildcard":        {"content-security-policy: script-src 'self'\n", "content-security-policy: script-src 'self' *\n", "page/header-weakened high"},
		"one host more":   {"content-security-policy: script-src 'self'\n", "content-security-policy: script-src 'self' evil.example\n", "page/header-weakened low"},
		"forms elsewhere": {"content-security-policy: form-action 'self'\n", "content-security-policy: form-action 'self' evil.example\n", "page/header-weakened medium"},
		"trusted types":   {"content-security-policy: require-trusted-types-for 'script'; script-src 'self'\n", "content-security-policy: script-src 'self'\n", "page/header-weakened medium"},
		"only reported":   {"content-security-policy: script-src 'self'\n", "content-security-policy-report-only: script-src 'self'\n", "page/header-weakened high"},
		"stricter":        {"content-security-policy: script-src 'self' a.example; connect-src *\n", "content-security-policy: script-src 'self'; connect-src 'self'; base-uri 'none'\n", ""},
		"framed":          {"x-frame-options: DENY\n", "", "page/header-weakened medium"},
		"referrer":        {"referrer-policy: no-referrer\n", "referrer-policy: unsafe-url\n", "page/header-weakened low"},
		"stronger":        {"x-frame-options: SAMEORIGIN\n", "x-frame-options: DENY\n", ""},
		"only in a meta":  {"content-security-policy: script-src 'self'\n", "meta content-security-policy: script-src 'self'\n", "page/header-weakened medium"},
	} {
		var s shop
		s.look(headerItem(c.before))
		s.approveAll()
		o := s.look(headerItem(c.after))
		if got := signs(o); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if name == "only in a meta" && !strings.Contains(o.Signs[0].Evidence[len(o.Signs[0].Evidence)-1].What, "report-uri") {
			t.Errorf("nothing said of what a meta element cannot do: %+v", o.Signs[0].Evidence)
		}
		if s.approveAll(); signs(s.look(headerItem(c.after))) != "" {
			t.Errorf("%s: still told of after it was approved", name)
		}
	}
}

func TestMissedLooks(t *testing.T) {
	day := 24 * time.Hour
	runs := []tillwatch.Run{
		{Started: start, Complete: true},
		{Started: start.Add(7*day + time.Hour), Complete: true},
		{Started: start.Add(14 * day)},
		{Started: start.Add(30 * day), Complete: true},
	}
	got := Missed(runs, 7*day, start.Add(31*day))
	if len(got) != 1 || got[0].Missed != 3 {
		t.Errorf("got %+v", got)
	}
	if got := Missed(runs, 7*day, start.Add(60*day)); len(got) != 2 {
		t.Errorf("nobody has looked since, but got %+v", got)
	}
	if Missed(nil, 7*day, start) != nil || Missed(runs, 0, start) != nil {
		t.Error("something missed without looks or without an interval")
	}
}
