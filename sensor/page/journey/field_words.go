package journey

// topic is what a field asks for; which part of it, a [part] says.
type topic int

const (
	unknown topic = iota
	captchaText
	oneTimeCode
	coupon
	searchBox
	quantity
	note
	cardNumber
	cardCode
	cardExpiry
	cardHolder
	cardBrand
	instalments
	terms
	newsletter
	createAccount
	shipElsewhere
	sameAddress
	remember
	giftWrap
	deliveryDate
	deliveryTime
	passwordTopic
	emailTopic
	username
	securityAnswer
	taxID
	bankAccount
	company
	department
	kana
	birth
	gender
	occupation
	fax
	phoneTopic
	postcode
	country
	region
	building
	street
	city
	address
	nameTopic
	points
)

// topicWords are looked for in this order, and the first that a text holds is its topic: the special before the
// general ("card number" before "number", "フリガナ" before "お名前"). Names and ids of fields are split into words first,
// so "billing_first_name", "tel01" and "cardNumber" are read by the same lists.
var topicWords = []struct {
	topic topic
	words []string
}{
	{captchaText, []string{"captcha", "画像認証", "画像に表示", "表示された文字", "自動入力防止", "자동등록방지", "보안문자", "인증문자", "kode keamanan gambar", "kode captcha", "verification image", "security image", "characters in the image", "letters in the image", "characters you see", "letters you see", "認証画像", "画像の文字"}},
	{oneTimeCode, []string{"one time code", "one-time code", "verification code", "認証コード", "認証番号", "인증번호", "kode otp", "otp", "kode verifikasi", "sms code", "ワンタイムパスワード", "確認コード", "authentication code", "passcode"}},
	{coupon, []string{"coupon", "discount code", "promo", "promotion", "voucher", "gift card", "giftcard", "gift certificate", "クーポン", "割引コード", "プロモーション", "ギフトカード", "キャンペーンコード", "쿠폰", "할인코드", "기프트카드", "프로모션", "kupon", "kode promo", "kode voucher", "discount", "reward", "loyalty", "affiliate", "referral", "紹介コード"}},
	{points, []string{"ポイント利用", "利用ポイント", "ポイントを使", "ご利用ポイント", "use point", "points", "포인트", "적립금", "poin", "예치금", "마일리지"}},
	{searchBox, []string{"search", "keyword", "キーワード", "商品検索", "検索", "검색", "cari", "query", "何をお探し", "찾으시는", "mode search"}},
	{quantity, []string{"quantity", "qty", "数量", "個数", "수량", "jumlah", "kuantitas", "amount of items", "点数"}},
	{note, []string{"order note", "notes", "note", "comment", "comments", "message", "remarks", "instructions", "備考", "ご要望", "お問い合わせ", "問い合わせ", "メッセージ", "コメント", "連絡事項", "通信欄", "ご質問", "メモ", "배송메시지", "배송 메시지", "배송 메모", "배송메모", "요청사항", "남기실 말씀", "메모", "배송 요청", "문의", "catatan", "pesan untuk penjual", "pesan", "keterangan", "how did you hear", "special request", "gift message", "order memo", "のし"}},
	{cardCode, []string{"cvc", "cvv", "cvc2", "cvv2", "csc", "cid", "cvn", "security code", "securitycode", "card code", "card verification", "verification value", "verification number", "security cd", "seccode", "セキュリティコード", "セキュリティ番号", "セキュリティ・コード", "セキュリティーコード", "カード確認番号", "보안코드", "보안 코드", "카드 확인 코드", "cvc 번호", "kode keamanan", "kode cvv", "裏面の3桁", "3 digits on the back", "cvcode", "card cvc", "card security", "確認番号"}},
	{cardExpiry, []string{"expiry", "expiration", "expires", "exp date", "expdate", "exp", "valid until", "valid thru", "valid through", "good thru", "mm/yy", "mm / yy", "mm/yyyy", "mm / yyyy", "yy/mm", "有効期限", "有効期間", "ご有効期限", "유효기간", "유효 기간", "만료일", "masa berlaku", "berlaku hingga", "berlaku sampai", "kedaluwarsa", "kadaluarsa", "card month", "card year", "cc month", "cc year", "expmonth", "expyear", "expirymonth", "expiryyear", "cardexpiry", "validity", "card exp", "月/年", "月 / 年", "년/월", "월/년", "bln/thn", "bb/tt", "bulan/tahun", "limit month", "limit year", "expire"}},
	{cardHolder, []string{"name on card", "name on the card", "cardholder", "card holder", "cardholder's name", "card holder name", "holder name", "holder", "cardname", "card name", "owner", "ccname", "cc name", "cc owner", "card owner", "nameoncard", "カード名義", "名義人", "カード名義人", "カード上のお名前", "カードに記載", "カード記載", "お名前(カード", "名義", "カードの名義", "ご名義", "카드 소유자", "카드소유자", "카드 명의", "카드명의", "명의자", "소유자명", "카드에 표시된 이름", "카드상 이름", "nama di kartu", "nama pada kartu", "nama pemegang kartu", "pemegang kartu", "nama yang tertera", "nama kartu", "printed on card", "meigi", "card meigi"}},
	{cardBrand, []string{"card type", "card brand", "cardtype", "カード会社", "カードの種類", "カード種別", "カードブランド", "ご利用カード", "カード種類", "카드 종류", "카드사", "카드사 선택", "카드종류", "jenis kartu", "tipe kartu", "cc type", "card company", "credit card type"}},
	{instalments, []string{"instalment", "instalments", "installment", "installments", "支払回数", "お支払い回数", "支払い回数", "お支払回数", "分割回数", "ご利用回数", "할부", "할부개월", "할부 개월", "할부기간", "cicilan", "tenor", "pay method", "pay times", "paytimes", "支払区分", "お支払い区分", "支払方法(回数"}},
	{cardNumber, []string{"card number", "cardnumber", "card no", "cardno", "card num", "cardnum", "credit card", "creditcard", "ccnumber", "cc number", "ccnum", "cc num", "ccno", "cc no", "pan", "debit card", "card digits", "カード番号", "クレジットカード番号", "カードno", "カードナンバー", "クレジット番号", "クレジットカード", "카드번호", "카드 번호", "신용카드 번호", "신용카드", "nomor kartu", "no. kartu", "no kartu", "kartu kredit", "nomor kartu kredit", "1234 1234 1234 1234", "0000 0000 0000 0000", "4111 1111 1111 1111", "1234 5678 9012 3456", "xxxx xxxx xxxx xxxx", "card", "kartu", "4242 4242 4242 4242", "1234 5678 1234 5678", "1234-5678-9012-3456", "0000-0000-0000-0000"}},
	{newsletter, []string{"newsletter", "mailing list", "メルマガ", "メールマガジン", "お知らせメール", "ニュースレター", "お得な情報", "案内メール", "뉴스레터", "광고성", "마케팅", "이벤트 수신", "수신 동의", "수신동의", "buletin", "promosi email", "email me", "offers", "marketing", "subscribe", "keep me up to date", "special offers", "mailmaga", "mail magazine", "sms marketing", "text me", "dm希望"}},
	{createAccount, []string{"create an account", "create account", "createaccount", "register an account", "会員登録する", "会員登録も", "同時に会員", "アカウントを作成", "会員登録を", "회원가입", "buat akun", "register me", "open account", "save my details for"}},
	{shipElsewhere, []string{"ship to a different", "different address", "deliver to a different", "ship to different", "別の住所", "別のお届け先", "違う住所", "配送先が異なる", "お届け先が異なる", "別住所", "別の配送先", "다른 주소", "다른 배송지", "alamat berbeda", "alamat lain", "ship elsewhere", "use a different", "届け先を指定", "お届け先を別", "お届け先を指定", "send to another", "配送先を別"}},
	{sameAddress, []string{"same as", "same address", "billing same", "use shipping address", "same for billing", "use as billing", "注文者と同じ", "同じ住所", "ご注文者と同じ", "お届け先と同じ", "配送先と同じ", "請求先と同じ", "購入者と同じ", "会員住所", "동일", "주문자 정보와 동일", "배송지와 동일", "sama dengan", "shipping address as billing", "my billing and shipping", "delivery and billing addresses are the same", "same billing"}},
	{remember, []string{"remember me", "keep me signed", "keep me logged", "stay signed in", "ログイン状態を保持", "次回から自動", "ログインしたまま", "로그인 유지", "아이디 저장", "ingat saya", "save card", "save this card", "save payment", "カード情報を保存", "カードを登録", "カード情報を登録", "save this information", "카드 저장", "simpan kartu", "save my", "次回のために保存", "この情報を保存", "自動ログイン", "save for future", "次回から入力を省略"}},
	{giftWrap, []string{"gift wrap", "ラッピング", "ギフト包装", "gift option", "ギフト", "선물 포장", "선물포장", "bungkus kado", "this is a gift", "is a gift"}},
	{terms, []string{"terms", "i agree", "i have read", "agree to", "agree", "accept the", "conditions", "privacy policy", "利用規約", "規約に同意", "同意する", "同意します", "同意の上", "承諾", "個人情報の取", "プライバシー", "規約", "이용약관", "약관", "동의합니다", "동의", "개인정보 수집", "구매조건", "setuju", "syarat dan ketentuan", "menyetujui", "syarat & ketentuan", "consent", "acknowledge", "特定商取引法", "確認しました", "確認の上"}},
	{deliveryTime, []string{"delivery time", "time slot", "timeslot", "shipping time", "お届け時間", "配達時間", "配送時間", "時間帯", "お届け希望時間", "時間指定", "배송시간", "배송 시간", "희망시간", "waktu pengiriman", "jam pengiriman", "deliv time", "希望時間", "指定時間"}},
	{deliveryDate, []string{"delivery date", "shipping date", "preferred date", "お届け日", "お届け希望日", "配達希望日", "配送日", "配送希望日", "配達日", "희망일", "배송일", "배송 희망일", "tanggal pengiriman", "deliv date", "希望日"}},
	{securityAnswer, []string{"security question", "secret question", "secret answer", "秘密の質問", "パスワードを忘れた時", "パスワード確認の質問", "質問の答え", "reminder", "비밀번호 찾기 질문", "pertanyaan keamanan"}},
	{passwordTopic, []string{"password", "passwd", "pass word", "pwd", "passphrase", "パスワード", "暗証番号", "비밀번호", "패스워드", "kata sandi", "sandi"}},
	{emailTopic, []string{"email", "e-mail", "e mail", "mail address", "mailaddress", "メールアドレス", "eメール", "メール", "電子メール", "이메일", "메일", "전자우편", "surel", "alamat email", "mail", "correo", "you@", "example@", "@example", "xxx@", "name@", "メアド"}},
	{username, []string{"username", "user name", "user id", "userid", "login id", "ログインid", "ユーザー名", "ユーザid", "ニックネーム", "nickname", "아이디", "닉네임", "nama pengguna", "loginid", "screen name", "会員id", "account name"}},
	{taxID, []string{"vat", "tax id", "tax number", "npwp", "사업자등록번호", "사업자번호", "法人番号", "vat number", "identification number", "passport", "dni", "cpf", "주민등록번호", "개인통관", "통관", "nik", "ktp", "ein", "abn"}},
	{bankAccount, []string{"account number", "bank account", "iban", "口座番号", "銀行名", "支店名", "계좌번호", "입금자", "입금자명", "예금주", "nomor rekening", "depositor", "振込名義", "routing number"}},
	{department, []string{"department", "部署", "部署名", "担当者", "부서", "departemen", "job title", "役職", "division"}},
	{company, []string{"company", "organization", "organisation", "business name", "会社名", "会社", "法人名", "貴社名", "企業名", "御社名", "団体名", "勤務先", "회사", "회사명", "법인명", "상호", "perusahaan", "nama perusahaan", "firm", "corporate", "kaisha", "店舗名"}},
	{kana, []string{"フリガナ", "ふりがな", "ﾌﾘｶﾞﾅ", "カナ", "かな", "ヨミガナ", "よみがな", "読み仮名", "読みがな", "kana", "furigana", "yomi", "yomigana", "phonetic", "hurigana", "katakana", "カタカナ", "よみ", "セイ", "メイ", "せい", "めい", "ヨミ", "ヤマダ", "タロウ", "やまだ", "たろう", "ruby"}},
	{birth, []string{"birth", "birthday", "birthdate", "date of birth", "dob", "bday", "生年月日", "誕生日", "お誕生日", "生まれ", "생년월일", "생일", "출생", "tanggal lahir", "tgl lahir", "ulang tahun"}},
	{gender, []string{"gender", "sex", "性別", "성별", "jenis kelamin", "kelamin"}},
	{occupation, []string{"occupation", "job", "profession", "職業", "ご職業", "직업", "pekerjaan", "업종"}},
	{fax, []string{"fax", "ファックス", "ファクス", "팩스", "faks", "fax number"}},
	{phoneTopic, []string{"phone", "telephone", "tel", "mobile", "cell", "cellphone", "phonenumber", "telno", "電話番号", "電話", "お電話", "携帯", "携帯電話", "連絡先", "ケータイ", "電話番号(携帯)", "전화번호", "전화", "휴대폰", "휴대전화", "연락처", "핸드폰", "일반전화", "telepon", "nomor telepon", "no. telepon", "no telepon", "no. telp", "nomor hp", "no. hp", "no hp", "handphone", "ponsel", "telp", "whatsapp", "nomor wa", "no. wa", "hp", "contact number", "daytime phone", "denwa", "keitai", "number to call", "010-1234-5678", "090-1234-5678", "0812"}},
	{postcode, []string{"postcode", "postal code", "postalcode", "post code", "zip", "zipcode", "zip code", "postal", "post", "郵便番号", "〒", "郵便", "우편번호", "우편 번호", "kode pos", "kodepos", "yubin", "yubinbango", "pcode", "zip/postal"}},
	{country, []string{"country", "country/region", "country / region", "nation", "国・地域", "国/地域", "国名", "국가", "나라", "negara", "国"}},
	{region, []string{"prefecture", "pref", "state", "province", "region", "county", "zone", "todofuken", "都道府県", "県名", "시/도", "시도", "도/시", "광역시", "provinsi", "propinsi", "state/province", "state / province", "state / county", "administrative area", "地域", "prefectures"}},
	{building, []string{"building", "apartment", "apt", "suite", "unit", "flat", "floor", "apartment, suite", "address line 2", "address2", "address 2", "addressline2", "street 2", "建物名", "建物", "マンション", "ビル名", "アパート", "部屋番号", "号室", "マンション名", "상세주소", "상세 주소", "나머지주소", "나머지 주소", "동/호수", "건물명", "detail address", "nama gedung", "gedung", "unit, lantai", "detail alamat", "detail lainnya", "patokan", "addr2 building", "address additional", "additional address", "tatemono", "address complement"}},
	{street, []string{"street", "street address", "address line 1", "addressline1", "house number", "番地", "町名", "丁目", "町名・番地", "町域", "町名番地", "それ以降の住所", "以降の住所", "도로명", "도로명주소", "기본주소", "기본 주소", "지번", "nama jalan", "jalan", "jl.", "banchi", "chome", "street 1", "rt/rw", "house no", "ブロック", "丁目・番地"}},
	{city, []string{"city", "locality", "municipality", "suburb", "市区町村", "市町村", "市区郡町村", "市区", "市郡区", "市名", "시/군/구", "시군구", "구/군", "도시", "kota", "kabupaten", "kota/kabupaten", "kecamatan", "kelurahan", "district", "town/city", "town / city", "city / town", "shikuchoson", "towncity", "town", "desa", "shiku"}},
	{address, []string{"address", "addr", "住所", "ご住所", "お届け先", "배송지", "주소", "alamat", "alamat lengkap", "所在地", "jusho", "juusho", "adress"}},
	{nameTopic, []string{"name", "first name", "last name", "full name", "fullname", "firstname", "lastname", "given name", "family name", "surname", "fname", "lname", "お名前", "氏名", "名前", "ご氏名", "姓名", "受取人", "お名前(姓)", "お名前(名)", "注文者", "宛名", "苗字", "名字", "이름", "성명", "성함", "주문자", "받는 사람", "받는분", "받으시는 분", "수령인", "수취인", "주문하시는 분", "주문자명", "nama", "nama lengkap", "nama depan", "nama belakang", "nama penerima", "penerima", "recipient", "contact person", "姓", "名", "성", "shimei", "namae", "onamae", "sei", "mei", "family", "given", "first", "last", "forename", "middle name", "mr/mrs", "山田", "太郎", "홍길동", "john doe", "john smith", "your name", "attention"}},
}

