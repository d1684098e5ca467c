package journey

import (
	"strings"
	"testing"
)

// pageOf is a page with the given buttons, in a form whose action is given, and fields by their labels.
func pageOf(address, title string, action string, fields, buttons []string) *page {
	v := &view{host: "shop.example"}
	v.URL, v.Title, v.Headings = address, title, []string{title}
	v.Forms = []form{{ID: 1, Action: action}}
	for i, label := range fields {
		e := element{ID: 100 + i, Tag: "input", Type: "text", Label: label, Field: true, Form: 1, Box: box{Y: 100 + 40*i, W: 200, H: 30}}
		if way, radio := strings.CutPrefix(label, "( ) "); radio {
			e.Type, e.Label, e.Group = "radio", way, "payment"
		}
		v.Elements = append(v.Elements, e)
	}
	for i, text := range buttons {
		v.Elements = append(v.Elements, element{ID: i + 1, Tag: "button", Type: "submit", Text: text, Submits: true, Form: 1, Box: box{Y: 900, W: 100, H: 30}})
	}
	return understand([]*view{v})
}

func (p *page) button(t *testing.T, text string) button {
	t.Helper()
	for _, b := range p.buttons {
		if b.Text == text {
			return b
		}
	}
	t.Fatalf("no button %q", text)
	return button{}
}

func TestFinalIsWhateverMayPlaceAnOrder(t *testing.T) {
	t.Parallel()
	address := []string{"First name", "Last name", "Email", "Street address", "City", "ZIP code"}
	ways := []string{"( ) Bank transfer", "( ) Cash on delivery"}
	withCard := append([]string{"Card number", "CVC"}, address...)
	for name, c := range map[string]struct {
		page  *page
		typed bool
		final string // texts, separated by |
		not   string
	}{
		"confirmation": {
			page:  pageOf("https://shop.example/shopping/confirm", "ご注文内容の確認", "", nil, strings.Split("注文する|確定する|次へ|OK|送信|この内容で注文する|同意する|確認する|Submit|戻る|GO", "|")),
			typed: true, final: "注文する|確定する|次へ|OK|送信|この内容で注文する|同意する|Submit|GO", not: "確認する",
		},
		"one page with ways to pay": {
			page:  pageOf("https://shop.example/checkout", "Checkout", "", append(address, ways...), strings.Split("Place order|Order now|Pay|Buy now|Checkout|Continue to checkout|Confirm order|Complete purchase|Submit|OK|Send|送信する|I agree|Continue as guest|会員登録して購入する|Make it mine|Continue|Continue to payment|Review order|Apply coupon", "|")),
			typed: true, final: "Place order|Order now|Pay|Buy now|Checkout|Continue to checkout|Confirm order|Complete purchase|Submit|OK|Send|送信する|I agree|Continue as guest|会員登録して購入する|Make it mine", not: "Continue|Continue to payment|Review order",
		},
		"confirmation with a note and a coupon": {
			page:  pageOf("https://shop.example/checkout/confirm", "Order review", "", []string{"Coupon code", "Order notes"}, strings.Split("Next|次へ|Checkout|Continue|Done|Continue as guest", "|")),
			typed: true, final: "Next|次へ|Checkout|Continue|Done|Continue as guest",
		},
		"guest or member, after the e-mail address": {
			page:  pageOf("https://shop.example/checkout/start", "Welcome back", "", []string{"Password"}, strings.Split("Continue as guest|Log in|Continue", "|")),
			typed: true, not: "Continue as guest|Continue",
		},
		"card fields in view": {
			page:  pageOf("https://shop.example/checkout", "Checkout", "", withCard, strings.Split("Place order|Continue|Next|Submit|Review order|Continue to review|Save|OK|次へ", "|")),
			typed: true, final: "Place order|Continue|Next|Submit|Review order|Continue to review|Save|OK|次へ",
		},
		"address step": {
			page:  pageOf("https://shop.example/checkout/address", "Shipping address", "", address, strings.Split("Continue|Next|Save|Submit|次へ|送信する|Continue to delivery|Place order|注文する", "|")),
			typed: true, final: "Place order|注文する", not: "Continue|Next|Save|Submit|次へ|送信する|Continue to delivery",
		},
		"form that sends to the end": {
			page:  pageOf("https://shop.example/checkout", "Checkout", "https://shop.example/order/complete", address, []string{"Continue", "送信"}),
			typed: true, final: "Continue|送信",
		},
		"cart, nothing said yet": {
			page: pageOf("https://shop.example/cart", "Shopping cart", "", []string{"Qty", "Coupon code"}, strings.Split("注文する|購入する|결제하기|주문하기|Checkout|Place Order|Pay", "|")),
			not:  "注文する|購入する|결제하기|주문하기|Checkout|Place Order|Pay",
		},
		"cart of somebody who told his address": {
			page:  pageOf("https://shop.example/cart", "Shopping cart", "", []string{"Qty"}, strings.Split("注文する|결제하기|Place Order|Checkout", "|")),
			typed: true, final: "注文する|결제하기|Place Order", not: "Checkout",
		},
		"product": {
			page: pageOf("https://shop.example/p/1", "Tea", "", []string{"Qty"}, strings.Split("Buy now|今すぐ購入|구매하기|Beli Sekarang|Add to cart", "|")),
			not:  "Buy now|今すぐ購入|구매하기|Beli Sekarang|Add to cart",
		},
		"product that says it completes": {
			page:  pageOf("https://shop.example/p/1", "Tea", "", []string{"Qty"}, strings.Split("注文を確定する|Place order", "|")),
			final: "注文を確定する|Place order",
		},
	} {
		m := newMemory()
		m.typed = c.typed
		for text := range strings.SplitSeq(c.final, "|") {
			if text != "" && !m.final(c.page, c.page.button(t, text)) {
				t.Errorf("%s: %q is taken for harmless", name, text)
			}
		}
		for text := range strings.SplitSeq(c.not, "|") {
			if text != "" && m.final(c.page, c.page.button(t, text)) {
				t.Errorf("%s: %q is taken for the last button", name, text)
			}
		}
	}
}

