//go:build load

package access

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"testing"

	"github.com/tillwatch/tillwatch/sensor/access/ledger"
)

// The scale of the Coupang case: so many tokens in use at once, and so many members.
const (
	scaleTokens  = 100_000_000
	scaleMembers = 33_673_817
	mostLedger   = 250 << 20
	mostMemory   = 1 << 30
)

// TestTheScaleOfTheCase keeps 100 million live tokens beside 33,673,817 members, and measures what that takes, the building
// included, and how often a token that was never issued is taken for issued.
//
//	go test -tags load -run Scale -v ./sensor/access
func TestTheScaleOfTheCase(t *testing.T) {
	resetPeak()
	list, out := io.Pipe()
	go func() { // as a list of members is read: one a line, with holes where somebody has left
		w := bufio.NewWriter(out)
		var line []byte
		for id, n := 1, 0; n < scaleMembers; id++ {
			if id%500 != 77 {
				line = append(strconv.AppendInt(line[:0], int64(id), 10), '\n')
				_, _ = w.Write(line)
				n++
			}
		}
		_ = w.Flush()
		_ = out.Close()
	}()
	all, err := ReadMembers(list)
	if err != nil || all.Count() != scaleMembers {
		t.Fatal(all.Count(), err)
	}
	t.Logf("%d members; peak %d MB", all.Count(), peak()>>20)

	var secret [32]byte
	hasher, err := ledger.NewHasher(secret[:])
	if err != nil {
		t.Fatal(err)
	}
	whole := ledger.New(ledger.Config{})
	asks := whole.Ask(ledger.AskerConfig{})
	const noon = 1_780_000_000
	entry := func(i int) ledger.Entry {
		at := noon + int64(i/(scaleTokens/3600))
		id := strconv.AppendInt([]byte("t"), int64(i), 10)
		return ledger.Entry{
			Token: hasher.Token(id).Fingerprint(), Member: hasher.Member(id[1:]).Fingerprint(), Kid: "member-2026", Issued: at, Expires: at + 3600,
		}
	}
	batch := make([]ledger.Entry, 0, 1<<12)
	for i := range scaleTokens {
		batch = append(batch, entry(i))
		if len(batch) == cap(batch) || i == scaleTokens-1 {
			if err := whole.Record(batch[len(batch)-1].Issued, batch...); err != nil {
				t.Fatal(err)
			}
			batch = batch[:0]
		}
	}
	if err := whole.Close(noon + 3600); err != nil { // waits for the last filter
		t.Fatal(err)
	}
	s := whole.Stats()
	t.Logf("%d live tokens, %d of them exactly, in %d buckets and %.1f MB; peak of all %d MB", s.Tokens, s.Exact, s.Buckets, float64(s.Bytes)/1e6, peak()>>20)
	if s.Tokens != scaleTokens || s.Bytes > mostLedger {
		t.Errorf("%d tokens in %d bytes, want %d in at most %d", s.Tokens, s.Bytes, scaleTokens, mostLedger)
	}
	if got := peak(); got > mostMemory {
		t.Errorf("%d bytes of memory at the peak, at most %d are to be needed", got, mostMemory)
	}

	for i := 0; i < scaleTokens; i += 9973 {
		e := entry(i)
		if v := asks.Judge(ledger.Use{Token: e.Token, Member: e.Member, Kid: e.Kid, At: noon + 3600}); v != ledger.Issued {
			t.Fatalf("token %d is %v", i, v)
		}
	}
	const asked = 50_000
	for _, says := range []bool{false, true} {
		missed := 0
		for i := range asked {
			e := entry(i)
			u := ledger.Use{Token: e.Token ^ 1<<40, Member: e.Member ^ ledger.Fingerprint(i), Kid: e.Kid, At: noon + 3600}
			expect := s.Miss
			if says {
				u.Expires, expect = e.Expires, s.MissExp
				u.Token ^= 1 << 41
			}
			if asks.Judge(u) == ledger.Issued {
				missed++
			}
			if i == asked-1 {
				t.Logf("of %d tokens that were never issued %d are taken for issued; %.1f are to be expected (expiry known: %v)", asked, missed, expect*asked, says)
				if float64(missed) > 3*expect*asked+10 {
					t.Error("too many")
				}
			}
		}
	}
	runtime.KeepAlive(all)
}

// resetPeak lets the system begin anew to note how much memory this process takes.
func resetPeak() {
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0o600)
}

// peak is how much memory the process has taken at most, in bytes; zero where the system does not tell.
func peak() int64 {
	text, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := bytes.Cut(text, []byte("VmHWM:"))
	fields := bytes.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kilobytes, _ := strconv.ParseInt(string(fields[0]), 10, 64)
	return kilobytes << 10
}
