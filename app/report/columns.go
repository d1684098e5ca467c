package report

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// columns is how many terminal cells s takes: Japanese, Chinese and Korean characters take two, combining marks none.
func columns(s string) int {
	n := 0
	for _, r := range s {
		n += cells(r)
	}
	return n
}

func cells(r rune) int {
	if r < 0x300 {
		return 1
	}
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// pad fills s with blanks up to n cells.
func pad(s string, n int) string { return s + strings.Repeat(" ", max(0, n-columns(s))) }

// Cut shortens s to at most n terminal cells, with dots where something was cut off.
func Cut(s string, n int) string {
	if columns(s) <= n {
		return s
	}
	const dots = "..."
	var b strings.Builder
	used := len(dots)
	for _, r := range s {
		if used += cells(r); used > n {
			break
		}
		b.WriteRune(r)
	}
	return b.String() + dots[:max(0, min(len(dots), n))]
}

// noStart may not begin a line and noEnd may not end one, as Japanese and Korean typesetting wants it.
const (
	noStart = "、。,.・:;?!)]}」』】〉》〕”’ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ%,.:;?!)]}"
	noEnd   = "(「『【〈《〔“‘([{"
)

// wrap breaks s into lines of at most limit cells, at blanks and between wide characters. A word longer than a line, such
// as an address, stays whole so that it can be copied.
func wrap(s string, limit int) []string {
	var lines []string
	var line strings.Builder
	used := 0
	flush := func() {
		lines = append(lines, strings.TrimRight(line.String(), " "))
		line.Reset()
		used = 0
	}
	for _, piece := range pieces(s) {
		n := columns(piece)
		if used > 0 && used+columns(strings.TrimRight(piece, " ")) > limit {
			flush()
		}
		if used == 0 {
			piece = strings.TrimLeft(piece, " ")
			n = columns(piece)
		}
		line.WriteString(piece)
		used += n
	}
	if line.Len() > 0 || len(lines) == 0 {
		flush()
	}
	return lines
}

// pieces cuts s where a line may break; blanks stay with the piece before them.
func pieces(s string) []string {
	var out []string
	runes := []rune(s)
	begin := 0
	for i := 1; i < len(runes); i++ {
		before, after := runes[i-1], runes[i]
		afterBlank := before == ' ' && after != ' '
		betweenWide := (breaksAround(before) || breaksAround(after)) && before != ' ' && after != ' ' &&
			!strings.ContainsRune(noStart, after) && !strings.ContainsRune(noEnd, before)
		if afterBlank || betweenWide {
			out = append(out, string(runes[begin:i]))
			begin = i
		}
	}
	return append(out, string(runes[begin:]))
}

// breaksAround says whether a line may break beside r: it may at Japanese and Chinese characters, while Korean puts
// blanks between its words.
func breaksAround(r rune) bool { return cells(r) == 2 && !unicode.Is(unicode.Hangul, r) }
