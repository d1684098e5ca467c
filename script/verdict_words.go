package script

import (
	"bytes"
	"strings"
)

// words judges a source that could not be parsed by what stands close together in it: names of card fields, something
// that sends, and somebody else's address.
func (j *judgement) words(text string) {
	const window = 2048
	last := -window
	for i, h := range j.survey.hits {
		if h.of&interestCard == 0 || int(h.offset) < last+window {
			continue
		}
		last = int(h.offset)
		from, to := max(last-window, 0), min(last+window, len(text))
		var of interest
		cards := 0
		for k := max(i-64, 0); k < min(i+64, len(j.survey.hits)); k++ {
			if o := int(j.survey.hits[k].offset); o >= from && o < to {
				of |= j.survey.hits[k].of
				if j.survey.hits[k].of&interestCard != 0 {
					cards++
				}
			}
		}
		host := foreignHostIn(text[from:to], j.options)
		if of&(interestSink|interestWeak) == 0 || of&interestSource == 0 || host == "" {
			continue
		}
		points := 25
		if cards > 2 && of&interestTill != 0 {
			points = 55
		}
		j.core(points, position{&layer{}, last}, "names card fields next to something that sends and the host "+host)
	}
}

// foreignHostIn is the first host of somebody else's that is named in text.
func foreignHostIn(text string, o Options) string {
	rest := []byte(text)
	for {
		i := bytes.Index(rest, []byte("//"))
		if i < 0 {
			return ""
		}
		rest = rest[i+2:]
		host := cleanHost(string(rest[:min(len(rest), 260)]))
		if knownHost(host) && !isLocal(host) && (o.Own == "" || !strings.HasSuffix(host, o.Own)) && (o.Trusted == nil || !o.Trusted(host)) {
			return host
		}
	}
}
