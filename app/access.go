package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/app/report"
	"github.com/tillwatch/tillwatch/key"
	"github.com/tillwatch/tillwatch/sensor/access"
	"github.com/tillwatch/tillwatch/sensor/access/line"
)

// Logs is what the operator says of his logs.
type Logs struct {
	Format      string        // of lines in no known format, as nginx's log_format writes it
	Routes      []string      // "PATTERN=DATA,DATA"
	SessionLife time.Duration // how long a log-in lasts; 0 takes the life of the tokens or 30 days
	OnlyAlarms  []string      // rules of alarms; the others are switched off; none: all are on
	Exempt      []string      // who may read many: "NAME,network=ADDRESS" or key=, subject=, agent=
	Members     MembersQuery

	secrets map[string]string // of those who send, by the place they send to
}

// accessLogs makes the sensor for logs. Logs, an issuer's logs and a list of members that are named together are one look: the first
// log's sensor reads all, those of the others nothing. Errors are a *[UsageError].
func accessLogs(c CheckConfig, o observers) (tillwatch.Sensor, error) {
	targets, err := ParseTargets(c.Targets)
	if err != nil {
		return nil, err
	}
	logs := placesOfKind(targets, tillwatch.KindLog)
	if len(logs) == 0 {
		return nil, usagef("name the log they were used in as well: tillwatch check log:access.log issued:issuer.log members:members.csv",
			"an issuer's log and a list of members are looked at together with an access log")
	}
	issuers := placesOfKind(targets, tillwatch.KindIssued)
	place := logs[0]
	receivers, err := receiversOf(c, logs)
	if err != nil {
		return nil, err
	}
	for _, place := range slices.Concat(logs, issuers) {
		if _, err := os.Stat(place); place != "-" && errors.Is(err, fs.ErrNotExist) && !c.follow {
			return nil, usagef("name a file, a folder of rotated files, or - for standard input", "%s is no file or folder here", place)
		}
	}
	config := access.Config{
		With: slices.Concat(logs[1:], issuers), Stdin: c.Stdin, SessionLife: c.Logs.SessionLife, Only: c.Logs.OnlyAlarms,
		Progress: func(lines, _ int64, place string) {
			o.progress(Progress{Text: fmt.Sprintf("%d lines", lines), Place: place})
		},
	}
	if o.fact != nil { // a watch has no place for them
		config.Fact = func(name, value string) { o.fact(report.Fact{Name: name, Value: value}) }
	}
	for _, text := range c.Logs.Routes {
		route, err := access.ParseRoute(text)
		if err != nil {
			return nil, usagef("", "--route: %v", err)
		}
		config.Routes = append(config.Routes, route)
	}
	if c.Logs.Format != "" {
		if config.Format, err = line.ParsePattern(c.Logs.Format); err != nil {
			return nil, usagef("", "--log-format: %v", err)
		}
	}
	for _, text := range c.Logs.Exempt {
		exempt, err := access.ParseExempt(text)
		if err != nil {
			return nil, usagef("", "--exempt: %v", err)
		}
		config.Exempt = append(config.Exempt, exempt)
	}
	if err := members(c, placesOfKind(targets, tillwatch.KindMembers), &config); err != nil {
		return nil, err
	}
	if config.Key, err = keyStandings(c); err != nil {
		return nil, err
	}
	if c.follow {
		if err := followLogs(c, &config); err != nil {
			return nil, err
		}
	}
	missing := ""
	if config.Canaries, missing, err = loadCanaries(c); err != nil {
		return nil, err
	}
	sensor, err := access.New(config)
	if err != nil {
		return nil, usagef("", "%v", err)
	}
	first := firstOnly{sensor, place, logs[0], missing}
	if len(receivers) > 0 {
		first.Sensor = listening{sensor, receivers}
	}
	return first, nil
}

// receiversOf makes the places at which lines arrive ready, and puts the folders in which they wait in the place of those.
func receiversOf(c CheckConfig, logs []string) ([]receiver, error) {
	var all []receiver
	for i, place := range logs {
		if !isReceiver(place) {
			continue
		}
		r, err := newReceiver(c, place)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
		logs[i] = r.dir
	}
	return all, nil
}

// firstOnly looks at the first log, with which the others are read.
type firstOnly struct {
	tillwatch.Sensor
	place   string // as the target has it
	reads   string // where its lines are
	missing string // what cannot be judged whatever the logs hold; empty: nothing
}

func (f firstOnly) Observe(ctx context.Context, t tillwatch.Target, report func(tillwatch.Observation) error) error {
	if t.Kind != tillwatch.KindLog || t.Place != f.place {
		return nil
	}
	if f.missing != "" {
		if err := report(tillwatch.Gap{Place: t.Place, Why: f.missing}); err != nil {
			return err
		}
	}
	t.Place = f.reads
	return f.Sensor.Observe(ctx, t, report)
}

func placesOfKind(targets []tillwatch.Target, kind tillwatch.Kind) []string {
	var places []string
	for _, t := range targets {
		if t.Kind == kind {
			places = append(places, t.Place)
		}
	}
	return places
}

// keyStandings asks the register of keys about the ids of keys that sign tokens; nil where there is no register.
func keyStandings(c CheckConfig) (func(kid string) access.KeyStanding, error) {
	env := c.Shopper.Env
	if env == nil {
		env = func(string) string { return "" }
	}
	ctx := context.Background()
	keys, err := openRegistered(ctx, c.StateDir, env)
	if err != nil || keys == nil {
		return nil, err
	}
	defer keys.Close()
	b, err := keys.read(ctx)
	if err != nil {
		return nil, usagef("", "%v", err)
	}
	return standingOf(b.Register), nil
}

// standingOf knows a key by what may be known of it. Where active keys are registered with their id, one that is not is a
// stranger's.
func standingOf(register key.Register) func(kid string) access.KeyStanding {
	known := map[string]key.Key{}
	complete := false
	for _, k := range register.Keys {
		for _, p := range k.Public {
			if kind, id, found := strings.Cut(p, ":"); found && kind == "kid" {
				known[id] = k
				complete = complete || k.Decoy == "" && k.Standing(time.Now()) == key.Active
			}
		}
	}
	return func(kid string) access.KeyStanding {
		k, ok := known[kid]
		switch {
		case !ok && complete:
			return access.KeyStanding{Rule: "access/key-retired"}
		case !ok:
			return access.KeyStanding{}
		}
		s := access.KeyStanding{Key: k.ID, Decoy: k.Decoy}
		for _, o := range k.Opens {
			s.Data = append(s.Data, o.Data...)
		}
		switch k.Standing(time.Now()) {
		case key.Decoy:
			s.Rule = "access/key-decoy"
		case key.Retired:
			s.Rule = "access/key-retired"
		case key.Active:
		}
		return s
	}
}
