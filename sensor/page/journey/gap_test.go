package journey_test

import (
	"bytes"
	"image/png"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tillwatch/tillwatch/canary"
	"github.com/tillwatch/tillwatch/sensor/page/journey"
)

// plainShop is a shop with one product and whatever stands at /checkout.
func plainShop(t *testing.T, name string, checkout func(*http.Request) string) *testShop {
	s := newShop(t, name)
	s.page("GET /{$}", "Shop", func(*http.Request) string {
		return `<header><a href="/cart">Cart</a></header><main><h1>Tea</h1><p>$5.00</p><form method="post" action="/add"><button>Add to cart</button></form></main>`
	})
	s.page("POST /add", "", func(*http.Request) string { s.put(); return "→/cart" })
	s.page("GET /cart", "Your cart", func(*http.Request) string {
		if s.inCart() == 0 {
			return `<h1>Your cart</h1><p>Your cart is empty</p>`
		}
		return `<h1>Your cart</h1><p>Tea $5.00</p><a href="/checkout">Checkout</a>`
	})
	if checkout != nil {
		s.page("GET /checkout", "Checkout", checkout)
	}
	s.mux.HandleFunc("POST /place", s.order)
	return s
}

const addressForm = `<h1>Checkout</h1><form method="post" action="/place" id="f"><label>Full name <input name="name"></label><label>Email <input name="email" type="email"></label><label>Phone <input name="phone"></label><label>Address <input name="address"></label><label>Postcode <input name="postcode"></label>`

func onlyGap(t *testing.T, r journey.Result, want journey.GapKind, words ...string) {
	t.Helper()
	if len(r.Gaps) != 1 || r.Gaps[0].Kind != want {
		t.Fatalf("gaps are %q, want one of kind %q", gaps(r), want)
	}
	g := r.Gaps[0]
	for _, word := range words {
		if !strings.Contains(g.Why, word) {
			t.Errorf("the gap does not say %q: %s", word, g.Why)
		}
	}
	if g.Place == "" {
		t.Error("the gap has no place")
	}
	if _, err := png.Decode(bytes.NewReader(g.Picture)); err != nil {
		t.Errorf("the gap's picture: %v", err)
	}
}

func TestGapLogInWall(t *testing.T) {
	t.Parallel()
	s := plainShop(t, "wall", func(*http.Request) string {
		return `<h1>Log in</h1><form method="post" action="/login"><label>Email <input type="email" name="e"></label><label>Password <input type="password" name="p"></label><button>Log in</button></form><a href="/register">Create an account</a>`
	})
	s.page("GET /register", "Register", func(*http.Request) string {
		return strings.Replace(addressForm, "/place", "/register", 1) + `<label>Password <input type="password" name="pw" required></label><label>Confirm password <input type="password" name="pw2" required></label><button>Create account</button></form>`
	})
	registered := 0
	s.page("POST /register", "Payment", func(r *http.Request) string {
		registered++
		if r.PostFormValue("pw") == "" || r.PostFormValue("pw") != r.PostFormValue("pw2") {
			return "→/register"
		}
		return `<h1>Payment</h1><form method="post" action="/place"><label><input type="radio" name="pay" value="cod"> Cash on delivery</label><button>Place order</button></form>`
	})
	r := s.walk("en", nil)
	onlyGap(t, r, journey.GapLogIn, "allow registration")
	if r.Reached || registered > 0 || typed(r)[canary.Email] {
		t.Errorf("reached %v, registered %d, typed %v", r.Reached, registered, r.Typed)
	}
	r = s.reach("en", "Place order", func(o *journey.Options) { o.AllowRegistration = true })
	wantTyped(t, r, canary.Password)
}

func TestGapCaptchaBeforeTheCheckout(t *testing.T) {
	t.Parallel()
	s := plainShop(t, "picture-captcha", func(*http.Request) string {
		return `<h1>One moment</h1><form method="post"><img src="data:," width=120 height=40><label>Enter the characters in the image <input name="c" required></label><button>Continue</button></form>`
	})
	onlyGap(t, s.walk("en", nil), journey.GapCaptcha, "firewall")
}

func TestGapCaptchaInTheForm(t *testing.T) {
	t.Parallel()
	s := newShop(t, "form-captcha")
	*s = *plainShop(t, "form-captcha", func(*http.Request) string {
		return addressForm + `<p>画像認証</p><img src="data:," width=120 height=40><input name="captcha" placeholder="画像に表示された文字"><button>Continue</button></form>`
	})
	onlyGap(t, s.walk("en", nil), journey.GapCaptcha)
}

func TestGapCaptchaChallenge(t *testing.T) {
	t.Parallel()
	s := newShop(t, "challenge")
	s.page("GET /{$}", "Just a moment...", func(*http.Request) string {
		return `<h1>challenge.localhost</h1><p>Verify you are human by completing the action below.</p><div style="width:300px;height:65px;border:1px solid"></div>`
	})
	onlyGap(t, s.walk("en", nil), journey.GapCaptcha)
}

