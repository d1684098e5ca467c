package access

import (
	"encoding/binary"
	"math/bits"
	"net/netip"

	"github.com/tillwatch/tillwatch/sensor/access/line"
)

// record is what is kept of a line that somebody must judge.
type record struct {
	at      int64 // milliseconds since 1970
	index   uint32
	route   uint16
	status  uint16
	kind    kind
	reads   bool // an answer that holds data of a member's
	success line.Answer
	bare    bool // it names no page that it came from
	write   bool // POST, PUT, PATCH, DELETE
	records int32
	client  client
	member  id // whose data it is
	object  id // of an order or an address, which is not a member
	actor   id // whom the token or the session names
	account id // what was typed at a log-in
	user    id // of the administration
	session id
	agent   uint32
	key     keyIndex
	token   uint64 // fingerprint, 0 where there is none
	bearer  uint64 // fingerprint of whom it names
	expires int64  // seconds since 1970, of a token that is issued
	bytes   int64
}

// kind says what became of a line.
type kind uint8

const (
	kindOther  kind = iota
	kindRead        // of a page that is about a member
	kindLogin       // an attempt to log in
	kindIssued      // a token was issued or renewed
	kindAdmin       // a page of the administration
	kindJoin        // somebody registered
)

// id is the number of a member, or a hash of a name that is no number, which has the highest bit. 0 is nobody.
type id uint64

const hashed id = 1 << 63

// numeric says that the id is a number as the shop gives them one after the other.
func (i id) numeric() bool { return i != 0 && i&hashed == 0 }

// client is a network address: of IPv4 all of it, of IPv6 the network of 64 bits that one customer has.
type client uint64

const (
	v6        client = 1 << 63
	noAddress client = 0
)

// network is what one provider's customer, office or proxy can choose from: 24 bits of IPv4, 48 of IPv6.
func (c client) network() client {
	if c&v6 != 0 {
		return c &^ 0x7fff
	}
	return c &^ 0xff
}

// String is the network, which is all that is shown of an address.
func (c client) String() string {
	switch {
	case c == noAddress:
		return "an unknown address"
	case c&v6 != 0:
		var b [16]byte
		binary.BigEndian.PutUint64(b[:8], uint64(c.network()<<1))
		return netip.PrefixFrom(netip.AddrFrom16(b), 48).String()
	}
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], uint32(c.network()))
	return netip.PrefixFrom(netip.AddrFrom4(b), 24).String()
}

func readClient(text []byte) client {
	var n, part uint64
	dots := 0
	for _, c := range text {
		switch {
		case c >= '0' && c <= '9':
			part = part*10 + uint64(c-'0')
		case c == '.':
			n, part = n<<8|part&0xff, 0
			dots++
		default:
			return readClient6(text)
		}
	}
	if dots != 3 {
		return noAddress
	}
	return client(n<<8 | part&0xff | 1<<32)
}

func readClient6(text []byte) client {
	if len(text) > 45 {
		return noAddress
	}
	a, err := netip.ParseAddr(string(text))
	if err != nil {
		return noAddress
	}
	if a = a.Unmap(); a.Is4() {
		b := a.As4()
		return client(binary.BigEndian.Uint32(b[:])) | 1<<32
	}
	b := a.As16()
	return client(binary.BigEndian.Uint64(b[:8])>>1) | v6
}

// hasher turns texts into numbers with a secret, so that nobody can make many that fall together, nor try guesses on
// what is kept. The mixing is that of wyhash, https://github.com/wangyi-fudan/wyhash (public domain).
type hasher struct{ a, b uint64 }

func newHasher(secret [16]byte) hasher {
	return hasher{binary.LittleEndian.Uint64(secret[:8]) | 1, binary.LittleEndian.Uint64(secret[8:]) | 1}
}

func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

func (h hasher) sum(text []byte) uint64 {
	seed := h.a ^ uint64(len(text))
	for len(text) > 16 {
		seed = mix(binary.LittleEndian.Uint64(text)^h.b, binary.LittleEndian.Uint64(text[8:])^seed)
		text = text[16:]
	}
	var a, b uint64
	switch n := len(text); {
	case n >= 8:
		a, b = binary.LittleEndian.Uint64(text), binary.LittleEndian.Uint64(text[n-8:])
	case n >= 4:
		a, b = uint64(binary.LittleEndian.Uint32(text)), uint64(binary.LittleEndian.Uint32(text[n-4:]))
	case n > 0:
		a = uint64(text[0])<<16 | uint64(text[n/2])<<8 | uint64(text[n-1])
	}
	return mix(h.b^mix(a^h.b, b^seed), h.a^0x9e3779b97f4a7c15)
}

// id reads the name of a member.
func (h hasher) id(text []byte) id {
	if n := len(text); n > 0 && n <= 18 && (text[0] != '0' || n == 1) {
		var v uint64
		for _, c := range text {
			if c < '0' || c > '9' {
				return h.name(text)
			}
			v = v*10 + uint64(c-'0')
		}
		return id(v)
	}
	return h.name(text)
}

// name hashes a text whatever is in it.
func (h hasher) name(text []byte) id {
	if len(text) == 0 {
		return 0
	}
	return id(h.sum(text)) | hashed
}
