package access

import (
	"testing"
	"time"
)

// thief is a day on which somebody makes tokens for members who do not exist.
func thief(t *testing.T) (access, issuer string) {
	d := newDay()
	d.honest(3000)
	for i := range 40 {
		d.now = d.now.Add(time.Second)
		d.read(900_000+i, "made-"+d.stamp(), "none-"+d.stamp(), "/member/addresses", "203.0.113.9")
	}
	d.now = d.now.Add(3 * time.Minute)
	d.honest(50)
	return d.files(t)
}

func TestAlarmsAreSwitchedOneByOne(t *testing.T) {
	t.Parallel()
	access, issuer := thief(t)
	members := func() *Members {
		m := &Members{}
		m.AddRange(1, 5000)
		return m
	}
	all := observe(t, access, Config{With: []string{issuer}, Members: members()})
	for _, rule := range []string{"access/token-unissued", "access/member-unknown", "access/read-without-login"} {
		if all.of(rule) == nil {
			t.Fatalf("with all alarms on, %s was not told", rule)
		}
		one := observe(t, access, Config{With: []string{issuer}, Members: members(), Only: []string{rule}})
		if one.of(rule) == nil || len(one.signs) != 1 {
			t.Errorf("%s alone: %d signs", rule, len(one.signs))
		}
	}
	if none := observe(t, access, Config{With: []string{issuer}, Members: members(), Only: []string{"access/silence"}}); len(none.signs) != 0 {
		t.Errorf("all switched off, and yet: %s", none.signs[0].Rule)
	}
	if _, err := New(Config{Only: []string{"access/nothing"}}); err == nil {
		t.Error("an alarm that there is not was taken")
	}
}
