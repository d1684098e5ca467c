package app

import (
	"fmt"
	"slices"
	"strings"
)

// UsageError says that what was asked cannot be done as it was asked, and what to ask instead. Nothing was looked at.
type UsageError struct {
	Problem string
	Hint    string // what to do about it; empty where the problem says it
}

func (e *UsageError) Error() string { return e.Problem }

func usagef(hint, format string, args ...any) *UsageError {
	return &UsageError{Problem: fmt.Sprintf(format, args...), Hint: hint}
}

// Nearest is the word of known that word was most likely meant to be, or "" where none is near: at most one slip of
// the finger (a letter wrong, missing, added, or two swapped) for each three letters; or else the only one that it begins.
func Nearest(word string, known []string) string {
	best, distance := "", 1+len(word)/3
	for _, k := range slices.Sorted(slices.Values(known)) {
		if d := slips(word, k); d < distance || (d == distance && best == "") {
			best, distance = k, d
		}
	}
	if best != "" || len(word) < 3 {
		return best
	}
	begun := slices.DeleteFunc(slices.Clone(known), func(k string) bool { return !strings.HasPrefix(k, word) })
	if len(begun) == 1 {
		return begun[0]
	}
	return ""
}

// slips is the optimal string alignment distance.
func slips(a, b string) int {
	s, t := []rune(a), []rune(b)
	rows := make([][]int, len(s)+1)
	for i := range rows {
		rows[i] = make([]int, len(t)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(s); i++ {
		for j := 1; j <= len(t); j++ {
			change := 1
			if s[i-1] == t[j-1] {
				change = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+change)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(s)][len(t)]
}

// tooMany words are not listed in a hint.
const tooMany = 20

// DidYouMean is a hint that names the nearest of the known words, or else all of them, where they are few.
func DidYouMean(word string, known []string) string {
	if near := Nearest(word, known); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	if len(known) > tooMany {
		return fmt.Sprintf("none of the %d that are known comes near", len(known))
	}
	return "it can be one of: " + strings.Join(known, ", ")
}
