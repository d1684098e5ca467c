package known

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
)

// Provider is a payment provider's host as its public integration guide names it.
type Provider struct {
	Name   string
	Region string // ISO 3166-1 alpha-2 in lower case, "asia" or "world"
	Host   string // a leading "*." stands for the domain itself and every name below it
	Card   bool   // whether the host is meant to receive card fields; every provider may receive contact data
}

// Providers is a list of payment providers, searched by host. Being on it says where a provider lives and what it is
// meant to receive, not that the shop uses it: a card number may leave for it only where the shop put the provider
// there. Safe for concurrent use.
type Providers struct {
	Date  string // the day the list was made, 2006-01-02
	exact map[string]Provider
	below map[string]Provider // keyed by the domain without "*."
}

//go:embed providers.tsv
var providersTSV string

// PaymentProviders gives the list that comes with this program.
var PaymentProviders = sync.OnceValue(func() *Providers {
	list, err := ParseProviders(providersTSV)
	if err != nil {
		panic(fmt.Sprintf("known: the embedded list of providers: %v", err)) // a test reads it, so it cannot be shipped broken
	}
	return list
})

// ParseProviders reads a list: tab-separated provider, region, host and what it receives ("card" or "contact"), after
// header lines that begin with "#". Errors name the line.
func ParseProviders(text string) (*Providers, error) {
	list := &Providers{exact: map[string]Provider{}, below: map[string]Provider{}}
	for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		fields := strings.Split(line, "\t")
		if strings.HasPrefix(line, "#") {
			if fields[0] == "#date" && len(fields) > 1 {
				list.Date = fields[1]
			}
			continue
		}
		if len(fields) != 4 || fields[3] != "card" && fields[3] != "contact" {
			return nil, fmt.Errorf("line %d: want provider, region, host and \"card\" or \"contact\", separated by tabs", i+1)
		}
		p := Provider{Name: fields[0], Region: fields[1], Host: fields[2], Card: fields[3] == "card"}
		domain, wild := strings.CutPrefix(p.Host, "*.")
		if domain == "" || domain != strings.ToLower(domain) || !strings.Contains(domain, ".") || strings.ContainsAny(domain, "*/: ") {
			return nil, fmt.Errorf("line %d: %q is no host name in lower case", i+1, p.Host)
		}
		if wild {
			list.below[domain] = p
		} else {
			list.exact[domain] = p
		}
	}
	return list, nil
}

// ByHost gives the provider that host, without a port, belongs to. The longest entry wins.
func (l *Providers) ByHost(host string) (Provider, bool) {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if p, ok := l.exact[host]; ok {
		return p, true
	}
	for domain := host; domain != ""; {
		if p, ok := l.below[domain]; ok {
			return p, true
		}
		_, domain, _ = strings.Cut(domain, ".")
	}
	return Provider{}, false
}
