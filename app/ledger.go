package app

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"time"

	"github.com/tillwatch/tillwatch/key"
	"github.com/tillwatch/tillwatch/sensor/access"
	"github.com/tillwatch/tillwatch/sensor/access/ledger"
)

// verifyAsker is by which name the verify endpoint asks the ledger.
const verifyAsker = "verify"

// sharedLedger is the ledger of issued tokens of a whole watch: what the issuer posts to the verify endpoint is known to whoever
// reads the logs, and the other way round. It is opened by whoever needs it first. Safe for concurrent use.
type sharedLedger struct {
	stateDir string
	linger   time.Duration // how long tokens are remembered after their expiry; 0 takes the usual
	life     time.Duration
	logs     bool // logs share it, which had one of their own

	mu      sync.Mutex
	ledger  *ledger.Ledger
	restart ledger.Restart
}

// The folders of ledgers below that of the state.
func verifyLedger(stateDir string) string { return filepath.Join(stateDir, "access", "ledger") }

func logsLedger(stateDir string) string { return filepath.Join(stateDir, "access", "logs-ledger") }

func unkeyedLedger(stateDir string) string { return filepath.Join(stateDir, "access", "log-ledger") }

// open gives the ledger and what was found when it was opened.
func (s *sharedLedger) open() (*ledger.Ledger, ledger.Restart, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ledger != nil {
		return s.ledger, s.restart, nil
	}
	now := time.Now().Unix()
	l, restart, err := ledger.Open(ledger.Config{Dir: verifyLedger(s.stateDir), Life: s.life, Linger: s.linger, Sole: verifyAsker}, now)
	if err == nil && s.logs {
		if err = errors.Join(
			l.TakeOver(unkeyedLedger(s.stateDir), access.AskerName, false, now),
			l.TakeOver(logsLedger(s.stateDir), access.AskerName, true, now),
		); err != nil {
			err = errors.Join(err, l.Close(now))
		}
	}
	if errors.Is(err, ledger.ErrInUse) {
		return nil, restart, usagef("stop the other tillwatch, or name another folder with --state", "%v", err)
	}
	if err != nil {
		return nil, restart, usagef("", "the ledger of issued tokens cannot be opened: %v", err)
	}
	s.ledger, s.restart = l, restart
	return l, restart, nil
}

// logsAsk is the ledger for those that read logs.
func (s *sharedLedger) logsAsk() (*ledger.Ledger, error) {
	l, _, err := s.open()
	return l, err
}

// close writes down what is to be kept.
func (s *sharedLedger) close() error {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ledger == nil {
		return nil
	}
	l := s.ledger
	s.ledger = nil
	return l.Close(time.Now().Unix())
}

// tokenHasher makes the prints of tokens and members, by the site key, which is made where there is none.
func tokenHasher(ctx context.Context, keys *Keys) (ledger.Hasher, error) {
	var site key.Site
	if err := keys.change(ctx, func(b *keyBook) (err error) {
		site, err = keys.writingSite(b, false)
		return err
	}); err != nil {
		return ledger.Hasher{}, err
	}
	derived, err := site.Derive("access")
	if err != nil {
		return ledger.Hasher{}, err
	}
	return ledger.NewHasher(derived)
}
