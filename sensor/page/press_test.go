package page

import (
	"testing"

	"github.com/tillwatch/tillwatch/demoshop"
)

// presses is how often each way of placing an order is tried; make soak tries it a hundred times.
const presses = 6

// The shopper presses the last button, and no order is placed, however the shop would place it.
func TestNoOrderIsEverPlaced(t *testing.T) {
	t.Parallel()
	for _, by := range []demoshop.PlaceBy{demoshop.Form, demoshop.Fetch, demoshop.XHR, demoshop.Beacon, demoshop.WebSocket} {
		t.Run(string(by), func(t *testing.T) { pressAgainAndAgain(t, by, presses) })
	}
}
