package app

import (
	"context"

	"github.com/tillwatch/tillwatch/key"
	"github.com/tillwatch/tillwatch/sensor/access"
)

// followLogs makes of the reading of logs one that goes on, and whose memory survives a kill. Errors are a *[UsageError].
func followLogs(c CheckConfig, config *access.Config) error {
	config.Follow = true
	if c.StateDir == "" {
		return nil
	}
	env := c.Shopper.Env
	if env == nil {
		env = func(string) string { return "" }
	}
	var err error
	if config.Secret, err = siteSecret(context.Background(), c.StateDir, env, "followed logs"); err != nil {
		return err
	}
	if config.State, err = c.state("access"); err != nil {
		return err
	}
	keys, err := OpenKeys(context.Background(), c.StateDir, env)
	if err != nil {
		return err
	}
	defer keys.Close()
	hasher, err := tokenHasher(context.Background(), keys)
	if err != nil {
		return err
	}
	config.Hasher = &hasher
	if c.tokens != nil {
		config.Ledger = c.tokens.logsAsk
		return nil
	}
	config.LedgerDir, config.LedgerWas = logsLedger(c.StateDir), unkeyedLedger(c.StateDir)
	return nil
}

// siteSecret derives a secret from the site key, which is made where there is none. Errors are a *[UsageError].
func siteSecret(ctx context.Context, stateDir string, env func(string) string, purpose string) ([]byte, error) {
	keys, err := OpenKeys(ctx, stateDir, env)
	if err != nil {
		return nil, err
	}
	defer keys.Close()
	var site key.Site
	if err := keys.change(ctx, func(b *keyBook) (err error) {
		site, err = keys.writingSite(b, false)
		return err
	}); err != nil {
		return nil, err
	}
	return site.Derive(purpose)
}
