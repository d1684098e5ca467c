package tillwatch

import "context"

// Kind says what sort of thing a [Target] is, and so which sensor looks at it.
type Kind string

// The kinds of target. Their text is the prefix that the command line accepts before a place ("git:", "log:").
const (
	KindPage     Kind = "page"    // a storefront, by its address
	KindFiles    Kind = "files"   // a document root or a single file
	KindDatabase Kind = "db"      // the shop's database
	KindLog      Kind = "log"     // an access or log-in log
	KindIssued   Kind = "issued"  // the log of a token issuer
	KindMembers  Kind = "members" // the list or query of members
	KindSource   Kind = "git"     // a source repository
	KindKeys     Kind = "keys"    // files in no repository, or one file, looked through for keys
)

// Target is one thing of the shop's that is looked at.
type Target struct {
	Kind  Kind   `json:"kind"`
	Place string `json:"place"` // as the operator wrote it, without credentials
	Shop  string `json:"shop"`  // whose it is: findings of different sensors are joined by it
}

// A Sensor looks at one kind of target and reports what it sees.
//
// Observe looks once and returns, or, where the target is a stream, until ctx ends. When to look again and what to do
// after an error is the pipeline's business. Safe for concurrent use. An error from report stops it.
//
// What could not be looked at is a [Gap], not an error; Observe returns an error only where it could report nothing
// more at all (ctx ended, report failed).
type Sensor interface {
	Observe(ctx context.Context, t Target, report func(Observation) error) error
}

// State is a sensor's memory between looks (file metadata, sketches, watermarks, blob ids already read). Save is
// atomic and durable once it returns. The app hands each sensor its own.
type State interface {
	Load(key string) ([]byte, error) // nil, nil where there is none yet
	Save(key string, value []byte) error
}
