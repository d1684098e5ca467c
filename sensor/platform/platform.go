package platform

import (
	"context"
	"crypto/x509"
	"net/http"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/known"
)

// Config says what the sensor may know and how it asks. The zero value works.
type Config struct {
	Data            *known.Data            // the files of releases; nil: those that came with the program
	Vulnerabilities *known.Vulnerabilities // nil: those that came with the program
	EndOfLife       *known.EndOfLife       // nil: those that came with the program

	Roots              []*x509.Certificate // trusted besides the system's
	Username, Password string              // basic authentication, for the shop's own host only
	Headers            http.Header         // for the shop's own host only
	Cookies            []*http.Cookie      // for the shop's own host only

	Timeout time.Duration // of all requests of one look together; 0: a minute
	Pause   time.Duration // between two requests; 0: 30 ms, so that a small server does not notice
	Dpkg    string        // the folder in which Debian keeps which package owns a file; empty: /var/lib/dpkg

	// Far opens a folder of another machine; nil: none is looked at.
	Far func(ctx context.Context, place string) (Root, error)

	State    tillwatch.State          // which ways to pay the pages named at the last look; nil remembers nothing
	Progress func(text, place string) // called from one goroutine; nil tells nobody
	Now      func() time.Time         // nil: time.Now
}

// Sensor looks at targets of the kinds [tillwatch.KindPage] and [tillwatch.KindFiles]. Safe for concurrent use.
type Sensor struct{ config Config }

// New makes a sensor.
func New(c Config) *Sensor {
	if c.Data == nil {
		c.Data = known.Embedded()
	}
	if c.Vulnerabilities == nil {
		c.Vulnerabilities = known.CuratedVulnerabilities()
	}
	if c.EndOfLife == nil {
		c.EndOfLife = known.EndsOfLife()
	}
	if c.Timeout == 0 {
		c.Timeout = time.Minute
	}
	if c.Pause == 0 {
		c.Pause = 30 * time.Millisecond
	}
	if c.Dpkg == "" {
		c.Dpkg = "/var/lib/dpkg"
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Sensor{c}
}

// Observe reports the software as items, and as signs what is open.
func (s *Sensor) Observe(ctx context.Context, t tillwatch.Target, report func(tillwatch.Observation) error) error {
	l := &look{Sensor: s, target: t, report: report}
	if t.Kind == tillwatch.KindFiles {
		return l.inside(ctx)
	}
	return l.outside(ctx)
}

// look is one Observe in progress, on one goroutine.
type look struct {
	*Sensor
	target tillwatch.Target
	report func(tillwatch.Observation) error
}

// The rules.
const (
	ruleVulnerable  = "platform/vulnerable"
	ruleEndOfLife   = "platform/end-of-life"
	ruleExposed     = "platform/exposed"
	ruleMaintenance = "platform/maintenance"
)

func (l *look) progress(text, place string) {
	if l.config.Progress != nil {
		l.config.Progress(text, place)
	}
}

func (l *look) gap(place, why string) error {
	return l.report(tillwatch.Gap{Place: place, Why: why})
}

func (l *look) reportAll(signs []tillwatch.Sign) error {
	for _, s := range signs {
		if err := l.report(s); err != nil {
			return err
		}
	}
	return nil
}
