package triage

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
)

func ownShop(host string) bool { return host == "shop.example" }

func finding(rule, place string, at time.Time, evidence ...tillwatch.Evidence) tillwatch.Finding {
	return Merge(tillwatch.Finding{}, sign(rule, place, tillwatch.High, at, evidence...))
}

// attack is one that goes all the way, with days between: the order lies for three before somebody opens it.
func attack(begin time.Time, thief string) []tillwatch.Finding {
	opened := begin.Add(3 * day)
	return []tillwatch.Finding{
		finding("database/active-content", "dtb_order 4711", begin),
		finding("page/order-admin-script", "https://shop.example/admin/order/4711", opened),
		finding("files/changed", "/var/www/shop/html/js/jquery.js", opened.Add(20*time.Minute)),
		finding("page/capability-new", "https://shop.example/js/jquery.js", opened.Add(40*time.Hour), sent("https://"+thief+"/c", "https://shop.example/js/jquery.js")),
		finding("page/canary-sent", "https://shop.example/pay", opened.Add(40*time.Hour+time.Minute), sent("https://"+thief+"/c", "https://shop.example/js/jquery.js")),
	}
}

func TestOneAttackThroughAllItsStagesIsOneIncidentToldInOrder(t *testing.T) {
	all := attack(noon, "evil.example")
	incidents := Join("shop.example", all, nil, ownShop)
	if len(incidents) != 1 {
		t.Fatalf("%d incidents: %+v", len(incidents), incidents)
	}
	var rules []string
	for _, e := range incidents[0].Timeline {
		rules = append(rules, e.Rule)
	}
	want := []string{"database/active-content", "page/order-admin-script", "files/changed", "page/capability-new", "page/canary-sent"}
	if !slices.Equal(rules, want) {
		t.Errorf("told as %v", rules)
	}
	for n, e := range incidents[0].Timeline {
		if n == 0 && e.Cause != "" {
			t.Errorf("the first has a cause: %s", e.Cause)
		}
		if n > 0 && (!strings.Contains(e.Cause, "cause") || !strings.Contains(e.Cause, incidents[0].Timeline[n-1].Place)) {
			t.Errorf("%s: %q does not name what came before", e.Rule, e.Cause)
		}
	}
	if !incidents[0].Opened.Equal(noon) {
		t.Errorf("opened %v", incidents[0].Opened)
	}
}

func TestAStageThatNobodySawLeavesItOneAttack(t *testing.T) {
	all := attack(noon, "evil.example")
	for i := range all {
		rest := slices.Delete(slices.Clone(all), i, i+1)
		if incidents := Join("shop.example", rest, nil, ownShop); len(incidents) != 1 {
			t.Errorf("without %s: %d incidents", all[i].Rule, len(incidents))
		}
	}
	if incidents := Join("shop.example", []tillwatch.Finding{all[0], all[4]}, nil, ownShop); len(incidents) != 1 {
		t.Errorf("the first and the last alone: %d incidents", len(incidents))
	}
}

func TestCauses(t *testing.T) {
	const row, admin, file, script, leak = "database/active-content", "page/order-admin-script", "files/webshell", "page/host-new", "page/canary-sent"
	for name, c := range map[string]struct {
		a, b  string
		after time.Duration
		one   bool
	}{
		"an order that is opened after the holidays":          {row, admin, 16 * day, true},
		"an order that is opened next season":                 {row, admin, 60 * day, false},
		"an order, and a file two weeks later":                {row, file, 14 * day, true},
		"an order, and a file a month later":                  {row, file, 30 * day, false},
		"the thief comes back at the weekend":                 {admin, file, 5 * day, true},
		"a month after the admin page":                        {admin, file, 30 * day, false},
		"a file, and the walk of the next night":              {file, script, 30 * time.Hour, true},
		"a file, and a script a week later":                   {file, script, 7 * day, false},
		"a script that waits a day":                           {script, leak, 26 * time.Hour, true},
		"an effect that was seen a little before its cause":   {file, leak, -30 * time.Minute, true},
		"an effect long before its cause":                     {file, leak, -5 * time.Hour, false},
		"two of one stage, days apart":                        {file, "files/changed", 2 * day, false},
		"two orders, days apart":                              {row, row, 2 * day, false},
		"a key in a repository at the same minute":            {"source/key-active", leak, time.Minute, false},
		"a forged token at the same minute":                   {"access/token-unissued", leak, time.Minute, false},
		"a leak, and then a look that did not take place":     {leak, "watch/not-looked", time.Minute, false},
		"a forged token, and a member who does not exist":     {"access/token-unissued", "access/member-unknown", time.Minute, true},
		"a retired key in a repository, and then its use":     {"source/key-revoked", "access/key-retired", time.Minute, true},
		"code in the database, and the leak from it":          {"database/executable-changed", leak, day, true},
		"an admin at an odd hour, and then another file":      {"access/admin", file, time.Hour, true},
		"an order's script, and a weakness that is not of it": {row, "source/pattern", time.Minute, false},
	} {
		all := []tillwatch.Finding{finding(c.a, "place a", noon), finding(c.b, "place b", noon.Add(c.after))}
		if strings.HasPrefix(c.a, "access/token") {
			all[1].Place = "https://shop.example/api"
		}
		Join("shop.example", all, nil, ownShop)
		one := all[0].Incident == all[1].Incident
		if one != c.one {
			t.Errorf("%s: one incident %v, want %v", name, one, c.one)
		}
	}
}

