package access

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestExemptionsOfTheOperator(t *testing.T) {
	t.Parallel()
	e, err := ParseExempt("backup, network=192.0.2.7, key=k9,agent=Mozilla/5.0 (a, b)")
	if want := (Exempt{Name: "backup", Network: "192.0.2.7", Key: "k9", Agent: "Mozilla/5.0 (a, b)"}); err != nil || e != want {
		t.Errorf("%+v, %v", e, err)
	}
	for _, text := range []string{"", "backup", "network=1.2.3.4", "backup,agent=curl", "backup,network=here", "backup,netwrok=1.2.3.4", "backup,key="} {
		if _, err := ParseExempt(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

// TestWhoReadsNothingButTheNextNumberIsTold has a log in which there is nobody but the thief: no other member says how high
// the numbers go. A shop whose every request comes through one address has members of old among the new.
func TestWhoReadsNothingButTheNextNumberIsTold(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC)
	lines := func(member func(n int) int) string {
		var b strings.Builder
		for n := range 3000 {
			b.WriteString(combinedLine(at.Add(time.Duration(n)*time.Second), "203.0.113.7", "GET", fmt.Sprintf("/api/customers/%d/addresses", member(n)), 200, "-") + "\n")
		}
		return b.String()
	}
	if s := observeText(t, lines(func(n int) int { return 20_000 + n }), Config{}); s.of("access/scan") == nil || s.of("access/scan").Subjects.Min < 2900 {
		t.Errorf("one number after the other: %+v", s.signs)
	}
	mixed := func(n int) int { // most are members of old, in no order
		if n%30 == 0 {
			return 20_000 + n/30
		}
		return 1 + n*7919%20_000
	}
	if s := observeText(t, lines(mixed), Config{}); s.of("access/scan") != nil {
		t.Errorf("those who register among others: %+v", s.of("access/scan"))
	}
}

// TestAnExportIsExcusedAndCounted has the same reads by somebody who may, and by somebody who may not.
func TestAnExportIsExcusedAndCounted(t *testing.T) {
	t.Parallel()
	read := func(client string) string {
		var b strings.Builder
		at := time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC)
		b.WriteString(combinedLine(at, "198.51.100.9", "GET", "/api/customers/900000/addresses", 200, "-") + "\n")
		for n := range 600 {
			b.WriteString(combinedLine(at.Add(time.Duration(n)*time.Second), client, "GET", fmt.Sprintf("/api/customers/%d/addresses", 20_000+n), 200, "-") + "\n")
		}
		return b.String()
	}
	c := Config{Exempt: []Exempt{{Name: "export", Network: "192.0.2.7"}}}
	if s := observeText(t, read("192.0.2.7"), c); s.of("access/scan") != nil || s.of("access/exempt") == nil || s.of("access/exempt").Count < 512 {
		t.Errorf("excused: %+v", s.signs)
	}
	if s := observeText(t, read("203.0.113.7"), c); s.of("access/scan") == nil || s.of("access/exempt") != nil {
		t.Errorf("not excused: %+v", s.signs)
	}
}

// TestWithoutAListOfMembersNobodyIsAStranger has the question fail, and then be answered.
func TestWithoutAListOfMembersNobodyIsAStranger(t *testing.T) {
	t.Parallel()
	f := newFollowing(t)
	var answers atomic.Bool
	f.set = func(c *Config) {
		c.RefreshEvery = time.Millisecond
		c.Refresh = func(context.Context) (*Members, error) {
			if !answers.Load() {
				return nil, errors.New("the database is down")
			}
			m := &Members{AsOf: time.Date(2026, 11, 3, 8, 0, 0, 0, time.UTC)}
			m.AddRange(1, 20)
			return m, nil
		}
	}
	stranger := strings.ReplaceAll(baitLine(0), `"sub":"1"`, `"sub":"999999999"`)
	f.write("access.log", stranger)
	f.start()
	f.alarm(0)
	f.until("it is said", func() bool {
		return strings.Contains(f.gaps(), "whether members exist is not known: the database is down")
	})
	if got := f.signs("access/member-unknown"); len(got) != 0 {
		t.Errorf("told without a list: %v", got)
	}
	answers.Store(true)
	f.until("a stranger is told", func() bool {
		f.write("access.log", stranger)
		return len(f.signs("access/member-unknown")) == 1
	})
	f.stop()
}
