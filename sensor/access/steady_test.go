package access

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
)

var stampOf = regexp.MustCompile(`"time":"[^"]*"`)

// TestALineOfAnotherTimeMakesNobodyAThief writes into the midst of each log lines that say another time.
func TestALineOfAnotherTimeMakesNobodyAThief(t *testing.T) {
	t.Parallel()
	honest := newDay()
	honest.honest(1200)
	for _, at := range []string{"9999-12-31T23:59:59Z", "2038-01-19T03:14:08Z", "2026-11-03T11:30:00Z", "1969-12-31T00:00:00Z"} {
		for _, many := range []int{1, 7} {
			for name, log := range map[string]int{"access": 0, "issuer": 1} {
				d := newDay()
				d.access.Write(honest.access.Bytes())
				d.issuer.Write(honest.issuer.Bytes())
				buffer := []interface {
					String() string
					Reset()
				}{&d.access, &d.issuer}[log]
				lines := strings.SplitAfter(buffer.String(), "\n")
				for i := range many {
					n := len(lines)/3 + 5*i
					lines[n] = stampOf.ReplaceAllString(lines[n], `"time":"`+at+`"`)
				}
				access, issuer := d.files(t)
				write(t, []string{access, issuer}[log], []byte(strings.Join(lines, "")))
				s := observe(t, access, Config{With: []string{issuer}, Members: members(t, "1-4000")})
				for _, sign := range s.signs {
					if sign.Rule != "access/silence" {
						t.Errorf("%d lines of %s in the %s log: %s: %s", many, at, name, sign.Rule, sign.Summary)
					}
				}
			}
		}
	}
}

func TestSteady(t *testing.T) {
	t.Parallel()
	const m = int64(60_000)
	for name, one := range map[string]struct{ at, want []int64 }{
		"ahead":           {[]int64{1, 2, 90 * m, 3, 4}, []int64{1, 2, 2, 3, 4}},
		"first ahead":     {[]int64{90 * m, 3, 4}, []int64{90 * m, 3, 4}},
		"a pause":         {[]int64{1, 2, 90 * m, 91 * m}, []int64{1, 2, 90 * m, 91 * m}},
		"one behind":      {[]int64{90 * m, 91 * m, 1, 92 * m}, []int64{90 * m, 91 * m, 1, 92 * m}},
		"a pause, behind": {[]int64{1, 90 * m, 2, 91 * m, 92 * m}, []int64{1, 90 * m, 2, 91 * m, 92 * m}},
		"put together":    {[]int64{90 * m, 91 * m, 92 * m, 1, 2, 3, 4}, []int64{90 * m, 91 * m, 92 * m, 1, 2, 3, 4}},
		"yet to come":     {[]int64{1, 2, 1 << 60}, []int64{1, 2, 2}},
		"no time":         {[]int64{0, 5, 0}, []int64{0, 5, 0}},
		"none":            {nil, nil},
	} {
		f := &flow{source: &source{}, now: &chunk{}}
		for _, at := range one.at {
			f.now.records = append(f.now.records, record{at: at})
		}
		for i, want := range one.want {
			f.next = i
			if f.steady(); f.now.records[i].at != want {
				t.Errorf("%s: line %d is of %d, want %d", name, i, f.now.records[i].at, want)
			}
		}
	}
}

// TestBatchesThatAreSentAgain has senders that heard no answer send the same lines again, of both logs, and in the hour that a
// summer time has twice.
func TestBatchesThatAreSentAgain(t *testing.T) {
	t.Parallel()
	d := newDay()
	d.now = time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC)
	d.honest(2500)
	twice := func(text string) []byte {
		lines := strings.SplitAfter(text, "\n")
		var out strings.Builder
		for from := 0; from < len(lines); from += 500 {
			batch := strings.Join(lines[from:min(len(lines), from+500)], "")
			out.WriteString(batch)
			out.WriteString(batch)
		}
		return []byte(out.String())
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	local := func(text string) string { // as a server in Berlin writes it: the hour from two to three comes twice
		return stampOf.ReplaceAllStringFunc(text, func(s string) string {
			at, err := time.Parse("2006-01-02T15:04:05.000Z", s[8:len(s)-1])
			if err != nil {
				t.Fatal(err)
			}
			return fmt.Sprintf(`"time":"%s"`, at.In(berlin).Format("2006-01-02T15:04:05.000Z07:00"))
		})
	}
	access, issuer := d.files(t)
	write(t, access, twice(local(d.access.String())))
	write(t, issuer, twice(local(d.issuer.String())))
	s := observe(t, access, Config{With: []string{issuer}, Members: members(t, "1-4000")})
	s.quiet(t)
}

// TestAnIssuersLogThatComesAnHourLate is followed beside an access log that does not wait for it.
func TestAnIssuersLogThatComesAnHourLate(t *testing.T) {
	t.Parallel()
	d := newDay()
	f := newFollowing(t)
	f.with = []string{f.name("issuer.log")}
	put := func() {
		f.write("issuer.log", d.issuer.String())
		f.write("access.log", d.access.String())
		d.issuer.Reset()
		d.access.Reset()
	}
	bait := func() { // is judged when all before it is
		n := int(d.now.Sub(newDay().now) / time.Second)
		f.write("access.log", baitLine(n))
		f.alarm(n)
	}
	d.honest(1500)
	put()
	f.start()
	bait()
	d.honest(900) // some 50 minutes
	late := d.issuer.String()
	d.issuer.Reset()
	put()
	f.write("access.log", stampOf.ReplaceAllString(baitLine(1<<20), `"time":"2038-01-19T03:14:08Z"`)) // and somebody's clock is wrong
	f.write("access.log", strings.Repeat("\x00", 300)+"no line\n"+strings.Repeat("z", 1<<20)+"\n127.0.0.1 - - [broken\n")
	bait()
	f.write("issuer.log", late)
	d.now = d.now.Add(5 * time.Minute)
	d.honest(1)
	put()
	d.now = d.now.Add(2 * time.Minute)
	bait()
	f.until("the late log is read", func() bool {
		for _, b := range f.state.copies() {
			return strings.Contains(string(b), "issuer.log")
		}
		return false
	})
	f.stop()
	if told := f.signs("access/token-unissued"); len(told) != 0 {
		t.Errorf("unissued: %v", told)
	}
	for page := range f.signs("access/read-without-login") {
		if page != "pages /member/profile" { // which the lines with a number of their own read, and no customer alone
			t.Error(page)
		}
	}
}

func (m *shelf) copies() (all [][]byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, b := range m.held {
		all = append(all, b)
	}
	return all
}

func TestAFewLinesOfAnotherTimeAreNoSilence(t *testing.T) {
	t.Parallel()
	day := func() hours {
		h := hours{}
		for hour := int64(500_000); hour < 500_030; hour++ {
			h[hour] = 2000
		}
		return h
	}
	h := day()
	h[h0+40], h[h0+900_000], h[5] = 1, 2, 3
	if got := h.holes(); len(got) != 0 {
		t.Errorf("%+v", got)
	}
	delete(h, h0+11)
	if got := h.holes(); len(got) != 1 || got[0].from != h0+11 {
		t.Errorf("beside them: %+v", got)
	}
	h = day()
	h[h0+40] = 700
	if got := h.holes(); len(got) != 1 || got[0].from != h0+30 || got[0].to != h0+40 {
		t.Errorf("a silence that is one: %+v", got)
	}
}

const h0 = int64(500_000)
