package journey

// Words by which a page as a whole is known. All lower case; looked for anywhere in the text they are asked of.
var (
	cartWords        = []string{"shopping cart", "your cart", "my cart", "cart", "basket", "shopping bag", "カート", "買い物かご", "買い物カゴ", "장바구니", "쇼핑백", "keranjang", "warenkorb"}
	emptyCartWords   = []string{"cart is empty", "cart is currently empty", "basket is empty", "bag is empty", "no items in your", "no items in the cart", "nothing in your cart", "カートは空", "カート内に商品はございません", "カートに商品がありません", "カートに商品が入っていません", "商品がありません", "カートの中に商品はありません", "カートに商品はございません", "買い物かごは空", "現在カート内に", "장바구니가 비어", "장바구니에 담긴 상품이 없", "담긴 상품이 없습니다", "keranjang kosong", "keranjang belanja kosong", "keranjang anda kosong", "keranjangmu kosong", "belum ada barang"}
	addedWords       = []string{"added to your cart", "added to cart", "added to your basket", "added to basket", "added to your bag", "added to bag", "has been added", "have been added", "カートに追加しました", "カートに入れました", "カートに追加されました", "カゴに追加", "カートに商品を追加", "장바구니에 담겼", "장바구니에 담았", "장바구니에 추가", "담았습니다", "담겼습니다", "ditambahkan ke keranjang", "berhasil ditambahkan", "telah ditambahkan", "masuk ke keranjang"}
	chooseFirstWords = []string{"please select", "please choose", "select options", "select option", "choose an option", "choose options", "required option", "選択してください", "お選びください", "選択して下さい", "옵션을 선택", "선택해 주세요", "선택해주세요", "선택하세요", "pilih varian", "silakan pilih", "harap pilih", "variant options", "select a size", "select size", "select color", "needs to be chosen", "must be selected", "please specify"}
	maintenanceWords = []string{"maintenance", "under construction", "back soon", "be right back", "temporarily unavailable", "temporarily closed", "メンテナンス", "只今工事中", "準備中", "一時的にご利用いただけません", "サービスを停止", "점검 중", "점검중", "서비스 점검", "준비중입니다", "pemeliharaan", "sedang dalam perbaikan", "service unavailable", "coming soon", "opening soon", "ただいま休業"}
	doneWords        = []string{"thank you for your order", "thank you for your purchase", "your order has been", "order received", "order confirmed", "order complete", "ご注文ありがとうございました", "ご注文が完了", "注文が完了しました", "ご注文完了", "ご購入ありがとうございました", "주문이 완료", "주문해 주셔서 감사", "결제가 완료", "terima kasih atas pesanan", "pesanan anda telah", "pesanan berhasil"}
	confirmWords     = []string{"review your order", "order review", "confirm your order", "order confirmation", "confirm order", "please confirm", "final step", "ご注文内容の確認", "注文内容の確認", "ご注文内容確認", "注文内容確認", "内容確認", "ご確認ください", "最終確認", "주문 확인", "주문내용 확인", "주문 내용을 확인", "konfirmasi pesanan", "tinjau pesanan", "ringkasan pesanan", "checkout confirmation", "order summary", "注文確認", "入力内容のご確認"}
	checkoutPaths    = []string{"checkout", "/shopping", "/order", "payment", "onepage", "one-page", "purchase", "/pay", "confirm", "customer_info", "kasse", "/buy", "delivery", "shipping", "usces_page", "orderform", "order_form", "order-form", "#/payment", "#/shipping", "#payment", "#shipping", "pembayaran", "pemesanan", "regi", "cashier", "kounyu", "chumon"}
	checkoutTitles   = []string{"checkout", "check out", "order form", "shipping address", "delivery address", "billing details", "payment", "購入手続き", "ご注文手続き", "注文手続き", "お客様情報", "お届け先", "ご注文者", "お支払い", "レジ", "주문서", "주문/결제", "주문 / 결제", "배송지", "결제", "pembayaran", "pengiriman", "data pembeli", "alamat pengiriman", "pemesanan"}
	logOutWords      = []string{"log out", "logout", "sign out", "ログアウト", "로그아웃"}
	cookieWords      = []string{"cookie", "クッキー", "쿠키", "gdpr", "privacy", "プライバシー", "consent"}
	ageWords         = []string{"18 years", "21 years", "over 18", "over 21", "20歳", "18歳", "legal age", "legal drinking", "age verification", "verify your age", "年齢確認", "years of age", "성인", "19세", "years old", "usia", "tahun ke atas", "18+", "21+"}
	secureWords      = []string{"3-d secure", "3d secure", "3dセキュア", "3-dセキュア", "本人認証サービス", "verified by visa", "securecode", "identity check", "본인 인증 서비스", "j/secure", "safekey"}
	humanWords       = []string{"verify you are human", "are you a robot", "not a robot", "checking your browser", "just a moment", "unusual traffic", "press & hold", "complete the security check", "ロボットではありません", "人間であること", "로봇이 아닙니다", "bukan robot", "security check", "access denied", "attention required"}
	sameKindWords    = []string{"定期", "subscription", "subscribe", "gift card", "gift certificate", "ギフトカード", "商品券", "정기", "기프트카드", "langganan", "download", "voucher", "ダウンロード", "sample", "deposit"}
)

