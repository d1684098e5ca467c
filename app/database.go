package app

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/canary"
	"github.com/tillwatch/tillwatch/remote"
	databases "github.com/tillwatch/tillwatch/sensor/database"
)

// database makes the sensor for databases. Errors are a *[UsageError].
func database(c CheckConfig, o observers) (tillwatch.Sensor, error) {
	config, err := databaseConfig(c)
	if err != nil {
		return nil, err
	}
	config.Progress = func(done, all int, place string) {
		o.progress(Progress{Text: fmt.Sprintf("%d/%d", done, all), Place: place})
	}
	for _, dsn := range config.DSN {
		if u, err := url.Parse(dsn); err == nil && u.User != nil {
			if _, given := u.User.Password(); given {
				o.progress(Progress{Text: "a password on the command line can be read by every user of this machine: TILLWATCH_DB_PASSWORD or TILLWATCH_DB_PASSWORD_FILE keep it from them"})
			}
		}
	}
	return databases.New(config), nil
}

// databaseConfig is what a check knows of its databases.
func databaseConfig(c CheckConfig) (databases.Config, error) {
	authorised, err := hostPatterns(c.Shopper.Authorised)
	if err != nil {
		return databases.Config{}, err
	}
	config := databases.Config{
		DSN: databaseAddresses(c.Targets), Env: c.Shopper.Env, Follow: c.follow, Slowly: c.every, Own: storefrontHost(c.Targets), Trusted: receivers(authorised),
	}
	if config.Tunnels, err = tunnels(c.Targets, c.SSH, c.Shopper.Env); err != nil {
		return config, err
	}
	if c.StateDir != "" {
		if config.State, err = c.state("database"); err != nil {
			return config, err
		}
	}
	return config, nil
}

// databaseAddresses are the addresses of databases as the operator wrote them, with user and password, by the place of
// their target, which is without.
func databaseAddresses(words []string) map[string]string {
	addresses := databaseWords(words)
	for place, address := range addresses {
		addresses[place], _ = cutTunnel(address)
	}
	return addresses
}

// databaseWords are the same, with the servers that they are reached through.
func databaseWords(words []string) map[string]string {
	addresses := map[string]string{}
	for _, word := range words {
		targets, err := parseTarget(word)
		if err == nil && len(targets) == 1 && targets[0].Kind == tillwatch.KindDatabase {
			addresses[targets[0].Place] = strings.TrimPrefix(word, string(tillwatch.KindDatabase)+":")
		}
	}
	return addresses
}

// databaseTarget cuts from an address whatever a report has no business to show: user and password, and the options,
// among which PostgreSQL takes a password, too.
func databaseTarget(place string) ([]tillwatch.Target, error) {
	shown, _, _ := strings.Cut(withoutCredentials(place), "?")
	lower := strings.ToLower(shown)
	if !hasAnyPrefix(lower, "mysql://", "mariadb://", "postgres://", "postgresql://", "sqlite:", "sqlite3:") {
		return nil, usagef("write it as mysql://user@host/database, postgres://user@host/database or sqlite:FILE", "%s is no address of a database", shown)
	}
	if _, through := cutTunnel(place); through != "" {
		var err error
		if shown, err = tunnelled(shown, through); err != nil {
			return nil, err
		}
	}
	return []tillwatch.Target{{Kind: tillwatch.KindDatabase, Place: shown}}, nil
}

// Members hands the id of every member of a shop to each, in no particular order. The address is that of a database, as a
// target has it; an empty query means the members of the shop that is recognised there. Nothing is written, and an id is
// passed on as the database has it.
func Members(ctx context.Context, address, query string, env func(string) string, each func(id string) error) error {
	config := databases.Config{Env: env}
	address, through := cutTunnel(address)
	if through != "" {
		login, err := SSH{}.login(env)
		if err != nil {
			return err
		}
		to, err := remote.ParseAddress(through)
		if err != nil {
			return err
		}
		config.Tunnels = map[string]databases.Dial{address: (&remote.Tunnel{Address: to, Login: login}).Dial}
	}
	return databases.Members(ctx, config, address, query, each)
}

// SearchDatabase looks through all tables for the data of customers who do not exist, whatever encoding hides them, and
// reports where a card number lies and where other data lies that has no business there.
func SearchDatabase(ctx context.Context, c CheckConfig, t tillwatch.Target, matcher *canary.Matcher, report func(tillwatch.Observation) error) error {
	config, err := databaseConfig(c)
	if err != nil {
		return err
	}
	return databases.New(config).Search(ctx, t, matcher, report)
}