func TestGapSoldOut(t *testing.T) {
	t.Parallel()
	s := newShop(t, "sold-out")
	s.page("GET /{$}", "店", func(*http.Request) string {
		return `<main><h1>商品</h1><ul><li><a href="/1"><img src="data:,">茶 1,000円 SOLD OUT</a></li><li><a href="/2"><img src="data:,">器 2,000円 在庫切れ</a></li></ul></main>`
	})
	onlyGap(t, s.walk("ja", nil), journey.GapSoldOut, "journey file")
}

func TestGapMaintenance(t *testing.T) {
	t.Parallel()
	for name, serve := range map[string]http.HandlerFunc{
		"maintenance-status": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = w.Write([]byte("<title>503</title><h1>Sorry</h1>"))
		},
		"maintenance-text": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write([]byte("<title>お知らせ</title><h1>ただいまメンテナンス中です</h1><p>しばらくお待ちください。</p>"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t, name)
			s.mux.HandleFunc("/", serve)
			onlyGap(t, s.walk("ja", nil), journey.GapMaintenance)
		})
	}
}

func TestGapNotAShop(t *testing.T) {
	t.Parallel()
	s := newShop(t, "no-shop")
	s.page("GET /", "A blog", func(r *http.Request) string {
		return `<nav><a href="/">Home</a><a href="/about">About</a><a href="/posts">Posts</a></nav><article><h1>Thoughts</h1><p>` + strings.Repeat("Words and words. ", 100) + `</p></article>`
	})
	onlyGap(t, s.walk("en", nil), journey.GapNoShop, "front page")
}

func TestGapUnreachable(t *testing.T) {
	t.Parallel()
	s := newShop(t, "gone")
	address := s.at("/")
	s.Close()
	r := s.walk("en", func(o *journey.Options) { o.Start = address })
	if len(r.Gaps) != 1 || r.Gaps[0].Kind != journey.GapUnreachable || r.Gaps[0].Place != address || !strings.Contains(r.Gaps[0].Why, "REFUSED") {
		t.Errorf("gaps are %q at %v", gaps(r), r.Gaps)
	}
}

func TestGapNoWayForwardSaysWhatWasTried(t *testing.T) {
	t.Parallel()
	s := plainShop(t, "no-way", func(*http.Request) string {
		return strings.Replace(addressForm, "/place", "/refuse", 1) + `<button>Continue</button></form>`
	})
	s.page("POST /refuse", "Checkout", func(*http.Request) string {
		return strings.Replace(addressForm, "/place", "/refuse", 1) + `<p class="error" role="alert">Sorry, we do not deliver there.</p><button>Continue</button></form>`
	})
	onlyGap(t, s.walk("en", nil), journey.GapNoWay, "Tried last", "Continue", "we do not deliver there")
}

func TestGapTimeUp(t *testing.T) {
	t.Parallel()
	s := newShop(t, "slow")
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	s.mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<title>Slow</title><h1>Slow</h1><img src=/never>"))
	})
	s.mux.HandleFunc("GET /never", func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	r := s.walk("en", func(o *journey.Options) { o.Limit = time.Second })
	if len(r.Gaps) != 1 || r.Gaps[0].Kind != journey.GapTimeUp {
		t.Errorf("gaps are %q", gaps(r))
	}
}

func TestGapProviderFrame(t *testing.T) {
	t.Parallel()
	s := newShop(t, "with-provider")
	framesShop(s, "provider")
	r := s.reach("en", "Pay now", nil)
	onlyGap(t, r, journey.GapProvider, "without leave")
	if r.Card || typed(r)[canary.CardNumber] {
		t.Errorf("a card was typed into a provider's frame: %v", r.Typed)
	}
	wantTyped(t, r, customer...)
	r = s.reach("en", "Pay now", func(o *journey.Options) { o.AllowProviderFrames = true })
	wantTyped(t, r, card...)
	if len(r.Gaps) != 0 {
		t.Errorf("gaps are %q", gaps(r))
	}
}

func TestGapProviderPage(t *testing.T) {
	t.Parallel()
	s := newShop(t, "to-provider")
	*s = *plainShop(t, "to-provider", func(*http.Request) string {
		return strings.Replace(addressForm, "/place", s.on("provider", "/hosted"), 1) + `<button>Continue to payment</button></form>`
	})
	s.page("POST /hosted", "Pay", func(*http.Request) string {
		return `<h1>Pay</h1><form method="post" action="/place"><label>Card number <input name="n"></label><label>Expiry MM/YY <input name="e"></label><label>CVC <input name="c"></label><button>Pay</button></form>`
	})
	r := s.walk("en", nil)
	onlyGap(t, r, journey.GapProvider)
	if r.Card || !r.Reached {
		t.Errorf("card %v reached %v", r.Card, r.Reached)
	}
}
