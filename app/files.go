package app

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/files"
)

// docroot makes the sensor for folders and files. Errors are a *[UsageError].
func docroot(c CheckConfig, o observers) (tillwatch.Sensor, error) {
	authorised, err := hostPatterns(c.Shopper.Authorised)
	if err != nil {
		return nil, err
	}
	data, _, err := published(c.StateDir)
	if err != nil {
		return nil, err
	}
	config := files.Config{
		Data: data, Trusted: receivers(authorised), Own: storefrontHost(c.Targets),
		Edition: edition(authorised),
		Progress: func(done, all int, place string) {
			o.progress(Progress{Text: fmt.Sprintf("%d/%d", done, all), Place: place})
		},
	}
	if c.StateDir != "" {
		if config.State, err = openFolder(filepath.Join(c.StateDir, "files")); err != nil {
			return nil, usagef("name a folder that can be written with --state", "cannot keep state: %v", err)
		}
	}
	return files.New(config), nil
}

// storefrontHost is the host of the storefront among the targets that were named together: the files are its files.
func storefrontHost(words []string) string {
	targets, err := ParseTargets(words)
	if err != nil || !slices.ContainsFunc(targets, func(t tillwatch.Target) bool { return t.Kind == tillwatch.KindPage }) {
		return ""
	}
	return shopOf(targets)
}

// edition names what a judgement of the same file depends on besides the data: this build of the program, and who is
// authorised. Versions do not tell two builds of one commit apart, the program's own file does.
func edition(authorised []string) string {
	build := Version()
	if name, err := os.Executable(); err == nil {
		if info, err := os.Stat(name); err == nil {
			build += fmt.Sprintf(" %d %d", info.Size(), info.ModTime().UnixNano())
		}
	}
	return build + " " + strings.Join(slices.Sorted(slices.Values(authorised)), " ")
}
