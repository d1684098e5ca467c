package journey

import (
	"strings"
	"testing"
)

func TestNoPhraseStandsForTwoIntents(t *testing.T) {
	t.Parallel()
	seen := map[string]intent{}
	for meaning, words := range intentWords {
		for _, word := range words {
			key := newPhrase(word).text
			if key == "" {
				t.Errorf("%q of intent %d is nothing once made plain", word, meaning)
			}
			if other, twice := seen[key]; twice && other != meaning {
				t.Errorf("%q stands for intents %d and %d", word, other, meaning)
			}
			seen[key] = meaning
		}
	}
}

func TestMeaningOf(t *testing.T) {
	t.Parallel()
	for want, texts := range map[intent]string{
		addToCart:  "カートに入れる|🛒 カートに入れる|カゴに入れる|장바구니 담기|장바구니에 담기|Tambah ke Keranjang|+ Keranjang|Add to cart|ADD TO BAG|Add To Cart - $12.00|Add “Mug” to cart: add to cart",
		viewCart:   "カートを見る|カートの中を見る|カート|カート 1|장바구니 보기|Lihat Keranjang|View cart|Shopping Cart (2)|My Cart 3|Shopping cart with 0 items|Go to cart →",
		toCheckout: "レジに進む|ご購入手続きへ|購入手続きへ進む ›|전체상품주문|주문서 작성|Checkout|Proceed to checkout|Check out|Lanjut ke Checkout|Secure Checkout 🔒",
		order:      "注文する|購入する|今すぐ購入|주문하기|구매하기|바로구매|결제하기|Beli Sekarang|Bayar|Buy now|Order now|Pay",
		placeOrder: "注文を確定する|この内容で注文する|上記の内容で注文する|ご注文完了ページへ|支払う|¥3,240 を支払う|カードで支払う|29,000원 결제하기|주문 완료하기|Buat Pesanan|Place order|Place Order ✓|Pay now|Confirm order|Confirm the Order|Complete purchase|Submit order|Place order with obligation to pay",
		proceed:    "次へ|次へ進む|次のステップへ|다음|Lanjut|Lanjutkan|Next|Continue|Continue checkout|Continue to shipping|Save and continue|Simpan & Lanjutkan",
		send:       "送信する|OK|決定|확인|Kirim|Submit|Confirm|Save",
		toPay:      "お支払い方法へ進む|お支払い方法の選択へ|カード情報入力へ|결제수단 선택으로|Lanjut ke Pembayaran|Continue to payment|Proceed to payment|Next: Payment",
		review:     "確認する|確認画面へ|入力内容を確認する|ご注文内容の確認へ|주문 확인|Tinjau Pesanan|Review order|Continue to review",
		asGuest:    "ゲスト購入|会員登録せずに購入する|ログインせずに購入手続きへ|비회원 구매하기|비회원으로 주문하기|Lanjut sebagai Tamu|Guest Checkout|Continue as guest|Check out as a guest",
		register:   "新規会員登録|会員登録をする|회원가입|Daftar|Create account|Register|Sign up",
		logIn:      "ログイン|로그인|Masuk|Log in|Sign in",
		consent:    "同意する|すべて許可|모두 동의|Setuju|Terima semua|Accept all cookies|I agree|Got it",
		dismiss:    "閉じる|×|✕|닫기|오늘 하루 보지 않기|Tutup|Close|No thanks|Maybe later",
		harmful:    "削除|退会する|ログアウト|カートを空にする|삭제|탈퇴|장바구니비우기|Hapus|Remove|Delete account|Log out|Unsubscribe|Cancel order|Empty cart|Subscribe",
		elsewhere:  "戻る|お気に入りに追加|クーポンを適用|カートに戻る|お支払い方法について|이전|쿠폰 적용|Kembali|Apply coupon|Back to cart|Update cart|Add to wishlist|Forgot your password?|Edit",
		express:    "Amazon Pay|PayPal|Buy with Shop Pay|네이버페이 구매하기|카카오페이|LINE Pay|GoPay",
		lookUp:     "住所検索|郵便番号から住所を入力|우편번호 찾기|Look up address",
		browse:     "商品一覧|すべての商品|쇼핑 계속하기|Semua Produk|Shop all|Continue shopping|View details",
		unclear:    "送料|Tea|煎茶 朝露|블로그|Kopi|We use cookies to make this site work and to learn how it is used by you and others.",
	} {
		for text := range strings.SplitSeq(texts, "|") {
			if got := meaningOf(text); got.intent != want {
				t.Errorf("%q means %d (%.2f), want %d", text, got.intent, got.cover, want)
			}
		}
	}
}

func FuzzMeaningOf(f *testing.F) {
	for _, seed := range []string{"カートに入れる", "Place order", "×", "\xff\xfe", "결제 하기", strings.Repeat("a", 1000)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		m := meaningOf(text)
		if m.cover < 0 || m.cover > 1 {
			t.Errorf("%q covers %f", text, m.cover)
		}
		_ = classify(&element{Tag: "input", Label: text, Name: text, Near: []string{text}, Options: []option{{Text: text, Value: text}}})
	})
}
