//go:build corpus

package serverside

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
)

// TestCorpus judges the files of folders that hold honest programs, such as the unpacked packages of a distribution, and
// fails where more than one of 10,000 is medium or above:
//
//	TILLWATCH_CODE=/usr/share/perl5:/usr/lib/python3 go test -tags corpus -run TestCorpus -v ./sensor/files/serverside
func TestCorpus(t *testing.T) {
	folders := filepath.SplitList(os.Getenv("TILLWATCH_CODE"))
	if len(folders) == 0 {
		t.Skip("TILLWATCH_CODE names no folder")
	}
	files, bytes, flagged, low := 0, 0, 0, 0
	by := map[Language]int{}
	var busy time.Duration
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(name string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			content, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			l := LanguageOf(name, content)
			if l == None {
				return nil
			}
			begin := time.Now()
			a := Analyse(l, content)
			took := time.Since(begin)
			files++
			bytes += len(content)
			busy += took
			by[l]++
			if took > 500*time.Millisecond {
				fmt.Println("SLOW", name, took, len(content), a.Partial)
			} else if a.Partial != "" {
				fmt.Println("PARTIAL", name, len(content), a.Partial)
			}
			switch {
			case a.Severity >= tillwatch.Medium:
				flagged++
				fmt.Println(name, a.Language, a.Score, a.Reasons)
			case a.Severity == tillwatch.Low:
				low++
				if os.Getenv("TILLWATCH_CODE_SHOW") == "low" {
					fmt.Println("low", name, a.Language, a.Score, a.Reasons[0])
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d files, %.1f MB %v: %d medium or above, %d low; %.1f MB/s", files, float64(bytes)/1e6, by, flagged, low, float64(bytes)/1e6/busy.Seconds())
	if flagged*10_000 > files {
		t.Errorf("%d of %d honest files are medium or above", flagged, files)
	}
}
