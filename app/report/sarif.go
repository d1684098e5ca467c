package report

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/triage"
)

// The part of SARIF 2.1.0 that a check needs. What could not be looked at is a notification of the run, which then did
// not succeed: a reader of results alone must not take an empty list for a clean shop.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		Invocations []sarifInvocation `json:"invocations"`
		Results     []sarifResult     `json:"results"`
		ColumnKind  string            `json:"columnKind"`
		Language    string            `json:"language"`
		Properties  map[string]any    `json:"properties,omitempty"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string         `json:"id"`
		ShortDescription sarifText      `json:"shortDescription"`
		FullDescription  sarifText      `json:"fullDescription"`
		Help             sarifText      `json:"help"`
		Properties       map[string]any `json:"properties,omitempty"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifInvocation struct {
		Successful    bool                `json:"executionSuccessful"`
		Start         time.Time           `json:"startTimeUtc"`
		End           time.Time           `json:"endTimeUtc"`
		Notifications []sarifNotification `json:"toolExecutionNotifications"`
	}
	sarifNotification struct {
		Level      string          `json:"level"`
		Message    sarifText       `json:"message"`
		Descriptor sarifDescriptor `json:"descriptor"`
		Locations  []sarifLocation `json:"locations,omitempty"`
	}
	sarifDescriptor struct {
		ID string `json:"id"`
	}
	sarifResult struct {
		RuleID           string            `json:"ruleId"`
		RuleIndex        int               `json:"ruleIndex"`
		Level            string            `json:"level"`
		Message          sarifText         `json:"message"`
		Locations        []sarifLocation   `json:"locations"`
		RelatedLocations []sarifLocation   `json:"relatedLocations,omitempty"`
		Fingerprints     map[string]string `json:"partialFingerprints"`
		Properties       map[string]any    `json:"properties"`
	}
	sarifLocation struct {
		ID       *int          `json:"id,omitempty"`
		Physical sarifPhysical `json:"physicalLocation"`
		Message  *sarifText    `json:"message,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitempty"`
	}
)

const notLooked = "watch/not-looked"

func writeSARIF(w io.Writer, r *Report, o Options) error {
	run := sarifRun{
		Tool: sarifTool{sarifDriver{
			Name: "Tillwatch", Version: r.Version, InformationURI: "https://github.com/tillwatch/tillwatch",
			Rules: sarifRules(r, o.Language),
		}},
		Invocations: []sarifInvocation{sarifInvoked(r)},
		Results:     []sarifResult{},
		ColumnKind:  "utf16CodeUnits", // as browsers count
		Language:    o.Language,
	}
	for _, f := range r.Findings {
		index := slices.IndexFunc(run.Tool.Driver.Rules, func(rule sarifRule) bool { return rule.ID == f.Rule })
		run.Results = append(run.Results, r.sarifResultOf(f, index))
	}
	if r.Hidden > 0 {
		run.Properties = map[string]any{"suppressed": r.Hidden}
	}
	return encode(w, sarifLog{
		Schema:  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
		Version: "2.1.0",
		Runs:    []sarifRun{run},
	})
}

// sarifRules describes the rules that something was found by, and the one for what was not seen.
func sarifRules(r *Report, language string) []sarifRule {
	worst := map[string]tillwatch.Severity{}
	for _, f := range r.Findings {
		worst[f.Rule] = max(worst[f.Rule], f.Severity)
	}
	if len(r.NotSeen) > 0 {
		worst[notLooked] = tillwatch.Medium
	}
	rules := []sarifRule{}
	for id, severity := range worst {
		rule := sarifRule{
			ID: id, ShortDescription: sarifText{id}, FullDescription: sarifText{id}, Help: sarifText{id},
			Properties: map[string]any{"tags": []string{"security"}, "security-severity": securitySeverity[severity]},
		}
		if page, err := triage.Explain(id, language); err == nil {
			rule.ShortDescription.Text = page.Title
			rule.FullDescription.Text = page.Meaning.Text
			rule.Help.Text = strings.Join(append([]string{page.Why.Text, page.Next.Heading + ":"}, page.Next.List...), "\n\n")
		}
		rules = append(rules, rule)
	}
	slices.SortFunc(rules, func(a, b sarifRule) int { return strings.Compare(a.ID, b.ID) })
	return rules
}

