package app

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestATrapTellsOfDecoysAndRetiredKeysAndOfNothingElse(t *testing.T) {
	t.Parallel()
	keys, _ := openKeys(t)
	like, err := KeyValue("x", []byte(randomValue))
	if err != nil {
		t.Fatal(err)
	}
	decoy, err := keys.Decoy(t.Context(), DecoyPlan{Place: "backup", Kind: "api", Like: like}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	signing, err := keys.Decoy(t.Context(), DecoyPlan{Place: "laptop:sato", Kind: "signing", KeyID: "kid-2026-a1b2c3d4e5"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"live", "old"} {
		if err := register(t, keys, id+"-"+randomValue, KeyDetails{ID: id}); err != nil {
			t.Fatal(err)
		}
	}
	if err := keys.Retire(t.Context(), "old", time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	var alarms []KeyAlarm
	trap, err := keys.Trap(t.Context(), func(a KeyAlarm) { alarms = append(alarms, a) })
	if err != nil {
		t.Fatal(err)
	}
	_, kid, _ := strings.Cut(signing.Public[0], ":")
	token := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"EdDSA","kid":"`+kid+`"}`)) + ".e30.c2ln"
	basic := base64.StdEncoding.EncodeToString([]byte("shop:" + string(decoy.Text)))
	for _, c := range []struct {
		header, query, body, rule string
	}{
		{header: "Bearer " + token, rule: "access/key-decoy"},
		{header: "Basic " + basic, rule: "access/key-decoy"},
		{query: url.QueryEscape("old-" + randomValue), rule: "access/key-retired"},
		{body: `{"key":"old-` + randomValue + `"}`}, // the second use: its count doubled
		{body: `{"key":"old-` + randomValue + `"}`, rule: "none"},
		{header: "Bearer live-" + randomValue, rule: "none"},
		{header: "Bearer nobody's", rule: "none"},
	} {
		before := len(alarms)
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/x?k="+c.query, strings.NewReader(c.body))
		r.Header.Set("Authorization", c.header)
		r.RemoteAddr = "192.0.2.7:4000"
		w := httptest.NewRecorder()
		trap.ServeHTTP(w, r)
		if w.Code != http.StatusUnauthorized {
			t.Errorf("answered with %d", w.Code)
		}
		told := len(alarms) > before
		if told != (c.rule != "none") || told && c.rule != "" && alarms[before].Rule != c.rule {
			t.Errorf("%+v: %+v", c, alarms[before:])
		}
	}
	for _, a := range alarms {
		if strings.Contains(a.Summary+a.Place, randomValue) || !strings.Contains(a.Summary, "192.0.2.7") {
			t.Errorf("%+v", a)
		}
	}
	b, err := keys.read(t.Context())
	if err != nil || len(b.Uses) != 3 {
		t.Errorf("%+v, %v", b.Uses, err)
	}
}

func TestADecoyIsNoticedFromTheMomentItIsMade(t *testing.T) {
	t.Parallel()
	keys, _ := openKeys(t)
	var alarms []KeyAlarm
	like, err := KeyValue("x", []byte(randomValue))
	if err != nil {
		t.Fatal(err)
	}
	if err := register(t, keys, randomValue, KeyDetails{ID: "live"}); err != nil {
		t.Fatal(err)
	}
	trap, err := keys.Trap(t.Context(), func(a KeyAlarm) { alarms = append(alarms, a) })
	if err != nil {
		t.Fatal(err)
	}
	decoy, err := keys.Decoy(t.Context(), DecoyPlan{Place: "backup", Kind: "api", Like: like}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	trap.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(string(decoy.Text))))
	if len(alarms) != 1 || alarms[0].Rule != "access/key-decoy" {
		t.Errorf("%+v", alarms)
	}
}
