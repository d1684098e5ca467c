package triage

import (
	"strings"
	"testing"
)

// headings are those of every page, so that a reader finds the same thing at the same place in each rule.
var headings = map[string][4]string{
	"en": {"What it means", "Why it matters", "What to do now", "What makes it a false alarm"},
	"ja": {"何が起きているか", "なぜ重要か", "いますぐすること", "誤検知となる場合"},
	"ko": {"무슨 일인가", "왜 중요한가", "지금 할 일", "오탐인 경우"},
	"id": {"Artinya", "Mengapa penting", "Yang harus dilakukan sekarang", "Kapan ini alarm palsu"},
}

var lowHeading = map[string]string{
	"en": "What to do where it is low", "ja": "重大度が「低」のときにすること", "ko": "심각도가 '낮음'일 때 할 일",
	"id": "Yang harus dilakukan bila tingkatnya rendah",
}

func TestEachRuleHasTheSamePageInEachLanguage(t *testing.T) {
	if len(Rules()) < 7 {
		t.Fatalf("only %d rules have a page", len(Rules()))
	}
	for _, id := range Rules() {
		english, err := Explain(id, "en")
		if err != nil {
			t.Fatal(err)
		}
		for _, language := range Languages() {
			page, err := Explain(id, language)
			if err != nil {
				t.Error(err)
				continue
			}
			got := [4]string{page.Meaning.Heading, page.Why.Heading, page.Next.Heading, page.FalseAlarm.Heading}
			if got != headings[language] {
				t.Errorf("%s in %s: headings %q, want %q", id, language, got, headings[language])
			}
			if len(page.NextLow.List) > 0 && page.NextLow.Heading != lowHeading[language] {
				t.Errorf("%s in %s: heading %q, want %q", id, language, page.NextLow.Heading, lowHeading[language])
			}
			if len(page.Next.List) != len(english.Next.List) || len(page.NextLow.List) != len(english.NextLow.List) {
				t.Errorf("%s in %s: %d and %d steps, in English %d and %d", id, language, len(page.Next.List),
					len(page.NextLow.List), len(english.Next.List), len(english.NextLow.List))
			}
			if language != "en" && (page.Title == english.Title || page.Meaning == english.Meaning) {
				t.Errorf("%s in %s: not translated", id, language)
			}
		}
	}
}

func TestPagesOfNoOtherLanguageLieAround(t *testing.T) {
	entries := 0
	for _, family := range []string{"access", "database", "files", "page", "platform", "source", "watch"} {
		files, err := pages.ReadDir("rules/" + family)
		if err != nil {
			t.Fatal(err)
		}
		entries += len(files)
	}
	if want := len(Rules()) * len(Languages()); entries != want {
		t.Errorf("%d pages, want %d: one for each rule and language", entries, want)
	}
}

func TestExplainFallsBackToEnglish(t *testing.T) {
	page, err := Explain("page/canary-sent", "fr")
	if err != nil || page.Language != "en" {
		t.Errorf("got %q, %v", page.Language, err)
	}
}

func TestExplainRefusesWhatIsNoRule(t *testing.T) {
	for _, id := range []string{"", "page/", "page/none", "../triage", "page/canary-sent.en.md"} {
		if _, err := Explain(id, "en"); err == nil || !strings.Contains(err.Error(), "no rule") {
			t.Errorf("%q: got %v", id, err)
		}
	}
}

func TestParsePageRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"no title":         "## a\nb\n## c\nd\n## e\n1. f\n## g\nh\n",
		"a section short":  "# t\n## a\nb\n## c\nd\n## e\n1. f\n",
		"an empty one":     "# t\n## a\n\n## c\nd\n## e\n1. f\n## g\nh\n",
		"no numbers":       "# t\n## a\nb\n## c\nd\n## e\nf\n## g\nh\n",
		"low not numbered": "# t\n## a\nb\n## c\nd\n## e\n1. f\n## l\nm\n## g\nh\n",
		"one too many":     "# t\n## a\nb\n## c\nd\n## e\n1. f\n## l\n1. m\n## g\nh\n## i\nj\n",
		"wrong numbers":    "# t\n## a\nb\n## c\nd\n## e\n1. f\n3. f\n## g\nh\n",
	} {
		if _, err := parsePage(text); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