// part is which piece of its topic a field asks for.
type part int

const (
	whole part = iota
	family
	given
	year
	month
	day
	again // typed a second time
	middle
)

var partWords = []struct {
	part  part
	words []string
}{
	{again, []string{"confirm", "confirmation", "confirm password", "repeat", "retype", "re-enter", "reenter", "re enter", "again", "verify", "conf", "確認", "確認用", "(確認)", "もう一度", "再入力", "再度", "確認のため", "念のため", "확인", "재입력", "다시", "ulangi", "konfirmasi", "ulang", "repassword", "password2", "email2", "second", "retype password"}},
	{middle, []string{"middle name", "middlename", "middle initial", "ミドルネーム", "nama tengah", "suffix", "prefix", "salutation", "敬称", "title"}},
	{family, []string{"last name", "lastname", "lname", "family name", "familyname", "surname", "last", "family", "sei", "姓", "苗字", "名字", "セイ", "せい", "氏", "성", "nama belakang", "name 1", "kana 1", "山田", "ヤマダ", "やまだ", "name01", "kana01", "myoji", "myouji", "お名前(姓)", "family kana", "last kana"}},
	{given, []string{"first name", "firstname", "fname", "given name", "givenname", "forename", "first", "given", "mei", "名", "メイ", "めい", "名前(名)", "nama depan", "name 2", "kana 2", "太郎", "タロウ", "たろう", "花子", "ハナコ", "name02", "kana02"}},
	{month, []string{"month", "mm", "mon", "月", "ヶ月", "월", "bulan", "bln", "bb", "expmonth", "expirymonth", "m"}},
	{year, []string{"year", "yy", "yyyy", "年", "년", "년도", "tahun", "thn", "expyear", "expiryyear", "西暦", "tt", "y"}},
	{day, []string{"day", "dd", "日", "일", "hari", "tgl", "d"}},
}

