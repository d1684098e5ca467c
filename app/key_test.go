package app

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch/key"
)

var keyDay = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func openKeys(t *testing.T) (keys *Keys, siteKey string) {
	t.Helper()
	dir := t.TempDir()
	siteKey = filepath.Join(dir, "site", "key")
	env := map[string]string{"TILLWATCH_SITE_KEY_FILE": siteKey}
	keys, err := OpenKeys(t.Context(), filepath.Join(dir, "state"), func(name string) string { return env[name] })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { keys.Close() })
	return keys, siteKey
}

func register(t *testing.T, keys *Keys, value string, d KeyDetails) error {
	t.Helper()
	c, err := KeyValue(d.ID, []byte(value))
	if err != nil {
		t.Fatal(err)
	}
	_, err = keys.Add(t.Context(), []key.Candidate{c}, d, keyDay)
	return err
}

const randomValue = "q7Zx0PmT4kVw9sLd2RfYbN6h"

func TestAKeyIsRegisteredAndRotatedAndItsReadersAreListed(t *testing.T) {
	t.Parallel()
	keys, _ := openKeys(t)
	err := register(t, keys, randomValue, KeyDetails{
		ID: "customers", Owner: "Tanaka", Readers: []string{"sato@contractor.example"}, Opens: []string{"GET /v1/customers: name, Email @ 296,019"}, Created: "2025-01-31",
	})
	if err != nil {
		t.Fatal(err)
	}
	list, err := keys.List(t.Context(), keyDay)
	if err != nil || len(list) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	e := list[0]
	if !e.Overdue || e.AgeDays < 650 || e.Unrecognised || e.Weak || e.Opens[0].What != "GET /v1/customers" || e.Opens[0].About != 296019 || strings.Join(e.Opens[0].Data, " ") != "name email" {
		t.Errorf("%+v", e)
	}
	left, err := keys.Offboard(t.Context(), "Sato", keyDay)
	if err != nil || len(left.Tasks) != 1 || left.Tasks[0].Key != "customers" || !left.Unlisted {
		t.Fatalf("%+v, %v", left, err)
	}
	if left, _ := keys.Offboard(t.Context(), "Suzuki", keyDay); len(left.Tasks) != 0 {
		t.Errorf("a stranger: %+v", left)
	}
	if err := keys.remember(t.Context(), []keyHolding{{"customers", "shop.git", []string{"Jiro Suzuki <suzuki@shop.example>"}}}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"suzuki", "Jiro Suzuki", "SUZUKI@shop.example"} {
		if left, _ := keys.Offboard(t.Context(), name, keyDay); len(left.Tasks) != 1 || !strings.Contains(left.Tasks[0].Why, "shop.git") {
			t.Errorf("%s: %+v", name, left)
		}
	}
	c, _ := KeyValue("", []byte("another-"+randomValue))
	done, err := keys.Rotate(t.Context(), "customers", c, KeyDetails{}, keyDay)
	if err != nil || done.ID != "customers-r2" {
		t.Fatalf("%+v, %v", done, err)
	}
	list, _ = keys.List(t.Context(), keyDay)
	if list[0].Standing != key.Retired || list[0].Followed != "customers-r2" || len(list[0].Tasks) != 0 || list[1].Owner != "Tanaka" || len(list[1].Readers) != 0 {
		t.Errorf("%+v", list)
	}
	if left, _ := keys.Offboard(t.Context(), "sato", keyDay); len(left.Tasks) != 0 {
		t.Errorf("after the rotation: %+v", left)
	}
}

func TestASiteKeyThatOthersReadIsRefused(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("has no such modes")
	}
	t.Parallel()
	keys, file := openKeys(t)
	if err := register(t, keys, randomValue, KeyDetails{ID: "a"}); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v", info.Mode(), err)
	}
	if err := os.Chmod(file, 0o640); err != nil {
		t.Fatal(err)
	}
	err = register(t, keys, randomValue+"2", KeyDetails{ID: "b"})
	if hint, usage := IsUsage(err); !usage || !strings.Contains(hint, "chmod 600 "+file) {
		t.Errorf("%v, %q", err, hint)
	}
}

func TestALostSiteKeyIsToldAndCanBeReplaced(t *testing.T) {
	t.Parallel()
	keys, file := openKeys(t)
	if err := register(t, keys, randomValue, KeyDetails{ID: "a"}); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	err := register(t, keys, randomValue+"2", KeyDetails{ID: "b"})
	if hint, usage := IsUsage(err); !usage || !strings.Contains(hint, "none of them can be known again") {
		t.Errorf("%v, %q", err, hint)
	}
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		t.Error("another was made without a word")
	}
	if list, err := keys.List(t.Context(), keyDay); err != nil || len(list) != 1 || !list[0].Unrecognised {
		t.Errorf("%+v, %v", list, err)
	}
	if err := register(t, keys, randomValue+"2", KeyDetails{ID: "b", NewSiteKey: true}); err != nil {
		t.Fatal(err)
	}
	list, err := keys.List(t.Context(), keyDay)
	if err != nil || !list[0].Unrecognised || list[1].Unrecognised {
		t.Errorf("%+v, %v", list, err)
	}
	if err := register(t, keys, randomValue+"3", KeyDetails{ID: "c"}); err != nil {
		t.Error(err)
	}
}

func TestNoErrorRepeatsAValue(t *testing.T) {
	t.Parallel()
	keys, _ := openKeys(t)
	for _, err := range []error{
		register(t, keys, randomValue, KeyDetails{ID: randomValue}),
		register(t, keys, randomValue, KeyDetails{ID: randomValue + "/"}),
		keys.Retire(t.Context(), randomValue, keyDay),
		register(t, keys, randomValue, KeyDetails{ID: "a", Opens: []string{randomValue + "@" + randomValue}}),
		register(t, keys, randomValue, KeyDetails{ID: "a", RotateBy: randomValue}),
	} {
		hint, usage := IsUsage(err)
		if !usage || strings.Contains(err.Error()+hint, randomValue) {
			t.Errorf("%v, %q", err, hint)
		}
	}
	if list, _ := keys.List(t.Context(), keyDay); len(list) != 0 {
		t.Errorf("%+v", list)
	}
}