func TestTwoAttacksOnOneShopStayTwo(t *testing.T) {
	first, second := attack(noon, "evil.example"), attack(noon.Add(60*day), "other.example")
	for i := range second {
		second[i].Place += " (second)"
		for n := range second[i].Evidence {
			second[i].Evidence[n].Where = "https://shop.example/js/other.js"
		}
	}
	second[2].Place = "/var/www/shop/html/js/other.js"
	all := slices.Concat(first, second)
	if incidents := Join("shop.example", all, nil, ownShop); len(incidents) != 2 {
		t.Errorf("%d incidents", len(incidents))
	}
	// and one that names only another stranger, a day after the first has leaked
	late := finding("page/canary-sent", "https://shop.example/other", first[4].Since.Add(day), sent("https://third.example/", "https://cdn.example/x.js"))
	apart := []tillwatch.Finding{first[3], first[4], late}
	if incidents := Join("shop.example", apart, nil, ownShop); len(incidents) != 2 {
		t.Errorf("two leaks to two strangers: %d incidents", len(incidents))
	}
}

func TestAFileAndWhatIsServedFromItAreOneWhateverTheTime(t *testing.T) {
	for _, c := range []struct {
		file, script string
		one          bool
	}{
		{"/var/www/shop/html/js/cart.js", "https://shop.example/js/cart.js?v=3", true},
		{"shop/cart.js", "https://shop.example/cart.js", true},
		{"shop/checkout.php", "https://shop.example/checkout.php", true},
		{"shop/js/cart.js", "https://shop.example/other/cart.js", false},
		{"shop/js/cart.js", "https://stranger.example/js/cart.js", false},
		{"shop/pay", "https://shop.example/pay", false},
	} {
		all := []tillwatch.Finding{
			finding("files/changed", c.file, noon),
			finding("page/canary-sent", "https://shop.example/", noon.Add(90*day), sent("https://evil.example/", c.script)),
		}
		if one := len(Join("shop.example", all, nil, ownShop)) == 1; one != c.one {
			t.Errorf("%s and %s: one incident %v, want %v", c.file, c.script, one, c.one)
		}
	}
}

func TestACauseSeenAfterItsEffectIsToldBeforeIt(t *testing.T) {
	all := []tillwatch.Finding{ // as a check sees them, which looks at the storefront first
		finding("page/canary-sent", "https://shop.example/pay", noon, sent("https://evil.example/", "s")),
		finding("files/changed", "shop/a.js", noon.Add(20*time.Second)),
		finding("database/active-content", "dtb_order 1", noon.Add(40*time.Second)),
	}
	incidents := Join("shop.example", all, nil, ownShop)
	var rules []string
	for _, e := range incidents[0].Timeline {
		rules = append(rules, e.Rule)
	}
	if want := []string{"database/active-content", "files/changed", "page/canary-sent"}; len(incidents) != 1 || !slices.Equal(rules, want) {
		t.Errorf("told as %v", rules)
	}
}

