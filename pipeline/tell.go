package pipeline

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/tillwatch/tillwatch/store"
)

// Teller tells what is stored and was not told yet, in its order.
type Teller struct {
	Shop  string
	Store *store.Store
	Mark  *store.Mark

	// Write tells one event. An error ends the telling: nobody listens any more.
	Write func(Event) error

	written int
}

// trimEvery is after how many lines the old ones are removed.
const trimEvery = 1000

// Run tells until wake is closed, and then what is left. Each value of wake says that something was stored.
func (t *Teller) Run(ctx context.Context, wake <-chan struct{}) error {
	for {
		if err := t.tell(ctx); err != nil {
			return err
		}
		if _, open := <-wake; !open {
			return t.tell(ctx)
		}
	}
}

func (t *Teller) tell(ctx context.Context) error {
	lines, err := t.Store.Lines(ctx, t.Shop, t.Mark.Done())
	if err != nil {
		return fmt.Errorf("what was found could not be read back: %w", err)
	}
	for _, line := range lines {
		e, err := event(line)
		if err != nil {
			return err
		}
		e.Again = line.Number == t.Mark.Unsure()
		if err := t.Mark.Begin(line.Number); err != nil {
			return err
		}
		if err := t.Write(e); err != nil {
			return err
		}
		if err := t.Mark.End(); err != nil {
			return err
		}
		if t.written++; t.written%trimEvery == 0 {
			if err := t.Store.TrimLines(ctx, t.Shop, line.Number); err != nil {
				return err
			}
		}
	}
	return nil
}

func event(line store.Line) (Event, error) {
	var e Event
	if err := json.Unmarshal(line.Body, &e); err != nil {
		return e, fmt.Errorf("line %d of what was found is damaged: %w", line.Number, err)
	}
	e.Number = line.Number
	return e, nil
}
