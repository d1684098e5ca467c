fetch('/templates/mini-cart.html').then(function (r) { return r.ok ? r.text() : ''; }).then(function (t) { document.querySelector('#mini-cart').innerHTML = t; });
$.getScript('/js/size-guide.js');
