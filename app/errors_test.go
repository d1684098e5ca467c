package app

import "testing"

func TestNearest(t *testing.T) {
	t.Parallel()
	known := []string{"check", "rule", "doctor", "demoshop", "version"}
	for word, want := range map[string]string{
		"chek": "check", "chcek": "check", "docter": "doctor", "rules": "rule", "demo-shop": "demoshop",
		"versoin": "version", "xyz": "", "": "", "c": "",
	} {
		if got := Nearest(word, known); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestSlipsCountsASwapOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"a", "", 1}, {"ab", "ba", 1}, {"kitten", "sitting", 3}, {"カード", "カート", 1}} {
		if got := slips(c.a, c.b); got != c.want {
			t.Errorf("slips(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
