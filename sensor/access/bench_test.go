package access

import (
	"bytes"
	"os"
	"testing"

	"github.com/tillwatch/tillwatch/sensor/access/line"
)

func BenchmarkParse(b *testing.B) {
	for _, name := range []string{"access.log", "access.json"} {
		f, err := os.Open("/tmp/acc/" + name)
		if err != nil {
			b.Skip(err)
		}
		text := make([]byte, 32<<20)
		n, _ := f.Read(text)
		f.Close()
		text = text[:bytes.LastIndexByte(text[:n], '\n')+1]
		lines := bytes.Count(text, []byte("\n"))
		b.Run(name, func(b *testing.B) {
			c := Config{}
			p := &parser{config: &c, hash: newHasher([16]byte{1, 2, 3}), lines: line.NewReader(nil), pages: newPages(), keys: newTexts(), page: map[string]uint16{}, key: map[string]keyIndex{}}
			ch := &chunk{text: text}
			for b.Loop() {
				p.parse(ch)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(lines), "ns/line")
		})
		b.Run(name+" count", func(b *testing.B) {
			for b.Loop() {
				bytes.Count(text, []byte("\n"))
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(lines), "ns/line")
		})
	}
}
