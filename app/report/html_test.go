package report

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/tillwatch/tillwatch"
)

func elements(t *testing.T, text string) []*html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var all []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			all = append(all, n)
		}
	}
	return all
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func TestHTMLAsksNobodyAndRunsNothing(t *testing.T) {
	t.Parallel()
	allowed := strings.Fields(`html head meta title style body main header footer section article div p span strong b code time
		h1 h2 h3 h4 ul ol li dl dt dd table thead tbody tr th td details summary figure figcaption img a`)
	for _, n := range elements(t, written(t, "html", attacked(t), Options{})) {
		if !slices.Contains(allowed, n.Data) {
			t.Errorf("element <%s>", n.Data)
		}
		for _, a := range n.Attr {
			switch {
			case a.Key == "src" && n.Data == "img" && strings.HasPrefix(a.Val, "data:image/png;base64,iVBOR"):
			case a.Key == "href" && strings.HasPrefix(a.Val, "#step"):
			case slices.Contains([]string{"id", "lang", "class", "charset", "content", "name", "http-equiv", "alt"}, a.Key):
			default:
				t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
			}
		}
	}
}

func TestHTMLPolicyAllowsItsOwnStyleOnly(t *testing.T) {
	t.Parallel()
	var policy, style string
	for _, n := range elements(t, written(t, "html", leaking(t, "ja"), Options{Language: "ja"})) {
		if attribute(n, "http-equiv") == "Content-Security-Policy" {
			policy = attribute(n, "content")
		}
		if n.Data == "style" {
			style = n.FirstChild.Data
		}
	}
	sum := sha256.Sum256([]byte(style))
	if want := "style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(policy, want) {
		t.Errorf("policy %q does not hold %q", policy, want)
	}
	if !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
		t.Errorf("policy %q", policy)
	}
}

func TestHTMLShowsWhatWasFound(t *testing.T) {
	t.Parallel()
	for _, language := range Languages() {
		r := leaking(t, language)
		text := written(t, "html", r, Options{Language: language})
		w := languages[language]
		for _, want := range []string{
			w.verdict(r), r.Incidents[0].ID, w.Severities[tillwatch.Critical], "https://cdn-metrics.example/collect",
			"slick.min.js", w.Fieldnames["card.number"], html.EscapeString(r.Findings[0].Next[0]), w.NotSeen, w.Step("payment"),
			"2026-11-20 03:04:24 UTC", `<html lang="` + language + `">`,
		} {
			if !strings.Contains(html.UnescapeString(text), html.UnescapeString(want)) {
				t.Errorf("%s: no %q", language, want)
			}
		}
		if pictures := strings.Count(text, "<img "); pictures != len(r.Targets[0].Steps)+1 {
			t.Errorf("%s: %d pictures", language, pictures)
		}
	}
}

func TestHTMLBoundsItsTable(t *testing.T) {
	t.Parallel()
	r := &Report{Items: make([]Item, 3*maxItemRows)}
	if rows := strings.Count(written(t, "html", r, Options{}), "<tr><td>"); rows != maxItemRows {
		t.Errorf("%d rows, want %d", rows, maxItemRows)
	}
}
