//go:build corpus

package script_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch/script"
)

// What a shop's page carries, as published: the benchmark reads them from the corpus, so run TestCorpus once before.
var bundles = []string{
	"jquery@", "jquery-ui@", "jquery-validation@", "lodash@", "underscore@", "moment@", "bootstrap@", "vue@", "alpinejs@", "swiper@", "chart.js@", "leaflet@", "select2@",
	"slick-carousel@", "flatpickr@", "dompurify@", "@popperjs/core@", "axios@", "video.js@", "cleave.js@", "imask@", "@stripe/stripe-js@", "posthog-js@", "@sentry/browser@",
}

// BenchmarkAnalyse measures real bundles, by the way in which they can be read.
func BenchmarkAnalyse(b *testing.B) {
	cache, err := os.UserCacheDir()
	if err != nil {
		b.Fatal(err)
	}
	list, err := os.ReadFile("testdata/corpus.txt")
	if err != nil {
		b.Fatal(err)
	}
	byParsed := map[script.Parsed][][]byte{}
	for _, name := range strings.Fields(string(list)) {
		wanted := false
		for _, bundle := range bundles {
			wanted = wanted || strings.HasPrefix(name, bundle)
		}
		if !wanted {
			continue
		}
		archive, err := fetched(filepath.Join(cache, "tillwatch", "corpus"), name)
		if err != nil {
			b.Logf("not to be had: %s: %v", name, err)
			continue
		}
		err = eachScript(archive, func(_ string, source []byte) {
			if len(source) > 30_000 && len(source) < 1<<20 {
				p := script.Analyse(source, script.Options{}).Parsed
				byParsed[p] = append(byParsed[p], source)
			}
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	for _, p := range []script.Parsed{script.ParsedWhole, script.ParsedLowered} {
		b.Run(string(p), func(b *testing.B) {
			n := 0
			for _, source := range byParsed[p] {
				n += len(source)
			}
			b.SetBytes(int64(n))
			b.ReportMetric(float64(len(byParsed[p])), "files")
			for b.Loop() {
				for _, source := range byParsed[p] {
					script.Analyse(source, script.Options{})
				}
			}
		})
	}
	b.Run("statements", func(b *testing.B) {
		n := 0
		for _, source := range byParsed[script.ParsedWhole] {
			n += len(source)
		}
		b.SetBytes(int64(n))
		for b.Loop() {
			for _, source := range byParsed[script.ParsedWhole] {
				script.Statements(source)
			}
		}
	})
}
