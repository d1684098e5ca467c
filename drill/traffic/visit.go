package traffic

import "time"

// visit is somebody in the shop at the moment.
type visit struct {
	kind   kind
	client uint32
	agent  string
	member int64
	token  token
	left   int // requests to come
	page   int
	tries  int
}

type kind int

const (
	guest kind = iota
	returning
	searchEngine
	scanner
	forgetful
	newcomer
	operator
)

var agents = []string{
	"Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1",
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36",
	"Mozilla/5.0 (Linux; Android 16; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Mobile Safari/537.36",
	"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Safari/605.1.15",
}

const crawler = "Mozilla/5.0 (compatible; ExampleBot/2.1; +http://search.example/bot.html)"

var statics = []string{"/assets/app.8f3a1c.js", "/assets/shop.51ab.css", "/media/cup-komorebi.webp", "/media/bowl-yuki.webp", "/favicon.ico", "/assets/fonts/noto.woff2"}

var products = []string{
	"/", "/products/cup-komorebi", "/products/bowl-yuki", "/products?page=2&sort=price", "/categories/tea", "/cart", "/products/plate-sora",
	"/search?q=teapot", "/products/teapot-kumo", "/news/2026-11", "/help/delivery",
}

var probes = []string{"/.env", "/wp-login.php", "/admin/login", "/phpmyadmin/", "/.git/config", "/admin", "/vendor/phpunit/", "/api/users/1"}

// tails are the pages about a member, and how often they are read beside each other.
var tails = []string{"/profile", "/addresses", "/orders", "/profile", "/orders", "", "/addresses", "/orders"}

// begin lets somebody new in. Of a hundred visits three are those of search engines, one is a scanner's.
func (w *writer) begin(v *visit) {
	*v = visit{agent: agents[w.random.IntN(len(agents))], left: 5 + w.random.IntN(40), client: w.home()}
	switch n := w.random.IntN(1000); {
	case n < 30:
		v.kind, v.agent, v.left, v.client = searchEngine, crawler, 200, 0xC6336400|uint32(w.random.IntN(64)) // 198.51.100.0/24
	case n < 40:
		v.kind, v.agent, v.left = scanner, "curl/8.5.0", len(probes)
	case n < 60:
		v.kind = forgetful
	case n < 65:
		v.kind = newcomer
	case n < 67:
		v.kind, v.client, v.left = operator, 0xCB007105, 10 // 203.0.113.5
	case n < 500:
		v.kind = returning
	}
	if v.kind == returning || v.kind == forgetful {
		v.member = w.member()
		if w.random.IntN(100) < 55 { // a telephone: one of few addresses, which change
			v.client, v.agent = w.mobile(), agents[2*w.random.IntN(2)]
		}
	}
}

// home is an address of its own, in 10.0.0.0/8.
func (w *writer) home() uint32 { return 0x0A000000 | w.random.Uint32()&0xFFFFFF }

// mobile is one of the 60 addresses behind which all telephones are, in 198.18.0.0/15.
func (w *writer) mobile() uint32 {
	return 0xC6120000 | uint32(w.random.IntN(3))<<8 | uint32(w.random.IntN(20))
}

// visit lets one of those in the shop do the next thing.
func (w *writer) visit() {
	v := &w.visits[w.random.IntN(len(w.visits))]
	if v.left--; v.left < 0 {
		w.begin(v)
	}
	r := request{client: v.client, method: "GET", status: 200, size: 800 + w.random.IntN(30000), agent: v.agent, referrer: "https://shop.example/"}
	switch v.kind {
	case searchEngine:
		r.path, r.referrer, r.bot = products[w.random.IntN(len(products))], "", true
		if w.random.IntN(40) == 0 {
			r.path, r.status, r.size = "/member/orders", 302, 0
		}
	case scanner:
		r.path, r.referrer, r.status, r.size = probes[v.left%len(probes)], "", 404, 146
	case forgetful:
		w.forgot(v, &r)
	case newcomer:
		w.join(v, &r)
	case operator:
		w.operate(v, &r)
	case returning:
		w.shop(v, &r)
	default:
		w.browse(&r)
	}
	w.write(&r)
}

func (w *writer) browse(r *request) {
	if w.random.IntN(100) < 60 {
		r.path = statics[w.random.IntN(len(statics))]
		return
	}
	r.path = products[w.random.IntN(len(products))]
}

// shop is a member who looks around, and at what the shop knows of him.
func (w *writer) shop(v *visit, r *request) {
	if v.token.key == "" {
		w.enter(v, r)
		return
	}
	if w.now.Unix() > v.token.expires-60 {
		v.token = w.issue("refresh", v.member, v.token.login)
	}
	r.token = v.token
	if w.random.IntN(100) < 70 {
		w.browse(r)
		if w.config.Format == JSON && w.random.IntN(2) == 0 {
			r.token = token{} // files come without a token
		}
		return
	}
	w.personal(v, r)
}

