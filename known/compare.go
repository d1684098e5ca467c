package known

import (
	"cmp"
	"regexp"
	"strings"
	"sync"
)

// CompareVersions says which of two versions of a shop platform is newer: it is below zero where a is older, zero where
// they are the same. It also serves versions that no list holds. In this order:
//
//   - the numbers, one by one, where a missing one is 0: 3.0.9 < 3.0.10, and 1.5.6 < 1.5.6.1;
//   - a letter above none: 1.5.5 < 1.5.5a < 1.5.5f;
//   - "en" above none: 2.12.3 < 2.12.3en < 2.12.4;
//   - alpha, beta and rc, below none;
//   - a patch or hotfix above none: 4.0.6 < 4.0.6-p4 < 4.1.0;
//   - a date above none.
//
// What it cannot read is compared last, as text.
func CompareVersions(a, b string) int {
	x, y := splitVersion(a), splitVersion(b)
	return cmp.Or(
		compareNumbers(x.numbers, y.numbers),
		strings.Compare(x.letter, y.letter),
		strings.Compare(x.language, y.language),
		cmp.Compare(stages[x.stage], stages[y.stage]),
		compareNumbers(x.stageNumber, y.stageNumber),
		compareNumbers(x.patch, y.patch),
		strings.Compare(x.date, y.date),
		strings.Compare(x.rest, y.rest),
	)
}

// stages has the final release at zero.
var stages = map[string]int{"alpha": -3, "beta": -2, "rc": -1}

var versionParts = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^v?(\d+(?:\.\d+)*)([a-z]\b)?(en)?` +
		`(?:[-.]?(alpha|beta|rc)[-.]?(\d*))?(?:[-.]?(?:p|patch|hotfix)[-.]?(\d+))?(?:-(\d{4}-\d{2}-\d{2}))?(.*)$`)
})

type versionSplit struct{ numbers, letter, language, stage, stageNumber, patch, date, rest string }

func splitVersion(v string) versionSplit {
	m := versionParts().FindStringSubmatch(strings.ToLower(v))
	if m == nil {
		return versionSplit{rest: v}
	}
	return versionSplit{m[1], m[2], m[3], m[4], m[5], m[6], m[7], m[8]}
}

// compareNumbers compares numbers of any length with dots between them; a missing one is 0.
func compareNumbers(a, b string) int {
	for a != "" || b != "" {
		var x, y string
		x, a, _ = strings.Cut(a, ".")
		y, b, _ = strings.Cut(b, ".")
		x, y = strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
		if c := cmp.Or(cmp.Compare(len(x), len(y)), strings.Compare(x, y)); c != 0 {
			return c
		}
	}
	return 0
}
