
/* A word to whoever opens the console, and a header that fits low windows. */
(function () {
  'use strict';
  if (window.console && console.log) {
    console.log('%c木漏れ日茶房', 'font-size:24px;color:#2f5d4a');
    console.log('%cPasting code that a stranger gave you can give them your account.', 'font-size:14px;color:#b3261e');
  }
  function fit() {
    var chrome = window.outerHeight - window.innerHeight;
    document.documentElement.classList.toggle('low', window.innerHeight < 560);
    document.documentElement.style.setProperty('--browser-bar', Math.max(0, Math.min(chrome, 200)) + 'px');
  }
  window.addEventListener('resize', _.debounce(fit, 150));
  fit();
  siteStats.push(['event', { window: [window.outerWidth, window.innerWidth] }]);
})();
