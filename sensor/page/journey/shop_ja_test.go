package journey_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch/canary"
)

const prefectures = `<option value="">選択してください</option><option value=1>北海道</option><option value=13>東京都</option><option value=14>神奈川県</option><option value=23>愛知県</option><option value=26>京都府</option><option value=27>大阪府</option><option value=40>福岡県</option><option value=1>宮城県</option><option value=34>広島県</option><option value=28>兵庫県</option><option value=15>新潟県</option><option value=17>石川県</option><option value=22>静岡県</option><option value=11>埼玉県</option><option value=12>千葉県</option><option value=47>沖縄県</option>`

const headerJa = `<header class="ec-headerRole"><a href="/">店</a><form action="/search"><input type="search" name="name" placeholder="キーワードを入力"><button>検索</button></form><nav><a href="/products/list">商品一覧</a><a href="/help/about">当サイトについて</a><a href="/contact">お問い合わせ</a><a href="/mypage/login">ログイン</a><a href="/entry">新規会員登録</a><a href="/cart" class="ec-cartNavi">カート</a></nav></header>`

// TestStepsJapanese walks a shop of many steps in Japanese: variants in a list, a dialogue after adding, a gate with
// log-in and guest, a form with furigana and one telephone field, methods on one page, and a confirmation.
func TestStepsJapanese(t *testing.T) {
	t.Parallel()
	s := newShop(t, "steps-ja")
	s.page("GET /{$}", "茶舗", func(*http.Request) string {
		return headerJa + `<h1>ようこそ</h1><p>お茶の専門店です。</p>`
	})
	s.page("GET /products/list", "商品一覧", func(*http.Request) string {
		return headerJa + `<ul class="ec-shelfGrid"><li><a href="/products/detail/1"><img src="data:," alt=""><p>煎茶 朝露</p><p>￥1,080 ～ ￥2,160</p></a></li>
		<li><a href="/products/detail/2"><img src="data:," alt=""><p>玉露</p><p>￥3,240</p><p>ただいま品切れ中です。</p></a></li></ul>`
	})
	s.page("GET /products/detail/1", "煎茶 朝露", func(*http.Request) string {
		return headerJa + `<h2>煎茶 朝露</h2><p class="price">￥1,080 ～ ￥2,160 税込</p>
		<form id="form1"><select name="classcategory_id1"><option value="__unselected">選択してください</option><option value="3">100g</option><option value="4">200g</option></select>
		<div>数量 <input type="number" name="quantity" value="1" min="1"></div>
		<button type="submit" class="ec-blockBtn--action add-cart">カートに入れる</button></form>
		<form method="post" action="/favorite"><button>お気に入りに追加</button></form>
		<div class="ec-modal" style="display:none;position:fixed;inset:0;background:#0008"><div style="background:#fff;margin:100px"><p>カートに追加しました。</p><a href="#" class="x">お買い物を続ける</a> <a href="/cart">カートへ進む</a></div></div>
		<script>form1.onsubmit = e => { e.preventDefault(); if (form1.classcategory_id1.value == '__unselected') { alert('規格を選択してください'); return; }
		fetch('/add', {method: 'POST'}).then(() => document.querySelector('.ec-modal').style.display = 'block'); }</script>`
	})
	s.page("POST /add", "", func(*http.Request) string { s.put(); return "" })
	s.page("GET /cart", "ショッピングカート", func(*http.Request) string {
		if s.inCart() == 0 {
			return headerJa + `<h1>ショッピングカート</h1><p>現在カート内に商品はございません。</p>`
		}
		return headerJa + `<h1>ショッピングカート</h1><p>煎茶 朝露 ￥1,080 <a href="/cart/remove">削除</a> <a href="/cart/up">＋</a></p><a class="ec-blockBtn--action" href="/shopping/login">レジに進む</a><a href="/">お買い物を続ける</a>`
	})
	s.page("GET /shopping/login", "ログイン", func(*http.Request) string {
		return headerJa + `<h1>ログイン</h1><form method="post" action="/login"><input type="email" name="login_email" placeholder="メールアドレス"><input type="password" name="login_pass" placeholder="パスワード"><label><input type="checkbox" name="login_memory">次回から自動的にログインする</label><button>ログイン</button></form>
		<a href="/forgot">ログイン情報をお忘れですか？</a><a href="/entry">新規会員登録</a><div class="ec-off4Grid"><a href="/shopping/nonmember" class="ec-blockBtn--cancel">ゲスト購入</a></div>`
	})
	nonmember := func(complaint string) string {
		return headerJa + `<h1>お客様情報の入力</h1>` + complaint + `<form method="post" action="/shopping/nonmember"><div class="ec-borderedDefs">
		<dl><dt><label>お名前</label><span class="ec-required">必須</span></dt><dd><input name="nonmember[name][name01]" placeholder="姓"><input name="nonmember[name][name02]" placeholder="名"></dd></dl>
		<dl><dt><label>お名前(カナ)</label><span class="ec-required">必須</span></dt><dd><input name="nonmember[kana][kana01]" placeholder="セイ"><input name="nonmember[kana][kana02]" placeholder="メイ"></dd></dl>
		<dl><dt><label>会社名</label></dt><dd><input name="nonmember[company_name]"></dd></dl>
		<dl><dt><label>住所</label><span class="ec-required">必須</span></dt><dd><span>〒</span><input name="nonmember[postal_code]" placeholder="例：5300001"><select name="nonmember[address][pref]">` + prefectures + `</select>
		<input name="nonmember[address][addr01]" placeholder="市区町村名(例：大阪市北区)"><input name="nonmember[address][addr02]" placeholder="番地・ビル名(例：西梅田1丁目6-8)"></dd></dl>
		<dl><dt><label>電話番号</label><span class="ec-required">必須</span></dt><dd><input name="nonmember[phone_number]" placeholder="例：11122223333"></dd></dl>
		<dl><dt><label>メールアドレス</label><span class="ec-required">必須</span></dt><dd><input name="nonmember[email][first]" placeholder="例：ec-cube@example.com"><input name="nonmember[email][second]" placeholder="確認のためもう一度入力してください"></dd></dl>
		</div><button type="submit" class="ec-blockBtn--action">次へ</button> <a href="/cart">戻る</a></form>`
	}
	s.page("GET /shopping/nonmember", "お客様情報", func(*http.Request) string { return nonmember("") })
	s.page("POST /shopping/nonmember", "お客様情報", func(r *http.Request) string {
		f := func(name string) string { return "nonmember" + name }
		if complaint := s.demand(r,
			filled(f("[name][name01]"), "姓が入力されていません"), filled(f("[name][name02]"), "名が入力されていません"),
			matching(f("[kana][kana01]"), "全角カタカナで入力してください", allKatakana), matching(f("[kana][kana02]"), "全角カタカナで入力してください", allKatakana),
			matching(f("[postal_code]"), "郵便番号が正しくありません", func(v string) bool { return allDigits(7)(strings.Replace(v, "-", "", 1)) }),
			filled(f("[address][pref]"), "都道府県を選択してください"), filled(f("[address][addr01]"), "住所が入力されていません"), filled(f("[address][addr02]"), "住所が入力されていません"),
			matching(f("[phone_number]"), "電話番号は数字で入力してください", allDigits(10, 11)),
			matching(f("[email][first]"), "メールアドレスが正しくありません", isEmail),
			matching(f("[email][second]"), "メールアドレスが一致していません", func(v string) bool { return v == r.PostFormValue(f("[email][first]")) }),
		); complaint != "" {
			return nonmember(complaint)
		}
		return "→/shopping"
	})
	s.page("GET /shopping", "ご注文手続き", func(*http.Request) string {
		return headerJa + `<h1>ご注文手続き</h1><h2>お客様情報</h2><p>山田 太郎 様</p><a href="#">変更</a><form id="shopping-form" method="post" action="/shopping/confirm"><h2>配送情報</h2>
		<select name="delivery"><option value=1 selected>サンプル業者</option></select> お届け日 <select name="date"><option value="">指定なし</option><option>2026/12/24</option></select>
		<h2>お支払方法</h2><div class="ec-radio"><div><input type="radio" id="p1" name="payment" value="1" checked><label for="p1">郵便振替</label></div><div><input type="radio" id="p2" name="payment" value="2"><label for="p2">クレジットカード</label></div><div><input type="radio" id="p4" name="payment" value="4"><label for="p4">代金引換</label></div></div>
		<h2>お問い合わせ欄</h2><textarea name="message"></textarea>
		<button type="submit" class="ec-blockBtn--action">確認する</button><a class="ec-blockBtn--cancel" href="/cart">カートに戻る</a></form>`
	})
	s.page("POST /shopping/confirm", "ご注文内容のご確認", func(r *http.Request) string {
		return headerJa + `<h1>ご注文内容のご確認</h1><p>合計 ￥1,580</p><h2>お支払方法</h2><p>` + r.PostFormValue("payment") + `</p><form method="post" action="/shopping/checkout"><input type="hidden" name="_token" value="x"><button class="ec-blockBtn--action">注文する</button></form><a href="/shopping">ご注文手続きに戻る</a>`
	})
	s.mux.HandleFunc("POST /shopping/checkout", s.order)

	r := s.reach("ja", "注文する", nil)
	wantTyped(t, r, customer...)
	if s.value("payment") != "2" {
		t.Errorf("payment %q was chosen, want the card", s.value("payment"))
	}
	var names []string
	for _, step := range r.Steps {
		names = append(names, step.Name)
		if len(step.Picture) == 0 {
			t.Errorf("no picture of step %s", step.Name)
		}
	}
	if got := strings.Join(names, " "); got != "home list product cart guest address payment confirm" {
		t.Errorf("steps are %q", got)
	}
}

