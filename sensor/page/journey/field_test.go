package journey

import (
	"strings"
	"testing"
)

// asked is a field written in one line: what stands on and around it, and what it asks for.
type asked struct {
	label, name, placeholder string
	topic                    topic
	part                     part
}

func TestClassifyKnowsFieldsByAnyOneText(t *testing.T) {
	t.Parallel()
	for _, a := range []asked{
		// Japanese
		{"お名前", "", "", nameTopic, whole},
		{"氏名", "", "", nameTopic, whole},
		{"ご氏名 必須", "", "", nameTopic, whole},
		{"お名前(姓)", "", "", nameTopic, family},
		{"お名前（名）", "", "", nameTopic, given},
		{"姓", "name01", "", nameTopic, family},
		{"名", "name02", "", nameTopic, given},
		{"", "order_name01", "姓", nameTopic, family},
		{"", "", "山田", nameTopic, family},
		{"", "", "太郎", nameTopic, given},
		{"フリガナ", "", "", kana, whole},
		{"ふりがな", "", "", kana, whole},
		{"お名前(フリガナ)", "", "", kana, whole},
		{"フリガナ（セイ）", "", "", kana, family},
		{"フリガナ（メイ）", "", "", kana, given},
		{"", "kana01", "セイ", kana, family},
		{"", "kana02", "メイ", kana, given},
		{"よみがな", "", "", kana, whole},
		{"ﾌﾘｶﾞﾅ", "", "", kana, whole},
		{"お名前カナ", "", "", kana, whole},
		{"郵便番号", "", "", postcode, whole},
		{"〒", "", "", postcode, whole},
		{"郵便番号（ハイフンなし）", "", "", postcode, whole},
		{"", "zip01", "", postcode, whole},
		{"", "yubin", "", postcode, whole},
		{"都道府県", "", "", region, whole},
		{"", "pref", "", region, whole},
		{"", "addr_pref", "", region, whole},
		{"市区町村", "", "", city, whole},
		{"市区町村名(例：千代田区)", "", "", city, whole},
		{"市区郡町村", "", "", city, whole},
		{"番地", "", "", street, whole},
		{"町名・番地", "", "", street, whole},
		{"丁目・番地", "", "", street, whole},
		{"それ以降の住所", "", "", street, whole},
		{"番地・ビル名", "", "", building, whole},
		{"建物名・部屋番号", "", "", building, whole},
		{"マンション名", "", "", building, whole},
		{"住所", "", "", address, whole},
		{"ご住所", "", "", address, whole},
		{"電話番号", "", "", phoneTopic, whole},
		{"お電話番号", "", "", phoneTopic, whole},
		{"携帯電話", "", "", phoneTopic, whole},
		{"ご連絡先", "", "", phoneTopic, whole},
		{"", "tel01", "", phoneTopic, whole},
		{"", "denwa", "", phoneTopic, whole},
		{"FAX番号", "", "", fax, whole},
		{"ファックス", "", "", fax, whole},
		{"メールアドレス", "", "", emailTopic, whole},
		{"メールアドレス(確認)", "", "", emailTopic, again},
		{"メールアドレス（確認用）", "", "", emailTopic, again},
		{"E-mail", "", "", emailTopic, whole},
		{"Eメール", "", "", emailTopic, whole},
		{"", "email02", "確認のためもう一度入力してください", emailTopic, again},
		{"電子メール", "", "", emailTopic, whole},
		{"パスワード", "", "", passwordTopic, whole},
		{"パスワード(確認)", "", "", passwordTopic, again},
		{"パスワード再入力", "", "", passwordTopic, again},
		{"秘密の質問", "", "", securityAnswer, whole},
		{"会社名", "", "", company, whole},
		{"貴社名", "", "", company, whole},
		{"部署名", "", "", department, whole},
		{"性別", "", "", gender, whole},
		{"職業", "", "", occupation, whole},
		{"生年月日", "", "", birth, whole},
		{"お誕生日", "", "", birth, whole},
		{"生年月日（年）", "", "", birth, year},
		{"カード番号", "", "", cardNumber, whole},
		{"クレジットカード番号", "", "", cardNumber, whole},
		{"カード番号（半角数字）", "", "", cardNumber, whole},
		{"有効期限", "", "", cardExpiry, whole},
		{"有効期限（月）", "", "", cardExpiry, month},
		{"有効期限（年）", "", "", cardExpiry, year},
		{"セキュリティコード", "", "", cardCode, whole},
		{"セキュリティコード（裏面の3桁の数字）", "", "", cardCode, whole},
		{"カード名義", "", "", cardHolder, whole},
		{"カード名義人（半角ローマ字）", "", "", cardHolder, whole},
		{"名義人", "", "", cardHolder, whole},
		{"お支払い回数", "", "", instalments, whole},
		{"支払回数", "", "", instalments, whole},
		{"カード会社", "", "", cardBrand, whole},
		{"カードの種類", "", "", cardBrand, whole},
		{"クーポンコード", "", "", coupon, whole},
		{"ご利用ポイント", "", "", points, whole},
		{"数量", "", "", quantity, whole},
		{"備考", "", "", note, whole},
		{"お問い合わせ欄", "", "", note, whole},
		{"ご要望", "", "", note, whole},
		{"お届け希望日", "", "", deliveryDate, whole},
		{"お届け時間帯", "", "", deliveryTime, whole},
		{"配達時間", "", "", deliveryTime, whole},
		{"画像認証", "", "", captchaText, whole},
		{"認証コード", "", "", oneTimeCode, whole},
		{"キーワードを入力", "", "", searchBox, whole},
		{"国・地域", "", "", country, whole},
		{"国", "", "", country, whole},
		// Korean
		{"이름", "", "", nameTopic, whole},
		{"성명", "", "", nameTopic, whole},
		{"주문자명", "", "", nameTopic, whole},
		{"받으시는 분", "", "", nameTopic, whole},
		{"수령인", "", "", nameTopic, whole},
		{"성", "lastname", "", nameTopic, family},
		{"휴대폰", "", "", phoneTopic, whole},
		{"휴대전화", "", "", phoneTopic, whole},
		{"연락처", "", "", phoneTopic, whole},
		{"전화번호", "", "", phoneTopic, whole},
		{"이메일", "", "", emailTopic, whole},
		{"이메일 주소", "", "", emailTopic, whole},
		{"우편번호", "", "", postcode, whole},
		{"주소", "", "", address, whole},
		{"도로명주소", "", "", street, whole},
		{"기본주소", "", "", street, whole},
		{"상세주소", "", "", building, whole},
		{"나머지 주소", "", "", building, whole},
		{"시/도", "", "", region, whole},
		{"시/군/구", "", "", city, whole},
		{"비밀번호", "", "", passwordTopic, whole},
		{"비밀번호 확인", "", "", passwordTopic, again},
		{"생년월일", "", "", birth, whole},
		{"성별", "", "", gender, whole},
		{"회사명", "", "", company, whole},
		{"배송메시지", "", "", note, whole},
		{"입금자명", "", "", bankAccount, whole},
		{"카드번호", "", "", cardNumber, whole},
		{"신용카드 번호", "", "", cardNumber, whole},
		{"유효기간", "", "", cardExpiry, whole},
		{"유효기간(월)", "", "", cardExpiry, month},
		{"유효기간(년)", "", "", cardExpiry, year},
		{"보안코드", "", "", cardCode, whole},
		{"CVC 번호", "", "", cardCode, whole},
		{"할부개월", "", "", instalments, whole},
		{"카드사", "", "", cardBrand, whole},
		{"카드 소유자", "", "", cardHolder, whole},
		{"쿠폰", "", "", coupon, whole},
		{"적립금", "", "", points, whole},
		{"수량", "", "", quantity, whole},
		{"자동등록방지", "", "", captchaText, whole},
		{"인증번호", "", "", oneTimeCode, whole},
		// Indonesian
		{"Nama", "", "", nameTopic, whole},
		{"Nama Lengkap", "", "", nameTopic, whole},
		{"Nama Penerima", "", "", nameTopic, whole},
		{"Nama Depan", "", "", nameTopic, given},
		{"Nama Belakang", "", "", nameTopic, family},
		{"Nomor HP", "", "", phoneTopic, whole},
		{"No. HP", "", "", phoneTopic, whole},
		{"Nomor Telepon", "", "", phoneTopic, whole},
		{"No. Telp", "", "", phoneTopic, whole},
		{"Nomor WhatsApp", "", "", phoneTopic, whole},
		{"Alamat", "", "", address, whole},
		{"Alamat Lengkap", "", "", address, whole},
		{"Alamat Email", "", "", emailTopic, whole},
		{"Nama Jalan", "", "", street, whole},
		{"Kode Pos", "", "", postcode, whole},
		{"Provinsi", "", "", region, whole},
		{"Kota", "", "", city, whole},
		{"Kota/Kabupaten", "", "", city, whole},
		{"Kecamatan", "", "", city, whole},
		{"Negara", "", "", country, whole},
		{"Kata Sandi", "", "", passwordTopic, whole},
		{"Konfirmasi Kata Sandi", "", "", passwordTopic, again},
		{"Ulangi Password", "", "", passwordTopic, again},
		{"Tanggal Lahir", "", "", birth, whole},
		{"Jenis Kelamin", "", "", gender, whole},
		{"Nama Perusahaan", "", "", company, whole},
		{"Catatan", "", "", note, whole},
		{"Kode Promo", "", "", coupon, whole},
		{"Jumlah", "", "", quantity, whole},
		{"Nomor Kartu", "", "", cardNumber, whole},
		{"Nomor Kartu Kredit", "", "", cardNumber, whole},
		{"Masa Berlaku", "", "", cardExpiry, whole},
		{"Berlaku hingga (BB/TT)", "", "", cardExpiry, whole},
		{"Kode Keamanan", "", "", cardCode, whole},
		{"Nama di Kartu", "", "", cardHolder, whole},
		{"Nama Pemegang Kartu", "", "", cardHolder, whole},
		{"Cicilan", "", "", instalments, whole},
		{"Kode OTP", "", "", oneTimeCode, whole},
		// English
		{"First name", "", "", nameTopic, given},
		{"Last name", "", "", nameTopic, family},
		{"Given name", "", "", nameTopic, given},
		{"Family name", "", "", nameTopic, family},
		{"Surname", "", "", nameTopic, family},
		{"Full name", "", "", nameTopic, whole},
		{"First and last name", "", "", nameTopic, whole},
		{"Your name *", "", "", nameTopic, whole},
		{"Recipient", "", "", nameTopic, whole},
		{"Middle name", "", "", nameTopic, middle},
		{"Contact person", "", "", nameTopic, whole},
		{"", "billing_first_name", "", nameTopic, given},
		{"", "shippingAddress.full_name", "", nameTopic, whole},
		{"", "firstname", "", nameTopic, given},
		{"", "lname", "", nameTopic, family},
		{"", "customer[lastName]", "", nameTopic, family},
		{"Email", "", "", emailTopic, whole},
		{"E-mail address", "", "", emailTopic, whole},
		{"Confirm email", "", "", emailTopic, again},
		{"Re-enter email address", "", "", emailTopic, again},
		{"", "contact.email", "", emailTopic, whole},
		{"Phone", "", "", phoneTopic, whole},
		{"Telephone", "", "", phoneTopic, whole},
		{"Mobile number", "", "", phoneTopic, whole},
		{"Daytime phone", "", "", phoneTopic, whole},
		{"Cell phone", "", "", phoneTopic, whole},
		{"", "shippingAddress.telephone", "", phoneTopic, whole},
		{"Address", "", "", address, whole},
		{"Street address", "", "", street, whole},
		{"Address line 1", "", "", street, whole},
		{"Address line 2 (optional)", "", "", building, whole},
		{"Apartment, suite, unit, etc. (optional)", "", "", building, whole},
		{"", "address2", "", building, whole},
		{"", "addressLine1", "", street, whole},
		{"City", "", "", city, whole},
		{"Town / City", "", "", city, whole},
		{"Suburb", "", "", city, whole},
		{"State", "", "", region, whole},
		{"State / Province", "", "", region, whole},
		{"County", "", "", region, whole},
		{"ZIP code", "", "", postcode, whole},
		{"Postcode / ZIP", "", "", postcode, whole},
		{"Zip/Postal Code", "", "", postcode, whole},
		{"", "billing_postcode", "", postcode, whole},
		{"Country", "", "", country, whole},
		{"Country / Region", "", "", country, whole},
		{"Company (optional)", "", "", company, whole},
		{"Company name", "", "", company, whole},
		{"Date of birth", "", "", birth, whole},
		{"Gender", "", "", gender, whole},
		{"Password", "", "", passwordTopic, whole},
		{"Confirm password", "", "", passwordTopic, again},
		{"Username", "", "", username, whole},
		{"VAT number", "", "", taxID, whole},
		{"Order notes (optional)", "", "", note, whole},
		{"Gift message", "", "", note, whole},
		{"Coupon code", "", "", coupon, whole},
		{"Gift card or discount code", "", "", coupon, whole},
		{"Qty", "", "", quantity, whole},
		{"Search products…", "", "", searchBox, whole},
		{"Verification code", "", "", oneTimeCode, whole},
		{"Enter the characters in the image", "", "", captchaText, whole},
		{"Card number", "", "", cardNumber, whole},
		{"Credit card number", "", "", cardNumber, whole},
		{"", "cardnumber", "", cardNumber, whole},
		{"", "cc_number", "", cardNumber, whole},
		{"", "payment[ccNumber]", "", cardNumber, whole},
		{"", "", "1234 1234 1234 1234", cardNumber, whole},
		{"", "pan", "", cardNumber, whole},
		{"Expiry date (MM/YY)", "", "", cardExpiry, whole},
		{"Expiration date", "", "", cardExpiry, whole},
		{"", "exp-date", "MM / YY", cardExpiry, whole},
		{"Expiry month", "", "", cardExpiry, month},
		{"Expiration year", "", "", cardExpiry, year},
		{"", "cc_exp_month", "", cardExpiry, month},
		{"", "cc_exp_year", "", cardExpiry, year},
		{"", "expYear", "", cardExpiry, year},
		{"CVC", "", "", cardCode, whole},
		{"CVV2", "", "", cardCode, whole},
		{"Security code", "", "", cardCode, whole},
		{"Card verification number", "", "", cardCode, whole},
		{"", "card_cvc", "", cardCode, whole},
		{"Name on card", "", "", cardHolder, whole},
		{"Cardholder name", "", "", cardHolder, whole},
		{"", "cc-owner", "", cardHolder, whole},
		{"Card type", "", "", cardBrand, whole},
		{"Instalments", "", "", instalments, whole},
	} {
		e := element{Tag: "input", Type: "text", Label: a.label, Name: a.name, Placeholder: a.placeholder, Field: true}
		if f := classify(&e); f.topic != a.topic || f.part != a.part {
			t.Errorf("label %q name %q placeholder %q: topic %d part %d, want %d %d", a.label, a.name, a.placeholder, f.topic, f.part, a.topic, a.part)
		}
	}
}

