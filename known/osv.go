package known

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// The bounds of an import. A database of one ecosystem holds some ten thousand records of a few kilobytes.
const (
	maxAdvisory   = 4 << 20 // bytes of one record
	maxAdvisories = 200_000
	maxUnpacked   = 1 << 30 // bytes of all records of an archive
)

// ecosystem is the one of the shops we know and their modules.
const ecosystem = "Packagist"

// packages names the software that is published as a package.
var packages = map[string]string{
	"ec-cube/ec-cube":                   "ec-cube",
	"ec-cube2/ec-cube2":                 "ec-cube2",
	"magento/product-community-edition": "magento2",
	"magento/community-edition":         "magento2",
	"magento/project-community-edition": "magento2",
	"openmage/magento-lts":              "openmage",
	"prestashop/prestashop":             "prestashop",
	"opencart/opencart":                 "opencart",
	"shopware/shopware":                 "shopware",
	"shopware/platform":                 "shopware",
	"shopware/core":                     "shopware",
	"woocommerce/woocommerce":           "woocommerce",
}

// SoftwareOf gives the software that a Composer package is, or the package's own name.
func SoftwareOf(name string) string {
	name = strings.ToLower(name)
	if s, ok := packages[name]; ok {
		return s
	}
	return name
}

// advisory is a record in the form of https://ossf.github.io/osv-schema/, as far as it is read.
type advisory struct {
	ID        string    `json:"id"`
	Modified  time.Time `json:"modified"`
	Withdrawn string    `json:"withdrawn"`
	Aliases   []string  `json:"aliases"`
	Affected  []struct {
		Package struct {
			Ecosystem string `json:"ecosystem"`
			Name      string `json:"name"`
		} `json:"package"`
		Ranges []struct {
			Type   string              `json:"type"`
			Events []map[string]string `json:"events"`
		} `json:"ranges"`
		Versions []string `json:"versions"`
	} `json:"affected"`
	Severity []struct {
		Score string `json:"score"`
	} `json:"severity"`
	Specific struct {
		Severity string   `json:"severity"`
		CWE      []string `json:"cwe_ids"`
	} `json:"database_specific"`
}

// ParseOSV reads records of the Open Source Vulnerabilities form: a zip file of them, an array, or one after another. It
// keeps those of Composer packages. What is no record is an error, which says what is wrong with it.
func ParseOSV(file []byte) (*Vulnerabilities, error) {
	list := &Vulnerabilities{}
	err := eachAdvisory(file, func(a advisory) error {
		if a.ID == "" {
			return errors.New("a record has no id: this is no list of OSV records")
		}
		if day := a.Modified.UTC().Format(time.DateOnly); a.Modified.Year() < 9999 && day > list.Date {
			list.Date = day
		}
		if a.Withdrawn == "" && len(list.List) < maxAdvisories {
			list.List = append(list.List, a.vulnerabilities()...)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if list.Date == "" || list.Date < "2000" {
		return nil, errors.New("it holds no record that says when it was last changed")
	}
	list.index()
	return list, nil
}

func eachAdvisory(file []byte, do func(advisory) error) error {
	if !bytes.HasPrefix(file, []byte("PK")) {
		return eachJSON(file, do)
	}
	archive, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return fmt.Errorf("the zip file is damaged: %w", err)
	}
	var unpacked int64
	for _, f := range archive.File {
		if !strings.HasSuffix(f.Name, ".json") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return fmt.Errorf("the zip file is damaged: %w", err)
		}
		text, err := io.ReadAll(io.LimitReader(r, maxAdvisory+1))
		_ = r.Close() // what was wrong shows in what was read
		if unpacked += int64(len(text)); err != nil || len(text) > maxAdvisory || unpacked > maxUnpacked {
			return errors.New("the zip file is damaged, or a record in it is too large")
		}
		if err := eachJSON(text, do); err != nil {
			return err
		}
	}
	return nil
}

func eachJSON(text []byte, do func(advisory) error) error {
	text = bytes.TrimSpace(text)
	if bytes.HasPrefix(text, []byte("[")) {
		var all []advisory
		if err := json.Unmarshal(text, &all); err != nil {
			return fmt.Errorf("it is no list of OSV records: %w", err)
		}
		for _, a := range all {
			if err := do(a); err != nil {
				return err
			}
		}
		return nil
	}
	for d := json.NewDecoder(bytes.NewReader(text)); ; {
		var a advisory
		switch err := d.Decode(&a); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("it is no OSV record: %w", err)
		}
		if err := do(a); err != nil {
			return err
		}
	}
}

func (a advisory) vulnerabilities() []Vulnerability {
	var out []Vulnerability
	for _, one := range a.Affected {
		name, _, _ := strings.Cut(one.Package.Ecosystem, ":")
		if name != ecosystem || one.Package.Name == "" {
			continue
		}
		v := Vulnerability{ID: a.name(), Aliases: append([]string{a.ID}, a.Aliases...), Software: SoftwareOf(one.Package.Name), Source: a.ID}
		v.Kind, v.Needs, v.Rated = a.kind(), a.needs(), strings.ToLower(a.Specific.Severity)
		for _, r := range one.Ranges {
			if r.Type != "GIT" {
				v.ranges(r.Events)
			}
		}
		if v.Affected == nil {
			for _, version := range one.Versions[:min(len(one.Versions), maxRangeCount)] {
				v.Affected = append(v.Affected, Range{From: version, To: version})
			}
		}
		if v.Affected != nil {
			out = append(out, v)
		}
	}
	return out
}

