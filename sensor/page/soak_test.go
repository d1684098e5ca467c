//go:build soak

package page

import (
	"testing"

	"github.com/tillwatch/tillwatch/demoshop"
)

// everyVariant has the tables of tests tried whole.
const everyVariant = true

func TestSoakNoOrderIsEverPlaced(t *testing.T) {
	for _, by := range []demoshop.PlaceBy{demoshop.Form, demoshop.Fetch, demoshop.XHR, demoshop.Beacon, demoshop.WebSocket} {
		t.Run(string(by), func(t *testing.T) { pressAgainAndAgain(t, by, 100) })
	}
}
