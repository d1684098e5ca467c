package report

import (
	"encoding/json"
	"net/url"
	"os"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/tillwatch/tillwatch"
)

func sarifSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	f, err := os.Open("testdata/sarif-2.1.0-rtm.5.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	document, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("sarif.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func TestSARIFIsValid(t *testing.T) {
	t.Parallel()
	schema := sarifSchema(t)
	interrupted := leaking(t, "en")
	interrupted.Interrupted = true
	for name, r := range map[string]*Report{
		"leaking": leaking(t, "ja"), "attacked": attacked(t), "empty": {Started: began}, "interrupted": interrupted,
	} {
		for _, language := range Languages() {
			var v any
			if err := json.Unmarshal([]byte(written(t, "sarif", r, Options{Language: language})), &v); err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(v); err != nil {
				t.Errorf("%s in %s: %v", name, language, err)
			}
		}
	}
}

func TestSARIFSaysWhatMatters(t *testing.T) {
	t.Parallel()
	var log sarifLog
	if err := json.Unmarshal([]byte(written(t, "sarif", leaking(t, "en"), Options{})), &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	first := run.Results[0]
	if first.Level != "error" || run.Tool.Driver.Rules[first.RuleIndex].ID != "page/canary-sent" {
		t.Errorf("first result %+v", first)
	}
	at := first.Locations[0].Physical
	if at.Artifact.URI != "https://shop.example/assets/js/vendor/slick.min.js" || at.Region.StartLine != 1 || at.Region.StartColumn != 41872 {
		t.Errorf("at %+v %+v, want the script's line and column", at.Artifact, at.Region)
	}
	if invocation := run.Invocations[0]; invocation.Successful || len(invocation.Notifications) != 1 {
		t.Errorf("what was not seen is lost: %+v", invocation)
	}
	if run.Properties["suppressed"] != 1.0 {
		t.Errorf("what is hidden is not counted: %v", run.Properties)
	}
}

func TestSARIFSucceedsOnlyWhereAllWasSeen(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		report  Report
		success bool
	}{
		"all seen":    {Report{}, true},
		"gap":         {Report{NotSeen: []tillwatch.Gap{{}}}, false},
		"interrupted": {Report{Interrupted: true}, false},
	} {
		if got := sarifInvoked(&c.report).Successful; got != c.success {
			t.Errorf("%s: successful %v", name, got)
		}
	}
}

func FuzzURIReference(f *testing.F) {
	for _, seed := range []string{"https://shop.example/a?b#c", "a:b", hostile, "inline script 2 of https://shop.example/", "C:\\shop\\a.php", "%zz", "//[::1", ":"} {
		f.Add(seed)
	}
	files := Report{Targets: []Target{{Target: tillwatch.Target{Kind: tillwatch.KindFiles, Place: "."}}}}
	f.Fuzz(func(t *testing.T, place string) {
		for _, r := range []*Report{{}, &files} {
			if _, err := url.Parse(r.uriReference(place)); err != nil {
				t.Errorf("%q: %v", place, err)
			}
		}
	})
}

func TestFilesInSARIFAreNamedByTheirPath(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ target, place, want string }{
		{".", "js/a b#1?%20.js", "js/a%20b%231%3F%2520.js"},
		{"./shop/", "shop/決済.js", "shop/%E6%B1%BA%E6%B8%88.js"},
		{"/srv/shop", "/srv/shop/a.js", "/srv/shop/a.js"},
		{"/srv/shop", "/srv/shopping/a?b.js", "/srv/shopping/a?b.js"}, // none of the target's files, so taken for an address
		{"a:b.js", "a:b.js", "./a:b.js"},
		{".", "https://shop.example/a?b", "https://shop.example/a?b"},
		{"/", "/a#b.js", "/a%23b.js"},
	} {
		r := &Report{Targets: []Target{{Target: tillwatch.Target{Kind: tillwatch.KindFiles, Place: c.target}}}}
		if got := r.uriReference(c.place); got != c.want {
			t.Errorf("%s in %s is %s, want %s", c.place, c.target, got, c.want)
		}
	}
}
