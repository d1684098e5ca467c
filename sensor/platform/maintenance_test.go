package platform_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/tillwatch/tillwatch"
	"github.com/tillwatch/tillwatch/sensor/platform"
)

func TestPagesThatSayThatNoCardsAreTaken(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]bool{
		"現在、クレジットカード決済を停止しております。ご不便をおかけします。":                    true,
		"カードでのお支払いはご利用いただけません。":                                 true,
		"システム点検のため、クレジットカード決済は一時休止中です。":                         true,
		"현재 신용카드 결제가 일시 중단되었습니다.":                               true,
		"Pembayaran dengan kartu kredit sedang dinonaktifkan.":  true,
		"Credit card payments are currently suspended.":         true,
		"クレジットカード決済、銀行振込、代金引換がご利用いただけます。":                       false,
		"カード会社の都合により、カード決済が停止される場合がございます。":                      false,
		"カード決済の停止は再開しました。":                                      false,
		"クレジットカード決済のセキュリティについて":                                 false,
		"カードが利用停止になった場合は、ほかのお支払い方法をお選びください。":                    false,
		"카드 결제가 중단될 수 있습니다.":                                    false,
		"If a card payment is unavailable, choose another way.": false,
		"Card payments may be suspended by the issuer.":         false,
		"Kartu kredit diterima.": false,
		"<script>var t = 'カード決済は停止しています'</script>": false,
		"<!-- クレジットカード決済を停止しております -->":             false,
	} {
		for where, s := range map[string]shop{
			"on the start page": {"/": html("<body><p>" + said + "</p>")},
			"on a further page": {"/": html("<body><a href=/guide/payment>お支払い</a>"), "/guide/payment": html("<body><p>" + said + "</p>")},
		} {
			got := look(t, platform.Config{}, page(serve(t, s)))
			sign, found := got.sign("platform/maintenance", "cards")
			if found != want {
				t.Errorf("%s, %q: told %v, want %v", where, said, found, want)
			}
			if found && (sign.Certainty != tillwatch.Possible || strings.Contains(sign.Summary, said)) {
				t.Errorf("%q: %+v", said, sign)
			}
		}
	}
}

func TestAShopThatIsClosed(t *testing.T) {
	t.Parallel()
	closed := func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte("<html><body>ただいまメンテナンス中です</body></html>"))
	}
	for name, c := range map[string]struct {
		home func(http.ResponseWriter, *http.Request)
		want bool
	}{
		"503":      {closed, true},
		"with 200": {html("<body><h1>Site under maintenance</h1>"), true},
		"a notice": {html("<body>" + strings.Repeat("<a href=/p>lamp</a>", 20) + "<p>scheduled maintenance on Sunday</p>"), false},
		"a shop":   {html("<body><a href=/p>lamp</a>"), false},
	} {
		got := look(t, platform.Config{}, page(serve(t, shop{"/": c.home})))
		if _, found := got.sign("platform/maintenance", "closed"); found != c.want || len(got.gaps) > 0 {
			t.Errorf("%s: told %v, gaps %v", name, found, got.gaps)
		}
	}
}

// memory is a state as the app keeps it.
type memory struct {
	mu   sync.Mutex
	held map[string][]byte
}

func (m *memory) Load(key string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.held[key], nil
}

func (m *memory) Save(key string, value []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.held[key] = value
	return nil
}

func TestCardsThatAreNoLongerAWayToPay(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	ways := ""
	say := func(s string) {
		mu.Lock()
		defer mu.Unlock()
		ways = s
	}
	place := serve(t, shop{"/": func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		html("<body><p>"+ways+"</p>")(w, r)
	}})
	state := &memory{held: map[string][]byte{}}
	for i, step := range []struct {
		says string
		told bool
	}{
		{"クレジットカード、銀行振込、代金引換", false},
		{"クレジットカード、銀行振込", false},
		{"銀行振込、代金引換", true},
		{"銀行振込", true},
		{"クレジットカード、銀行振込", false},
		{"", false},
		{"クレジットカード", false},
	} {
		say(step.says)
		got := look(t, platform.Config{State: state}, page(place))
		if _, told := got.sign("platform/maintenance", "did not"); told {
			t.Error("no such sentence")
		}
		if _, told := got.sign("platform/maintenance", "do not any more"); told != step.told {
			t.Errorf("look %d, %q: told %v", i, step.says, told)
		}
	}
}
