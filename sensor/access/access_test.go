package access

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/tillwatch/tillwatch"
)

// shopDay writes logs as a shop would: JSON access lines, and the issuer's.
type shopDay struct {
	now    time.Time
	access bytes.Buffer
	issuer bytes.Buffer
	serial int
}

func newDay() *shopDay { return &shopDay{now: time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC)} }

func (d *shopDay) stamp() string { return d.now.Format("2006-01-02T15:04:05.000Z") }

func (d *shopDay) issue(member int, sid string) string {
	d.serial++
	jti := fmt.Sprintf("t%06d", d.serial)
	fmt.Fprintf(&d.issuer, `{"time":"%s","event":"issue","kid":"k1","jti":"%s","sub":"%d","sid":"%s","exp":%d}`+"\n", d.stamp(), jti, member, sid, d.now.Unix()+3600)
	return jti
}

func (d *shopDay) read(member int, jti, sid, page, client string) {
	d.readKey(member, jti, sid, page, client, "k1", 200)
}

func (d *shopDay) readKey(member int, jti, sid, page, client, kid string, status int) {
	fmt.Fprintf(&d.access, `{"time":"%s","remote_addr":"%s","method":"GET","uri":"%s","status":%d,"sub":"%d","jti":"%s","kid":"%s","sid":"%s"}`+"\n",
		d.stamp(), client, page, status, member, jti, kid, sid)
}

// honest lets members log in and read what is theirs, for some hours: thousands of them behind one address.
func (d *shopDay) honest(visits int) {
	for i := range visits {
		member := i*7919%4000 + 1
		sid := fmt.Sprintf("s%d", i)
		jti := d.issue(member, sid)
		for _, page := range []string{"/member/profile", "/member/addresses", "/member/orders"} {
			d.now = d.now.Add(500 * time.Millisecond)
			d.read(member, jti, sid, page, "198.51.100.7")
		}
		d.now = d.now.Add(2 * time.Second)
	}
}

func (d *shopDay) files(t *testing.T) (access, issuer string) {
	t.Helper()
	dir := t.TempDir()
	access, issuer = filepath.Join(dir, "access.log"), filepath.Join(dir, "issuer.log")
	write(t, access, d.access.Bytes())
	write(t, issuer, d.issuer.Bytes())
	return access, issuer
}

