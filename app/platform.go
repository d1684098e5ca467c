package app

import (
	"path/filepath"

	"github.com/tillwatch/tillwatch"
	software "github.com/tillwatch/tillwatch/sensor/platform"
)

// shopSoftware makes the sensor for the software of a shop, from outside and from inside. Errors are a *[UsageError].
func shopSoftware(c CheckConfig, o observers) (tillwatch.Sensor, error) {
	secrets, err := c.Shopper.secrets()
	if err != nil {
		return nil, err
	}
	config := software.Config{
		Username: secrets.user, Password: secrets.password, Headers: secrets.headers, Cookies: secrets.cookies,
		Progress: func(text, place string) { o.progress(Progress{Text: text, Place: place}) },
	}
	if config.Data, _, err = published(c.StateDir); err != nil {
		return nil, err
	}
	if config.Vulnerabilities, err = vulnerabilities(c.StateDir); err != nil {
		return nil, err
	}
	if config.EndOfLife, err = endsOfLife(c.StateDir); err != nil {
		return nil, err
	}
	if config.Far, err = c.SSH.software(c.Targets, c.Shopper.Env, o.progress); err != nil {
		return nil, err
	}
	if config.Roots, err = readRoots(c.Shopper.CAFile); err != nil {
		return nil, err
	}
	if c.StateDir != "" {
		if config.State, err = openFolder(filepath.Join(c.StateDir, "platform")); err != nil {
			return nil, usagef("name a folder that can be written with --state", "cannot keep state: %v", err)
		}
	}
	return software.New(config), nil
}