// A member with a saved address and card buys with one press: every button that orders is the last.
func TestFinalForAMember(t *testing.T) {
	t.Parallel()
	p := pageOf("https://shop.example/p/1", "Tea", "", []string{"Qty"}, []string{"Buy now", "Log out", "Add to cart"})
	m := newMemory()
	if !m.final(p, p.button(t, "Buy now")) {
		t.Error("“Buy now” is taken for harmless although somebody is logged in")
	}
	if m.final(p, p.button(t, "Add to cart")) {
		t.Error("“Add to cart” is taken for the last button")
	}
}

// With a card chosen and none asked for yet, the page that confirms leads to the card's page.
func TestNextAfterConfirmationLeadsToTheCard(t *testing.T) {
	t.Parallel()
	p := pageOf("https://shop.example/shopping/confirm", "入力内容のご確認", "", nil, []string{"次へ", "注文する"})
	m := newMemory()
	m.typed, m.cardChosen = true, true
	if m.final(p, p.button(t, "次へ")) {
		t.Error("“次へ” is taken for the last button")
	}
	if !m.final(p, p.button(t, "注文する")) {
		t.Error("“注文する” is taken for harmless")
	}
}

func TestDecideNeverPressesWhatHarms(t *testing.T) {
	t.Parallel()
	for _, text := range strings.Split("退会する|ログアウト|削除|カートを空にする|配信停止|탈퇴|로그아웃|삭제|Hapus|Keluar|Batalkan pesanan|Delete account|Log out|Unsubscribe|Cancel order|Empty cart|Subscribe|Submit review|PayPal|Amazon Pay|Sign in with Google", "|") {
		for _, address := range []string{"https://shop.example/", "https://shop.example/cart", "https://shop.example/checkout", "https://shop.example/p/1"} {
			for _, title := range []string{"Shop", "Shopping cart", "Checkout", "ログイン"} {
				p := pageOf(address, title, "", nil, []string{text})
				m := newMemory()
				m.added = true
				for range 10 {
					mv := m.decide(p)
					if mv.kind == pressing {
						t.Fatalf("presses %q at %s (%s)", text, address, title)
					}
					if mv.kind == stopping || mv.kind == finishing {
						break
					}
				}
			}
		}
	}
}
