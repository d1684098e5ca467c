package canary

import (
	"slices"
	"testing"
)

func matches(set string, fields ...Field) (all []Match) {
	for _, f := range fields {
		all = append(all, Match{Set: set, Field: f})
	}
	return all
}

func TestConfirmed(t *testing.T) {
	for _, c := range []struct {
		fields []Field
		want   bool
	}{
		{nil, false},
		{[]Field{CardNumber}, true},
		{[]Field{CardCode}, false},
		{[]Field{CardCode, CardExpiry}, true},
		{[]Field{CardCode, CardHolder}, true},
		{[]Field{CardExpiry, CardHolder}, false},
		{[]Field{CardCode, Email}, false},
		{[]Field{Email}, false},
		{[]Field{Postcode, City, Address}, false}, // an address look-up
		{[]Field{Email, Phone}, true},
		{[]Field{Name, Address}, true},
		{[]Field{CardHolder, Name}, false}, // one and the same name
		{[]Field{CardHolder, Email}, true},
		{[]Field{Email, Password}, true},
	} {
		if got := Confirmed(matches("a", c.fields...)); got != c.want {
			t.Errorf("Confirmed(%v) = %v", c.fields, got)
		}
	}
	if Confirmed(append(matches("a", Email), matches("b", Phone)...)) {
		t.Error("one field of each of two customers was confirmed")
	}
}

func TestSummaries(t *testing.T) {
	m := append(matches("a", CardNumber, CardCode, Email), matches("b", Email, Postcode)...)
	if got, want := Fields(m), []Field{CardNumber, CardCode, Email, Postcode}; !slices.Equal(got, want) {
		t.Errorf("Fields = %v, want %v", got, want)
	}
	if got, want := Data(m), []string{"card", "e-mail", "address"}; !slices.Equal(got, want) {
		t.Errorf("Data = %v, want %v", got, want)
	}
}
