package database

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestSecretsKeepTheirSchemeAndNothingElse(t *testing.T) {
	t.Parallel()
	draw := rand.New(rand.NewPCG(1, 1))
	for like, head := range map[string]string{
		"$2y$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW": "$2y$12$",
		"$P$B55D6LjfHDkINU5wF.v2BuuzO0/XPk/":                           "$P$B",
		"$6$rounds=5000$usesomesillystri$D4IrlXatmP7rx3P3InaxBeoomnAi": "$6$rounds=5000$",
		"{SSHA}bHNkZmpsc2tkZmpsa3NkamZsa3NkZmpsa3NkZg==":               "{SSHA}",
		"5f4dcc3b5aa765d61d8327deb882cf99":                             "",
		"welcome":                                                      "", // what many were given is a password that opens
	} {
		others := []string{like, like, like, like}
		got := shaped(like, others, schemeHead, draw)
		if got == like || len(got) != len(like) || !strings.HasPrefix(got, head) || strings.HasSuffix(like, "==") && !strings.HasSuffix(got, "==") {
			t.Errorf("%s became %s", like, got)
		}
		if again := shaped(like, others, schemeHead, draw); again == got || slices.Contains(others, again) {
			t.Errorf("%s twice for %s", got, like)
		}
	}
}
