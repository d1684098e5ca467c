package database

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/demoshop"
)

var demoToken = regexp.MustCompile(`name="_token" value="([0-9a-f]+)"`)

// TestAnOrderInAShopThatKeepsItselfOnAServer goes through the order form, as a thief does.
func TestAnOrderInAShopThatKeepsItselfOnAServer(t *testing.T) {
	for dialect, address := range map[dialect]func(*testServer, string) string{
		mysqlDialect: func(s *testServer, name string) string {
			return fmt.Sprintf("mysql://root@localhost/%s?socket=%s", name, s.socket)
		},
		postgresDialect: func(s *testServer, name string) string {
			return fmt.Sprintf("postgres://root@127.0.0.1:%s/%s?sslmode=disable", s.port, name)
		},
	} {
		t.Run(string(dialect), func(t *testing.T) {
			t.Parallel()
			d := newDatabase(t, dialect)
			config := demoshop.Config{Database: address(servers[dialect], d.name), Customers: 30, Orders: 10, State: t.TempDir()}
			shop, err := demoshop.Start(t.Context(), config)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := shop.Close(); err != nil {
					t.Error(err)
				}
			})
			if honest := d.look(Config{}); len(honest.signs) > 0 || len(honest.gaps) > 0 || len(honest.pass) == 0 {
				t.Fatalf("the honest shop: %+v", honest)
			}
			orderAt(t, shop, "のし紙をお願いします。<script src=//cdn.example/n.js></script>")
			if seen := d.look(Config{}); !slices.ContainsFunc(seen.signs, func(s tillwatch.Sign) bool {
				return s.Rule == "database/active-content" && strings.Contains(fmt.Sprint(s), "orders[id=11].note")
			}) {
				t.Errorf("the script in the order is not told: %+v", seen)
			}
			config.NewDatabase = true
			if again, err := demoshop.Start(t.Context(), config); err == nil || !strings.Contains(err.Error(), "holds a shop already") {
				t.Errorf("a database that is not new: %v, %v", again, err)
			}
		})
	}
}

func orderAt(t *testing.T, shop *demoshop.Shop, note string) {
	t.Helper()
	client, token, base := shop.Client(), "", strings.TrimSuffix(shop.URL("shop.localhost"), "/")
	client.Jar, _ = cookiejar.New(nil)
	for _, step := range []struct{ path, form string }{
		{"/products/cup-komorebi", ""},
		{"/cart/add", "product=cup-komorebi&size=Small&colour=44617b&quantity=1"},
		{"/checkout", ""},
		{"/checkout/place", "email=k.sato@example.com&family_name=佐藤&given_name=健&postal_code=100-0005&prefecture=東京都&city=千代田区&address1=丸の内1-1-1" +
			"&tel=090-0123-4567&delivery=standard&payment=cod&terms=1&note=" + url.QueryEscape(note)},
	} {
		method := http.MethodGet
		if step.form != "" {
			method, step.form = http.MethodPost, step.form+"&_token="+token
		}
		r, err := http.NewRequestWithContext(t.Context(), method, base+step.path, strings.NewReader(step.form))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		page, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s, %v", step.path, answer.Status, err)
		}
		if m := demoToken.FindSubmatch(page); m != nil {
			token = string(m[1])
		}
		if step.path == "/checkout/place" && answer.Request.URL.Path != "/checkout/complete" {
			t.Fatalf("the order led to %s", answer.Request.URL)
		}
	}
}
