package key

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

// numbers are random ones that are the same in each run.
func numbers() io.Reader { return rand.NewChaCha8([32]byte{1}) }

func TestABaitIsWrittenAsTheKeysBesideIt(t *testing.T) {
	body := random(rand.New(rand.NewPCG(1, 9)))
	for _, c := range []struct {
		like, prefix, signs string
	}{
		{"sk_live_" + body(alnum, 24), "sk_live_", alnum.signs},
		{"shop-api-" + body(lowHex, 40), "shop-api-", lowHex.signs},
		{"AKIA" + body(upperNum, 16), "AKIA", upperNum.signs},
		{body(lowHex, 8) + "-" + body(lowHex, 4) + "-4a1b-" + body(lowHex, 4) + "-" + body(lowHex, 12), "", lowHex.signs + "-"},
		{withChecksum("ghp_", body(alnum, 30)), "ghp_", alnum.signs},
		{"SG." + body(alnum, 22) + "." + body(alnum, 43), "SG.", alnum.signs + "."},
	} {
		shape, err := ShapeOf([]byte(c.like))
		if err != nil {
			t.Fatal(err)
		}
		made, err := shape.New(numbers())
		if err != nil {
			t.Fatal(err)
		}
		if len(made) != len(c.like) || !strings.HasPrefix(string(made), c.prefix) || !only(string(made[len(c.prefix):]), alphabetOf(c.signs)) || string(made) == c.like {
			t.Errorf("%q like %q", made, c.like)
		}
		was, is := Find([]byte(c.like+"\n")), Find(append(made, '\n'))
		if len(was) != len(is) || len(was) > 0 && (was[0].Rule != is[0].Rule || was[0].Severity != is[0].Severity) {
			t.Errorf("%q is told from %q: %+v, %+v", made, c.like, is, was)
		}
	}
	if _, err := ShapeOf([]byte("short")); !errors.Is(err, ErrNoShape) {
		t.Error(err)
	}
}

func TestBaitsAreFoundAgain(t *testing.T) {
	shape, _ := ShapeOf([]byte("sk_live_" + strings.Repeat("a1B2", 6)))
	r := numbers()
	api, err1 := APIBait(shape, "API_KEY", r)
	aws, err2 := AWSBait("backup", r)
	jwk, err3 := SigningBait("2024-login-main-a", r)
	my, err4 := DatabaseBait("mysql", "eccube_app", "db:3306", "shop", r)
	pg, err5 := DatabaseBait("postgres", "", "db", "shop", r)
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		t.Fatal(err)
	}
	for i, b := range []Bait{api, aws, jwk, my, pg} {
		p, err := testSite(t).Print(b.Value.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		found := NewMatcher(testSite(t), []Print{p}).Find(b.Text.Bytes())
		list, _, err := Enrol([]string{".env", "credentials", "key.jwk", ".env", ".env"}[i], b.Text.Bytes())
		if len(found) != 1 || err != nil || len(list) != 1 || !bytes.Equal(list[0].Value.Bytes(), b.Value.Bytes()) || list[0].Weak() {
			t.Errorf("%s: %+v, %+v, %v", b.Kind, found, list, err)
		}
		for _, known := range b.Public {
			_, name, _ := strings.Cut(known, ":")
			if !bytes.Contains(b.Text.Bytes(), []byte(name)) {
				t.Errorf("%s is not in what is planted", known)
			}
		}
		if strings.Contains(fmt.Sprintf("%+v", b), string(b.Value.Bytes())) {
			t.Errorf("%s shows its value", b.Kind)
		}
	}
	if !strings.HasPrefix(my.Public[0], "user:eccube_") || !bytes.Contains(my.Setup.Bytes(), []byte("CREATE USER")) || !bytes.Contains(pg.Setup.Bytes(), []byte("CREATE ROLE shop_")) {
		t.Errorf("%v %v", my.Public, pg.Public)
	}
	if _, err := DatabaseBait("oracle", "", "", "", r); !errors.Is(err, ErrDialect) {
		t.Error(err)
	}
	if _, err := AWSBait("", strings.NewReader("few")); err == nil {
		t.Error("a bait without random numbers")
	}
	if _, err := shape.New(zeros{}); err != nil {
		t.Error(err)
	}
}

// zeros are numbers that are not random.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func FuzzShape(f *testing.F) {
	f.Add([]byte("sk_live_abc123DEF456"))
	f.Add([]byte("123e4567-e89b-12d3-a456-426614174000"))
	f.Fuzz(func(t *testing.T, value []byte) {
		s, err := ShapeOf(value)
		if err != nil {
			return
		}
		made, err := s.New(numbers())
		if err != nil || len(made) != len(strings.TrimSpace(string(value))) {
			t.Errorf("%q like %q, %v", made, value, err)
		}
	})
}