// autocompleteTopics are the tokens a page may declare, and what they mean here.
var autocompleteTopics = map[string]struct {
	topic topic
	part  part
}{
	"name": {nameTopic, whole}, "given-name": {nameTopic, given}, "family-name": {nameTopic, family}, "additional-name": {nameTopic, middle}, "honorific-prefix": {nameTopic, middle},
	"email": {emailTopic, whole}, "username": {username, whole}, "new-password": {passwordTopic, whole}, "current-password": {passwordTopic, whole}, "one-time-code": {oneTimeCode, whole},
	"organization": {company, whole}, "organization-title": {department, whole}, "tel": {phoneTopic, whole}, "tel-national": {phoneTopic, whole},
	"tel-area-code": {phoneTopic, whole}, "tel-local": {phoneTopic, whole}, "tel-local-prefix": {phoneTopic, whole}, "tel-local-suffix": {phoneTopic, whole},
	"street-address": {address, whole}, "address-line1": {street, whole}, "address-line2": {building, whole}, "address-line3": {building, whole},
	"address-level1": {region, whole}, "address-level2": {city, whole}, "address-level3": {street, whole}, "postal-code": {postcode, whole}, "country": {country, whole}, "country-name": {country, whole},
	"cc-name": {cardHolder, whole}, "cc-given-name": {cardHolder, given}, "cc-family-name": {cardHolder, family}, "cc-number": {cardNumber, whole}, "cc-exp": {cardExpiry, whole}, "cc-exp-month": {cardExpiry, month}, "cc-exp-year": {cardExpiry, year}, "cc-csc": {cardCode, whole}, "cc-type": {cardBrand, whole},
	"bday": {birth, whole}, "bday-day": {birth, day}, "bday-month": {birth, month}, "bday-year": {birth, year}, "sex": {gender, whole},
}