// maxStolen is how many tokens a thief keeps: the newest, which have not expired.
const maxStolen = 2000

func (w *writer) personal(v *visit, r *request) {
	r.member, r.tail = v.member, tails[(v.page+int(v.member))%len(tails)]
	if w.random.IntN(3) == 0 {
		v.page++
	}
	if w.config.Attack != nil && w.config.Attack.Replay {
		if len(w.tokens) == maxStolen {
			w.tokens = append(w.tokens[:0], w.tokens[maxStolen/2:]...)
		}
		w.tokens = append(w.tokens, v.token)
	}
}

// enter logs a member in, or renews the log-in of one who is remembered.
func (w *writer) enter(v *visit, r *request) {
	login := w.random.Uint64()
	r.method, r.size = "POST", 0
	if w.logins[v.member] > w.now.Unix() {
		v.token = w.issue("refresh", v.member, login)
		r.path, r.status = "/api/token/refresh", 200
	} else {
		v.token = w.issue("issue", v.member, login)
		r.path, r.status = "/login", 302
		w.logins[v.member] = w.now.Add(14 * 24 * time.Hour).Unix()
	}
	r.token = v.token
}

// forgot types wrong passwords, two or three times, and then gets in or gives up.
func (w *writer) forgot(v *visit, r *request) {
	if v.token.key != "" || v.tries > 4 {
		v.kind = returning
		w.shop(v, r)
		return
	}
	v.tries++
	if w.random.IntN(3) == 0 {
		w.enter(v, r)
		return
	}
	r.method, r.path, r.status = "POST", "/login", 401
}

// join registers, and then is a member like others, with the next number.
func (w *writer) join(v *visit, r *request) {
	w.joined++
	v.member, v.kind = int64(w.joined), returning
	v.token = w.issue("issue", v.member, w.random.Uint64())
	w.logins[v.member] = w.now.Add(14 * 24 * time.Hour).Unix()
	r.method, r.path, r.status, r.token = "POST", "/register", 302, v.token
}

var admin = []string{"/admin/orders", "/admin/orders/%d", "/admin/customers?page=2", "/admin/orders/export", "/admin/mails/preview"}

// operate is the shop's own people: orders, and a list of customers for the newsletter now and then.
func (w *writer) operate(v *visit, r *request) {
	r.path, r.admin = admin[v.left%len(admin)], true
	if v.left%len(admin) == 1 {
		r.path = "/admin/orders/48213"
	}
	r.referrer = "https://shop.example/admin/orders"
	if v.left%len(admin) == 3 {
		r.size = 2_000_000 + w.random.IntN(400_000)
	}
}

// attacker is who reads what is not his.
type attacker struct {
	next int64
	sent int64
}

func (w *writer) attack() {
	a := w.config.Attack
	page := a.Page
	if page == "" {
		page = "/addresses"
	}
	w.attacker.sent++
	r := request{method: "GET", status: 200, size: 1400, agent: agents[1], tail: page}
	n := uint32(w.random.Uint64())
	if a.Addresses > 0 {
		n = uint32(w.random.IntN(a.Addresses)) * 2654435761
	}
	r.client = 0x0A000000 | n&0xFFFFFF
	if a.InOrder {
		if w.attacker.next == 0 { // he begins anywhere
			w.attacker.next = w.random.Int64N(int64(w.config.Members)) + 1
		}
		r.member = w.attacker.next
	} else {
		r.member = w.random.Int64N(int64(w.config.Members)) + 1
	}
	if w.random.Float64() < a.Unknown {
		r.member = int64(w.joined) + 1_000_000 + w.random.Int64N(int64(w.config.Members)*2)
		r.status, r.size = 404, 120
		if w.config.Format == JSON {
			r.status = 200 // the gateway accepts the token, and the page is empty
		}
	} else if a.InOrder {
		if w.attacker.next++; w.attacker.next > int64(w.config.Members) {
			w.attacker.next = 1
		}
	}
	r.token = token{subject: r.member, login: w.random.Uint64(), key: w.config.Key, expires: w.now.Unix() + 3600}
	if a.Key != "" {
		r.token.key = a.Key
	}
	w.fill(r.token.id[:])
	exists := r.member <= int64(w.config.Members) && !Left(r.member)
	if a.Replay && len(w.tokens) > 0 {
		r.token = w.tokens[len(w.tokens)-1-w.random.IntN(min(len(w.tokens), 200))]
		r.member, exists = r.token.subject, true
		r.status, r.size = 200, 1400
	}
	w.write(&r)
	w.done.Attacks++
	if w.done.FirstAttack == 0 {
		w.done.FirstAttack = w.done.Lines
	}
	if w.config.Each != nil {
		w.config.Each(Attempt{w.done.Lines, w.now, r.member, exists})
	}
}
