package access

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch/sensor/access/line"
)

// BenchmarkParse is the reading of one worker, without the judging.
func BenchmarkParse(b *testing.B) {
	const agent = "Mozilla/5.0 (Linux; Android 16; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Mobile Safari/537.36"
	paths := []string{"/assets/app.8f3a1c.js", "/products/cup-komorebi", "/media/bowl-yuki.webp", "/api/customers/%d/addresses"}
	var combined, json bytes.Buffer
	at := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	const lines = 20_000
	for i := range lines {
		at = at.Add(7 * time.Millisecond)
		path := paths[i%4]
		if i%4 == 3 {
			path = fmt.Sprintf(path, i*7919%100_000)
		}
		fmt.Fprintf(&combined, "198.18.2.%d - - [%s] \"GET %s HTTP/1.1\" 200 %d \"https://shop.example/\" \"%s\"\n", i%250, at.Format("02/Jan/2006:15:04:05 -0700"), path, i, agent)
		fmt.Fprintf(&json, `{"time":"%s","remote_addr":"198.18.2.%d","method":"GET","uri":"%s","status":200,"bytes":%d,"user_agent":"%s","sub":"%d","jti":"%032x","kid":"k1","sid":"%016x"}`+"\n",
			at.Format("2006-01-02T15:04:05.000Z"), i%250, path, i, agent, i, i*i, i)
	}
	for name, text := range map[string][]byte{"combined": combined.Bytes(), "JSON": json.Bytes()} {
		b.Run(name, func(b *testing.B) {
			p := &parser{
				config: &Config{}, hash: newHasher([16]byte{1, 2, 3}), lines: line.NewReader(nil), pages: newPages(), keys: newTexts(),
				page: map[string]uint16{}, key: map[string]keyIndex{},
			}
			c := &chunk{text: text}
			for b.Loop() {
				p.parse(c)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/lines, "ns/line")
		})
	}
}
