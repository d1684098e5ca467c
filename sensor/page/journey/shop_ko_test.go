package journey_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/tillwatch/tillwatch/canary"
)

// TestOrderFormKorean walks a shop in Korean: options in lists that depend on each other, guests through the log-in
// page, one order form with e-mail and telephone in pieces, a postal code that only a look-up fills, agreements, and a
// button that says “pay” as the cart's button already did.
func TestOrderFormKorean(t *testing.T) {
	t.Parallel()
	s := newShop(t, "order-form-ko")
	head := `<div id="header"><h1><a href="/">모모샵</a></h1><ul class="util"><li><a href="/login">로그인</a></li><li><a href="/join">회원가입</a></li><li><a href="/basket">장바구니</a></li><li><a href="/mypage">마이페이지</a></li></ul><div class="nav"><a href="/list?cate=1">상의</a><a href="/list?cate=2">하의</a><a href="/board">공지사항</a></div></div>`
	popup := `<div id="pop" style="position:fixed;left:20%;top:10%;width:60%;height:70%;background:#fff;border:2px solid;z-index:100"><img src="data:," width=300 height=200><p>신규회원 3,000원 쿠폰</p><a href="#none" onclick="pop.remove()">오늘 하루 보지 않기</a> <a href="#none" onclick="pop.remove()">닫기</a></div>`
	s.page("GET /{$}", "모모샵", func(*http.Request) string {
		return head + `<div id="contents"><h2>BEST</h2></div>` + popup
	})
	s.page("GET /list", "상의", func(*http.Request) string {
		return head + `<div id="contents"><ul class="prdList"><li><div><a href="/product/1"><img src="data:,"></a></div><p class="name"><a href="/product/1">린넨 셔츠</a></p><p>판매가 39,000원</p><img src="data:," alt="품절" width=40 height=12></li><li><div><a href="/product/2"><img src="data:,"></a></div><p class="name"><a href="/product/2">코튼 셔츠</a></p><p>판매가 29,000원</p></li></ul></div>`
	})
	s.page("GET /product/1", "린넨 셔츠", func(*http.Request) string {
		return head + `<div id="contents"><h2>린넨 셔츠</h2><p>판매가 39,000원</p><span class="soldout">품절</span><a href="#none">재입고 알림</a></div>`
	})
	s.page("GET /product/2", "코튼 셔츠", func(*http.Request) string {
		return head + `<div id="contents"><h2>코튼 셔츠</h2><p>판매가 29,000원</p><table><tr><th>색상</th><td><select name="option1" id="o1"><option value="*">- [필수] 옵션을 선택해 주세요 -</option><option value="**">-------------------</option><option value="w">화이트</option><option value="b" disabled>블랙 [품절]</option></select></td></tr><tr><th>사이즈</th><td><select name="option2" id="o2" disabled><option value="*">- [필수] 옵션을 선택해 주세요 -</option></select></td></tr></table>
		<div id="total">총 상품금액(수량) : <b>0</b></div><div class="btnArea"><a href="#none" onclick="buy()">구매하기</a> <a href="#none" onclick="add()">장바구니 담기</a> <a href="#none">관심상품</a></div></div>
		<script>o1.onchange = () => { if (!o1.value.startsWith('*')) { o2.disabled = false; o2.innerHTML = '<option value="*">- [필수] 옵션을 선택해 주세요 -</option><option value="m">M</option><option value="l">L</option>'; } };
		const chosen = () => { if (o2.value == '*') { alert('필수 옵션을 선택해주세요.'); return false; } return true; };
		const add = () => { if (chosen()) fetch('/add', {method:'POST'}).then(() => { if (confirm('장바구니에 담았습니다. 장바구니로 이동하시겠습니까?')) location.href = '/basket'; }); };
		const buy = () => { if (chosen()) fetch('/add', {method:'POST'}).then(() => { location.href = '/login?order=1'; }); };</script>`
	})
	s.page("POST /add", "", func(*http.Request) string { s.put(); return "" })
	s.page("GET /basket", "장바구니", func(*http.Request) string {
		if s.inCart() == 0 {
			return head + `<div id="contents"><h2>장바구니</h2><p>장바구니가 비어 있습니다.</p></div>`
		}
		return head + `<div id="contents"><h2>장바구니</h2><table><tr><td><input type="checkbox" checked></td><td>코튼 셔츠</td><td>29,000원</td><td><a href="#none">삭제</a></td></tr></table><a href="#none">장바구니비우기</a><div class="base-button"><a href="/login?order=1">전체상품주문</a><a href="#none">선택상품주문</a><a href="/">쇼핑계속하기</a></div></div>`
	})
	s.page("GET /login", "로그인", func(*http.Request) string {
		return head + `<div id="contents"><h2>로그인</h2><form action="/dologin" method="post"><input name="member_id" placeholder="아이디"><input type="password" name="member_passwd" placeholder="비밀번호"><label><input type="checkbox">보안접속</label><a href="#none" onclick="this.closest('form').submit()">로그인</a></form><a href="/find">아이디찾기</a><a href="/join">회원가입</a><a href="#none"><img src="data:," alt="카카오로 시작하기" width=200 height=40></a><div><p>비회원님도 상품구매가 가능합니다.</p><a href="/orderform">비회원 구매하기</a></div><form action="/orders"><h3>비회원 주문조회</h3><input name="order_name" placeholder="주문자명"><input name="order_id" placeholder="주문번호"><a href="#none">조회</a></form></div>`
	})
	s.page("GET /orderform", "주문서 작성", func(*http.Request) string {
		if s.inCart() == 0 {
			return "→/basket"
		}
		return head + `<div id="contents"><h2>주문서작성</h2><form id="f" method="post" action="/pay"><h3>주문 정보</h3><table>
		<tr><th>주문하시는 분 <img alt="필수" src="data:,"></th><td><input name="oname" maxlength=20></td></tr>
		<tr><th>주소 *</th><td><input name="ozip" size=6 readonly> <a href="#none" onclick="layer.style.display='block'">우편번호</a><br><input name="oaddr1" size=40 readonly> 기본주소<br><input name="oaddr2" size=40> 나머지주소</td></tr>
		<tr><th>일반전화</th><td><select name="ophone1_[]"><option value="02">02</option><option value="031">031</option></select>-<input name="ophone1_[]" maxlength=4>-<input name="ophone1_[]" maxlength=4></td></tr>
		<tr><th>휴대전화 *</th><td><select name="ophone2_1"><option value="010">010</option><option value="011">011</option><option value="016">016</option></select>-<input name="ophone2_2" maxlength=4>-<input name="ophone2_3" maxlength=4></td></tr>
		<tr><th>이메일 *</th><td><input name="oemail1">@<input name="oemail2"><select name="oemail3"><option value="">- 이메일 선택 -</option><option value="naver.com">naver.com</option><option value="etc">직접입력</option></select></td></tr>
		<tr><th>주문조회 비밀번호 *</th><td><input type="password" name="order_password" maxlength=12> (주문조회시 필요합니다. 4자에서 12자 영문 또는 숫자)</td></tr><tr><th>주문조회 비밀번호 확인 *</th><td><input type="password" name="order_password_confirm"></td></tr></table>
		<h3>배송 정보</h3><label><input type="radio" name="sameaddr" value="T" checked>주문자 정보와 동일</label><label><input type="radio" name="sameaddr" value="F">새로운배송지</label><p>배송메시지 <textarea name="omessage"></textarea></p>
		<h3>결제수단</h3><label><input type="radio" name="addr_paymethod" value="cash" checked>무통장 입금</label><label><input type="radio" name="addr_paymethod" value="card">카드 결제</label><label><input type="radio" name="addr_paymethod" value="cell">휴대폰 결제</label><div id="cardbox"></div>
		<h3>약관</h3><label><input type="checkbox" id="allAgree" onclick="f.querySelectorAll('.ag').forEach(c => c.checked = this.checked)">모든 약관 동의</label><label><input type="checkbox" class="ag" required>[필수] 쇼핑몰 이용약관 동의</label><label><input type="checkbox" class="ag" required>[필수] 비회원 구매시 개인정보수집 이용동의</label>
		<div>최종 결제 금액 29,000원</div><a href="#none" id="btn_payment" onclick="pay()">결제하기</a></form></div>
		<div id="layer" style="display:none;position:fixed;left:30%;top:20%;width:400px;height:300px;background:#fff;border:1px solid;z-index:50"><button type="button" aria-label="닫기" onclick="layer.style.display='none'">X</button><p>도로명 주소를 입력하세요</p></div>
		<script>f.querySelectorAll('[name=addr_paymethod]').forEach(r => r.onchange = async () => { cardbox.innerHTML = f.addr_paymethod.value == 'card' ? await (await fetch('/cardbox')).text() : ''; });
		const pay = () => { if (!f.ozip.value) { alert('우편번호를 입력해 주세요.'); return; } f.requestSubmit(); };</script>`
	})
	s.page("GET /cardbox", "", func(*http.Request) string {
		return `raw:<table><tr><th>카드종류</th><td><select name="cardtype"><option value="">카드를 선택하세요</option><option>신한</option><option>국민</option></select></td></tr><tr><th>카드번호</th><td><input name="cardno1" maxlength=4>-<input name="cardno2" maxlength=4 type=password>-<input name="cardno3" maxlength=4 type=password>-<input name="cardno4" maxlength=4></td></tr><tr><th>유효기간</th><td><input name="expmm" maxlength=2 placeholder="MM"> / <input name="expyy" maxlength=2 placeholder="YY"></td></tr><tr><th>CVC</th><td><input type=password name="cvc" maxlength=3></td></tr><tr><th>할부개월</th><td><select name="quota"><option value="00">일시불</option><option value="02">2개월</option></select></td></tr></table>`
	})
	s.mux.HandleFunc("POST /pay", func(w http.ResponseWriter, r *http.Request) { s.hear(r); s.order(w, r) })

	r := s.reach("ko", "결제하기", nil)
	wantTyped(t, r, append(customer, canary.CardNumber, canary.CardCode)...)
	ordered(t, s, r.Last.Press)
	if mail := s.value("oemail1") + "@" + s.value("oemail2"); !isEmail(mail) || strings.Contains(s.value("oemail1"), "@") {
		t.Errorf("the e-mail address in two pieces is %q", mail)
	}
	if phone := s.value("ophone2_1") + s.value("ophone2_2") + s.value("ophone2_3"); !allDigits(11)(phone) || !strings.HasPrefix(phone, "010") {
		t.Errorf("the telephone number in three pieces is %q", phone)
	}
	if number := s.value("cardno1") + s.value("cardno2") + s.value("cardno3") + s.value("cardno4"); !allDigits(16)(number) {
		t.Errorf("the card number in four pieces has %d digits", len(number))
	}
}
