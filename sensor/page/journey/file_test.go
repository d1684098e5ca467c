package journey

import (
	"reflect"
	"strings"
	"testing"
)

const wholeFile = `# the way through our staging copy
start: /shop
steps:
- open: /products/1
- click: カートに入れる
- fill:
    "#mail": $email
    input[name=memo]: $$ 5 only
  click: "css:#next"
last: 注文する
`

func TestParseFile(t *testing.T) {
	t.Parallel()
	got, err := ParseFile([]byte(wholeFile))
	if err != nil {
		t.Fatal(err)
	}
	want := File{Start: "/shop", Last: "注文する", Steps: []FileStep{
		{Open: "/products/1"},
		{Click: "カートに入れる"},
		{Fill: map[string]string{"#mail": "$email", "input[name=memo]": "$$ 5 only"}, Click: "css:#next"},
	}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
	written, err := got.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	again, err := ParseFile(written)
	if err != nil || !reflect.DeepEqual(again, want) {
		t.Errorf("written and read again: %v, %+v\n%s", err, again, written)
	}
	if empty, err := ParseFile(nil); err != nil || !reflect.DeepEqual(empty, File{}) {
		t.Errorf("an empty file: %v, %+v", err, empty)
	}
}

func TestParseFileSaysWhereAndWhat(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"unknown word":        {"start: /\nstepz:\n- click: a\n", "[2:1]"},
		"unknown word inside": {"steps:\n- click: a\n- klick: b\n", "[3:3]"},
		"wrong kind":          {"start: /\nsteps: all\n", "[2:8]"},
		"broken":              {"start: \"/\nsteps: []\n", "[1:8]"},
		"twice":               {"start: /\nstart: /b\n", "[2:1]"},
		"address":             {"start: ftp://shop.example/\n", "start: \"ftp\" is neither http nor https"},
		"relative":            {"steps:\n- open: products/1\n", "step 1: open: \"products/1\" is neither an address nor a path"},
		"nothing to do":       {"steps:\n- click: a\n- {}\n", "step 2: says neither"},
		"unknown data":        {"steps:\n- fill: {\"#a\": $mail}\n", "step 1: fill: \"$mail\" is no data of the customer's"},
		"nesting":             {"steps: " + strings.Repeat("[", 100), "line 1 is nested too deeply"},
		"size":                {strings.Repeat("# x\n", 20000), "80000 bytes are more than"},
		"count":               {"steps:\n" + strings.Repeat("- click: a\n", 101), "101 steps are more than 100"},
	} {
		_, err := ParseFile([]byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: the error is %v, want one with %q", name, err, c.want)
		}
	}
}

func FuzzParseFile(f *testing.F) {
	for _, seed := range []string{wholeFile, "", "steps:\n- {}\n", "start: &a [*a]\n", "{", "steps: [[[[", "last: !!binary x", "? a\n: b"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := ParseFile(text)
		if err != nil {
			return
		}
		written, err := file.Bytes()
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		again, err := ParseFile(written)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%q", err, written)
		}
		if !reflect.DeepEqual(file, again) {
			t.Errorf("read %+v, written and read again %+v", file, again)
		}
	})
}
