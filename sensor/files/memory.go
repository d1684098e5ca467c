package files

import (
	"encoding/json"
	"path/filepath"
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

// outcome gives what is remembered of a content, or else judges it. What a library is said to be depends on the name.
func (m *memory) outcome(digest string, f file, judge func() outcome) outcome {
	key := strings.Join([]string{string(f.kind), strings.ToLower(filepath.Base(f.name)), digest}, " ")
	m.mu.Lock()
	o, have := m.now[key]
	if !have {
		o, have = m.before[key]
	}
	m.mu.Unlock()
	if !have {
		o = judge()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.now) < maxRemembered {
		m.now[key] = o
	}
	return o
}

// save forgets what the look did not meet, unless it was stopped before it could meet all.
func (m *memory) save(stopped bool) error {
	if m.state == nil {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if stopped {
		for key, o := range m.before {
			if len(m.now) < maxRemembered {
				m.now[key] = o
			}
		}
	}
	value, err := json.Marshal(remembering{m.edition, m.now})
	if err != nil {
		return err
	}
	return m.state.Save(m.key, value)
}
