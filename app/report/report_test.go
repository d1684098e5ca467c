package report

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/triage"
)

var began = time.Date(2026, 11, 20, 3, 4, 5, 0, time.UTC)

// leaking is a report of a shop that leaks cards, with something harmless and something not seen besides.
func leaking(t *testing.T, language string) *Report {
	t.Helper()
	target := tillwatch.Target{Kind: tillwatch.KindPage, Place: "https://shop.example/", Shop: "shop.example"}
	tr := triage.Triage{Language: language}
	for _, o := range []tillwatch.Observation{
		tillwatch.Sign{
			Rule: "page/canary-sent", Severity: tillwatch.Critical, Certainty: tillwatch.Certain,
			Place: "https://shop.example/checkout/payment", Since: began.Add(19 * time.Second),
			Summary: "The card number, security code and name typed at the payment step were sent to cdn-metrics.example by a script of the shop.",
			Evidence: []tillwatch.Evidence{
				{What: "POST by fetch when the pay button was pressed, base64 of JSON", Where: "https://shop.example/assets/js/vendor/slick.min.js", Line: 1, Column: 41872, Destination: "https://cdn-metrics.example/collect", Fields: []string{"card.number", "card.code", "card.holder"}},
				{What: "image while typing", Where: "https://shop.example/assets/js/vendor/slick.min.js", Line: 1, Column: 42011, Destination: "https://cdn-metrics.example/p.gif", Fields: []string{"card.number"}},
			},
			Data: []string{"card", "name"}, Count: 4,
		},
		tillwatch.Sign{
			Rule: "page/witness-mismatch", Severity: tillwatch.High, Certainty: tillwatch.Likely,
			Place: "https://shop.example/checkout/payment", Since: began.Add(24 * time.Second),
			Summary:  "A request to cdn-metrics.example left as the page was closed, and the browser did not report it.",
			Evidence: []tillwatch.Evidence{{What: "POST seen by the proxy only", Destination: "https://cdn-metrics.example/collect"}},
			Data:     []string{"card"}, Count: 1,
		},
		tillwatch.Sign{
			Rule: "page/typing-dependent", Severity: tillwatch.Low, Certainty: tillwatch.Possible,
			Place: "https://shop.example/checkout/address", Since: began.Add(12 * time.Second),
			Summary:  "A request to replay.example goes out only when somebody types.",
			Evidence: []tillwatch.Evidence{{What: "POST by sendBeacon", Where: "https://replay.example/r.js", Line: 3, Column: 90, Destination: "https://replay.example/batch"}},
			Count:    1,
		},
		tillwatch.Gap{Place: "https://shop.example/checkout/3ds", Why: "the bank's own check (3-D Secure) cannot be passed by a machine: look at it by hand", Picture: picture(t, 3)},
		tillwatch.Item{Kind: "script", Place: "https://shop.example/assets/js/vendor/slick.min.js", Digest: "sha256:7d865e959b2466918c9863afca942d0fb89d7c9ac0c99bafc3749504ded97730", Capabilities: []tillwatch.Capability{"reads card", "sends cdn-metrics.example"}},
		tillwatch.Item{Kind: "host", Place: "cdn-metrics.example"},
	} {
		tr.Add(target, o)
	}
	result := tr.Result()
	r := &Report{
		Version: "v0.1.0", Started: began, Took: 31400 * time.Millisecond,
		Findings: result.Findings, Incidents: result.Incidents, NotSeen: result.Gaps, Hidden: 1,
		Targets: []Target{{Target: target, Took: 31400 * time.Millisecond}},
	}
	for i, name := range []string{"home", "product", "cart", "address", "payment", "press"} {
		r.Targets[0].Steps = append(r.Targets[0].Steps, Step{
			Name: name, Place: "https://shop.example/" + name, Profile: "desktop-ja",
			At: began.Add(time.Duration(i) * 4 * time.Second), Picture: picture(t, i),
		})
	}
	for _, item := range result.Items {
		r.Items = append(r.Items, Item{Item: item, Status: New})
	}
	return r
}