// ranges reads events in their order: where it was introduced, and the fix or the last release that is affected.
func (v *Vulnerability) ranges(events []map[string]string) {
	open := false
	for _, e := range events {
		if len(v.Affected) >= maxRangeCount {
			return
		}
		if from, is := e["introduced"]; is {
			if from == "0" {
				from = ""
			}
			v.Affected = append(v.Affected, Range{From: from})
			open = true
			continue
		}
		if !open {
			continue
		}
		last := &v.Affected[len(v.Affected)-1]
		if to, is := e["fixed"]; is {
			last.To, last.Before, open = to, true, false
			v.Fixed = append(v.Fixed, to)
		} else if to, is := e["last_affected"]; is {
			last.To, open = to, false
		}
	}
}

// name is the CVE number where there is one: by that everybody knows it.
func (a advisory) name() string {
	for _, alias := range a.Aliases {
		if strings.HasPrefix(alias, "CVE-") {
			return alias
		}
	}
	return a.ID
}

// weaknesses says what a class of weakness (https://cwe.mitre.org) lets somebody do.
var weaknesses = map[string]Harm{
	"CWE-94": RunsCode, "CWE-95": RunsCode, "CWE-96": RunsCode, "CWE-98": RunsCode, "CWE-77": RunsCode, "CWE-78": RunsCode, "CWE-502": RunsCode,
	"CWE-434": RunsCode, "CWE-1336": RunsCode, "CWE-89": RunsSQL, "CWE-79": Script, "CWE-80": Script, "CWE-22": ReadsFiles, "CWE-611": ReadsFiles,
	"CWE-200": Information, "CWE-287": TakesAccount, "CWE-306": TakesAccount, "CWE-384": TakesSession,
}

func (a advisory) kind() Harm {
	for _, h := range harms { // the worst first
		if slices.ContainsFunc(a.Specific.CWE, func(c string) bool { return weaknesses[c] == h }) {
			return h
		}
	}
	return UnreadHarm
}

// needs reads the vector of the Common Vulnerability Scoring System.
func (a advisory) needs() string {
	for _, s := range a.Severity {
		switch v := s.Score; {
		case !strings.HasPrefix(v, "CVSS:"):
		case strings.Contains(v, "/PR:H"), strings.Contains(v, "/PR:L"):
			return "operator"
		case strings.Contains(v, "/UI:N"):
			return "nobody"
		default:
			return "visitor"
		}
	}
	return "unread"
}

// Exploited is a catalogue of vulnerabilities that attackers have used.
type Exploited struct {
	Date  string            // the day it was released, 2006-01-02
	Since map[string]string // by CVE number: the day it was added
}

// ParseKEV reads the Known Exploited Vulnerabilities catalogue of the US agency CISA in its JSON form.
func ParseKEV(file []byte) (*Exploited, error) {
	var catalogue struct {
		Released        time.Time `json:"dateReleased"`
		Vulnerabilities []struct {
			ID    string `json:"cveID"`
			Added string `json:"dateAdded"`
		} `json:"vulnerabilities"`
	}
	if err := json.Unmarshal(file, &catalogue); err != nil {
		return nil, fmt.Errorf("it is no catalogue of exploited vulnerabilities: %w", err)
	}
	if len(catalogue.Vulnerabilities) == 0 || len(catalogue.Vulnerabilities) > maxAdvisories || catalogue.Released.Year() < 2000 || catalogue.Released.Year() > 9998 {
		return nil, errors.New("it is no catalogue of exploited vulnerabilities: it names none, or not the day it was released")
	}
	e := &Exploited{Date: catalogue.Released.UTC().Format(time.DateOnly), Since: map[string]string{}}
	for _, v := range catalogue.Vulnerabilities {
		_, err := time.Parse(time.DateOnly, v.Added)
		if !strings.HasPrefix(v.ID, "CVE-") || err != nil {
			return nil, errors.New("an entry of the catalogue has no CVE number, or no day")
		}
		e.Since[v.ID] = v.Added
	}
	return e, nil
}

// With gives the list together with others that were imported. Of two entries for the same hole of the same software the
// list's own stands: its ranges were read by people.
func (v *Vulnerabilities) With(imported *Vulnerabilities, exploited *Exploited) *Vulnerabilities {
	out := &Vulnerabilities{Date: v.Date, List: slices.Clone(v.List)}
	if imported != nil {
		type hole struct{ software, id string }
		have := map[hole]bool{}
		for _, one := range v.List {
			have[hole{one.Software, one.ID}] = true
		}
		for _, one := range imported.List {
			known := func(id string) bool { return have[hole{one.Software, id}] }
			if !known(one.ID) && !slices.ContainsFunc(one.Aliases, known) {
				out.List = append(out.List, one)
				have[hole{one.Software, one.ID}] = true
			}
		}
		out.Date = max(out.Date, imported.Date)
	}
	if exploited != nil {
		for i := range out.List {
			if day := exploited.Since[out.List[i].ID]; day != "" && out.List[i].Exploited == "" {
				out.List[i].Exploited = "CISA KEV " + day
			}
		}
	}
	out.index()
	return out
}

// Encode writes a list in a form of our own, which [DecodeVulnerabilities] reads faster than what it was made of.
func (v *Vulnerabilities) Encode() ([]byte, error) { return json.Marshal(v) }

// DecodeVulnerabilities reads what [Vulnerabilities.Encode] wrote.
func DecodeVulnerabilities(text []byte) (*Vulnerabilities, error) {
	list := &Vulnerabilities{}
	if err := json.Unmarshal(text, list); err != nil {
		return nil, fmt.Errorf("damaged list of vulnerabilities: %w", err)
	}
	if _, err := time.Parse(time.DateOnly, list.Date); err != nil {
		return nil, errors.New("damaged list of vulnerabilities: it has no date")
	}
	list.index()
	return list, nil
}
