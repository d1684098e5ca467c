package tillwatch

import (
	"context"
	"errors"
)

// Notice is a message about an incident to one place.
type Notice struct {
	ID       string // the same notice keeps its ID over retries
	Incident string // Incident.ID
	Severity Severity
	Title    string
	Text     string
}

// ErrPermanent is wrapped by a Notifier's error when trying again would not help: a wrong address, a refused log-in.
var ErrPermanent = errors.New("permanent")

// A Notifier delivers notices to one place. The pipeline retries unless the error wraps ErrPermanent; a notice may
// arrive twice, its ID tells. Safe for concurrent use.
type Notifier interface {
	Notify(ctx context.Context, n Notice) error
}
