package key

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
)

var day = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func registered(t *testing.T, r *Register, k Key, value string) {
	t.Helper()
	p, err := testSite(t).Print([]byte(value))
	if err != nil {
		t.Fatal(err)
	}
	k.Print, k.Added = p, day
	if err := r.Add(k); err != nil {
		t.Fatal(err)
	}
}

func TestWhoLeavesLeavesAList(t *testing.T) {
	r := &Register{}
	registered(t, r, Key{ID: "db", Owner: "sato"}, "first value of all")
	registered(t, r, Key{ID: "signing", Owner: "lee", Readers: []string{"Sato@agency.example"}}, "second value of all")
	registered(t, r, Key{ID: "mail", Owner: "lee"}, "third value of all")
	registered(t, r, Key{ID: "other", Owner: "lee"}, "fourth value of all")

	list := r.Offboard("sato", map[string]string{"mail": "shop.git"}, day)
	if len(list) != 3 || list[0].Key != "db" || list[1].Why != "wrote to shop.git, which held it" || list[2].Why != "could read it" {
		t.Fatalf("%+v", list)
	}
	if again := r.Offboard("sato", map[string]string{"mail": "shop.git"}, day.AddDate(0, 1, 0)); !again[0].Since.Equal(day) || len(r.Tasks) != 3 {
		t.Errorf("the same leaver again makes new tasks: %+v", r.Tasks)
	}

	next, _ := testSite(t).Print([]byte("the value after it"))
	if err := r.Rotate("db", Key{ID: "db-2", Print: next, Added: day}, day.AddDate(0, 0, 2)); err != nil {
		t.Fatal(err)
	}
	if open := r.Open(day.AddDate(0, 0, 3)); len(open) != 2 || open[0].Key == "db" {
		t.Errorf("open: %+v", open)
	}
	old, _ := r.Get("db")
	if old.Standing(day) != Active || old.Standing(day.AddDate(0, 0, 3)) != Retired || old.Followed != "db-2" {
		t.Errorf("%+v", old)
	}
	if k, _ := r.Get("db-2"); k.Owner != "sato" || len(k.Readers) != 0 {
		t.Errorf("%+v", k)
	}
}

func TestPeopleAreToldApart(t *testing.T) {
	k := Key{Owner: "Lee@shop.example", Readers: []string{"lee@agency.example", "lee", "LEE@shop.example ", ""}}
	if p := k.People(); len(p) != 2 {
		t.Errorf("%q", p)
	}
	r := &Register{}
	registered(t, r, Key{ID: "a", Owner: "lee@shop.example"}, "first value of all")
	if list := r.Offboard("Lee@agency.example", nil, day); len(list) != 1 {
		t.Errorf("another address of his is not seen: %+v", list)
	}
}

func TestOldKeysStayTripwires(t *testing.T) {
	r := &Register{}
	registered(t, r, Key{ID: "old", Public: []string{"kid:1", "spki:2"}}, "first value of all")
	registered(t, r, Key{ID: "new", Public: []string{"kid:3"}}, "second value of all")
	registered(t, r, Key{ID: "bait", Public: []string{"user:shop_backup"}, Decoy: "laptop"}, "third value of all")
	if err := r.Retire("old", day); err != nil {
		t.Fatal(err)
	}
	wires := r.Wires(day.AddDate(30, 0, 0))
	if len(wires) != 3 || wires[0].Decoy != "laptop" || wires[1].Key != "old" {
		t.Errorf("%+v", wires)
	}
}

func TestARegisterRefusesWhatItHas(t *testing.T) {
	r := &Register{}
	registered(t, r, Key{ID: "a"}, "first value of all")
	p := r.Keys[0].Print
	other, _ := testSite(t).Print([]byte("second value of all"))
	for want, k := range map[error]Key{ErrTaken: {ID: "a", Print: other}, ErrSame: {ID: "b", Print: p}} {
		if err := r.Add(k); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", k.ID, err, want)
		}
	}
	for _, id := range []string{"", "a b", "../x", strings.Repeat("x", 100)} {
		if r.Add(Key{ID: id, Print: other}) == nil {
			t.Errorf("%q was taken as a name", id)
		}
	}
	if err := r.Retire("b", day); !errors.Is(err, ErrUnknown) {
		t.Error(err)
	}
	if err := errors.Join(r.Retire("a", day)); err != nil {
		t.Error(err)
	}
	if err := r.Retire("a", day); !errors.Is(err, ErrRetired) {
		t.Error(err)
	}
	if err := r.Rotate("a", Key{ID: "c", Print: other}, day); !errors.Is(err, ErrRetired) {
		t.Error(err)
	}
}

func TestARegisterIsReadAsItWasWritten(t *testing.T) {
	r := &Register{}
	registered(t, r, Key{ID: "a", Kind: "api", Opens: []Opening{{What: "/v1/orders", Data: []string{"name"}, About: 12}}, Decoy: "ci"}, "first value of all")
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var back Register
	if err := json.Unmarshal(text, &back); err != nil || back.Keys[0].Print != r.Keys[0].Print || back.Keys[0].Standing(day) != Decoy {
		t.Errorf("%s: %+v, %v", text, back, err)
	}
	if strings.Contains(string(text), "first value") {
		t.Error("the value is in it")
	}
}
