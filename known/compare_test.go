package known_test

import (
	"slices"
	"testing"

	"github.com/tillwatch/tillwatch/known"
)

func TestCompareVersions(t *testing.T) {
	t.Parallel()
	for _, ascending := range [][]string{
		{"3.0.9", "3.0.10", "3.0.18", "3.0.18-p7", "3.1"},
		{"1.5.5", "1.5.5a", "1.5.5f", "1.5.6", "1.5.6.1"},
		{"2.12.3", "2.12.3en", "2.12.3en-p1", "2.12.3en-p2", "2.12.4"},
		{"4.0.0-alpha2", "4.0.0-beta", "4.0.0-beta2", "4.0.0-rc", "4.0.0-rc.2", "4.0.0", "4.0.0-p1", "4.0.0-p10"},
		{"2.0RC1", "2.0", "2.0.1", "2.0.1a"},
		{"1.5.3", "1.5.3-hotfix1", "1.5.4"},
		{"1.5.6", "1.5.6-2018-12-10", "1.5.6a", "1.5.6b", "1.5.6b-2019-05-27", "1.5.6c"},
		{"2.4.6", "2.4.6-p3", "2.4.7-beta1", "2.4.7"},
		{"1", "99999999999999999998", "99999999999999999999999"},
	} {
		for i, a := range ascending {
			for j, b := range ascending {
				if got := known.CompareVersions(a, b); (got < 0) != (i < j) || (got == 0) != (i == j) {
					t.Errorf("%s and %s: %d", a, b, got)
				}
			}
		}
	}
	for _, same := range [][2]string{{"1.0", "1.0.0"}, {"v2.1", "2.1"}, {"2.0-RC1", "2.0rc1"}, {"4.0.5-p1", "4.0.5-P1"}} {
		if known.CompareVersions(same[0], same[1]) != 0 {
			t.Errorf("%s and %s are the same version", same[0], same[1])
		}
	}
}

func TestThePlatformsOwnOrderIsThatOfCompareVersions(t *testing.T) {
	t.Parallel()
	for _, p := range known.Embedded().Platforms() {
		if !slices.IsSortedFunc(p.Versions, known.CompareVersions) {
			t.Errorf("%s: %v", p.Name, p.Versions)
		}
	}
}

func FuzzCompareVersions(f *testing.F) {
	f.Add("2.12.3en-p1", "4.0.6-p4", "1.5.6b-2019-05-27")
	f.Add("", "x", "1.")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		ab, bc, ac := known.CompareVersions(a, b), known.CompareVersions(b, c), known.CompareVersions(a, c)
		if ab != -known.CompareVersions(b, a) || known.CompareVersions(a, a) != 0 {
			t.Errorf("%q and %q have no order", a, b)
		}
		if ab <= 0 && bc <= 0 && ac > 0 {
			t.Errorf("%q, %q and %q go in a circle", a, b, c)
		}
	})
}