// TestTheOrderOfArrivalDoesNotMatter hands findings over one at a time, as a watch gets them, in every order that chance
// makes: in the end the same findings are together, and each incident is told in the same words. An ID that was told
// never changes.
func TestTheOrderOfArrivalDoesNotMatter(t *testing.T) {
	other := attack(noon.Add(100*day), "third.example")
	for i := range other {
		other[i].Place += "#2"
		other[i].Evidence = nil
	}
	all := slices.Concat(attack(noon, "evil.example"), other, []tillwatch.Finding{
		finding("source/key-active", "git key", noon), finding("watch/not-looked", "shop", noon.Add(time.Hour)),
		finding("page/typing-dependent", "https://shop.example/x", noon.Add(50*day), sent("https://replay.example/", "r")),
	})
	want := Join("shop.example", slices.Clone(all), nil, ownShop)
	random := rand.New(rand.NewPCG(3, 4))
	for round := range 60 {
		order := random.Perm(len(all))
		var have []tillwatch.Finding
		var told []tillwatch.Incident
		for _, n := range order {
			before := slices.Clone(have)
			have = append(have, all[n])
			now := Join("shop.example", have, told, ownShop)
			for i, old := range told {
				if now[i].ID != old.ID {
					t.Fatalf("round %d: incident %d was %s and is %s", round, i, old.ID, now[i].ID)
				}
				for _, e := range old.Timeline {
					if old.Into == "" && now[i].Into == "" && !slices.ContainsFunc(now[i].Timeline, func(o tillwatch.Event) bool { return o.Rule == e.Rule && o.Place == e.Place }) {
						t.Fatalf("round %d: %s is no longer told", round, e.Rule)
					}
				}
			}
			for i, f := range before {
				if f.Incident != "" && standingID(now, f.Incident) != have[i].Incident {
					t.Fatalf("round %d: %s was in %s and is in %s", round, f.Rule, f.Incident, have[i].Incident)
				}
			}
			told = now
		}
		var stories, expected []string
		for _, i := range told {
			if i.Into == "" {
				stories = append(stories, story(i))
			}
		}
		for _, i := range want {
			expected = append(expected, story(i))
		}
		slices.Sort(stories)
		slices.Sort(expected)
		if !reflect.DeepEqual(stories, expected) {
			t.Fatalf("round %d, order %v:\n%s\nwant\n%s", round, order, strings.Join(stories, "\n\n"), strings.Join(expected, "\n\n"))
		}
	}
}

func standingID(incidents []tillwatch.Incident, id string) string {
	return incidents[standing(incidents, id)].ID
}

func story(i tillwatch.Incident) string {
	text := fmt.Sprintln(i.Opened, i.Severity)
	for _, e := range i.Timeline {
		text += fmt.Sprintln(e.At, e.Rule, e.Place, e.Cause)
	}
	return text
}

func TestWhatWasToldAsOneStaysOne(t *testing.T) {
	a, b := finding("page/canary-sent", "p", noon), finding("files/skimmer", "q", noon.Add(time.Minute))
	all := []tillwatch.Finding{a, b}
	told := Join("shop.example", all, nil, ownShop)
	all[1].Since = noon.Add(90 * day)
	again := Join("shop.example", all, told, ownShop)
	if len(again) != 1 || all[0].Incident != all[1].Incident {
		t.Errorf("%+v", again)
	}
}

func TestWhatAPersonWroteStaysInTheTimeline(t *testing.T) {
	all := []tillwatch.Finding{finding("page/canary-sent", "p", noon)}
	told := Join("shop.example", all, nil, ownShop)
	told[0].Timeline = append(told[0].Timeline, tillwatch.Event{At: noon.Add(time.Minute), What: "a customer called"})
	all = append(all, finding("files/skimmer", "q", noon.Add(-2*time.Minute)))
	again := Join("shop.example", all, told, ownShop)
	if len(again) != 1 || len(again[0].Timeline) != 3 || again[0].Timeline[2].What != "a customer called" {
		t.Errorf("%+v", again[0].Timeline)
	}
}

func TestAnIDIsNotUsedForTwo(t *testing.T) {
	f := finding("page/canary-sent", "p", noon)
	first := Join("shop.example", []tillwatch.Finding{f}, nil, ownShop)
	second := Join("shop.example", []tillwatch.Finding{f}, first, ownShop) // the same again, and nobody says that it is of the first
	if len(second) != 2 || second[0].ID == second[1].ID {
		t.Errorf("%+v", second)
	}
}
