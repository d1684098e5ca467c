package ledger

import (
	"math/rand/v2"
	"testing"
)

func TestAFilterFindsAllThatWasPutInAndLittleElse(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 2, 3, 7, 100, 1000, 11_500, 12_345, 300_000} {
		var s set
		for s.n < n {
			s.add(Fingerprint(r.Uint64() | 1))
		}
		f, err := seal(&s)
		if err != nil {
			t.Fatalf("%d: %v", n, err)
		}
		for _, k := range s.keys(nil, 0, setTables) {
			if !f.has(k) {
				t.Fatalf("%d: a fingerprint is lost", n)
			}
		}
		wrong := 0
		const asked = 1 << 18
		for range asked {
			if f.has(Fingerprint(r.Uint64() &^ 1)) { // none that was put in is even
				wrong++
			}
		}
		if wrong > 25 { // 4 are expected
			t.Errorf("%d: %d of %d are found that were never put in", n, wrong, asked)
		}
		if n >= 100_000 && f.bytes() > n*20/8 {
			t.Errorf("%d: %d bytes", n, f.bytes())
		}
	}
}

func TestManyFiltersOfOneSet(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	var s set
	for range 300_000 {
		s.add(Fingerprint(r.Uint64() | 1))
	}
	f, err := sealBy(&s, 100_000)
	if err != nil || len(f.filters) != 4 {
		t.Fatalf("%d filters, %v", len(f.filters), err)
	}
	for _, k := range s.keys(nil, 0, setTables) {
		if !f.has(k) {
			t.Fatal("a fingerprint is lost")
		}
	}
	if bits := float64(f.bytes()) * 8 / float64(f.n); bits > 20 {
		t.Errorf("%.1f bits for a fingerprint", bits)
	}
}

// A set does what a map does.
func FuzzSet(f *testing.F) {
	f.Add([]byte("some bytes that are numbers"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var s set
		m := map[Fingerprint]bool{}
		for i := 0; i+1 < len(b); i++ {
			k := Fingerprint(b[i])<<56 | Fingerprint(b[i+1]) | 1<<20
			if s.add(k) == m[k] {
				t.Fatal("added twice, or not at all")
			}
			m[k] = true
			if !s.has(k) || s.has(k^2<<30) {
				t.Fatal("has")
			}
		}
		if s.n != len(m) || len(s.keys(nil, 0, setTables)) != len(m) {
			t.Fatal("count")
		}
	})
}

// A filter can be built of any number of fingerprints.
func TestAFilterOfAnyNumber(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(9, 9))
	for n := 1; n < 60_000; n += 1 + n/23 {
		keys := make([]Fingerprint, n)
		for i := range keys {
			keys[i] = Fingerprint(r.Uint64() | 1)
		}
		f, err := buildFuse(keys)
		if err != nil {
			t.Fatalf("%d: %v", n, err)
		}
		if bits := 8 * float64(f.bytes()) / float64(n); n > 10_000 && bits > 24 {
			t.Errorf("%d: %.1f bits for each", n, bits)
		}
	}
}
