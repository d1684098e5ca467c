package technique

import (
	"bytes"
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"image/png"
	"math/big"
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
	"metadata":  readMetadata,
	"tokens":    readTokens,
	"ufrag":     readUfrag,
	"turn":      readTurn,
	"glyphs":    readGlyphs,
	"hints":     readHints,
	"upload":    readUpload,
	"cache":     readCache,
	"locale":    readLocale,
	"pixels":    readPixels,
	"marks":     readMarks,
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

var risk = regexp.MustCompile(`^metadata\[risk_(\d)\]$`)

// readMetadata reads numbered fields whose letters were moved by their place.
func readMetadata(all []demoshop.Received) []string {
	var texts []string
	for _, r := range all {
		values, err := url.ParseQuery(string(r.Body))
		if err != nil {
			continue
		}
		for name := range values {
			m := risk.FindStringSubmatch(name)
			if m == nil {
				continue
			}
			b, _ := hex.DecodeString(values.Get(name))
			for i := range b {
				b[i] -= byte(i*7) + (m[1][0]-'0')*5
			}
			texts = append(texts, string(b))
		}
	}
	return texts
}

// readTokens reads texts mixed with the token before them.
func readTokens(all []demoshop.Received) []string {
	var texts []string
	for _, r := range all {
		key, rest, ok := strings.Cut(string(r.Body), ".")
		if !ok || len(key) < 24 {
			continue
		}
		var b strings.Builder
		for i, word := range strings.Split(rest, ".") {
			n, _ := strconv.ParseInt(word, 36, 32)
			b.WriteRune(rune(n) ^ rune(key[4+i%20]))
		}
		texts = append(texts, b.String())
	}
	return texts
}

const stunUsername = 0x0006

// readUfrag reads the first half of the user name of STUN requests, which is the fragment that the answer named.
func readUfrag(all []demoshop.Received) []string {
	var texts []string
	for _, r := range all {
		if name, _, ok := strings.Cut(string(attribute(r.Body, stunUsername)), ":"); ok {
			texts = append(texts, name)
		}
	}
	return texts
}

// readTurn reads the user names of TURN requests that are not those of guests.
func readTurn(all []demoshop.Received) []string {
	var texts []string
	for _, r := range all {
		if name, ok := strings.CutPrefix(string(attribute(r.Body, stunUsername)), "c:"); ok {
			texts = append(texts, name)
		}
	}
	return texts
}

var glyph = regexp.MustCompile(`/(\d)-([qwertyuiop]+)\.woff2`)

// readGlyphs reads figures that became letters of a row of the keyboard.
func readGlyphs(all []demoshop.Received) []string {
	var texts []string
	for _, r := range all {
		m := glyph.FindStringSubmatch(r.Path)
		if m == nil {
			continue
		}
		var b strings.Builder
		for i, c := range m[2] {
			b.WriteByte('0' + byte((strings.IndexRune("qwertyuiop", c)-i*3-int(m[1][0]-'0')+1000)%10))
		}
		texts = append(texts, b.String())
	}
	return texts
}

// readHints reads a label of base 32 whose digits were moved by the label after it.
func readHints(all []demoshop.Received) []string {
	const alphabet = "abcdefghijklmnopqrstuvwxyz234567"
	var texts []string
	for _, r := range all {
		labels := strings.Split(r.Host, ".")
		visit, err := strconv.Atoi(labels[1])
		if err != nil {
			continue
		}
		plain := strings.Map(func(c rune) rune { return rune(alphabet[(strings.IndexRune(alphabet, c)-visit+64)%32]) }, labels[0])
		b, _ := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ToUpper(plain))
		texts = append(texts, string(b))
	}
	return texts
}

// readUpload reads what stands behind the pictures in a file, mixed with bytes of each.
func readUpload(all []demoshop.Received) []string {
	const start, end = "\x89PNG\r\n\x1a\n", "IEND\xaeB\x60\x82"
	var texts []string
	for _, r := range all {
		for _, picture := range strings.Split(string(r.Body), start)[1:] {
			_, tail, ok := strings.Cut(picture, end)
			if !ok || len(tail) < 2 || len(picture) < 49 {
				continue
			}
			n := int(tail[0])<<8 | int(tail[1])
			texts = append(texts, string(xor(tail[2:min(len(tail), 2+n)], []byte(picture[33:49]))))
		}
	}
	return texts
}

var cached = regexp.MustCompile(`^/i/([0-9a-f]+)([0-9a-z]{10})\.avif`)

// readCache reads texts mixed with the last ten letters of their name.
func readCache(all []demoshop.Received) []string {
	var texts []string
	for _, r := range all {
		m := cached.FindStringSubmatch(r.Path)
		if m == nil {
			continue
		}
		b, _ := hex.DecodeString(m[1][:len(m[1])/2*2])
		for i := range b {
			b[i] ^= m[2][i%10] ^ byte(i&15)
		}
		texts = append(texts, string(b))
	}
	return texts
}

// readLocale reads figures written to the base of 36.
func readLocale(all []demoshop.Received) []string {
	var texts []string
	for _, r := range all {
		name := strings.TrimSuffix(strings.TrimPrefix(r.Path, "/t/"), ".json")
		for word := range strings.SplitSeq(name, "_") {
			if n, ok := new(big.Int).SetString(word, 36); ok {
				texts = append(texts, strings.TrimPrefix(n.String(), "9"))
			}
		}
	}
	return texts
}

// readPixels reads the lowest bits of the green of pictures.
func readPixels(all []demoshop.Received) []string {
	var texts []string
	for _, r := range all {
		picture, err := png.Decode(bytes.NewReader(r.Body))
		if err != nil {
			continue
		}
		var b []byte
		size := picture.Bounds().Size()
		for i := range size.X * size.Y / 8 {
			var c byte
			for bit := range 8 {
				n := i*8 + bit
				_, green, _, _ := picture.At(n%size.X, n/size.X).RGBA()
				c = c<<1 | byte(green>>8)&1
			}
			if c == 0 {
				break
			}
			b = append(b, c)
		}
		texts = append(texts, string(b))
	}
	return texts
}

var marked = regexp.MustCompile(`^/g/([abcd])([a-z]{1,2})\.svg`)

// readMarks joins the digits that came as names of pictures: the first of the code, its last two, month and year.
func readMarks(all []demoshop.Received) []string {
	parts := map[string]string{}
	for _, r := range all {
		if m := marked.FindStringSubmatch(r.Path); m != nil {
			parts[m[1]] = strings.Map(func(c rune) rune { return '0' + rune(strings.IndexRune(marks, c)) }, m[2])
		}
	}
	return []string{parts["a"] + parts["b"], parts["c"] + parts["d"]}
}
