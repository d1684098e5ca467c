package database

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
)

// aside looks at what is beside the rows: triggers and what else runs by itself, administrators, keys.
func (l *look) aside(ctx context.Context) error {
	if err := l.tellCode(ctx); err != nil {
		return err
	}
	for _, shop := range l.shops {
		for _, a := range shop.accounts {
			if l.catalogue.table(shop.schema, shop.prefix+a.table) == nil {
				continue
			}
			if err := l.tellAccounts(ctx, shop, a); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *look) tellCode(ctx context.Context) error {
	scope := "database " + l.target.Place + " code"
	concerns := l.concerns()
	// The database itself is an item too, so that the first trigger is noticed where there was none.
	if err := l.report(tillwatch.Item{Kind: "database", Place: l.target.Place, Scope: scope, Value: l.shopNames()}); err != nil {
		return err
	}
	for _, c := range l.catalogue.code {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		place := l.target.Place + " " + c.kind + " "
		if c.schema != "" && c.schema != "public" && c.schema != l.server.named {
			place += c.schema + "."
		}
		place += c.name
		if c.on != "" {
			place += " on " + c.on
		}
		verdict := judgeTrigger(c, concerns)
		if verdict.severity >= tillwatch.Low {
			sign := tillwatch.Sign{
				Rule: ruleTrigger, Severity: verdict.severity, Certainty: verdict.certainty, Place: place, Count: 1,
				Summary: fmt.Sprintf("A %s in the database, which runs by itself, %s.", c.kind, verdict.what[0]),
				Data:    verdict.data,
			}
			for _, what := range verdict.what {
				sign.Evidence = append(sign.Evidence, tillwatch.Evidence{What: what, Where: place})
			}
			if err := l.report(sign); err != nil {
				return err
			}
		}
		item := tillwatch.Item{
			Kind: c.kind, Place: place, Scope: scope, Digest: digest(c.body), Normalised: digest(squeezeSQL(c.body)), Value: c.when,
			Capabilities: []tillwatch.Capability{tillwatch.Executes}, Content: tillwatch.NewBody([]byte(c.body)),
		}
		if concerns.pays(c.on) {
			item.Stages = []string{tillwatch.StagePayment}
		}
		if err := l.report(item); err != nil {
			return err
		}
	}
	if len(l.catalogue.gaps) > 0 {
		return nil
	}
	return l.report(tillwatch.Pass{Scope: scope, At: time.Now()})
}

// shopNames are the shops that were recognised.
func (l *look) shopNames() string {
	var names []string
	for _, shop := range l.shops {
		if !slices.Contains(names, shop.name) {
			names = append(names, shop.name)
		}
	}
	return strings.Join(names, ", ")
}

// maxAccounts bounds what is kept of a list of those who may get in.
const maxAccounts = 2_000

func (l *look) tellAccounts(ctx context.Context, shop installation, a account) error {
	name := shop.prefix + a.table
	scope := "database " + l.target.Place + " " + a.kind + " " + name
	n := 0
	ctx, cancel := context.WithTimeout(ctx, l.server.timeout)
	defer cancel()
	err := l.server.each(ctx, shop.fill(a.query, l.server.qualified), nil, func(r []string) error {
		if n++; n > maxAccounts {
			return nil
		}
		id, login := r[0], r[1]
		if number(id) == 0 && id != "0" && (a.kind == "key" || !isName(id)) {
			id = tillwatch.Mask(id).String() + " " + digest(id)[7:15]
		}
		place := fmt.Sprintf("%s %s[%s]", l.target.Place, name, id)
		if login = shownLogin(login); login != "" && login != id {
			place += " " + login
		}
		return l.report(tillwatch.Item{Kind: a.kind, Place: place, Scope: scope, Digest: digest(r[2]), Value: shownRights(r[2])})
	})
	switch {
	case ctx.Err() != nil && err != nil:
		return ctx.Err()
	case err != nil:
		return l.gap(l.target.Place+" "+name, "who may get in could not be read: "+l.why(&task{table: &table{schema: shop.schema, name: name, key: []string{"id"}}}, err))
	case n > maxAccounts:
		return l.gap(l.target.Place+" "+name, fmt.Sprintf("there are more than %d of them: the others were not looked at", maxAccounts))
	}
	return l.report(tillwatch.Pass{Scope: scope, At: time.Now()})
}

// shownLogin is a log-in name as it may stand in a report: one that is an address is masked.
func shownLogin(login string) string {
	if strings.Contains(login, "@") || len(login) > 60 {
		return tillwatch.Mask(login).String()
	}
	return login
}

func shownRights(rights string) string {
	if len(rights) > 200 {
		return ""
	}
	return rights
}
