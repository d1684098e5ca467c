//go:build corpus

package php

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
)

// TestCorpus judges the PHP files of folders that hold honest applications, such as the unpacked packages of a
// distribution, and fails where more than one of 10,000 is medium or above:
//
//	TILLWATCH_PHP=/usr/share/php:/usr/share/wordpress go test -tags corpus -run TestCorpus -v ./sensor/files/php
//
// With TILLWATCH_PHP_SHOW=missed it lists what is below medium instead, for folders of attacks of one's own.
func TestCorpus(t *testing.T) {
	folders := filepath.SplitList(os.Getenv("TILLWATCH_PHP"))
	if len(folders) == 0 {
		t.Skip("TILLWATCH_PHP names no folder")
	}
	var names []string
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(name string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			switch strings.ToLower(filepath.Ext(name)) {
			case ".php", ".phtml", ".inc", ".module", ".php5", ".tpl":
				if d.Type().IsRegular() {
					names = append(names, name)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	var mu sync.Mutex
	var group sync.WaitGroup
	jobs := make(chan string)
	files, bytes, interesting, flagged, low := 0, 0, 0, 0, 0
	var busy, filter time.Duration
	missed := os.Getenv("TILLWATCH_PHP_SHOW") == "missed"
	for range 2 {
		group.Go(func() {
			for name := range jobs {
				content, err := os.ReadFile(name)
				if err != nil || !Has(content, true) {
					continue
				}
				begin := time.Now()
				look := Interesting(content)
				sifted := time.Since(begin)
				begin = time.Now()
				a := &Analysis{}
				if look {
					a = Analyse(content, Options{})
				}
				took := time.Since(begin)
				mu.Lock()
				files++
				bytes += len(content)
				busy += took
				filter += sifted
				if look {
					interesting++
				}
				if took > 500*time.Millisecond {
					fmt.Printf("SLOW %s %s (%d bytes, %d steps) %s\n", name, took, len(content), a.steps, a.Partial)
				}
				worst := tillwatch.Info
				for _, v := range a.Verdicts {
					worst = max(worst, v.Severity)
				}
				switch {
				case worst >= tillwatch.Medium:
					flagged++
					if !missed {
						for _, v := range a.Verdicts {
							if v.Severity >= tillwatch.Medium {
								fmt.Println(name, v)
							}
						}
					}
				case worst == tillwatch.Low:
					low++
				}
				if missed && worst < tillwatch.Medium {
					fmt.Println("MISSED", name, a.Verdicts, a.Partial, look)
				}
				mu.Unlock()
			}
		})
	}
	for _, name := range names {
		jobs <- name
	}
	close(jobs)
	group.Wait()
	t.Logf("%d files, %.1f MB: %d medium or above, %d low, %d worth going through; %.1f MB/s, filter %.0f MB/s", files, float64(bytes)/1e6, flagged, low, interesting,
		float64(bytes)/1e6/busy.Seconds(), float64(bytes)/1e6/filter.Seconds())
	if !missed && flagged*10_000 > files {
		t.Errorf("%d of %d honest files are medium or above", flagged, files)
	}
}
