
/* Texts for scripts, in the visitor's language. */
(function () {
  'use strict';
  if (!HTMLScriptElement.supports || !HTMLScriptElement.supports('importmap')) return;
  var map = document.createElement('script');
  map.type = 'importmap';
  map.textContent = JSON.stringify({ imports: { 'shop-texts': '/assets/js/esm/texts.en.js' } });
  document.head.appendChild(map);
  import('shop-texts').then(function (m) { document.documentElement.dataset.more = m.default.more; }).catch(function () {});
})();