func TestClassifyLetsTheDeclaredTokenDecide(t *testing.T) {
	t.Parallel()
	for token, want := range autocompleteTopics {
		e := element{Tag: "input", Type: "text", Label: "Something else: address or name", Name: "field7", Autocomplete: "section-a shipping " + token, Field: true}
		if f := classify(&e); f.topic != want.topic || want.part != whole && f.part != want.part {
			t.Errorf("%s: topic %d part %d, want %d %d", token, f.topic, f.part, want.topic, want.part)
		}
	}
}

func TestClassifyReadsTheRowAroundAField(t *testing.T) {
	t.Parallel()
	input := func(near []string, change func(*element)) element {
		e := element{Tag: "input", Type: "text", Near: near, Field: true}
		if change != nil {
			change(&e)
		}
		return e
	}
	for name, c := range map[string]struct {
		e     element
		topic topic
		part  part
	}{
		"half of a reading in its row":       {input([]string{"姓", "フリガナ"}, func(e *element) { e.Direct = true }), kana, family},
		"half of a name in its row":          {input([]string{"名", "お名前"}, func(e *element) { e.Direct = true }), nameTopic, given},
		"unit behind a list of a birthday":   {input([]string{"生年月日"}, func(e *element) { e.After = "月"; e.Tag = "select" }), birth, month},
		"example behind a field":             {input([]string{"住所"}, func(e *element) { e.After = "市区町村名 (例：千代田区)" }), city, whole},
		"word behind, another before":        {input([]string{"주소"}, func(e *element) { e.After = "우편번호" }), postcode, whole},
		"security code typed as a password":  {input([]string{"セキュリティコード"}, func(e *element) { e.Type = "password" }), cardCode, whole},
		"card number in a telephone field":   {input([]string{"Card number"}, func(e *element) { e.Type = "tel" }), cardNumber, whole},
		"telephone without a word":           {input(nil, func(e *element) { e.Type = "tel" }), phoneTopic, whole},
		"e-mail without a word":              {input(nil, func(e *element) { e.Type = "email" }), emailTopic, whole},
		"name of the card, not the customer": {input([]string{"お名前", "クレジットカード決済"}, func(e *element) { e.Name = "card_name"; e.Direct = true }), cardHolder, whole},
	} {
		if f := classify(&c.e); f.topic != c.topic || f.part != c.part {
			t.Errorf("%s: topic %d part %d, want %d %d", name, f.topic, f.part, c.topic, c.part)
		}
	}
}