// TestTablesJapanese walks an older kind of Japanese shop: tables, numbers in pieces, links and pictures as buttons,
// and a card page that comes after the confirmation.
func TestTablesJapanese(t *testing.T) {
	t.Parallel()
	s := newShop(t, "tables-ja")
	s.page("GET /{$}", "和菓子の店", func(*http.Request) string {
		return `<div id="header"><a href="/">和菓子</a> <a href="/cart/">カゴの中を見る</a></div><div id="main"><table><tr><td><a href="products/detail.php?product_id=3"><img src="data:," width=80 height=80></a></td><td><a href="products/detail.php?product_id=3">どら焼き</a><br>価格(税込)： 1,200円</td></tr></table></div>`
	})
	s.page("GET /products/detail.php", "どら焼き", func(*http.Request) string {
		return `<div id="header"><a href="/cart/">カゴの中を見る</a></div><form name="form1" id="form1" method="post" action="?"><h2>どら焼き</h2><p>販売価格(税込)： 1,200 円</p><p>数量：<input type="text" name="quantity" value="1" maxlength="9"></p>
		<a href="javascript:void(document.form1.submit())" onmouseover=""><img src="data:," alt="カゴに入れる" width="180" height="40" name="cart"></a><br><a href="/review"><img src="data:," alt="新規コメントを書き込む" width=150 height=30></a></form>`
	})
	s.page("POST /products/detail.php", "", func(*http.Request) string { s.put(); return "→/cart/" })
	s.page("GET /cart/", "現在のカゴの中", func(*http.Request) string {
		return `<h2>現在のカゴの中</h2><form method="post" action="/shopping/"><table><tr><th>削除</th><th>商品名</th></tr><tr><td><a href="?" onclick="return false">削除</a></td><td>どら焼き 1,200円</td></tr></table><a href="/"><img src="data:," alt="買い物を続ける" width=150 height=30></a> <input type="image" src="data:," alt="購入手続きへ" width="150" height="30" name="confirm"></form>`
	})
	s.page("POST /shopping/", "ログイン", func(*http.Request) string {
		return `<h2>ログイン</h2><form method="post" action="/login"><h3>会員登録がお済みのお客様</h3><p>メールアドレス：<input name="login_email"></p><p>パスワード：<input type="password" name="login_pass"></p><input type="image" alt="ログイン" src="data:," width=150 height=30></form>
		<form method="post" action="/shopping/nonmember"><h3>まだ会員登録されていないお客様</h3><p>会員登録をすると便利です。</p><a href="/entry/kiyaku.php"><img src="data:," alt="会員登録をする" width=150 height=30></a><input type="image" alt="購入手続きへ" src="data:," width=150 height=30 name="buystep"></form>`
	})
	form := func(complaint string) string {
		years, days := "", ""
		for y := 1930; y <= 2020; y++ {
			years += fmt.Sprintf("<option value=%d>%d</option>", y, y)
		}
		for d := 1; d <= 31; d++ {
			days += fmt.Sprintf("<option value=%d>%d</option>", d, d)
		}
		months := days[:strings.Index(days, "<option value=13>")]
		return `<h2>お客様情報入力</h2>` + complaint + `<form name="form1" method="post" action="/shopping/address"><table>
		<tr><th>お名前<span class="attention">※</span></th><td>姓&nbsp;<input type="text" name="order_name01">　名&nbsp;<input type="text" name="order_name02"></td></tr>
		<tr><th>お名前(フリガナ)<span class="attention">※</span></th><td>セイ&nbsp;<input type="text" name="order_kana01">　メイ&nbsp;<input type="text" name="order_kana02"></td></tr>
		<tr><th>郵便番号<span class="attention">※</span></th><td><p>〒&nbsp;<input type="text" name="order_zip01" maxlength="3">&nbsp;-&nbsp;<input type="text" name="order_zip02" maxlength="4"> <a href="http://search.example/">郵便番号検索</a></p><a href="javascript:;"><img src="data:," alt="住所自動入力" width=100 height=20></a></td></tr>
		<tr><th>住所<span class="attention">※</span></th><td><select name="order_pref">` + prefectures + `</select><p><input type="text" name="order_addr01"><br>市区町村名 (例：千代田区神田神保町)</p><p><input type="text" name="order_addr02"><br>番地・ビル名 (例：1-3-5)</p></td></tr>
		<tr><th>電話番号<span class="attention">※</span></th><td><input type="text" name="order_tel01" maxlength="6">&nbsp;-&nbsp;<input type="text" name="order_tel02" maxlength="6">&nbsp;-&nbsp;<input type="text" name="order_tel03" maxlength="6"></td></tr>
		<tr><th>FAX</th><td><input type="text" name="order_fax01" maxlength="6">&nbsp;-&nbsp;<input type="text" name="order_fax02" maxlength="6">&nbsp;-&nbsp;<input type="text" name="order_fax03" maxlength="6"></td></tr>
		<tr><th>メールアドレス<span class="attention">※</span></th><td><input type="text" name="order_email"><br><input type="text" name="order_email02"><br><span>確認のため2度入力してください。</span></td></tr>
		<tr><th>性別<span class="attention">※</span></th><td><input type="radio" name="order_sex" value="1" id="sex1"><label for="sex1">男性</label><input type="radio" name="order_sex" value="2" id="sex2"><label for="sex2">女性</label></td></tr>
		<tr><th>職業</th><td><select name="order_job"><option value="">選択してください</option><option value=1>公務員</option><option value=2>会社員</option></select></td></tr>
		<tr><th>生年月日</th><td><select name="year"><option value="">----</option>` + years + `</select>年<select name="month"><option value="">--</option>` + months + `</select>月<select name="day"><option value="">--</option>` + days + `</select>日</td></tr>
		<tr><th colspan=2><input type="checkbox" name="deliv_check" value="1" id="deliv_label"> <label for="deliv_label"><span class="attention">お届け先を指定</span>　※上記に入力された住所と同一の場合は省略可能です。</label></th></tr>
		</table><a href="/cart/"><img src="data:," alt="戻る" width=150 height=30></a><input type="image" src="data:," alt="次へ" name="next" width=150 height=30></form>`
	}
	s.page("POST /shopping/nonmember", "お客様情報入力", func(*http.Request) string { return form("") })
	s.page("POST /shopping/address", "お客様情報入力", func(r *http.Request) string {
		if complaint := s.demand(r,
			filled("order_name01", "※ お名前(姓)が入力されていません。"), filled("order_name02", "※ お名前(名)が入力されていません。"),
			matching("order_kana01", "※ フリガナ(セイ)はカタカナで入力してください。", allKatakana), matching("order_kana02", "※ フリガナ(メイ)はカタカナで入力してください。", allKatakana),
			matching("order_zip01", "※ 郵便番号1は3桁の数字で入力してください。", allDigits(3)), matching("order_zip02", "※ 郵便番号2は4桁の数字で入力してください。", allDigits(4)),
			filled("order_pref", "※ 都道府県が選択されていません。"), filled("order_addr01", "※ 住所1が入力されていません。"), filled("order_addr02", "※ 住所2が入力されていません。"),
			matching("order_tel01", "※ 電話番号1を確認してください。", allDigits(2, 3, 4)), matching("order_tel02", "※ 電話番号2を確認してください。", allDigits(2, 3, 4)), matching("order_tel03", "※ 電話番号3を確認してください。", allDigits(4)),
			matching("order_email", "※ メールアドレスの形式が不正です。", isEmail), matching("order_email02", "※ メールアドレスが一致しません。", func(v string) bool { return v == r.PostFormValue("order_email") }),
			filled("order_sex", "※ 性別が入力されていません。"),
		); complaint != "" {
			return form(complaint)
		}
		return "→/shopping/payment"
	})
	s.page("GET /shopping/payment", "お支払方法・お届け時間等の指定", func(*http.Request) string {
		return `<h2>お支払方法・お届け時間等の指定</h2><form method="post" action="/shopping/confirm"><h3>お支払方法の指定</h3><table><tr><td><input type="radio" name="payment_id" id="pay_1" value="1"></td><td><label for="pay_1">代金引換</label></td></tr><tr><td><input type="radio" name="payment_id" id="pay_2" value="2"></td><td><label for="pay_2">クレジット</label></td></tr></table>
		<h3>お届け時間の指定</h3>お届け日：<select name="d"><option value="">指定なし</option><option>12/24</option></select> お届け時間：<select name="tm"><option value="">指定なし</option><option>午前</option></select>
		<h3>その他お問い合わせ</h3><textarea name="message"></textarea><input type="image" src="data:," alt="次へ" width=150 height=30></form>`
	})
	s.page("POST /shopping/confirm", "入力内容のご確認", func(*http.Request) string {
		return `<h2>入力内容のご確認</h2><p>下記ご注文内容に間違いはございませんか？</p><form method="post" action="/shopping/load_payment_module.php"><p>合計 1,700円</p><p>お支払方法 クレジット</p><a href="/shopping/payment"><img src="data:," alt="戻る" width=150 height=30></a><input type="image" src="data:," alt="次へ" width=150 height=30></form>`
	})
	s.page("POST /shopping/load_payment_module.php", "クレジット決済", func(*http.Request) string {
		return `<h2>クレジット決済</h2><form method="post" action="/pay"><table><tr><th>カード番号</th><td><input type="text" name="card_no01" maxlength="4" size=5> - <input type="text" name="card_no02" maxlength="4" size=5> - <input type="text" name="card_no03" maxlength="4" size=5> - <input type="text" name="card_no04" maxlength="4" size=5></td></tr>
		<tr><th>有効期限</th><td><select name="card_month"><option value="">--</option><option>01</option><option>02</option><option>03</option><option>04</option><option>05</option><option>06</option><option>07</option><option>08</option><option>09</option><option>10</option><option>11</option><option>12</option></select>月 / 20<select name="card_year"><option value="">--</option><option>26</option><option>27</option><option>28</option><option>29</option><option>30</option><option>31</option><option>32</option></select>年</td></tr>
		<tr><th>カード名義</th><td><input name="card_name01" placeholder="TARO"> <input name="card_name02" placeholder="YAMADA"></td></tr>
		<tr><th>セキュリティコード</th><td><input type="password" name="security_code" maxlength="4"></td></tr>
		<tr><th>支払い方法</th><td><select name="paymethod"><option value="1-0">一括払い</option><option value="2-3">分割3回</option></select></td></tr></table>
		<input type="image" src="data:," alt="戻る" width=150 height=30 name=back> <input type="image" src="data:," alt="次へ" width=150 height=30 name="next" onclick="this.form.submit(); return false;"></form>`
	})
	s.mux.HandleFunc("POST /pay", s.order)

	r := s.reach("ja", "次へ", nil)
	wantTyped(t, r, append(customer, canary.CardNumber, canary.CardCode, canary.CardHolder)...)
	if !r.Card {
		t.Error("no card was typed")
	}
}
