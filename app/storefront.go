package app

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"net/netip"
	"os/exec"
	"slices"
	"strconv"
	"strings"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/app/report"
	"github.com/tillwatch/tillwatch/sensor/page"
	"github.com/tillwatch/tillwatch/sensor/page/journey"
)

// checkSensors is the one list of what a check can look at.
func checkSensors() sensors {
	return sensors{
		tillwatch.KindPage:     beside(walks, storefront, shopSoftware),
		tillwatch.KindFiles:    beside(reads, docroot, shopSoftware),
		tillwatch.KindSource:   repository,
		tillwatch.KindKeys:     repository,
		tillwatch.KindDatabase: database,
		tillwatch.KindLog:      accessLogs,
		tillwatch.KindIssued:   accessLogs,
		tillwatch.KindMembers:  accessLogs,
	}
}

// Profiles are the browser profiles that [Shopper.Profiles] can name.
func Profiles() []string { return page.ProfileNames() }

// storefront makes the synthetic shopper of what the operator said. Errors are a *[UsageError].
func storefront(c CheckConfig, o observers) (tillwatch.Sensor, error) {
	s := c.Shopper
	secrets, err := s.secrets()
	if err != nil {
		return nil, err
	}
	config := page.Config{
		Profiles: s.Profiles, Executable: s.Chromium,
		AllowRegistration: s.AllowRegistration, AllowProvider: s.AllowProvider, PlaceTestOrder: s.PlaceTestOrder, NoWitness: s.NoWitness,
		Username: secrets.user, Password: secrets.password, Headers: secrets.headers, Cookies: secrets.cookies,
		Timeout: s.Timeout, SendCard: traceable(c), Ordered: o.ordered,
		Admin: page.Admin{URL: s.AdminURL, User: secrets.adminUser, Password: secrets.adminPassword, Orders: s.AdminOrders},
		Progress: func(p page.Progress) {
			o.progress(Progress{Profile: p.Profile, Text: report.StepName(c.Language, p.Text), Place: p.Place})
		},
		Step: func(p page.Step) { o.step(report.Step(p)) },
	}
	for _, name := range s.Profiles {
		if !slices.Contains(Profiles(), name) {
			return nil, usagef(DidYouMean(name, Profiles()), "there is no profile %q", name)
		}
	}
	if s.Chromium != "" {
		if _, err := exec.LookPath(s.Chromium); err != nil {
			return nil, usagef("tillwatch doctor says which browser it finds", "--chromium: %v", err)
		}
	}
	if config.Layers, err = page.ParseLayers(strings.ReplaceAll(strings.ToUpper(s.Layers), string(layerPlatform), "")); err != nil {
		return nil, usagef("", "--layers: %v", err)
	}
	if config.Authorised, err = hostPatterns(s.Authorised); err != nil {
		return nil, err
	}
	if config.Origin, err = originAddress(s.Origin); err != nil {
		return nil, err
	}
	if s.AdminURL != "" {
		admin, err := pageTarget(s.AdminURL)
		if err != nil {
			return nil, usagef("write it as in a browser: https://shop.example/admin/", "--admin-url: %v", err)
		}
		config.Admin.URL = admin[0].Place
	}
	if config.Published, _, err = published(c.StateDir); err != nil {
		return nil, err
	}
	if config.Roots, err = readRoots(s.CAFile); err != nil {
		return nil, err
	}
	if config.Journey, err = readJourney(s.Journey); err != nil {
		return nil, err
	}
	if s.Record != "" {
		if config.Record, err = recorder(s.Record, o); err != nil {
			return nil, err
		}
	}
	return page.New(config)
}

// originAddress accepts an IP address or a host, with or without a port.
func originAddress(word string) (string, error) {
	host, port := word, ""
	if h, p, err := net.SplitHostPort(word); err == nil {
		host, port = h, p
	}
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	number, portErr := strconv.ParseUint(port, 10, 16)
	if word != "" && (err != nil && (host == "" || strings.ContainsAny(host, "/:@?# \t")) || port != "" && (portErr != nil || number == 0)) {
		return "", usagef("write it as 192.0.2.7, 192.0.2.7:8080 or [2001:db8::7]:443", "--origin: %q is no address of a server", word)
	}
	return word, nil
}

// hostPatterns accepts host names and "*.example" for a host and all below it, and tells an address from a host.
func hostPatterns(words []string) ([]string, error) {
	var hosts []string
	for _, word := range words {
		host := strings.ToLower(strings.TrimSuffix(word, "."))
		if name := strings.TrimPrefix(host, "*."); name == "" || strings.ContainsAny(name, "/:*@?# \t") {
			return nil, usagef("name a host alone, as in pay.example, or *.pay.example for all below it",
				"--authorise: %q is no host", word)
		}
		hosts = append(hosts, host)
	}
	return hosts, nil
}

// maxCAFile is several times the size of a system's whole list of authorities.
const maxCAFile = 2 << 20

func readRoots(name string) ([]*x509.Certificate, error) {
	if name == "" {
		return nil, nil
	}
	text, err := readBounded(name, maxCAFile)
	if err != nil {
		return nil, usagef("", "--ca: %v", err)
	}
	var roots []*x509.Certificate
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, usagef("", "--ca %s: certificate %d: %v", name, len(roots)+1, err)
		}
		roots = append(roots, certificate)
	}
	if len(roots) == 0 {
		return nil, usagef("it begins with -----BEGIN CERTIFICATE-----", "--ca %s: holds no certificate in PEM form", name)
	}
	return roots, nil
}

func readJourney(name string) (*journey.File, error) {
	if name == "" {
		return nil, nil
	}
	text, err := readBounded(name, maxSecretFile)
	if err != nil {
		return nil, usagef("", "--journey: %v", err)
	}
	file, err := journey.ParseFile(text)
	if err != nil {
		return nil, usagef("tillwatch check --record FILE writes one from what was found", "--journey %s: %v", name, err)
	}
	return &file, nil
}

// recorder writes the last journey that was found to name; whether it can is found out now.
func recorder(name string, o observers) (func(*journey.File), error) {
	probe, err := CreateFile(name)
	if err != nil {
		return nil, usagef("name a file in a folder that exists and can be written", "--record: %v", err)
	}
	probe.Discard()
	return func(found *journey.File) {
		if err := writeJourney(name, found); err != nil {
			o.progress(Progress{Text: fmt.Sprintf("the journey could not be written to %s: %v", name, err)})
		}
	}, nil
}

func writeJourney(name string, found *journey.File) error {
	text, err := found.Bytes()
	if err != nil {
		return err
	}
	f, err := CreateFile(name)
	if err != nil {
		return err
	}
	defer f.Discard()
	if _, err := f.Write(text); err != nil {
		return err
	}
	return f.Commit()
}
