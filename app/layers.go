package app

import (
	"strings"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/page"
)

// looksAt says whether a kind of target is looked at with these ways of noticing switched on. Which of its ways a walk of a
// storefront uses it knows itself; all that is on the shop's server is one way.
func looksAt(layers page.Layers, kind tillwatch.Kind) bool {
	return kind == tillwatch.KindPage || layers.On(page.Host) || kind == tillwatch.KindFiles && layers.On(layerPlatform)
}

// layerPlatform is the letter of the look at the shop's software, which takes place beside others.
const layerPlatform page.Layer = 'V'

// walks says that a storefront is walked through: that anything but the look at its software is switched on.
func walks(layers page.Layers) bool {
	return layers == "" || strings.Trim(string(layers), string(layerPlatform)) != ""
}

// reads says that a folder's files are judged.
func reads(layers page.Layers) bool { return layers.On(page.Host) }
