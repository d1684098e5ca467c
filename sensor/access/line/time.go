package line

import "encoding/binary"

// zone remembers the last offset from UTC that was read, and what it means.
type zone struct {
	text  [6]byte
	width int
	ms    int64
}

const day = 24 * 60 * 60 * 1000

// minute remembers the last minute that was read, as it was written, and when it began: a line is nearly always of the same
// minute as the one before it.
type minute struct {
	a, b, c uint64
	d       uint16
	ms      int64
	known   bool
}

// daysFrom counts days since 1970-01-01 in the Gregorian calendar, after Howard Hinnant's days_from_civil.
func daysFrom(y, m, d int) int64 {
	if m <= 2 {
		y--
	}
	era := y / 400
	yoe := y - era*400
	mp := (m + 9) % 12
	doy := (153*mp+2)/5 + d - 1
	doe := yoe*365 + yoe/4 - yoe/100 + doy
	return int64(era)*146097 + int64(doe) - 719468
}

// two reads two digits; what is none gives a number no time has.
func two(b []byte, i int) int {
	a, c := b[i]-'0', b[i+1]-'0'
	if a > 9 || c > 9 {
		return 1000
	}
	return int(a)*10 + int(c)
}

func month(b []byte) int {
	switch string(b[:3]) {
	case "Jan":
		return 1
	case "Feb":
		return 2
	case "Mar":
		return 3
	case "Apr":
		return 4
	case "May":
		return 5
	case "Jun":
		return 6
	case "Jul":
		return 7
	case "Aug":
		return 8
	case "Sep":
		return 9
	case "Oct":
		return 10
	case "Nov":
		return 11
	case "Dec":
		return 12
	}
	return 0
}

// clf reads the time of the common log format, 29/Nov/2026:00:27:22 +0900, which must be all of b.
func (r *Reader) clf(b []byte) (int64, bool) {
	if len(b) != clfLength {
		return 0, false
	}
	const seconds = 0xffff_0000 // the bytes 18 and 19, within c
	m := &r.clfMinute
	x, y, z, w := binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:]), binary.LittleEndian.Uint64(b[16:]), binary.LittleEndian.Uint16(b[24:])
	second := two(b, 18)
	if m.known && x == m.a && y == m.b && z&^seconds == m.c && w == m.d && second <= 60 {
		return m.ms + int64(second)*1000, true
	}
	at, ok := r.clfSlow(b)
	if ok {
		*m = minute{x, y, z &^ seconds, w, at - int64(second)*1000, true}
	}
	return at, ok
}

// clfLength is how long a time of the common log format is.
const clfLength = 26

func (r *Reader) clfSlow(b []byte) (int64, bool) {
	if len(b) != clfLength || b[2] != '/' || b[6] != '/' || b[11] != ':' || b[14] != ':' || b[17] != ':' || b[20] != ' ' {
		return 0, false
	}
	d, m, y := two(b, 0), month(b[3:]), two(b, 7)*100+two(b, 9)
	offset, ok := r.offset(b[21:])
	clock, fits := clockOf(two(b, 12), two(b, 15), two(b, 18))
	if !ok || !fits || m == 0 || d < 1 || d > 31 || y < 1970 || y > 9999 {
		return 0, false
	}
	return daysFrom(y, m, d)*day + clock - offset, true
}

func clockOf(h, m, s int) (int64, bool) {
	return (int64(h)*3600 + int64(m)*60 + int64(s)) * 1000, h < 24 && m < 60 && s <= 60
}

// offset reads +0900, +09:00 or Z in milliseconds.
func (r *Reader) offset(b []byte) (int64, bool) {
	if len(b) == 1 && (b[0] == 'Z' || b[0] == 'z') {
		return 0, true
	}
	if len(b) == r.zone.width && r.zone.width > 0 && string(r.zone.text[:r.zone.width]) == string(b) {
		return r.zone.ms, true
	}
	minutes := 3
	if len(b) == 6 && b[3] == ':' {
		minutes = 4
	} else if len(b) != 5 {
		return 0, false
	}
	h, m := two(b, 1), two(b, minutes)
	if b[0] != '+' && b[0] != '-' || h > 18 || m > 59 {
		return 0, false
	}
	ms := (int64(h)*60 + int64(m)) * 60000
	if b[0] == '-' {
		ms = -ms
	}
	r.zone.width, r.zone.ms = copy(r.zone.text[:], b), ms
	return ms, true
}

// iso reads 2026-11-29T00:27:22.123+09:00, also with a space for the T, without fraction, and without offset, which
// then is UTC.
func (r *Reader) iso(b []byte) (int64, bool) {
	if len(b) < 19 {
		return 0, false
	}
	at, second := int64(0), two(b, 17)
	last := &r.isoMinute
	x, y := binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])
	if last.known && x == last.a && y == last.b && b[16] == ':' && second <= 60 {
		at = last.ms + int64(second)*1000
	} else {
		if b[4] != '-' || b[7] != '-' || b[10] != 'T' && b[10] != ' ' && b[10] != '\t' || b[13] != ':' || b[16] != ':' {
			return 0, false
		}
		year, month, d := two(b, 0)*100+two(b, 2), two(b, 5), two(b, 8)
		clock, fits := clockOf(two(b, 11), two(b, 14), second)
		if !fits || year < 1970 || year > 9999 || month < 1 || month > 12 || d < 1 || d > 31 {
			return 0, false
		}
		at = daysFrom(year, month, d)*day + clock
		*last = minute{a: x, b: y, ms: at - int64(second)*1000, known: true}
	}
	if len(b) == 24 && b[19] == '.' && b[23] == 'Z' {
		if ms, digits := hundreds(b[20:]); digits {
			return at + int64(ms), true
		}
	}
	b = b[19:]
	if len(b) > 0 && (b[0] == '.' || b[0] == ',') {
		scale := int64(100)
		for b = b[1:]; len(b) > 0 && b[0] >= '0' && b[0] <= '9'; b = b[1:] {
			at += int64(b[0]-'0') * scale
			scale /= 10
		}
	}
	for len(b) > 0 && b[0] == ' ' {
		b = b[1:]
	}
	if len(b) == 0 {
		return at, true
	}
	offset, ok := r.offset(b)
	return at - offset, ok
}

// time reads any of the forms: the common log format, ISO 8601, or seconds, milliseconds, microseconds or nanoseconds
// since 1970, which their size tells apart.
func (r *Reader) time(b []byte) (int64, bool) {
	if len(b) == 0 {
		return 0, false
	}
	if at, ok := r.iso(b); ok {
		return at, true
	}
	if at, ok := r.clf(b); ok {
		return at, true
	}
	whole, i := int64(0), 0
	for ; i < len(b) && b[i] >= '0' && b[i] <= '9'; i++ {
		if i > 18 {
			return 0, false
		}
		whole = whole*10 + int64(b[i]-'0')
	}
	switch {
	case i == 0:
		return 0, false
	case i >= 18:
		return whole / 1_000_000, i == len(b)
	case i >= 15:
		return whole / 1000, i == len(b)
	case i >= 12:
		return whole, i == len(b) || b[i] == '.'
	case i < 9:
		return 0, false
	}
	at := whole * 1000
	if i < len(b) && b[i] == '.' {
		scale := int64(100)
		for i++; i < len(b) && b[i] >= '0' && b[i] <= '9'; i++ {
			at += int64(b[i]-'0') * scale
			scale /= 10
		}
	}
	if i < len(b) && (b[i] == 'e' || b[i] == 'E') { // 1.7e9 is nobody's access log
		return 0, false
	}
	return at, i == len(b)
}
