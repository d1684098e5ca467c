package canary

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the plot in docs again")

// seeded gives as many bytes as are asked for.
func seeded(n uint64) *rand.ChaCha8 {
	var seed [32]byte
	seed[0], seed[1], seed[2] = byte(n), byte(n>>8), 1
	return rand.NewChaCha8(seed)
}

// left are numbers that nobody has any more: three in a hundred.
func left(id uint64) bool { return id*2654435761%100 < 3 }

func TestEachBlockHoldsOneAtAFreePlace(t *testing.T) {
	s := Strata{Block: 1000, From: 1, To: 200_000}
	p, err := s.Place(seeded(1), func(id uint64) bool { return !left(id) })
	if err != nil || len(p.IDs) != 200 || p.Full != 0 {
		t.Fatalf("%d placed, %d blocks full, %v", len(p.IDs), p.Full, err)
	}
	for i, id := range p.IDs {
		if (id-1)/1000 != uint64(i) || !left(id) {
			t.Fatalf("%d is not a free number of block %d", id, i)
		}
	}
	if p.Bound > s.Certain() || p.Bound < 1000 {
		t.Errorf("certain within %d", p.Bound)
	}
	other, _ := s.Place(seeded(2), func(id uint64) bool { return !left(id) })
	if slices.Equal(p.IDs, other.IDs) {
		t.Error("the places do not depend on chance")
	}
}

