package database

import (
	"encoding/json"
	"sync"
	"time"
)

// memory is how far following has come, as it is saved: numbers of keys and times of looks, and nothing of any row.
type memory struct {
	write func([]byte) error
	mu    sync.Mutex
	saved time.Time
	state followState
}

type followState struct {
	Tables map[string]*tableState `json:"tables"`
}

type tableState struct {
	Mark   watermark `json:"mark"`
	Passed time.Time `json:"passed"` // when all of it was gone through
}

// saveEvery is how often the memory is written. What is lost of it is read once more.
const saveEvery = 5 * time.Second

// remembered loads the memory of the target. One that cannot be read costs a pass over the tables and nothing else.
func (l *look) remembered() *memory {
	m := &memory{state: followState{Tables: map[string]*tableState{}}}
	if l.config.State == nil {
		return m
	}
	key := "following " + l.target.Shop + " " + l.target.Place
	m.write = func(value []byte) error { return l.config.State.Save(key, value) }
	if value, err := l.config.State.Load(key); err == nil && value != nil {
		var s followState
		if json.Unmarshal(value, &s) == nil && s.Tables != nil {
			m.state = s
		}
	}
	return m
}

func (t *task) id() string { return t.table.schema + "." + t.table.name + " " + t.where }

func (m *memory) table(t *task) *tableState {
	s := m.state.Tables[t.id()]
	if s == nil {
		s = &tableState{}
		m.state.Tables[t.id()] = s
	}
	return s
}

func (m *memory) watermark(t *task) *watermark {
	m.mu.Lock()
	defer m.mu.Unlock()
	return &m.table(t).Mark
}

func (m *memory) passed(t *task) time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.table(t).Passed
}

func (m *memory) notePassed(t *task) {
	m.change(func() { m.table(t).Passed = time.Now() })
}

// change does something to what is remembered, while it is not being saved.
func (m *memory) change(do func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	do()
}

// save writes the memory, if it has not been written just now.
func (m *memory) save(now bool) error {
	m.mu.Lock()
	if m.write == nil || !now && time.Since(m.saved) < saveEvery {
		m.mu.Unlock()
		return nil
	}
	m.saved = time.Now()
	value, err := json.Marshal(m.state)
	m.mu.Unlock()
	if err != nil {
		return err
	}
	return m.write(value)
}
