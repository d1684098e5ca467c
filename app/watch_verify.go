package app

import (
	"context"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/pipeline"
	"github.com/tillwatch/tillwatch/sensor/access/verify"
)

// answering is the verify endpoint as a sensor: what it reports is stored and told like everything else of a watch.
type answering struct{ config VerifyConfig }

func (a answering) Observe(ctx context.Context, _ tillwatch.Target, report func(tillwatch.Observation) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	c := a.config
	c.Report = func(o tillwatch.Observation) {
		if err := report(o); err != nil {
			cancel(err)
		}
	}
	v, err := OpenVerify(ctx, c)
	if err != nil {
		return err
	}
	err = v.Serve(ctx)
	if closing := v.Close(); err == nil {
		err = closing
	}
	if err == nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return err
}

// verifyJob is the job of the verify endpoint, where the file has one. What is wrong with its files is found out now.
func (w *watcher) verifyJob(state string) (pipeline.Job, bool, error) {
	c := w.config.File.Verify
	if c == nil {
		return pipeline.Job{}, false, nil
	}
	config := *c
	config.StateDir, config.Env, config.shared = state, w.config.Env, w.ledger
	if config.Env == nil {
		config.Env = func(string) string { return "" }
	}
	if _, err := verify.OpenKeySet(config.Keys); err != nil {
		return pipeline.Job{}, false, usagef("name the issuer's public keys with jwks: most issuers show them at an address that ends in jwks.json or certs", "verify: %v", err)
	}
	if _, err := readSecret(config.IssuedTokenFile); err != nil {
		return pipeline.Job{}, false, err
	}
	place := config.Listen
	if place == "" {
		place = config.Socket
	}
	return pipeline.Job{
		Name: "verify " + place, Target: tillwatch.Target{Kind: tillwatch.KindIssued, Place: "verify " + place, Shop: w.shop},
		Sensor: answering{config}, Every: time.Hour, Stream: true, Waits: true,
	}, true, nil
}

// verifyKeys are the keys of the verify endpoint, and what each sets.
var verifyKeys = map[string]func(*watchReader, *VerifyConfig, ast.Node) string{
	"listen":            verifyText(func(c *VerifyConfig) *string { return &c.Listen }),
	"socket":            verifyFile(func(c *VerifyConfig) *string { return &c.Socket }),
	"jwks":              verifyFile(func(c *VerifyConfig) *string { return &c.Keys }),
	"issued":            verifyFile(func(c *VerifyConfig) *string { return &c.IssuedLog }),
	"issued_token_file": verifyFile(func(c *VerifyConfig) *string { return &c.IssuedTokenFile }),
	"cookies":           verifyList(func(c *VerifyConfig) *[]string { return &c.Cookies }),
	"id_claims":         verifyList(func(c *VerifyConfig) *[]string { return &c.IDClaims }),
	"member_claims":     verifyList(func(c *VerifyConfig) *[]string { return &c.MemberClaims }),
	"deny":              verifyList(func(c *VerifyConfig) *[]string { return &c.Deny }),
	"grace": func(r *watchReader, c *VerifyConfig, n ast.Node) (wrong string) {
		c.Grace, wrong = r.duration(n)
		return wrong
	},
	"life": func(r *watchReader, c *VerifyConfig, n ast.Node) (wrong string) {
		c.Life, wrong = r.duration(n)
		return wrong
	},
}

func verifyText(to func(*VerifyConfig) *string) func(*watchReader, *VerifyConfig, ast.Node) string {
	return func(r *watchReader, c *VerifyConfig, n ast.Node) (wrong string) {
		*to(c), wrong = r.text(n)
		return wrong
	}
}

func verifyFile(to func(*VerifyConfig) *string) func(*watchReader, *VerifyConfig, ast.Node) string {
	return func(r *watchReader, c *VerifyConfig, n ast.Node) string {
		name, wrong := r.text(n)
		*to(c) = r.path(name)
		return wrong
	}
}

func verifyList(to func(*VerifyConfig) *[]string) func(*watchReader, *VerifyConfig, ast.Node) string {
	return func(r *watchReader, c *VerifyConfig, n ast.Node) (wrong string) {
		*to(c), wrong = r.list(n)
		return wrong
	}
}

// verify reads what the file says of the verify endpoint.
func (r *watchReader) verify(pair *ast.MappingValueNode) {
	pairs, ok := mapping(pair.Value)
	if !ok {
		r.mistake(pair, "verify has keys of its own, as in \"listen: 127.0.0.1:9460\" and \"jwks: keys.json\"")
		return
	}
	c := &VerifyConfig{}
	var known []string
	for key := range verifyKeys {
		known = append(known, key)
	}
	for _, one := range pairs {
		key := one.Key.String()
		set := verifyKeys[key]
		if set == nil {
			r.unknown(one, key, known)
			continue
		}
		if wrong := set(r, c, one.Value); wrong != "" {
			r.mistake(one, "%s %s", key, wrong)
		}
	}
	switch {
	case c.Keys == "":
		r.mistake(pair, "verify needs the issuer's public keys: jwks: FILE")
	case c.Listen == "" && c.Socket == "":
		c.Listen = "127.0.0.1:9460"
	}
	if c.IssuedLog == "" && c.IssuedTokenFile == "" && c.Socket == "" {
		r.mistake(pair, "verify does not say which tokens were issued: issued: FILE, or let issuers post: issued_token_file: FILE or socket: FILE")
	}
	r.file.Verify = c
}
