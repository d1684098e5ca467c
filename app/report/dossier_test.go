package report

import (
	"encoding/csv"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/inventory"
)

func TestADossierSaysEverythingInEachLanguage(t *testing.T) {
	t.Parallel()
	english := reflect.ValueOf(dossierEnglish)
	for _, language := range Languages() {
		w := reflect.ValueOf(*dossierLanguages[language])
		for i := range w.NumField() {
			name := w.Type().Field(i).Name
			if w.Field(i).IsZero() || w.Field(i).Kind() == reflect.Map && w.Field(i).Len() != english.Field(i).Len() {
				t.Errorf("%s: %s is empty or not whole", language, name)
				continue
			}
			if w.Field(i).Kind() == reflect.String && strings.Count(w.Field(i).String(), "%") != strings.Count(english.Field(i).String(), "%") {
				t.Errorf("%s: %s has other placeholders than English", language, name)
			}
		}
	}
}

var dossierDay = time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)

const hostileName = "=cmd|'/c calc'!A1<script>alert(1)</script>\u202e"

func sampleDossier() Dossier {
	look := func(day int, items ...tillwatch.Item) inventory.Look {
		return inventory.Look{Run: "R-" + dossierDay.AddDate(0, 0, day).Format("0102"), At: dossierDay.AddDate(0, 0, day), Items: items, Scopes: []string{"page"}}
	}
	item := func(kind, place, digest, value string, can ...tillwatch.Capability) tillwatch.Item {
		return tillwatch.Item{Kind: kind, Place: place, Scope: "page", Digest: "sha256:" + strings.Repeat(digest, 64), Value: value, Stages: []string{"payment"}, Capabilities: can}
	}
	headers := item("header", "payment page of https://shop.example", "a", "meta content-security-policy: script-src 'self'\n")
	book := inventory.Book{}
	first := book.Compare(look(0, headers, item("script", "https://shop.example/pay.js", "b", "", "reads card")))
	book.Records = first.Records
	book.Approvals = book.Approve(book.Records, nil)
	for i := range book.Approvals {
		book.Approvals[i].ID, book.Approvals[i].At, book.Approvals[i].Who, book.Approvals[i].Why = int64(i+1), dossierDay.Add(time.Hour), "tanaka", "reviewed"
	}
	second := book.Compare(look(30, headers, item("script", "https://shop.example/pay.js", "c", "", "reads card", "sends evil.example"), item("script", hostileName, "d", "")))
	book.Records = second.Records
	runs := []tillwatch.Run{
		{ID: "R-1", Started: dossierDay, Complete: true, Profiles: []string{"desktop-ja"}, Places: []string{"https://shop.example/"}},
		{ID: "R-2", Started: dossierDay.AddDate(0, 0, 30), Complete: true},
	}
	own := func(host string) bool { return host == "shop.example" }
	return NewDossier("shop.example", book, append(first.Changes, second.Changes...), runs, own, 7*24*time.Hour, dossierDay.AddDate(0, 0, 31))
}

func TestADossierHoldsWhatAnAssessorAsksFor(t *testing.T) {
	t.Parallel()
	d := sampleDossier()
	if len(d.Scripts) != 2 || len(d.Headers) != 1 || d.Waiting() != 2 || d.Missed() != 4 {
		t.Errorf("%d scripts, %d headers, %d waiting, %d missed", len(d.Scripts), len(d.Headers), d.Waiting(), d.Missed())
	}
	if all, answered := d.Alarms(); all != 1 || answered != 0 {
		t.Errorf("%d alarms, %d answered", all, answered)
	}
	for _, language := range Languages() {
		var page strings.Builder
		if err := d.writeHTML(&page, Options{Language: language}); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"tanaka", "reviewed", "evil.example", "page/capability-new", dossierLanguages[language].Trap[:12], "desktop-ja"} {
			if !strings.Contains(page.String(), want) {
				t.Errorf("%s: the page does not say %q", language, want)
			}
		}
		for _, bad := range []string{"<script", "\u202e", "http-equiv=\"refresh\"", "ZgotmplZ", "%!"} {
			if strings.Contains(page.String(), bad) {
				t.Errorf("%s: the page holds %q", language, bad)
			}
		}
	}
}

func TestTheFilesOfADossierAreTables(t *testing.T) {
	t.Parallel()
	for _, part := range sampleDossier().Parts() {
		var text strings.Builder
		if err := part.Write(&text, Options{Language: "en"}); err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(part.Name, ".csv") {
			continue
		}
		rows, err := csv.NewReader(strings.NewReader(text.String())).ReadAll()
		if err != nil || len(rows) < 2 {
			t.Errorf("%s: %d rows, %v", part.Name, len(rows), err)
		}
		for _, row := range rows {
			for _, cell := range row {
				if strings.HasPrefix(cell, "=") || strings.ContainsRune(cell, '\u202e') {
					t.Errorf("%s: %q would act in a spreadsheet", part.Name, cell)
				}
			}
		}
	}
}
