package app

import (
	"context"
	"strings"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/page"
)

// newSensor makes a sensor of what the operator said. Errors are a *[UsageError].
type newSensor = func(CheckConfig, observers) (tillwatch.Sensor, error)

// beside makes one sensor of two that look at the same target, one after the other. The first is left out where on says
// so, the second where the layers that are switched on do not name it.
func beside(on func(page.Layers) bool, first, second newSensor) newSensor {
	return func(c CheckConfig, o observers) (tillwatch.Sensor, error) {
		var all several
		layers := page.Layers(strings.ToUpper(c.Shopper.Layers))
		for _, part := range []struct {
			on  bool
			new newSensor
		}{
			{on(layers), first},
			{layers.On(layerPlatform), second},
		} {
			if !part.on {
				continue
			}
			s, err := part.new(c, o)
			if err != nil {
				return nil, err
			}
			all = append(all, s)
		}
		return all, nil
	}
}

// several look at the same target one after another. What one could not do at all is a gap, and the others look all the
// same.
type several []tillwatch.Sensor

func (all several) Observe(ctx context.Context, t tillwatch.Target, report func(tillwatch.Observation) error) error {
	var refused error
	passOn := func(o tillwatch.Observation) error {
		err := report(o)
		if err != nil {
			refused = err
		}
		return err
	}
	for _, s := range all {
		err := s.Observe(ctx, t, passOn)
		switch {
		case ctx.Err() != nil || refused != nil:
			return err
		case err != nil:
			if err := report(tillwatch.Gap{Place: t.Place, Why: err.Error()}); err != nil {
				return err
			}
		}
	}
	return nil
}
