package journey_test

import (
	"context"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch/sensor/page/journey"
)

// ordered presses the last button of a walk whose line was not cut, and wants the order to arrive: it proves that the
// button that was named is the one.
func ordered(t *testing.T, s *testShop, press func(context.Context, time.Duration) (journey.Step, error)) {
	t.Helper()
	step, err := press(t.Context(), 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if step.Name != "press" || len(step.Picture) == 0 {
		t.Errorf("the step of the press is %q with a picture of %d bytes", step.Name, len(step.Picture))
	}
	if n := s.orders(); n != 1 {
		t.Errorf("%d orders arrived after the last button, want 1", n)
	}
}
