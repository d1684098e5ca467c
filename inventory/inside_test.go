package inventory

import (
	"testing"
	"time"

	"github.com/tillwatch/tillwatch"
)

func inside(kind, place, digest string, can ...tillwatch.Capability) tillwatch.Item {
	return tillwatch.Item{Kind: kind, Place: place, Scope: "database db", Digest: digest, Capabilities: can}
}

// looks compares one look after another, and gives the signs of the last.
func looks(t *testing.T, approve int, each ...[]tillwatch.Item) []tillwatch.Sign {
	t.Helper()
	var book Book
	var out Outcome
	for i, items := range each {
		at := time.Unix(int64(1_800_000_000+i*60), 0)
		out = book.Compare(Look{At: at, Items: items, Scopes: []string{"database db"}})
		records := map[key]tillwatch.Record{}
		for _, r := range append(book.Records, out.Records...) {
			records[key{r.Kind, r.Place}] = r
		}
		book.Records = nil
		for _, r := range records {
			book.Records = append(book.Records, r)
		}
		if i+1 == approve {
			book.Approvals = append(book.Approvals, book.Approve(book.Records, nil)...)
			for j := range book.Approvals {
				book.Approvals[j].ID = int64(j + 1)
			}
		}
	}
	return out.Signs
}

func TestWhatChangesInsideADatabaseIsTold(t *testing.T) {
	t.Parallel()
	table := inside("table", "db block", "")
	row := inside("row", "db block[1].html", "sha256:a", tillwatch.Executes)
	changed := inside("row", "db block[1].html", "sha256:b", tillwatch.Executes)
	sends := inside("row", "db block[1].html", "sha256:c", tillwatch.Executes, tillwatch.Reads("card"), tillwatch.Sends("c.example"))
	setting := inside("row", "db setting[1].value", "sha256:a")
	switched := inside("row", "db setting[1].value", "sha256:b")
	pays := inside("row", "db payment[1].module_path", "sha256:a", tillwatch.Executes)
	pays.Stages = []string{tillwatch.StagePayment}
	admin := inside("administrator", "db admin[1] tanaka", "sha256:a")
	promoted := inside("administrator", "db admin[1] tanaka", "sha256:b")
	trigger := inside("trigger", "db trigger x on y", "sha256:a", tillwatch.Executes)
	list := func(items ...tillwatch.Item) []tillwatch.Item { return append(items, table) }
	for _, c := range []struct {
		name    string
		approve int // after which look everything was approved; 0: never
		looks   [][]tillwatch.Item
		rule    string
		want    tillwatch.Severity
	}{
		{"the first look", 0, [][]tillwatch.Item{list(row, admin, trigger, pays)}, "", 0},
		{"nothing changed", 0, [][]tillwatch.Item{list(row, admin), list(row, admin)}, "", 0},
		{"a row changed, and nothing was ever approved", 0, [][]tillwatch.Item{list(row), list(changed)}, "database/executable-changed", tillwatch.Medium},
		{"and it is told again", 0, [][]tillwatch.Item{list(row), list(changed), list(changed)}, "database/executable-changed", tillwatch.Medium},
		{"it changed back", 0, [][]tillwatch.Item{list(row), list(changed), list(row)}, "", 0},
		{"a row is new", 0, [][]tillwatch.Item{list(), list(row)}, "database/executable-changed", tillwatch.Medium},
		{"a row is new since the approval", 1, [][]tillwatch.Item{list(), list(row)}, "database/executable-changed", tillwatch.Medium},
		{"a row that can steal", 1, [][]tillwatch.Item{list(row), list(sends)}, "database/executable-changed", tillwatch.High},
		{"a payment module", 0, [][]tillwatch.Item{list(), list(pays)}, "database/executable-changed", tillwatch.High},
		{"a setting", 1, [][]tillwatch.Item{list(setting), list(switched)}, "database/executable-changed", tillwatch.Low},
		{"an approved change", 2, [][]tillwatch.Item{list(row), list(changed), list(changed)}, "", 0},
		{"a new administrator", 0, [][]tillwatch.Item{list(), list(admin)}, "database/admin-new", tillwatch.High},
		{"an administrator who may more", 1, [][]tillwatch.Item{list(admin), list(promoted)}, "database/admin-new", tillwatch.High},
		{"a new trigger", 0, [][]tillwatch.Item{list(), list(trigger)}, "database/trigger", tillwatch.Medium},
		{"a row that went", 1, [][]tillwatch.Item{list(row), list()}, "", 0},
	} {
		signs := looks(t, c.approve, c.looks...)
		switch {
		case c.rule == "" && len(signs) > 0:
			t.Errorf("%s: %+v", c.name, signs)
		case c.rule != "" && (len(signs) != 1 || signs[0].Rule != c.rule || signs[0].Severity != c.want):
			t.Errorf("%s: %+v", c.name, signs)
		}
	}
}
