package script

import (
	"encoding/json"
	"sort"
)

// mapped ties a place of the lowered source to one of the original, both packed.
type mapped struct{ lowered, original int }

// locator gives the original offset of an offset in the lowered source. It uses the map that esbuild has just made, never
// one that a source brings along: that could say anything. The map is read when first asked: most scripts have nothing
// to show.
func locator(original, lowered string, sourceMap []byte) func(int) int {
	var list []mapped
	var from, to *lines
	return func(offset int) int {
		if from == nil {
			from, to, list = newLines(lowered), newLines(original), mappings(sourceMap)
		}
		line, column := from.at(offset)
		at := pack(line-1, column-1)
		i := sort.Search(len(list), func(i int) bool { return list[i].lowered > at })
		if i == 0 {
			return 0
		}
		e := list[i-1]
		return to.offset(e.original>>columnBits, e.original&(1<<columnBits-1))
	}
}

// mappings reads a source map. What it cannot read of it is not there.
func mappings(sourceMap []byte) (list []mapped) {
	var m struct {
		Mappings string `json:"mappings"`
	}
	if json.Unmarshal(sourceMap, &m) != nil {
		return nil
	}
	line, column, originalLine, originalColumn := 0, 0, 0, 0
	for i := 0; i < len(m.Mappings); {
		switch m.Mappings[i] {
		case ';':
			line++
			column = 0
			i++
			continue
		case ',':
			i++
			continue
		}
		var fields [5]int
		n := 0
		for i < len(m.Mappings) && m.Mappings[i] != ',' && m.Mappings[i] != ';' {
			v, size := vlq(m.Mappings[i:])
			if size == 0 {
				return list
			}
			if n < len(fields) {
				fields[n] = v
			}
			n++
			i += size
		}
		column += fields[0]
		if n >= 4 {
			originalLine += fields[2]
			originalColumn += fields[3]
			list = append(list, mapped{pack(line, column), pack(originalLine, originalColumn)})
		}
	}
	return list
}

// columnBits is how much of a packed place is its column: lowered sources have at most as many bytes.
const columnBits = 32

func pack(line, column int) int { return line<<columnBits | column }

// vlq reads a number of a source map.
func vlq(s string) (value, size int) {
	shift := 0
	for size < len(s) && size < 7 {
		c := s[size]
		size++
		var d int
		switch {
		case c >= 'A' && c <= 'Z':
			d = int(c - 'A')
		case c >= 'a' && c <= 'z':
			d = int(c-'a') + 26
		case c >= '0' && c <= '9':
			d = int(c-'0') + 52
		case c == '+':
			d = 62
		case c == '/':
			d = 63
		default:
			return 0, 0
		}
		value |= (d & 31) << shift
		shift += 5
		if d&32 == 0 {
			if value&1 != 0 {
				return -(value >> 1), size
			}
			return value >> 1, size
		}
	}
	return 0, 0
}