func TestClassifyAllPutsNeighboursTogether(t *testing.T) {
	t.Parallel()
	inputs := func(specs ...string) []*element {
		var all []*element
		for i, spec := range specs {
			name, size, _ := strings.Cut(spec, "/")
			e := &element{ID: i + 1, Tag: "input", Type: "text", Name: name, Field: true, Box: box{X: 100 * i, Y: 10, W: 80, H: 20}}
			if size != "" {
				e.Maxlength = int(size[0] - '0')
			}
			all = append(all, e)
		}
		return all
	}
	months := make([]option, 12)
	for i := range months {
		months[i] = option{Text: strings.TrimPrefix(string(rune('0'+(i+1)/10))+string(rune('0'+(i+1)%10)), "0"), Value: "m"}
	}
	t.Run("telephone and postal code", func(t *testing.T) {
		got := classifyAll(inputs("zip01/3", "zip02/4", "tel01/4", "tel02/4", "tel03/4"))
		for i, want := range []field{{topic: postcode, piece: 1, of: 2}, {topic: postcode, piece: 2, of: 2}, {topic: phoneTopic, piece: 1, of: 3}, {topic: phoneTopic, piece: 2, of: 3}, {topic: phoneTopic, piece: 3, of: 3}} {
			if got[i].topic != want.topic || got[i].piece != want.piece || got[i].of != want.of {
				t.Errorf("%s is topic %d piece %d of %d", got[i].Name, got[i].topic, got[i].piece, got[i].of)
			}
		}
	})
	t.Run("card in four", func(t *testing.T) {
		got := classifyAll(inputs("cardno1/4", "cardno2/4", "cardno3/4", "cardno4/4"))
		for i, f := range got {
			if f.topic != cardNumber || f.piece != i+1 || f.of != 4 {
				t.Errorf("%s is topic %d piece %d of %d", f.Name, f.topic, f.piece, f.of)
			}
		}
	})
	t.Run("second e-mail", func(t *testing.T) {
		got := classifyAll(inputs("email", "email02"))
		if got[0].part != whole || got[1].part != again {
			t.Errorf("parts %d %d", got[0].part, got[1].part)
		}
	})
	t.Run("two name fields under one word", func(t *testing.T) {
		elements := inputs("customer_a", "customer_b")
		for _, e := range elements {
			e.Near = []string{"お名前"}
		}
		got := classifyAll(elements)
		if got[0].part != family || got[1].part != given {
			t.Errorf("parts %d %d", got[0].part, got[1].part)
		}
	})
	t.Run("months belong to the card beside them", func(t *testing.T) {
		elements := inputs("card_number", "a", "cvc")
		elements[1].Tag, elements[1].Type, elements[1].Options = "select", "select-one", months
		if got := classifyAll(elements); got[1].topic != cardExpiry || got[1].part != month {
			t.Errorf("topic %d part %d", got[1].topic, got[1].part)
		}
	})
}
