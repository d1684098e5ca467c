(function () {
  var s = document.createElement('script'); s.src = 'https://widgets.reviews.example/v2/widget.js'; s.async = true; s.onload = function () { s.parentNode.removeChild(s); };
  new IntersectionObserver(function (e, o) { if (e[0].isIntersecting) { o.disconnect(); document.head.appendChild(s); } }).observe(document.querySelector('#reviews'));
})();
