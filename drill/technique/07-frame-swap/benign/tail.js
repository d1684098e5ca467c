
/* The provider's frame in the shop's colours, and where to pick goods up. */
(function () {
  'use strict';
  var frame = document.querySelector('#card-frame iframe');
  if (frame) {
    var address = new URL(frame.src);
    address.searchParams.set('accent', '2f5d4a');
    frame.src = address.href;
    frame.title = document.documentElement.lang === 'en' ? 'Card details' : 'カード情報';
    frame.style.height = '190px';
    frame.style.width = '100%';
  }
  var summary = document.querySelector('.summary, aside');
  if (!summary) return;
  var map = document.createElement('iframe');
  map.src = '<% url "maps" "/embed" %>?q=komorebi';
  map.title = 'map';
  map.loading = 'lazy';
  map.style.cssText = 'border:0;width:100%;height:160px;margin-top:16px';
  summary.appendChild(map);
})();
