package key

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func testFilter(t testing.TB) *Filter {
	t.Helper()
	f, err := NewFilter(numbers())
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		if err := f.Add(fmt.Sprintf("key-%d", i), []byte(made(i))); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

func TestAFilterFindsKeysItDoesNotHold(t *testing.T) {
	written, err := testFilter(t).MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	f, err := ParseFilter(written)
	if err != nil {
		t.Fatal(err)
	}
	found := f.Matcher().Find([]byte("API_KEY=" + made(1) + "\n"))
	if len(found) != 1 || f.Names()[found[0].Key] != "key-1" {
		t.Errorf("%+v", found)
	}
	for i := range 3 {
		if bytes.Contains(written, []byte(made(i))) {
			t.Error("the file holds a key")
		}
	}
	if !strings.Contains(string(written), "offline") {
		t.Error("the file does not say what it gives away")
	}
	if shown := fmt.Sprintf("%v %+v %#v %s", f, f, f, f); strings.Contains(shown, fmt.Sprintf("%x", f.secret[:8])) || strings.Contains(shown, fmt.Sprint(f.secret[0], " ", f.secret[1])) {
		t.Errorf("shows its secret: %s", shown)
	}
	p, _ := testSite(t).Print([]byte(made(1)))
	if p.MAC == f.prints[1].MAC {
		t.Error("the prints are those of the register")
	}
}

func TestAFilterRefusesWhatCouldBeGuessed(t *testing.T) {
	f := testFilter(t)
	for value, want := range map[string]error{"Sakura2024shop": ErrGuessable, "short": ErrLength, "correct horse battery": ErrGuessable} {
		if err := f.Add("other", []byte(value)); !errors.Is(err, want) || strings.Contains(err.Error(), value) {
			t.Errorf("%q: %v", value, err)
		}
	}
	if err := f.Add("key-1", []byte(made(9))); !errors.Is(err, ErrTaken) {
		t.Error(err)
	}
	if err := f.Add("key 1", []byte(made(9))); !errors.Is(err, ErrFilterName) {
		t.Error(err)
	}
}

func TestAFilterThatWasCutIsNone(t *testing.T) {
	written, _ := testFilter(t).MarshalText()
	for n := range len(written) - 1 {
		if _, err := ParseFilter(written[:n]); err == nil {
			t.Fatalf("%d of %d bytes were taken for the whole", n, len(written))
		}
	}
	for _, change := range [][2]string{{"end 3", "end 2"}, {"end 3\n", "end 3\nkey x\n"}, {"key-1", "key-0"}, {"tillwatch-filter 1", "tillwatch-filter 2"}, {"secret ", "secret 0"}} {
		if _, err := ParseFilter(bytes.Replace(written, []byte(change[0]), []byte(change[1]), 1)); err == nil {
			t.Errorf("%q instead of %q was taken", change[1], change[0])
		}
	}
}

func FuzzFilter(f *testing.F) {
	written, _ := testFilter(f).MarshalText()
	f.Add(written)
	f.Add([]byte(filterHeader + "\nend 0\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		filter, err := ParseFilter(text)
		if err != nil {
			return
		}
		again, err := filter.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		if back, err := ParseFilter(again); err != nil || len(back.prints) != len(filter.prints) {
			t.Errorf("%v", err)
		}
	})
}