// securitySeverity is the number by which code-scanning services rank, in the bands of CVSS.
var securitySeverity = map[tillwatch.Severity]string{
	tillwatch.Critical: "9.5", tillwatch.High: "8.0", tillwatch.Medium: "5.5", tillwatch.Low: "2.5", tillwatch.Info: "0.0",
}

var sarifLevels = map[tillwatch.Severity]string{
	tillwatch.Critical: "error", tillwatch.High: "error", tillwatch.Medium: "warning", tillwatch.Low: "note", tillwatch.Info: "note",
}

func sarifInvoked(r *Report) sarifInvocation {
	invocation := sarifInvocation{
		Successful:    len(r.NotSeen) == 0 && !r.Interrupted,
		Start:         r.Started.UTC().Truncate(time.Millisecond),
		End:           r.Started.Add(r.Took).UTC().Truncate(time.Millisecond),
		Notifications: []sarifNotification{},
	}
	for _, gap := range r.NotSeen {
		invocation.Notifications = append(invocation.Notifications, sarifNotification{
			Level: "warning", Message: sarifText{gap.Why}, Descriptor: sarifDescriptor{notLooked},
			Locations: []sarifLocation{r.sarifAt(gap.Place, 0, 0)},
		})
	}
	return invocation
}

// sarifResultOf puts the script that did it first where it is known: that is the line to look at.
func (r *Report) sarifResultOf(f tillwatch.Finding, rule int) sarifResult {
	result := sarifResult{
		RuleID: f.Rule, RuleIndex: rule, Level: sarifLevels[f.Severity], Message: sarifText{f.Summary},
		Fingerprints: map[string]string{"tillwatch/v1": fingerprint(f)},
		Properties: map[string]any{
			"severity": f.Severity, "certainty": f.Certainty, "incident": f.Incident, "place": f.Place,
			"since": f.Since, "data": append([]string{}, f.Data...),
		},
	}
	for i, e := range f.Evidence {
		if e.Where == "" {
			continue
		}
		at := r.sarifAt(e.Where, e.Line, e.Column)
		message := e.What
		if e.Destination != "" {
			message += " -> " + e.Destination
		}
		at.ID, at.Message = &i, &sarifText{message}
		if len(result.Locations) == 0 {
			result.Locations = append(result.Locations, at)
			continue
		}
		result.RelatedLocations = append(result.RelatedLocations, at)
	}
	if len(result.Locations) == 0 {
		result.Locations = []sarifLocation{r.sarifAt(f.Place, 0, 0)}
	}
	return result
}

func (r *Report) sarifAt(place string, line, column int) sarifLocation {
	location := sarifLocation{Physical: sarifPhysical{Artifact: sarifArtifact{r.uriReference(place)}}}
	if line > 0 {
		location.Physical.Region = &sarifRegion{line, max(column, 0)}
	}
	return location
}

// isFile says whether a place is a file of one of the targets: its name may hold what means something in an address.
func (r *Report) isFile(place string) bool {
	place = filepath.ToSlash(place)
	return slices.ContainsFunc(r.Targets, func(t Target) bool {
		name := filepath.ToSlash(filepath.Clean(t.Place))
		below := strings.HasPrefix(place, strings.TrimSuffix(name, "/")+"/") || name == "." && !strings.Contains(place, "://")
		return t.Kind == tillwatch.KindFiles && place != "" && (place == name || below)
	})
}

// uriReference makes of any place something that is allowed where SARIF wants a URI.
func (r *Report) uriReference(place string) string {
	if r.isFile(place) {
		return (&url.URL{Path: filepath.ToSlash(filepath.Clean(place))}).String()
	}
	if u, err := url.Parse(place); err == nil {
		return u.String()
	}
	return strings.ReplaceAll(url.QueryEscape(place), "+", "%20")
}

func fingerprint(f tillwatch.Finding) string {
	sum := sha256.Sum256([]byte(f.Rule + "\x00" + f.Place))
	return hex.EncodeToString(sum[:16])
}
