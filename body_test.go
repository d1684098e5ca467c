package tillwatch_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch"
)

const secret = "4111111111111111 Hanako Suzuki"

// envelope holds a Body the two ways a careless struct would.
type envelope struct {
	Open   tillwatch.Body
	closed tillwatch.Body
	list   []tillwatch.Body
}

func TestBodyIsNeverPrinted(t *testing.T) {
	body := tillwatch.NewBody([]byte(secret))
	values := []any{body, &body, envelope{body, body, []tillwatch.Body{body}}, &envelope{body, body, nil}, []tillwatch.Body{body}, map[string]tillwatch.Body{"b": body}}
	var out bytes.Buffer
	for _, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%o", "%U", "%b", "%c"} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
		slog.New(slog.NewTextHandler(&out, nil)).Info("saw", "v", v)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("saw", "v", v)
		if err := json.NewEncoder(&out).Encode(v); err != nil {
			t.Error(err)
		}
	}
	_ = xml.NewEncoder(&out).Encode(body)
	_ = gob.NewEncoder(&out).Encode(body)
	for name, form := range map[string]string{
		"raw": secret, "hex": fmt.Sprintf("%x", secret), "HEX": fmt.Sprintf("%X", secret),
		"bytes": strings.Trim(fmt.Sprint([]byte(secret)), "[]"), "Go bytes": "0x34, 0x31, 0x31", "base64": "NDExMTExMTE",
	} {
		if strings.Contains(out.String(), form) {
			t.Errorf("the body's content came out as %s", name)
		}
	}
	if !strings.Contains(out.String(), fmt.Sprintf("body of %d bytes", len(secret))) {
		t.Error("the body's length did not come out")
	}
}

func TestBodyKeepsItsContentForItsJudge(t *testing.T) {
	var none tillwatch.Body
	if none.Len() != 0 || none.Bytes() != nil {
		t.Error("the zero Body is not empty")
	}
	if got := tillwatch.NewBody([]byte(secret)); string(got.Bytes()) != secret || got.Len() != len(secret) {
		t.Errorf("got %d bytes back", got.Len())
	}
}

func TestMask(t *testing.T) {
	for in, want := range map[string]string{
		"":                 "",
		"12/34":            "•••••",
		"東京都千代田区":          "•••••••",
		"4111111111111111": "41••••••••••••11",
		"a@example.test.x": "a@••••••••••••.x",
	} {
		if got := tillwatch.Mask(in).String(); got != want {
			t.Errorf("Mask(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSeverityAndCertaintyReadBackWhatTheyWrite(t *testing.T) {
	for s := tillwatch.Info; s <= tillwatch.Critical; s++ {
		text, _ := s.MarshalText()
		var back tillwatch.Severity
		if err := back.UnmarshalText(text); err != nil || back != s {
			t.Errorf("%s came back as %v, %v", text, back, err)
		}
	}
	for c := tillwatch.Possible; c <= tillwatch.Certain; c++ {
		text, _ := c.MarshalText()
		var back tillwatch.Certainty
		if err := back.UnmarshalText(text); err != nil || back != c {
			t.Errorf("%s came back as %v, %v", text, back, err)
		}
	}
	var s tillwatch.Severity
	if err := s.UnmarshalText([]byte("urgent")); err == nil || !strings.Contains(err.Error(), "critical") {
		t.Errorf("an unknown name gave %v; want the valid ones", err)
	}
}