func write(t *testing.T, name string, text []byte) {
	t.Helper()
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

type seen struct {
	signs []tillwatch.Sign
	gaps  []tillwatch.Gap
	facts []string
}

func (s *seen) of(rule string) *tillwatch.Sign {
	for i := range s.signs {
		if s.signs[i].Rule == rule {
			return &s.signs[i]
		}
	}
	return nil
}

func observe(t *testing.T, place string, c Config) *seen {
	t.Helper()
	s := &seen{}
	c.Fact = func(name, value string) { s.facts = append(s.facts, name+": "+value) }
	sensor, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	err = sensor.Observe(t.Context(), tillwatch.Target{Kind: tillwatch.KindLog, Place: place}, func(o tillwatch.Observation) error {
		switch o := o.(type) {
		case tillwatch.Sign:
			s.signs = append(s.signs, o)
		case tillwatch.Gap:
			s.gaps = append(s.gaps, o)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *seen) quiet(t *testing.T) {
	t.Helper()
	for _, sign := range s.signs {
		if sign.Severity == tillwatch.Info {
			continue // a record, and no alarm
		}
		t.Errorf("alarm: %s at %s: %s", sign.Rule, sign.Place, sign.Summary)
	}
	for _, gap := range s.gaps {
		t.Errorf("gap: %s: %s", gap.Place, gap.Why)
	}
}

func members(t *testing.T, text string) *Members {
	t.Helper()
	m, err := ReadMembers(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestAnHonestDayIsQuiet(t *testing.T) {
	t.Parallel()
	d := newDay()
	d.honest(4000)
	access, issuer := d.files(t)
	s := observe(t, access, Config{With: []string{issuer}, Members: members(t, "1-4000")})
	s.quiet(t)
	if all := strings.Join(s.facts, "\n"); !strings.Contains(all, "lines: 16,000 (JSON 16,000)") || strings.Contains(all, "not judged") || !strings.Contains(all, "members read: 4,000 on 12,000 pages") ||
		!strings.Contains(all, "issued tokens: 4,000 known, all of them exactly") {
		t.Errorf("facts:\n%s", all)
	}
}

func TestAForgedTokenIsFoundAtItsFirstUse(t *testing.T) {
	t.Parallel()
	d := newDay()
	d.honest(2500)
	for i := range 5 {
		d.read(10+700*i, fmt.Sprintf("forged%d", i), fmt.Sprintf("x%d", i), "/member/addresses", fmt.Sprintf("203.0.%d.9", i))
		d.honest(3)
	}
	access, issuer := d.files(t)
	s := observe(t, access, Config{With: []string{issuer}, Members: members(t, "1-4000")})
	for rule, line := range map[string]int{"access/token-unissued": 7501, "access/read-without-login": 7501} {
		sign := s.of(rule)
		if sign == nil {
			t.Errorf("no %s", rule)
			continue
		}
		if sign.Evidence[0].Line != line || sign.Evidence[0].Where != access || sign.Count != 5 || sign.Subjects.Min != 5 ||
			sign.Certainty != tillwatch.Certain || sign.Severity != tillwatch.Critical || strings.Join(sign.Data, " ") != "name phone address" {
			t.Errorf("%s: %+v", rule, sign)
		}
	}
	if s.of("access/member-unknown") != nil || s.of("access/scan") != nil {
		t.Errorf("more was told than is there: %+v", s.signs)
	}
}

func TestTheIssuersLineMayComeAMinuteLate(t *testing.T) {
	t.Parallel()
	d := newDay()
	d.honest(2500)
	d.read(7, "late", "late-s", "/member/profile", "192.0.2.1")
	d.now = d.now.Add(40 * time.Second)
	fmt.Fprintf(&d.issuer, `{"time":"%s","event":"issue","kid":"k1","jti":"late","sub":"7","sid":"late-s","exp":%d}`+"\n", d.stamp(), d.now.Unix()+3600)
	d.honest(200)
	access, issuer := d.files(t)
	if s := observe(t, access, Config{With: []string{issuer}}); s.of("access/token-unissued") != nil {
		t.Errorf("%+v", s.signs)
	}
}

func TestWhatTheIssuersLogDoesNotCoverIsUnknownAndNotForged(t *testing.T) {
	t.Parallel()
	d := newDay()
	d.honest(2500)
	ended := d.issuer.Len()
	d.honest(1000)
	d.issuer.Truncate(ended)
	access, issuer := d.files(t)
	s := observe(t, access, Config{With: []string{issuer}})
	if sign := s.of("access/token-unissued"); sign != nil {
		t.Errorf("%+v", sign)
	}
	if len(s.gaps) != 1 || !strings.Contains(s.gaps[0].Why, "issuer's log does not cover") {
		t.Errorf("gaps: %+v", s.gaps)
	}
}

func TestATokenOfNobodyIsFound(t *testing.T) {
	t.Parallel()
	d := newDay()
	d.honest(1000)
	d.readKey(90_001, "f", "f", "/member/profile", "203.0.113.4", "k1", 404)
	d.readKey(90_002, "g", "g", "/member/profile", "203.0.113.4", "k1", 200)
	access, issuer := d.files(t)
	s := observe(t, access, Config{With: []string{issuer}, Members: members(t, "id,joined\n1-3000\n3001\n3002\n3003-4000\n")})
	sign := s.of("access/member-unknown")
	if sign == nil || sign.Evidence[0].Line != 3001 || sign.Count != 2 || sign.Certainty != tillwatch.Certain {
		t.Fatalf("%+v", sign)
	}
	for _, one := range s.signs {
		if text := fmt.Sprintf("%+v", one); strings.Contains(text, "90001") || strings.Contains(text, "90002") {
			t.Errorf("a member's number is shown: %s", text)
		}
	}
}

func TestWhoJoinedSinceTheListIsNoStranger(t *testing.T) {
	t.Parallel()
	d := newDay()
	d.honest(500)
	jti := d.issue(4001, "new")
	d.read(4001, jti, "new", "/member/profile", "192.0.2.1")
	access, issuer := d.files(t)
	m := members(t, "1-4000")
	m.AsOf = d.now.Add(-24 * time.Hour)
	observe(t, access, Config{With: []string{issuer}, Members: m}).quiet(t)
}

func TestKeysOfTheRegister(t *testing.T) {
	t.Parallel()
	d := newDay()
	d.honest(500)
	d.readKey(3, "a", "a", "/member/profile", "192.0.2.1", "old", 401)
	d.readKey(3, "b", "b", "/member/profile", "192.0.2.1", "bait", 200)
	access, issuer := d.files(t)
	s := observe(t, access, Config{With: []string{issuer}, Key: func(kid string) KeyStanding {
		return map[string]KeyStanding{"old": {Rule: "access/key-retired", Key: "signing-2024"}, "bait": {Rule: "access/key-decoy", Key: "decoy-1", Decoy: "git:backup"}}[kid]
	}})
	if sign := s.of("access/key-decoy"); sign == nil || sign.Severity != tillwatch.Critical || !strings.Contains(sign.Summary, "git:backup") {
		t.Errorf("decoy: %+v", sign)
	}
	if sign := s.of("access/key-retired"); sign == nil || sign.Severity != tillwatch.High || strings.Contains(sign.Summary, "accepted") {
		t.Errorf("retired: %+v", sign)
	}
}

type bait map[uint64]bool

func (b bait) Is(member uint64) bool { return b[member] }

func TestACanaryIsTold(t *testing.T) {
	t.Parallel()
	d := newDay()
	d.honest(500)
	jti := d.issue(5, "thief")
	d.read(3333, jti, "thief", "/member/orders", "192.0.2.1")
	d.read(3333, jti, "thief", "/member/orders", "192.0.2.1")
	access, issuer := d.files(t)
	s := observe(t, access, Config{With: []string{issuer}, Canaries: bait{3333: true}})
	if sign := s.of("access/canary-read"); sign == nil || sign.Count != 2 || sign.Certainty != tillwatch.Certain {
		t.Errorf("%+v", sign)
	}
	s = observe(t, access, Config{With: []string{issuer}, Canaries: bait{3333: true}, Exempt: []Exempt{{Name: "backup", Network: "192.0.2.200"}}})
	s.quiet(t)
	if !strings.Contains(strings.Join(s.facts, "\n"), "exempt: backup: 2 reads") {
		t.Errorf("facts: %v", s.facts)
	}
}

// combinedLine is a line without anything of who it is.
func combinedLine(at time.Time, client, method, path string, status int, referrer string) string {
	return fmt.Sprintf("%s - - [%s] \"%s %s HTTP/1.1\" %d 512 \"%s\" \"x\"\n", client, at.Format("02/Jan/2006:15:04:05 -0700"), method, path, status, referrer)
}

func TestAScanOfNumbersIsFoundAndACrowdBehindOneAddressIsNot(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC)
	var crowd strings.Builder
	for i := range 20_000 {
		now = now.Add(200 * time.Millisecond)
		crowd.WriteString(combinedLine(now, "198.51.100.7", "GET", fmt.Sprintf("/api/customers/%d/orders", i*15485863%500_000+1), 200, "-"))
	}
	observeText(t, crowd.String(), Config{}).quiet(t)

	for name, number := range map[string]func(i int) int{
		"upwards": func(i int) int { return 40_000 + i }, "downwards in threes": func(i int) int { return 90_000 - 3*i },
		"a block, shuffled": func(i int) int { return 65536 + i*97%600 },
	} {
		var text strings.Builder
		text.WriteString(crowd.String())
		for i := range 600 {
			now = now.Add(20 * time.Second)
			text.WriteString(combinedLine(now, fmt.Sprintf("203.0.113.%d", i%200), "GET", fmt.Sprintf("/api/customers/%d/orders", number(i)), 200, "-"))
		}
		s := observeText(t, text.String(), Config{})
		if !slices.ContainsFunc(s.signs, func(sign tillwatch.Sign) bool {
			return sign.Rule == "access/scan" && strings.Contains(sign.Place, "203.0.113.0/24") && sign.Subjects.Min >= 100
		}) {
			t.Errorf("%s: %+v", name, s.signs)
		}
	}
}

// Nobody's number stands in the path of an order, and each request comes from another network.
func TestOrdersThatAreReadOneByOneFromAllOverAreFound(t *testing.T) {
	t.Parallel()
	now, newest, old := time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC), 100_000, 0
	shop := func(theft bool) string {
		var b strings.Builder
		for i := range 12_000 {
			now = now.Add(3 * time.Second)
			client := fmt.Sprintf("198.%d.%d.7", i*31%250, i*17%250)
			number := newest - i*7919%(1+i%90_000) // most look at what they ordered lately
			switch {
			case i%10 == 0:
				newest++
				number = newest
			case theft && i > 6000 && i%8 == 1:
				old++
				number = 40_000 + old
			}
			b.WriteString(combinedLine(now, client, "GET", fmt.Sprintf("/mypage/history/%d", number), 200, "-"))
		}
		return b.String()
	}
	if sign := observeText(t, shop(false), Config{}).of("access/scan"); sign != nil {
		t.Errorf("customers: %+v", sign)
	}
	if sign := observeText(t, shop(true), Config{}).of("access/scan"); sign == nil || !strings.Contains(sign.Summary, "from all over") {
		t.Errorf("a thief among them: %+v", sign)
	}
}

func observeText(t *testing.T, text string, c Config) *seen {
	t.Helper()
	name := filepath.Join(t.TempDir(), "access.log")
	write(t, name, []byte(text))
	return observe(t, name, c)
}

func TestNumbersOfNobodyInPathsAreFound(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC)
	text := func(wrong int) string {
		var b strings.Builder
		for i := range 6000 {
			now = now.Add(time.Second)
			b.WriteString(combinedLine(now, "198.51.100.7", "GET", fmt.Sprintf("/api/customers/%d", i*7919%4000+1), 200, "-"))
		}
		for i := range wrong {
			b.WriteString(combinedLine(now, fmt.Sprintf("203.0.%d.1", i), "GET", fmt.Sprintf("/api/customers/%d", 5000+i*13), 404, "-"))
		}
		return b.String()
	}
	observeText(t, text(8), Config{Members: members(t, "1-4000")}).quiet(t)
	if sign := observeText(t, text(60), Config{Members: members(t, "1-4000")}).of("access/member-unknown"); sign == nil || sign.Severity != tillwatch.High {
		t.Errorf("%+v", sign)
	}
}

func TestTheRatioOfReadAndLoggedInIsFound(t *testing.T) {
	t.Parallel()
	day := func(stolen int) *seen {
		d := newDay()
		d.honest(4000)
		for i := range stolen { // he uses one session, so that only how many are read tells
			d.now = d.now.Add(300 * time.Millisecond)
			d.read(i*3571%4000+1, "", fmt.Sprintf("none%d", i), "/member/addresses", fmt.Sprintf("203.%d.%d.1", i/250, i%250))
			if i%10 == 0 {
				d.honest(1)
			}
		}
		d.honest(100)
		access, issuer := d.files(t)
		return observe(t, access, Config{With: []string{issuer}})
	}
	if sign := day(0).of("access/ratio"); sign != nil {
		t.Errorf("honest: %+v", sign)
	}
	sign := day(1000).of("access/ratio")
	if sign == nil || sign.Severity != tillwatch.High || sign.Subjects.Max < 200 {
		t.Errorf("%+v", sign)
	}
}

func TestAPasswordListIsFoundAndForgottenPasswordsAreNot(t *testing.T) {
	t.Parallel()
	attempt := func(b *strings.Builder, at time.Time, account, client string, ok bool) {
		fmt.Fprintf(b, `{"time":"%s","realm":"member","account":"%s","remote_addr":"%s","success":%v,"sub":"%s"}`+"\n", at.Format(time.RFC3339), account, client, ok, map[bool]string{true: account}[ok])
	}
	honest := func(b *strings.Builder, now *time.Time, n int) {
		for i := range n {
			*now = now.Add(3 * time.Second)
			account := fmt.Sprintf("u%d", i)
			if i%5 == 0 {
				attempt(b, *now, account, "198.51.100.7", false)
				attempt(b, *now, account, "198.51.100.7", false)
			}
			attempt(b, *now, account, "198.51.100.7", true)
		}
	}
	now := time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC)
	var b strings.Builder
	honest(&b, &now, 4000)
	observeText(t, b.String(), Config{}).quiet(t)
	for i := range 400 {
		now = now.Add(time.Second)
		attempt(&b, now, fmt.Sprintf("leaked%d", i), fmt.Sprintf("203.0.%d.%d", i%100, i/100), i%80 == 79)
	}
	honest(&b, &now, 400)
	if sign := observeText(t, b.String(), Config{}).of("access/password-list"); sign == nil || sign.Severity != tillwatch.High || sign.Certainty != tillwatch.Likely {
		t.Errorf("%+v", sign)
	}
}

func TestTheWayOfAStoredScriptThroughTheAdministration(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC)
	var honest strings.Builder
	for i := range 50 {
		now = now.Add(time.Minute)
		honest.WriteString(combinedLine(now, "203.0.113.5", "GET", fmt.Sprintf("/admin/order/%d/edit", 100+i), 200, "https://shop.example/admin/order"))
	}
	honest.WriteString(combinedLine(now.Add(90*time.Second), "203.0.113.5", "POST", "/admin/content/template", 302, "https://shop.example/admin/content/template"))
	observeText(t, honest.String(), Config{}).quiet(t)
	attack := honest.String() + combinedLine(now.Add(2*time.Minute), "203.0.113.5", "GET", "/admin/order/151/edit", 200, "https://shop.example/admin/order") +
		combinedLine(now.Add(2*time.Minute+2*time.Second), "203.0.113.5", "POST", "/admin/content/file_manager", 302, "-")
	if sign := observeText(t, attack, Config{}).of("access/admin"); sign == nil || sign.Severity != tillwatch.High || sign.Evidence[0].Line != 53 {
		t.Errorf("%+v", sign)
	}
}

func TestAMissingHourIsAGap(t *testing.T) {
	t.Parallel()
	text := func(without int) string {
		var b strings.Builder
		start := time.Date(2026, 11, 3, 0, 0, 0, 0, time.UTC)
		for m := range 10 * 600 {
			if m/600 != without {
				b.WriteString(combinedLine(start.Add(time.Duration(m)*6*time.Second), "192.0.2.1", "GET", "/", 200, "-"))
			}
		}
		return b.String()
	}
	observeText(t, text(-1), Config{}).quiet(t)
	s := observeText(t, text(5), Config{})
	if s.of("access/silence") == nil || len(s.gaps) != 1 || !strings.Contains(s.gaps[0].Why, "from 2026-11-03 05:00 UTC to 2026-11-03 06:00 UTC") {
		t.Errorf("%+v, %+v", s.signs, s.gaps)
	}
}

func TestRotatedFilesAreReadInTheOrderOfTheirTime(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	d := newDay()
	d.honest(300)
	part := func() []byte { defer d.access.Reset(); return bytes.Clone(d.access.Bytes()) }
	var gz bytes.Buffer
	z := gzip.NewWriter(&gz)
	_, _ = z.Write(part())
	z.Close()
	write(t, filepath.Join(dir, "access.log.2.gz"), gz.Bytes())
	d.honest(300)
	e, _ := zstd.NewWriter(nil)
	write(t, filepath.Join(dir, "access.log.1.zst"), e.EncodeAll(part(), nil))
	d.honest(300)
	write(t, filepath.Join(dir, "access.log"), part())
	write(t, filepath.Join(dir, "error.log"), []byte("no access line\n"))
	write(t, filepath.Join(dir, "issuer-2026-11-03.log"), d.issuer.Bytes())
	s := observe(t, dir, Config{})
	s.quiet(t)
	if all := strings.Join(s.facts, "\n"); !strings.Contains(all, "lines: 3,600 (JSON 3,600)") || strings.Contains(all, "backwards") {
		t.Errorf("facts:\n%s", all)
	}
}

func TestBadInputIsSaidAndDoesNotStopTheRest(t *testing.T) {
	t.Parallel()
	good := combinedLine(time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC), "192.0.2.1", "GET", "/member/orders", 200, "-")
	var gz bytes.Buffer
	z := gzip.NewWriter(&gz)
	_, _ = z.Write([]byte(strings.Repeat(good, 20_000)))
	z.Close()
	for name, c := range map[string]struct {
		text string
		gap  string
		fact string
	}{
		"garbage":          {strings.Repeat("\x00\xff\xfe garbage\n", 50), "none of its 50 lines is of a known format", ""},
		"a very long line": {good + strings.Repeat("x", 5<<20) + "\n" + good, "longer than", "(combined 2)"},
		"NUL before":       {strings.Repeat("\x00", 3<<20) + good, "", "lines: 1 (combined 1)"},
		"empty":            {"", "it holds no line", ""},
		"no line break":    {strings.TrimSuffix(good+good, "\n"), "", "lines: 2 "},
		"mixed":            {good + `{"time":"2026-11-03T09:00:00Z","method":"GET","uri":"/","status":200}` + "\n" + good, "", "(combined 2, JSON 1)"},
		"a few bad lines":  {strings.Repeat(good, 20) + "???\n", "1 of its 21 lines could not be read", ""},
		"cut off":          {gz.String()[:gz.Len()-300], "is cut off", ""},
		"damaged":          {gz.String()[:200] + strings.Repeat("z", 200) + gz.String()[400:], "could be read only up to", ""},
	} {
		s := observeText(t, c.text, Config{})
		var gaps strings.Builder
		for _, g := range s.gaps {
			gaps.WriteString(g.Why + "\n")
		}
		if (c.gap == "") != (gaps.Len() == 0) || !strings.Contains(gaps.String(), c.gap) {
			t.Errorf("%s: gaps %q, want %q", name, gaps.String(), c.gap)
		}
		if all := strings.Join(s.facts, "\n"); !strings.Contains(all, c.fact) {
			t.Errorf("%s: facts %s", name, all)
		}
	}
}

