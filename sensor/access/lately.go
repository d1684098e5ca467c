package access

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/tillwatch/tillwatch/sensor/access/ledger"
)

// What a worker met lately it knows again without asking: of which page a path is, and by which print a token goes.

// lately is a page that was met not long ago.
type lately struct {
	shape  uint64
	source string
	n      uint16
}

// route gives the number of a path's pattern. It asks this worker's memory first, for what it met lately by its shape.
func (p *parser) route(got *path, source string) uint16 {
	slot := &p.lately[spread(got.shape)%uint64(len(p.lately))]
	if got.shape != 0 && slot.shape == got.shape && slot.source == source {
		return slot.n
	}
	p.name = got.pattern(p.name[:0])
	n := p.number(p.name, source, func() page {
		if source == "admin" {
			return page{name: string(p.name), admin: true, source: source}
		}
		return page{name: string(p.name), data: got.holds(), source: source}
	})
	*slot = lately{got.shape, source, n}
	return n
}

// number gives the number of a page, also first out of this worker's memory.
func (p *parser) number(name []byte, source string, make func() page) uint16 {
	p.pageKey = append(append(append(p.pageKey[:0], name...), 0), source...)
	n, known := p.page[string(p.pageKey)]
	if !known {
		n = p.pages.number(make())
		if len(p.page) < maxPages {
			p.page[string(p.pageKey)] = n
		}
	}
	return n
}

// prints are how the ledger knows a token and whom it names: by the shop's hasher, where the ledger is shared with others, and
// otherwise by the first eight bytes of the SHA-256 of the token's id. A log may hold prints in their place.
func (p *parser) prints(token, subject []byte, actor id) (of, bearer uint64) {
	if p.config.Hasher == nil {
		return p.print(token), uint64(actor)
	}
	print, err := ledger.ParsePrint(token)
	if err != nil {
		print = p.config.Hasher.Token(token)
	}
	if len(subject) > 0 {
		member, err := ledger.ParsePrint(subject)
		if err != nil {
			member = p.config.Hasher.Member(subject)
		}
		bearer = uint64(member.Fingerprint())
	}
	return uint64(print.Fingerprint()), bearer
}

// printed is a token that was met not long ago.
type printed struct {
	token [44]byte
	size  uint8
	of    uint64
}

// print asks this worker's memory first: a token is used many times.
func (p *parser) print(token []byte) uint64 {
	slot := &p.printed[p.hash.sum(token)%uint64(len(p.printed))]
	if string(slot.token[:slot.size]) == string(token) {
		return slot.of
	}
	sum := sha256.Sum256(token)
	of := max(1, binary.BigEndian.Uint64(sum[:8]))
	if len(token) <= len(slot.token) {
		slot.size, slot.of = uint8(copy(slot.token[:], token)), of
	}
	return of
}
