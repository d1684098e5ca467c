package app

import (
	"slices"
	"strings"
	"testing"
)

func TestAddressesOfDatabasesKeepTheirCredentialsToThemselves(t *testing.T) {
	t.Parallel()
	words := []string{
		"mysql://u:geheim@db/shop?tls=true", "db:postgres://db/shop?user=u&password=geheim", "sqlite:shop.db", "https://shop.example/",
	}
	addresses := databaseAddresses(words)
	targets, err := ParseTargets(words)
	if err != nil {
		t.Fatal(err)
	}
	for _, target := range targets[:3] {
		if strings.Contains(target.Place, "geheim") {
			t.Errorf("%s shows it", target.Place)
		}
		if !slices.ContainsFunc(words, func(w string) bool {
			return strings.HasSuffix(w, addresses[target.Place]) && addresses[target.Place] != ""
		}) {
			t.Errorf("%s has the address %q", target.Place, addresses[target.Place])
		}
	}
	if len(addresses) != 3 {
		t.Errorf("%d addresses", len(addresses))
	}
}
