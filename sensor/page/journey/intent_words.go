package journey

// intent is what pressing something would mean, as far as its words tell.
type intent int

const (
	unclear     intent = iota
	addToCart          // put this into the cart
	viewCart           // show me the cart
	toCheckout         // begin to pay for the cart
	order              // buy, order, pay: the beginning or the end of a checkout, only the page tells which
	placeOrder         // the end of a checkout, wherever it stands
	proceed            // the next step, in so many words
	send               // send this, whatever it is
	review             // show me what I am about to order
	asGuest            // go on without an account
	register           // become a member
	logIn              //
	consent            // cookies
	ofAge              //
	dismiss            // close this
	toPay              // on to the choice or the details of the payment
	browse             // all goods, a category
	editAddress        // use or save this address
	lookUp             // fill the address from the postal code
	harmful            // leaves, deletes, cancels, spends or speaks to somebody: never pressed
	express            // a wallet of somebody else's
	elsewhere          // harmless, and away from the goal
)

// intentWords are the phrases by which an intent is known, in lower case and without decoration. The phrase that covers
// most of a text decides, so a longer phrase takes a text from a shorter one: add the exception, not a rule.
var intentWords = map[intent][]string{
	addToCart: {
		"カートに入れる", "カートへ入れる", "カートに追加", "カートに追加する", "カゴに入れる", "かごに入れる", "買い物かごに入れる", "買い物カゴに入れる", "お買い物かごに入れる",
		"カートイン", "バッグに入れる", "バスケットに入れる", "ショッピングカートに入れる", "ショッピングバッグに追加", "カートへ", "カゴに追加", "カートに入れて", "かごへ入れる",
		"장바구니 담기", "장바구니에 담기", "장바구니", "장바구니에 추가", "카트에 담기", "담기", "쇼핑백에 담기", "장바구니 넣기",
		"tambah ke keranjang", "tambahkan ke keranjang", "masukkan keranjang", "masukkan ke keranjang", "+ keranjang", "masuk keranjang", "tambah keranjang", "beli & tambah ke keranjang",
		"add to cart", "add to basket", "add to bag", "add to trolley", "add to shopping cart", "add to shopping bag", "add to my cart", "add item", "add to order", "put in cart", "in den warenkorb", "ajouter au panier", "add this to cart", "add to your cart",
	},
	viewCart: {
		"カートを見る", "カートの中を見る", "カートへ進む", "カートを確認", "カートの中", "カート", "ショッピングカート", "買い物かご", "買い物カゴを見る", "かごの中を見る", "カートを表示", "カートを確認する", "カートの中身", "買い物かごを見る", "ショッピングバッグ", "カートに進む",
		"장바구니 보기", "장바구니로 이동", "장바구니 이동", "장바구니 가기", "장바구니 확인",
		"lihat keranjang", "keranjang", "keranjang belanja", "keranjang saya", "buka keranjang",
		"view cart", "view basket", "view bag", "go to cart", "shopping cart", "cart", "my cart", "basket", "bag", "your cart", "view and edit cart", "go to basket", "shopping bag", "see cart", "open cart", "view my cart", "show cart", "your basket", "shopping basket", "warenkorb", "panier", "view shopping cart",
	},
	toCheckout: {
		"レジに進む", "レジへ進む", "ご購入手続きへ", "購入手続きへ", "購入手続きへ進む", "購入手続きに進む", "ご購入手続きへ進む", "ご購入手続きに進む", "注文手続きへ", "注文手続きへ進む", "ご注文手続きへ", "ご注文手続きへ進む", "ご注文手続きに進む", "レジへ", "レジ", "お会計へ", "お会計に進む", "購入画面へ", "注文画面へ進む", "お買い物を完了する", "チェックアウト", "ご購入画面へ", "お会計", "精算する", "購入へ進む", "注文へ進む", "購入に進む", "注文に進む", "購入手続き", "注文手続き", "購入画面に進む", "注文画面へ", "お手続きへ進む",
		"주문서 작성", "주문서작성", "구매하러 가기", "전체상품주문", "전체상품 주문", "전체주문", "전체 주문", "전체 주문하기", "주문하러 가기", "선택상품 주문", "선택상품주문", "선택주문", "구매 진행", "체크아웃", "주문 진행", "주문서로 이동",
		"checkout", "check out", "lanjut ke checkout", "lanjutkan ke checkout", "proses checkout", "lanjut checkout", "selesaikan belanja", "ke kasir", "lanjut ke kasir",
		"proceed to checkout", "go to checkout", "continue to checkout", "secure checkout", "begin checkout", "start checkout", "checkout now", "check out now", "go to secure checkout", "proceed to secure checkout", "proceed to check out", "to checkout", "zur kasse", "commander", "go to the checkout", "view checkout", "checkout securely", "proceed to order",
	},
	order: {
		"注文する", "購入する", "今すぐ購入", "今すぐ買う", "すぐに購入", "すぐ購入", "購入", "ご購入", "注文", "ご注文", "買う", "お申し込み", "申し込む", "申込む", "注文へ", "ご注文はこちら", "予約する", "予約注文", "今すぐ注文", "ご購入はこちら", "購入はこちら", "お申込み",
		"주문하기", "구매하기", "바로구매", "바로 구매", "바로구매하기", "바로 구매하기", "구매", "주문", "즉시구매", "결제하기", "결제", "바로 주문", "바로주문", "네, 주문합니다", "사기",
		"beli sekarang", "beli langsung", "beli", "pesan sekarang", "pesan", "bayar", "bayar sekarang", "order sekarang", "beli produk", "bayar pesanan", "lakukan pembayaran", "pembayaran sekarang",
		"buy now", "buy it now", "buy", "order", "order now", "purchase", "pay", "pre-order", "preorder", "pre-order now", "jetzt kaufen", "acheter", "buy this", "book now", "get it now", "buy product", "donate now", "pay with card", "pay by card", "pay securely",
	},
	placeOrder: {
		"注文を確定", "注文を確定する", "ご注文を確定", "ご注文を確定する", "注文確定", "注文を完了", "注文を完了する", "ご注文を完了する", "注文完了", "購入を確定", "購入を確定する", "購入を完了", "購入を完了する", "購入確定", "この内容で注文", "この内容で注文する", "この内容で購入", "この内容で購入する", "上記の内容で注文する", "上記内容で注文する", "上記の内容で購入する", "以上の内容で注文する", "ご注文完了ページへ", "注文完了ページへ", "この内容で申し込む", "支払う", "支払いをする", "お支払いをする", "支払いを確定", "支払いを確定する", "お支払いを確定する", "決済する", "決済を実行", "カードで支払う", "今すぐ支払う", "注文を送信", "注文を送信する", "ご注文内容を送信", "注文内容を送信する", "お支払いを完了する", "支払いを完了する", "確定する", "確定", "注文を行う", "予約を確定する", "この内容で予約する", "上記に同意して注文する", "同意して注文する", "同意して購入する", "お申し込みを確定する", "発注する", "決済を行う", "お支払いを実行", "購入を実行", "注文実行", "ご注文を送信する",
		"주문 완료", "주문완료", "주문 완료하기", "주문완료하기", "결제 완료", "결제완료하기", "주문 확정", "주문확정", "구매 확정", "구매확정", "결제 진행", "결제진행", "주문하고 결제하기", "동의하고 결제하기", "동의하고 주문하기", "원 결제하기", "총 결제하기", "결제 요청", "카드 결제하기", "신용카드 결제하기", "주문 접수", "주문하기 (최종)", "지금 결제하기", "지금 결제",
		"buat pesanan", "buat pesanan sekarang", "selesaikan pesanan", "selesaikan pembayaran", "konfirmasi pesanan", "kirim pesanan", "konfirmasi pembayaran", "konfirmasi & bayar", "konfirmasi dan bayar", "pesan & bayar", "pesan dan bayar", "tempatkan pesanan", "bayar dengan kartu", "proses pesanan", "proses pembayaran", "setuju dan bayar", "selesaikan pemesanan",
		"place order", "place my order", "place your order", "place the order", "place order now", "complete order", "complete my order", "complete purchase", "complete your purchase", "complete payment", "complete checkout", "confirm order", "confirm the order", "confirm my order", "confirm your order", "confirm purchase", "confirm payment", "confirm and pay", "confirm & pay", "confirm and place order", "submit order", "submit my order", "submit payment", "send order", "finish order", "finish purchase", "finalize order", "finalise order", "pay now", "pay securely now", "pay and place order", "place order and pay", "order and pay", "make payment", "pay order", "pay for order", "sign up now", "order with obligation to pay", "zahlungspflichtig bestellen", "jetzt bestellen", "agree and pay", "agree and place order", "authorize payment", "authorise payment", "process payment", "process order", "subscribe now", "start subscription", "complete reservation", "finish checkout", "finish and pay", "finish", "review and pay now", "purchase now", "buy & pay", "pay total", "send my order", "i confirm my order", "order with an obligation to pay",
	},
	proceed: {
		"次へ", "次へ進む", "次に進む", "次のステップへ", "次のステップへ進む", "進む", "続ける", "続行", "続行する", "次のページへ", "手続きを続ける", "この内容で次へ", "保存して次へ", "次の画面へ", "入力内容を確認して次へ", "配送方法へ進む", "配送方法の選択へ", "お届け先の入力へ", "お届け先へ進む", "登録して次へ", "適用して次へ", "選択したお届け先に送る", "次のステップ", "お届け方法の選択へ", "お客様情報の入力へ", "お届け日時の指定へ",
		"다음", "다음 단계", "다음단계", "다음으로", "계속", "계속하기", "계속 진행", "진행하기", "다음 단계로", "저장하고 계속", "배송 정보 입력",
		"lanjut", "lanjutkan", "selanjutnya", "berikutnya", "langkah berikutnya", "simpan dan lanjutkan", "simpan & lanjutkan", "lanjut ke pengiriman", "lanjutkan ke pengiriman", "teruskan", "lanjut ke langkah berikutnya", "pilih pengiriman",
		"next", "continue", "next step", "continue checkout", "proceed", "go on", "save and continue", "save & continue", "continue to shipping", "continue to delivery", "continue to shipping method", "continue to delivery options", "ship to this address", "deliver to this address", "go to shipping", "proceed to shipping", "to shipping", "proceed to next step", "continue to next step", "weiter", "continuer", "confirm and continue", "use this address and continue", "continue to address", "go to delivery", "proceed to delivery", "next: shipping", "next: delivery",
	},
	send: {
		"送信する", "送信", "決定", "決定する", "ok", "登録", "進める", "はい、送信する", "この内容で送信", "この内容で送信する", "上記の内容で送信する",
		"확인", "확인하기", "전송", "등록", "제출", "완료",
		"kirim", "simpan", "selesai", "kirim data",
		"submit", "save", "send", "go", "done", "confirm", "apply and continue", "submit form", "let's go",
	},
	toPay: {
		"お支払い方法へ進む", "お支払い方法の選択へ", "お支払方法の選択へ", "支払い方法の選択へ", "支払方法の選択へ", "支払方法へ進む", "お支払い手続きへ", "お支払い手続きへ進む", "お支払いへ進む", "お支払いへ", "支払いへ進む", "支払い方法へ", "お支払い方法へ", "決済画面へ", "決済へ進む", "決済画面へ進む", "カード情報入力へ", "カード情報の入力へ", "クレジットカード情報入力へ", "カード情報を入力する", "決済情報の入力へ", "お支払い情報の入力へ", "支払い情報入力へ", "お支払い情報へ進む", "支払いに進む", "お支払いに進む", "お支払い・お届け方法へ", "発送・支払方法へ", "お支払い画面へ",
		"결제 단계로", "결제 수단 선택", "결제수단 선택으로", "결제 정보 입력", "결제 페이지로", "결제 페이지로 이동", "결제로 이동", "결제 단계로 이동",
		"lanjut ke pembayaran", "lanjutkan ke pembayaran", "pilih pembayaran", "pilih metode pembayaran", "ke pembayaran", "lanjut bayar", "lanjutkan pembayaran",
		"continue to payment", "continue to payment method", "proceed to payment", "go to payment", "next: payment", "to payment", "continue to billing", "proceed to billing", "payment method", "enter payment details", "enter card details", "choose payment method", "continue with payment", "select payment method", "add payment method", "go to billing", "proceed to pay", "continue to pay", "next payment", "continue to payment options", "continue to payment details",
	},
	review: {
		"確認する", "確認", "確認画面へ", "確認画面へ進む", "確認画面に進む", "内容を確認", "内容を確認する", "入力内容を確認", "入力内容を確認する", "入力内容の確認", "ご注文内容の確認", "ご注文内容の確認へ", "ご注文内容を確認する", "ご注文内容確認", "注文内容を確認", "注文内容を確認する", "注文内容の確認", "注文内容の確認へ", "注文内容確認へ", "注文確認へ", "ご注文内容の確認に進む", "ご注文内容の確認へ進む", "最終確認へ", "最終確認へ進む", "確認ページへ", "確認へ進む", "確認へ", "注文確認画面へ", "ご注文内容確認へ", "注文内容確認画面へ", "ご注文内容確認画面へ",
		"주문 확인", "주문내용 확인", "주문 내용 확인", "주문내역 확인", "입력 내용 확인", "주문 내용 확인하기",
		"tinjau pesanan", "periksa pesanan", "cek pesanan", "lihat ringkasan pesanan", "review pesanan",
		"review order", "review your order", "review my order", "continue to review", "review", "preview order", "go to review", "order review", "review and confirm", "review & confirm", "next: review", "check order", "continue to order review", "proceed to review", "review purchase", "continue to confirmation", "go to confirmation",
	},
	asGuest: {
		"ゲスト購入", "ゲストとして購入", "ゲストとして購入する", "ゲストで購入", "ゲスト注文", "ゲストとして進む", "ゲストとして続行", "ゲストとして注文", "会員登録せずに購入", "会員登録せずに購入する", "会員登録しないで購入", "会員登録せずに購入手続きへ", "会員登録をせずに購入", "会員登録をせずに購入手続きへ進む", "会員登録しないで購入手続きへ", "登録せずに購入", "登録せずに購入する", "登録せずに購入手続きへ", "登録せずに購入手続きへ進む", "ログインせずに購入", "ログインせずに購入する", "ログインせずに進む", "非会員として購入", "非会員で購入", "会員登録せずに注文", "会員登録せずに注文する", "ゲストで進む", "ゲスト", "購入手続きへ(ゲスト)", "会員にならずに購入", "はじめての方", "はじめてご利用の方", "初めてのお客様", "会員登録せずに進む", "会員登録せず購入", "会員登録なしで購入", "会員登録なしで購入する", "ログインしないで購入", "会員登録をしないで購入する", "新規のお客様", "ゲストで購入する", "ゲストとしてご購入", "ゲストとして購入手続きへ",
		"비회원 구매", "비회원구매", "비회원 구매하기", "비회원구매하기", "비회원 주문", "비회원주문", "비회원 주문하기", "비회원주문하기", "비회원으로 구매", "비회원으로 구매하기", "비회원으로 주문", "비회원으로 주문하기", "회원가입 없이 구매", "비회원 결제", "게스트로 계속", "게스트 구매", "게스트로 진행", "로그인 없이 구매", "로그인 없이 주문하기", "비회원 바로 구매", "회원가입 없이 구매하기",
		"lanjut sebagai tamu", "lanjutkan sebagai tamu", "beli sebagai tamu", "checkout sebagai tamu", "belanja tanpa login", "beli tanpa login", "beli tanpa daftar", "tanpa login", "tanpa akun", "pesan sebagai tamu", "masuk sebagai tamu", "tamu", "checkout tanpa akun", "tanpa mendaftar",
		"guest checkout", "checkout as guest", "check out as guest", "check out as a guest", "checkout as a guest", "continue as guest", "continue as a guest", "guest", "continue without account", "continue without an account", "checkout without account", "checkout without an account", "checkout without registering", "checkout without registration", "order as guest", "order as a guest", "buy as guest", "proceed as guest", "continue as new customer", "continue without login", "continue without logging in", "skip login", "skip sign in", "no, continue as guest", "shop as guest", "purchase as guest", "no account", "one-time purchase without account", "continue without signing in", "order without registration", "purchase without account", "checkout without login", "new customer", "express checkout without account",
	},
	register: {
		"新規会員登録", "会員登録", "会員登録する", "新規登録", "会員登録をする", "会員登録して購入", "会員登録して購入する", "会員になる", "アカウントを作成", "アカウント作成", "新規会員登録はこちら", "登録する", "新規会員登録をする", "会員登録へ進む", "会員登録はこちら", "同意して会員登録へ", "新規会員登録して購入手続きへ", "会員登録に進む",
		"회원가입", "회원 가입", "회원가입하기", "가입하기", "계정 만들기", "신규 회원가입", "회원가입 후 구매",
		"daftar", "daftar sekarang", "buat akun", "registrasi", "daftar akun", "daftar baru", "buat akun baru",
		"register", "create account", "create an account", "sign up", "register now", "create new account", "create your account", "join", "join now", "new account", "open an account", "register and checkout", "create account and continue", "register account", "create my account",
	},
	logIn: {
		"ログイン", "ログインする", "会員ログイン", "ログインして購入", "ログインして購入する", "ログインはこちら", "サインイン", "ログインして購入手続きへ", "会員の方はこちら", "会員の方", "ログインして続ける",
		"로그인", "로그인하기", "회원 로그인", "로그인 하기", "로그인 후 구매",
		"masuk", "login", "masuk ke akun", "masuk akun",
		"log in", "sign in", "login to your account", "log in to your account", "signin", "member login", "sign in to your account", "returning customer", "log in and checkout", "log in / register", "login / register", "sign in / register", "my account", "account", "login to checkout",
	},
	consent: {
		"同意する", "すべて同意する", "すべて許可", "すべて許可する", "すべて受け入れる", "すべてのcookieを受け入れる", "すべてのcookieを許可", "クッキーを許可", "クッキーに同意する", "cookieに同意する", "許可する", "受け入れる", "同意します", "承諾する", "同意して閉じる", "同意して続ける", "了承する", "同意", "cookieを受け入れる", "cookieを許可する",
		"동의", "동의합니다", "모두 동의", "모두 허용", "전체 동의", "쿠키 허용", "모든 쿠키 허용", "수락", "모두 수락", "허용", "동의하기",
		"setuju", "saya setuju", "terima", "terima semua", "terima semua cookie", "izinkan semua", "terima cookie", "setujui", "setuju semua", "izinkan semua cookie",
		"accept", "accept all", "accept all cookies", "accept cookies", "allow all", "allow all cookies", "allow cookies", "i agree", "agree", "agree and close", "i accept", "got it", "accept and continue", "accept & continue", "accept and close", "ok, got it", "agree to all", "yes, i agree", "i understand", "allow", "alle akzeptieren", "tout accepter", "that's ok", "accept & close", "ok, i understand", "consent", "i consent", "understood", "sounds good", "agree & continue",
	},
	ofAge: {
		"はい、20歳以上です", "20歳以上です", "20歳以上", "18歳以上です", "18歳以上", "はい、18歳以上です", "私は20歳以上です", "はい", "入場する", "enter site", "入店する", "成人しています", "enter", "20歳以上の方", "18歳以上の方",
		"네, 성인입니다", "성인입니다", "만 19세 이상입니다", "19세 이상", "예", "네", "입장", "입장하기", "만 19세 이상",
		"ya, saya berusia 18 tahun ke atas", "saya berusia 18 tahun", "18 tahun ke atas", "ya", "21 tahun ke atas",
		"yes", "i am over 18", "i am over 21", "i am 18 or older", "i am 21 or older", "yes, i am over 18", "yes, i'm over 18", "yes, i am over 21", "yes, i'm over 21", "i'm over 18", "i'm over 21", "over 18", "over 21", "enter the site", "yes, enter", "i am of legal age", "i am of legal drinking age", "yes i am", "i'm 18 or older", "i'm 21 or older", "18+", "21+", "confirm age", "yes, i am", "yes, i am 21 or older", "yes, i am 18 or older", "i am over 19", "i am over 20", "i am old enough",
	},
	dismiss: {
		"閉じる", "とじる", "close", "×", "✕", "✖", "x", "╳", "⨯", "✗", "いいえ、結構です", "結構です", "後で", "あとで", "スキップ", "今はしない", "今すぐではない", "あとにする", "いいえ", "今はいい", "表示しない", "今後表示しない", "次回から表示しない", "このまま続ける",
		"닫기", "오늘 하루 보지 않기", "오늘 하루 열지 않기", "다음에", "나중에", "취소하고 닫기", "아니요", "하루동안 보지 않기", "오늘 하루 보이지 않기", "창닫기", "오늘 그만 보기", "괜찮습니다", "24시간 동안 보지 않기",
		"tutup", "nanti", "nanti saja", "lewati", "tidak, terima kasih", "jangan tampilkan lagi", "lain kali",
		"close dialog", "close modal", "no thanks", "no, thanks", "no thank you", "not now", "maybe later", "skip", "dismiss", "close this", "close popup", "don't show again", "no, i'll pay full price", "remind me later", "close window", "schließen", "fermer", "close menu", "later", "close banner", "close notice", "close (esc)", "not today", "stay on this site", "i'll pay full price", "no i don't want a discount", "continue without discount", "close message",
	},
	browse: {
		"商品一覧", "商品一覧へ", "商品を見る", "全商品", "すべての商品", "全ての商品", "全商品一覧", "商品一覧を見る", "オンラインショップ", "ショップ", "新着商品", "商品", "商品カテゴリ", "カテゴリー", "カテゴリ", "カテゴリ一覧", "人気商品", "おすすめ商品", "オンラインストア", "ショッピング", "お買い物", "もっと見る", "新商品", "ランキング", "商品を探す", "ストア", "買い物を始める", "お買い物を続ける", "買い物を続ける", "ショッピングを続ける", "お買い物へ", "通販", "製品一覧", "すべて見る", "商品情報", "アイテム一覧", "ショップへ",
		"전체상품", "전체 상품", "상품", "상품 보기", "모든 상품", "신상품", "쇼핑하기", "쇼핑 계속하기", "베스트", "카테고리", "전체보기", "스토어", "상품 목록", "인기상품", "신상", "쇼핑 시작하기", "전체 상품 보기", "상품보기",
		"produk", "semua produk", "belanja", "belanja sekarang", "katalog", "toko", "kategori", "lihat semua", "lihat produk", "lanjut belanja", "lanjutkan belanja", "mulai belanja", "produk terbaru", "produk kami", "lihat semua produk",
		"shop", "shop now", "shop all", "products", "all products", "store", "catalog", "catalogue", "collections", "view all", "browse", "browse products", "new arrivals", "best sellers", "our products", "all", "see all", "start shopping", "continue shopping", "view products", "see products", "collection", "women", "men", "kids", "sale", "explore", "view all products", "show all", "see all products", "online store", "shop the collection", "new in", "categories", "accessories", "what's new", "discover", "return to shop", "back to shop", "browse all", "view product", "view details", "details", "learn more", "view item", "select options", "choose options", "see details", "詳細を見る", "詳しく見る", "詳細", "商品詳細", "商品詳細を見る", "자세히 보기", "상세보기", "lihat detail", "detail", "pilih opsi", "オプションを選択", "옵션 선택", "view options",
	},
	editAddress: {
		"このお届け先を選択", "この住所に送る", "この住所を使う", "この住所を使用する", "このお届け先に送る", "この住所へ配送", "use this address", "save address", "住所を保存", "이 주소로 배송", "주소 저장", "simpan alamat", "gunakan alamat ini", "ship here", "この住所を使用", "お届け先に指定", "save this address", "select this address",
	},
	lookUp: {
		"住所検索", "住所を検索", "郵便番号検索", "郵便番号から住所を入力", "郵便番号から自動入力", "住所自動入力", "〒検索", "郵便番号から検索", "住所を自動入力", "自動入力", "住所入力", "郵便番号で検索", "郵便番号から住所を自動入力", "우편번호 찾기", "우편번호찾기", "우편번호", "주소 검색", "주소검색", "우편번호 검색", "주소찾기", "주소 찾기", "find address", "look up address", "lookup address", "find my address", "cari alamat", "enter address manually", "postcode lookup",
	},
	express: {
		"amazon pay", "amazonpay", "amazonでお支払い", "amazonアカウントでお支払い", "paypal", "paypal checkout", "pay with paypal", "check out with paypal", "paypalでお支払い", "apple pay", "buy with apple pay", "google pay", "buy with google pay", "buy with g pay", "gpay", "g pay", "shop pay", "buy with shop pay", "line pay", "paypay", "paypayで支払う", "楽天ペイ", "d払い", "メルペイ", "au pay", "rakuten pay", "楽天ペイで支払う", "楽天id決済", "link", "pay with link", "buy with link",
		"카카오페이", "네이버페이", "토스페이", "페이코", "삼성페이", "네이버페이 구매하기", "npay 구매", "n pay 구매", "카카오페이 구매", "네이버 페이", "카카오 페이",
		"gopay", "ovo", "dana", "shopeepay", "linkaja", "kredivo", "akulaku", "klarna", "afterpay", "pay with klarna", "amazonpayで支払う", "amazonで支払う", "venmo", "alipay", "wechat pay", "more payment options", "google でログイン", "googleでログイン", "lineでログイン", "facebookでログイン", "yahoo! japan idでログイン", "yahoo! idでログイン", "appleでサインイン", "카카오 로그인", "네이버 로그인", "카카오로 시작하기", "네이버로 시작하기", "sign in with google", "continue with google", "continue with facebook", "sign in with apple", "continue with apple", "login with facebook", "login with google", "masuk dengan google", "masuk dengan facebook", "楽天会員で購入", "continue with paypal", "log in with amazon",
	},
	harmful: {
		"削除", "削除する", "カートから削除", "退会", "退会する", "退会手続き", "ログアウト", "配信停止", "配信を停止", "購読解除", "解約", "解約する", "カートを空にする", "すべて削除", "キャンセルする", "キャンセル", "注文をキャンセル", "取消", "取り消し", "取り消す", "リセット", "クリア", "お問い合わせ送信", "問い合わせを送信", "レビューを投稿", "レビューを投稿する", "口コミを書く", "レビューを書く", "通報", "通報する", "購読する", "メルマガ登録", "メールマガジン登録", "メルマガ購読", "再入荷通知", "再入荷のお知らせ", "入荷お知らせ", "認証コードを送信", "smsを送信", "認証番号を送信",
		"삭제", "삭제하기", "선택삭제", "전체삭제", "비우기", "장바구니 비우기", "탈퇴", "회원탈퇴", "로그아웃", "수신거부", "구독 취소", "취소", "주문취소", "초기화", "문의하기", "리뷰 작성", "구독하기", "인증번호 받기", "인증번호 전송", "본인인증", "휴대폰 인증", "재입고 알림", "상품 문의", "후기 작성",
		"hapus", "hapus semua", "kosongkan keranjang", "keluar", "berhenti berlangganan", "batal", "batalkan", "batalkan pesanan", "reset", "hapus akun", "langganan", "berlangganan", "kirim ulasan", "tulis ulasan", "kirim kode", "kirim otp",
		"delete", "remove", "remove item", "delete account", "log out", "logout", "sign out", "unsubscribe", "cancel", "cancel order", "empty cart", "clear cart", "clear", "reset form", "delete item", "close account", "deactivate", "submit review", "write a review", "add review", "post review", "send message", "contact us", "subscribe", "sign up for newsletter", "join our newsletter", "report", "send code", "send otp", "notify me", "notify me when available", "email me when available", "remove from cart", "clear shopping cart", "remove all", "sign me up", "get my discount", "unlock offer", "get 10% off", "claim offer", "join the list", "subscribe to newsletter", "empty basket", "clear basket", "request a quote", "get a quote", "ask a question", "send enquiry", "send inquiry", "post comment", "submit comment", "leave a comment", "dispute", "refund", "request refund", "decline", "disagree", "i do not agree", "reject", "no, i am under 18", "under 18", "i am under 21", "no, i'm under 21", "leave site", "exit", "退場する", "20歳未満です", "20歳未満", "18歳未満", "18歳未満です", "미성년자입니다", "나가기", "19세 미만", "download", "install app",
	},
	elsewhere: {
		"戻る", "前に戻る", "前へ", "前のページへ戻る", "もどる", "変更", "変更する", "編集", "編集する", "修正", "修正する", "数量変更", "更新", "再計算", "カートを更新", "更新する", "お気に入り", "お気に入りに追加", "お気に入りに登録", "お気に入りに入れる", "ほしいものリスト", "比較", "比較する", "検索", "検索する", "クーポン", "クーポンを使う", "クーポンを適用", "適用", "適用する", "ポイントを使う", "印刷", "印刷する", "ヘルプ", "お問い合わせ", "会社概要", "プライバシーポリシー", "個人情報保護方針", "利用規約", "ご利用規約", "特定商取引法", "特定商取引法に基づく表記", "送料について", "シェア", "ツイート", "カートに戻る", "買い物に戻る", "カートへ戻る", "配送先を変更", "パスワードを忘れた", "パスワードを忘れた方はこちら", "パスワードをお忘れですか", "トップページ", "ホーム", "マイページ", "ご利用ガイド", "よくある質問", "お届け先を追加", "お届け先を追加する", "新規お届け先を追加する", "複数のお届け先に送る", "注文履歴", "送料を計算", "ギフト設定", "ポイント", "お支払い方法について", "お支払いについて", "支払い方法について", "お支払い・送料について", "注文方法", "ご注文方法", "ご注文の流れ", "ご注文について", "購入履歴", "確認メール", "店舗検索", "購入ガイド", "注文履歴を見る",
		"뒤로", "이전", "이전으로", "이전 단계", "수정", "변경", "변경하기", "수량변경", "찜하기", "관심상품", "위시리스트", "비교", "검색", "쿠폰 적용", "쿠폰 사용", "쿠폰함", "적용", "고객센터", "이용약관", "개인정보처리방침", "공유", "마이페이지", "비밀번호 찾기", "아이디 찾기", "주문조회", "주문 조회", "배송조회", "관심상품 등록", "견적서 출력", "이용안내", "주문내역", "비회원 주문조회", "비회원 주문 조회", "배송비 안내",
		"kembali", "ubah", "edit", "perbarui", "perbarui keranjang", "wishlist", "favorit", "bandingkan", "cari", "gunakan kupon", "terapkan", "bantuan", "hubungi kami", "syarat dan ketentuan", "kebijakan privasi", "lupa password", "lupa kata sandi", "lacak pesanan", "cek ongkir", "hitung ongkir", "kembali ke keranjang", "pesanan saya", "konfirmasi pembayaran manual", "cara pembayaran", "cara pesan", "cara order", "tentang kami",
		"back", "go back", "previous", "previous step", "change", "update", "update cart", "update basket", "recalculate", "wishlist", "add to wishlist", "add to wish list", "favorite", "compare", "add to compare", "search", "apply", "apply coupon", "apply discount", "coupon", "gift card", "redeem", "use points", "print", "help", "contact", "about", "about us", "privacy policy", "terms", "terms of service", "terms and conditions", "terms of use", "share", "tweet", "return to cart", "back to cart", "edit cart", "forgot password", "forgot your password", "forgot your password?", "lost your password", "lost your password?", "track order", "order status", "order history", "my orders", "orders", "shipping policy", "estimate shipping", "get estimates", "calculate shipping", "show password", "home", "faq", "modify", "size guide", "size chart", "ship to multiple addresses", "check out with multiple addresses", "checkout with multiple addresses", "add new address", "return to shipping", "return to information", "back to shipping", "back to delivery", "payment methods", "payment options", "shipping & payment", "shipping and payment", "how to order", "how to pay", "order tracking", "return policy", "refund policy", "menu", "apply coupon code", "use coupon code", "have a coupon?", "add a coupon", "add coupon", "apply promo code", "save for later", "read more", "show more", "quick view", "change country", "change address", "add a promo code", "guest order lookup", "cart totals", "edit order", "return to homepage", "update totals", "calculate", "estimate", "get a shipping estimate", "proceed with coupon", "order summary", "show order summary", "hide order summary", "what is cvv?", "what is this?", "learn more about cookies", "cookie settings", "manage cookies", "preferences", "customize", "manage preferences", "more information", "cookie policy",
	},
}
