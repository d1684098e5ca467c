package php

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkAnalyse measures, over the PHP files in TILLWATCH_BENCH_TREE, how fast it is told which are to be gone through,
// and how fast those are.
func BenchmarkAnalyse(b *testing.B) {
	root := os.Getenv("TILLWATCH_BENCH_TREE")
	if root == "" {
		b.Skip("TILLWATCH_BENCH_TREE names no folder")
	}
	var all, through [][]byte
	size, left := int64(0), int64(0)
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || filepath.Ext(name) != ".php" {
			return err
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		all = append(all, content)
		size += int64(len(content))
		if Has(content, true) && Interesting(content) {
			through = append(through, content)
			left += int64(len(content))
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("prefilter", func(b *testing.B) {
		b.SetBytes(size)
		for b.Loop() {
			for _, content := range all {
				_ = Has(content, true) && Interesting(content)
			}
		}
	})
	b.Run("analysis", func(b *testing.B) {
		b.SetBytes(left)
		b.ReportMetric(float64(len(through)), "files")
		for b.Loop() {
			for _, content := range through {
				Analyse(content, Options{})
			}
		}
	})
}