// picture is a small drawing of a page, a different one for each n.
func picture(t *testing.T, n int) []byte {
	t.Helper()
	img := image.NewPaletted(image.Rect(0, 0, 320, 220), color.Palette{
		color.Gray{0xf4}, color.Gray{0xc8}, color.RGBA{0x33, 0x66, uint8(0x60 + 20*n), 0xff},
	})
	for y := range 220 {
		for x := range 320 {
			switch {
			case y < 26:
				img.SetColorIndex(x, y, 2)
			case y%34 > 18 && x > 30 && x < 120+n*30:
				img.SetColorIndex(x, y, 1)
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func written(t *testing.T, format string, r *Report, o Options) string {
	t.Helper()
	var b strings.Builder
	if err := Write(&b, format, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWriteRefusesAnUnknownFormat(t *testing.T) {
	t.Parallel()
	if err := Write(&bytes.Buffer{}, "pdf", &Report{}, Options{}); err == nil {
		t.Error("accepted")
	}
}

func TestVerdictNeverSaysCleanOverAGap(t *testing.T) {
	t.Parallel()
	target := []Target{{Target: tillwatch.Target{Kind: tillwatch.KindPage, Place: "https://shop.example/"}}}
	gap := []tillwatch.Gap{{Place: "p", Why: "captcha"}}
	low := []tillwatch.Finding{{Severity: tillwatch.Low}}
	for language, w := range languages {
		for name, r := range map[string]*Report{
			"gap":         {Targets: target, NotSeen: gap},
			"gap and low": {Targets: target, NotSeen: gap, Findings: low},
			"interrupted": {Targets: target, Interrupted: true},
		} {
			r.Items = make([]Item, 1)
			if got, want := w.verdict(r), fmt.Sprintf(w.VerdictGaps, "shop.example"); got != want {
				t.Errorf("%s in %s: %q, want %q", name, language, got, want)
			}
		}
	}
}

func TestVerdictOfAShopThatDidNotOpen(t *testing.T) {
	t.Parallel()
	r := &Report{
		Targets: []Target{{Target: tillwatch.Target{Kind: tillwatch.KindPage, Place: "https://shop.example:8443/"}}},
		NotSeen: []tillwatch.Gap{{Place: "p", Why: "refused"}},
	}
	if got, want := english.verdict(r), "shop.example:8443 COULD NOT BE LOOKED AT."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if text := written(t, "text", r, Options{}); strings.Contains(text, "was typed") {
		t.Errorf("speaks of what was typed where nothing was: %s", text)
	}
}

// hostile is what a shop could put into any text that reaches a report.
const hostile = "<script>alert(1)</script>\" onload='x' \x1b]0;owned\x07\u202egnp.exe\u009b31m\x7f {{.}} </style><img src=https://evil.example/x>"

// attacked is a report with hostile text wherever a shop can put one.
func attacked(t *testing.T) *Report {
	t.Helper()
	r := leaking(t, "en")
	r.Findings = append(r.Findings, tillwatch.Finding{
		Rule: hostile, Place: hostile, Summary: hostile, Severity: tillwatch.High, Certainty: tillwatch.Likely, Since: began,
		Evidence: []tillwatch.Evidence{{What: hostile, Where: hostile, Line: 1, Column: 2, Destination: hostile, Fields: []string{hostile}}},
		Data:     []string{hostile}, Next: []string{hostile}, Incident: r.Incidents[0].ID,
	})
	r.Incidents[0].Timeline = append(r.Incidents[0].Timeline, tillwatch.Event{At: began, Rule: hostile, What: hostile})
	r.NotSeen = append(r.NotSeen, tillwatch.Gap{Place: hostile, Why: hostile, Picture: []byte(hostile)})
	r.Items = append(r.Items, Item{Item: tillwatch.Item{Kind: hostile, Place: hostile, Digest: hostile, Capabilities: []tillwatch.Capability{hostile}}, Status: New})
	r.Targets[0].Steps = append(r.Targets[0].Steps, Step{Name: hostile, Place: hostile, Profile: hostile, Picture: []byte(hostile)})
	r.Targets = append(r.Targets, Target{Target: tillwatch.Target{Kind: tillwatch.KindPage, Place: "https://x.example/" + hostile}})
	return r
}

func TestNothingActsOnTheScreen(t *testing.T) {
	t.Parallel()
	for _, format := range Formats() {
		for _, r := range written(t, format, attacked(t), Options{}) {
			if r != '\n' && acts(r) {
				t.Errorf("%s: %U reaches the screen", format, r)
				break
			}
		}
	}
}
