
/* Which tab a page view belongs to, and the advertisement below the page. */
(function () {
  'use strict';
  if (!/^tab-/.test(window.name)) window.name = 'tab-' + Math.random().toString(36).slice(2, 8);
  navigator.sendBeacon('<% url "metrics" "/v1/tab" %>', JSON.stringify({ tab: window.name, page: location.pathname }));
  var frame = document.createElement('iframe');
  frame.name = JSON.stringify({ slot: 'footer-1', size: [320, 50], lang: document.documentElement.lang });
  frame.src = '<% url "ads.slots-net" "/frame.html" %>';
  frame.title = 'advertisement';
  frame.style.cssText = 'border:0;width:320px;height:50px';
  document.querySelector('.site-footer .wrap').appendChild(frame);
})();
