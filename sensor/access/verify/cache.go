package verify

import (
	"sync"
)

// cache remembers tokens whose signature was good, by a keyed hash of the whole. It holds so many at most: what was not
// asked for since the hand came by last is forgotten first (the second-chance rule). Safe for concurrent use.
type cache struct {
	shards [64]shard
	each   int
}

type shard struct {
	mu   sync.Mutex
	at   map[[16]byte]int
	ring []slot
	hand int
}

type slot struct {
	key  [16]byte
	seen *seen
	used bool
}

func newCache(most int) *cache {
	c := &cache{each: max(1, most/len(cache{}.shards))}
	for i := range c.shards {
		c.shards[i].at = map[[16]byte]int{}
	}
	return c
}

func (c *cache) get(key [16]byte) *seen {
	s := &c.shards[key[0]&63]
	s.mu.Lock()
	defer s.mu.Unlock()
	i, ok := s.at[key]
	if !ok {
		return nil
	}
	s.ring[i].used = true
	return s.ring[i].seen
}

func (c *cache) put(key [16]byte, v *seen) {
	s := &c.shards[key[0]&63]
	s.mu.Lock()
	defer s.mu.Unlock()
	if i, ok := s.at[key]; ok {
		s.ring[i].seen = v
		return
	}
	if len(s.ring) < c.each {
		s.at[key] = len(s.ring)
		s.ring = append(s.ring, slot{key: key, seen: v})
		return
	}
	for s.ring[s.hand].used {
		s.ring[s.hand].used = false
		s.hand = (s.hand + 1) % len(s.ring)
	}
	delete(s.at, s.ring[s.hand].key)
	s.ring[s.hand] = slot{key: key, seen: v}
	s.at[key] = s.hand
	s.hand = (s.hand + 1) % len(s.ring)
}

func (c *cache) len() int {
	n := 0
	for i := range c.shards {
		c.shards[i].mu.Lock()
		n += len(c.shards[i].ring)
		c.shards[i].mu.Unlock()
	}
	return n
}

// clear forgets all: the keys have changed.
func (c *cache) clear() {
	for i := range c.shards {
		s := &c.shards[i]
		s.mu.Lock()
		clear(s.at)
		s.ring, s.hand = nil, 0
		s.mu.Unlock()
	}
}
