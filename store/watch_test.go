package store

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
)

func watches(t *testing.T, open func(*testing.T, string) *Store) {
	place := t.TempDir()
	s := open(t, place)
	found := Finding{
		Finding: tillwatch.Finding{Rule: "files/changed", Place: "shop/pay.php", Severity: tillwatch.High, Certainty: tillwatch.Certain, Since: day, Incident: "I-1"},
		Jobs:    []string{"files shop"}, Count: 3, Last: day, Gone: day.Add(time.Hour), Told: tillwatch.High, ToldOf: 2,
	}
	incidents := []tillwatch.Incident{
		{ID: "I-2", Shop: "shop.example", Opened: day, Severity: tillwatch.High, Timeline: []tillwatch.Event{{At: day, Rule: "files/changed", What: "a file", Cause: "a row"}}},
		{ID: "I-1", Shop: "shop.example", Opened: day, Severity: tillwatch.High, Into: "I-2"},
	}
	add := Watching{Findings: []Finding{found}, Incidents: incidents, Looked: map[string]time.Time{"files shop": day}, Lines: []Line{{At: day, Body: []byte("a")}, {At: day, Body: []byte("b")}}}
	lines, err := s.Watch(t.Context(), "shop.example", add)
	if err != nil || len(lines) != 2 || lines[0].Number >= lines[1].Number || lines[0].Number == 0 {
		t.Fatalf("%+v, %v", lines, err)
	}
	incidents[0].Severity = tillwatch.Critical // keeps its number
	if _, err := s.Watch(t.Context(), "shop.example", Watching{Incidents: incidents[:1]}); err != nil {
		t.Fatal(err)
	}

	again := open(t, place)
	w, err := again.Watched(t.Context(), "shop.example")
	if err != nil || len(w.Findings) != 1 || !reflect.DeepEqual(w.Findings[0], found) {
		t.Errorf("findings %+v, %v", w.Findings, err)
	}
	if !reflect.DeepEqual(w.Incidents, incidents) {
		t.Errorf("incidents %+v", w.Incidents)
	}
	if !w.Looked["files shop"].Equal(day) {
		t.Errorf("looked %v", w.Looked)
	}
	if told, err := again.Lines(t.Context(), "shop.example", lines[0].Number); err != nil || !reflect.DeepEqual(told, lines[1:]) {
		t.Errorf("lines %+v, %v", told, err)
	}
	if w, err := again.Watched(t.Context(), "other.example"); err != nil || len(w.Findings)+len(w.Incidents)+len(w.Looked) > 0 {
		t.Errorf("another shop: %+v, %v", w, err)
	}
	if shops, err := again.WatchedShops(t.Context()); err != nil || !reflect.DeepEqual(shops, []string{"shop.example"}) {
		t.Errorf("shops %q, %v", shops, err)
	}
	if _, err := again.Watch(t.Context(), "shop.example", Watching{Forget: []Finding{found}}); err != nil {
		t.Fatal(err)
	}
	if w, _ := again.Watched(t.Context(), "shop.example"); len(w.Findings) != 0 || len(w.Incidents) != 2 {
		t.Errorf("after forgetting: %+v", w)
	}
}

func numbers(t *testing.T, open func(*testing.T, string) *Store) {
	s := open(t, t.TempDir())
	add := Watching{}
	for n := range keptLines + 5 {
		add.Lines = append(add.Lines, Line{At: day, Body: fmt.Append(nil, n)})
	}
	lines, err := s.Watch(t.Context(), "shop.example", add)
	if err != nil {
		t.Fatal(err)
	}
	last := lines[len(lines)-1].Number
	if err := s.TrimLines(t.Context(), "shop.example", last); err != nil {
		t.Fatal(err)
	}
	kept, err := s.Lines(t.Context(), "shop.example", 0)
	if err != nil || len(kept) != keptLines || kept[len(kept)-1].Number != last {
		t.Errorf("%d lines kept, %v", len(kept), err)
	}
	if more, err := s.Watch(t.Context(), "shop.example", Watching{Lines: lines[:1]}); err != nil || more[0].Number <= last {
		t.Errorf("the next has number %+v, the last had %d: %v", more, last, err)
	}
}

func TestAMarkKnowsWhatWasTold(t *testing.T) {
	t.Parallel()
	s := openStore(t, t.TempDir())
	m, err := s.Mark("shop.example")
	if err != nil {
		t.Fatal(err)
	}
	if m.Done() != 0 || m.Unsure() != 0 {
		t.Errorf("a new one says %d, %d", m.Done(), m.Unsure())
	}
	if err := errors.Join(m.Begin(7), m.End(), m.Begin(9)); err != nil {
		t.Fatal(err)
	}
	var watched *WatchedError
	if _, err := s.Mark("shop.example"); !errors.As(err, &watched) {
		t.Errorf("a second process got %v", err)
	}
	if other, err := s.Mark("other.example"); err != nil {
		t.Errorf("another shop: %v", err)
	} else if err := other.Close(); err != nil {
		t.Error(err)
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	if m, err = s.Mark("shop.example"); err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if m.Done() != 7 || m.Unsure() != 9 {
		t.Errorf("after it ended in the middle: done %d, unsure %d", m.Done(), m.Unsure())
	}
}
