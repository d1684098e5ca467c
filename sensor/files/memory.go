package files

import (
	"encoding/json"
	"path"
	"strings"
	"sync"

	"github.com/tillwatch/tillwatch"
)

// memory knows what became of each content. It goes by digests alone: sizes and times of files can be set by whoever
// changed them.
type memory struct {
	state   tillwatch.State
	key     string
	edition string

	mu     sync.Mutex
	before map[string]outcome // of the last look
	now    map[string]outcome
}

// remembering is a memory as it is saved.
type remembering struct {
	Edition  string             `json:"edition"`
	Outcomes map[string]outcome `json:"outcomes"`
}

// maxRemembered bounds the memory of one target.
const maxRemembered = 100_000

// remembered loads the memory of a target. One that cannot be read costs time and nothing else.
func remembered(c Config, t tillwatch.Target) *memory {
	m := &memory{state: c.State, key: "outcomes of " + t.Shop + " " + t.Place, now: map[string]outcome{}}
	m.edition = strings.Join([]string{c.Edition, c.Data.Date(), c.Own}, " ")
	if m.state == nil {
		return m
	}
	value, err := m.state.Load(m.key)
	var saved remembering
	if err == nil && json.Unmarshal(value, &saved) == nil && saved.Edition == m.edition {
		m.before = saved.Outcomes
	}
	return m
}

// of gives what is remembered of a file's content.
func (m *memory) of(f *found) (outcome, bool) {
	key := memoryKey(f)
	m.mu.Lock()
	defer m.mu.Unlock()
	o, have := m.now[key]
	if !have {
		o, have = m.before[key]
	}
	if have && len(m.now) < maxRemembered {
		m.now[key] = o
	}
	return o, have
}

// outcome gives what is remembered of a content, or else judges it. What a library is said to be depends on the name.
func (m *memory) outcome(f *found, judge func() outcome) outcome {
	if o, have := m.of(f); have {
		return o
	}
	o := judge()
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.now) < maxRemembered {
		m.now[memoryKey(f)] = o
	}
	return o
}

func memoryKey(f *found) string {
	return strings.Join([]string{string(f.kind), strings.ToLower(path.Base(f.path)), f.file.Digest.String()}, " ")
}

// save forgets what the look did not meet, unless it was stopped before it could meet all. That nothing is to be said of a
// content, the baseline remembers in less room, once it is saved.
func (m *memory) save(stopped bool) error {
	if m.state == nil {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	kept := make(map[string]outcome)
	for _, from := range []map[string]outcome{m.now, m.before} {
		for key, o := range from {
			if _, have := kept[key]; !have && len(kept) < maxRemembered && (stopped || !o.empty()) {
				kept[key] = o
			}
		}
		if !stopped {
			break
		}
	}
	value, err := json.Marshal(remembering{m.edition, kept})
	if err != nil {
		return err
	}
	return m.state.Save(m.key, value)
}

func (o outcome) empty() bool {
	return len(o.Signs) == 0 && len(o.Capabilities) == 0 && o.Partial == "" && !o.PHP && !o.Inert
}
