package access

import (
	"encoding/binary"
	"math"

	"github.com/RoaringBitmap/roaring/v2"
)

// codec writes what is remembered, or reads it back: one walk over the fields does both, so that the two cannot differ. What
// cannot be read makes it bad, and every further field is left as it was.
type codec struct {
	out    []byte
	in     []byte
	writes bool
	bad    bool
	other  bool // because it was written under another secret
}

type integer interface {
	~int | ~int8 | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32 | ~uint64
}

// num is a number in as few bytes as it needs.
func num[T integer](c *codec, v *T) {
	if c.writes {
		c.out = binary.AppendVarint(c.out, int64(*v))
		return
	}
	n, size := binary.Varint(c.in)
	if c.bad = c.bad || size <= 0 || int64(T(n)) != n; c.bad {
		return
	}
	c.in = c.in[size:]
	*v = T(n)
}

// wide is a number that uses all of its 64 bits.
func wide[T ~uint64](c *codec, v *T) {
	if c.writes {
		c.out = binary.LittleEndian.AppendUint64(c.out, uint64(*v))
		return
	}
	if c.bad = c.bad || len(c.in) < 8; c.bad {
		return
	}
	*v = T(binary.LittleEndian.Uint64(c.in))
	c.in = c.in[8:]
}

func (c *codec) float(v *float64) {
	bits := math.Float64bits(*v)
	wide(c, &bits)
	*v = math.Float64frombits(bits)
}

func (c *codec) flag(v *bool) {
	n := uint8(0)
	if *v {
		n = 1
	}
	num(c, &n)
	*v = n == 1
}

func (c *codec) text(v *string) {
	bytes := []byte(*v)
	c.bytes(&bytes)
	*v = string(bytes)
}

func (c *codec) bytes(v *[]byte) {
	n := c.count(len(*v))
	if c.writes {
		c.out = append(c.out, *v...)
		return
	}
	if c.bad {
		return
	}
	*v = append([]byte(nil), c.in[:n]...)
	c.in = c.in[n:]
}

// count is of things of which each takes a byte at least, so that no length that is made up can ask for more memory than
// there is text.
func (c *codec) count(n int) int {
	num(c, &n)
	if c.bad = c.bad || n < 0 || !c.writes && n > len(c.in); c.bad {
		return 0
	}
	return n
}

func list[T any](c *codec, v *[]T, one func(*T)) {
	n := c.count(len(*v))
	if !c.writes {
		*v = make([]T, 0, min(n, 1<<12))
	}
	for i := 0; i < n && !c.bad; i++ {
		if !c.writes {
			*v = append(*v, *new(T))
		}
		one(&(*v)[i])
	}
}

// table is a map. Its order is that of chance, and means nothing.
func table[K comparable, V any](c *codec, m *map[K]V, key func(*K), value func(*V)) {
	n := c.count(len(*m))
	if c.writes {
		for k, v := range *m {
			key(&k)
			value(&v)
		}
		return
	}
	*m = make(map[K]V, min(n, 1<<12))
	for i := 0; i < n && !c.bad; i++ {
		var k K
		var v V
		key(&k)
		value(&v)
		(*m)[k] = v
	}
}

func (c *codec) id(v *id)         { wide(c, v) }
func (c *codec) client(v *client) { wide(c, v) }
func (c *codec) at(v *int64)      { num(c, v) }

// optional is something behind a pointer that may be nil.
func optional[T any](c *codec, v **T, make func() *T, walk func(*T)) {
	there := *v != nil
	c.flag(&there)
	switch {
	case c.bad:
	case !there:
		*v = nil
	default:
		if !c.writes {
			*v = make()
		}
		walk(*v)
	}
}

func (c *codec) set(s **set) {
	optional(c, s, newSet, func(s *set) {
		var bitmap []byte
		if c.writes {
			small := s.small.bitmap()
			small.RunOptimize()
			bitmap, _ = small.ToBytes() // never fails: it is written to memory
		}
		c.bytes(&bitmap)
		if !c.writes && !c.bad {
			small := roaring.New()
			if err := small.UnmarshalBinary(bitmap); err != nil || small.Validate() != nil {
				c.bad = true
				return
			}
			for it := small.Iterator(); it.HasNext(); {
				s.add(id(it.Next()))
			}
		}
		c.hashes(&s.other)
		if !c.writes {
			s.count += s.other.used
		}
	})
}

func (c *codec) hashes(s *hashSet) {
	n := c.count(s.used)
	if c.writes {
		for _, v := range s.slots {
			if v != 0 {
				wide(c, &v)
			}
		}
		return
	}
	*s = hashSet{}
	for i := 0; i < n && !c.bad; i++ {
		var v uint64
		if wide(c, &v); v != 0 {
			s.add(v)
		}
	}
}

// met is a table of when each was met, in milliseconds.
func (c *codec) met(t *ageTable) {
	n := c.count(t.used)
	if c.writes {
		for i, k := range t.keys {
			if k != 0 {
				at := int64(t.at[i]) * 1000
				wide(c, &k)
				num(c, &at)
			}
		}
		return
	}
	*t = ageTable{}
	for i := 0; i < n && !c.bad; i++ {
		var k uint64
		var at int64
		wide(c, &k)
		if num(c, &at); k != 0 && !c.bad {
			t.put(k, uint32(at/1000))
		}
	}
}

func (c *codec) ages(a *ages) {
	num(c, &a.began)
	for _, t := range [...]*ageTable{&a.young, &a.old} {
		n := c.count(t.used)
		if c.writes {
			for i, k := range t.keys {
				if k != 0 {
					wide(c, &k)
					num(c, &t.at[i])
				}
			}
			continue
		}
		*t = ageTable{}
		for i := 0; i < n && !c.bad; i++ {
			var k uint64
			var at uint32
			wide(c, &k)
			num(c, &at)
			if k != 0 && !c.bad {
				t.put(k, at)
			}
		}
	}
}