// payment is a way to pay, in the order in which the shopper would choose: a card, because that is what a thief wants;
// then what needs nobody else.
type payment int

const (
	noPayment payment = iota
	wallet
	otherPayment
	payLater
	atStore
	byCheque
	byTransfer
	onDelivery
	byCard
)

var paymentWords = map[payment][]string{
	byCard:       {"クレジットカード", "クレジット", "カード決済", "カード払い", "カードでお支払い", "credit card", "credit or debit", "credit/debit", "credit / debit", "debit card", "card payment", "pay by card", "pay with card", "bank card", "신용카드", "카드결제", "카드 결제", "체크카드", "신용/체크카드", "kartu kredit", "kartu debit", "kartu kredit/debit", "credit cards", "visa", "mastercard", "ccdebit", "card"},
	onDelivery:   {"代金引換", "代引き", "代引", "cash on delivery", "pay on delivery", "cod", "착불", "현장결제", "만나서 결제", "bayar di tempat", "cash on pickup", "店頭支払", "현금 결제", "money on delivery", "着払い", "店頭受取"},
	byTransfer:   {"銀行振込", "振込", "ゆうちょ", "郵便振替", "bank transfer", "direct bank", "wire transfer", "bank deposit", "eft", "무통장", "무통장입금", "계좌이체", "가상계좌", "transfer bank", "virtual account", "transfer manual", "bank", "transfer", "bca", "mandiri"},
	byCheque:     {"cheque", "check payments", "check / money order", "check/money order", "money order", "小切手", "check payment", "pay by check", "現金書留"},
	atStore:      {"コンビニ", "コンビニ決済", "convenience store", "편의점", "indomaret", "alfamart", "pay-easy", "ペイジー", "gerai retail", "電子マネー"},
	payLater:     {"後払い", "あと払い", "請求書払い", "掛け払い", "invoice", "pay later", "후불", "bayar nanti", "paylater", "purchase order", "請求書", "np後払い", "klarna", "afterpay", "クロネコ代金後払い"},
	wallet:       {"paypal", "amazon pay", "amazonpay", "apple pay", "google pay", "paypay", "line pay", "楽天ペイ", "楽天", "d払い", "auかんたん", "メルペイ", "ソフトバンクまとめて", "キャリア決済", "카카오페이", "네이버페이", "토스", "토스페이", "페이코", "휴대폰 결제", "휴대폰결제", "gopay", "ovo", "dana", "shopeepay", "qris", "linkaja", "alipay", "wechat", "shop pay", "bitcoin", "crypto", "삼성페이", "e-wallet", "ewallet", "あと払い（ペイディ）", "ペイディ", "paidy"},
	otherPayment: {"free", "offline", "manual", "お支払い不要", "決済なし", "test payment", "テスト決済"},
}
