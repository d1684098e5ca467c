package app

import (
	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/page"
)

// looksAt says whether a kind of target is looked at with these ways of noticing switched on. Which of its ways a walk of a
// storefront uses it knows itself; all that is on the shop's server is one way.
func looksAt(layers page.Layers, kind tillwatch.Kind) bool {
	return kind == tillwatch.KindPage || layers.On(page.Host)
}
