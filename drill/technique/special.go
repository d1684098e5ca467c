package technique

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tillwatch/tillwatch/demoshop"
)

// special are the receivers of cases that mix their loot with other things.
var special = map[string]func([]demoshop.Received) []string{
	"keys":      readKeys,
	"form":      readForm,
	"trail":     readTrail,
	"frames":    readFrames,
	"thumbs":    readThumbs,
	"multipart": readMoved,
	"pieces":    readPieces,
}

// readKeys puts keys that came one a request in the order in which they were pressed.
func readKeys(all []demoshop.Received) []string {
	keys := map[int]string{}
	for _, r := range all {
		if u, err := url.Parse(r.Path); err == nil {
			n, _ := strconv.Atoi(u.Query().Get("n"))
			keys[n] = u.Query().Get("k")
		}
	}
	return []string{inOrder(keys)}
}

// readForm reads all fields of posted forms.
func readForm(all []demoshop.Received) []string {
	var texts []string
	for _, r := range all {
		if values, err := url.ParseQuery(string(r.Body)); err == nil {
			for name, list := range values {
				texts = append(texts, name+"="+strings.Join(list, ","))
			}
		}
	}
	return texts
}

// readTrail finds the points of a mouse trail that are typed characters: their third number is odd.
func readTrail(all []demoshop.Received) []string {
	typed := map[int]map[int]rune{} // by seed and order
	for _, r := range all {
		var batch struct {
			Seed   int      `json:"s"`
			Points [][3]int `json:"p"`
		}
		if json.Unmarshal(r.Body, &batch) != nil {
			continue
		}
		for _, p := range batch.Points {
			if p[2]%2 == 0 {
				continue
			}
			for c := ' '; c <= '~'; c++ {
				if (int(c)*7+batch.Seed+p[1]*13)%1366 == p[0] {
					if typed[batch.Seed] == nil {
						typed[batch.Seed] = map[int]rune{}
					}
					typed[batch.Seed][p[1]] = c
				}
			}
		}
	}
	var texts []string
	for _, chars := range typed {
		texts = append(texts, inOrder(chars))
	}
	return texts
}

func inOrder[T rune | string](parts map[int]T) string {
	var keys []int
	for k := range parts {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	var b strings.Builder
	for _, k := range keys {
		b.WriteString(string(parts[k]))
	}
	return b.String()
}

// readFrames reads binary frames of constant length: length in bytes 1 and 2, key from byte 3, text from byte 256.
func readFrames(all []demoshop.Received) []string {
	var texts []string
	for _, r := range all {
		if len(r.Body) != 512 {
			continue
		}
		n := min(int(r.Body[1])<<8|int(r.Body[2]), 256)
		texts = append(texts, string(xor(string(r.Body[256:256+n]), r.Body[3:203])))
	}
	return texts
}

var thumb = regexp.MustCompile(`^/t/(\d+)/r/([0-9a-z]+)-([0-9a-z]+)\.webp`)

// readThumbs joins the pieces of fields that were written as product numbers.
func readThumbs(all []demoshop.Received) []string {
	fields := map[int64]map[int]string{}
	for _, r := range all {
		m := thumb.FindStringSubmatch(r.Path)
		if m == nil {
			continue
		}
		salt, _ := strconv.ParseInt(m[1], 10, 64)
		place, _ := strconv.ParseInt(m[2], 36, 64)
		piece, _ := strconv.ParseInt(m[3], 36, 64)
		place, piece = (place-salt*1009-31)/97, (piece-salt*1009-62)/97
		if fields[place/100] == nil {
			fields[place/100] = map[int]string{}
		}
		fields[place/100][int(place%100)] = strings.TrimPrefix(strconv.FormatInt(piece, 10), "1")
	}
	var texts []string
	for _, parts := range fields {
		texts = append(texts, inOrder(parts))
	}
	return texts
}

var textarea = regexp.MustCompile(`name="[0-9a-z]+_[1-4]"\r\n\r\n([^\r]*)`)

// readMoved reads fields of a multipart form whose letters were moved by a secret.
func readMoved(all []demoshop.Received) []string {
	var texts []string
	for _, r := range all {
		for _, m := range textarea.FindAllStringSubmatch(string(r.Body), -1) {
			var b strings.Builder
			for i, c := range []rune(m[1]) {
				b.WriteRune((c - 0x4e00 - 30417%97 - rune(i%3)) / 5)
			}
			texts = append(texts, b.String())
		}
	}
	return texts
}

var piece = regexp.MustCompile(`^/i/[0-9a-z]+\?r=(\d+)&w=([0-9a-fg]*)$`)

// readPieces reads texts that came one a request, each mixed with its own number.
func readPieces(all []demoshop.Received) []string {
	var texts []string
	for _, r := range all {
		m := piece.FindStringSubmatch(r.Path)
		if m == nil {
			continue
		}
		row, _ := strconv.Atoi(m[1])
		var b strings.Builder
		for word := range strings.SplitSeq(m[2], "g") {
			n, _ := strconv.ParseInt(word, 16, 32)
			b.WriteRune(rune(n) ^ rune(90+row))
		}
		texts = append(texts, b.String())
	}
	return texts
}