func TestAFullBlockWeakensTheBound(t *testing.T) {
	s := Strata{Block: 100, From: 1, To: 1000}
	p, err := s.Place(seeded(3), func(id uint64) bool { return id <= 500 || id == 1000 })
	if err != nil || p.Full != 5 || len(p.IDs) != 5 || p.Bound <= 500 {
		t.Errorf("%+v, %v", p, err)
	}
	for _, bad := range []Strata{{}, {Block: 1, From: 1, To: 9}, {Block: 10, From: 9, To: 1}, {Block: 10, From: 0, To: 100}} {
		if _, err := bad.Place(seeded(1), left); !errors.Is(err, ErrStrata) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	if _, err := s.Place(strings.NewReader("short"), left); err == nil {
		t.Error("too little chance was enough")
	}
}

// theft reads until the first canary, and says how many were read.
type theft func(r *rand.Rand, p Placement, s Strata) uint64

func inOrder(r *rand.Rand, p Placement, s Strata) uint64 {
	start := s.From + r.Uint64N(s.To-s.From+1-2*s.Block)
	i, _ := slices.BinarySearch(p.IDs, start)
	return p.IDs[i] - start + 1
}

func atRandom(r *rand.Rand, p Placement, s Strata) uint64 {
	seen := map[uint64]bool{}
	for {
		id := s.From + r.Uint64N(s.To-s.From+1)
		if seen[id] {
			continue
		}
		seen[id] = true
		if _, is := slices.BinarySearch(p.IDs, id); is {
			return uint64(len(seen))
		}
	}
}

// thefts are a thousand, each against canaries that were planted anew.
func thefts(t *testing.T, of theft) []float64 {
	t.Helper()
	s := Strata{Block: 1000, From: 1, To: 100_000}
	var lost []float64
	for n := range uint64(1000) {
		p, err := s.Place(seeded(n), func(uint64) bool { return false })
		if err != nil {
			t.Fatal(err)
		}
		lost = append(lost, float64(of(rand.New(seeded(n+5000)), p, s)))
	}
	slices.Sort(lost)
	return lost
}

func mean(xs []float64) float64 {
	sum := 0.0
	for _, x := range xs {
		sum += x
	}
	return sum / float64(len(xs))
}

// TestAThousandThefts holds the formulas against thefts with fixed seeds: the mean within four of its standard errors, and
// the 99th percentile between what the formula gives for 2 % and for 0.4 %, where that of a thousand lies but once in 300.
func TestAThousandThefts(t *testing.T) {
	s := Strata{Block: 1000, From: 1, To: 100_000}
	for _, c := range []struct {
		name       string
		of         theft
		mean       float64
		deviation  float64
		less, more float64
	}{
		{"in order", inOrder, s.MeanRun(), 380, float64(s.RunWithin(0.02)), float64(s.RunWithin(0.004))},
		{"at random", atRandom, RandomMean(100_000, 100), 1000, float64(RandomWithin(100_000, 100, 0.02)), float64(RandomWithin(100_000, 100, 0.004))},
	} {
		lost := thefts(t, c.of)
		got, p99 := mean(lost), lost[989]
		t.Logf("%s: mean %.0f, formula %.0f; 99th percentile %.0f, between %.0f and %.0f; most %.0f", c.name, got, c.mean, p99, c.less, c.more, lost[999])
		if math.Abs(got-c.mean) > 4*c.deviation/math.Sqrt(1000) {
			t.Errorf("%s: %.0f read on average, the formula says %.0f", c.name, got, c.mean)
		}
		if p99 < c.less || p99 > c.more {
			t.Errorf("%s: the 99th percentile is %.0f, the formula says %.0f to %.0f", c.name, p99, c.less, c.more)
		}
		if c.name == "in order" && lost[999] > float64(s.Certain()) {
			t.Errorf("%.0f were read in order without a canary; certain are %d", lost[999], s.Certain())
		}
	}
}

func TestTheTableForRandomReads(t *testing.T) {
	for _, c := range []struct{ n, c, half, p99 uint64 }{ // of the table by (1-c/n)^r, which is the same to within a read in a thousand
		{33_673_817, 337, 69_261, 460_157}, {33_673_817, 3367, 6932, 46_055}, {33_673_817, 10_000, 2334, 15_506},
	} {
		if half := RandomWithin(c.n, c.c, 0.5); math.Abs(float64(half)-float64(c.half)) > 0.01*float64(c.half) {
			t.Errorf("%d canaries: half after %d, want about %d", c.c, half, c.half)
		}
		if p99 := RandomWithin(c.n, c.c, 0.01); math.Abs(float64(p99)-float64(c.p99)) > 0.01*float64(c.p99) {
			t.Errorf("%d canaries: 99 %% after %d, want about %d", c.c, p99, c.p99)
		}
	}
	if RandomWithin(100, 0, 0.5) != 0 || RandomWithin(10, 10, 0.5) != 1 {
		t.Error("none, or nothing but canaries")
	}
}

// TestThePlotIsOfTheseThefts draws what the other test measures; -update writes it again.
func TestThePlotIsOfTheseThefts(t *testing.T) {
	const name = "../docs/canary-thefts.svg"
	s := Strata{Block: 1000, From: 1, To: 100_000}
	got := plot(s, thefts(t, inOrder), thefts(t, atRandom))
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil || !bytes.Equal(want, got) {
		t.Errorf("%s is not of these thefts (%v): go test ./canary -run Plot -update", name, err)
	}
}

// plot is the share of thefts that had met a canary by so many reads, measured as steps and by the formula as a line.
func plot(s Strata, ordered, random []float64) []byte {
	const width, height, left, bottom, most = 640.0, 320.0, 60.0, 50.0, 6000.0
	x := func(reads float64) float64 { return left + reads/most*(width-left-20) }
	y := func(share float64) float64 { return height - bottom - share*(height-bottom-30) }
	var b strings.Builder
	fmt.Fprintf(&b, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" font-family=\"sans-serif\" font-size=\"12\">\n<title>Reads until the first canary customer, 1,000 simulated thefts each</title>\n<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n", width, height)
	for _, share := range []float64{0, 0.25, 0.5, 0.75, 0.99} {
		fmt.Fprintf(&b, "<path d=\"M%.1f %.1fH%.0f\" stroke=\"#ddd\"/><text x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\">%.0f %%</text>\n", left, y(share), width-20, left-6, y(share)+4, share*100)
	}
	for reads := 0.0; reads <= most; reads += 1000 {
		fmt.Fprintf(&b, "<text x=\"%.1f\" y=\"%.0f\" text-anchor=\"middle\">%.0f</text>\n", x(reads), height-bottom+18, reads)
	}
	fmt.Fprintf(&b, "<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"middle\">members read until the first canary (100 canaries, blocks of %d, 100,000 numbers)</text>\n", width/2, height-12, s.Block)
	steps := func(lost []float64, color string) {
		fmt.Fprintf(&b, "<path fill=\"none\" stroke=\"%s\" stroke-width=\"2\" d=\"M%.1f %.1f", color, x(0), y(0))
		for i := 9; i < len(lost); i += 10 {
			if lost[i] <= most {
				fmt.Fprintf(&b, "L%.1f %.1f", x(lost[i]), y(float64(i+1)/1000))
			}
		}
		b.WriteString("\"/>\n")
	}
	line := func(missed func(reads float64) float64) {
		fmt.Fprintf(&b, "<path fill=\"none\" stroke=\"#000\" stroke-dasharray=\"3 3\" d=\"M%.1f %.1f", x(0), y(0))
		for reads := 60.0; reads <= most; reads += 60 {
			fmt.Fprintf(&b, "L%.1f %.1f", x(reads), y(1-missed(reads)))
		}
		b.WriteString("\"/>\n")
	}
	steps(ordered, "#06c")
	steps(random, "#c50")
	line(func(reads float64) float64 { // what is left of a renewal process with triangular distances
		d := reads / float64(s.Block)
		switch {
		case d < 1:
			return 1 - d + d*d*d/6
		case d < 2:
			return (2 - d) * (2 - d) * (2 - d) / 6
		}
		return 0
	})
	line(func(reads float64) float64 {
		return math.Exp(lchoose(99_900, uint64(reads)) - lchoose(100_000, uint64(reads)))
	})
	fmt.Fprintf(&b, "<path d=\"M%.1f %.1fV%.1f\" stroke=\"#06c\" stroke-dasharray=\"6 3\"/><text x=\"%.1f\" y=\"22\" fill=\"#06c\">certain: %d</text>\n", x(float64(s.Certain())), y(0), y(1), x(float64(s.Certain()))+4, s.Certain())
	fmt.Fprintf(&b, "<text x=\"%.0f\" y=\"%.0f\" fill=\"#06c\">read in order: mean %.0f (formula %.0f), 99 %% by %.0f (%d)</text>\n", 250.0, y(0.35), mean(ordered), s.MeanRun(), ordered[989], s.RunWithin(0.01))
	fmt.Fprintf(&b, "<text x=\"%.0f\" y=\"%.0f\" fill=\"#c50\">read at random: mean %.0f (formula %.0f), 99 %% by %.0f (%d)</text>\n", 250.0, y(0.27), mean(random), RandomMean(100_000, 100), random[989], RandomWithin(100_000, 100, 0.01))
	fmt.Fprintf(&b, "<text x=\"%.0f\" y=\"%.0f\">dashed: the formula; lines: 1,000 thefts with fixed seeds</text>\n</svg>\n", 250.0, y(0.19))
	return []byte(b.String())
}
