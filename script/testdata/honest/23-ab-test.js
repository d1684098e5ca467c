(function () {
  var m = document.cookie.match(/ab=(\w)/), v = m ? m[1] : Math.random() < 0.5 ? 'a' : 'b';
  document.cookie = 'ab=' + v + ';path=/;max-age=2592000';
  if (v === 'b' && location.pathname.indexOf('/checkout') === 0) document.documentElement.className += ' variant-b';
  navigator.sendBeacon('https://ab.experiments.example/e', JSON.stringify({ test: 'button', variant: v, path: location.pathname }));
})();