func TestALookThatIsInterruptedEnds(t *testing.T) {
	t.Parallel()
	d := newDay()
	d.honest(2000)
	access, _ := d.files(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	sensor, _ := New(Config{})
	err := sensor.Observe(ctx, tillwatch.Target{Kind: tillwatch.KindLog, Place: access}, func(tillwatch.Observation) error { return nil })
	if err == nil {
		t.Error("nothing was said")
	}
}

func TestRoutesOfTheOperator(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "member=name", "/a/{member}", "/a?x={member}"} {
		if _, err := ParseRoute(bad); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
	now := time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC)
	var text strings.Builder
	for i := range 10 {
		text.WriteString(combinedLine(now, "192.0.2.1", "GET", fmt.Sprintf("/p/%d/x", i+1), 200, "-"))
		text.WriteString(combinedLine(now, "192.0.2.1", "GET", fmt.Sprintf("/q?a=1&who=%d", i+11), 200, "-"))
		text.WriteString(combinedLine(now, "192.0.2.1", "GET", "/account/help", 200, "-"))
	}
	var c Config
	for _, good := range []string{"/p/{member}/{}=name,address", "/q?who={member}=orders", "/account/help=nothing"} {
		r, err := ParseRoute(good)
		if err != nil {
			t.Fatal(err)
		}
		c.Routes = append(c.Routes, r)
	}
	s := observeText(t, text.String(), c)
	if all := strings.Join(s.facts, "\n"); !strings.Contains(all, "members read: 20 on 20 pages") || !strings.Contains(all, "/q?who={member}: orders; member in the path (given)") {
		t.Errorf("facts:\n%s", all)
	}
}
