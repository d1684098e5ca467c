package files

import "time"

// Window is a deployment: what changes during it becomes the new baseline.
type Window struct {
	ID    string
	Begun time.Time
	Ended time.Time // zero: not yet
	Until time.Time // when it no longer counts unless somebody ended it
}

// stage is how a moment stands to the deployments.
type stage int

const (
	outside stage = iota
	deploying
	deployed
)

// deployments are those that are known.
func (s *Sensor) deployments() ([]Window, error) {
	if s.config.Windows == nil {
		return nil, nil
	}
	return s.config.Windows()
}

// during says whether a moment lies in a deployment. What changed in one that nobody ended in time is not approved.
func (l *look) during(nanoseconds int64) stage {
	at, now := time.Unix(0, nanoseconds), time.Now()
	for _, w := range l.windows {
		switch {
		case at.Before(w.Begun):
		case !w.Ended.IsZero():
			if !at.After(w.Ended) {
				return deployed
			}
		case now.Before(w.Until):
			return deploying
		}
	}
	return outside
}
